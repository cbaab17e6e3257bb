import type {Copy} from '../model/copy.ts';
import type {HostId} from '../model/ids.ts';
import {copyOver, type OpenFar} from './copy.ts';
import type {TransportEnv} from './env.ts';
import {CALLED_OFF_UNSENT, refused} from './replies.ts';
import {makeSlots, type Slots} from './slots.ts';
import {orCancelled} from './within.ts';

/**
 * Copies, a few at a time from and to each host: each takes a session of its connection. Whoever waits for a place to send
 * has one to receive already, and never the other way round, so that no two wait for each other.
 */
export const makeCopies = (env: TransportEnv, open: OpenFar): Copy => {
  const places = {receive: new Map<HostId, Slots>(), send: new Map<HostId, Slots>()};
  const placeAt = (way: keyof typeof places, host: HostId): Slots => {
    const known = places[way].get(host) ?? makeSlots(env.limits.copiesEachWay);
    places[way].set(host, known);
    return known;
  };
  return async (request, onProgress, signal) => {
    const held: (() => void)[] = [];
    try {
      for (const place of [placeAt('receive', request.to.host), placeAt('send', request.from.host)]) {
        const taking = place.take();
        const taken = await orCancelled(signal, taking);
        if (taken === 'cancelled') {
          void taking.then(release => release());
          return refused('cancelled', CALLED_OFF_UNSENT);
        }
        held.push(taken);
      }
      return await copyOver(request, env, open, onProgress, signal);
    } finally {
      for (const release of held) release();
    }
  };
};
