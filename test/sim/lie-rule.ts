import type {Event} from '../../src/model/event.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {RunState} from '../../src/model/state.ts';
import {isForEver, isOn, type Lie, type Lies} from '../fakes/common/memory-lies.ts';
import type {Effect} from '../fakes/memory.ts';
import {namedByHold} from './evidence.ts';
import {notVerified, type Scene, type Untrue} from './lies.ts';
import type {Subject, Trace} from './subject.ts';
import type {Swarm} from './swarm.ts';

/** A lie that is told for so long has to be known: the last looks take 22 s, and see rows that are a heartbeat old. */
const KNOWN_AFTER_MS = 30_000;

const DOWN: readonly string[] = ['stop', 'died', 'lost', 'left-behind'];

/** What was done to the cluster so far: who is up, and who led until when. */
const makeStage = ({plan, cluster}: Trace, startMs: number) => {
  const past: Effect[] = [];
  const up = new Map<NodeId, number | null>(cluster.nodes.map(({id}) => [id, startMs]));
  // As either product says it.
  const isMaster = (id: NodeId): boolean =>
    plan.survey[id]?.fe === 'master' || plan.survey[id]?.master === 'leader';
  let leader = cluster.nodes.find(({id}) => isMaster(id))?.id ?? null;
  const ledUntil = new Map<NodeId, number>();
  return {
    add: (done: Effect): void => {
      const {node, effect, at} = done;
      past.push(done);
      if (DOWN.includes(effect) && up.get(node) !== null) up.set(node, null);
      if (effect === 'ready') up.set(node, at);
      if (effect !== 'elected') return;
      if (leader !== null) ledUntil.set(leader, at);
      leader = node;
    },
    scene: (): Scene => ({
      cluster,
      upSince: node => up.get(node) ?? null,
      ledUntil: node => (leader === node ? null : (ledUntil.get(node) ?? startMs)),
      plan,
      effects: past,
    }),
  };
};

const sentence = ({name, node}: Lie): string => `"${name}" was told of ${node}`;

const doneBy = (event: Event): string => {
  if (event.type === 'node.verified') return `${event.node} was verified`;
  return event.type === 'step.done' ? `${event.step} was done` : event.type;
};

/**
 * Never verified, never ended and nobody stopped while a lie is on that makes it untrue, or a node is down, for so long that it
 * had to be known. To be told every event at the time it happened, and to be asked after every effect.
 */
export const makeLieRule = (
  {lies: kinds = [], rolling}: Pick<Subject, 'lies' | 'rolling'>,
  lies: Lies,
  trace: Trace,
  {startMs, swarm}: {readonly startMs: number; readonly swarm: Swarm},
) => {
  const {refused, dropped, answerLost} = swarm;
  const isHeard = refused + dropped + answerLost === 0;
  const stage = makeStage(trace, startMs);
  const downSince = new Map<NodeId, number>();
  let seen = 0;

  const untruths = (at: number): readonly {readonly lie: Lie; readonly untrue: Untrue}[] =>
    lies.all.flatMap(lie => {
      const kind = kinds.find(({name}) => name === lie.name);
      if (!isOn(lie, at) || kind === undefined || kind.untrue === null) return [];
      if (kind.heard === true && !isHeard) return [];
      const untrue = kind.untrue(lie, stage.scene());
      return at - Math.max(lie.from, untrue.since ?? 0) >= KNOWN_AFTER_MS ? [{lie, untrue}] : [];
    });
  const down = (at: number): readonly NodeId[] =>
    [...downSince].flatMap(([node, since]) => (at - since >= KNOWN_AFTER_MS ? [node] : []));

  const wrong = (effect: Effect): readonly string[] => [
    ...(rolling && effect.effect === 'stop' ? down(effect.at) : [])
      .filter(other => other !== effect.node)
      .map(other => `${effect.node} was stopped while ${other} was down`),
    ...untruths(effect.at)
      .filter(({untrue}) => untrue.forbids?.(effect) === true)
      .map(({lie}) => `${effect.node}: ${effect.effect}, while ${sentence(lie)}`),
  ];
  /** Broken by what was done since it was asked last. */
  const done = (): readonly string[] => {
    const found: string[] = [];
    for (const effect of trace.effects.slice(seen)) {
      found.push(...wrong(effect));
      if (DOWN.includes(effect.effect) && !downSince.has(effect.node)) downSince.set(effect.node, effect.at);
      if (effect.effect === 'ready') downSince.delete(effect.node);
      stage.add(effect);
    }
    seen = trace.effects.length;
    return found;
  };
  const happened = (event: Event): readonly string[] => {
    const before = done();
    const {at} = event;
    const gone = event.type === 'node.verified' || event.type === 'run.ended' ? down(at) : [];
    return [
      ...before,
      ...gone
        .filter(node => notVerified([node])(event))
        .map(node => `${doneBy(event)} while ${node} was down`),
      ...untruths(at)
        .filter(({untrue}) => untrue.denies?.(event) === true)
        .map(({lie}) => `${doneBy(event)} while ${sentence(lie)}`),
    ];
  };
  /** Whether what holds the run names a node that is lied of for ever. */
  const explains = (state: RunState): boolean => {
    const named = new Set(namedByHold(state, trace.cluster.nodes));
    return lies.all.some(lie => {
      const kind = kinds.find(({name}) => name === lie.name);
      const shows = kind?.shows ?? (({id}) => id === lie.node);
      const stays = isForEver(lie) || kind?.lasts === true;
      return stays && trace.cluster.nodes.filter(shows).some(node => named.has(node));
    });
  };
  /** Without nodes that may be stopped more than once. */
  const counted = (all: Trace): Trace => {
    const again = new Set(kinds.flatMap(({name, again: may}) => (may === true ? [name] : [])));
    const often = new Set(lies.all.filter(({name}) => again.has(name)).map(({node}) => node));
    if (often.size === 0) return all;
    const nodes = all.cluster.nodes.filter(({id}) => !often.has(id));
    return {...all, cluster: {...all.cluster, nodes}};
  };
  return {done, happened, explains, counted};
};

/** Of a subject that tells no lies there is nothing to be said. */
export const NO_LIE_RULE: ReturnType<typeof makeLieRule> = {
  done: () => [],
  happened: () => [],
  explains: () => false,
  counted: all => all,
};
