import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {readJournal} from '../../src/engine/journal.ts';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import type {Event} from '../../src/model/event.ts';
import type {Place} from '../../src/model/kit.ts';
import type {SimEvent} from '../../src/sim/events-log.ts';
import {must} from '../../test/lab/command.ts';
import {ask, sit} from '../../test/lab/person.ts';
import {agree, finish, verified} from '../../test/terminal/person.ts';
import type {LabCluster} from './lab-cluster.ts';
import {peakBytesOf} from './proc.ts';
import {wait} from './wait.ts';

/** What one node went through, in ms, as its own processes and its product's own scripts wrote it down. */
export type Outage = {
  readonly role: string;
  /** From the end of the old process until the new one serves. */
  readonly downMs: number;
  /** From the end of the product's stop script to the beginning of its start script: whoever upgrades has the node in hand. */
  readonly ownMs: number;
};

export type Rolled = {
  readonly wallMs: number;
  /** Of that, questions that waited for a key. */
  readonly keysMs: number;
  readonly outages: readonly Outage[];
};

export type RolledByLakeup = Rolled & {
  /** The most memory it had at any time. */
  readonly peakBytes: number;
};

const RUN_WITHIN_MS = 900_000;

/** Finds, from that moment on, when something was first noted of a node. */
const firstAt = (events: readonly SimEvent[], node: string, what: RegExp, from = 0): number => {
  const found = events.find(event => event.node === node && event.at >= from && what.test(event.what));
  if (found === undefined) throw new Error(`${node}: nothing like ${what} was noted`);
  return found.at;
};

const outagesOf = async ({cluster}: LabCluster): Promise<readonly Outage[]> => {
  const events = await cluster.events();
  return cluster.places.map(({name, role}) => {
    const asked = firstAt(events, name, /^call stop/);
    const gone = firstAt(events, name, /^process ends/, asked);
    const stopped = firstAt(events, name, /^exit stop/, asked);
    const started = firstAt(events, name, /^call start\S*\.sh(?!.*--version)/, stopped);
    const serves = firstAt(events, name, /^process up/, started);
    return {role, downMs: serves - gone, ownMs: started - stopped};
  });
};

/** How long questions of a run stood until they were answered. */
const keysMsIn = (events: readonly Event[]): number => {
  const asked = new Map<string, number>();
  let sum = 0;
  for (const event of events) {
    if (event.type === 'gate.reached') asked.set(event.gate, event.at);
    if (event.type === 'gate.opened' && event.by === 'operator')
      sum += event.at - (asked.get(event.gate) ?? event.at);
  }
  return sum;
};

/** The upgrade by lakeup, on its screen, with keys pressed as soon as they count. */
export const byLakeup = async (at: LabCluster): Promise<RolledByLakeup> => {
  const {lab, cluster} = at;
  const terminal = await sit(lab, cluster, ['upgrade'], {columns: 200, rows: 60});
  const phases = new Set(cluster.places.map(({role}) => role)).size;
  try {
    const begun = performance.now();
    for (let phase = 1; phase <= phases; phase += 1) await agree(terminal, phase, RUN_WITHIN_MS);
    await verified(terminal, RUN_WITHIN_MS);
    const peakBytes = peakBytesOf(terminal.pid);
    const code = await finish(terminal, RUN_WITHIN_MS);
    const wallMs = performance.now() - begun;
    if (code !== 0) throw new Error(`the upgrade ended with ${code}`);
    const runs = join(cluster.dir, 'state/lakeup/runs');
    const [run = ''] = readdirSync(runs);
    const {events} = await readJournal(join(runs, run, 'journal.ndjson'));
    return {wallMs, keysMs: keysMsIn(events), outages: await outagesOf(at), peakBytes};
  } finally {
    await terminal.close();
  }
};

const Status = z.object({
  nodes: z.array(z.object({node: z.string(), facts: z.record(z.string(), z.unknown())})),
});

