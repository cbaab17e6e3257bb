import {isDeepStrictEqual} from 'node:util';
import {fillStep} from '../../src/engine/fill.ts';
import {type Beginning, run} from '../../src/engine/run.ts';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {Event} from '../../src/model/event.ts';
import {fillCopy} from '../../src/model/given.ts';
import {NodeId, RunId, type StepId} from '../../src/model/ids.ts';
import {type Cluster, nodeOf} from '../../src/model/inventory.ts';
import {type Plan, planSteps, type Step} from '../../src/model/plan.ts';
import {foldEvents, reduce} from '../../src/model/reduce.ts';
import {factsOfStep, type RunState} from '../../src/model/state.ts';
import type {Operator} from '../../src/model/world.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import {makeFaultyNetwork, NO_FAULTS} from '../sim/faulty-network.ts';
import type {Planned} from '../sim/plan-for.ts';
import {seededRandom} from '../sim/random.ts';
import {makeVirtualClock, turned, type VirtualClock} from '../sim/virtual-clock.ts';
import {makeHands} from './hands.ts';
import {carryOut} from './make-recording.ts';
import {type Product, START_MS, type Take} from './take.ts';

/** A journal up to somewhere, whose plan is carried out on that cluster of that product. */
export type Cut = {
  readonly events: readonly Event[];
  readonly cluster: Cluster;
  readonly product: Product;
};

/** The product as a journal tells that it stands: every action that was carried out has been, and nothing else. */
export type World = {
  readonly clock: VirtualClock;
  readonly fake: FakeCluster;
  readonly state: RunState;
};

/**
 * The same for a product that counts: the take is recorded once more up to the last of those events, and what goes wrong in
 * it is put right. Throws where a run of today writes other events.
 */
export const recordAgain = async (take: Take, {events}: Cut): Promise<World> => {
  const {events: written, clock, fake} = await carryOut(take, events.length);
  if (!isDeepStrictEqual(written, events)) throw new Error(`${take.name} is not what was recorded`);
  fake.heal();
  return {clock, fake, state: foldEvents(events)};
};

/** Until whatever was started serves, and whatever is elected is elected. */
const QUIET_MS = 90_000;

/** Carries out, on a product that nobody has touched, what a journal says was carried out. */
export const bringAbout = async ({events, cluster, product}: Cut): Promise<World> => {
  const clock = makeVirtualClock(START_MS);
  const fake = product.memory.boot(cluster, {clock, chance: seededRandom(1), faults: []});
  let state: RunState | null = null;
  const done = new Set<StepId>();
  const actOn = async (step: Step, {plan}: RunState): Promise<void> => {
    if (done.has(step.id)) return;
    done.add(step.id);
    const hands = makeHands({fake, clock, cluster, plan});
    const {action} = step;
    if (action.kind === 'manual') await product.byHand?.(step.id, hands);
    else if (action.kind === 'copy') {
      const {node, path, to} = fillCopy(action, state === null ? () => undefined : factsOfStep(state));
      const from = {host: nodeOf(cluster, NodeId.parse(node)).host, path: parseAbsPath(path)};
      const request = {
        from,
        to: {host: nodeOf(cluster, step.node).host, path: parseAbsPath(to)},
        stallMs: action.stallMs,
      };
      await fake.copy?.(request, () => undefined, new AbortController().signal);
    } else {
      // With what its gates saw, as the engine sent it.
      const ready = state === null ? null : fillStep(state, step);
      if (ready?.kind !== 'ready' || ready.value.action.kind !== 'script')
        throw new Error(`${step.id} could not be carried out`);
      await hands.run(step.node, ready.value.action.script);
    }
    await clock.sleep(QUIET_MS);
  };
  for (const event of events) {
    const next = reduce(state, event);
    if (event.type === 'step.acted' || event.type === 'step.done') {
      const step = planSteps(next.plan).find(({id}) => id === event.step);
      if (step !== undefined) await turned(clock, actOn(step, next));
    }
    state = next;
  }
  if (state === null) throw new Error('the journal is empty');
  return {clock, fake, state};
};

/** What the engine sent when it went on, by the step whose action it is. */
export type Resumed = {readonly state: RunState; readonly sent: readonly StepId[]};

/** Which step a script belongs to: there is one action of a name on a node. */
const stepsByScript = (plan: Plan, cluster: Cluster): ReadonlyMap<string, StepId> =>
  new Map(
    planSteps(plan).flatMap(({id, node, action}) =>
      action.kind === 'script'
        ? [[`${nodeOf(cluster, node).host} ${action.body} ${action.vars.home}`, id]]
        : [],
    ),
  );

const carryOn = async (
  {cluster, product}: Pick<Cut, 'cluster' | 'product'>,
  {clock, fake}: Pick<World, 'clock' | 'fake'>,
  plan: Plan,
  beginning: Beginning,
  enough: (state: RunState) => boolean,
): Promise<Resumed> => {
  const network = makeFaultyNetwork(fake, clock, seededRandom(2), NO_FAULTS);
  const known = stepsByScript(plan, cluster);
  const sent: StepId[] = [];
  const hands = makeHands({fake, clock, cluster, plan});
  let wish: ReturnType<Operator['wish']> = 'go';
  const operator: Operator = {
    confirm: async () => ({answer: 'yes', typed: plan.cluster}),
    choose: async () => 'retry',
    manual: async step => {
      await product.byHand?.(step, hands);
      return 'done';
    },
    wish: () => wish,
    onWish: () => () => undefined,
  };
  const ended = await turned(
    clock,
    run(beginning, {
      system: product.system,
      cluster,
      onSighting: () => undefined,
      lease: null,
      onHeadway: () => undefined,
      publish: (_event, state) => {
        if (enough(state)) wish = 'leave';
      },
      world: {
        clock,
        chance: seededRandom(3),
        operator,
        journal: {append: async () => undefined},
        transport: {
          ...network,
          copy: (request, onProgress, signal) => {
            const step = planSteps(plan).find(
              ({node, action}) => action.kind === 'copy' && nodeOf(cluster, node).host === request.to.host,
            );
            if (step === undefined) throw new Error(`the plan copies nothing to ${request.to.host}`);
            sent.push(step.id);
            return network.copy(request, onProgress, signal);
          },
          ask: (host, request) => {
            if (request.kind === 'shell' && request.shell === 'act') {
              const {body, vars} = request.script;
              const step = known.get(`${host} ${body.name} ${vars.home}`);
              if (step === undefined) throw new Error(`${body.name} on ${host} is no action of the plan`);
              sent.push(step);
            }
            return network.ask(host, request);
          },
        },
      },
    }),
  );
  if (ended === null) throw new Error('the run neither ended nor was left');
  return {state: ended.state, sent};
};

/**
 * The real engine goes on with a journal, with an operator who agrees to everything, until the run has ended; or until
 * `enough`: then the operator leaves.
 */
export const goOn = (
  cut: Cut,
  world: World,
  enough: (state: RunState) => boolean = () => false,
): Promise<Resumed> =>
  carryOn(cut, world, world.state.plan, {kind: 'resumed', events: cut.events, lakeup: 'resumed'}, enough);

/** The real engine carries out another plan on the cluster as it stands, with an operator who agrees to everything. */
export const beginAnew = (cut: Cut, world: World, {plan, findings}: Planned): Promise<Resumed> => {
  const planned = {
    type: 'run.planned',
    run: RunId.parse('20260101-000000-anew'),
    lakeup: 'anew',
    inventory: 'inventory.yaml',
    plan,
    findings,
  } as const;
  return carryOn(cut, world, plan, {kind: 'new', planned}, () => false);
};
