import {never} from '../lib/never.ts';
import type {Failure} from '../model/event.ts';
import type {Facts} from '../model/facts.ts';
import {
  checkRefs,
  type FactsOf,
  fillBlast,
  fillCheck,
  fillVars,
  gateRefs,
  missingRef,
  stepRefs,
} from '../model/given.ts';
import type {NodeId} from '../model/ids.ts';
import {
  type Action,
  bodyOf,
  type CheckGate,
  type ConfirmGate,
  type FactRef,
  type FilledCheck,
  gateChecks,
  type Plan,
  type ScriptAction,
  type Step,
} from '../model/plan.ts';
import type {Script} from '../model/script.ts';
import {factsOfStep, isReopened, type RunState, stepState} from '../model/state.ts';
import {text} from '../model/text.ts';

/** What is sent to the host with its limits, or what a person is asked to do. */
export type ReadyAction =
  | ({readonly kind: 'script'; readonly script: Script} & Pick<ScriptAction, 'timeoutMs' | 'trust'>)
  | {readonly kind: 'manual'};

/** A step that can be carried out: what it is told and what has to be seen, with the facts of earlier steps in place. */
export type ReadyStep = {
  readonly step: Step;
  readonly action: ReadyAction;
  readonly done: readonly FilledCheck[];
  /** What its gates look at. */
  readonly safe: readonly FilledCheck[];
  /** A gate opened it again: what is there from before counts for nothing. */
  readonly reopened: boolean;
};

/** A measurement that can be taken. */
export type ReadyBlast = {readonly node: NodeId; readonly probe: string; readonly given: Facts};

/** The value, or why it cannot be had: a step that had to leave a fact did not. Then nothing may begin. */
export type Filled<T> =
  | {readonly kind: 'ready'; readonly value: T}
  | {readonly kind: 'missing'; readonly failure: Failure};

const fill = <T>(state: RunState, refs: readonly FactRef[], make: (factsOf: FactsOf) => T): Filled<T> => {
  const factsOf = factsOfStep(state);
  const missing = missingRef(refs, factsOf);
  if (missing === null) return {kind: 'ready', value: make(factsOf)};
  const {step, fact} = missing;
  const detail = text(`the step ${step} left no fact "${fact}"`, `步骤 ${step} 没有留下事实“${fact}”`);
  return {kind: 'missing', failure: {kind: 'refused', trouble: 'guard', detail}};
};

const fillAction = (plan: Plan, action: Action, factsOf: FactsOf): ReadyAction => {
  switch (action.kind) {
    case 'script': {
      const {kind, timeoutMs, trust} = action;
      return {kind, script: {body: bodyOf(plan, action), vars: fillVars(action, factsOf)}, timeoutMs, trust};
    }
    case 'manual':
      return {kind: action.kind};
    default:
      return never(action);
  }
};

/** A step with everything in place. */
export const fillStep = (state: RunState, step: Step): Filled<ReadyStep> =>
  fill(state, [...stepRefs(step), ...gateChecks(step.gates).flatMap(checkRefs)], factsOf => ({
    step,
    action: fillAction(state.plan, step.action, factsOf),
    done: step.done.map(check => fillCheck(check, factsOf)),
    safe: gateChecks(step.gates).map(check => fillCheck(check, factsOf)),
    reopened: isReopened(stepState(state, step.id)),
  }));

/** What a check gate looks at. */
export const fillGate = (state: RunState, gate: CheckGate): Filled<FilledCheck> =>
  fill(state, gateRefs(gate), factsOf => fillCheck(gate.check, factsOf));

/** What a confirm gate measures. */
export const fillMeasures = (state: RunState, gate: ConfirmGate): Filled<readonly ReadyBlast[]> =>
  fill(state, gateRefs(gate), factsOf =>
    gate.blast.map(blast => ({node: blast.node, probe: blast.probe, given: fillBlast(blast, factsOf)})),
  );

/** The last looks at a node. */
export const fillVerification = (state: RunState, node: NodeId): Filled<readonly FilledCheck[]> => {
  const checks = state.plan.verify.find(({node: id}) => id === node)?.checks ?? [];
  return fill(state, checks.flatMap(checkRefs), factsOf => checks.map(check => fillCheck(check, factsOf)));
};
