import {askLines, seen, silent} from '../../../host/ask.ts';
import {lastWordsFact} from '../../../host/log.ts';
import {parseProcesses} from '../../../host/process.ts';
import {placeOf} from '../../../lib/address.ts';
import type {Facts, Health} from '../../../model/facts.ts';
import {LEADING} from '../../../model/leading.ts';
import type {Probe} from '../../../model/system.ts';
import type {Doris} from '../fields.ts';
import {parseVersionComment} from '../parse/http.ts';
import {type Frontend, masterOf} from '../parse/rows.ts';
import {askAlive} from '../scripts/look.ts';
import {askFrontends, rowElsewhere, rowOfFrontend} from './group.ts';
import {itselfFacts, othersFacts} from './left-behind.ts';
import {findMaster} from './master.ts';
import {holdOtherGroups, ownGroupFact} from './other-group.ts';
import {pageCauses, pageFacts, versionFact} from './own.ts';
import {MANY_MASTERS, mastersBeside} from './rivals.ts';
import {isAnswer, notAlive, type Rows} from './rows.ts';
import {type Answers, askFrontendItself, askService, serviceFact} from './service.ts';

export const frontendRole = (row: Frontend): 'master' | 'follower' | 'observer' =>
  row.master ? 'master' : row.role;

/** How far its journal is behind the master's, `masterJournal`. A row that tells no number says nothing of that. */
const lagFacts = (own: number | null, masters: number | null): Facts => ({
  ...(masters === null ? {} : {masterJournal: masters}),
  ...(own === null || masters === null ? {} : {lag: Math.max(0, masters - own)}),
});

/** A row's columns as facts. */
export const frontendFacts = (row: Frontend, rows: readonly Frontend[]): Facts => {
  const master = masterOf(rows);
  return {
    fe: frontendRole(row),
    join: row.join,
    alive: row.alive,
    ...(row.journal === null ? {} : {journal: row.journal}),
    errors: row.error === null ? [] : [row.error],
    ...lagFacts(row.journal, master?.journal ?? null),
    ...(row.version === null ? {} : {rowVersion: row.version}),
    ...(row.lastStart === null ? {} : {lastStart: row.lastStart}),
  };
};

type Seen = {
  readonly running: boolean;
  readonly answers: Answers;
  /** Its row, null when it is in none, or why no rows were had. */
  readonly row: Rows<Frontend | null>;
  /** All who say that they are the master, where it is one of several. */
  readonly leading: readonly string[];
};

/** What keeps a frontend from being well, each as it was seen; none when it is. */
const causesOf = ({running, answers: {page, comment}, row, leading}: Seen): readonly string[] => [
  ...(running ? [] : ['process=none']),
  ...pageCauses(page),
  ...(comment.ok ? [] : [`sql=${comment.told}`]),
  ...(row.ok ? [] : [`rows=${row.told}`]),
  ...(row.ok && row.value === null ? ['row=missing'] : []),
  ...(row.ok && row.value?.alive === false ? [notAlive(running, row.value.error)] : []),
  ...(row.ok && row.value?.join === false ? ['join=false'] : []),
  // Nobody knows which of them is right.
  ...(leading.length === 0 ? [] : [MANY_MASTERS]),
];

const healthOf = (seen: Seen): Health => {
  const {running, answers, row} = seen;
  if (causesOf(seen).length === 0) return 'ok';
  // Whoever answers in the place of one that is gone is nobody to count on.
  if (!running) return answers.comment.ok ? 'not-serving' : 'down';
  const {state} = answers.page;
  if (state === 'other' || state === 'unknown') return answers.comment.ok ? 'degraded' : 'not-serving';
  // Its SQL port opens last: a page that is not there then does not come any more.
  if (state !== 'ready') return state === 'closed' && answers.comment.ok ? 'degraded' : 'starting';
  if (!answers.comment.ok) return isAnswer(answers.comment) ? 'starting' : 'not-serving';
  // It serves: what is missing now is the group's word, and a heartbeat brings that.
  return row.ok && row.value?.alive === false ? 'starting' : 'degraded';
};

/**
 * A frontend: its process, a direct connection that tells the version, /api/bootstrap, and its own row. `causes`: what
 * keeps it from being well. `leading`: all who say that they are the master, where it is one of several. `sql`: in one word, why SQL
 * was not answered. `knownAs`: the address by which the group knows it, where that is none of the inventory's.
 */
export const frontendStatus: Probe<Doris> = {
  roles: ['fe'],
  look: async (node, cluster, ask, given) => {
    const alive = await askLines(ask, node, askAlive(node));
    if (!alive.ok) return silent(alive);
    const [process] = parseProcesses(alive.value.lines);
    const [answers, frontends] = await Promise.all([
      askFrontendItself(ask, cluster, node),
      askFrontends(ask, cluster, node),
    ]);
    // Whoever may not ask knows nothing: a wrong password is no frontend that starts.
    const {page, comment} = answers;
    for (const answer of [comment, frontends])
      if (!answer.ok && answer.denied !== null) return silent(answer);
    const rows = frontends.ok ? frontends.value : [];
    const own = rowOfFrontend(node, rows);
    const row = own ?? rowElsewhere(node, cluster, rows);
    const leading = own?.master === true ? await mastersBeside(ask, cluster, node) : [];
    const seenSo: Seen = {
      running: process !== undefined,
      answers,
      row: frontends.ok ? {ok: true, value: row} : frontends,
      leading,
    };
    const told = comment.ok ? parseVersionComment(comment.value) : null;
    const about = process === undefined ? itselfFacts : othersFacts;
    const leftBehind =
      given.to === undefined ? {} : await about(ask, cluster, node, await findMaster(ask, cluster), given);
    return seen({
      ...leftBehind,
      ...(row === null ? {} : frontendFacts(row, rows)),
      ...(own === null && row !== null ? {knownAs: placeOf(row.host, row.editLogPort)} : {}),
      ...(frontends.ok ? {} : {rows: frontends.told}),
      ...(leading.length === 0 ? {} : {[LEADING]: leading}),
      ...versionFact(process !== undefined, told?.version ?? null),
      ...(told === null ? {} : {cloud: told.cloud}),
      ...(process === undefined
        ? lastWordsFact(alive.value.lines)
        : {pid: process.pid, startTicks: process.startTicks}),
      ...pageFacts(page),
      ...(comment.ok ? {} : {sql: comment.code}),
      process: process === undefined ? 'none' : 'running',
      health: healthOf(seenSo),
      causes: causesOf(seenSo),
    });
  },
};

/**
 * This frontend's row, asked of the live master, whether it `serves` by its own account (the master says Alive up to 13 s
 * before it does, and for 10 s after it did, recorded), and whether it holds the same group (`otherGroup`).
 */
export const frontendRow: Probe<Doris> = {
  roles: ['fe'],
  look: async (node, cluster, ask, given) => {
    const [master, service] = await Promise.all([findMaster(ask, cluster), askService(ask, cluster, node)]);
    if (!master.ok) {
      const others = await othersFacts(ask, cluster, node, master, given);
      return others.others === undefined ? silent(master) : seen(others);
    }
    const {frontends} = master.value;
    const row = rowOfFrontend(node, frontends);
    return seen({
      ...(row === null ? {row: 'missing'} : {row: 'there', ...frontendFacts(row, frontends)}),
      ...ownGroupFact(node, master.value, holdOtherGroups(cluster, master.value)),
      ...serviceFact(service),
    });
  },
};
