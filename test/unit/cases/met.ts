import {formatFindings, runPreflight} from '../../../src/cli/preflight.ts';
import {surveyCluster} from '../../../src/cli/survey.ts';
import type {Ask, ReplyTo, Request} from '../../../src/model/ask.ts';
import type {Event} from '../../../src/model/event.ts';
import type {Finding} from '../../../src/model/finding.ts';
import {fillVars} from '../../../src/model/given.ts';
import {type HostId, NodeId} from '../../../src/model/ids.ts';
import {nodeOf} from '../../../src/model/inventory.ts';
import {bodyOf, type Plan, planSteps} from '../../../src/model/plan.ts';
import type {System} from '../../../src/model/system.ts';
import {type Text, text} from '../../../src/model/text.ts';
import type {DorisCluster} from '../../../src/systems/doris/fields.ts';
import {stopBody, stopVars} from '../../../src/systems/doris/scripts/stop.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {type Lie, type Lies, makeLies} from '../../fakes/common/memory-lies.ts';
import {makeMemoryCluster} from '../../fakes/doris/cluster.ts';
import {memory} from '../../fakes/doris/memory.ts';
import type {DorisLie} from '../../fakes/doris/memory-lies.ts';
import type {Effect, FakeCluster, Faults} from '../../fakes/memory.ts';
import {makeHands} from '../../journals/hands.ts';
import {seededRandom} from '../../sim/random.ts';
import {makeVirtualClock, type VirtualClock} from '../../sim/virtual-clock.ts';
import {drive, fresh, inTime, planFor} from '../../walks/drive.ts';
import {heldWords, logOf} from './words.ts';

/*
 * What somebody meets who begins an upgrade before a Doris cluster in memory: every probe asks it, preflight judges, and where nothing
 * blocks the real engine runs until it is held for the first time. Then they leave.
 */

const START = Date.UTC(2026, 0, 1);
/** When lies begin that are told of a cluster which was healthy when it was looked at. */
const DURING = START + 60_000;
/** What was done by hand has a stamp of its own. */
const BEFORE = '20251231_000000';

type Reply = ReplyTo<Request>;

/** People and things beside the run. */
export type Beside = {
  readonly clock: VirtualClock;
  readonly fake: FakeCluster;
  /** A node is stopped by its own script, by nobody of the run. */
  stop(node: string): void;
  /** From now on that is told of a node, for ever. */
  lie(name: DorisLie, node: string): void;
  /** A node is upgraded by hand, as the run would do it and under a stamp of its own. */
  upgrade(node: string): Promise<void>;
};

export type Field = {
  readonly cluster?: DorisCluster;
  readonly lies?: readonly (readonly [name: DorisLie, node: string])[];
  readonly faults?: readonly (readonly [fault: string, node: string])[];
  readonly seed?: number;
  /** Who was upgraded by hand before anybody looks. */
  readonly before?: readonly string[];
  /** What is answered otherwise than a healthy cluster would. */
  readonly turn?: (node: string, request: Request, reply: Reply) => Reply;
  /** With every event that is kept. */
  readonly beside?: (event: Event, beside: Beside) => void;
  /** How long each request takes on its way. */
  readonly farMs?: number;
};

/** A way of that length to the fake; what is sent behind an action is there already, and is answered with its end. */
const makeFar = ({answer}: FakeCluster, clock: VirtualClock, farMs: number): Ask => {
  const inHand = new Map<HostId, Promise<unknown>>();
  return async (host, request) => {
    const go = async () => {
      await clock.sleep(farMs);
      return answer(host, request);
    };
    if (farMs === 0) return answer(host, request);
    if (request.kind !== 'shell' || request.shell === 'look') return go();
    if (request.shell === 'behind') {
      await inHand.get(host);
      return answer(host, request);
    }
    const reply = go();
    inHand.set(host, reply);
    request.onSent?.();
    return reply;
  };
};

/** What was said, and what came of it. */
export type Met = {
  /** `refused`: preflight blocks, and no run is begun. */
  readonly end: 'refused' | 'held' | 'ended';
  readonly en: string;
  readonly zh: string;
  /** What was done to nodes since they were looked at, in order. */
  readonly effects: readonly Effect[];
  /** Actions that were sent, by the name of their script. */
  readonly acts: readonly string[];
  readonly verified: readonly string[];
  readonly events: readonly Event[];
};

