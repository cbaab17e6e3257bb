import type {Sighting} from '../model/facts.ts';
import {visible} from './control.ts';
import {type Line, line, span, wrapped} from './line.ts';
import {messages} from './messages.ts';
import {type Pen, timeOfDay} from './pen.ts';
import {pad} from './width.ts';

const NAME_MOST = 28;

/** One sighting: which probe, when, and all its facts; or that nobody answered, and why. */
export const sightingLines = (sighting: Sighting, pen: Pen, width: number): Line[] => {
  const head = line(
    ' ',
    span(sighting.probe, 'strong'),
    span(`  ${pen.t(messages.lastSeen(timeOfDay(sighting.at)))}`, 'muted'),
  );
  const {look} = sighting;
  if (look.kind === 'silent')
    return [head, ...wrapped(pen.t(messages.silent(visible(look.reason))), width, 'warn', line('   '))];
  const names = Object.keys(look.facts);
  const nameWidth = Math.min(NAME_MOST, Math.max(0, ...names.map(name => name.length)));
  const fact = (name: string): Line[] => {
    const label = line('   ', span(`${pad(visible(name), nameWidth)}  `, 'muted'));
    return wrapped(visible(String(look.facts[name])), width, 'plain', label);
  };
  return [head, ...names.flatMap(fact)];
};
