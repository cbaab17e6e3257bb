import {describe, expect, test} from 'vitest';
import type {Ask, HttpReply, Refused, Request, SqlReply} from '../../../../src/model/ask.ts';
import type {HostId} from '../../../../src/model/ids.ts';
import {plain} from '../../../../src/model/text.ts';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {findMaster} from '../../../../src/systems/doris/probes/master.ts';
import {askFrontendItself, serviceOfFrontend} from '../../../../src/systems/doris/probes/service.ts';
import {readRecording, readText, sqlReplyOf} from './recorded.ts';
import {clusterOf} from './replay.ts';

/*
 * The first start of each frontend, as it was recorded, asked at every moment: who serves, and who is the master. The rows are those
 * that the first one told while the others were starting.
 */

const EVENTS = '3.0.6.1-cloud/events';

type Start = {readonly file: string; readonly last: number};

const STARTS: readonly Start[] = [
  {file: 'A1-fe1-first-start', last: 18},
  {file: 'A2-fe2-after-add', last: 19},
  {file: 'A3-fe3-follower-first-start', last: 20},
  {file: 'A3-fe4-observer-first-start', last: 21},
];

const LINE = /^ *([\d.]+)s bootstrap: (.*?) \[(\d+)\] \((\d+)\) sql: (.*)$/;

type Said = {readonly from: number; readonly page: HttpReply | Refused; readonly sql: SqlReply | Refused};

const refused: Refused = {kind: 'refused', trouble: 'port-refused', detail: plain('connection refused')};

/** What one that starts answers, each time it was something else. */
const linesOf = (file: string): readonly Said[] =>
  readText(`${EVENTS}/${file}.timeline`)
    .split('\n')
    .flatMap((line): Said[] => {
      const [, from, body = '', status, curl, sql = ''] = LINE.exec(line) ?? [];
      if (from === undefined) return [];
      return [
        {
          from: Number(from),
          page:
            curl === '7' ? refused : {kind: 'http', status: Number(status), body: body.replace(':N,', ':0,')},
          sql: sql.startsWith('ERROR 2002') ? refused : {kind: 'sql', rows: [{'@@version_comment': sql}]},
        },
      ];
    });

const ROWS = sqlReplyOf(readRecording('3.0.6.1-cloud/sql/A3-show-frontends-12s-after-add.txt'));
/** Before any other was added it had its own row alone. */
const ALONE: SqlReply | Refused =
  ROWS.kind === 'sql' ? {...ROWS, rows: ROWS.rows.filter(({Host}) => Host === '10.89.0.18')} : ROWS;

/** Everybody but the one that starts, and the first, is not there; each question is put a little later than the one before. */
const askAt = (start: Start, begin: number, stepS: number): Ask => {
  const said = linesOf(start.file);
  let now = begin - stepS;
  return (async (host: HostId, request: Request) => {
    now += stepS;
    const answers = said.findLast(({from}) => from <= now) ?? said[0];
    const last = Number(host.split('.').at(-1));
    const isFirst = last === 18 && start.last !== 18;
    if (answers === undefined || (last !== start.last && !isFirst)) return refused;
    if (request.kind === 'http') return isFirst ? refused : answers.page;
    if (request.kind !== 'sql') return refused;
    if (/version_comment/.test(request.query)) return isFirst ? refused : answers.sql;
    if (isFirst) return ROWS;
    // Whether it tells rows was not asked of the others: only that it tells none before it answers SQL is known.
    return answers.sql.kind === 'sql' && last === 18 ? ALONE : refused;
  }) as Ask;
};

const momentsOf = (said: readonly Said[]): readonly number[] => [
  ...said.flatMap(({from}) => [from - 0.05, from, from + 0.05]),
  ...Array.from({length: 20}, (_, i) => i * 2),
];

describe.each(STARTS)('$file', start => {
  const said = linesOf(start.file);
  const readyAt = said.at(-1)?.from ?? 0;
  const cluster = clusterOf({file: start.file, gone: {}, bare: true});
  const node = nodesOf(cluster, 'fe').find(({host}) => host.endsWith(`.${start.last}`));
  if (node === undefined) throw new Error(`there is no ${start.last}`);

  test('it was recorded until it served', () => {
    expect(said.length).toBeGreaterThan(1);
    expect(readyAt).toBeGreaterThan(20);
  });

  test.each([0, 0.02, 0.5])(
    'it serves from when both its ports say so, and never before; %d s between questions',
    async stepS => {
      for (const at of momentsOf(said)) {
        const service = serviceOfFrontend(
          node,
          await askFrontendItself(askAt(start, at, stepS), cluster, node),
        );
        if (at + stepS < readyAt) expect(service.serves, `${at}`).toBe(false);
        if (at >= readyAt) expect(service.serves, `${at}`).toBe(true);
      }
    },
  );

  test.each([0, 0.02, 0.5])(
    'who starts is never taken for the master before it says so; %d s between questions',
    async stepS => {
      const named: number[] = [];
      for (const at of momentsOf(said)) {
        const master = await findMaster(askAt(start, at, stepS), cluster);
        if (!master.ok) continue;
        named.push(at);
        expect(master.value.node.host, `${at}`).toMatch(/\.18$/);
        expect(start.last !== 18 || at + 4 * stepS >= readyAt, `${at}`).toBe(true);
      }
      // Of two followers one alone is no majority: beside one that was added and does not answer nobody is believed.
      if (start.last === 18) expect(named).toEqual(momentsOf(said).filter(at => at >= readyAt));
      else expect(named).toEqual([]);
    },
  );
});
