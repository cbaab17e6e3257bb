import {endOf, minuteOf} from '../../lib/moment.ts';
import type {Lane, Phase, Plan, Step} from '../../model/plan.ts';
import type {RunState} from '../../model/state.ts';
import {plain, type Text} from '../../model/text.ts';
import {phaseMs, progressOf, stepsByHand} from '../../store/progress.ts';
import {type Line, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

const NOTHING = plain('');

const RETURNS: ReadonlySet<string | undefined> = new Set(['returns', 'restarts']);

/** How long a lane keeps its node out of service; `on`: when it ends the node is still out. */
const outOf = (
  {steps}: Lane,
  usualMs: (step: Step) => number,
): {readonly ms: number; readonly on: boolean} => {
  const leaves = steps.findIndex(({service}) => service === 'leaves' || service === 'restarts');
  if (leaves < 0) return {ms: 0, on: false};
  const returns = steps.findIndex(({service}, i) => i >= leaves && RETURNS.has(service));
  return returns < 0
    ? {ms: 0, on: true}
    : {ms: steps.slice(leaves, returns + 1).reduce((ms, step) => ms + usualMs(step), 0), on: false};
};

/** The later phase in which the nodes of this one come back, or null. */
const returningPhase = ({phases}: Plan, phase: Phase): Phase | null => {
  const nodes = new Set(phase.lanes.map(({node}) => node));
  const later = phases.slice(phases.indexOf(phase) + 1);
  const returns = (lane: Lane): boolean =>
    nodes.has(lane.node) && lane.steps.some(({service}) => RETURNS.has(service));
  return later.find(({lanes}) => lanes.some(returns)) ?? null;
};

/** Work from the beginning of a phase to the end of a later one. */
const workUntil = (run: RunState, phase: Phase, later: Phase): number => {
  const {phases} = run.plan;
  return phases
    .slice(phases.indexOf(phase), phases.indexOf(later) + 1)
    .reduce((ms, each) => ms + phaseMs(run, each), 0);
};

/**
 * How long a phase takes, with those that its question covers, how long its nodes are out of service, and until when it goes on if it
 * is begun `now`: in as many words as take no line more than the fewest.
 */
export const timeLines = (
  phase: Phase,
  covered: readonly Phase[],
  run: RunState,
  now: number,
  pen: Pen,
  width: number,
): Line[] => {
  const nodes = phase.lanes.length;
  const outs = phase.lanes.map(lane => outOf(lane, progressOf(run).usualMs));
  const longest = outs.reduce((most, {ms}) => Math.max(most, ms), 0);
  const stayOut = outs.filter(({on}) => on).length;
  const back = stayOut === 0 ? null : returningPhase(run.plan, phase);
  const byHand = stepsByHand(phase);
  const ms = phaseMs(run, phase);
  const more: readonly Text[] = [
    ...(byHand === 0 ? [] : [messages.andByHand(byHand)]),
    ...covered.map(each => messages.andThen(phaseMs(run, each), each.title)),
    ...(longest > 0 ? [messages.outFor(longest, nodes)] : []),
    ...(stayOut === 0
      ? []
      : [
          back === null
            ? messages.outOn
            : messages.outUntil(back.title, stayOut, workUntil(run, phase, back)),
        ]),
  ];
  const atATime = nodes === 1 ? NOTHING : messages.atATime(nodes, Math.min(nodes, phase.width));
  const how = nodes === 1 ? NOTHING : messages.nodesHow(nodes, atATime);
  const linesOf = (about: Text): Line[] => wrapped([about, ...more].map(pen.t).join(''), width);
  // A person is no part of what is guessed.
  if (byHand > 0) return linesOf(messages.about(ms, NOTHING, how));
  const end = endOf(now, ms);
  // How many nodes they are the question itself says.
  const ways = [
    messages.about(ms, messages.fromUntil(minuteOf(now, now), end), how),
    messages.about(ms, messages.leftUntil(end), how),
    messages.aboutShort(ms, messages.leftUntil(end), how),
    messages.aboutShort(ms, messages.leftUntil(end), atATime),
  ].map(linesOf);
  const fewest = Math.min(...ways.map(({length}) => length));
  return ways.find(({length}) => length === fewest) ?? [];
};