/** The order of the guide: MetaService, Recycler, backends, frontends with observers first and the master last. */
const inOrder = async ({lab, cluster}: LabCluster): Promise<readonly Place[]> => {
  const {stdout} = await ask(lab, cluster, ['status', '--json']);
  const {nodes} = Status.parse(JSON.parse(stdout));
  const ranks = ['observer', 'follower', 'master'];
  const rank = ({name}: Place): number =>
    ranks.indexOf(String(nodes.find(({node}) => node === name)?.facts.fe));
  const roles = ['ms', 'recycler', 'be', 'fe'];
  return cluster.places.toSorted(
    (a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || rank(a) - rank(b),
  );
};

/** What lakeup waits for besides the product (docs/decisions/what-has-to-hold.md), in ms. */
const STEADY_MS = 5_000;
const OTHERS_STEADY_MS = 11_000;
const LAST_STEADY_MS = 22_000;

const ROWS = {be: 'SHOW BACKENDS', fe: 'SHOW FRONTENDS'} as const;

/** Running queries are waited for (domain 1.5, 1.7); as the guide calls them, the scripts of backends and frontends kill. */
const graceful = ({role}: Place): string => (role === 'be' || role === 'fe' ? ' --grace' : '');

/**
 * What a script waits for. `pages`: that each node's own page says that it serves, for five seconds after that, and some seconds at the end.
 * `same`: what lakeup waits for too, by waiting alone: the row that the guide looks at, as long as the others have to hold before the
 * next stop, and the last looks at the end.
 */
export type Patience = 'pages' | 'same';

/**
 * The same order as a bare script has it: ssh with a ControlMaster, the new files copied before the stop, the product's own stop and
 * start, its page asked until it serves. Nothing is proved and nothing can be taken up again.
 */
export const byScript = async (at: LabCluster, patience: Patience): Promise<Rolled> => {
  const {lab, cluster, speed} = at;
  const sockets = join(cluster.dir, 'm');
  await must(['mkdir', '-m', '700', sockets]);
  const own = join(cluster.dir, 'home/.ssh/config');
  const config = join(cluster.dir, 'script-config');
  await must(['sh', '-c', `cat '${own}' '${lab.sshConfig}' >'${config}'`]);
  const ssh = async ({address}: Place, command: string): Promise<void> => {
    const mux = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${sockets}/%h`, '-o', 'ControlPersist=600'];
    await must(lab.inOperator('ssh', '-F', config, ...mux, '-l', lab.user, address, command), {
      withinMs: RUN_WITHIN_MS,
    });
  };
  const serves = async (place: Place): Promise<void> => {
    const page = {name: place.name, host: place.address, ...dorisKit.ready(place)};
    const program = join(import.meta.dirname, '../../test/lab/wait-ready.ts');
    await must(lab.inOperator(process.execPath, '--no-warnings', program), {
      input: JSON.stringify({pages: [page], withinMs: RUN_WITHIN_MS}),
      withinMs: RUN_WITHIN_MS,
    });
  };
  const frontends = cluster.places
    .filter(({role}) => role === 'fe')
    .map(({address, ports}) => ({host: address, port: ports.queryPort ?? 9030}));
  const inRow = async ({role, address}: Place): Promise<void> => {
    const statement = role === 'be' || role === 'fe' ? ROWS[role] : null;
    if (statement === null) return;
    const wanted = {frontends, statement, host: address, version: dorisKit.to, withinMs: RUN_WITHIN_MS};
    const program = join(import.meta.dirname, '../child/wait-row.ts');
    await must(lab.inOperator(process.execPath, '--no-warnings', program), {
      input: JSON.stringify(wanted),
      withinMs: RUN_WITHIN_MS,
    });
  };
  const places = await inOrder(at);
  const begun = performance.now();
  if (patience === 'same') await wait(OTHERS_STEADY_MS / speed);
  for (const place of places) {
    const {home, package: from} = place;
    await ssh(place, `cp -Rp ${from}/bin ${home}/bin_new && cp -Rp ${from}/lib ${home}/lib_new`);
    await ssh(
      place,
      `cd ${home} && bash bin/stop*.sh${patience === 'same' ? graceful(place) : ''}; mv bin bin_old; mv lib lib_old; mv bin_new bin; mv lib_new lib; ${dorisKit.start(place)}`,
    );
    await serves(place);
    const isLast = place === places.at(-1);
    if (patience === 'same') {
      await inRow(place);
      await wait((isLast ? LAST_STEADY_MS : OTHERS_STEADY_MS) / speed);
    } else await wait((isLast ? STEADY_MS + LAST_STEADY_MS : STEADY_MS) / speed);
  }
  const wallMs = performance.now() - begun;
  await must([
    'sh',
    '-c',
    `for s in '${sockets}'/*; do ssh -o ControlPath="$s" -O exit x 2>/dev/null; done; :`,
  ]);
  return {wallMs, keysMs: 0, outages: await outagesOf(at)};
};
