import {describeNotServing, nameNodes} from '../../model/describe-service.ts';
import type {NodeId} from '../../model/ids.ts';
import type {ConfirmGate, Phase, Step} from '../../model/plan.ts';
import {isSkipped, laneOver} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import {outNow, peersOf, servesNow} from '../../store/service.ts';
import type {ScreenNode, State} from '../../store/state.ts';
import {serviceKnown} from '../at-hand.ts';
import {type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {nodeOf} from '../select.ts';

/** How many nodes a sentence names. */
const NAMED = 6;

const stops = ({service}: Step): boolean => service === 'leaves' || service === 'restarts';

/** A node that a phase stops yet, with the step that does it. */
type Stopped = {readonly node: ScreenNode; readonly step: Step};

const stoppedBy = (state: State, {lanes}: Phase): readonly Stopped[] =>
  lanes.flatMap(lane => {
    const node = nodeOf(state, lane.node);
    const step = lane.steps.find(stops);
    const isOver = state.run !== null && laneOver(state.run, lane);
    return node === null || step === undefined || isOver ? [] : [{node, step}];
  });

/** How those are seen whom a phase counts on: nodes of the same kind as one that it stops. */
type Counted = {
  readonly all: number;
  /** Not seen to serve: the plan waits for these before a stop, for those nobody waits. */
  readonly waited: readonly NodeId[];
  readonly skipped: readonly NodeId[];
  readonly unwaited: readonly NodeId[];
  /** They serve, and are given no work; whether one that is given some is waited for. */
  readonly idle: readonly NodeId[];
  readonly oneWaited: boolean;
};

const countedOn = (state: State, stopped: readonly Stopped[]): Counted => {
  const {standIns} = state.cluster;
  const others = new Map<NodeId, boolean>();
  for (const own of Map.groupBy(stopped, ({node}) => `${node.role} ${node.group ?? ''}`).values()) {
    const [first] = own;
    const isWaited = own.every(({step}) => standIns?.waitsForAll(step) === true);
    // One that is stopped alone is not counted on itself.
    for (const {id} of first === undefined ? [] : peersOf(state, first.node))
      if (own.length > 1 || id !== first?.node.id) others.set(id, isWaited);
  }
  const counted = state.cluster.nodes.flatMap(({id}) => {
    const isWaited = others.get(id);
    return isWaited === undefined ? [] : [[id, isWaited] as const];
  });
  const unseen = counted.filter(([id]) => !servesNow(state, id));
  const isOut = (id: NodeId): boolean => state.run !== null && isSkipped(state.run, id);
  const isIdle = (id: NodeId): boolean => {
    const look = state.looks.get(id)?.status?.look;
    return look?.kind === 'seen' && standIns?.takesOver(look.facts) === false;
  };
  const idsOf = (some: readonly (readonly [NodeId, boolean])[]): readonly NodeId[] => some.map(([id]) => id);
  return {
    all: others.size,
    waited: idsOf(unseen.filter(([id, isWaited]) => isWaited && !isOut(id))),
    skipped: idsOf(unseen.filter(([id]) => isOut(id))),
    unwaited: idsOf(unseen.filter(([id, isWaited]) => !isWaited && !isOut(id))),
    idle: idsOf(counted.filter(([id]) => servesNow(state, id) && isIdle(id))),
    oneWaited: stopped.every(({step}) => standIns?.waitsForOne(step) === true),
  };
};

/** What is expected of a phase that is no outage by the plan: as long as all those are seen to serve whom it counts on. */
const expected = (state: State, phase: Phase): readonly Text[] => {
  const stopped = stoppedBy(state, phase);
  if (stopped.length === 0) return [messages.nothingStops];
  const {all, waited, skipped, unwaited, idle, oneWaited} = countedOn(state, stopped);
  if (all === 0) return [messages.noOutageAlone];
  const named = (ids: readonly NodeId[]): Text => nameNodes(ids, NAMED);
  const said = [
    ...(waited.length === 0 ? [] : [messages.unseenWaits(named(waited), waited.length)]),
    ...(unwaited.length === 0 ? [] : [messages.unseen(named(unwaited))]),
    ...(skipped.length === 0 ? [] : [messages.unseenSkipped(named(skipped), skipped.length)]),
    ...(idle.length === 0 ? [] : [messages.noWork(named(idle), oneWaited)]),
  ];
  return said.length === 0 ? [messages.noOutage] : said;
};

/** What the phase costs, and who is out of service already; where it costs nothing and nobody is, who is counted on, as it is seen now. */
export const outageLines = (
  gate: ConfirmGate,
  state: State,
  phase: Phase,
  pen: Pen,
  width: number,
): Line[] => {
  const outages = gate.outages.flatMap(outage =>
    wrapped(pen.t(outage), width, 'warn', line(span(`${pen.theme.status.degraded.glyph} `, 'warn'))),
  );
  const notServing = describeNotServing(outNow(state), {
    all: state.cluster.nodes.length,
    known: serviceKnown(state),
  });
  if (notServing !== null) return [...outages, ...wrapped(pen.t(notServing), width, 'warn')];
  if (outages.length > 0) return outages;
  const fine: readonly Text[] = [messages.nothingStops, messages.noOutage, messages.noOutageAlone];
  return expected(state, phase).flatMap(words =>
    wrapped(pen.t(words), width, fine.includes(words) ? 'plain' : 'warn'),
  );
};
