import {momentOf} from '../lib/moment.ts';
import type {Outcome} from '../model/event.ts';
import {type Facts, HEALTHS, type Health, isList, type Look} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Step} from '../model/plan.ts';
import {carriedOutBy, type RunState, stepState} from '../model/state.ts';
import {outSeen} from './out-seen.ts';
import {type Doing, progressOf} from './progress.ts';
import type {NodeLooks, ScreenNode, State} from './state.ts';
import {waitedCheck} from './waited-check.ts';

/** What a node is, in one word: how it is seen, and what the run does with it. */
export const STATUSES = [
  'failed',
  'unverified',
  'skipped',
  'held',
  'asking',
  'down',
  'left-behind',
  'unknown',
  'out',
  'not-serving',
  'degraded',
  'starting',
  'working',
  'stale',
  'waiting',
  'ok',
  'upgraded',
  'taken-back',
  'verified',
] as const;
export type Status = (typeof STATUSES)[number];

const healthOf = (looks: NodeLooks | undefined): Health | 'unknown' | 'stale' => {
  if (looks?.status === null || looks === undefined || looks.status.look.kind === 'silent') return 'unknown';
  if (looks.stale) return 'stale';
  const {health} = looks.status.look.facts;
  return HEALTHS.find(candidate => candidate === health) ?? 'unknown';
};

/** Whether what a node is may be of the run's own doing: it is out, or a step is at it. */
const isByRun = (doing: Doing | undefined, isOut: boolean): boolean =>
  isOut || (doing?.kind === 'working' && doing.since !== null) || doing?.kind === 'interrupted';

/** A node that ended by itself is down, whatever is asked or waited for before its next step; one that a step is at may be. */
const endedByItself = (doing: Doing | undefined, looks: NodeLooks | undefined, isOut: boolean): boolean =>
  healthOf(looks) === 'down' && !isByRun(doing, isOut);

/**
 * Joins both views of a node: what the run is in the middle of comes first, but for a node that ended by itself meanwhile; then that the run has stopped it, which is no
 * trouble of its own; then anything that is not well, also on a node that was upgraded or still waits; then where the run
 * stands with it.
 */
export const statusOf = (doing: Doing | undefined, looks: NodeLooks | undefined, isOut = false): Status => {
  if (doing?.kind === 'failed' || doing?.kind === 'unverified') return doing.kind;
  if (endedByItself(doing, looks, isOut)) return looks?.leftBehind === true ? 'left-behind' : 'down';
  const health = healthOf(looks);
  if (doing?.kind === 'skipped') return doing.kind;
  if (doing?.kind === 'held' || doing?.kind === 'interrupted') return 'held';
  if (doing?.kind === 'asking' || doing?.kind === 'working') return doing.kind;
  if (isOut) return 'out';
  if (health !== 'ok') return health;
  return doing?.kind ?? 'ok';
};

/** What one cell of the grid shows. Flat, so that it can be compared field by field. */
export type CellFacts = {
  readonly status: Status;
  readonly version: string;
  readonly marks: string;
  readonly step: Step | null;
  /** Whole seconds since the step began; null when none runs. */
  readonly seconds: number | null;
  readonly limitMs: number;
  /** Since when the node is out of service because of the run; null while it serves, as far as the run is to blame. */
  readonly outSince: number | null;
  /** The same to be read: with its day where that is not today. */
  readonly outClock: string;
  /** It is out for longer than that. */
  readonly outAtLeast: boolean;
  /** False while it is not known whether the step that stops the node has come to that. */
  readonly outCertain: boolean;
};

/**
 * How long a step may take at most since it began, as it stands: its action, or the command for many that it is carried out by;
 * after that as long as is waited for what has to be seen next. 0 where there is no limit.
 */
export const limitOf = (
  run: RunState,
  looks: State['looks'],
  step: Step,
  now: {readonly at: number; readonly outcome: Outcome | null},
): number => {
  const {outcome} = now;
  if (outcome === null && step.action.kind !== 'manual') {
    const together = carriedOutBy(run, step.id);
    if (together !== null) return together.action.timeoutMs;
    // A copy takes as long as its bytes take.
    return step.action.kind === 'script' ? step.action.timeoutMs : 0;
  }
  const waited = waitedCheck({run, looks}, step, now.at)?.check;
  const next = waited === undefined ? step.done.length : step.done.indexOf(waited) + 1;
  const patience = step.done.slice(0, next).reduce((sum, check) => sum + check.withinMs, 0);
  return (outcome?.ms ?? 0) + patience;
};

