import type {Trace} from './subject.ts';

/** A look may be this old when it is acted upon: what moved since then could not be known. */
const LOOK_MAY_BE_MS = 45_000;

/** What becomes of a process, in the order in which it can happen to one. */
export const STANDINGS: readonly string[] = ['stop', 'start', 'ready', 'died', 'lost'];

/**
 * Nodes that were stopped while they held the role that goes last, with others of their role still to come. `mayBeMs`: a role that
 * moved so shortly before could not be known.
 */
export const stoppedTooEarly = (
  trace: Trace,
  role: string,
  last: string,
  mayBeMs = LOOK_MAY_BE_MS,
): string[] => {
  const of = trace.cluster.nodes.filter(node => node.role === role).map(({id}) => id);
  const stops = trace.effects.filter(({node, effect}) => effect === 'stop' && of.includes(node));
  return stops.flatMap(({node, at, as}, i) => {
    const movedJustNow = trace.disturbances.some(moved => moved.at > at - mayBeMs && moved.at <= at);
    const left = of.length - 1 - i;
    return as === last && left > 0 && !movedJustNow
      ? [`${node} was stopped as ${last}, before ${left} others`]
      : [];
  });
};

/** What the run puts in place of a node's files; whoever is started by anybody after it runs out of these. */
const MOVED: readonly string[] = ['deploy', 'restore'];

/** Nodes of `later` that were stopped before every node of `earlier` was started again, by the run or by somebody else. */
export const rolesOutOfOrder = ({cluster, effects}: Trace, earlier: string, later: string): string[] => {
  const role = (id: string): string | undefined => cluster.nodes.find(node => node.id === id)?.role;
  const first = effects.findIndex(({node, effect}) => effect === 'stop' && role(node) === later);
  if (first < 0) return [];
  const before = effects.slice(0, first);
  const started = before.filter(
    ({node, effect}, i) =>
      role(node) === earlier &&
      (effect === 'start' ||
        (effect === 'ready' &&
          before.slice(0, i).some(past => past.node === node && MOVED.includes(past.effect)))),
  );
  const left = cluster.nodes.filter(
    node => node.role === earlier && !started.some(effect => effect.node === node.id),
  );
  return left.map(({id}) => `${effects[first]?.node} was stopped before ${id} was upgraded`);
};

/** Nodes stopped as `later` before one that was stopped as `earlier` (observers before followers). */
export const standingsOutOfOrder = (
  {cluster, effects}: Trace,
  role: string,
  earlier: string,
  later: string,
): string[] => {
  const of = cluster.nodes.filter(node => node.role === role).map(({id}) => id);
  const stops = effects.filter(({node, effect}) => effect === 'stop' && of.includes(node));
  const first = stops.findIndex(({as}) => as === later);
  if (first < 0) return [];
  const late = stops.slice(first).filter(({as}) => as === earlier);
  return late.map(({node}) => `${node}, ${earlier}, was stopped after ${stops[first]?.node}, ${later}`);
};

/**
 * Less than a majority of the voting nodes up at once. One that was lost from outside right before another one was stopped, or since,
 * could not be known to be down by then.
 */
export const quorumLost = (voters: readonly string[], {effects, down}: Trace): string[] => {
  const away = down();
  const isUnknown = (node: string): boolean => {
    const last = effects.findLast(each => each.node === node && STANDINGS.includes(each.effect));
    const stop = effects.findLast(({node: other, effect}) => other !== node && effect === 'stop');
    return last?.effect === 'lost' && last.at >= (stop?.at ?? 0) - LOOK_MAY_BE_MS;
  };
  const up = voters.filter(node => !away.includes(node) || isUnknown(node));
  return up.length >= Math.floor(voters.length / 2) + 1
    ? []
    : [`only ${up.join(', ') || 'none'} of ${voters.length} voters are up`];
};

/**
 * Voting nodes that were stopped although less than a majority was left without them at that very moment: the others are asked right
 * before the signal. Where so many were gone before that its gates counted no majority either, other rules name it.
 */
export const stoppedWithoutMajority = (voters: readonly string[], {effects}: Trace): string[] => {
  const away = new Map<string, {readonly effect: string; readonly at: number}>();
  const majority = Math.floor(voters.length / 2) + 1;
  const found: string[] = [];
  for (const {node, effect, at} of effects) {
    if (effect === 'ready') away.delete(node);
    if (['stop', 'died', 'lost', 'left-behind'].includes(effect)) away.set(node, {effect, at});
    if (effect !== 'stop' || !voters.includes(node)) continue;
    const gone = voters.filter(other => other !== node && away.has(other));
    const atOnce = gone.some(other => away.get(other)?.effect === 'lost' && away.get(other)?.at === at);
    if (atOnce && voters.length - 1 - gone.length < majority)
      found.push(`${node} was stopped right after ${gone.join(', ')} had gone, without a majority`);
  }
  return found;
};

/** Nodes that were stopped although the last copy beside their files was of another version than the wanted one. */
export const stoppedForWrongCopy = ({effects}: Trace): string[] =>
  effects.flatMap(({node, effect}, i) => {
    if (effect !== 'stop') return [];
    const copy = effects.slice(0, i).findLast(past => past.node === node && past.effect.startsWith('stage'));
    return copy?.effect === 'stage-wrong' ? [`${node} was stopped for a copy of the wrong version`] : [];
  });

/** Nodes that were stopped although something was written since it was saved last, so long ago that it had to be known. */
export const stoppedUnsaved = ({cluster, effects}: Trace, role: string): string[] =>
  effects.flatMap(({node, effect, at}, i) => {
    if (effect !== 'stop' || cluster.nodes.find(({id}) => id === node)?.role !== role) return [];
    const past = effects.slice(0, i);
    const saved = past.findLastIndex(each => each.effect === 'save');
    const unsaved = past
      .slice(saved + 1)
      .some(each => each.effect === 'write' && each.at < at - LOOK_MAY_BE_MS);
    return unsaved || saved < 0 ? [`${node} was stopped before what was written was saved`] : [];
  });

type Stop = Trace['effects'][number];

/** Nodes that were stopped while another one was away, for so long that it had to be known. */
const stoppedBeside = (
  {effects}: Trace,
  away: string,
  words: (stopped: Stop, gone: Stop) => string,
): string[] => {
  const gone = new Map<string, Stop>();
  const found: string[] = [];
  for (const one of effects) {
    if (one.effect === away && !gone.has(one.node)) gone.set(one.node, one);
    if (one.effect === 'ready') gone.delete(one.node);
    if (one.effect !== 'stop') continue;
    for (const lost of gone.values())
      if (lost.node !== one.node && lost.at < one.at - LOOK_MAY_BE_MS) found.push(words(one, lost));
  }
  return found;
};

/** Beside one that was lost from outside. */
export const stoppedBesideLost = (trace: Trace): string[] =>
  stoppedBeside(trace, 'lost', ({node}, lost) => `${node} was stopped while ${lost.node} was down`);

/** Beside one that a newer master has ended, and that goes first therefore. */
export const stoppedBesideLeftBehind = (trace: Trace): string[] =>
  stoppedBeside(
    trace,
    'left-behind',
    ({node}, gone) => `${node} was stopped while ${gone.node}, left behind, had to go first`,
  );

/** Nodes whose files were exchanged while a process ran from them. */
export const exchangedWhileRunning = ({effects}: Trace): string[] =>
  effects
    .filter(({effect}) => effect === 'backup-running' || effect === 'deploy-running')
    .map(({node, effect}) => `${effect.split('-')[0]} on ${node} while its process ran`);
