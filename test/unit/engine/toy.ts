import {z} from 'zod';
import type {Lease} from '../../../src/engine/lease.ts';
import {type Beginning, type RunEnd, type RunOptions, run} from '../../../src/engine/run.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {Lost, Refused, ReplyTo, Request, ShellReply} from '../../../src/model/ask.ts';
import type {Copy} from '../../../src/model/copy.ts';
import type {Event} from '../../../src/model/event.ts';
import {Facts} from '../../../src/model/facts.ts';
import type {Headway} from '../../../src/model/headway.ts';
import type {HostId, NodeId, StepId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import {reason} from '../../../src/model/reason.ts';
import type {Script} from '../../../src/model/script.ts';
import type {Probe, System} from '../../../src/model/system.ts';
import {plain, text} from '../../../src/model/text.ts';
import type {Operator, RetryAnswer, SkipAnswer, World} from '../../../src/model/world.ts';
import type {Looker} from '../../../src/probe/look.ts';
import {makeVirtualClock, type VirtualClock} from '../../sim/virtual-clock.ts';
import {cluster, START_MS} from './toy-plan.ts';

// Plans of toys, and what has become of them, are made in toy-plan.ts.
export * from './toy-plan.ts';

/**
 * What a look or an action is answered with: facts, or that nobody answered, or a whole reply. Facts with `answers` are what those
 * told whose answers do not tell it.
 */
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
  detail: plain(detail),
});
export const lost = (detail = 'the link broke'): Lost => ({
  kind: 'lost',
  trouble: 'dropped',
  detail: plain(detail),
});

const probe = (name: string): Probe => ({
  roles: ['toy'],
  look: async (node, _cluster, ask, given) => {
    const reply = await ask(node.host, {
      kind: 'shell',
      shell: 'look',
      script: {body: {name, text: sh`look`}, vars: given},
      timeoutMs: 5_000,
      maxBytes: 1_000,
    });
    if (reply.kind !== 'shell') return {kind: 'silent', reasons: [reason(reply.detail, node.id)]};
    const facts = Facts.parse(JSON.parse(reply.stdout));
    const {answers, told} = facts;
    return answers === 'contradict' || answers === 'undecided'
      ? {kind: 'silent', reasons: [reason(plain(String(told)), null, answers)]}
      : {kind: 'seen', facts};
  },
});

/** A system whose probes say what the test has written for them. */
export const system: System = {
  name: 'toy',
  title: text('Toy', '玩具'),
  roles: [
    {
      name: 'toy',
      title: text('toys', '玩具'),
      status: 'status',
      columns: [],
      optional: false,
      home: 'own',
      fields: z.unknown(),
    },
  ],
  settings: z.unknown(),
  probes: {
    status: probe('status'),
    files: probe('files'),
    standing: probe('standing'),
    blast: probe('blast'),
  },
  survey: 'status',
  preflight: [],
  choose: () => ({
    kind: 'refused',
    because: text('A toy is not upgraded.', '玩具不升级。'),
    instead: text('Play with it.', '请玩吧。'),
  }),
  planProblems: () => [],
};

/** Who answers a question at which moment; the default is yes, with the cluster's name, and never anything else. */
export type Answers = {
  /** `afterMs`: they think about it that long; a question that is withdrawn meanwhile is not answered. */
  readonly confirm?: readonly ('leave' | {readonly typed: string; readonly afterMs?: number})[];
  readonly choose?: readonly ('retry' | RetryAnswer | 'leave' | SkipAnswer)[];
  readonly manual?: readonly ('done' | 'leave')[];
};

export type Toy = {
  readonly clock: VirtualClock;
  readonly looker: Looker;
  readonly world: World;
  /** Every request in order: "a status", "a stop". */
  readonly asked: string[];
  /** The scripts that were sent as actions. */
  readonly scripts: Script[];
  /** What was copied from where to where: "host-a:/x host-b:/x". */
  readonly copies: string[];
  /** How far actions were said to be: "p/copy@b on its way …". */
  readonly progress: string[];
  /** What every action says while it is at it. */
  readonly saying: string[];
  /** How often refused logins were allowed to be tried once more. */
  readonly retriedLogins: () => number;
  readonly events: Event[];
  /** What the operator was asked, in order. */
  readonly questions: string[];
  /** Writes what is said when a look or action of that name comes: one after the other, the last for good. */
  says(node: NodeId, name: string, ...answers: readonly Answer[]): void;
  /** Copies wait for their turn from now on, so long. */
  holdsBack(ms: number): void;
  /** Called before each request is answered; may write new answers. */
  onAsk(listener: (asked: string) => void): void;
  setWish(wish: ReturnType<Operator['wish']>): void;
  /** Called with each event when it is kept. */
  onEvent(listener: (event: Event) => unknown): void;
  /** Who watches the nodes beside the run. */
  listensDown(listen: NonNullable<RunOptions['listenDown']>): void;
  /** `lease`: what makes the run the only one; none where the toys are its alone. */
  run(beginning: Beginning, lease?: Lease | null): Promise<RunEnd>;
};

