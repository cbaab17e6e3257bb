import type {Limits} from './env.ts';

/** How long to wait before try `k` (from 0): full jitter, so that many hosts do not come back at the same moment. */
export const backOffMs = (
  k: number,
  chance: () => number,
  limits: Pick<Limits, 'backoffMs' | 'backoffMaxMs'>,
): number => chance() * Math.min(limits.backoffMaxMs, limits.backoffMs * 2 ** Math.min(k, 30));
