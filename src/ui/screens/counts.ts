import type {NodeId} from '../../model/ids.ts';
import {STATUSES, type Status, statusOfNode} from '../../store/node-status.ts';
import type {ScreenNode, State} from '../../store/state.ts';
import {type Line, line, lineWidth, padLine, type Span, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {STATUS_WORDS} from '../status-words.ts';

/** Nodes of the grid that stand above and below what is seen of it. */
export type Hidden = {readonly above: readonly ScreenNode[]; readonly below: readonly ScreenNode[]};

/** Somebody should look at these: they are named also where they are not to be seen. */
const WANTS_EYES: ReadonlySet<Status> = new Set([
  'failed',
  'unverified',
  'held',
  'asking',
  'down',
  'left-behind',
  'unknown',
  'not-serving',
  'degraded',
]);

/** "↑ 4  ↓ 6 more nodes": how many there are, and which arrow reaches them. */
const hiddenWords = ({above, below}: Hidden, pen: Pen): string => {
  const {up, down} = pen.theme.marks;
  const counts = [
    ...(above.length > 0 ? [`${up} ${above.length}`] : []),
    ...(below.length > 0 ? [`${down} ${below.length}`] : []),
  ];
  return counts.length === 0
    ? ''
    : `${counts.join('  ')} ${pen.t(messages.hiddenNodes(above.length + below.length))} `;
};

/** As many items as there is room for, none of them cut, and a sign where there are more. */
const wholeItems = (items: readonly Span[], width: number): Line => {
  if (lineWidth(items) <= width) return items;
  const kept: Span[] = [];
  for (const item of items) {
    if (lineWidth([...kept, item]) + 2 > width) break;
    kept.push(item);
  }
  return [...kept, span(' …', 'muted')];
};

/**
 * How many nodes are in which status, what matters most first; then the hidden ones that somebody should look at, by name
 * as far as there is room, and how many are hidden.
 */
export const countsLine = (state: State, hidden: Hidden, pen: Pen, width: number): Line => {
  const {status: looks} = pen.theme;
  const statuses = new Map<NodeId, Status>(
    state.cluster.nodes.map(({id}) => [id, statusOfNode(state, id)] as const),
  );
  const counts = new Map<Status, number>();
  for (const status of statuses.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  const items = STATUSES.flatMap((status): Span[] => {
    const n = counts.get(status) ?? 0;
    const {glyph, tone} = looks[status];
    return n === 0 ? [] : [span(` ${glyph} ${pen.t(STATUS_WORDS[status])} ${n}  `, tone)];
  });
  const words = hiddenWords(hidden, pen);
  if (words === '') return wholeItems(items, width);
  const named: Span[] = [];
  let room = Math.floor(width / 2) - lineWidth([span(words)]);
  for (const {id} of [...hidden.above, ...hidden.below]) {
    const status = statuses.get(id);
    if (status === undefined || !WANTS_EYES.has(status)) continue;
    const name = span(`${looks[status].glyph} ${id}  `, looks[status].tone);
    room -= lineWidth([name]);
    if (room < 0) break;
    named.push(name);
  }
  const right = line(...named, span(words, 'strong'));
  const left = width - lineWidth(right) - 1;
  return [...padLine(wholeItems(items, left), left), span(' '), ...right];
};
