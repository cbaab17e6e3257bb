/**
 * How a node stood when it was taken out of the run: `untouched` serves, as far as the run goes, at the version it had; `out` is out of
 * service and stays so; of an `unverified` one every step that changes its service was done, and no last look was passed.
 */
export const SKIPPED_AS = ['untouched', 'out', 'unverified'] as const;
export type SkippedAs = (typeof SKIPPED_AS)[number];
