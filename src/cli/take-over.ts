import {once} from 'node:events';
import {hostname, userInfo} from 'node:os';
import {createInterface} from 'node:readline/promises';
import type {Claim} from '../engine/claim.ts';
import {describeLease} from '../engine/describe-lease.ts';
import {BEAT_MS, type Lease, makeLease} from '../engine/lease.ts';
import {
  changesSeen,
  isForeign,
  isOfKin,
  type Kin,
  lookAtLeases,
  type SeenPlace,
} from '../engine/look-lease.ts';
import {describeFailure} from '../model/describe.ts';
import type {RunId} from '../model/ids.ts';
import {leasePlaces} from '../model/lease.ts';
import type {Plan} from '../model/plan.ts';
import {joinTexts, type Text, text} from '../model/text.ts';
import type {SshTransport} from '../transport/transport.ts';
import {goOnHere} from './describe-run.ts';
import {knownRun} from './known-run.ts';
import type {Loaded} from './load-cluster.ts';
import type {Context} from './outside.ts';
import {realClock} from './real-clock.ts';
import {isOver} from './standing.ts';
import {listRunDirs} from './state-dir.ts';
import {UserError} from './user-error.ts';

/** A place whose host has answered. */
export type Seen = Extract<SeenPlace, {kind: 'seen'}>;

/** Whoever sits here, as others are told of it. */
const ownerHere = (): string => `${userInfo().username}@${hostname()}`;

/** Asks every place of the cluster whose lease it is. */
export const lookAround = async (
  {cluster, system}: Loaded,
  {ask}: Pick<SshTransport, 'ask'>,
): Promise<readonly Seen[]> => {
  const looked = await lookAtLeases({ask, clock: realClock, tries: 1}, leasePlaces(system, cluster.nodes));
  return looked.filter(each => each.kind === 'seen');
};

/** The first place of each run that has a lease here; of those that do not say whose they are, each. */
export const holders = (
  seen: readonly Seen[],
  own: RunId | null,
  over: readonly RunId[],
): readonly Seen[] => {
  const told = new Set<string>();
  return seen.filter(({seen: lease, place}) => {
    if (!isForeign(lease, own, over)) return false;
    const of = lease.run === null ? `${place.host} ${place.at}` : lease.run;
    if (told.has(of)) return false;
    told.add(of);
    return true;
  });
};

/** Whose lease it is, and what its silence means: a lease is never broken because it is old. */
export const describeHolder = ({place, seen}: Seen): Text => {
  const who = describeLease(place, seen);
  if (seen.state !== 'held' || seen.silentS === null || seen.silentS * 1_000 < 3 * BEAT_MS) return who;
  return text(
    `${who.en}. It was left, or its machine sleeps or is cut off, and may wake: whoever takes over bars it from every node`,
    `${who.zh}。它可能已离开，或其机器休眠、断网，随时可能醒来：接管之后它将无法再操作任何节点`,
  );
};

/** The same directory under two names of a host would be changed twice, by nodes that count on each other. */
const refuseAliases = (seen: readonly Seen[]): void => {
  const known = new Map<string, Seen>();
  for (const each of seen) {
    const id = each.seen.place;
    if (id === null || id.includes('::')) continue;
    const other = known.get(id);
    known.set(id, each);
    if (other === undefined || other.place.host === each.place.host) continue;
    const [a, b] = [other.place, each.place];
    throw new UserError(
      text(
        `${a.host} and ${b.host} are one host: ${a.at} of the one is ${b.at} of the other`,
        `${a.host} 与 ${b.host} 是同一台主机：前者的 ${a.at} 就是后者的 ${b.at}`,
      ),
      text(
        'write the host by one name in the inventory, and each home once',
        '请在清单中只用一个名称书写该主机，且每个安装目录只写一次',
      ),
    );
  }
};

const list = (held: readonly Seen[]): Text => joinTexts(held.map(describeHolder), text('\n', '\n'));

const refusal = async (
  context: Context,
  cluster: string,
  held: readonly Seen[],
  never = false,
): Promise<UserError> => {
  const words = list(held);
  const run = held.find(({seen}) => seen.run !== null)?.seen.run ?? null;
  const unreadable = held.find(({seen}) => seen.run === null);
  const dir = (await listRunDirs(context.outside.env)).find(({id}) => id === run);
  const known = dir === undefined ? null : await knownRun(dir);
  // One that has ended or was given up could not give its lease back everywhere: nobody can go on with it.
  const here = known !== null && (known.kind === 'unreadable' || !isOver(known.standing));
  const look = text(
    `\`lakeup status ${cluster} -i FILE --watch\` looks on live`,
    `\`lakeup status ${cluster} -i 文件 --watch\` 可实时查看`,
  );
  if (unreadable !== undefined) {
    const {host, at} = unreadable.place;
    return new UserError(
      words,
      text(
        `${look.en}; find out on ${host} who wrote ${at}/.lakeup-lease.* (or .lakeup-lease-… beside it), and have them remove it`,
        `${look.zh}；请在 ${host} 上查明 ${at}/.lakeup-lease.*（或其旁的 .lakeup-lease-…）由谁写入，并请其删除`,
      ),
    );
  }
  return new UserError(
    words,
    known !== null && here
      ? goOnHere(known)
      : never
        ? text(
            `${look.en}. Talk to its owner; once that run has ended or given its lease back, try again`,
            `${look.zh}。请与其所有者联系；待该运行结束或交还租约后再试`,
          )
        : text(
            `${look.en}. Talk to its owner. To take over deliberately, so that it cannot act on any node again: --take-over ${run}`,
            `${look.zh}。请先与其所有者联系。若要主动接管，使其无法再操作任何节点：--take-over ${run}`,
          ),
  );
};

