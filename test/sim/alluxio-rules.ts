import type {Effect} from '../fakes/memory.ts';
import type {Trace} from './subject.ts';

/** What a process does, in the order in which it can happen to one. */
const BEGINS: readonly string[] = ['start', 'returned', 'ready'];
const ENDS: readonly string[] = ['end', 'died', 'lost'];

const rolesOf = ({cluster}: Trace): ReadonlyMap<string, string> =>
  new Map(cluster.nodes.map(({id, role}) => [id, role]));

/** Applications only load the client. */
const serversOf = ({nodes}: Trace['cluster']): Trace['cluster']['nodes'] =>
  nodes.filter(({role}) => role !== 'client');

/** Servers whose process runs right before each effect; at the beginning all do. */
const eachWithRunning = (
  {cluster, effects}: Trace,
  see: (effect: Effect, running: ReadonlySet<string>, before: readonly Effect[]) => readonly string[],
): string[] => {
  const running = new Set<string>(serversOf(cluster).map(({id}) => id));
  return effects.flatMap((effect, i) => {
    const found = see(effect, running, effects.slice(0, i));
    if (BEGINS.includes(effect.effect)) running.add(effect.node);
    if (ENDS.includes(effect.effect)) running.delete(effect.node);
    return found;
  });
};

/** What moves a home, or a journal that whoever runs from it has open. */
const EXCHANGES: readonly string[] = [
  'install',
  'uninstall',
  'format',
  'format-all',
  'keep-journal',
  'journal-back',
  'keep-cache',
  'format-tiers',
];

/** A home was exchanged, or its journal was worked on, under a process of any role. */
export const exchangedUnderProcess = (trace: Trace): string[] => {
  const homes = new Map<string, string>(
    serversOf(trace.cluster).map(({id, host, home}) => [id, `${host} ${home}`]),
  );
  return eachWithRunning(trace, ({node, effect}, running) => {
    if (!EXCHANGES.includes(effect)) return [];
    const there = [...running].filter(id => homes.get(id) === homes.get(node));
    return there.map(id => `${effect} on ${node} while ${id} ran from that home`);
  });
};

/** A journal was formatted without a copy of its own, or while anything ran anywhere. One that all share one of them copies for all. */
export const formattedTooEarly = (trace: Trace, shared = false): string[] =>
  eachWithRunning(trace, ({node, effect}, running, before) => {
    if (effect !== 'format') return [];
    const isCopied = before.some(past => (shared || past.node === node) && past.effect === 'keep-journal');
    return [
      ...(isCopied ? [] : [`${node} was formatted before its journal was copied`]),
      ...[...running].map(id => `${node} was formatted while ${id} ran`),
    ];
  });

/** What must never happen, by the name of the effect; `as` says more. */
const NEVER: Readonly<Record<string, (effect: Effect) => string>> = {
  'format-unproved': ({node, as}) => `${node} was formatted although ${as}`,
  'format-all': ({node}) => `the start of ${node} formatted the whole cluster`,
  'blocks-deleted': ({node, as}) => `${node} deleted ${as} blocks`,
  'start-unproved': ({node}) => `${node} was started beside masters that do not know its blocks`,
  'blocks-missing': ({node, as}) => `${node} was started without ${as} blocks that it had`,
  restarted: ({node}) => `${node} ran, and a command that starts ended it first`,
  'came-up-empty': ({node}) => `${node} leads an empty namespace`,
  'reads-newer': ({node}) => `${node} was started on a journal that a newer version had written in`,
};

export const neverHappened = ({effects}: Trace): string[] =>
  effects.flatMap(effect => NEVER[effect.effect]?.(effect) ?? []);

/** The last look takes so long; what changes within it may be seen by the next one alone. */
const LOOK_MS = 30_000;

/** When it was last seen, behind the question about the masters, that they alone run; never, where the plan does not look. */
const seenAlone = ({events, plan}: Trace): number => {
  const gates = plan.phases.find(({id}) => id === 'stop-masters')?.gates ?? [];
  const behind = gates.slice(gates.findIndex(({kind}) => kind === 'confirm') + 1);
  const look = behind.find(gate => gate.kind === 'check' && gate.check.probe === 'processes');
  const seen = events.findLast(event => event.type === 'gate.opened' && event.gate === look?.id);
  return seen?.at ?? Number.POSITIVE_INFINITY;
};

/** Whether the run had stopped it, and somebody started it too late for the last look before the masters are stopped. */
const startedUnseen = (trace: Trace, before: readonly Effect[], id: string): boolean => {
  const own = before.filter(({node}) => node === id);
  const back = own.findLastIndex(({effect}) => effect === 'returned');
  const wasStopped = own.slice(0, Math.max(back, 0)).some(({effect}) => effect === 'stop');
  return wasStopped && (own[back]?.at ?? 0) > seenAlone(trace) - LOOK_MS;
};

/** Masters were told to stop while somebody else still ran, or somebody else was started before all masters were. */
export const mastersOutOfOrder = (trace: Trace): string[] => {
  const roles = rolesOf(trace);
  const masters = trace.cluster.nodes.filter(({role}) => role === 'master').map(({id}) => id);
  return eachWithRunning(trace, ({node, effect}, running, before) => {
    const role = roles.get(node);
    if (effect === 'stop' && role === 'master')
      return [...running]
        .filter(id => roles.get(id) !== 'master' && !startedUnseen(trace, before, id))
        .map(id => `${node} was told to stop while ${id} ran`);
    if (effect !== 'start' || role === 'master') return [];
    const started = new Set(before.filter(past => past.effect === 'start').map(past => past.node));
    return masters.filter(id => !started.has(id)).map(id => `${node} was started before ${id}`);
  });
};

