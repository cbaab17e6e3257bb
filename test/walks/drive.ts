import {type Beginning, type RunEnd, run} from '../../src/engine/run.ts';
import {stamp} from '../../src/lib/stamp.ts';
import type {Ask} from '../../src/model/ask.ts';
import type {Copy} from '../../src/model/copy.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {type NodeId, RunId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import {Plan} from '../../src/model/plan.ts';
import {describeReasons} from '../../src/model/reason.ts';
import type {Survey} from '../../src/model/survey.ts';
import type {System} from '../../src/model/system.ts';
import type {Operator} from '../../src/model/world.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {lookOnce} from '../../src/probe/look.ts';
import {seededRandom} from '../sim/random.ts';
import type {VirtualClock} from '../sim/virtual-clock.ts';

const DAY_MS = 86_400_000;

export type Driving = {
  readonly system: System;
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly ask: Ask;
  readonly copy?: Copy;
  readonly operator?: Partial<Operator>;
  /** Called with every event that is kept, and the state after it. */
  readonly onEvent?: (event: Event) => void;
};

/** Turns the clock until the promise is settled, and gives its value. */
export const inTime = async <T>(clock: VirtualClock, promise: Promise<T>): Promise<T> => {
  const over = {ended: false};
  const end = (): void => {
    over.ended = true;
  };
  promise.then(end, end);
  await clock.turnUntil(() => over.ended, clock.now() + DAY_MS);
  return promise;
};

/** What a probe says of a node now; throws where it is silent. */
export const seenBy = async (
  driving: Driving,
  id: NodeId,
  probe: string,
  given: Facts = {},
): Promise<Facts> => {
  const {look} = await inTime(driving.clock, lookOnce(driving, id, probe, 60_000, given));
  if (look.kind === 'silent') throw new Error(describeReasons(look.reasons).en);
  return look.facts;
};

/** Looks at every node by the system's survey probe. */
export const surveyOf = async (driving: Driving): Promise<Survey> => {
  const {system, cluster} = driving;
  const facts = new Map<NodeId, Facts>();
  for (const {id} of cluster.nodes) facts.set(id, await seenBy(driving, id, system.survey));
  return {cluster, facts};
};

/** Survey, preflight, choice and plan as the program makes them, written and read back once. Throws at the first no. */
export const planFor = async (driving: Driving): Promise<Plan> => {
  const {system, cluster, clock} = driving;
  const survey = await surveyOf(driving);
  const blocks = system.preflight.flatMap(check => check.find(survey)).filter(({level}) => level === 'block');
  if (blocks.length > 0) throw new Error(blocks.map(({check, seen}) => `${check}: ${seen?.en}`).join('; '));
  const choice = system.choose(survey);
  if (choice.kind === 'refused') throw new Error(choice.because.en);
  const {from, to} = choice;
  const made = makePlan(choice, {...survey, target: {from, to, stamp: stamp(clock.now())}});
  const plan = Plan.parse(JSON.parse(JSON.stringify(made)));
  const problems = planProblems(plan, system, cluster);
  if (problems.length > 0) throw new Error(problems.map(({en}) => en).join(' '));
  return plan;
};

/** A world that holds no files. */
const noCopies: Copy = () => Promise.reject(new Error('this world copies no files'));

/** Says yes with the cluster's name, never retries, does nothing by hand. */
const willing = (cluster: Cluster): Operator => ({
  confirm: async () => ({answer: 'yes', typed: cluster.name}),
  choose: async () => 'leave',
  manual: async () => 'leave',
  wish: () => 'go',
  onWish: () => () => undefined,
});

/** The real engine on a world in memory, from the beginning to the end or until the operator leaves. `said`: how far actions were. */
export const drive = async (
  beginning: Beginning,
  {system, cluster, clock, ask, copy, operator, onEvent}: Driving,
): Promise<RunEnd & {readonly events: readonly Event[]; readonly said: readonly string[]}> => {
  const events: Event[] = [];
  const said: string[] = [];
  const end = await inTime(
    clock,
    run(beginning, {
      system,
      cluster,
      publish: () => undefined,
      onSighting: () => undefined,
      lease: null,
      onHeadway: (step, headway) => void said.push(`${step} ${headway?.words.en ?? 'nobody hears it'}`),
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
        transport: {ask, copy: copy ?? noCopies, retryLogins: () => undefined, close: async () => undefined},
      },
    }),
  );
  return {...end, events, said};
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
    findings: [],
  },
});
