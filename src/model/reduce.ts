import {never} from '../lib/never.ts';
import {coveredBy} from './covered.ts';
import {defer} from './defer.ts';
import {applyDown, isWrittenBeside} from './down-then.ts';
import {Draft} from './draft.ts';
import type {Event, Failure} from './event.ts';
import type {StepId} from './ids.ts';
import {applyLease} from './lease-events.ts';
import {applyOthers} from './others.ts';
import {interrupt, lapse, pastOf, pastWith, regain, reopen, resetsOf} from './past.ts';
import {plannedRun} from './planned-run.ts';
import {gatesBeside, reopenedSteps} from './reopen.ts';
import {shutCovered, shutGates, shutLooks, shutOpenEnds, shutStepGates} from './shut-gates.ts';
import {skipNodes} from './skip-nodes.ts';
import {isSkipped, phaseState, type RunState, type StepState, stepState} from './state.ts';

const outcomeOf = (step: StepState) =>
  step.status === 'waiting' || step.status === 'interrupted' ? null : step.outcome;

/** The host said that the lease is another's: no step may begin before it was taken anew. */
const isLeased = (failure: Failure): boolean => failure.kind === 'refused' && failure.trouble === 'leased';

/**
 * Last looks grow old while the run is held or left, so the good ones are taken again; one that holds the run is kept until
 * its own hold is released.
 */
const forgetVerdicts = (draft: Draft): void => {
  const holding = new Set<string>(
    draft.state.holds.flatMap(hold => (hold.kind === 'node' ? [hold.node] : [])),
  );
  draft.keep('nodes', id => holding.has(id));
};

/** Takes away the first hold: what failed is tried again, and what was only looked at is looked at again. */
const release = (draft: Draft): void => {
  const [hold, ...holds] = draft.state.holds;
  if (hold === undefined) throw new Error('the run was released, but nothing held it');
  draft.set({holds});
  shutLooks(draft);
  forgetVerdicts(draft);
  switch (hold.kind) {
    case 'operator':
    case 'step':
    case 'node':
    case 'lease':
      return;
    case 'gate':
      draft.gate(hold.gate, {status: 'shut'});
      draft.keep('rounds', id => id !== hold.gate);
      return;
    case 'order':
      draft.phase(hold.phase, {stuck: null, deferrals: 0});
      return;
    default:
      never(hold);
  }
};

type Later = Exclude<Event, {type: 'run.planned'}>;