const forEver = (name: string, node: string, from: number): Lie => ({
  ...{name, node: NodeId.parse(node), from},
  until: Number.POSITIVE_INFINITY,
});

/** Lies that more can be added to while they are told. */
const makeLiar = (told: Field['lies'] = []) => {
  let lies = makeLies(told.map(([name, node]) => forEver(name, node, DURING)));
  return {
    lies: {
      get all() {
        return lies.all;
      },
      told: (...asked: Parameters<Lies['told']>) => lies.told(...asked),
      heal: (at: number) => lies.heal(at),
    },
    lie: (name: DorisLie, node: string, at: number): void => {
      lies = makeLies([...lies.all, forEver(name, node, at)]);
    },
  };
};

export const meet = async ({
  cluster = makeMemoryCluster(),
  faults = [],
  lies: lied,
  seed = 3,
  before = [],
  turn = (_, __, reply) => reply,
  beside = () => undefined,
  farMs = 0,
}: Field): Promise<Met> => {
  const clock = makeVirtualClock(START);
  const {lies, lie} = makeLiar(lied);
  const planted: Faults = faults.map(([fault, node]) => ({fault, node: NodeId.parse(node)}));
  const fake = memory.boot(cluster, {clock, chance: seededRandom(seed), faults: planted, lies});
  const acts: string[] = [];
  let past = 0;
  const nodesOn = (host: string): string => cluster.nodes.find(node => node.host === host)?.id ?? '';
  const far = makeFar(fake, clock, farMs);
  const ask: Ask = async (host, request) => {
    if (request.kind === 'shell' && request.shell === 'act') acts.push(request.script.body.name);
    const reply = await far(host, request);
    // The changed answer is of the request's own kind.
    return turn(nodesOn(host), request, reply) as typeof reply;
  };
  const hands = (plan: Plan): Beside => ({
    clock,
    fake,
    upgrade: async node => {
      const {run} = makeHands({fake, clock, cluster, plan});
      for (const {action} of planSteps(plan).filter(each => each.node === node))
        if (action.kind === 'script')
          await run(node, {
            body: bodyOf(plan, action),
            vars: {...fillVars(action, () => undefined), stamp: BEFORE},
          });
    },
    stop: id => {
      const node = nodeOf(cluster, NodeId.parse(id));
      const script = {body: stopBody(node.fields.role), vars: stopVars(node, 'outside')};
      void fake.answer(node.host, {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 1_000});
    },
    lie: (name, node) => lie(name, node, clock.now()),
  });
  const system = doris as unknown as System;
  const driving = {system, cluster, clock, ask};
  const met = (end: Met['end'], words: readonly Text[], more: Partial<Met> = {}): Met => ({
    end,
    en: words.map(({en}) => en).join('\n'),
    zh: words.map(({zh}) => zh).join('\n'),
    effects: fake.effects.slice(past),
    acts,
    verified: [],
    events: [],
    ...more,
  });
  if (before.length > 0) {
    const {upgrade} = hands(await planFor(driving));
    for (const node of before) await inTime(clock, upgrade(node));
    await inTime(clock, clock.sleep(DURING - START));
    // What was due until now is done as soon as somebody asks.
    fake.down();
    past = fake.effects.length;
  }
  const {survey, silent} = await inTime(
    clock,
    surveyCluster(driving, () => undefined),
  );
  const found = [...silent, ...runPreflight(system, survey).findings];
  const told = (level: Finding['level']): Text => {
    const those = found.filter(finding => finding.level === level);
    return text(formatFindings(those, 'en'), formatFindings(those, 'zh'));
  };
  if (found.some(({level}) => level === 'block')) return met('refused', [told('block')]);
  const plan = await planFor(driving);
  const besides = hands(plan);
  const {state, events} = await drive(fresh(plan), {...driving, onEvent: event => beside(event, besides)});
  const asked = plan.phases.flatMap(({gates}) =>
    gates.flatMap(gate => (gate.kind === 'confirm' ? [gate.ask, ...gate.outages] : [])),
  );
  return met(
    state.verdict === null ? 'held' : 'ended',
    [told('warn'), ...asked, ...heldWords(state), ...logOf(events, state)],
    {
      verified: events.flatMap(event => (event.type === 'node.verified' ? [String(event.node)] : [])),
      events,
    },
  );
};
