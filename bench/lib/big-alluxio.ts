import type {Facts} from '../../src/model/facts.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {Survey} from '../../src/model/survey.ts';
import type {Alluxio} from '../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {makeMemoryCluster} from '../../test/fakes/alluxio/cluster.ts';
import {memory} from '../../test/fakes/alluxio/memory.ts';
import {jumping, planBy} from './big-plan.ts';

const MASTERS = 3;

/** What is seen of the first node of each role in a small cluster of the fake. */
const lookAtRoles = async (): Promise<ReadonlyMap<string, Facts>> => {
  const cluster = makeMemoryCluster();
  const fake = memory.boot(cluster, {clock: jumping(), chance: () => 0.5, faults: []});
  const facts = new Map<string, Facts>();
  const probe = alluxio.probes[alluxio.survey];
  for (const node of cluster.nodes) {
    if (facts.has(node.role) || probe === undefined) continue;
    const look = await probe.look(node, cluster, fake.answer, {});
    if (look.kind === 'silent') throw new Error(`${node.id} was not seen`);
    facts.set(node.role, look.facts);
  }
  return facts;
};

/**
 * A survey of so many nodes: three masters, their job masters, and as many workers as job workers. Each node is as the first of
 * its role, so there are three leaders; no plan asks who leads.
 */
export const bigAlluxioSurvey = async (nodes: number): Promise<Survey<Alluxio>> => {
  const ofRole = await lookAtRoles();
  const cluster = makeMemoryCluster({masters: MASTERS, workers: (nodes - 2 * MASTERS) / 2, proxies: 0});
  return {cluster, facts: new Map(cluster.nodes.map(({id, role}) => [id, ofRole.get(role) ?? {}]))};
};

/** Back up, format, restore: the longer of both procedures. */
export const alluxioPlanOf = (survey: Survey<Alluxio>): Plan => planBy(alluxio, survey);
