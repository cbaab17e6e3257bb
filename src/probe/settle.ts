import {type Facts, meets, type Sighting} from '../model/facts.ts';
import type {Check} from '../model/plan.ts';
import {resolveGiven} from '../model/refs.ts';
import {type Looker, lookOnce} from './look.ts';

export type Settled =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** `seen` is the last facts, `silent` the reason of the last look if it brought none. */
  | {readonly kind: 'unmet'; readonly seen: Facts | null; readonly silent: string | null}
  | {readonly kind: 'aborted'};

export type SettleOptions = {
  readonly signal: AbortSignal;
  readonly onSighting: (sighting: Sighting) => void;
};

/** One look may take this much longer than the patience that is left, so that a slow answer still counts. */
const LOOK_WITHIN_MS = 70_000;

/** Looks once and says whether the check holds now. Facts of earlier steps must have been filled in. */
export const lookAtCheck = async (
  looker: Looker,
  check: Check,
  {onSighting}: SettleOptions,
): Promise<Settled> => {
  const given = resolveGiven(check.given, () => undefined);
  const sighting = await lookOnce(looker, check.node, check.probe, LOOK_WITHIN_MS, given);
  onSighting(sighting);
  const {look} = sighting;
  if (look.kind === 'silent') return {kind: 'unmet', seen: null, silent: look.reason};
  return meets(look.facts, check.expect)
    ? {kind: 'met', facts: look.facts}
    : {kind: 'unmet', seen: look.facts, silent: null};
};

/**
 * Looks until the check holds, its patience ends, or it has been hopeless for long enough. Looks at least once. The
 * first look that meets the expectation is enough; a silent one neither meets it nor proves the opposite.
 */
export const settle = async (looker: Looker, check: Check, options: SettleOptions): Promise<Settled> => {
  const {clock} = looker;
  const deadline = clock.now() + check.withinMs;
  let hopelessSince: number | null = null;
  let last: Settled = {kind: 'unmet', seen: null, silent: null};
  while (!options.signal.aborted) {
    const settled = await lookAtCheck(looker, check, options);
    if (settled.kind === 'met') return settled;
    if (settled.kind === 'unmet') {
      last = {
        kind: 'unmet',
        seen: settled.seen ?? (last.kind === 'unmet' ? last.seen : null),
        silent: settled.silent,
      };
      const hopeless: boolean =
        check.hopeless !== undefined && settled.seen !== null && meets(settled.seen, check.hopeless);
      hopelessSince = hopeless ? (hopelessSince ?? clock.now()) : null;
    }
    const now = clock.now();
    if (hopelessSince !== null && now - hopelessSince >= (check.hopelessAfterMs ?? 0)) return last;
    if (now >= deadline) return last;
    await clock.sleep(Math.min(check.pollMs, deadline - now), options.signal);
  }
  return {kind: 'aborted'};
};
