import type {Refused} from '../model/ask.ts';
import type {Copy, CopyProgress} from '../model/copy.ts';
import type {HostId} from '../model/ids.ts';
import {text} from '../model/text.ts';
import {copyOver, type OpenFar} from './copy.ts';
import type {TransportEnv} from './env.ts';
import {CALLED_OFF_UNSENT, inSeconds, refused} from './replies.ts';
import {makeSlots, type Slots} from './slots.ts';
import {within} from './within.ts';

const NO_LONGER: Refused = refused(
  'guard',
  text('what allowed it was no longer so when its turn came', '轮到它时，允许它开始的条件已不再满足'),
);

const tooLate = (ms: number): Refused => {
  const span = inSeconds(ms);
  return refused(
    'guard',
    text(`waited ${span.en} for its turn behind other copies`, `排在其他复制之后，等待了 ${span.zh}仍未轮到`),
  );
};

/** Places of a copy, and whether they were waited for. */
type Turn = {readonly held: readonly (() => void)[]; readonly waited: boolean};

/** Takes one place after the other, and waits for all of them together no longer than that. */
const takeTurn = async (
  places: readonly Slots[],
  {clock, limits}: Pick<TransportEnv, 'clock' | 'limits'>,
  onProgress: (progress: CopyProgress) => void,
  signal: AbortSignal | undefined,
): Promise<Turn | Refused> => {
  const withinMs = limits.queueMs.copy;
  const held: (() => void)[] = [];
  const deadline = clock.ticks() + withinMs;
  let waited = false;
  for (const place of places) {
    const free = signal?.aborted === true ? null : place.tryTake();
    if (free !== null) {
      held.push(free);
      continue;
    }
    if (!waited) onProgress({stage: 'waiting', bytes: 0, totalBytes: 0, withinMs});
    waited = true;
    const taking = place.take();
    const taken = await within(clock, Math.max(0, deadline - clock.ticks()), signal, taking);
    if (taken.kind === 'ok') {
      held.push(taken.value);
      continue;
    }
    void taking.then(release => release());
    for (const release of held) release();
    return taken.kind === 'cancelled' ? refused('cancelled', CALLED_OFF_UNSENT) : tooLate(withinMs);
  }
  return {held, waited};
};

/**
 * Copies, a few at a time from and to each host: each takes a session of its connection. Whoever waits for a place to send
 * has one to receive already, and never the other way round, so that no two wait for each other. The wait has a limit, and
 * after it what allowed the copy is asked for again.
 */
export const makeCopies = (env: TransportEnv, open: OpenFar): Copy => {
  const places = {receive: new Map<HostId, Slots>(), send: new Map<HostId, Slots>()};
  const placeAt = (way: keyof typeof places, host: HostId): Slots => {
    const known = places[way].get(host) ?? makeSlots(env.limits.copiesEachWay);
    places[way].set(host, known);
    return known;
  };
  return async (request, onProgress, signal, mayBegin = async () => true) => {
    const wanted = [placeAt('receive', request.to.host), placeAt('send', request.from.host)];
    const turn = await takeTurn(wanted, env, onProgress, signal);
    if ('kind' in turn) return turn;
    try {
      if (turn.waited && !(await mayBegin())) return NO_LONGER;
      return await copyOver(request, env, open, onProgress, signal);
    } finally {
      for (const release of turn.held) release();
    }
  };
};
