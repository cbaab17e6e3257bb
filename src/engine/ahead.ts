import type {StepId} from '../model/ids.ts';
import type {Step} from '../model/plan.ts';
import type {Context} from './context.ts';
import type {DoneLook} from './done-look.ts';
import {fillLook, type ReadyLook} from './fill.ts';
import {lookBefore} from './settle.ts';

/** A look this old says nothing any more of what is there right before an action. */
const LOOK_IS_OLD_MS = 2_000;

/**
 * Looks at a step beside the last looks at the one before it, whose action has ended: while a node is down each round trip
 * counts. Only that the step is still to be done is believed; whatever else was seen is looked at again.
 */
type Ahead = {
  /** The action of that step has ended: whoever comes right after it in its lane, with no gate between, is looked at. */
  begin(context: Context, step: Step): void;
  /** What was seen of a step a moment ago; null where it has to be looked at now. */
  take(context: Context, step: StepId): Promise<DoneLook | null>;
};

const nextOf = (context: Context, {id}: Step): ReadyLook | null => {
  const state = context.ledger.state();
  const lanes = state.plan.phases.flatMap(({lanes: all}) => all);
  const steps = lanes.find(lane => lane.steps.some(step => step.id === id))?.steps ?? [];
  const next = steps[steps.findIndex(step => step.id === id) + 1];
  const filled = next === undefined || next.gates.length > 0 ? null : fillLook(state, next);
  return filled?.kind === 'ready' ? filled.value : null;
};

export const makeAhead = (): Ahead => {
  const looks = new Map<StepId, {readonly at: number; readonly look: Promise<DoneLook>}>();
  return {
    begin: (context, step) => {
      const next = nextOf(context, step);
      if (next === null) return;
      const look = lookBefore(context, next);
      // It is taken up later, or never.
      look.catch(() => undefined);
      looks.set(next.step.id, {at: context.looker.clock.ticks(), look});
    },
    take: async (context, step) => {
      const begun = looks.get(step);
      looks.delete(step);
      if (begun === undefined) return null;
      const {clock} = context.looker;
      const leftMs = begun.at + LOOK_IS_OLD_MS - clock.ticks();
      if (leftMs < 0) return null;
      // One that hangs is not waited for longer than it would count.
      const look = await Promise.race([begun.look, clock.sleep(leftMs, context.signal).then(() => null)]);
      return look !== null && look.kind === 'unmet' && look.seen !== null && !look.pending ? look : null;
    },
  };
};
