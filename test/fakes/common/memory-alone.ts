import type {HostId} from '../../../src/model/ids.ts';
import {busy, type Told} from './memory-replies.ts';

/** Carries out an action on a home, or turns it away while an earlier one is at work there. */
export type Alone = (host: HostId, home: string, verb: string, work: () => Promise<Told>) => Promise<Told>;

/** One action at a time on a home, as the scripts' own receipts see to it; nodes that share a home share the place of these. */
export const makeAlone = (): Alone => {
  const atWork = new Map<string, string>();
  return async (host, home, verb, work) => {
    const place = `${host} ${home}`;
    const earlier = atWork.get(place);
    if (earlier !== undefined) return busy(`${earlier} of an earlier call is still at work on ${home}`);
    atWork.set(place, verb);
    try {
      return await work();
    } finally {
      atWork.delete(place);
    }
  };
};
