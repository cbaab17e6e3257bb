import type {AwaitedAnswers} from '../model/awaited.ts';
import {describeDownSeen} from '../model/describe-service.ts';
import type {DownSeen, Event} from '../model/event.ts';
import type {Sighting} from '../model/facts.ts';
import {type Headway, type Heard, hear} from '../model/headway.ts';
import type {HostId, NodeId, StepId} from '../model/ids.ts';
import {stepOf} from '../model/in-plan.ts';
import type {Report} from '../model/report.ts';
import type {RunState} from '../model/state.ts';
import type {Clock, Link} from '../model/world.ts';
import {appendLines, linesOfEvent, type NewLine} from './log.ts';
import {isDownByItself, isStillDown} from './node-status.ts';
import {isBusy, type NodeLooks, type OutBy, type ScreenNode, type State} from './state.ts';
import {makeStatusBy} from './status-by.ts';
import {ARM_MS, type ScreenStore} from './store.ts';
import {makeOutTeller} from './tell-out.ts';
import {makeUnwellTeller} from './tell-unwell.ts';
import {type Course, courseWith, unwellAfter} from './unwell.ts';
import {NO_LOOKS, withSighting} from './with-sighting.ts';

/** Where everything that happens goes in. Nothing is shown before the next tick. */
export type Feed = {
  event(event: Event, state: RunState): void;
  sighting(sighting: Sighting): void;
  /** Whose answers a look waits for. */
  awaited(awaited: AwaitedAnswers): void;
  link(link: Link): void;
  /** Null: nobody hears the action any more. The last that it said goes into the log. */
  headway(step: StepId, headway: Headway | null): void;
  log(line: NewLine): void;
  /** Whom runs that the screen does not show have out of service: what was told before counts no more. */
  outBy(known: ReadonlyMap<NodeId, OutBy>): void;
  /** What became of the run. */
  report(report: Report): void;
  /**
   * Tells who is down by itself by now, and from then on who goes down so and is so no more. What somebody says that they keep is theirs
   * to say, and no line of the log. Returns how to end that.
   */
  listenDown(tell: (seen: DownSeen) => boolean): () => void;
  /** Moves what was collected into the store: at most one setState, none when nothing changed. */
  tick(): void;
};

export type FeedOptions = {
  readonly store: ScreenStore;
  readonly clock: Clock;
  /** How often each node's status is asked; a sighting three times as old is stale. */
  readonly probePeriodMs: number;
};

/** A look at the status that is so many periods old tells nothing of now. */
const STALE_PERIODS = 3;

const minuteIn = (at: number): number => Math.floor(at / 60_000);

/** Nothing moves by itself, but for when the work would end that is asked about: that is told by the minute. */
const isAwaitingAnswer = ({run}: State): boolean => run !== null && run.verdict === null && !run.left;

