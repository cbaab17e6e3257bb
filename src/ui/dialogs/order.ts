import {momentOf} from '../../lib/moment.ts';
import {nameNodes} from '../../model/describe-service.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Lane, Phase} from '../../model/plan.ts';
import {laneOver, phaseState, type RunState, stepState} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import type {State} from '../../store/state.ts';
import {flow, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

/** How many lines of nodes are named before "and N more". */
const NODE_LINES = 3;
/** However much there is room for. */
const NAMED_MOST = 60;

/** What a node of a phase is: as it is seen now, or as it was seen last before it fell silent. */
type Rank = {readonly rank: string; readonly lastAt: number | null};

/** What each node of a phase is, where that says who goes next; without those of whom nobody knows. */
const ranksOf = ({order, lanes}: Phase, {looks}: State): ReadonlyMap<NodeId, Rank> => {
  if (order.kind === 'listed') return new Map();
  return new Map(
    lanes.flatMap(({node}) => {
      const {status = null, seen = null, stale = false} = looks.get(node) ?? {};
      const rank = seen?.look.kind === 'seen' ? seen.look.facts[order.fact] : undefined;
      if (seen === null || typeof rank !== 'string' || !order.ranks.includes(rank)) return [];
      return [[node, {rank, lastAt: stale || status !== seen ? seen.at : null}] as const];
    }),
  );
};

/** The nodes of a phase as they would go now: as listed, or by what they are; without one of which nobody knows that. */
const byRank = ({order, lanes}: Phase, ranks: ReadonlyMap<NodeId, Rank>): readonly NodeId[] => {
  const names = lanes.map(({node}) => node);
  if (order.kind === 'listed') return names;
  const placeOf = (name: NodeId): number => order.ranks.indexOf(ranks.get(name)?.rank ?? '');
  return names.filter(name => ranks.has(name)).toSorted((a, b) => placeOf(a) - placeOf(b));
};

/** How many nodes are named that do not say what they are. */
const UNKNOWN_NAMED = 6;

/** That the order is asked again before each node, and what becomes of it while somebody does not say what it is. */
const askedLines = (
  {order, lanes}: Phase,
  ranks: ReadonlyMap<NodeId, Rank>,
  begun: readonly NodeId[],
  pen: Pen,
  width: number,
): Line[] => {
  if (order.kind === 'listed') return [];
  const {arrow} = pen.theme.marks;
  const isBegun = new Set(begun);
  const unknown = lanes.flatMap(({node}) =>
    isBegun.has(node) || ranks.get(node)?.lastAt === null ? [] : [node],
  );
  const [first = ''] = order.ranks;
  const names = nameNodes(unknown, UNKNOWN_NAMED);
  return [
    ...(unknown.length === 0
      ? []
      : wrapped(pen.t(messages.noRankNow(names, unknown.length, first, order.withinMs)), width, 'warn')),
    ...wrapped(pen.t(messages.askedOrder(order.ranks.join(` ${arrow} `))), width, 'muted'),
  ];
};

/** Who is done, and then who is in the middle of it: those go on before anybody else is taken, and nobody asks what they are by now. */
const begunIn = ({id, lanes}: Phase, run: RunState | null): readonly NodeId[] => {
  if (run === null) return [];
  const {begun} = phaseState(run, id);
  const isOver = (lane: Lane): boolean => laneOver(run, lane);
  const [over, open] = [lanes.filter(isOver), lanes.filter(lane => !isOver(lane))];
  const isBegun = new Set(begun);
  return [...over, ...open.filter(({node}) => isBegun.has(node))].map(({node}) => node);
};

/** The nodes of a phase as they go: who was begun before, and then the others as they would be taken now. */
const inTurn = (phase: Phase, ranks: ReadonlyMap<NodeId, Rank>, run: RunState | null): readonly NodeId[] => {
  const begun = begunIn(phase, run);
  const isBegun = new Set(begun);
  return [...begun, ...byRank(phase, ranks).filter(name => !isBegun.has(name))];
};

const goesAtOnce = ({width, lanes}: Phase): boolean => lanes.length > 1 && width >= lanes.length;

/** Whether a phase takes its nodes one after the other, or all of them at once. */
export const orderLabel = (phase: Phase): Text => (goesAtOnce(phase) ? messages.atOnce : messages.inOrder);

/** How far a node has come in a phase that was begun before: nothing where it has not. */
const cameTo = (run: RunState, {steps}: Lane, pen: Pen): string => {
  const done = steps.filter(({id}) => stepState(run, id).status === 'done').length;
  return done === 0 ? '' : ` (${pen.t(messages.stepsDone(done, steps.length))})`;
};

const rankSpans = (known: Rank | undefined, {now}: State, pen: Pen): Line => {
  if (known === undefined) return [];
  const {rank, lastAt} = known;
  return lastAt === null
    ? [span(` ${rank}`)]
    : [span(pen.t(messages.lastRank(rank, momentOf(lastAt, now))), 'muted')];
};

/** Which nodes a phase is about, in the order in which they go: where that is asked, as it would be now. */
export const orderLines = (phase: Phase, state: State, pen: Pen, width: number): Line[] => {
  const ranks = ranksOf(phase, state);
  const names = inTurn(phase, ranks, state.run);
  const {arrow} = pen.theme.marks;
  const between = goesAtOnce(phase) ? ',' : ` ${arrow}`;
  const lanes = new Map(phase.lanes.map(lane => [lane.node, lane]));
  const all = flow(
    names.slice(0, NAMED_MOST).map((name, i) => {
      const rank = ranks.get(name);
      const last = i === names.length - 1;
      const lane = lanes.get(name);
      const came = state.run === null || lane === undefined ? '' : cameTo(state.run, lane, pen);
      return line(
        span(name, 'strong'),
        span(came, 'muted'),
        ...rankSpans(rank, state, pen),
        span(last ? '' : between, 'muted'),
      );
    }),
    width,
    1,
  );
  const asked = askedLines(phase, ranks, begunIn(phase, state.run), pen, width);
  if (all.length <= NODE_LINES && names.length <= NAMED_MOST) return [...all, ...asked];
  const shown = all.slice(0, NODE_LINES);
  const named = shown.reduce((sum, spans) => sum + spans.filter(({tone}) => tone === 'strong').length, 0);
  return [...shown, line(pen.say(messages.moreNodes(names.length - named), 'muted')), ...asked];
};
