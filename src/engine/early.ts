import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {Facts, Sighting} from '../model/facts.ts';
import type {HostId, NodeId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import type {FilledCheck, Step} from '../model/plan.ts';
import type {RunState} from '../model/state.ts';
import {type Looker, lookOnce} from '../probe/look.ts';
import {fillLook, type ReadyStep} from './fill.ts';
import type {Ledger} from './ledger.ts';

/** A look this old says nothing any more of what is there. */
const LOOK_IS_OLD_MS = 2_000;

/** How long a look may take, from when it can begin. */
const LOOK_WITHIN_MS = 70_000;

/** An action that was sent: how long it may take, and when nothing more is waited for from it. */
type Sent = {readonly timeoutMs: number; readonly ended: Promise<unknown>};

/**
 * Looks that are begun before it is their turn: each round trip counts while a node is down, and there are many of them in a row. They
 * are looks like any other; whoever asks for one of the same kind a moment later is given what it saw.
 */
export type Early = {
  /** These are looked at next if all is well. */
  begin(looker: Looker, checks: readonly FilledCheck[]): void;
  /**
   * The action of a step has been sent: what has to be seen of it is looked at in its own shell, right after its end, and so is the
   * step that comes next in its lane, where no gate stands between. What was seen of the node before counts no more.
   */
  behind(at: {readonly looker: Looker; readonly ledger: Ledger}, ready: ReadyStep, sent: Sent): void;
  /** What was seen so a moment ago, once; null where it has to be looked at now. */
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
 * Asks the action's own shell, behind it, and the same question once; what is asked elsewhere or otherwise is asked when the action
 * has ended.
 */
const askBehind = (ask: Ask, at: HostId, {ended}: Sent): Ask => {
  const replies = new Map<string, Promise<unknown>>();
  return <R extends Request>(host: HostId, request: R, signal?: AbortSignal): Promise<ReplyTo<R>> => {
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
  /** In ticks; null while it is being looked at. */
  seenAt: number | null;
};

const keyOf = (probe: string, given: Facts = {}): string => JSON.stringify([probe, given]);

export const makeEarly = (): Early => {
  const looks = new Map<NodeId, Look[]>();
  const isOld = ({seenAt}: Look, {clock}: Looker): boolean =>
    seenAt !== null && clock.ticks() - seenAt > LOOK_IS_OLD_MS;
  const begin = (looker: Looker, {node, probe, given}: FilledCheck, withinMs: number): Look => {
    const seen = lookOnce({...looker, begun: async () => null}, node, probe, withinMs, given);
    const look: Look = {key: keyOf(probe, given), seen, seenAt: null};
    void seen.then(() => {
      look.seenAt = looker.clock.ticks();
    });
    return look;
  };
  return {
    begin: (looker, checks) => {
      for (const check of atOnce(checks)) {
        const known = (looks.get(check.node) ?? []).filter(look => !isOld(look, looker));
        const isKnown = known.some(({key}) => key === keyOf(check.probe, check.given));
        looks.set(check.node, isKnown ? known : [...known, begin(looker, check, LOOK_WITHIN_MS)]);
      }
    },
    behind: ({looker, ledger}, {step, done}, sent) => {
      const asking = {...looker, ask: askBehind(looker.ask, nodeOf(looker.cluster, step.node).host, sent)};
      const checks = [...atOnce(done), ...atOnce(nextOf(ledger.state(), step))];
      looks.set(
        step.node,
        checks
          .filter(({node}) => node === step.node)
          .map(check => begin(asking, check, sent.timeoutMs + LOOK_WITHIN_MS)),
      );
    },
    take: async (looker, node, probe, given) => {
      const known = looks.get(node) ?? [];
      const at = known.findIndex(({key}) => key === keyOf(probe, given));
      const [look] = at === -1 ? [] : known.splice(at, 1);
      if (look === undefined) return null;
      const sighting = await look.seen;
      return sighting.look.kind === 'silent' || isOld(look, looker) ? null : sighting;
    },
  };
};