/** Collects between two ticks. One feed per store. */
export const makeFeed = ({store, clock, probePeriodMs}: FeedOptions): Feed => {
  const {cluster} = store.getState();
  const statusBy = makeStatusBy(cluster, STALE_PERIODS * probePeriodMs);
  const statusOfRole = new Map(cluster.roles.map(role => [role.name, role.status]));
  const nodes = new Map<NodeId, ScreenNode>(cluster.nodes.map(node => [node.id, node]));
  const sightings = new Map<string, Sighting>();
  /** Every look counts here, also one that another follows before the next tick. */
  const courses = new Map<NodeId, Course & Pick<NodeLooks, 'unwell'>>();
  /** So does what was seen last of one that is silent by then. */
  const lastSeen = new Map<NodeId, Sighting>();
  /** Whom a newer master has left behind, as long as no look shows that they run again, or are left behind no more. */
  const behind = new Set<NodeId>();
  const links = new Map<HostId, Link>();
  const late = new Map<string, AwaitedAnswers>();
  let isLateMoved = false;
  /** Nodes of which another one's look tells, or to whose hosts there is a connection again. */
  const told = new Set<NodeId>();
  /** Told many times in a second, perhaps: the last word of it goes to the screen. */
  const headways = new Map<StepId, Heard>();
  /** Of whom it is told that they are down, and not yet that they are so no more. */
  const toldDown = new Map<NodeId, DownSeen>();
  /** When each was seen down last. */
  const lastDown = new Map<NodeId, number>();
  const listeners = new Set<(seen: DownSeen) => boolean>();
  const tellUnwell = makeUnwellTeller();
  const tellOut = makeOutTeller();
  let outBy: ReadonlyMap<NodeId, OutBy> = new Map();
  let isOutMoved = false;
  let moved = false;
  let run: RunState | null = null;
  let lines: NewLine[] = [];
  let report: Report | null = null;

  /** Who went down by itself, or is that no more, and when that was seen. What nobody sees any more, or not now, is neither. */
  const seenDown = (node: NodeId, state: State): {readonly at: number; readonly seen: DownSeen} | null => {
    const looks = state.looks.get(node);
    const status = looks?.status ?? null;
    if (looks === undefined || status === null) return null;
    const [was, is] = [toldDown.has(node), isDownByItself(state, node)];
    if (was === is || (was && (looks.stale || isStillDown(state, node, status.look)))) return null;
    const {look} = status;
    const {at = status.at, first = false} = looks.changed ?? {};
    if (is) return {at, seen: {type: 'node.down', node, since: at, ...(first ? {atLeast: true} : {})}};
    // What becomes of one that is down still is the run's to tell.
    const isUp = look.kind === 'seen' && look.facts.health !== 'down' && look.facts.health !== 'not-serving';
    const last = lastDown.get(node) ?? at;
    return {at, seen: {type: 'node.up', node, last, ...(isUp ? {health: String(look.facts.health)} : {})}};
  };

  /** Tells of each, by a line where nobody else does. */
  const tellDown = (nodes: readonly NodeId[], state: State): readonly NewLine[] =>
    nodes.flatMap((node): NewLine[] => {
      const found = seenDown(node, state);
      if (found === null) return [];
      const {at, seen} = found;
      if (seen.type === 'node.down') toldDown.set(node, seen);
      else toldDown.delete(node);
      const isKept = [...listeners].filter(tell => tell(seen)).length > 0;
      const said = isKept ? null : describeDownSeen(seen, state.run !== null);
      return said === null ? [] : [{at, node, ...said}];
    });

  const takeLooks = (state: State, now: number): Partial<State> => {
    const looks = new Map(state.looks);
    for (const sighting of sightings.values()) {
      const node = nodes.get(sighting.node);
      if (node === undefined) continue;
      const before = looks.get(node.id) ?? NO_LOOKS;
      const course = courses.get(node.id) ?? NO_LOOKS;
      const heard = {...course, seen: lastSeen.get(node.id) ?? before.seen};
      const next = withSighting(before, sighting, statusOfRole.get(node.role), heard);
      looks.set(node.id, {...next, leftBehind: behind.has(node.id), outBy: outBy.get(node.id)});
    }
    let changed = sightings.size > 0 || told.size > 0 || isOutMoved;
    if (isOutMoved) for (const [id, look] of looks) looks.set(id, {...look, outBy: outBy.get(id)});
    isOutMoved = false;
    sightings.clear();
    for (const id of told) {
      const look = looks.get(id);
      if (look === undefined) continue;
      looks.set(id, {...look, unwell: courses.get(id)?.unwell ?? null, leftBehind: behind.has(id)});
    }
    told.clear();
    for (const [id, look] of looks) {
      if (look.stale || look.status === null || now - look.status.at <= STALE_PERIODS * probePeriodMs)
        continue;
      looks.set(id, {...look, stale: true});
      changed = true;
    }
    return changed ? {looks} : {};
  };

  const take = (state: State, now: number): Partial<State> => {
    const seen = [...new Set([...sightings.values()].map(({node}) => node))];
    const change: {-readonly [K in keyof State]?: State[K]} = takeLooks(state, now);
    if (run !== null && (state.run === null || run.seq > state.run.seq)) {
      change.run = run;
      // Whether to leave is no question any more once there is nothing to leave.
      if (run.verdict !== null || run.left) change.leaving = 'no';
      // Nor is what a key could not do while it went on any answer to what is read now.
      if (run.verdict !== null && state.run?.verdict === null) change.notice = null;
    }
    if (links.size > 0) change.links = new Map([...state.links, ...links]);
    const next = {...state, ...change};
    lines.push(...tellDown(seen, next), ...tellOut(seen, next), ...tellUnwell(seen, next));
    if (moved) change.headways = new Map(headways);
    if (isLateMoved) change.awaited = [...late.values()];
    if (report !== null) change.report = report;
    if (lines.length > 0) change.log = appendLines(state.log, lines);
    if (state.asked !== null && !state.armed && now - state.asked.quietSince >= ARM_MS) change.armed = true;
    const taken = {...state, ...change};
    if (isBusy(taken)) {
      change.now = now;
      change.pulse = state.pulse + 1;
    } else if (isAwaitingAnswer(taken) && minuteIn(now) !== minuteIn(state.now)) change.now = now;
    run = null;
    links.clear();
    moved = false;
    isLateMoved = false;
    lines = [];
    report = null;
    return change;
  };

  return {
    event: (event, state) => {
      run = state;
      lines.push(...linesOfEvent(event, state));
      // Something became of it: what it said on the way is of no more use.
      if ('step' in event && headways.delete(event.step)) moved = true;
    },
    sighting: sighting => {
      for (const [id, isLeft] of cluster.leftBehind?.(sighting, cluster.nodes) ?? []) {
        if (isLeft) behind.add(id);
        else behind.delete(id);
        told.add(id);
      }
      const status = statusBy(sighting);
      if (status?.probe !== sighting.probe) sightings.set(`${sighting.node}\0${sighting.probe}`, sighting);
      if (status === null) return;
      const {node, probe, look, at} = status;
      if (look.kind === 'seen' && look.facts.health !== 'down') behind.delete(node);
      sightings.set(`${node}\0${probe}`, status);
      if (look.kind === 'seen') lastSeen.set(node, status);
      if (look.kind === 'seen' && look.facts.health === 'down') lastDown.set(node, at);
      // Since when it is so is told by the look that showed it.
      const heard = {...status, at: Math.max(at, sighting.at)};
      const course = courseWith(courses.get(node), heard);
      courses.set(node, {...course, unwell: unwellAfter(course, heard, probePeriodMs)});
    },
    awaited: awaited => {
      const key = `${awaited.node}\0${awaited.probe}`;
      if (awaited.hosts.length > 0) late.set(key, awaited);
      else late.delete(key);
      isLateMoved = true;
    },
    link: link => {
      links.set(link.host, link);
      if (link.status !== 'up') return;
      // That its nodes did not answer is from before: the next look tells.
      for (const {id, host} of nodes.values()) {
        const course = courses.get(id);
        if (host !== link.host || course?.unwell?.is !== 'silent') continue;
        courses.set(id, {...course, unwell: null});
        told.add(id);
      }
    },
    headway: (step, headway) => {
      const before = headways.get(step);
      if (headway === null) {
        const state = run ?? store.getState().run;
        if (before === undefined || state === null) return;
        const {node} = stepOf(state, step);
        lines.push({at: before.at, node, level: 'output', words: before.headway.words});
        headways.delete(step);
        moved = true;
        return;
      }
      const heard = hear(before, headway, clock.now());
      if (heard === before) return;
      headways.set(step, heard);
      moved = true;
    },
    log: line => void lines.push(line),
    outBy: known => {
      outBy = known;
      isOutMoved = true;
    },
    report: made => {
      report = made;
    },
    listenDown: tell => {
      const state = store.getState();
      for (const [node, seen] of toldDown) {
        // It may have been seen before the run was known, which had stopped it.
        if (isDownByItself({...state, run: run ?? state.run}, node)) tell(seen);
        else toldDown.delete(node);
      }
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    tick: () => {
      const change = take(store.getState(), clock.now());
      if (Object.keys(change).length > 0) store.setState(change);
    },
  };
};

/** How often the screen may change. */
export const TICK_MS = 100;

/** Ticks a feed until the signal is aborted. */
export const runTicks = async (feed: Feed, clock: Clock, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await clock.sleep(TICK_MS, signal);
    feed.tick();
  }
};
