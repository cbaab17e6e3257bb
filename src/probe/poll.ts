import {type Facts, meets, type Sighting} from '../model/facts.ts';
import type {FilledCheck} from '../model/plan.ts';
import type {Reasons} from '../model/reason.ts';
import {type Looker, lookOnce} from './look.ts';

export type Polled =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** `seen` is the last facts, `silent` the reasons of the last look if it brought none. */
  | {readonly kind: 'unmet'; readonly seen: Facts | null; readonly silent: Reasons | null}
  | {readonly kind: 'aborted'};

export type PollOptions = {
  readonly signal: AbortSignal;
  readonly onSighting: (sighting: Sighting) => void;
};

/** One look may take this much longer than the patience that is left, so that a slow answer still counts. */
const LOOK_WITHIN_MS = 70_000;

/** Looks once and says whether the check holds now. */
export const lookAtCheck = async (
  looker: Looker,
  check: FilledCheck,
  {onSighting}: PollOptions,
): Promise<Polled> => {
  const sighting = await lookOnce(looker, check.node, check.probe, LOOK_WITHIN_MS, check.given);
  onSighting(sighting);
  const {look} = sighting;
  if (look.kind === 'silent') return {kind: 'unmet', seen: null, silent: look.reasons};
  return meets(look.facts, check.expect)
    ? {kind: 'met', facts: look.facts}
    : {kind: 'unmet', seen: look.facts, silent: null};
};

/**
 * Looks until the check holds, its patience ends, or it has been hopeless for long enough. Looks at least once. The
 * first look that meets the expectation is enough; a silent one neither meets it nor proves the opposite.
 */
export const poll = async (looker: Looker, check: FilledCheck, options: PollOptions): Promise<Polled> => {
  const {clock} = looker;
  const deadline = clock.now() + check.withinMs;
  let hopelessSince: number | null = null;
  let last: Polled = {kind: 'unmet', seen: null, silent: null};
  while (!options.signal.aborted) {
    const looked = await lookAtCheck(looker, check, options);
    if (looked.kind === 'met') return looked;
    if (looked.kind === 'unmet') {
      last = {
        kind: 'unmet',
        seen: looked.seen ?? (last.kind === 'unmet' ? last.seen : null),
        silent: looked.silent,
      };
      const hopeless: boolean =
        check.hopeless !== undefined && looked.seen !== null && meets(looked.seen, check.hopeless);
      hopelessSince = hopeless ? (hopelessSince ?? clock.now()) : null;
    }
    const now = clock.now();
    if (hopelessSince !== null && now - hopelessSince >= (check.hopelessAfterMs ?? 0)) return last;
    if (now >= deadline) return last;
    await clock.sleep(Math.min(check.pollMs, deadline - now), options.signal);
  }
  return {kind: 'aborted'};
};