const markOf = (name: string, facts: Facts, {group}: ScreenNode): string[] => {
  const value = facts[name];
  if (value === undefined || value === false || value === '' || value === group) return [];
  if (isList(value)) return value.length === 0 ? [] : [`${name} ${value.join(',')}`];
  if (typeof value === 'number') return [`${name} ${value}`];
  return [value === true ? name : value];
};

const marksOf = (state: State, node: ScreenNode, looks: NodeLooks | undefined): string => {
  const role = state.cluster.roles.find(({name}) => name === node.role);
  if (role === undefined || looks?.status?.look.kind !== 'seen') return '';
  const {facts} = looks.status.look;
  return role.columns.flatMap(name => markOf(name, facts, node)).join(' ');
};

const factsOf = (state: State, node: ScreenNode): CellFacts => {
  const looks = state.looks.get(node.id);
  const progress = state.run === null ? null : progressOf(state.run);
  const doing = progress?.doing.get(node.id);
  const out = outSeen(state.run, state.looks).get(node.id);
  const facts = looks?.status?.look.kind === 'seen' ? looks.status.look.facts : {};
  const since = doing?.since ?? null;
  const step = doing?.step ?? null;
  const now = step === null || state.run === null ? null : stepState(state.run, step.id);
  return {
    status: statusOf(doing, looks, out !== undefined),
    version: facts.version === undefined ? '' : String(facts.version),
    marks: marksOf(state, node, looks),
    step,
    seconds: since === null ? null : Math.max(0, Math.floor((state.now - since) / 1000)),
    limitMs:
      state.run === null || step === null || now?.status !== 'running'
        ? 0
        : limitOf(state.run, state.looks, step, now),
    outSince: out?.since ?? null,
    outClock: out === undefined ? '' : momentOf(out.since, state.now),
    outAtLeast: out?.atLeast === true,
    outCertain: out?.certain ?? true,
  };
};

type Sources = Pick<State, 'cluster' | 'looks' | 'run' | 'now'>;

/** What was worked out last, and what from. */
let recent: {readonly from: Sources; readonly facts: Map<NodeId, CellFacts>} | null = null;

const sameSources = (a: Sources, b: Sources): boolean =>
  a.cluster === b.cluster && a.looks === b.looks && a.run === b.run && a.now === b.now;

/**
 * What is known of a node, for the grid and the panes. Asked for several times per state, and again when only what the
 * operator points at has changed: worked out once for all of these.
 */
export const cellFacts = (state: State, node: ScreenNode): CellFacts => {
  if (recent === null || !sameSources(recent.from, state)) {
    const {cluster, looks, run, now} = state;
    recent = {from: {cluster, looks, run, now}, facts: new Map()};
  }
  const facts = recent.facts.get(node.id) ?? factsOf(state, node);
  recent.facts.set(node.id, facts);
  return facts;
};

const viewsOf = (
  {run, looks}: Pick<State, 'run' | 'looks'>,
  id: NodeId,
): [Doing | undefined, NodeLooks | undefined, boolean] => [
  run === null ? undefined : progressOf(run).doing.get(id),
  looks.get(id),
  outSeen(run, looks).has(id),
];

/** The status of one node alone. */
export const statusOfNode = (state: Pick<State, 'run' | 'looks'>, id: NodeId): Status =>
  statusOf(...viewsOf(state, id));

/** Whether a node is down, and not because of the run; also one of which the run says that it failed, or did not verify it. */
export const isDownByItself = (state: Pick<State, 'run' | 'looks'>, id: NodeId): boolean =>
  endedByItself(...viewsOf(state, id));

/**
 * How a node is that has not been well for longer than a few looks, and not because of the run; null while it is well, or down. A step
 * that leaves its service alone is no reason not to be well.
 */
export const unwellOf = (state: Pick<State, 'run' | 'looks'>, id: NodeId): NodeLooks['unwell'] => {
  const [doing, looks, isOut] = viewsOf(state, id);
  const isRestart = doing?.step?.service !== undefined && isByRun(doing, isOut);
  return isOut || isRestart ? null : (looks?.unwell ?? null);
};

/**
 * Whether nothing says that one which went down by itself is up: nobody could ask, or it is down still, or whoever answers in its
 * place answers no request, whatever the run makes of that. One that the run has taken out of service is the run's to tell.
 */
export const isStillDown = (state: State, node: NodeId, look: Look): boolean => {
  if (look.kind === 'silent') return true;
  const isOut = outSeen(state.run, state.looks).has(node);
  const {health, process} = look.facts;
  return (health === 'down' || (health === 'not-serving' && process !== 'running')) && !isOut;
};
