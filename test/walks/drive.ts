import {type Beginning, type RunEnd, run} from '../../src/engine/run.ts';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import {type NodeId, RunId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {System} from '../../src/model/system.ts';
import type {Operator} from '../../src/model/world.ts';
import {seededRandom} from '../sim/random.ts';
import type {VirtualClock} from '../sim/virtual-clock.ts';

const DAY_MS = 86_400_000;

export type Driving = {
  readonly system: System;
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly ask: <R extends Request>(node: NodeId, request: R) => Promise<ReplyTo<R>>;
  readonly operator?: Partial<Operator>;
  /** Called with every event that is kept. */
  readonly onEvent?: (event: Event) => void;
};

/** Says yes with the cluster's name, never retries, does nothing by hand. */
const willing = (cluster: Cluster): Operator => ({
  confirm: async () => ({answer: 'yes', typed: cluster.name}),
  choose: async () => 'leave',
  manual: async () => 'leave',
  wish: () => 'go',
  onWish: () => () => undefined,
});

/** The real engine on a world in memory, from the beginning to the end or until the operator leaves. */
export const drive = async (
  beginning: Beginning,
  {system, cluster, clock, ask, operator, onEvent}: Driving,
): Promise<RunEnd & {readonly events: readonly Event[]}> => {
  const events: Event[] = [];
  const over: {end: RunEnd | null; error: unknown} = {end: null, error: null};
  const running = run(beginning, {
    system,
    cluster,
    publish: () => undefined,
    onSighting: () => undefined,
    world: {
      clock,
      chance: seededRandom(1),
      operator: {...willing(cluster), ...operator},
      journal: {
        append: async event => {
          events.push(structuredClone(event));
          onEvent?.(event);
        },
      },
      transport: {ask, close: async () => undefined},
    },
  }).then(
    end => {
      over.end = end;
    },
    (error: unknown) => {
      over.error = error ?? new Error('the engine failed');
    },
  );
  await clock.turnUntil(() => over.end !== null || over.error !== null, clock.now() + DAY_MS);
  await running;
  if (over.end === null) throw over.error;
  return {...over.end, events};
};

/** A run of a plan that begins now. */
export const fresh = (plan: Plan): Beginning => ({
  kind: 'new',
  planned: {
    type: 'run.planned',
    run: RunId.parse('20260101-000000-walk'),
    lakeup: 'test',
    inventory: 'test',
    plan,
  },
});
