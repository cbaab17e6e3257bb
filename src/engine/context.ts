import type {Copy} from '../model/copy.ts';
import type {Sighting} from '../model/facts.ts';
import type {Headway} from '../model/headway.ts';
import type {StepId} from '../model/ids.ts';
import type {Operator} from '../model/world.ts';
import type {Looker} from '../probe/look.ts';
import type {Early} from './early.ts';
import type {ReadyStep} from './fill.ts';
import type {Joined, OfPhase} from './joined.ts';
import type {Lease} from './lease.ts';
import type {Ledger} from './ledger.ts';
import type {Lookout} from './lookout.ts';

/** What a decision is carried out with. */
export type Context = {
  readonly ledger: Ledger;
  readonly looker: Looker;
  /** The same for looks at many nodes that ask much the same, and share their questions: fan-outs, the last looks, and looks ahead. */
  readonly sharingLooker: Looker;
  readonly copy: Copy;
  /** Waits with the others for the command that carries out this step for many nodes at once. */
  readonly together: (of: OfPhase, ready: ReadyStep) => Promise<Joined>;
  /** Begins looks before it is their turn. */
  readonly early: Omit<Early, 'take'>;
  /** Looks at what has to hold while something else takes its time. */
  readonly lookout: Lookout;
  /** Without one nobody else is reckoned with: a world that is this run's alone. */
  readonly lease: Lease | null;
  readonly operator: Operator;
  readonly chance: () => number;
  /** Lets logins that were refused be tried once more. */
  readonly retryLogins: () => void;
  /** Aborted when the run is left: looking and asking end; a script that was sent is still waited for. */
  readonly signal: AbortSignal;
  /** The same for a question that is put now: aborted too when something holds the run, which has to be resolved first. */
  readonly untilHeld: () => AbortSignal;
  /** How far an action is that is at it; null when nobody hears it any more, and it may still be. */
  readonly onHeadway: (step: StepId, headway: Headway | null) => void;
  readonly onSighting: (sighting: Sighting) => void;
  /** The operator leaves: nothing new begins, what is in hand is finished. */
  readonly leave: () => void;
};
