import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {Facts, Sighting} from '../model/facts.ts';
import type {HostId, NodeId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import type {FilledCheck, Step} from '../model/plan.ts';
import type {RunState} from '../model/state.ts';
import {type Looker, lookOnce} from '../probe/look.ts';
import {fillLook, type ReadyStep} from './fill.ts';
import type {Ledger} from './ledger.ts';

/** A look that could begin longer ago than this may tell of what was before. */
export const BEGUN_LATELY_MS = 2_000;

/** How long a look may take, from when it can begin. */
const LOOK_WITHIN_MS = 70_000;

/** An action that was sent: how long it may take, and when its end has been heard of; false where nobody knows how it stands. */
type Sent = {readonly timeoutMs: number; readonly ended: Promise<boolean>};

/**
 * Looks that are begun before it is their turn: each round trip counts while a node is down, and there are many of them in a row. They
 * are looks like any other; whoever asks for one of the same kind a moment later is given what it sees. What they see may be as old
 * as a link may stall before it counts as dead, which is 15 s; that is so of every look.
 */
export type Early = {
  /** These are looked at next if all is well. */
  begin(looker: Looker, checks: readonly FilledCheck[]): void;
  /**
   * The action of a step has been sent: what has to be seen of it is looked at in its own shell, right after its end, and so is the
   * step that comes next in its lane, where no gate stands between. What was seen of the node before counts no more.
   */
  behind(at: {readonly looker: Looker; readonly ledger: Ledger}, ready: ReadyStep, sent: Sent): void;
  /** What such a look sees, once, if it could begin a moment ago at the earliest; null where it has to be looked at now. */
  readonly take: NonNullable<Looker['begun']>;
};

/** The looks at the step right after that one in its lane. */
const nextOf = (state: RunState, {id}: Step): readonly FilledCheck[] => {
  const lanes = state.plan.phases.flatMap(({lanes: all}) => all);
  const steps = lanes.find(lane => lane.steps.some(step => step.id === id))?.steps ?? [];
  const next = steps[steps.findIndex(step => step.id === id) + 1];
  const filled = next === undefined || next.gates.length > 0 ? null : fillLook(state, next);
  return filled?.kind === 'ready' ? filled.value.done : [];
};

/** What has to hold for a while is looked at again and again: one look sooner is worth nothing there, nor is what comes after it. */
const atOnce = (checks: readonly FilledCheck[]): readonly FilledCheck[] => {
  const held = checks.findIndex(({steadyMs}) => steadyMs !== undefined);
  return held === -1 ? checks : checks.slice(0, held);
};

/**
 * Asks the action's own shell, behind it, and the same question once; what is asked elsewhere, otherwise or later is asked as ever,
 * when the action has ended.
 */
const askBehind = (ask: Ask, at: HostId, {ended}: Sent): Ask => {
  const replies = new Map<string, Promise<unknown>>();
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  return <R extends Request>(host: HostId, request: R, signal?: AbortSignal): Promise<ReplyTo<R>> => {
    if (isOver) return ask(host, request, signal);
    if (request.kind !== 'shell' || host !== at) return ended.then(() => ask(host, request, signal));
    const {body, vars} = request.script;
    const key = JSON.stringify([body.name, vars]);
    const reply = replies.get(key) ?? ask(host, {...request, shell: 'behind'}, signal);
    replies.set(key, reply);
    // What is kept under the name and the variables of a script is the reply to that script.
    return reply as Promise<ReplyTo<R>>;
  };
};

type Look = {
  readonly key: string;
  readonly seen: Promise<Sighting>;
  /** When it could begin, in ticks; null while the action before it goes on. */
  since: number | null;
};

const keyOf = (probe: string, given: Facts = {}): string => JSON.stringify([probe, given]);

export const makeEarly = (): Early => {
  const looks = new Map<NodeId, Look[]>();
  const isOld = ({since}: Look, {clock}: Looker): boolean =>
    since !== null && clock.ticks() - since > BEGUN_LATELY_MS;
  const look = (
    looker: Looker,
    {node, probe, given}: FilledCheck,
    withinMs: number,
    since: number | null,
  ): Look => {
    const seen = lookOnce({...looker, begun: async () => null}, node, probe, withinMs, given);
    // It is taken up later, or never.
    seen.catch(() => undefined);
    return {key: keyOf(probe, given), seen, since};
  };
  return {
    begin: (looker, checks) => {
      for (const check of atOnce(checks)) {
        const known = (looks.get(check.node) ?? []).filter(each => !isOld(each, looker));
        const isKnown = known.some(({key}) => key === keyOf(check.probe, check.given));
        const begun = isKnown ? [] : [look(looker, check, LOOK_WITHIN_MS, looker.clock.ticks())];
        looks.set(check.node, [...known, ...begun]);
      }
    },
    behind: ({looker, ledger}, {step, done}, sent) => {
      const {node} = step;
      // What waits for the end of the action is no answer that is late.
      const ask = askBehind(looker.ask, nodeOf(looker.cluster, node).host, sent);
      const asking = {...looker, ask, onAwaited: undefined};
      const begun = [...atOnce(done), ...atOnce(nextOf(ledger.state(), step))]
        .filter(check => check.node === node)
        .map(check => look(asking, check, sent.timeoutMs + LOOK_WITHIN_MS, null));
      looks.set(node, begun);
      void sent.ended.then(isKnown => {
        for (const each of begun) each.since = looker.clock.ticks();
        // It may go on: what is seen meanwhile is not seen after it.
        if (!isKnown && looks.get(node) === begun) looks.delete(node);
      });
    },
    take: async (looker, node, probe, given) => {
      const known = looks.get(node) ?? [];
      const at = known.findIndex(({key}) => key === keyOf(probe, given));
      const [begun] = at === -1 ? [] : known.splice(at, 1);
      if (begun === undefined || isOld(begun, looker)) return null;
      const sighting = await begun.seen;
      return sighting.look.kind === 'silent' ? null : sighting;
    },
  };
};