/** Whether the operator types the owner's name: a lease is taken over by nothing less. */
const agrees = async (context: Context, {seen}: Seen): Promise<boolean> => {
  const {stdin, stdout} = context.outside;
  const lines = createInterface({input: stdin, output: stdout});
  try {
    const words = text(
      `To take over from run ${seen.run}, type its owner's name (${seen.owner}); Enter alone leaves everything as it is: `,
      `若要从运行 ${seen.run} 接管，请输入其所有者的名称（${seen.owner}）；直接回车则保持不变：`,
    );
    const over = Promise.race([once(lines, 'close'), once(lines, 'SIGINT')]).then(() => '');
    const said = await Promise.race([lines.question(words[context.common.lang]), over]);
    return said.trim() === seen.owner && seen.owner !== '';
  } finally {
    lines.close();
  }
};

export type LeaseReason = ReturnType<Claim['reason']>;

/** What others are told of a run. */
export const reasonOf = ({
  from,
  to,
  stamp,
  prunes,
}: Pick<Plan, 'from' | 'to' | 'stamp' | 'prunes'>): LeaseReason => ({
  reason: prunes === undefined ? `${from} → ${to}` : `prune ${prunes.run}`,
  stamp,
});

const NO_LEASE_YET: Claim['known'] = {token: 0, hands: []};

export type LeaseOptions = {
  readonly run: RunId;
  /** The run that the command line names: it is taken over without a question. */
  readonly takeOver: string | null;
  readonly reason: Claim['reason'];
  /** What each place was changed under last, by the journal of a run that is resumed; undefined for a new one. */
  readonly seen?: Claim['seen'];
  /** What the journal knows as its own. */
  readonly known?: Claim['known'];
  /** Runs whose leases it takes as its own, without a question. */
  readonly kin?: readonly Kin[];
  /** Nobody's lease is taken over, whatever is typed. */
  readonly never?: true;
  /** Whether its plan is yet to be made: what is taken over has to stand still before that. */
  readonly plans: boolean;
};

/** The lease of a run, not taken yet unless it was taken over; and what each place was changed under last. */
export type Prepared = {
  readonly lease: Lease;
  readonly seen: Readonly<Record<string, number>>;
  /** Stamps of runs that were at work in these places last. */
  readonly stamps: readonly string[];
};

/**
 * Looks whose lease the cluster's is, before anything is looked at. Another run's refuses, unless the operator takes over. A run
 * that is yet to be planned then takes it at once, and what is still at work there is waited for: all that is seen from here on
 * stands still.
 */
export const prepareLease = async (
  context: Context,
  loaded: Loaded,
  transport: SshTransport,
  {run, takeOver, reason, seen: journaled, known = NO_LEASE_YET, kin = [], never, plans}: LeaseOptions,
): Promise<Prepared> => {
  const {cluster, system} = loaded;
  const seen = await lookAround(loaded, transport);
  refuseAliases(seen);
  // A run that went on elsewhere, from a copy of its folder, may be lost there: its operator says so.
  const over: RunId[] = takeOver === run ? [run] : [];
  const strange = seen.filter(({seen: lease}) => !isOfKin(lease, kin));
  for (const held of holders(strange, run, [])) {
    const its = held.seen.run;
    if (never === true) throw await refusal(context, cluster.name, [held], true);
    const named = its !== null && its === takeOver;
    if (its === null || (takeOver !== null && takeOver !== run && !named))
      throw await refusal(context, cluster.name, [held]);
    if (!named) {
      context.tell(describeHolder(held));
      const hint = await refusal(context, cluster.name, [held]);
      if (hint.fix !== null) context.tell(hint.fix);
      if (!(await agrees(context, held))) throw hint;
    }
    over.push(its);
  }
  const world = {ask: transport.ask, clock: realClock, chance: Math.random};
  const changed = changesSeen(seen);
  const since = journaled === undefined ? changed : journaled;
  const claim: Claim = {run, owner: ownerHere(), reason, over, kin, known, seen: since};
  const lease = makeLease(world, {system, cluster}, claim);
  const stamps = seen.map(({seen: {stamp}}) => stamp);
  const prepared = {lease, seen: changed, stamps};
  // Any other run takes it over once its journal knows of that, after its question.
  if (over.length === 0 || !plans) return prepared;
  const taken = await lease.take(false, async () => undefined);
  if (taken.kind === 'refused') {
    const why = describeFailure(taken.failure);
    const detail = taken.failure.kind === 'refused' ? taken.failure.detail : why;
    throw new UserError(text(`${why.en} ${detail.en}`, `${why.zh}${detail.zh}`), null);
  }
  let told = '';
  await lease.quiet(busy => {
    const words = busy.join(', ');
    if (words === told) return;
    told = words;
    context.tell(
      text(
        `Taken over. What was begun before is waited for: ${words}`,
        `已接管。正在等待先前开始的操作结束：${words}`,
      ),
    );
  });
  return prepared;
};