/** Nothing is stopped before the new version lies beside every home, and the metadata is backed up. */
export const stoppedUnprepared = (trace: Trace): string[] => {
  const homes = new Map<string, string>(
    serversOf(trace.cluster).map(({id, host, home}) => [id, `${host} ${home}`]),
  );
  const all = new Set(homes.values());
  return eachWithRunning(trace, ({node, effect}, _, before) => {
    if (effect !== 'stop' || before.some(past => past.effect === 'stop')) return [];
    const staged = new Set(
      before.filter(past => past.effect === 'stage').map(past => homes.get(past.node) ?? ''),
    );
    return [
      ...[...all]
        .filter(home => !staged.has(home))
        .map(home => `${node} was stopped before ${home} was staged`),
      ...(before.some(past => past.effect === 'backup') ? [] : [`${node} was stopped before the backup`]),
    ];
  });
};

/** Effects that destroy what a worker's host has, and the step whose own question asks for it. */
const DESTROYS: Readonly<Record<string, string>> = {
  'format-tiers': 'format-tiers/format-tiers',
  overwritten: 'keep-caches/keep-cache',
};

/** Something was destroyed that nobody was asked about, or without being told of files that nobody else holds. */
export const destroyedUnasked = ({effects, events, plan}: Trace): string[] =>
  effects.flatMap(({node, effect, at}) => {
    const name = DESTROYS[effect];
    if (name === undefined) return [];
    const step = plan.phases
      .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))
      .find(({id}) => id === `${name}@${node}`);
    const gates = (step?.gates ?? []).flatMap(gate =>
      gate.kind === 'confirm' && gate.danger === 'destructive' ? [gate.id] : [],
    );
    const before = events.filter(event => event.at <= at);
    const agreed = before.some(
      event => event.type === 'gate.opened' && event.by === 'operator' && gates.includes(event.gate),
    );
    const shown = before.flatMap(event =>
      event.type === 'gate.reached' && gates.includes(event.gate) ? event.blast : [],
    );
    const told = effect !== 'format-tiers' || shown.some(({notPersisted}) => Number(notPersisted) >= 0);
    return [
      ...(agreed ? [] : [`${effect} on ${node}, and nobody was asked`]),
      ...(told ? [] : [`${effect} on ${node}, and nobody was told of files that only workers hold`]),
    ];
  });

/**
 * What the masters serve when the run has ended. Files that were marked as lost while their workers were stopped for more
 * than five minutes are there ('serves-lost'): a journal that is read on keeps the marks, and nobody looks at them yet.
 */
export const contentLost = ({effects, events}: Trace): string[] => {
  if (events.at(-1)?.type !== 'run.ended') return [];
  const last = effects.findLast(({effect}) => effect.startsWith('serves-'))?.effect;
  return last === 'serves-whole' || last === 'serves-lost'
    ? []
    : ['the masters do not hold what was written last'];
};

/** The masters count as verified, though one of the files that were pinned is pinned no more, and that was so when they were looked at. */
export const pinsLost = ({cluster, effects, events}: Trace): string[] => {
  if (events.at(-1)?.type !== 'run.ended') return [];
  const master = cluster.nodes.find(({role}) => role === 'master')?.id;
  const seen = events.findLast(event => event.type === 'node.verified' && event.node === master);
  if (seen === undefined) return [];
  // Who pins again within the last look may be seen by it.
  const known = effects.filter(({at, effect}) => at < (effect === 'unpinned' ? seen.at - LOOK_MS : seen.at));
  const last = known.findLast(({effect}) => effect === 'unpinned' || effect === 'pinned');
  return last?.effect === 'unpinned' ? ['a file that was pinned is pinned no more, and nobody was told'] : [];
};

/** A job worker was started before every worker was: it takes the pins of files away that it finds without a copy. */
export const jobWorkersTooEarly = (trace: Trace): string[] => {
  if (trace.plan.direction === 'back') return [];
  const roles = rolesOf(trace);
  const workers = trace.cluster.nodes.filter(({role}) => role === 'worker').map(({id}) => id);
  return trace.effects.flatMap(({node, effect}, i) => {
    if (effect !== 'start' || roles.get(node) !== 'job-worker') return [];
    const past = trace.effects.slice(0, i);
    const leftOut = new Set(
      trace.events.flatMap(event =>
        event.type === 'nodes.skipped' ? event.nodes.map(each => each.node) : [],
      ),
    );
    return workers
      .filter(id => !leftOut.has(id) && !past.some(each => each.node === id && each.effect === 'start'))
      .map(id => `${node} was started before worker ${id} was`);
  });
};

/** An application got its client, or was restarted, before every server was started anew; or was restarted with the old one. */
export const clientsTooEarly = ({cluster, effects}: Trace): string[] => {
  const servers = serversOf(cluster).map(({id}) => id);
  const clients = new Set<string>(cluster.nodes.filter(({role}) => role === 'client').map(({id}) => id));
  return effects.flatMap(({node, effect}, i) => {
    if (!clients.has(node)) return [];
    const past = effects.slice(0, i);
    const started = new Set(past.filter(each => each.effect === 'start').map(each => each.node));
    const early = servers
      .filter(id => !started.has(id))
      .map(id => `${effect} on ${node} before ${id} was started`);
    const isOld = effect === 'start' && !past.some(each => each.node === node && each.effect === 'jar');
    return [...early, ...(isOld ? [`${node} was restarted with its old client`] : [])];
  });
};
