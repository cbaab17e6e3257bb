import {sharedAsk} from '../host/shared-ask.ts';
import {formatDuration} from '../lib/duration.ts';
import type {Ask} from '../model/ask.ts';
import type {AwaitedAnswers} from '../model/awaited.ts';
import {type Facts, type Look, type Sighting, unfitFact} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {type Cluster, type Node, nodeOf} from '../model/inventory.ts';
import {type Reasons, reason} from '../model/reason.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {type Awaiting, makeAwaiting} from './awaiting.ts';

/** Everything a look needs: what the system is, who is there, the way to them, and the time. */
export type Looker = {
  readonly system: System;
  readonly cluster: Cluster;
  readonly ask: Ask;
  readonly clock: Clock;
  /** What was looked at already, a moment ago, or is just being looked at; null where nothing was. */
  readonly begun?: (looker: Looker, node: NodeId, probe: string, given: Facts) => Promise<Sighting | null>;
  /** Told whose answers a look waits for that takes long, for the screen; of nobody at its end. */
  readonly onAwaited?: ((awaited: AwaitedAnswers) => void) | undefined;
};

/** The same, for looks that ask much the same: each question is put once in that time. */
export const sharing = (looker: Looker, freshMs: number): Looker => ({
  ...looker,
  ask: sharedAsk(looker.ask, looker.clock, freshMs),
});

/** A reason of our own: without one every abort makes an exception with its stack, which costs more than the look. */
const OVER = 'over';

/** A look that ends by a limit of its own says more of it than "no answer": it is given the time to say so. */
const OWN_LIMIT_TOLD_MS = 10_000;

const noAnswer = (ms: number, host = ''): Text => {
  const limit = formatDuration(ms);
  return text(
    `no answer within ${limit}${host === '' ? '' : ` from ${host}`}`,
    `${host === '' ? '' : `${host} `}${limit} 内没有应答`,
  );
};

/** Who has not answered a look that took too long: the node itself, unless it is only others that were asked about it. */
const lateReasons = (
  cluster: Cluster,
  {id, host: own}: Node,
  awaiting: Awaiting,
  limitMs: number,
): Reasons => {
  const open = awaiting.open();
  const itself = reason(noAnswer(limitMs), id);
  if (open.some(({host}) => host === own)) return [itself];
  const [first, ...others] = open.map(({host, ms}) => {
    const [node, another] = cluster.nodes.filter(each => each.host === host);
    return node === undefined || another !== undefined
      ? reason(noAnswer(ms, host))
      : reason(noAnswer(ms), node.id);
  });
  return first === undefined ? [itself] : [first, ...others];
};

/**
 * Looks once. Answers that cannot be read, and a probe that takes longer than `withinMs`, or than it says itself that it
 * may take, are `silent` with the reason: what was not understood is never taken for a fact.
 */
export const lookOnce = async (
  looker: Looker,
  id: NodeId,
  probeName: string,
  withinMs: number,
  given: Facts = {},
): Promise<Sighting> => {
  const {system, cluster, ask, clock} = looker;
  const begun = (await looker.begun?.(looker, id, probeName, given)) ?? null;
  if (begun !== null) return begun;
  const probe = system.probes[probeName];
  if (probe === undefined) throw new Error(`${system.name} has no probe ${probeName}`);
  const node = nodeOf(cluster, id);
  const silent = (words: Text): Look => ({kind: 'silent', reasons: [reason(words, id)]});
  const ownMs = probe.takesMs?.(cluster) ?? 0;
  const limitMs = Math.max(withinMs, ownMs === 0 ? 0 : ownMs + OWN_LIMIT_TOLD_MS);
  const over = new AbortController();
  const {onAwaited} = looker;
  const tell =
    onAwaited === undefined
      ? undefined
      : (hosts: AwaitedAnswers['hosts']): void => onAwaited({node: id, probe: probeName, hosts});
  const awaiting = makeAwaiting(ask, clock, tell, over.signal);
  const late = clock
    .sleep(limitMs, over.signal)
    .then((): Look => ({kind: 'silent', reasons: lateReasons(looker.cluster, node, awaiting, limitMs)}));
  const unread = (said: string): Look =>
    silent(text(`the answer cannot be read: ${said}`, `无法识别应答：“${said}”`));
  const seen = probe.look(node, cluster, awaiting.ask, given).then(
    (found): Look => {
      const unfit = found.kind === 'seen' ? unfitFact(found.facts) : null;
      return unfit === null ? found : unread(`${unfit} is no number`);
    },
    (error: unknown): Look => unread(error instanceof Error ? error.message : String(error)),
  );
  const look = await Promise.race([seen, late]);
  over.abort(OVER);
  return {node: id, probe: probeName, at: clock.now(), look};
};
