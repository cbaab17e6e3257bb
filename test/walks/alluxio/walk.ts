import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import type {Event} from '../../../src/model/event.ts';
import {NodeId} from '../../../src/model/ids.ts';
import {nodeOf} from '../../../src/model/inventory.ts';
import type {RunState} from '../../../src/model/state.ts';
import type {Operator} from '../../../src/model/world.ts';
import {type Driving, drive, fresh, planFor} from '../drive.ts';
import {safetyValve} from './clients.ts';
import type {AlluxioCluster} from './fields.ts';
import {alluxio} from './system.ts';
import {makeAlluxio} from './world.ts';
import type {AlluxioWorld} from './world-state.ts';

export const INVENTORY = readFileSync(join(import.meta.dirname, 'inventory.yaml'), 'utf8');

/** Reads the cluster of an inventory file as the program does; throws with everything that is wrong with it. */
export const readInventory = (fileText: string): AlluxioCluster => {
  const read = parseCluster(fileText, 'inventory.yaml', 'lake-alluxio', [alluxio]);
  if (read.kind === 'problems')
    throw new Error(read.problems.map(({line, message}) => `line ${line}: ${message.en}`).join('\n'));
  // The fields are what this system's own schemas made of the file.
  return read.cluster as AlluxioCluster;
};

export const cluster = readInventory(INVENTORY);

export const drivingOf = (world: AlluxioWorld): Driving => ({
  system: alluxio,
  cluster: world.cluster,
  clock: world.clock,
  ask: world.ask,
});

/** The plan of the walk, from the inventory file through survey, preflight and choice. */
export const plan = await planFor(drivingOf(makeAlluxio(cluster)));

/** What a person does by hand when the plan asks for it. */
const byHand = (world: AlluxioWorld): Partial<Operator> => ({
  manual: async step => {
    const id = NodeId.parse(step.split('@')[1]);
    const client = world.jars.get(id);
    if (client === undefined) return 'leave';
    if (step.includes('safety-valve'))
      client.classpath = safetyValve(nodeOf(cluster, id), plan.to).split(/[=:]/)[1] ?? '';
    else client.loaded = plan.to;
    return 'done';
  },
});

/** Says yes to everything, but leaves at the question of a gate whose name begins so. */
export const leavingAt = (gate: string): Partial<Operator> => ({
  confirm: async asked => (asked.startsWith(gate) ? {answer: 'leave'} : {answer: 'yes', typed: cluster.name}),
});

export type Walk = {
  readonly world: AlluxioWorld;
  readonly state: RunState;
  readonly events: readonly Event[];
  readonly held: readonly string[];
  readonly did: readonly string[];
};

type Turns = {
  /** Changes the world before the walk begins, or as things happen. */
  readonly turn?: (world: AlluxioWorld) => void;
  readonly operator?: Partial<Operator>;
  /** Goes on with what another run left behind, in the world it left. */
  readonly after?: {readonly world: AlluxioWorld; readonly events: readonly Event[]};
};

/** Walks the whole plan with the real engine, as far as it comes. */
export const walk = async ({turn, operator, after}: Turns = {}): Promise<Walk> => {
  const world = after?.world ?? makeAlluxio(cluster);
  turn?.(world);
  const beginning =
    after === undefined ? fresh(plan) : ({kind: 'resumed', events: after.events, lakeup: 'test'} as const);
  const {events, state} = await drive(beginning, {
    ...drivingOf(world),
    operator: {...byHand(world), ...operator},
  });
  const held = state.holds.map(hold => ('gate' in hold ? hold.gate : 'step' in hold ? hold.step : hold.kind));
  return {world, state, events, held, did: world.did};
};

/** Where in a list of actions the first, or the last, of a kind stands. */
export const first = (did: readonly string[], pattern: RegExp): number =>
  did.findIndex(line => pattern.test(line));
export const last = (did: readonly string[], pattern: RegExp): number =>
  did.findLastIndex(line => pattern.test(line));
