import {NodeId} from '../../src/model/ids.ts';
import {nodeOf} from '../../src/model/inventory.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {memory as dorisMemory} from '../fakes/doris/memory.ts';
import {memory as vaultMemory} from '../systems/vault/fake-memory.ts';
import {deployBody} from '../systems/vault/scripts.ts';
import {vault} from '../systems/vault/system.ts';
import type {Product} from './take.ts';

export const DORIS: Product = {system: doris, memory: dorisMemory};

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
  [DORIS, VAULT].map(product => [product.system.name, product]),
);
