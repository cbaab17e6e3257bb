import type {AwaitedAnswers} from '../model/awaited.ts';
import {type Look, type Sighting, sameFact} from '../model/facts.ts';
import type {Headways} from '../model/headway.ts';
import type {GateId, HostId, NodeId, RunId, StepId} from '../model/ids.ts';
import type {Node} from '../model/inventory.ts';
import {describeReasons} from '../model/reason.ts';
import type {Report} from '../model/report.ts';
import type {RunState} from '../model/state.ts';
import type {Role, System} from '../model/system.ts';
import type {Lang, Text} from '../model/text.ts';
import type {Link, Operator, RetryAnswer, SkipAnswer} from '../model/world.ts';
import type {Lasting, Since} from './unwell.ts';

/** What the screen knows of a node's place: no home, no fields. */
export type ScreenNode = Pick<Node, 'id' | 'role' | 'host' | 'group'>;
/** What the screen knows of a role; a system's Role fits. */
export type ScreenRole = Pick<Role, 'name' | 'title' | 'status' | 'columns'>;
/** How the operator gets at a node by themselves: what runs their own ssh, and the log files there. */
export type AtHand = {readonly ssh: readonly string[]; readonly logs: readonly string[]};

export type ScreenCluster = {
  readonly name: string;
  /** What facts are called, where the product has words for them. */
  readonly factTitles?: Readonly<Record<string, Text>>;
  /** What becomes of the system without one of its nodes, where the product says so. */
  readonly skip?: NonNullable<System['skip']>;
  /** How a node is started by hand, where the product says so. */
  readonly startLine?: NonNullable<System['startLine']>;
  /** Who stands in for whom, where the product says so. */
  readonly standIns?: NonNullable<System['standIns']>;
  readonly beside?: NonNullable<System['beside']>;
  readonly leftBehind?: NonNullable<System['leftBehind']>;
  /** Absent where no hosts stand behind the screen. */
  readonly atHand?: ReadonlyMap<NodeId, AtHand>;
  readonly nodes: readonly ScreenNode[];
  readonly roles: readonly ScreenRole[];
};

type Said = 'factTitles' | 'skip' | 'standIns' | 'beside' | 'leftBehind' | 'startLine';

/** What a product says of itself for the screen. */
export const saysOf = ({
  factTitles,
  skip,
  standIns,
  beside,
  leftBehind,
  startLine,
}: Pick<System, Said>): Pick<ScreenCluster, Said> => ({
  ...(skip === undefined ? {} : {skip}),
  ...(factTitles === undefined ? {} : {factTitles}),
  ...(standIns === undefined ? {} : {standIns}),
  ...(beside === undefined ? {} : {beside}),
  ...(leftBehind === undefined ? {} : {leftBehind}),
  ...(startLine === undefined ? {} : {startLine}),
});

/** A run that has a node out of service, and since when. */
export type OutBy = {readonly run: RunId; readonly since: number; readonly atLeast: boolean};

/** All that was seen of one node: the newest sighting of every probe. */
export type NodeLooks = {
  readonly status: Sighting | null;
  /** The newest status sighting in which it was seen at all: the same, but for a node that is silent. */
  readonly seen: Sighting | null;
  readonly probes: Readonly<Record<string, Sighting>>;
  /** Since when its health was seen to be what it is; `first`: it was so at the first look. */
  readonly changed: Since | null;
  /** How it is, and since when, where it has not been well for longer than a few looks; null of one that is down. */
  readonly unwell: Lasting | null;
  /** A look has shown since it runs no more that a newer master has left it behind. */
  readonly leftBehind?: boolean;
  /** Which run has it out of service, as its journal says, where the screen shows no run itself. */
  readonly outBy?: OutBy | undefined;
  /** The status sighting is older than three probe periods. */
  readonly stale: boolean;
};

/** What the operator is asked, with the moment since which the run waits for that. Answered in order; the first is on the screen. */
export type Question = {readonly id: number; readonly at: number} & (
  | {readonly kind: 'confirm'; readonly gate: GateId}
  | {readonly kind: 'hold'}
  | {readonly kind: 'manual'; readonly step: StepId}
);

export type Answer =
  | {readonly answer: 'yes'; readonly typed: string}
  | {readonly answer: 'leave'}
  | ({readonly answer: 'alike'} & RetryAnswer)
  | ({readonly answer: 'skip'} & SkipAnswer);

/** Nodes that the operator is about to take out of the run: first they type why, then perhaps the cluster's name. */
export type Skipping = {
  readonly nodes: readonly NodeId[];
  readonly at: 'why' | 'name' | 'sure';
  readonly because: string;
  readonly typed: string;
};

export type LogLevel = 'info' | 'good' | 'warn' | 'bad' | 'command' | 'output';
export type LogLine = {
  readonly id: number;
  readonly at: number;
  readonly node: NodeId | null;
  readonly level: LogLevel;
  readonly words: Text;
};

/** An entry of the log, and how many of its own rows lie below what is seen. */
export type LogPlace = {readonly entry: number; readonly below: number};