const apply = (draft: Draft, event: Later): void => {
  const {state} = draft;
  switch (event.type) {
    case 'run.resumed':
      draft.keep('down', () => false);
      for (const [id, step] of Object.entries(state.steps))
        if (step.status === 'running') draft.step(id as StepId, interrupt(step, event.at));
      // Whoever goes on with a run takes it back from the one that had only asked to take it back. Each process takes the lease
      // anew, under a number of its own: what an earlier one still does then counts no more.
      draft.set({left: false, yieldedTo: null, lease: {...state.lease, held: false}});
      shutOpenEnds(draft);
      forgetVerdicts(draft);
      return;
    case 'gate.reached':
    case 'gate.drifted': {
      const drifted = event.type === 'gate.drifted';
      draft.gate(event.gate, {status: 'reached', at: event.at, blast: event.blast, drifted});
      return;
    }
    case 'gate.opened':
      for (const gate of [event.gate, ...coveredBy(state.plan, event.gate)])
        draft.gate(gate, {status: 'open', at: event.at, facts: event.facts});
      return;
    case 'gate.stuck':
      draft.gate(event.gate, {status: 'stuck', failure: event.failure});
      draft.hold({kind: 'gate', gate: event.gate, at: event.at});
      return;
    case 'lane.begun':
      draft.phase(event.phase, {begun: [...phaseState(state, event.phase).begun, event.node]});
      return;
    case 'lane.deferred':
      defer(draft, event);
      return;
    case 'order.stuck':
      draft.phase(event.phase, {stuck: event.reasons});
      draft.hold({kind: 'order', phase: event.phase, at: event.at});
      return;
    case 'step.started': {
      const step = stepState(state, event.step);
      draft.step(event.step, {
        status: 'running',
        attempt: event.attempt,
        at: event.at,
        outcome: null,
        resets: resetsOf(step),
        ...pastOf(step),
      });
      return;
    }
    case 'step.acted': {
      const step = stepState(state, event.step);
      if (step.status !== 'running') throw new Error(`${event.step} acted while ${step.status}`);
      draft.step(event.step, {...step, outcome: event.outcome});
      return;
    }
    case 'step.done': {
      const step = stepState(state, event.step);
      // One that an earlier lakeup died in may have left service then, and not when it was found done.
      const touchedAt = step.status === 'done' ? null : step.touchedAt;
      const startedAt = step.status === 'running' ? step.at : (touchedAt ?? event.at);
      draft.step(event.step, {
        status: 'done',
        attempt: step.attempt,
        at: event.at,
        // The date may have been set back meanwhile.
        ms: Math.max(0, event.at - startedAt),
        touchedAt: touchedAt ?? startedAt,
        already: event.already,
        facts: event.facts,
        outcome: outcomeOf(step),
      });
      return;
    }
    case 'step.busy':
    case 'fanOut.ended':
      return;
    case 'fanOut.begun':
      draft.phase(event.phase, {fanOut: 'sent'});
      return;
    case 'fanOut.passed':
      draft.phase(event.phase, {fanOut: 'passed'});
      return;
    case 'step.reattached':
      draft.step(event.step, regain(stepState(state, event.step), event.state));
      return;
    case 'step.reset': {
      // One that runs was turned away, by an earlier action or by what it asked its node, and began nothing. What an
      // interrupted one may have begun stands in its `touchedAt` since the run was resumed.
      const step = stepState(state, event.step);
      const resets = resetsOf(step) + 1;
      const {attempt} = step;
      draft.step(event.step, {status: 'waiting', attempt, resets, ...pastOf(step)});
      shutStepGates(draft, [event.step]);
      return;
    }
    case 'step.reopened': {
      const {gate} = event;
      const steps = reopenedSteps(state.plan, event.step, gate);
      // Nothing is done again on a node that was skipped.
      for (const {id, node} of steps)
        if (!isSkipped(state, node)) draft.step(id, reopen(stepState(state, id)));
      shutGates(draft, [...gatesBeside(state.plan, gate), ...steps.flatMap(({gates}) => gates)]);
      shutCovered(draft, gate);
      draft.put('rounds', gate, (state.rounds[gate] ?? 0) + 1);
      if (event.found !== undefined) draft.put('otherwise', gate, {seen: event.seen, found: event.found});
      return;
    }
    case 'step.lapsed':
      draft.step(event.step, lapse(stepState(state, event.step)));
      shutStepGates(draft, [event.step]);
      return;
    case 'step.failed': {
      const step = stepState(state, event.step);
      const {failure} = event;
      const past = failure.kind === 'refused' ? pastOf(step) : pastWith(step);
      const failed = {attempt: step.attempt, at: event.at, failure, outcome: outcomeOf(step)};
      draft.step(event.step, {status: 'failed', ...failed, ...past});
      draft.hold({kind: 'step', step: event.step, at: event.at});
      if (isLeased(failure)) draft.set({lease: {...state.lease, held: false, failure}});
      return;
    }
    case 'lease.wanted':
    case 'lease.busy':
    case 'lease.taken':
    case 'lease.refused':
      applyLease(draft, event);
      return;
    case 'run.held':
      draft.hold({kind: 'operator', at: event.at});
      return;
    case 'run.released':
      release(draft);
      return;
    case 'run.left':
      draft.set({left: true});
      return;
    case 'run.yielded':
    case 'run.takenBack':
    case 'run.pruning':
    case 'run.pruned':
    case 'run.abandoned':
      applyOthers(draft, event);
      return;
    case 'nodes.skipped':
      skipNodes(draft, event);
      shutLooks(draft);
      forgetVerdicts(draft);
      return;
    case 'node.verified':
      draft.put('nodes', event.node, {verified: true, at: event.at, facts: event.facts});
      return;
    case 'node.unverified':
      draft.put('nodes', event.node, {verified: false, failure: event.failure});
      draft.hold({kind: 'node', node: event.node, at: event.at});
      return;
    case 'node.down':
    case 'node.up':
      applyDown(draft, event);
      return;
    case 'run.ended':
      draft.set({verdict: event.verdict});
      return;
    default:
      never(event);
  }
};

const fold = (draft: Draft, event: Event): void => {
  const {seq} = draft.state;
  if (event.type === 'run.planned') throw new Error('run.planned stands twice in the journal');
  if (event.seq !== seq + 1) throw new Error(`event ${seq + 1} is missing before ${event.seq}`);
  draft.set({seq: event.seq, at: event.at, ...(isWrittenBeside(event) ? {} : {watchedAt: event.at})});
  apply(draft, event);
};

const first = (event: Event): RunState => {
  if (event.type !== 'run.planned')
    throw new Error(`the journal begins with ${event.type}, not with run.planned`);
  return plannedRun(event);
};

/** The state before the first event is null; run.planned makes one. The state that goes in is left as it is. */
export const reduce = (state: RunState | null, event: Event): RunState => {
  if (state === null) return first(event);
  const draft = new Draft(state);
  fold(draft, event);
  return draft.state;
};

/** Folds a whole journal, in time that grows with its length alone. `see`: what is shown each event, and the state after it. */
export const foldEvents = (
  events: readonly Event[],
  see: (event: Event, after: RunState) => void = () => undefined,
): RunState => {
  const [planned, ...later] = events;
  if (planned === undefined) throw new Error('the journal is empty');
  const draft = new Draft(first(planned));
  see(planned, draft.state);
  for (const event of later) {
    fold(draft, event);
    see(event, draft.state);
  }
  return draft.state;
};
