import type {ReplyTo, Request, ShellReply, ShellRequest} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Script} from '../../../src/model/script.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {FakeCluster} from '../memory.ts';
import {isOfReceipt, type Of, receiptOf} from './memory-receipt.ts';
import {makeReceipts} from './memory-receipts.ts';
import {did, printed, refused, shellReply, type Told} from './memory-replies.ts';
import {wordOf} from './memory-script.ts';

const LEASE_MS = 5;

/** The newest lease of one place, and the actions that are at work under it. */
type Place = {
  top: number;
  text: string;
  run: string;
  state: string;
  at: number;
  beat: number;
  busy: string[];
};

/** An action that was carried out, by the run and the number it was sent under; the checkers read it. */
export type Deed = {
  readonly host: HostId;
  /** Of which attempt at which step; null where it had no receipt to say so. */
  readonly of: Of | null;
  /** Its exit code; null while it is at work, and where nobody will ever know. */
  code: number | null;
  readonly name: string;
  readonly run: string | null;
  readonly token: number | null;
  /** Who sent it, whatever it says of itself: the variable `sent_by` that only a simulation sets. */
  readonly sentBy: string;
  readonly begunAt: number;
  endedAt: number | null;
};

export type Leased = FakeCluster & {readonly deeds: readonly Deed[]};

const isLease = ({body: {name}}: Script): boolean => name.startsWith('lease.');

/**
 * A fake cluster whose homes have leases, as the scripts of `host/lease.ts` and the fence of every action see to it.
 * `fences`: without them a host carries out whatever it is sent. `chance`: what becomes of the receipts of its actions.
 */
export const withLeases = (
  fake: FakeCluster,
  clock: Clock,
  {fences = true, chance = () => 0}: {readonly fences?: boolean; readonly chance?: () => number} = {},
): Leased => {
  const receipts = makeReceipts(chance);
  const places = new Map<string, Place>();
  const deeds: Deed[] = [];
  const seconds = (): number => Math.floor(clock.now() / 1_000);
  const placeOf = (host: HostId, {vars}: Script): Place => {
    const key = `${host} ${String(vars.lease_at ?? vars.home ?? vars.jar)}`;
    const known = places.get(key) ?? {top: 0, text: '', run: '', state: '', at: 0, beat: 0, busy: []};
    places.set(key, known);
    return known;
  };
  const isMine = (place: Place, script: Script): boolean =>
    place.state === 'held' &&
    String(place.top) === String(script.vars.lease_token) &&
    place.text.includes(`\nhand=${String(script.vars.lease_hand)}\n`) &&
    place.run === script.vars.lease_run;
  const lines = ({top, text, state, at, beat}: Place): string[] => [
    `lease.top=${top}`,
    `lease.now=${seconds()}`,
    `lease.beat=${beat}`,
    ...(top === 0 ? [] : [...text.split('\n'), `state=${state}`, `at=${at}`].map(line => `lease.${line}`)),
  ];
  const foreign = (place: Place): Told => ({
    ...refused('not under this lease'),
    stdout: printed(lines(place)).stdout,
  });

  const lease = (host: HostId, script: Script): Told => {
    const place = placeOf(host, script);
    switch (script.body.name) {
      case 'lease.look': {
        const id = `place=boot:1:${host}:${wordOf(script, 'lease_at')}`;
        return printed([...lines(place), id, ...place.busy.map(what => `busy=${what}`)]);
      }
      case 'lease.beat':
        if (!isMine(place, script)) return foreign(place);
        place.beat = seconds();
        return did('');
      case 'lease.write': {
        const state = wordOf(script, 'lease_state');
        if (isMine(place, script) && state === 'held') return printed(lines(place));
        const token = Number(wordOf(script, 'lease_token'));
        if (String(place.top) !== wordOf(script, 'lease_seen') || token <= place.top) return foreign(place);
        const now = seconds();
        const [text, run] = [wordOf(script, 'lease_text'), wordOf(script, 'lease_run')];
        Object.assign(place, {top: token, text, run, state, at: now, beat: now});
        return printed(lines(place));
      }
      default:
        throw new Error(`no fake knows ${script.body.name}`);
    }
  };

  const act = async (host: HostId, request: ShellRequest): Promise<ReplyTo<ShellRequest>> => {
    const {script} = request;
    const place = placeOf(host, script);
    const {lease_token: token, lease_run: run} = script.vars;
    const leased = token !== undefined || place.state === 'held';
    if (fences && leased && !isMine(place, script)) {
      await clock.sleep(LEASE_MS);
      return shellReply(foreign(place), LEASE_MS);
    }
    const {name} = script.body;
    const deed: Deed = {
      host,
      of: receiptOf(script),
      code: null,
      name,
      run: typeof run === 'string' ? run : null,
      token: typeof token === 'number' ? token : null,
      sentBy: String(script.vars.sent_by),
      begunAt: clock.now(),
      endedAt: null,
    };
    const what = `${name} ${deeds.length + 1}`;
    place.busy.push(what);
    const {reply, code} = await receipts.under(host, request, () => fake.answer(host, request));
    place.busy = place.busy.filter(each => each !== what);
    deed.endedAt = clock.now();
    deed.code = code;
    // What was turned away has done nothing.
    if (reply.kind !== 'shell' || ![96, 97, 98].includes(reply.code)) deeds.push(deed);
    return reply;
  };

  const ofLease = async (host: HostId, script: Script): Promise<ShellReply> => {
    const begunAt = clock.now();
    await clock.sleep(LEASE_MS);
    const told = isLease(script) ? lease(host, script) : await receipts.answer(host, script);
    return shellReply(told, clock.now() - begunAt);
  };

  const answer = (host: HostId, request: Request): Promise<ReplyTo<Request>> => {
    if (request.kind !== 'shell') return fake.answer(host, request);
    if (isLease(request.script) || isOfReceipt(request.script)) return ofLease(host, request.script);
    return request.shell === 'act' ? act(host, request) : fake.answer(host, request);
  };
  return {
    ...fake,
    heal: () => {
      receipts.heal();
      fake.heal();
    },
    // Each kind of request is answered by its own kind of reply.
    answer: <R extends Request>(host: HostId, request: R) => answer(host, request) as Promise<ReplyTo<R>>,
    deeds,
  };
};
