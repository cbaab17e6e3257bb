import type {PhaseId, StepId} from '../model/ids.ts';
import {strayOf} from '../model/state.ts';
import type {Context} from './context.ts';
import type {ReadyStep} from './fill.ts';
import type {Joined, OfPhase, Sent} from './joined.ts';
import {sendFanOut} from './send-fan-out.ts';
import {finish} from './settle.ts';

type Member = {
  readonly ready: ReadyStep;
  readonly tell: (joined: Joined) => void;
  readonly fail: (error: unknown) => void;
};

/** Who waits for the command of a phase, in this process of lakeup. None of it is kept: whoever resumes finds steps that wait. */
type FanOuts = {
  /** Waits until all that are to be carried out together are there, sends the command once, and says what became of it. */
  join(context: Context, of: OfPhase, ready: ReadyStep): Promise<Joined>;
};

/** How often it is looked whether all have come; the state alone is asked. */
const GATHER_POLL_MS = 500;

/** Waits for all; null where they cannot come together now: the run is held or left, or one of them has gone by itself. */
const gathered = async (
  context: Context,
  {fanOut}: OfPhase,
  members: ReadonlyMap<StepId, Member>,
): Promise<readonly ReadyStep[] | null> => {
  const {ledger, signal, looker} = context;
  while (members.size < fanOut.steps.length) {
    await looker.clock.sleep(GATHER_POLL_MS, signal);
    const state = ledger.state();
    if (signal.aborted || state.holds.length > 0 || strayOf(state, fanOut) !== null) return null;
  }
  return [...members.values()].map(({ready}) => ready);
};

export const makeFanOuts = (): FanOuts => {
  const gatherings = new Map<PhaseId, Map<StepId, Member>>();
  const told = new Set<PhaseId>();

  const oversee = async (context: Context, of: OfPhase, members: Map<StepId, Member>): Promise<void> => {
    const end = async (): Promise<Joined> => {
      const all = await gathered(context, of, members);
      if (all === null) return {kind: 'not now'};
      const sent = await sendFanOut(context, of, all);
      return sent === null ? {kind: 'not now'} : {kind: 'sent', sent};
    };
    try {
      const joined = await end();
      gatherings.delete(of.phase.id);
      for (const {tell} of members.values()) tell(joined);
    } catch (error) {
      gatherings.delete(of.phase.id);
      for (const {fail} of members.values()) fail(error);
    }
  };

  return {
    join: async (context, of, ready) => {
      const {phase, fanOut} = of;
      const stray = strayOf(context.ledger.state(), fanOut);
      if (stray !== null) {
        if (!told.has(phase.id)) {
          told.add(phase.id);
          await context.ledger.emit({type: 'fanOut.passed', phase: phase.id, step: stray});
        }
        return {kind: 'alone'};
      }
      return new Promise((tell, fail) => {
        const known = gatherings.get(phase.id);
        const members = known ?? new Map<StepId, Member>();
        members.set(ready.step.id, {ready, tell, fail});
        if (known !== undefined) return;
        gatherings.set(phase.id, members);
        void oversee(context, of, members);
      });
    },
  };
};

/** What became of one step of those that were carried out together: only what is seen of its own node says it. */
export const settleFanOut = (own: Context, ready: ReadyStep, sent: Sent): Promise<void> => {
  // All are looked at at once, and ask much the same: each question is put once for them.
  const context = {...own, looker: own.sharingLooker};
  if (sent.kind === 'lost') return finish(context, ready, sent);
  const {outcome} = sent;
  const {code} = outcome;
  const tail = `${outcome.stdout}${outcome.stderr}`;
  return finish(context, ready, code === 0 ? null : {kind: 'exit', code, tail}, outcome);
};
