import type {Clock} from '../../src/model/world.ts';

type Timer = {readonly at: number; readonly order: number; readonly fire: () => void; cancelled: boolean};

/** A clock that moves only when it is turned: from timer to timer, as fast as the work between them allows. */
export type VirtualClock = Clock & {
  /**
   * Rings when so much time has gone by, unless it is put off before by what comes back. For limits that hardly ever come: a
   * `sleep` with a signal costs more than the answer that is waited for.
   */
  alarm(ms: number, ring: () => void): () => void;
  /** Sets the date so much forward, or back; what is waited for comes as if nothing had happened. */
  setDate(byMs: number): void;
  /**
   * Fires timers in order until `done` says so. Between two timers everything that can go on without time passing goes
   * on. Throws when no timer is left, for then nothing can ever happen again, and when `untilMs` is passed.
   */
  turnUntil(done: () => boolean, untilMs: number): Promise<void>;
};

/** Lets everything run that waits for nothing but its turn. */
const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** A binary heap by time, then by order of arrival, so that a run is the same every time. */
const makeHeap = () => {
  const heap: Timer[] = [];
  const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  const less = (i: number, j: number): boolean => {
    const [a, b] = [heap[i], heap[j]];
    return a !== undefined && b !== undefined && before(a, b);
  };
  return {
    push: (timer: Timer): void => {
      heap.push(timer);
      for (let i = heap.length - 1; i > 0 && less(i, (i - 1) >> 1); i = (i - 1) >> 1) swap(i, (i - 1) >> 1);
    },
    pop: (): Timer | undefined => {
      const [top] = heap;
      const last = heap.pop();
      if (top === undefined || last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let i = 0; ; ) {
        const child = less(2 * i + 2, 2 * i + 1) ? 2 * i + 2 : 2 * i + 1;
        if (!less(child, i)) return top;
        swap(child, i);
        i = child;
      }
    },
  };
};

/** A clock that starts at `startMs` and is turned by hand. */
export const makeVirtualClock = (startMs: number): VirtualClock => {
  let now = startMs;
  /** By how much the date has been set. */
  let shift = 0;
  let order = 0;
  const timers = makeHeap();
  /** Set since the clock was turned last: most are cancelled before it is turned again, and never have to be put in order. */
  let fresh: Timer[] = [];
  const set = (ms: number, fire: () => void): Timer => {
    order += 1;
    const timer: Timer = {at: now + Math.max(0, ms), order, fire, cancelled: false};
    fresh.push(timer);
    return timer;
  };
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve();
      const cancel = (): void => {
        timer.cancelled = true;
        resolve();
      };
      const fire = (): void => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      };
      const timer = set(ms, fire);
      signal?.addEventListener('abort', cancel, {once: true});
    });
  const alarm = (ms: number, ring: () => void): (() => void) => {
    const timer = set(ms, ring);
    return () => {
      timer.cancelled = true;
    };
  };
  const next = (): Timer | undefined => {
    for (const timer of fresh) if (!timer.cancelled) timers.push(timer);
    fresh = [];
    let timer = timers.pop();
    while (timer?.cancelled) timer = timers.pop();
    return timer;
  };
  const turnUntil = async (done: () => boolean, untilMs: number): Promise<void> => {
    while (true) {
      await breathe();
      if (done()) return;
      const timer = next();
      if (timer === undefined) throw new Error('nothing is left that could ever happen');
      if (timer.at + shift > untilMs)
        throw new Error(`it went on past ${untilMs - startMs} ms of simulated time`);
      now = timer.at;
      timer.fire();
    }
  };
  return {
    now: () => now + shift,
    // Far from the date, from the first moment on: whoever takes one for the other is found out.
    ticks: () => now - startMs,
    sleep,
    alarm,
    turnUntil,
    setDate: byMs => {
      shift += byMs;
    },
  };
};

const DAY_MS = 86_400_000;

/** Turns the clock until that is done, or until it is enough: then null. Throws what it throws. */
export const turned = async <T>(
  clock: VirtualClock,
  work: Promise<T>,
  isEnough: () => boolean = () => false,
): Promise<T | null> => {
  const end: {value: T | null; error: unknown; over: boolean} = {value: null, error: null, over: false};
  work.then(
    value => Object.assign(end, {value, over: true}),
    (error: unknown) =>
      Object.assign(end, {error: error ?? new Error('it failed without a reason'), over: true}),
  );
  await clock.turnUntil(() => end.over || isEnough(), clock.now() + DAY_MS);
  if (end.error !== null) throw end.error;
  return end.value;
};
