import {parseCluster} from '../../src/inventory/read-cluster.ts';
import {fillVars} from '../../src/model/given.ts';
import {NodeId} from '../../src/model/ids.ts';
import {type Cluster, nodeOf} from '../../src/model/inventory.ts';
import {bodyOf, type Plan, planSteps} from '../../src/model/plan.ts';
import type {Clock} from '../../src/model/world.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import type {Hands, Take} from './take.ts';

const DAY_MS = 86_400_000;

/** The cluster as the program reads it. */
export const readCluster = ({
  inventory,
  cluster,
  system,
}: Pick<Take, 'inventory' | 'cluster' | 'system'>): Cluster => {
  const read = parseCluster(inventory, 'inventory.yaml', cluster, [system]);
  if (read.kind === 'problems') throw new Error(read.problems.map(({message}) => message.en).join('; '));
  return read.cluster;
};

export type HandsOptions = {
  readonly fake: FakeCluster;
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly wish?: Hands['wish'];
};

/** People with their hands on a fake cluster. */
export const makeHands = ({fake, clock, cluster, plan, wish = () => undefined}: HandsOptions): Hands => {
  const run: Hands['run'] = async (name, script) => {
    const {host} = nodeOf(cluster, NodeId.parse(name));
    await fake.answer(host, {kind: 'shell', shell: 'act', script, timeoutMs: DAY_MS, maxBytes: 65_536});
  };
  const carryOut: Hands['carryOut'] = async (name, node) => {
    const action = planSteps(plan).find(step => step.name === name && step.node === node)?.action;
    if (action?.kind !== 'script') throw new Error(`the plan has no script ${name} for ${node}`);
    await run(node, {body: bodyOf(plan, action), vars: fillVars(action, () => undefined)});
  };
  return {clock, cluster, plan, run, carryOut, heal: () => fake.heal(), wish};
};
