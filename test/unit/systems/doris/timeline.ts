import type {HttpReply, Lost, Refused, SqlReply} from '../../../../src/model/ask.ts';
import {plain} from '../../../../src/model/text.ts';
import type {Row} from '../../../../src/systems/doris/parse/rows.ts';
import {readText} from './recorded.ts';

/** What a question of a timeline is answered with. `took` and the times are seconds after its begin. */
export type Answer = {readonly from: number; readonly took: number; readonly text: string};

/** What was asked of every frontend, once a second or two. */
export type Question =
  | 'SHOW FRONTENDS'
  | 'own SHOW FRONTENDS'
  | 'SHOW BACKENDS'
  | 'own SHOW BACKENDS'
  | 'SHOW_HA'
  | '/api/bootstrap'
  | '/api/health';

/** A recorded timeline: by host and question, the answers that differed from the one before, in order. */
export type Timeline = {
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
  readonly marks: readonly {readonly at: number; readonly what: string}[];
  readonly end: number;
};

const LINE = /^ *([\d.]+)s (\d+\.\d+\.\d+\.\d+) (.+?) +\(([\d.]+)s\) (.*)$/;
const MARK = /^ *([\d.]+)s ====== (.*)$/;
const END = /^ *([\d.]+)s end$/;

const key = (host: string, question: string): string => `${host} ${question}`;

export const readTimeline = (path: string): Timeline => {
  const answers = new Map<string, Answer[]>();
  const marks: {at: number; what: string}[] = [];
  let end = 0;
  for (const line of readText(path).split('\n')) {
    const [, to, host, question, took, text] = LINE.exec(line) ?? [];
    const [, at, what] = MARK.exec(line) ?? [];
    if (at !== undefined && what !== undefined) marks.push({at: Number(at), what});
    if (to === undefined || host === undefined || question === undefined || text === undefined) {
      end = Number(END.exec(line)?.[1] ?? end);
      continue;
    }
    const all = answers.get(key(host, question)) ?? [];
    all.push({from: Number(to) - Number(took), took: Number(took), text});
    answers.set(key(host, question), all);
  }
  return {answers, marks, end};
};

/** What who asks at that moment is answered: the newest answer that was asked for before, the first one before all. */
export const answerAt = (timeline: Timeline, host: string, question: Question, at: number): Answer => {
  const all = timeline.answers.get(key(host, question));
  const [first] = all ?? [];
  if (all === undefined || first === undefined) throw new Error(`${host} was never asked ${question}`);
  return all.findLast(({from}) => from <= at) ?? first;
};

const known = new WeakMap<Timeline, readonly number[]>();

/** The moments at which something changed, just before and after, and every two seconds between. */
export const momentsOf = (timeline: Timeline): readonly number[] => {
  const found = known.get(timeline);
  if (found !== undefined) return found;
  const {answers, marks, end} = timeline;
  // Frontends were asked in turn: what lies closer together than this is one moment.
  const turns = [...answers.values()]
    .flat()
    .flatMap(({from}) => [Math.floor(from * 20 - 0.2) / 20, Math.ceil(from * 20) / 20]);
  const beats = Array.from({length: Math.floor(end / 2)}, (_, i) => i * 2);
  const all = [...turns, ...marks.map(({at}) => at), ...beats].filter(at => at >= 0);
  const moments = [...new Set(all)].toSorted((a, b) => a - b);
  known.set(timeline, moments);
  return moments;
};

const refused: Refused = {kind: 'refused', trouble: 'port-refused', detail: plain('connection refused')};
const dropped: Lost = {kind: 'lost', trouble: 'dropped', detail: plain('the connection was cut')};

