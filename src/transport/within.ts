import type {Clock} from '../model/world.ts';

export type Within<T> =
  | {readonly kind: 'ok'; readonly value: T}
  | {readonly kind: 'timeout'}
  | {readonly kind: 'cancelled'};

/** Waits for a promise at most `ms`, or until the signal is aborted. Rejects only as the promise does. */
export const within = async <T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  promise: Promise<T>,
): Promise<Within<T>> => {
  const stop = new AbortController();
  const end = () => stop.abort();
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end, {once: true});
  const late: Promise<Within<T>> = clock
    .sleep(ms, stop.signal)
    .then(() => (signal?.aborted === true ? {kind: 'cancelled'} : {kind: 'timeout'}));
  try {
    return await Promise.race([promise.then((value): Within<T> => ({kind: 'ok', value})), late]);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
};

/** Waits for a promise, or until the signal is aborted: for what has a limit of its own. */
export const orCancelled = <T>(
  signal: AbortSignal | undefined,
  promise: Promise<T>,
): Promise<T | 'cancelled'> => {
  if (signal === undefined) return promise;
  if (signal.aborted) return Promise.resolve('cancelled');
  const {promise: cancelled, resolve} = Promise.withResolvers<'cancelled'>();
  const end = () => resolve('cancelled');
  signal.addEventListener('abort', end, {once: true});
  return Promise.race([promise, cancelled]).finally(() => signal.removeEventListener('abort', end));
};
