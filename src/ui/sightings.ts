import {formatBytes} from '../lib/bytes.ts';
import {timeOfDay} from '../lib/moment.ts';
import {describeNamed} from '../model/describe-facts.ts';
import type {Sighting} from '../model/facts.ts';
import {silentLines} from './checks.ts';
import {visible} from './control.ts';
import {type Line, line, span, wrapped} from './line.ts';
import {messages} from './messages.ts';
import type {Pen} from './pen.ts';
import {pad} from './width.ts';

const NAME_MOST = 28;

/** One sighting: which probe, when, and all its facts; or that nobody answered, and why. */
export const sightingLines = ({node, probe, at, look}: Sighting, pen: Pen, width: number): Line[] => {
  const head = line(
    ' ',
    span(probe, 'strong'),
    span(`  ${pen.t(messages.lastSeen(timeOfDay(at)))}`, 'muted'),
  );
  if (look.kind === 'silent') return [head, ...silentLines(look.reasons, node, pen, width)];
  const facts = Object.entries(look.facts);
  const nameWidth = Math.min(NAME_MOST, Math.max(0, ...facts.map(([name]) => name.length)));
  return [
    head,
    ...facts.flatMap(([name, value]) => {
      const label = line('   ', span(`${pad(visible(name), nameWidth)}  `, 'muted'));
      const size = typeof value === 'number' && /bytes$/i.test(name) ? ` (${formatBytes(value)})` : '';
      return wrapped(visible(pen.t(describeNamed(name, value))) + size, width, 'plain', label);
    }),
  ];
};
