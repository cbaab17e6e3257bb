import {describeFact} from '../model/describe-facts.ts';
import {listOf, type Sighting} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import {describeReasons} from '../model/reason.ts';
import type {Role} from '../model/system.ts';
import {type Lang, type Text, text} from '../model/text.ts';
import type {OutBy} from '../store/state.ts';
import type {SshTransport} from '../transport/transport.ts';
import {jsonLine, visible} from '../ui/control.ts';
import {pad, widthOf} from '../ui/width.ts';
import {wayOnWithout} from './describe-run.ts';
import {describeDownOnce, downInJson, downOnce} from './down-once.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {knownOut} from './known-out.ts';
import {
  describeLeftRun,
  describeOverRun,
  describeServing,
  describeServingYet,
  type LeftRun,
  type RunsOf,
  runsOf,
} from './left-run.ts';
import {type Loaded, readCluster} from './load-cluster.ts';
import {type Context, opensScreen} from './outside.ts';
import {realClock} from './real-clock.ts';
import {openSession} from './session.ts';
import {untilSignal} from './signals.ts';
import {makeStatusLook} from './status-look.ts';
import {describeHolder, holders, lookAround} from './take-over.ts';
import {withTransport} from './with-transport.ts';

const EVERY_MS = 5_000;

const roleOf = ({system}: Loaded, name: string): Role => {
  const role = system.roles.find(candidate => candidate.name === name);
  if (role === undefined) throw new Error(`${system.name} has no role ${name}`);
  return role;
};

