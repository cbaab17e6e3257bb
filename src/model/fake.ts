import type {Kit} from './kit.ts';

/** A system pretending, with real files and processes: for the demo. */
export type Fake = {
  /** The name of the system it pretends to be. */
  readonly system: string;
  readonly kit: Kit;
};
