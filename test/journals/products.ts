import {NodeId} from '../../src/model/ids.ts';
import {nodeOf} from '../../src/model/inventory.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {memory as alluxioMemory, memoryInPlace} from '../fakes/alluxio/memory.ts';
import {memory as dorisMemory} from '../fakes/doris/memory.ts';
import {memory as vaultMemory} from '../systems/vault/fake-memory.ts';
import {deployBody} from '../systems/vault/scripts.ts';
import {vault} from '../systems/vault/system.ts';
import type {Product} from './take.ts';

export const DORIS: Product = {system: doris, memory: dorisMemory};

/** 2.3.0, whose journal 2.9.4 cannot read. */
export const ALLUXIO: Product = {system: alluxio, memory: alluxioMemory, counts: true};

/** 2.8.0, whose journal 2.9.4 reads. */
export const ALLUXIO_IN_PLACE: Product = {...ALLUXIO, memory: memoryInPlace};

export const VAULT: Product = {
  system: vault,
  memory: vaultMemory,
  // They replace lib as the script would.
  byHand: async (step, {plan, cluster, run}) => {
    const [, name = ''] = step.split('@');
    const {home} = nodeOf(cluster, NodeId.parse(name));
    await run(name, {body: deployBody, vars: {home: String(home), stamp: plan.stamp}});
  },
};

/** By the name of the system. */
export const products: ReadonlyMap<string, Product> = new Map(
  [DORIS, ALLUXIO, VAULT].map(product => [product.system.name, product]),
);