/** A world in memory that answers what a test has written, host by host, and remembers what it was asked. */
export const makeToy = (
  answers: Answers = {},
  its: {system: System; cluster: Cluster} = {system, cluster},
): Toy => {
  const clock = makeVirtualClock(START_MS);
  const said = new Map<string, Answer[]>();
  const log: string[] = [];
  const scripts: Script[] = [];
  const copies: string[] = [];
  const progress: string[] = [];
  const saying: string[] = [];
  const events: Event[] = [];
  const questions: string[] = [];
  const listeners: ((asked: string) => void)[] = [];
  const wishers = new Set<() => void>();
  const left = {
    confirm: [...(answers.confirm ?? [])],
    choose: [...(answers.choose ?? [])],
    manual: [...(answers.manual ?? [])],
  };
  let wish: ReturnType<Operator['wish']> = 'go';
  let retried = 0;
  let heldBackMs = 0;
  const hearers: ((event: Event) => unknown)[] = [];
  let listenDown: RunOptions['listenDown'];

  const answer = (node: NodeId, name: string): Answer => {
    const queue = said.get(`${node} ${name}`);
    const next = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0];
    if (next === undefined) throw new Error(`nothing was written for ${node} ${name}`);
    return next;
  };
  /** The last action on each host, until it ends. */
  const inHand = new Map<HostId, Promise<void>>();
  const reply = async (host: HostId, request: Request): Promise<ShellReply | Refused | Lost> => {
    if (request.kind !== 'shell') throw new Error('a toy has no ports');
    const node = its.cluster.nodes.find(known => known.host === host)?.id;
    if (node === undefined) throw new Error(`no toy is on ${host}`);
    const {name} = request.script.body;
    const entry = `${node} ${name}`;
    if (request.shell === 'behind') await inHand.get(host);
    for (const listener of listeners) listener(entry);
    log.push(entry);
    if (request.shell === 'act') scripts.push(request.script);
    const took = clock.sleep(request.shell === 'act' ? 100 : 10);
    if (request.shell === 'act') inHand.set(host, took);
    request.onSent?.();
    await took;
    const next = answer(node, name);
    if (isReply(next) && next.kind !== 'refused') for (const words of saying) request.onSaid?.(words);
    if (isReply(next)) return next;
    return isSilent(next) ? refused(next.silent) : exited(0, '', JSON.stringify(next));
  };
  const ask = <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> =>
    reply(host, request) as Promise<ReplyTo<R>>;
  const copy: Copy = async ({from, to}, onProgress, signal, mayBegin) => {
    const node = its.cluster.nodes.find(known => known.host === to.host)?.id;
    if (node === undefined) throw new Error(`no toy is on ${to.host}`);
    const entry = `${node} copy`;
    for (const listener of listeners) listener(entry);
    log.push(entry);
    await clock.sleep(heldBackMs, signal);
    if (heldBackMs > 0 && mayBegin !== undefined && !(await mayBegin()))
      return {kind: 'refused', trouble: 'guard', detail: plain('no longer')};
    copies.push(`${from.host}:${from.path} ${to.host}:${to.path}`);
    await clock.sleep(100, signal);
    onProgress({stage: 'copying', bytes: 7, totalBytes: 7});
    if (signal?.aborted === true) return {kind: 'lost', trouble: 'cancelled', detail: plain('called off')};
    const next = answer(node, 'copy');
    if (!isReply(next)) throw new Error(`what is said of ${entry} has to be a reply`);
    return next.kind === 'shell' ? {...next, kind: 'copy', side: 'receiver'} : next;
  };
  const operator: Operator = {
    confirm: async (gate, _state, signal) => {
      questions.push(`confirm ${gate}`);
      const next = left.confirm.shift() ?? {typed: its.cluster.name};
      await clock.sleep((next === 'leave' ? undefined : next.afterMs) ?? 50, signal);
      return next === 'leave' || signal.aborted ? {answer: 'leave'} : {answer: 'yes', typed: next.typed};
    },
    choose: async state => {
      // Since when is none of what is asked.
      questions.push(`choose ${JSON.stringify({...state.holds[0], at: undefined})}`);
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
    transport: {
      ask,
      copy,
      retryLogins: () => {
        retried += 1;
      },
      close: async () => undefined,
    },
  };
  return {
    clock,
    world,
    looker: {...its, clock, ask},
    asked: log,
    scripts,
    copies,
    progress,
    saying,
    retriedLogins: () => retried,
    events,
    questions,
    holdsBack: ms => {
      heldBackMs = ms;
    },
    says: (node, name, ...next) => void said.set(`${node} ${name}`, [...next]),
    onAsk: listener => void listeners.push(listener),
    onEvent: listener => void hearers.push(listener),
    listensDown: listen => {
      listenDown = listen;
    },
    setWish: next => {
      wish = next;
      for (const listener of wishers) listener();
    },
    run: async (beginning, lease = null) => {
      const options = {
        ...its,
        world,
        lease,
        publish: (event: Event) => {
          for (const hear of hearers) hear(event);
        },
        onSighting: () => undefined,
        ...(listenDown === undefined ? {} : {listenDown}),
        onHeadway: (step: StepId, headway: Headway | null) =>
          void progress.push(`${step} ${headway === null ? 'nobody hears it' : headway.words.en}`),
      };
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