/** A log file of a node, as it is read on its host. */
export type Tail = {
  readonly node: NodeId;
  readonly file: string;
  /** Counts the times that it was asked for: one that has ended is read anew. */
  readonly round: number;
  readonly lines: readonly string[];
  /** Why nothing comes any more; null while it is followed. */
  readonly end: Text | null;
  /** How many lines came before those that are kept; whether the last one may still grow. */
  readonly dropped: number;
  readonly isOpen: boolean;
};

export const VIEWS = ['main', 'log', 'node', 'plan', 'help', 'report', 'tail', 'shell'] as const;
export type View = (typeof VIEWS)[number];
export const THEME_NAMES = ['dark', 'light', 'plain', 'ascii'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

/** What keys turn on and off, and how it is when the screen opens. */
export const SWITCHES = {
  /** Plan and node show every line of every script. */
  wholeScripts: false,
} as const satisfies Record<string, boolean>;

export type Wish = ReturnType<Operator['wish']>;

/** How a run that is left can be gone on with: by `lakeup resume`, by an answer right after it, or not at all. */
export type GoingOn = 'command' | 'here' | 'never';

/** Everything the screen shows, and nothing else. While nothing runs `pulse` stands still, and so does `now`, but for each minute of a question. */
export type State = {
  readonly cluster: ScreenCluster;
  readonly run: RunState | null;
  /** What became of the run, once it has ended or was left. */
  readonly report: Report | null;
  readonly looks: ReadonlyMap<NodeId, NodeLooks>;
  readonly links: ReadonlyMap<HostId, Link>;
  /** Looks that wait for an answer for some time, and whose. */
  readonly awaited: readonly AwaitedAnswers[];
  readonly headways: Headways;
  readonly log: readonly LogLine[];
  readonly now: number;
  readonly pulse: number;

  readonly questions: readonly Question[];
  /** The question on the screen, and since when no key has come too early for it. */
  readonly asked: {readonly id: number; readonly quietSince: number} | null;
  /** Keys count as answers to the question on the screen. */
  readonly armed: boolean;
  readonly typed: string;
  readonly wish: Wish;
  readonly goingOn: GoingOn;
  /** How lakeup is called where it was started. */
  readonly program: string;
  /** The operator pressed q: are they sure? `now`: a second time, while leaving. */
  readonly leaving: 'no' | 'asked' | 'now';
  /** Whom the operator is about to take out of the run; null while they are not. */
  readonly skipping: Skipping | null;

  readonly view: View;
  /** The node whose log is read, or whose shell is offered: it stays so, whatever the run does meanwhile. */
  readonly atNode: NodeId | null;
  readonly tail: Tail | null;
  /** null follows the node in hand. */
  readonly selected: NodeId | null;
  /** Lines from the top, for a log on a host from the end, of each view. */
  readonly scroll: Readonly<Record<Exclude<View, 'log'>, number>>;
  /** What is lowest of the log; null follows its end. It stays so, whatever comes and however wide it is written. */
  readonly logAt: LogPlace | null;
  readonly switches: Readonly<Record<keyof typeof SWITCHES, boolean>>;
  /** What is searched for in the log, and the entry where it was found last. */
  readonly search: {readonly words: string; readonly typing: boolean; readonly at: number | null};
  readonly filter: string;
  readonly filtering: boolean;
  readonly lang: Lang;
  readonly theme: ThemeName;
  /** Why the last key did nothing. */
  readonly notice: Text | null;
};

export const NO_SCROLL: State['scroll'] = {
  main: 0,
  node: 0,
  plan: 0,
  help: 0,
  report: 0,
  tail: 0,
  shell: 0,
};

/** Two looks that say the same, whatever their date. */
export const sameLook = (a: Look, b: Look): boolean => {
  if (a.kind === 'silent' || b.kind === 'silent') {
    if (a.kind !== 'silent' || b.kind !== 'silent') return false;
    const [was, is] = [describeReasons(a.reasons), describeReasons(b.reasons)];
    return was.en === is.en && was.zh === is.zh;
  }
  const names = Object.keys(a.facts);
  return (
    names.length === Object.keys(b.facts).length &&
    names.every(name => {
      const [was, is] = [a.facts[name], b.facts[name]];
      return was !== undefined && is !== undefined && sameFact(was, is);
    })
  );
};

/** The question on the screen, or null. */
export const openQuestion = (state: State): Question | null => state.questions[0] ?? null;

/** Something moves by itself: a run that is neither ended nor left and does not wait for the operator alone. */
export const isBusy = (state: State): boolean => {
  if (state.run === null || state.run.verdict !== null || state.run.left) return false;
  if (state.questions.length === 0) return true;
  // A step that is done by hand waits for the operator, not they for it.
  const byHand = new Set<string>(
    state.questions.flatMap(asked => (asked.kind === 'manual' ? [asked.step] : [])),
  );
  return Object.entries(state.run.steps).some(([id, step]) => step.status === 'running' && !byHand.has(id));
};
