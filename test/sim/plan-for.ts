import {stamp} from '../../src/lib/stamp.ts';
import type {Facts} from '../../src/model/facts.ts';
import type {Finding} from '../../src/model/finding.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import {describeReasons} from '../../src/model/reason.ts';
import type {Clock, Transport} from '../../src/model/world.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {lookOnce} from '../../src/probe/look.ts';
import type {Subject} from './subject.ts';

const SURVEY_WITHIN_MS = 600_000;

/** A plan, and what preflight warned of before it was made. */
export type Planned = {readonly plan: Plan; readonly findings: readonly Finding[]};

/** Preflight blocks: nothing was changed, and there is no plan. */
export class Blocked extends Error {
  readonly nodes: readonly string[];
  constructor(blocks: readonly Finding[]) {
    super(
      `preflight blocks: ${blocks.map(({check, node, seen}) => `${check} ${node}: ${seen?.en}`).join('; ')}`,
    );
    this.nodes = blocks.map(({node}) => String(node));
  }
}

/** Surveys a healthy cluster and makes the plan, as the program does. Throws on preflight blocks and plan problems. */
export const planFor = async (
  {system, cluster}: Pick<Subject, 'system' | 'cluster'>,
  transport: Pick<Transport, 'ask'>,
  clock: Clock,
): Promise<Planned> => {
  const {ask} = transport;
  const facts = new Map<NodeId, Facts>();
  for (const {id} of cluster.nodes) {
    const {look} = await lookOnce({system, cluster, clock, ask}, id, system.survey, SURVEY_WITHIN_MS);
    if (look.kind === 'silent')
      throw new Error(`the survey of ${id} brought nothing: ${describeReasons(look.reasons, id).en}`);
    facts.set(id, look.facts);
  }
  const findings = system.preflight.flatMap(check => check.find({cluster, facts}));
  const blocks = findings.filter(({level}) => level === 'block');
  if (blocks.length > 0) throw new Blocked(blocks);
  const choice = system.choose({cluster, facts});
  if (choice.kind === 'refused') throw new Error(`no way to go: ${choice.because.en}`);
  const target = {from: choice.from, to: choice.to, stamp: stamp(clock.now())};
  const plan = makePlan(choice, {cluster, facts, target});
  const problems = planProblems(plan, system, cluster);
  if (problems.length > 0) throw new Error(`the plan is wrong: ${problems.map(({en}) => en).join(' ')}`);
  return {plan, findings: findings.filter(({level}) => level === 'warn')};
};
