import {never} from '../lib/never.ts';
import {confirmGateOf, gateOwner} from '../model/in-plan.ts';
import type {ConfirmGate, Step} from '../model/plan.ts';
import type {RunState} from '../model/state.ts';
import {openQuestion, type State, type View} from '../store/state.ts';

/** What keys mean at the moment: a view, or what lies over it. */
export type Mode =
  | View
  | 'confirm'
  | 'phrase'
  | 'held'
  | 'manual'
  | 'leaving'
  | 'filter'
  | 'search'
  | 'skip-why'
  | 'skip-name'
  | 'skip';

/** The gate that is asked about, while it is. */
export const askedGate = (state: State): ConfirmGate | null => {
  const question = openQuestion(state);
  if (question?.kind !== 'confirm' || state.run === null) return null;
  return confirmGateOf(state.run, question.gate);
};

/** Whether the question is on the screen: nothing lies over it. */
export const questionVisible = (state: State): boolean =>
  state.view === 'main' &&
  state.leaving === 'no' &&
  state.skipping === null &&
  !state.filtering &&
  openQuestion(state) !== null;

const SKIP_MODES = {why: 'skip-why', name: 'skip-name', sure: 'skip'} as const;

export const modeOf = (state: State): Mode => {
  if (state.leaving !== 'no') return 'leaving';
  if (state.filtering) return 'filter';
  if (state.view === 'log' && state.search.typing) return 'search';
  if (state.skipping !== null) return SKIP_MODES[state.skipping.at];
  const question = openQuestion(state);
  if (state.view !== 'main' || question === null) return state.view;
  switch (question.kind) {
    case 'hold':
      return 'held';
    case 'manual':
      return 'manual';
    case 'confirm': {
      const gate = askedGate(state);
      return gate?.phrase !== undefined && state.typed !== gate.phrase ? 'phrase' : 'confirm';
    }
    default:
      return never(question);
  }
};

/** Modes in which the operator answers the engine. */
export const isAnswering = (mode: Mode): boolean =>
  mode === 'confirm' || mode === 'phrase' || mode === 'held' || mode === 'manual';

/** What it costs to agree: a gate's own danger, and whether there is no way back from it; what destroys says so in its own question. */
export type Danger = ConfirmGate['danger'] | 'final' | 'final-outage';

/** The steps that a question is about, those of phases that it covers among them. */
export const askedSteps = (run: RunState, gate: ConfirmGate): readonly Step[] => {
  const owner = gateOwner(run, gate.id);
  if (owner === null) return [];
  if (owner.step !== null) return [owner.step];
  const covered = run.plan.phases.filter(({id}) => gate.covers?.includes(id) === true);
  return [owner.phase, ...covered].flatMap(({lanes}) => lanes.flatMap(({steps}) => steps));
};

/** Whether a step that the question is about cannot be taken back. */
export const isFinal = (run: RunState, gate: ConfirmGate): boolean =>
  askedSteps(run, gate).some(({undo}) => undo.kind === 'impossible');

/** What the question on the screen costs, or null where none is. */
export const askedDanger = (state: State): Danger | null => {
  const gate = askedGate(state);
  if (gate === null || state.run === null) return null;
  const {danger} = gate;
  if (danger === 'destructive' || !isFinal(state.run, gate)) return danger;
  return danger === 'phase' ? 'final' : 'final-outage';
};

/** The key that opens a gate: the more it costs, the more deliberate. Never Enter. */
export const yesKey = (danger: Danger): 'y' | 'B' | 'O' | 'D' =>
  (({phase: 'y', final: 'B', outage: 'O', 'final-outage': 'O', destructive: 'D'}) as const)[danger];
