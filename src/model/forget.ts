import type {Draft} from './draft.ts';
import type {StepId} from './ids.ts';
import type {Phase} from './plan.ts';
import type {Hold} from './state.ts';

/** Whether a hold is about what is forgotten: what it waits for is no longer there. */
const isAbout = (hold: Hold, steps: ReadonlySet<string>, phases: readonly Phase[]): boolean => {
  switch (hold.kind) {
    case 'step':
      return steps.has(hold.step);
    case 'gate':
      return phases.some(({gates, lanes}) =>
        [gates, ...lanes.flatMap(lane => lane.steps.map(step => step.gates))].some(of =>
          of.some(({id}) => id === hold.gate),
        ),
      );
    case 'order':
      return phases.some(({id}) => id === hold.phase);
    case 'node':
    // Each process takes the lease anew.
    case 'lease':
    case 'operator':
      return true;
  }
};

/**
 * Steps that another run has taken back, as if they had never begun: their nodes wait for their turn again, their phases ask
 * anew, and nothing is verified any more.
 */
export const forgetSteps = (draft: Draft, ids: readonly StepId[]): void => {
  const steps = new Set<string>(ids);
  const isForgotten = (phase: Phase, node: string): boolean =>
    phase.lanes.some(lane => lane.node === node && lane.steps.some(({id}) => steps.has(id)));
  const phases = draft.state.plan.phases.filter(phase =>
    phase.lanes.some(({node}) => isForgotten(phase, node)),
  );
  draft.set({holds: draft.state.holds.filter(hold => !isAbout(hold, steps, phases)), verdict: null});
  for (const id of ids) draft.step(id, {status: 'waiting', attempt: 0, resets: 0, touchedAt: null});
  for (const phase of phases) {
    const begun = draft.state.phases[phase.id]?.begun ?? [];
    draft.phase(phase.id, {
      begun: begun.filter(node => !isForgotten(phase, node)),
      stuck: null,
      deferrals: 0,
    });
  }
  const gates = new Set<string>(
    phases.flatMap(phase => [
      ...phase.gates.map(({id}) => id),
      ...phase.lanes.flatMap(lane =>
        lane.steps.flatMap(step => (steps.has(step.id) ? step.gates.map(({id}) => id) : [])),
      ),
    ]),
  );
  draft.keep('gates', id => !gates.has(id));
  draft.keep('rounds', id => !gates.has(id));
  draft.keep('nodes', () => false);
  // Whoever goes on with the run takes them again.
  const taken = new Set<string>(phases.flatMap(({lanes}) => lanes.flatMap(({node}) => node)));
  draft.keep('skipped', id => !taken.has(id));
};
