import {type Beginning, type RunEnd, run} from '../../../src/engine/run.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {Lost, Refused, ReplyTo, Request, ShellReply} from '../../../src/model/ask.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import type {Expect, Facts} from '../../../src/model/facts.ts';
import {GateId, HostId, NodeId, PhaseId, RunId, StepId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {Check, Gate, Order, Phase, Plan, Step} from '../../../src/model/plan.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import type {RunState} from '../../../src/model/state.ts';
import type {Probe, System} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import type {Operator, World} from '../../../src/model/world.ts';
import type {Looker} from '../../../src/probe/look.ts';
import {makeVirtualClock, type VirtualClock} from '../../sim/virtual-clock.ts';
import {vault} from '../../systems/vault/system.ts';

export const START_MS = Date.UTC(2026, 0, 1);

export const nodeId = (name: string): NodeId => NodeId.parse(name);
export const [a, b, c] = [nodeId('a'), nodeId('b'), nodeId('c')];

/** Three nodes of one role, each on a host of its own. */
export const cluster: Cluster = {
  name: 'toys',
  system: 'toy',
  hosts: [a, b, c].map(id => ({id: HostId.parse(`host-${id}`), identityFiles: []})),
  nodes: [a, b, c].map(id => ({
    id,
    host: HostId.parse(`host-${id}`),
    role: 'toy',
    home: parseAbsPath('/srv/toy'),
    fields: {},
  })),
  settings: {},
};

/** What a look or an action is answered with: facts, or that nobody answered, or a whole reply. */
export type Answer = Facts | {readonly silent: string} | ShellReply | Refused | Lost;

const isReply = (answer: Answer): answer is ShellReply | Refused | Lost =>
  'kind' in answer && (answer.kind === 'shell' || answer.kind === 'refused' || answer.kind === 'lost');

const isSilent = (answer: Answer): answer is {readonly silent: string} => 'silent' in answer;

export const exited = (code: number, stderr = '', stdout = ''): ShellReply => ({
  kind: 'shell',
  code,
  stdout,
  stderr,
  cut: false,
  ms: 7,
});
export const refused = (detail = 'nothing listens'): Refused => ({
  kind: 'refused',
  trouble: 'connect-refused',
  detail,
});
export const lost = (detail = 'the link broke'): Lost => ({kind: 'lost', trouble: 'dropped', detail});

const probe = (name: string): Probe => ({
  roles: ['toy'],
  look: async (node, _cluster, ask, given) => {
    const script = sh`look ${name} ${JSON.stringify(given ?? {})}`;
    const reply = await ask(node.id, {
      kind: 'shell',
      lane: 'look',
      name,
      script,
      timeoutMs: 5_000,
      maxBytes: 1_000,
    });
    if (reply.kind !== 'shell') return {kind: 'silent', reason: reply.detail};
    return {kind: 'seen', facts: JSON.parse(reply.stdout) as Facts};
  },
});

/** A system whose probes say what the test has written for them. */
export const system: System = {
  ...vault,
  name: 'toy',
  title: text('Toy', '玩具'),
  roles: vault.roles.slice(0, 1).map(role => ({...role, name: 'toy', status: 'status'})),
  probes: {
    status: probe('status'),
    files: probe('files'),
    standing: probe('standing'),
    blast: probe('blast'),
  },
  survey: 'status',
  preflight: [],
  procedures: {},
  planProblems: () => [],
};

export const check = (node: NodeId, expect: Expect, more: Partial<Check> = {}): Check => ({
  title: text('as wanted', '符合预期'),
  node,
  probe: 'status',
  expect,
  withinMs: 10_000,
  pollMs: 1_000,
  ...more,
});

export const script = (name: string, more: Partial<Extract<Step['action'], {kind: 'script'}>> = {}) =>
  ({
    kind: 'script',
    name,
    script: sh`do ${name}`,
    timeoutMs: 30_000,
    trust: 'exit',
    ...more,
  }) as const;

/** A step of phase "p" that is done when the node's status says so under the step's own name. */
export const step = (node: NodeId, name: string, more: Partial<Step> = {}): Step => ({
  id: StepId.parse(`p/${name}@${node}`),
  node,
  name,
  title: text(name, name),
  gates: [],
  action: script(name),
  done: [check(node, {[name]: true})],
  undo: {kind: 'nothing', because: text('a toy', '玩具')},
  typicalMs: 1_000,
  down: false,
  ...more,
});

export const confirmGate = (
  owner: string,
  index = 0,
  more: Partial<Extract<Gate, {kind: 'confirm'}>> = {},
): Gate => ({
  kind: 'confirm',
  id: GateId.parse(`${owner}#${index}`),
  ask: text('Go on?', '继续？'),
  danger: 'phase',
  outages: [],
  blast: [],
  ...more,
});

export const checkGate = (
  owner: string,
  index: number,
  wanted: Check,
  otherwise: 'hold' | 'defer' = 'hold',
): Gate => ({kind: 'check', id: GateId.parse(`${owner}#${index}`), check: wanted, otherwise});

export const phase = (id: string, steps: readonly Step[], more: Partial<Phase> = {}): Phase => {
  const nodes = [...new Set(steps.map(({node}) => node))];
  return {
    id: PhaseId.parse(id),
    title: text(id, id),
    role: 'toy',
    gates: [],
    order: {kind: 'listed'},
    width: 1,
    lanes: nodes.map(node => {
      const [first, ...others] = steps.filter(of => of.node === node);
      if (first === undefined) throw new Error('a lane needs a step');
      return {node, steps: [first, ...others]};
    }),
    ...more,
  };
};

export const asked = (withinMs = 10_000): Order => ({
  kind: 'asked',
  probe: 'standing',
  fact: 'is',
  ranks: ['observer', 'follower', 'master'],
  withinMs,
  pollMs: 1_000,
});

export const planOf = (...phases: readonly Phase[]): Plan => ({
  format: 1,
  cluster: 'toys',
  system: 'toy',
  procedure: 'upgrade',
  title: text('Upgrade', '升级'),
  from: '1',
  to: '2',
  stamp: '20260101_000000',
  phases,
  verify: [],
  survey: {},
});

export const RUN = RunId.parse('20260101-000000-test');

export const planned = (plan: Plan): Extract<Happening, {type: 'run.planned'}> => ({
  type: 'run.planned',
  run: RUN,
  lakeup: 'test',
  inventory: 'toys.yaml',
  plan,
});

/** Numbers happenings and dates them one second apart. */
export const numbered = (...happenings: readonly Happening[]): Event[] =>
  happenings.map((happening, seq) => ({...happening, seq, at: START_MS + seq * 1_000}));

export const stateOf = (plan: Plan, ...happenings: readonly Happening[]): RunState =>
  foldEvents(numbered(planned(plan), ...happenings));

/** Who answers a question at which moment; the default is yes, with the cluster's name, and never anything else. */
export type Answers = {
  readonly confirm?: readonly ('leave' | {readonly typed: string})[];
  readonly choose?: readonly ('retry' | 'leave')[];
  readonly manual?: readonly ('done' | 'leave')[];
};

export type Toy = {
  readonly clock: VirtualClock;
  readonly looker: Looker;
  readonly world: World;
  /** Every request in order: "a status", "a stop". */
  readonly asked: string[];
  /** The scripts that were sent as actions. */
  readonly scripts: string[];
  readonly events: Event[];
  /** What the operator was asked, in order. */
  readonly questions: string[];
  /** Writes what is said when a look or action of that name comes: one after the other, the last for good. */
  says(node: NodeId, name: string, ...answers: readonly Answer[]): void;
  /** Called before each request is answered; may write new answers. */
  onAsk(listener: (asked: string) => void): void;
  setWish(wish: 'go' | 'hold' | 'leave'): void;
  run(beginning: Beginning): Promise<RunEnd>;
};

/** A world in memory that answers what a test has written and remembers what it was asked. */
export const makeToy = (
  answers: Answers = {},
  its: {system: System; cluster: Cluster} = {system, cluster},
): Toy => {
  const clock = makeVirtualClock(START_MS);
  const said = new Map<string, Answer[]>();
  const log: string[] = [];
  const scripts: string[] = [];
  const events: Event[] = [];
  const questions: string[] = [];
  const listeners: ((asked: string) => void)[] = [];
  const wishers = new Set<() => void>();
  const left = {
    confirm: [...(answers.confirm ?? [])],
    choose: [...(answers.choose ?? [])],
    manual: [...(answers.manual ?? [])],
  };
  let wish: 'go' | 'hold' | 'leave' = 'go';

  const answer = (node: NodeId, name: string): Answer => {
    const queue = said.get(`${node} ${name}`);
    const next = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0];
    if (next === undefined) throw new Error(`nothing was written for ${node} ${name}`);
    return next;
  };
  const reply = async (node: NodeId, request: Request): Promise<ShellReply | Refused | Lost> => {
    if (request.kind !== 'shell') throw new Error('a toy has no ports');
    const entry = `${node} ${request.name}`;
    for (const listener of listeners) listener(entry);
    log.push(entry);
    if (request.lane === 'act') scripts.push(request.script);
    await clock.sleep(request.lane === 'act' ? 100 : 10);
    const next = answer(node, request.name);
    if (isReply(next)) return next;
    return isSilent(next) ? refused(next.silent) : exited(0, '', JSON.stringify(next));
  };
  const ask = <R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>> =>
    reply(node, request) as Promise<ReplyTo<R>>;
  const operator: Operator = {
    confirm: async gate => {
      questions.push(`confirm ${gate}`);
      await clock.sleep(50);
      const next = left.confirm.shift() ?? {typed: its.cluster.name};
      return next === 'leave' ? {answer: 'leave'} : {answer: 'yes', typed: next.typed};
    },
    choose: async state => {
      questions.push(`choose ${JSON.stringify(state.holds[0])}`);
      await clock.sleep(50);
      return left.choose.shift() ?? 'leave';
    },
    manual: async asked => {
      questions.push(`manual ${asked}`);
      await clock.sleep(50);
      return left.manual.shift() ?? 'done';
    },
    wish: () => wish,
    onWish: listener => {
      wishers.add(listener);
      return () => void wishers.delete(listener);
    },
  };
  const world: World = {
    clock,
    chance: () => 0.5,
    operator,
    journal: {append: async event => void events.push(structuredClone(event))},
    transport: {ask, close: async () => undefined},
  };
  return {
    clock,
    world,
    looker: {...its, clock, ask},
    asked: log,
    scripts,
    events,
    questions,
    says: (node, name, ...next) => void said.set(`${node} ${name}`, [...next]),
    onAsk: listener => void listeners.push(listener),
    setWish: next => {
      wish = next;
      for (const listener of wishers) listener();
    },
    run: async beginning => {
      const options = {...its, world, publish: () => undefined, onSighting: () => undefined};
      const over: {end: RunEnd | null; error: unknown} = {end: null, error: null};
      const running = run(beginning, options).then(
        end => {
          over.end = end;
        },
        (error: unknown) => {
          over.error = error ?? new Error('it failed');
        },
      );
      await clock.turnUntil(() => over.end !== null || over.error !== null, clock.now() + 24 * 3_600_000);
      await running;
      if (over.end === null) throw over.error;
      return over.end;
    },
  };
};

/** The types of events, in order; steps with their name and node. */
export const story = (events: readonly Event[]): string[] =>
  events.map(event => {
    if ('step' in event) return `${event.type} ${event.step}`;
    if ('gate' in event) return `${event.type} ${event.gate}`;
    return 'node' in event ? `${event.type} ${event.node}` : event.type;
  });
