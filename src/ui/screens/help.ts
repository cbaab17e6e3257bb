import type {Text} from '../../model/text.ts';
import type {State} from '../../store/state.ts';
import {KEYS, type KeySpec} from '../keys.ts';
import {EMPTY, type Line, line, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Mode} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {STATUS_WORDS} from '../status-words.ts';
import {pad} from '../width.ts';

/** Every mode stands in one of them: no key is left out. */
const SECTIONS: readonly {readonly title: Text; readonly modes: readonly Mode[]}[] = [
  {title: messages.helpGrid, modes: ['main']},
  {title: messages.helpConfirm, modes: ['confirm', 'phrase']},
  {title: messages.helpHeld, modes: ['held']},
  {title: messages.helpSkip, modes: ['skip-why', 'skip-name', 'skip']},
  {title: messages.helpManual, modes: ['manual']},
  {title: messages.leaveTitle, modes: ['leaving']},
  {title: messages.helpViews, modes: ['log', 'node', 'plan', 'help', 'report', 'tail', 'shell']},
  {title: messages.helpFilter, modes: ['filter']},
  {title: messages.helpSearch, modes: ['search']},
];

const keyLine = (spec: KeySpec, pen: Pen): Line =>
  line('   ', span(pad(pen.key(spec.shown), 8), 'key'), span(pen.key(pen.t(spec.words))));

/** Every key, from the table that handles them, and what the shapes mean. */
export const helpLines = (_state: State, pen: Pen): Line[] => {
  const seen = new Set<KeySpec>();
  const keys = SECTIONS.flatMap(({title, modes}) => {
    const specs = KEYS.filter(
      spec => spec.keys.length > 0 && modes.some(mode => spec.modes.includes(mode)) && !seen.has(spec),
    );
    for (const spec of specs) seen.add(spec);
    return specs.length === 0
      ? []
      : [line(' ', pen.say(title, 'accent')), ...specs.map(spec => keyLine(spec, pen)), EMPTY];
  });
  const shapes = (Object.keys(pen.theme.status) as (keyof typeof pen.theme.status)[]).map(status => {
    const {glyph, tone} = pen.theme.status[status];
    return line('   ', span(pad(glyph, 8), tone), pen.say(STATUS_WORDS[status]));
  });
  return [...keys, line(' ', pen.say(messages.helpShapes, 'accent')), ...shapes];
};
