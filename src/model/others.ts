import {never} from '../lib/never.ts';
import type {Draft} from './draft.ts';
import type {Event} from './event.ts';
import {forgetSteps} from './forget.ts';

/** What others make of a run: another one that takes it back or prunes it, and the operator who gives it up. */
export const applyOthers = (
  draft: Draft,
  event: Extract<
    Event,
    {type: 'run.yielded' | 'run.takenBack' | 'run.pruning' | 'run.pruned' | 'run.abandoned'}
  >,
): void => {
  const {yielded, pruned, over} = draft.state;
  // What one that was given up half way has removed stays known.
  const before = pruned?.removed ?? [];
  switch (event.type) {
    case 'run.yielded':
      // Whoever had only asked to prune it has no say any more.
      draft.set({yieldedTo: event.to, yielded: [...yielded, event.to], pruned: null});
      return;
    case 'run.takenBack':
      forgetSteps(draft, event.steps);
      draft.set({yieldedTo: null, over: event.whole ? {kind: 'takenBack', by: event.by} : over});
      return;
    case 'run.pruning':
      // Nor has whoever had only asked to take it back.
      draft.set({yieldedTo: null, pruned: {run: event.by, ended: false, removed: before}});
      return;
    case 'run.pruned':
      draft.set({pruned: {run: event.by, ended: true, removed: [...before, ...event.removed]}});
      return;
    case 'run.abandoned':
      draft.set({over: {kind: 'abandoned', because: event.because}});
      return;
    default:
      never(event);
  }
};
