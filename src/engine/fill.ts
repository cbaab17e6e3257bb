import {type AbsPath, filePathProblem, parseAbsPath} from '../lib/abs-path.ts';
import {never} from '../lib/never.ts';
import type {Failure} from '../model/event.ts';
import type {Facts} from '../model/facts.ts';
import {
  actionRefs,
  checkRefs,
  type FactsOf,
  fillBlast,
  fillCheck,
  fillCopy,
  fillVars,
  gateRefs,
  missingRef,
  stepRefs,
} from '../model/given.ts';
import {NodeId} from '../model/ids.ts';
import {
  bodyOf,
  type CheckGate,
  type ConfirmGate,
  type CopyAction,
  type FactRef,
  type FanOut,
  type FilledCheck,
  gateChecks,
  type ScriptAction,
  type Step,
} from '../model/plan.ts';
import type {Script, Vars} from '../model/script.ts';
import {factsOfStep, isReopened, type RunState, seenByGates, stepState} from '../model/state.ts';
import {text} from '../model/text.ts';

/** What is sent to the host with its limits, or what a person is asked to do. */
export type ReadyAction =
  | ({readonly kind: 'script'; readonly script: Script} & Pick<
      ScriptAction,
      'timeoutMs' | 'trust' | 'process'
    >)
  | {
      readonly kind: 'copy';
      readonly from: {readonly node: NodeId; readonly path: AbsPath};
      readonly to: AbsPath;
      readonly stallMs: number;
    }
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

/** The value, or why it cannot be had: a fact that an earlier step had to leave is not there, or is none that will do. */
export type Filled<T> =
  | {readonly kind: 'ready'; readonly value: T}
  | {readonly kind: 'missing'; readonly failure: Failure};

const notReady = (en: string, zh: string): Extract<Filled<never>, {kind: 'missing'}> => ({
  kind: 'missing',
  failure: {kind: 'refused', trouble: 'guard', detail: text(en, zh)},
});

const fill = <T>(state: RunState, refs: readonly FactRef[], make: (factsOf: FactsOf) => T): Filled<T> => {
  const factsOf = factsOfStep(state);
  const missing = missingRef(refs, factsOf);
  if (missing === null) return {kind: 'ready', value: make(factsOf)};
  const {step, fact} = missing;
  return notReady(`the step ${step} left no fact "${fact}"`, `步骤 ${step} 没有留下事实“${fact}”`);
};

/** What a host said of a backup may be anything: only a node's name and the paths of files are taken. */
const readyCopy = (action: CopyAction, factsOf: FactsOf): Filled<ReadyAction> => {
  const {node, path, to} = fillCopy(action, factsOf);
  const sender = NodeId.safeParse(node);
  if (!sender.success)
    return notReady(`"${node}", to copy from, is no name of a node`, `要复制的来源“${node}”不是节点名称`);
  for (const each of [path, to]) {
    const problem = filePathProblem(each);
    if (problem !== null) return notReady(`"${each}" ${problem.en}`, `“${each}”${problem.zh}`);
  }
  const from = {node: sender.data, path: parseAbsPath(path)};
  return {kind: 'ready', value: {kind: 'copy', from, to: parseAbsPath(to), stallMs: action.stallMs}};
};

/** What a script is told that asks its node itself, right before it acts. */
const spotVars = (state: RunState, step: Step, {spot}: ScriptAction): Vars => {
  if (spot === undefined) return {};
  const before = stepState(state, step.id);
  const tried = before.status !== 'done' && before.touchedAt !== null;
  const saw = spot.map(name => [`seen_${name}`, seenByGates(state, step, name) ?? '']);
  return {...Object.fromEntries(saw), tried: tried ? 'yes' : 'no'};
};

const fillAction = (state: RunState, step: Step, factsOf: FactsOf): Filled<ReadyAction> => {
  const {action} = step;
  switch (action.kind) {
    case 'script': {
      const {kind, timeoutMs, trust, process} = action;
      const vars = {...fillVars(action, factsOf), ...spotVars(state, step, action)};
      const script = {body: bodyOf(state.plan, action), vars};
      return {kind: 'ready', value: {kind, script, timeoutMs, trust, ...(process && {process})}};
    }
    case 'copy':
      return readyCopy(action, factsOf);
    case 'manual':
      return {kind: 'ready', value: {kind: action.kind}};
    default:
      return never(action);
  }
};

/** A step with everything in place. */
export const fillStep = (state: RunState, step: Step): Filled<ReadyStep> => {
  const refs = [...stepRefs(step), ...gateChecks(step.gates).flatMap(checkRefs)];
  const filled = fill(state, refs, factsOf => ({
    action: fillAction(state, step, factsOf),
    done: step.done.map(check => fillCheck(check, factsOf)),
    safe: gateChecks(step.gates).map(check => fillCheck(check, factsOf)),
    reopened: isReopened(stepState(state, step.id)),
  }));
  if (filled.kind === 'missing') return filled;
  const {action, ...checks} = filled.value;
  return action.kind === 'missing' ? action : {kind: 'ready', value: {step, action: action.value, ...checks}};
};

/** What is looked at to see whether a step's effect is there. */
export type ReadyLook = Pick<ReadyStep, 'step' | 'done' | 'reopened'>;

/** The same before its action can be filled, which may take facts of the step right before it. */
export const fillLook = (state: RunState, step: Step): Filled<ReadyLook> =>
  fill(state, step.done.flatMap(checkRefs), factsOf => ({
    step,
    done: step.done.map(check => fillCheck(check, factsOf)),
    reopened: isReopened(stepState(state, step.id)),
  }));

/** What one command is told that carries out the steps of many. */
export const fillFanOut = (state: RunState, {action}: FanOut): Filled<Script> =>
  fill(state, actionRefs(action), factsOf => ({
    body: bodyOf(state.plan, action),
    vars: fillVars(action, factsOf),
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
