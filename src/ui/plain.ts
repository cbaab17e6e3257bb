import {timeOfDay} from '../lib/moment.ts';
import {describeEvent} from '../model/describe-event.ts';
import type {Event} from '../model/event.ts';
import type {NodeId} from '../model/ids.ts';
import {stepOf} from '../model/in-plan.ts';
import type {RunState} from '../model/state.ts';
import type {Lang, Text} from '../model/text.ts';
import {visible} from './control.ts';

/** What is to be done by hand, where that begins, and the line that is needed for it by itself. */
const workByHand = (event: Event, state: RunState, lang: Lang): readonly string[] => {
  if (event.type !== 'step.started') return [];
  const {action} = stepOf(state, event.step);
  if (action.kind !== 'manual') return [];
  const lines = action.instructions[lang].split('\n').map(visible);
  return action.copy === undefined ? lines : [...lines, visible(action.copy)];
};

/** One line for output that is no terminal. */
export const formatLine = (at: number, node: NodeId | null, words: Text, lang: Lang): string =>
  `${timeOfDay(at)} ${node === null ? '' : `${node}: `}${visible(words[lang])}`;

/**
 * One line about an event for output that is no terminal; null when there is nothing to say. Work by hand follows in lines
 * of its own.
 */
export const formatEvent = (event: Event, state: RunState, lang: Lang): string | null => {
  const said = describeEvent(event, state);
  if (said === null) return null;
  return [formatLine(event.at, said.node, said.words, lang), ...workByHand(event, state, lang)].join('\n');
};
