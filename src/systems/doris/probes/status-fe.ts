import {askLines, askPage, type Page, seen, silent} from '../../../host/ask.ts';
import {parseProcesses} from '../../../host/process.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, feFieldsOf} from '../fields.ts';
import {parseBootstrap, parseVersionComment} from '../parse/http.ts';
import {type Frontend, masterOf} from '../parse/rows.ts';
import {askAlive} from '../scripts/look.ts';
import {askFrontends, findMaster, rowOfFrontend} from './master.ts';
import {askRows} from './rows.ts';

export const frontendRole = (row: Frontend): 'master' | 'follower' | 'observer' =>
  row.master ? 'master' : row.role;

/** A row's columns as facts; `lag` is how far its journal is behind the master's. */
export const frontendFacts = (row: Frontend, rows: readonly Frontend[]): Facts => {
  const master = masterOf(rows);
  return {
    fe: frontendRole(row),
    join: row.join,
    alive: row.alive,
    journal: row.journal,
    errors: row.error === null ? [] : [row.error],
    ...(master === null ? {} : {lag: Math.max(0, master.journal - row.journal)}),
    ...(row.version === null ? {} : {rowVersion: row.version}),
    ...(row.lastStart === null ? {} : {lastStart: row.lastStart}),
  };
};

const healthOf = (running: boolean, page: Page, answers: boolean, row: Frontend | null): string => {
  if (!running) return answers ? 'degraded' : 'down';
  const ready = page.kind === 'page' && parseBootstrap(page.body) === 'ready';
  if (!ready || !answers) return page.kind === 'none' ? 'degraded' : 'starting';
  if (row === null) return 'degraded';
  return row.alive && row.join ? 'ok' : 'starting';
};

/** A frontend: its process, a direct connection that tells the version, /api/bootstrap, and its own row. */
export const frontendStatus: Probe<Doris> = {
  roles: ['fe'],
  look: async (node, cluster, ask) => {
    const alive = await askLines(ask, node, askAlive(node));
    if (!alive.ok) return silent(alive);
    const [process] = parseProcesses(alive.value.lines);
    const [page, comment, frontends] = await Promise.all([
      askPage(ask, node, feFieldsOf(node).httpPort, '/api/bootstrap'),
      askRows(ask, cluster, node, 'select @@version_comment'),
      askFrontends(ask, cluster, node),
    ]);
    // Whoever may not ask knows nothing: a wrong password is no frontend that starts.
    for (const answer of [comment, frontends])
      if (!answer.ok && answer.denied !== null) return silent(answer);
    const rows = frontends.ok ? frontends.value : [];
    const row = rowOfFrontend(node, rows) ?? rows.find(({self}) => self) ?? null;
    const told = comment.ok ? parseVersionComment(comment.value) : null;
    return seen({
      ...(row === null ? {} : frontendFacts(row, rows)),
      ...(frontends.ok ? {} : {rows: frontends.code}),
      ...(told === null || told.version === null ? {} : {version: told.version}),
      ...(told === null ? {} : {cloud: told.cloud}),
      ...(process === undefined ? {} : {pid: process.pid, startTicks: process.startTicks}),
      process: process === undefined ? 'none' : 'running',
      health: healthOf(process !== undefined, page, told !== null, row),
    });
  },
};

/** This frontend's row, asked of the live master. */
export const frontendRow: Probe<Doris> = {
  roles: ['fe'],
  look: async (node, cluster, ask) => {
    const master = await findMaster(ask, cluster);
    if (!master.ok) return silent(master);
    const row = rowOfFrontend(node, master.value.frontends);
    return seen(
      row === null ? {row: 'missing'} : {row: 'there', ...frontendFacts(row, master.value.frontends)},
    );
  },
};
