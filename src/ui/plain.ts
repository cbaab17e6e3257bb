import {describeEvent} from '../model/describe-event.ts';
import type {Event} from '../model/event.ts';
import type {RunState} from '../model/state.ts';
import type {Lang} from '../model/text.ts';
import {visible} from './control.ts';
import {timeOfDay} from './pen.ts';

/** One line about an event for output that is no terminal; null when there is nothing to say. */
export const formatEvent = (event: Event, state: RunState, lang: Lang): string | null => {
  const said = describeEvent(event, state);
  if (said === null) return null;
  const node = said.node === null ? '' : `${said.node}: `;
  return `${timeOfDay(event.at)} ${node}${visible(said.words[lang])}`;
};
