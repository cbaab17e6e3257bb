import type {Verdict} from '../model/event.ts';
import {type Facts, sameProcess} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {FilledCheck} from '../model/plan.ts';
import {isSkipped, type RunState} from '../model/state.ts';
import {poll, unsettled} from '../probe/poll.ts';
import type {Context} from './context.ts';
import {fillVerification} from './fill.ts';

/** Looks until every check of a node holds, all side by side: their facts; null where one did not, which is told. */
const lookAt = async (
  context: Context,
  node: NodeId,
  checks: readonly FilledCheck[],
): Promise<Facts | null> => {
  const looked = await Promise.all(
    checks.map(async check => {
      const before = await context.lookout.take(check);
      return {check, polled: await poll(context.sharingLooker, check, {...context, before})};
    }),
  );
  let facts: Facts = {};
  for (const {check, polled} of looked) {
    if (polled.kind === 'aborted') return null;
    if (polled.kind === 'unmet') {
      await context.ledger.emit({type: 'node.unverified', node, failure: unsettled(check, polled)});
      return null;
    }
    facts = {...facts, ...polled.facts};
  }
  return facts;
};

/** The last looks at one node, which say that it is verified, or what was not so; whether it is. */
export const verify = async (
  context: Context,
  node: NodeId,
  checks: readonly FilledCheck[],
): Promise<boolean> => {
  const facts = await lookAt(context, node, checks);
  if (facts !== null) await context.ledger.emit({type: 'node.verified', node, facts});
  return facts !== null;
};

/** A last look this old says nothing of the end any more: other nodes had to be waited for. */
const LOOK_IS_OLD_MS = 10_000;
/** How many nodes are looked at side by side. */
const WIDTH = 64;
/** A look that takes long makes the others old again, and is old itself; this often is enough. */
const ROUNDS = 3;

/**
 * Whether a node that was verified still is, by one good look at each of its checks; where it is not that is told. Another process
 * than the verified one has to hold as long as that did.
 */
const stillVerified = async (context: Context, node: NodeId): Promise<boolean> => {
  const filled = fillVerification(context.ledger.state(), node);
  if (filled.kind === 'missing') return false;
  const once = filled.value.map(({steadyMs: _held, follows: _moved, ...check}) => check);
  const facts = await lookAt(context, node, once);
  if (facts === null) return false;
  const verdict = context.ledger.state().nodes[node];
  return verdict?.verified === true && sameProcess(verdict.facts, facts)
    ? true
    : verify(context, node, filled.value);
};

type LookedAt = ReadonlyMap<NodeId, number>;

const oldOnes = ({looker}: Context, since: LookedAt): readonly NodeId[] => {
  const now = looker.clock.ticks();
  return [...since].filter(([, at]) => now - at > LOOK_IS_OLD_MS).map(([node]) => node);
};

/** Looks at some nodes, and tells when each look began, by its ticks; null where one of them is not well any more. */
const lookAgain = async (context: Context, nodes: readonly NodeId[]): Promise<LookedAt | null> => {
  const since = new Map<NodeId, number>();
  for (let i = 0; i < nodes.length; i += WIDTH) {
    const some = nodes.slice(i, i + WIDTH);
    for (const node of some) since.set(node, context.looker.clock.ticks());
    const looks = await Promise.all(some.map(node => stillVerified(context, node)));
    if (looks.includes(false)) return null;
  }
  return since;
};

/** Whom the verdict names as taken out; nobody, in most runs. */
const skippedOf = ({plan, skipped}: RunState): Pick<Verdict, 'skipped'> => {
  const out = plan.verify.flatMap(({node}) => {
    const entry = skipped[node];
    return entry === undefined ? [] : [{node, as: entry.as, because: entry.because}];
  });
  return out.length === 0 ? {} : {skipped: out};
};

/**
 * Ends the run, when every node is verified at the same time: those that were verified long ago, while others were waited
 * for, are looked at once more. One that is not well any more holds the run instead.
 */
export const end = async (context: Context): Promise<void> => {
  const {ledger, looker} = context;
  const state = ledger.state();
  const {nodes, plan} = state;
  const verified = plan.verify.map(({node}) => node).filter(node => !isSkipped(state, node));
  const now = looker.clock.ticks();
  let since: LookedAt = new Map(
    verified.map(node => {
      const verdict = nodes[node];
      return [node, verdict?.verified === true ? now - ledger.ageOf(verdict.at) : Number.NEGATIVE_INFINITY];
    }),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    const looks = await lookAgain(context, oldOnes(context, since));
    if (looks === null || context.signal.aborted) return;
    since = new Map([...since, ...looks]);
  }
  await ledger.emitWhen(({holds}) => holds.length === 0, {
    type: 'run.ended',
    verdict: {verified, ...skippedOf(state)},
  });
};
