import type {Cleanup} from './cleanup.ts';
import type {Missing, Need, PeerName} from './needs.ts';
import type {Row} from './rows.ts';

/** What every part is given. */
export type Bench = {
  /** Small numbers, to see that the parts work: the figures say nothing. */
  readonly quick: boolean;
  /** What should be flat is watched for a whole hour. */
  readonly hour: boolean;
  /** A folder on the disk of this checkout; it is removed at the end. */
  readonly scratch: string;
  readonly cleanup: Cleanup;
  /** What this machine lacks. A part is run only where nothing that it needs is among it. */
  readonly missing: Missing;
  /** Aborted when the bench is to end. */
  readonly signal: AbortSignal;
  /** Progress, on stderr. */
  readonly say: (words: string) => void;
};

/** One part of the bench: it measures some rows of the table. */
export type Part = {
  readonly name: string;
  readonly title: string;
  /** How it is measured, for the reader of the table. */
  readonly method: string;
  /** Programs without which it cannot be measured. */
  readonly needs: readonly Need[];
  /** Whom it is compared with, where they are there. */
  readonly beside: readonly PeerName[];
  /** A row that is not met makes the whole program fail. */
  readonly asserted?: true;
  /** Throws when it cannot measure, or when an answer was not the right one. */
  run(bench: Bench): Promise<readonly Row[]>;
};
