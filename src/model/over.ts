import type {RunId} from './ids.ts';

/** How a run is over without a verdict: another one took all of it back, or the operator gave it up. */
export type Over =
  | {readonly kind: 'takenBack'; readonly by: RunId}
  | {readonly kind: 'abandoned'; readonly because: string};
