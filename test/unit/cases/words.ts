import {describeFailure, describeHold, failureOfHold} from '../../../src/model/describe.ts';
import {describeEvent} from '../../../src/model/describe-event.ts';
import {describeKnowledge, ranBefore} from '../../../src/model/describe-knowledge.ts';
import {describeRemedy} from '../../../src/model/describe-remedy.ts';
import type {Event, Failure} from '../../../src/model/event.ts';
import {describeReasons} from '../../../src/model/reason.ts';
import {type RunState, type StepState, stepState} from '../../../src/model/state.ts';
import {plain, type Text} from '../../../src/model/text.ts';

const ASKED_ANEW: readonly Event['type'][] = ['lane.deferred', 'step.reset', 'step.reopened', 'step.lapsed'];

/** What stands below it as evidence. */
const evidenceOf = (failure: Failure): readonly Text[] => {
  switch (failure.kind) {
    case 'refused':
    case 'lost':
      return [failure.detail];
    case 'exit':
      return [plain(failure.tail)];
    case 'unsettled':
      return failure.silent === null ? [] : [describeReasons(failure.silent, failure.check.node)];
  }
};

/** The last output of a step's action. */
const lastOutput = (step: StepState): readonly Text[] =>
  'outcome' in step && step.outcome != null ? [plain(`${step.outcome.stdout}${step.outcome.stderr}`)] : [];

/** Everything that the screen says of what holds a run. */
export const heldWords = (state: RunState): readonly Text[] => {
  const [hold] = state.holds;
  if (hold === undefined) return [];
  const failure = failureOfHold(hold, state);
  const remedy = describeRemedy(hold, failure, state);
  return [
    describeHold(hold, state),
    ...(failure === null
      ? []
      : [
          describeFailure(failure),
          describeKnowledge(failure, ranBefore(hold, state)).known,
          ...evidenceOf(failure),
        ]),
    ...(hold.kind === 'step' ? lastOutput(stepState(state, hold.step)) : []),
    ...(remedy === null ? [] : [remedy]),
  ];
};

/** What the log says of who goes back in the queue, and of what is asked once more. */
export const logOf = (events: readonly Event[], state: RunState): readonly Text[] =>
  events.flatMap(event => {
    const said = ASKED_ANEW.includes(event.type) ? describeEvent(event, state) : null;
    return said === null ? [] : [said.words];
  });