/** Nobody listens there, or nobody any more. */
export const isGone = (text: string): boolean =>
  /^(URLError|RemoteDisconnected|OperationalError \(20)/.test(text);

/** An answer that was cut off: whoever asks cannot know. */
export const isCut = (text: string): boolean => /^(RemoteDisconnected|OperationalError \(2013)/.test(text);

const time = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : `2026-11-25 ${text}`;

const FRONTEND =
  /^(\d+) (FOLLOWER|OBSERVER) master=(\w+) join=(\w+) alive=(\w+) start=(\S*) err='(.*?)' ver=(\S*)$/;
const BACKEND = /^(\d+) alive=(\w+) start=(\S*) fails=(\d+) err='(.*?)' ver=(\S*) shut=\[(.*?)\]$/;

const STATUS = '"isQueryDisabled":false,"isLoadDisabled":false,"isActive":true';

const frontendRow = (asked: string, net: string, words: string): Row => {
  const [, last, role = '', master = '', join = '', alive = '', start, error = '', version = ''] =
    FRONTEND.exec(words) ?? [];
  if (last === undefined) throw new Error(`no row of SHOW FRONTENDS: ${words}`);
  return {
    ...{Host: `${net}.${last}`, EditLogPort: '9010', QueryPort: '9030', Role: role},
    ...{IsMaster: master, Join: join, Alive: alive, ReplayedJournalId: '100', LastStartTime: time(start)},
    ...{ErrMsg: error, Version: version === '' ? null : version},
    CurrentConnected: `${net}.${last}` === asked ? 'Yes' : 'No',
  };
};

/** Which compute group a backend of the recorded cluster is in. */
export const groupOf = (last: number): string => (last <= 15 ? 'cg1' : 'cg2');

const backendRow = (net: string, words: string): Row => {
  const [, last, alive = '', start, fails = '', error = '', version = '', shut = ''] =
    BACKEND.exec(words) ?? [];
  if (last === undefined) throw new Error(`no row of SHOW BACKENDS: ${words}`);
  const shutdown = shut === '' ? '' : `,"isShutdown":${shut.replaceAll("'", '')}`;
  return {
    ...{Host: `${net}.${last}`, HeartbeatPort: '9050', Alive: alive, SystemDecommissioned: 'false'},
    Tag: `{"compute_group_status" : "NORMAL", "compute_group_name" : "${groupOf(Number(last))}"}`,
    ...{LastStartTime: time(start), ErrMsg: error, Version: version, HeartbeatFailureCounter: fails},
    Status: `{"lastStreamLoadTime":-1,${STATUS}${shutdown},"currentFragmentNum":0}`,
  };
};

/** The answer of a frontend to a statement, as rows or as the error it was. */
export const sqlReply = (host: string, text: string): SqlReply | Refused | Lost => {
  const [, code, message = ''] = /^OperationalError \((\d+), ['"](.*)['"]\)$/s.exec(text) ?? [];
  if (code === '2003') return refused;
  if (code === '2013') return dropped;
  if (code !== undefined) return {kind: 'sql-error', code: Number(code), message};
  const net = host.replace(/\.\d+$/, '');
  const rows = text.trim() === '' ? [] : text.split(' ; ');
  return {
    kind: 'sql',
    rows: rows.map(words =>
      / (FOLLOWER|OBSERVER) /.test(words) ? frontendRow(host, net, words) : backendRow(net, words),
    ),
  };
};

/** The answer of a page; SHOW_HA was shortened to the fields that move. */
export const pageReply = (text: string): HttpReply | Refused | Lost => {
  if (text.startsWith('URLError')) return refused;
  const [, status, body = ''] = /^(\d{3}) (.*)$/.exec(text) ?? [];
  if (status === undefined) return dropped;
  const [, role, master] = /^ "role":"(\w+)" "master":"([^"]*)"$/.exec(body) ?? [];
  return {
    kind: 'http',
    status: Number(status),
    body:
      role === undefined
        ? body.replace('"replayedJournalId":N', '"replayedJournalId":0')
        : JSON.stringify({msg: 'success', code: 0, data: {role, master}, count: 0}),
  };
};