/** Columns as wide as their widest cell; no cell ends in blanks, and none begins a line that would look like another node's. */
export const formatTable = (cells: readonly (readonly string[])[]): readonly string[] => {
  const rows = cells.map(row => row.map(visible));
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, widthOf(cell))),
    [],
  );
  return rows.map(row =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** Where no node stands in for another there is nothing to say of groups. */
const hasGroups = ({cluster}: Loaded): boolean => cluster.nodes.some(({group}) => group !== undefined);

const rowsOf = (loaded: Loaded, sightings: readonly Sighting[], lang: Lang): readonly (readonly string[])[] =>
  sightings.map(({node: id, look}) => {
    const node = nodeOf(loaded.cluster, id);
    const role = roleOf(loaded, node.role);
    const place = [role.name, id, node.host, ...(hasGroups(loaded) ? [node.group ?? '-'] : [])];
    if (look.kind === 'silent')
      return [...place, '?', '-', describeReasons(look.reasons, id)[lang].split('\n')[0] ?? ''];
    const {health = '?', version = '-'} = look.facts;
    // Of a node that is not well, why.
    const why = listOf(look.facts, 'causes').length > 0 ? ['causes'] : [];
    const columns = [...why, ...role.columns].flatMap(name => {
      const value = look.facts[name];
      return value === undefined ? [] : [`${name} ${describeFact(value)[lang]}`];
    });
    return [...place, String(health), String(version), columns.join(', ')];
  });

const isWell = ({look}: Sighting): boolean => look.kind === 'seen' && look.facts.health === 'ok';

/** Runs that nobody goes on with, with the nodes that each left out of service and that were not seen well just now. */
const tellOver = (context: Context, over: RunsOf['over'], sightings: readonly Sighting[]): void => {
  const well = new Set(sightings.filter(isWell).map(({node}) => node));
  for (const run of over) {
    const atWork = new Set(run.atWork.map(({node}) => node));
    const out = run.leftOut?.out.filter(({node}) => !well.has(node) || atWork.has(node)) ?? [];
    const down = run.leftOut?.down.filter(({node}) => !well.has(node)) ?? [];
    if (run.leftOut === null || out.length + down.length === 0) continue;
    const {en, zh} = describeOverRun({...run, leftOut: {...run.leftOut, out, down}});
    context.tell(text(`${en}.`, `${zh}。`));
  }
};

/** Who is seen well of those that a run which was left in the middle has out of service, as its journal says. */
const tellServing = (context: Context, left: RunsOf['left'], sightings: readonly Sighting[]): void => {
  const well = new Set(sightings.filter(isWell).map(({node}) => node));
  for (const run of left) {
    if (run.kind !== 'known') continue;
    const atWork = new Set(run.atWork.map(({node}) => node));
    const out = run.leftOut?.out ?? [];
    const serving = out.filter(({node}) => well.has(node)).map(({node}) => node);
    const [yet, now] = [serving.filter(node => atWork.has(node)), serving.filter(node => !atWork.has(node))];
    if (yet.length > 0) context.tell(describeServingYet(run.dir.id, yet));
    if (now.length > 0) context.tell(describeServing(run.dir.id, now));
  }
};

/** Who is seen down just now, in sentences, a line for each kind. */
const tellDown = (context: Context, loaded: Loaded, runs: RunsOf, sightings: readonly Sighting[]): void => {
  for (const {en, zh} of describeDownOnce(downOnce(loaded, runs, sightings), realClock.now()))
    context.tell(text(`${en}.`, `${zh}。`));
};

const printOnce = async (
  context: Context,
  loaded: Loaded,
  look: () => Promise<readonly Sighting[]>,
  runs: RunsOf,
): Promise<ExitCode> => {
  const sightings = await look();
  const {left, over} = runs;
  const {cluster} = loaded;
  if (context.common.json) {
    const down = downInJson(downOnce(loaded, runs, sightings));
    const nodes = sightings.map(({node: id, look: seen, at}) => {
      const {role, host, group = null} = nodeOf(cluster, id);
      const what =
        seen.kind === 'seen' ? {facts: seen.facts} : {silent: describeReasons(seen.reasons, id).en};
      return {node: id, role, host, group, at, ...what, ...down(id)};
    });
    context.print(jsonLine({cluster: cluster.name, system: cluster.system, nodes}));
  } else {
    const group = hasGroups(loaded);
    const head = {
      en: ['ROLE', 'NODE', 'HOST', ...(group ? ['GROUP'] : []), 'HEALTH', 'VERSION', 'FACTS'],
      zh: ['角色', '节点', '主机', ...(group ? ['组'] : []), '健康', '版本', '事实'],
    }[context.common.lang];
    for (const line of formatTable([head, ...rowsOf(loaded, sightings, context.common.lang)]))
      context.print(line);
    const well = sightings.filter(isWell).length;
    const silent = sightings.filter(({look: {kind}}) => kind === 'silent').length;
    const all = sightings.length;
    context.tell(
      silent === 0
        ? text(`${well} of ${all} nodes are healthy.`, `${well}/${all} 个节点健康。`)
        : text(
            `${well} of ${all} nodes are healthy; of ${silent} that is not known.`,
            `${well}/${all} 个节点健康；${silent} 个无法得知。`,
          ),
    );
  }
  tellDown(context, loaded, runs, sightings);
  tellServing(context, left, sightings);
  tellOver(context, over, sightings);
  return sightings.every(isWell) ? EXIT.verified : EXIT.failed;
};

/** How a run that was left is gone on with; one that another takes back is not, until that has ended. */
const wayOn = (
  {dir, standing: {yieldedTo}}: Extract<LeftRun, {kind: 'known'}>,
  left: readonly LeftRun[],
): Text =>
  yieldedTo !== undefined && left.some(other => other.dir.id === yieldedTo)
    ? text(
        `it is being taken back; go on with that: lakeup resume ${yieldedTo}`,
        `它正在被撤销，请继续撤销：lakeup resume ${yieldedTo}`,
      )
    : text(`go on with it: lakeup resume ${dir.id}`, `请继续它：lakeup resume ${dir.id}`);

const outByRun = (runs: RunsOf): ReadonlyMap<NodeId, OutBy> =>
  new Map([...knownOut(runs)].filter(([, {by}]) => by === 'run'));

/** Whoever watches meets runs that begin and end meanwhile. What was read once, and cannot be just now, stays as it was known. */
const runsNow = ({outside}: Context, {cluster}: Loaded, before: RunsOf): Promise<RunsOf> =>
  runsOf(outside, cluster).catch(() => before);

const followRuns = async (
  context: Context,
  loaded: Loaded,
  before: RunsOf,
  signal: AbortSignal,
  tell: (runs: RunsOf) => void,
): Promise<void> => {
  let runs = before;
  for (;;) {
    await realClock.sleep(EVERY_MS, signal);
    if (signal.aborted) return;
    runs = await runsNow(context, loaded, runs);
    tell(runs);
  }
};

const watchOnScreen = async (
  context: Context,
  loaded: Loaded,
  transport: SshTransport,
  runs: RunsOf,
): Promise<ExitCode> => {
  const session = await openSession(context, loaded, transport, false);
  const {feed} = session;
  feed.outBy(outByRun(runs));
  const ended = new AbortController();
  const following = followRuns(context, loaded, runs, ended.signal, now => feed.outBy(outByRun(now)));
  try {
    return await untilSignal(signals => Promise.race([session.closed, signals.once]).finally(session.close));
  } finally {
    ended.abort();
    await following;
  }
};

/** `lakeup status CLUSTER -i FILE [--json] [--watch]`: looks, and changes nothing. */
export const status = async (
  context: Context,
  name: string,
  file: string,
  watching: boolean,
): Promise<ExitCode> => {
  const loaded = await readCluster(context.outside, name, file);
  const {cluster, system} = loaded;
  const runs = await runsOf(context.outside, cluster);
  const {left, over} = runs;
  for (const run of left) {
    const {en, zh} = describeLeftRun(run);
    const on = run.kind === 'known' ? wayOn(run, left) : wayOnWithout(run, system);
    context.tell(text(`${en}; ${on.en}`, `${zh}；${on.zh}`));
  }
  return withTransport(context, cluster, async transport => {
    const held = holders(await lookAround(loaded, transport), null, []);
    for (const each of held) context.tell(describeHolder(each));
    const screen = watching && opensScreen(context);
    if (screen) {
      // Once it is open nobody reads lines; what each node is now it shows by itself.
      tellOver(context, over, []);
      return watchOnScreen(context, loaded, transport, runs);
    }
    const look = makeStatusLook({system, cluster, clock: realClock, ask: transport.ask});
    if (!watching) return printOnce(context, loaded, look, runs);
    return untilSignal(async signals => {
      const ends = new AbortController();
      void signals.once.then(() => ends.abort());
      // Whoever read what is printed has gone.
      context.outside.stdout.once('error', () => ends.abort());
      let now = runs;
      while (!ends.signal.aborted) {
        now = await runsNow(context, loaded, now);
        await Promise.race([printOnce(context, loaded, look, now), signals.once]);
        await realClock.sleep(EVERY_MS, ends.signal);
      }
    });
  });
};
