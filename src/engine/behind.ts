import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {Facts, Sighting} from '../model/facts.ts';
import type {HostId, NodeId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import type {FilledCheck, Step} from '../model/plan.ts';
import type {RunState} from '../model/state.ts';
import {type Looker, lookOnce} from '../probe/look.ts';
import type {Context} from './context.ts';
import {fillLook, type ReadyStep} from './fill.ts';

/** A look this old says nothing any more of what is there. */
const LOOK_IS_OLD_MS = 2_000;

/** A look behind an action begins when that ends, and takes this long at most then. */
const LOOK_WITHIN_MS = 70_000;

/** An action that was sent: how long it may take, and when nothing more is waited for from it. */
type Sent = {readonly timeoutMs: number; readonly ended: Promise<unknown>};

/**
 * Looks that are sent to a host behind an action, and taken there right after its end: while a node is down each round trip counts.
 * They are looks like any other, but that nobody here had to hear of the end first.
 */
export type Behind = {
  /**
   * The action of a step has been sent: what has to be seen of it is looked at behind it, and so is the step right after it in its
   * lane, where no gate stands between. What was seen of the node before counts no more.
   */
  begin(context: Context, ready: ReadyStep, sent: Sent): void;
  /** What was seen so a moment ago, once; null where it has to be looked at now. */
  readonly take: NonNullable<Looker['begun']>;
};

const nextOf = (state: RunState, {id}: Step): readonly FilledCheck[] => {
  const lanes = state.plan.phases.flatMap(({lanes: all}) => all);
  const steps = lanes.find(lane => lane.steps.some(step => step.id === id))?.steps ?? [];
  const next = steps[steps.findIndex(step => step.id === id) + 1];
  const filled = next === undefined || next.gates.length > 0 ? null : fillLook(state, next);
  return filled?.kind === 'ready' ? filled.value.done : [];
};

/** What has to hold for a while is looked at again and again: one look sooner is worth nothing there. */
const lookedAtOnce = (checks: readonly FilledCheck[]): readonly FilledCheck[] => {
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

const keyOf = (probe: string, given: Facts): string => JSON.stringify([probe, given]);

type Look = {
  readonly key: string;
  readonly seen: Promise<{readonly at: number; readonly sighting: Sighting}>;
};

export const makeBehind = (): Behind => {
  const begun = new Map<NodeId, Look[]>();
  return {
    begin: ({looker, ledger}, {step, done}, sent) => {
      const {ask, clock} = looker;
      const behind: Looker = {
        ...looker,
        begun: async () => null,
        ask: askBehind(ask, nodeOf(looker.cluster, step.node).host, sent),
      };
      const checks = [...lookedAtOnce(done), ...lookedAtOnce(nextOf(ledger.state(), step))];
      const look = async ({node, probe, given}: FilledCheck): Promise<Awaited<Look['seen']>> => {
        const sighting = await lookOnce(behind, node, probe, sent.timeoutMs + LOOK_WITHIN_MS, given);
        return {at: clock.ticks(), sighting};
      };
      const looks = checks
        .filter(({node}) => node === step.node)
        .map(check => ({key: keyOf(check.probe, check.given ?? {}), seen: look(check)}));
      begun.set(step.node, looks);
    },
    take: async (looker, node, probe, given) => {
      const looks = begun.get(node) ?? [];
      const key = keyOf(probe, given);
      const at = looks.findIndex(look => look.key === key);
      const [look] = at === -1 ? [] : looks.splice(at, 1);
      if (look === undefined) return null;
      const {sighting, at: since} = await look.seen;
      const isOld = looker.clock.ticks() - since > LOOK_IS_OLD_MS;
      return sighting.look.kind === 'silent' || isOld ? null : sighting;
    },
  };
};
