import type {Facts, Look, Sighting} from '../../../src/model/facts.ts';
import {reason} from '../../../src/model/reason.ts';
import type {Probe} from '../../../src/model/system.ts';
import {plain, type Text} from '../../../src/model/text.ts';
import type {Looker} from '../../../src/probe/look.ts';
import {makeVirtualClock, type VirtualClock} from '../../sim/virtual-clock.ts';
import {a, cluster, START_MS, system} from '../engine/toy.ts';

export const seen = (facts: Facts): Look => ({kind: 'seen', facts});
export const silent = (words: Text = plain('no route')): Look => ({
  kind: 'silent',
  reasons: [reason(words, a)],
});

export type Looking = {
  readonly clock: VirtualClock;
  readonly looker: Looker;
  readonly sightings: Sighting[];
  /** When each look began, in ms since the start. */
  readonly looks: number[];
  readonly told: Facts[];
};

/** A looker whose `status` probe says one look after the other, the last for good, each after `tookMs`. */
export const makeLooking = (looks: readonly (Look | Error)[], tookMs = 10): Looking => {
  const clock = makeVirtualClock(START_MS);
  const left = [...looks];
  const began: number[] = [];
  const told: Facts[] = [];
  const status: Probe = {
    roles: ['toy'],
    look: async (_node, _cluster, _ask, given) => {
      began.push(clock.now() - START_MS);
      told.push(given);
      const next = left.length > 1 ? left.shift() : left[0];
      await clock.sleep(tookMs);
      if (next === undefined || next instanceof Error) throw next ?? new Error('nothing was written');
      return next;
    },
  };
  const ask: Looker['ask'] = () => {
    throw new Error('this probe asks nothing');
  };
  const looker: Looker = {system: {...system, probes: {...system.probes, status}}, cluster, clock, ask};
  return {clock, looker, sightings: [], looks: began, told};
};

/** Turns the clock until the promise is settled, and gives its value. */
export const inTime = async <T>(clock: VirtualClock, promise: Promise<T>): Promise<T> => {
  const over: {ended: boolean} = {ended: false};
  const end = (): void => {
    over.ended = true;
  };
  promise.then(end, end);
  await clock.turnUntil(() => over.ended, clock.now() + 3_600_000);
  return promise;
};
