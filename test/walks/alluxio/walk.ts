import type {Event} from '../../../src/model/event.ts';
import type {Operator} from '../../../src/model/world.ts';
import {drive, fresh} from '../drive.ts';
import {safetyValve} from './clients.ts';
import {cluster, named} from './cluster.ts';
import {plan} from './plan.ts';
import {system} from './system.ts';
import {type AlluxioWorld, makeAlluxio} from './world.ts';

/** What a person does by hand when the plan asks for it. */
export const byHand = (world: AlluxioWorld): Partial<Operator> => ({
  manual: async step => {
    const client = world.jars.get(step.split('@')[1] ?? '');
    if (client === undefined) return 'leave';
    if (step.includes('safety-valve'))
      client.classpath = safetyValve(named('yarn-gw')).split(/[=:]/)[1] ?? '';
    else client.loaded = '2.9.4';
    return 'done';
  },
});

export type Walk = {
  readonly world: AlluxioWorld;
  readonly events: readonly Event[];
  readonly held: string[];
  readonly did: readonly string[];
};

/** Walks the whole plan; `turn` changes the world as things happen, `operator` answers otherwise. */
export const walk = async (
  turn: (world: AlluxioWorld) => void = () => undefined,
  operator: Partial<Operator> = {},
): Promise<Walk> => {
  const world = makeAlluxio();
  turn(world);
  const {events, state} = await drive(fresh(plan), {
    ...world,
    system,
    cluster,
    operator: {...byHand(world), ...operator},
  });
  const held = state.holds.map(hold => ('gate' in hold ? hold.gate : 'step' in hold ? hold.step : hold.kind));
  return {world, events, held, did: world.did};
};

/** Where in a list of actions the first, or the last, of a kind stands. */
export const first = (did: readonly string[], pattern: RegExp): number =>
  did.findIndex(line => pattern.test(line));
export const last = (did: readonly string[], pattern: RegExp): number =>
  did.findLastIndex(line => pattern.test(line));
