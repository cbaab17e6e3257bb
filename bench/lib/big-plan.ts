import {stamp} from '../../src/lib/stamp.ts';
import type {Happening} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {RunId} from '../../src/model/ids.ts';
import type {Product} from '../../src/model/inventory.ts';
import type {Gate, Plan} from '../../src/model/plan.ts';
import type {Survey} from '../../src/model/survey.ts';
import type {System} from '../../src/model/system.ts';
import type {Clock} from '../../src/model/world.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import type {Doris, DorisCluster} from '../../src/systems/doris/fields.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {type MemoryShape, makeMemoryCluster} from '../../test/fakes/doris/cluster.ts';
import {memory} from '../../test/fakes/doris/memory.ts';

export const START_MS = Date.UTC(2026, 0, 1);
export const RUN = RunId.parse('20260101-000000-aaaa');

/** A clock that jumps: whoever sleeps is woken at once, and it is later. */
export const jumping = (): Clock => {
  let now = START_MS;
  return {
    now: () => now,
    ticks: () => now,
    sleep: async ms => {
      now += ms;
    },
  };
};

/** The shape of a cluster with so many nodes: backends in two groups, and as many others as a cluster of that size has. */
export const shapeOf = (nodes: number): MemoryShape => {
  const others = {ms: 3, recyclers: 1, fe: nodes > 500 ? 6 : 4};
  const backends = nodes - others.ms - others.recyclers - others.fe;
  return {...others, groups: {cg_etl: Math.ceil(backends / 2), cg_bi: Math.floor(backends / 2)}};
};

let known: Promise<ReadonlyMap<string, Facts>> | null = null;

/** What is seen of one node of each role in a small cluster of the fake. */
const lookAtRoles = async (): Promise<ReadonlyMap<string, Facts>> => {
  const cluster = makeMemoryCluster();
  const clock = jumping();
  const fake = memory.boot(cluster, {clock, chance: () => 0.5, faults: []});
  const facts = new Map<string, Facts>();
  const probe = doris.probes[doris.survey];
  for (const node of cluster.nodes) {
    if (facts.has(node.role) || probe === undefined) continue;
    const look = await probe.look(node, cluster, fake.answer, {});
    if (look.kind === 'silent') throw new Error(`${node.id} was not seen`);
    facts.set(node.role, look.facts);
  }
  return facts;
};

/** A survey of that cluster: each node is as the first of its role. */
export const surveyOf = async (cluster: DorisCluster): Promise<Survey<Doris>> => {
  known ??= lookAtRoles();
  const ofRole = await known;
  const facts = new Map(
    cluster.nodes.map(({id, role, group}) => [
      id,
      {...ofRole.get(role), ...(group === undefined ? {} : {group})},
    ]),
  );
  return {cluster, facts};
};

/** A survey of a cluster of that size. */
export const bigSurvey = (nodes: number): Promise<Survey<Doris>> =>
  surveyOf(makeMemoryCluster(shapeOf(nodes)));

/** Chooses, makes and checks a plan, as an upgrade does. */
export const planBy = <P extends Product>(system: System<P>, survey: Survey<P>): Plan => {
  const choice = system.choose(survey);
  if (choice.kind === 'refused') throw new Error(choice.because.en);
  const {from, to} = choice;
  const plan = makePlan(choice, {...survey, target: {from, to, stamp: stamp(START_MS)}});
  const [problem] = planProblems(plan, system, survey.cluster);
  if (problem !== undefined) throw new Error(problem.en);
  return plan;
};

export const planOf = (survey: Survey<Doris>): Plan => planBy(doris, survey);

export const planned = (plan: Plan): Happening => ({
  type: 'run.planned',
  run: RUN,
  lakeup: 'bench',
  inventory: 'bench',
  plan,
  findings: [],
});

const opened = (gates: readonly Gate[]): Happening[] =>
  gates.flatMap(({id, kind}): Happening[] => [
    ...(kind === 'confirm' ? [{type: 'gate.reached', gate: id, blast: []} as const] : []),
    {type: 'gate.opened', gate: id, by: kind === 'confirm' ? 'operator' : 'facts', facts: {health: 'ok'}},
  ]);

const OUTPUT = 'log line of a start script\n'.repeat(10);
const SEEN: Facts = {health: 'ok', version: '3.1.2', alive: true, pid: 41_237, startTicks: 918_273};

/** Everything that happens in a run in which all goes well, from its plan to its end. */
export function* wholeRun(plan: Plan): Generator<Happening> {
  yield planned(plan);
  for (const phase of plan.phases) {
    yield* opened(phase.gates);
    for (const {node, steps} of phase.lanes) {
      yield {type: 'lane.begun', phase: phase.id, node, ranks: {}};
      for (const {id, gates} of steps) {
        yield* opened(gates);
        yield {type: 'step.started', step: id, attempt: 1};
        yield {
          type: 'step.acted',
          step: id,
          outcome: {code: 0, ms: 900, stdout: OUTPUT, stderr: '', cut: false},
        };
        yield {type: 'step.done', step: id, already: false, facts: SEEN};
      }
    }
  }
  const nodes = plan.verify.map(({node}) => node);
  for (const node of nodes) yield {type: 'node.verified', node, facts: SEEN};
  yield {type: 'run.ended', verdict: {verified: nodes}};
}
