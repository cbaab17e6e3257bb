import type {NodeId} from '../../model/ids.ts';
import type {Lane, Phase} from '../../model/plan.ts';
import {type RunState, stepState} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import type {State} from '../../store/state.ts';
import {flow, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

/** How many lines of nodes are named before "and N more". */
const NODE_LINES = 3;
/** However much there is room for. */
const NAMED_MOST = 60;

/** What each node of a phase is seen to be just now, where that says who goes next; as it was seen last of one that is silent. */
const ranksNow = ({order, lanes}: Phase, {looks}: State): ReadonlyMap<NodeId, string> => {
  if (order.kind === 'listed') return new Map();
  return new Map(
    lanes.flatMap(({node}) => {
      const look = looks.get(node)?.status?.look;
      const rank = look?.kind === 'seen' ? look.facts[order.fact] : undefined;
      return typeof rank === 'string' && order.ranks.includes(rank) ? [[node, rank] as const] : [];
    }),
  );
};

/** The nodes of a phase as they would go now: as listed, or by what they are; one of which that is not known goes last. */
const inTurn = (phase: Phase, ranks: ReadonlyMap<NodeId, string>): readonly NodeId[] => {
  const names = phase.lanes.map(({node}) => node);
  const {order} = phase;
  if (order.kind === 'listed') return names;
  const placeOf = (name: NodeId): number => {
    const rank = ranks.get(name);
    return rank === undefined ? order.ranks.length : order.ranks.indexOf(rank);
  };
  return names.toSorted((a, b) => placeOf(a) - placeOf(b));
};

const goesAtOnce = ({width, lanes}: Phase): boolean => lanes.length > 1 && width >= lanes.length;

/** Whether a phase takes its nodes one after the other, or all of them at once. */
export const orderLabel = (phase: Phase): Text => (goesAtOnce(phase) ? messages.atOnce : messages.inOrder);

/** How far a node has come in a phase that was begun before: nothing where it has not. */
const cameTo = (run: RunState, {steps}: Lane, pen: Pen): string => {
  const done = steps.filter(({id}) => stepState(run, id).status === 'done').length;
  return done === 0 ? '' : ` (${pen.t(messages.stepsDone(done, steps.length))})`;
};

/** Which nodes a phase is about, in the order in which they go: where that is asked, as it would be now. */
export const orderLines = (phase: Phase, state: State, pen: Pen, width: number): Line[] => {
  const ranks = ranksNow(phase, state);
  const names = inTurn(phase, ranks);
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
        span(rank === undefined ? '' : ` ${rank}`),
        span(last ? '' : between, 'muted'),
      );
    }),
    width,
    1,
  );
  const asked =
    phase.order.kind === 'asked'
      ? wrapped(pen.t(messages.askedOrder(phase.order.ranks.join(` ${arrow} `))), width, 'muted')
      : [];
  if (all.length <= NODE_LINES && names.length <= NAMED_MOST) return [...all, ...asked];
  const shown = all.slice(0, NODE_LINES);
  const named = shown.reduce((sum, spans) => sum + spans.filter(({tone}) => tone === 'strong').length, 0);
  return [...shown, line(pen.say(messages.moreNodes(names.length - named), 'muted')), ...asked];
};
