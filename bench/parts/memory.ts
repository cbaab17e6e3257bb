import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {startFleet} from '../lib/fleet.ts';
import {startLabCluster} from '../lib/lab-cluster.ts';
import type {Bench, Part} from '../lib/part.ts';
import {bytesOf} from '../lib/proc.ts';
import {plainRow, type Row} from '../lib/rows.ts';
import {median} from '../lib/stats.ts';
import {openTerminal, type Terminal} from '../lib/terminal.ts';
import {until, wait} from '../lib/wait.ts';

const MB = 1e6;
const HOSTS = 200;
const EACH_MS = 2_000;

/** Sees the whole of what a program writes, for words that have to come. */
const wordsOf = (terminal: Terminal): (() => string) => {
  let said = '';
  terminal.onData(data => {
    said = (said + data).slice(-200_000);
  });
  return () => said;
};

type Course = {readonly first: number; readonly last: readonly number[]; readonly perHour: number};

/** Memory from now on for that long: at its beginning, in its last quarter, and how fast it grew between its second quarter and that. */
const watch = async (terminal: Terminal, ms: number): Promise<Course> => {
  const samples: number[] = [];
  const begun = performance.now();
  while (performance.now() - begun < ms) {
    samples.push(bytesOf(terminal.pid) / MB);
    await wait(EACH_MS);
    if (terminal.ended()) throw new Error('it ended while its memory was watched');
  }
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const second = samples.slice(quarter, 2 * quarter);
  const last = samples.slice(-quarter);
  const hours = ms / 2 / 3_600_000 || 1;
  return {first: samples[0] ?? Number.NaN, last, perHour: (median(last) - median(second)) / hours};
};

const rowsOf = (what: string, {first, last, perHour}: Course, most: number | null): readonly Row[] => [
  plainRow({what: `${what}: memory (RSS), later on`, unit: 'MB', samples: last}, most),
  plainRow({what: `${what}: memory (RSS), at the beginning`, unit: 'MB', samples: [first]}, null),
  plainRow({what: `${what}: growth, as if for an hour`, unit: 'MB', samples: [perHour]}, null),
];

/** lakeup at its first question, with a connection to each of the hosts that all answer. */
const atQuestion = async ({cleanup, say}: Bench, ms: number): Promise<readonly Row[]> => {
  const at = await startLabCluster(cleanup, 0);
  const {cluster, dir, inventory} = at.cluster;
  const env = {HOME: join(dir, 'home'), XDG_STATE_HOME: join(dir, 'state')};
  const terminal = openTerminal(cleanup, ['upgrade', cluster, '-i', inventory], env, at.lab.inOperator());
  const said = wordsOf(terminal);
  await until('the first question', () => /Phase 1 of/.test(said()), 120_000);
  say(`memory: 14 hosts for ${ms / 1_000} s`);
  const course = await watch(terminal, ms);
  await terminal.stop();
  await at.stop();
  return rowsOf('14 connections, at the first question', course, 160);
};

/** lakeup that looks at hosts where nothing is installed: each has a connection and a shell, and is asked all the time. */
const watching = async ({cleanup, scratch, say}: Bench, ms: number): Promise<readonly Row[]> => {
  const fleet = await startFleet(cleanup, HOSTS, true);
  const {hosts, port, user, identity, knownHosts} = fleet.spec;
  const role = (name: string, from: number, to: number) => ({
    home: '/nonexistent/doris',
    package: '/nonexistent/package',
    nodes: hosts.slice(from, to).map((host, i) => ({name: `${name}-${i + 1}`, host})),
  });
  const settings = {sqlUser: 'root', version: '3.1.2'};
  const cluster = {
    system: 'doris',
    ssh: {user, port, identityFile: identity, knownHosts},
    settings,
    roles: {ms: role('ms', 0, 3), be: role('be', 3, HOSTS - 3), fe: role('fe', HOSTS - 3, HOSTS)},
  };
  const inventory = join(scratch, 'fleet.yaml');
  // JSON is YAML too.
  writeFileSync(inventory, JSON.stringify({clusters: {fleet: cluster}}));
  const terminal = openTerminal(cleanup, ['status', 'fleet', '--watch', '-i', inventory]);
  const said = wordsOf(terminal);
  await until('the screen', () => /watching/.test(said()), 60_000);
  say(`memory: ${HOSTS} hosts for ${ms / 1_000} s`);
  const course = await watch(terminal, ms);
  await terminal.stop();
  await fleet.stop();
  return rowsOf(`${HOSTS} connections, looking on`, course, null);
};

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const ms = bench.quick ? 20_000 : bench.hour ? 3_600_000 : 300_000;
  // Side by side: what one holds is none of the other's.
  const both = await Promise.all([atQuestion(bench, ms), watching(bench, ms)]);
  return both.flat();
};

/** What real connections cost, and that time costs nothing. */
export const memory: Part = {
  name: 'memory',
  title: 'Memory with real connections',
  method: `lakeup in a real terminal of 200 × 60. With the demo's cluster on 14 hosts out of namespaces, each with its own OpenSSH, at
the first question of an upgrade, which looks at every node meanwhile; and with 200 loopback addresses of one OpenSSH server,
\`status --watch\`, where nothing is installed. RSS every 2 s for five minutes, or for an hour with \`--hour\`; later on is the last quarter of them, the growth is
from the second quarter to the last.`,
  needs: ['ip', 'sshd', 'ssh'],
  beside: [],
  run,
};
