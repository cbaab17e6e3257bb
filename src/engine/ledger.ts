import type {Event, Happening} from '../model/event.ts';
import {reduce} from '../model/reduce.ts';
import type {RunState} from '../model/state.ts';
import type {Clock, Journal} from '../model/world.ts';
import {readBack} from './read-back.ts';

/** Shows an event that is on disk, with the state after it. */
export type Publish = (event: Event, state: RunState) => void;

/** The only way to make something happen: append and fsync first, then fold, then show. */
export type Ledger = {
  /**
   * Resolves when the event is on disk, folded and shown. Events go in one after the other. Rejects with an UnkeptEvent for
   * one that could not be read again: nothing was written then, and others may follow.
   */
  emit(happening: Happening): Promise<RunState>;
  /** The same, unless the state at the very moment of the append forbids it; then nothing happens and it says false. */
  emitWhen(allowed: (state: RunState) => boolean, happening: Happening): Promise<boolean>;
  /** Throws before the first event. */
  state(): RunState;
  /**
   * How long ago that was, of an event that is dated so: told by the clock that nobody sets. Without end for one that an
   * earlier process kept.
   */
  ageOf(at: number): number;
};

/** Opens a ledger over what is on disk already; `past` is null for a new run. */
export const openLedger = (
  past: RunState | null,
  journal: Journal,
  clock: Clock,
  publish: Publish,
): Ledger => {
  let current = past;
  const ticksAt = new Map<number, number>();
  let tail: Promise<unknown> = Promise.resolve();
  let broken: Error | null = null;
  const append = async (happening: Happening): Promise<RunState> => {
    if (broken !== null) throw broken;
    // What is folded and shown is what whoever resumes will read; what nobody could read again is not written.
    const event = readBack({...happening, seq: current === null ? 0 : current.seq + 1, at: clock.now()});
    const ticks = clock.ticks();
    // Folding first would not change the state yet, but finds an impossible event before it is on disk.
    const next = reduce(current, event);
    try {
      await journal.append(event);
    } catch (error) {
      // What reached the disk is not known: nothing may follow it.
      broken = error instanceof Error ? error : new Error(String(error));
      throw broken;
    }
    current = next;
    // Where two have one date the older counts: whoever asks looks again.
    if (!ticksAt.has(event.at)) ticksAt.set(event.at, ticks);
    publish(event, next);
    return next;
  };
  const state = (): RunState => {
    if (current === null) throw new Error('the run has not been planned yet');
    return current;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  };
  return {
    emit: happening => inTurn(() => append(happening)),
    emitWhen: (allowed, happening) =>
      inTurn(async () => {
        if (!allowed(state())) return false;
        await append(happening);
        return true;
      }),
    state,
    ageOf: at => clock.ticks() - (ticksAt.get(at) ?? Number.NEGATIVE_INFINITY),
  };
};
