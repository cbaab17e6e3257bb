import {never} from '../lib/never.ts';
import {checkRefs, type FactsOf, fillCheck, fillCopy, fillVars, missingRef} from '../model/given.ts';
import {GateId, NodeId, StepId} from '../model/ids.ts';
import type {Action, Check, Gate, Lane, Service, Step} from '../model/plan.ts';
import {factsOfStep, fanOutOf, type RunState, stepState} from '../model/state.ts';
import {text} from '../model/text.ts';
import {type ActionUndo, wayBackOf} from '../model/way-back.ts';

const settledAction = (action: Action, factsOf: FactsOf): Action => {
  switch (action.kind) {
    case 'script':
      return {...action, vars: fillVars(action, factsOf)};
    case 'copy': {
      const {node, path, to} = fillCopy(action, factsOf);
      return {...action, from: {node: NodeId.parse(node), path}, to};
    }
    case 'manual':
      return action;
    default:
      return never(action);
  }
};

/** A check whose facts the run has not left cannot be asked: what has to be proved with it is proved by the system's rules. */
const settled = (checks: readonly Check[], factsOf: FactsOf): readonly Check[] =>
  checks
    .filter(check => missingRef(checkRefs(check), factsOf) === null)
    .map(check => fillCheck(check, factsOf));

export const settledChecks = ([first, ...others]: Step['done'], factsOf: FactsOf): Step['done'] => [
  fillCheck(first, factsOf),
  ...settled(others, factsOf),
];

const TURNED: Readonly<Record<Service, Service>> = {
  leaves: 'returns',
  returns: 'leaves',
  restarts: 'restarts',
};

export const checkGate = (owner: string, i: number, wanted: Check): Gate => ({
  kind: 'check',
  id: GateId.parse(`${owner}#${i}`),
  check: wanted,
  otherwise: 'hold',
});

/** The step that takes another one back, by the way back that the plan of the run holds. */
const undoStep = (state: RunState, phase: string, step: Step, undo: ActionUndo): Step => {
  const id = StepId.parse(`${phase}/undo-${step.name}@${step.node}`);
  const {service} = step;
  const factsOf = factsOfStep(state);
  const isDone = stepState(state, step.id).status === 'done';
  // A command for many may still be at it, from a host of its own.
  const sentFrom = isDone ? undefined : fanOutOf(state.plan, step.id)?.fanOut.node;
  return {
    id,
    node: step.node,
    name: `undo-${step.name}`,
    title: undo.title ?? text(`take back: ${step.title.en}`, `撤销：${step.title.zh}`),
    gates: settled(undo.safe ?? [], factsOf).map((safe, i) => checkGate(id, i, safe)),
    action: settledAction(undo.action, factsOf),
    done: settledChecks(undo.done, factsOf),
    // An undo is a step like any other: the way back of the way back is the way.
    undo: {
      kind: 'action',
      action: settledAction(step.action, factsOf),
      done: settledChecks(step.done, factsOf),
    },
    typicalMs: step.typicalMs,
    ...(service === undefined ? {} : {service: TURNED[service]}),
    ...(isDone || step.action.kind !== 'script' ? {} : {unseen: true}),
    ...(sentFrom === undefined ? {} : {after: sentFrom}),
  };
};

/** The steps of a lane that may have been begun, the last one first; null where there are none. */
export const undoLane = (phase: string, lane: Lane, state: RunState): Lane | null => {
  const [first, ...others] = lane.steps.toReversed().flatMap(step => {
    const undo = wayBackOf(state, step);
    return undo === null ? [] : [undoStep(state, phase, step, undo)];
  });
  return first === undefined ? null : {node: lane.node, steps: [first, ...others]};
};
