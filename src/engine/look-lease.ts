import {type LeaseSeen, lookAtLease, parseLease} from '../host/lease.ts';
import type {Ask, Lost, Refused, ShellReply, ShellRequest} from '../model/ask.ts';
import type {RunId} from '../model/ids.ts';
import {type LeasePlace, placeKey} from '../model/lease.ts';
import type {Script} from '../model/script.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';

/** How long one of the leases' own scripts may take, and how much it may say. */
export const LEASE_LIMITS = {timeoutMs: 30_000, maxBytes: 16 * 1024} as const;

/** What is seen of each place, in their order; or who did not answer. */
export type SeenPlace = {readonly place: LeasePlace} & (
  | {readonly kind: 'seen'; readonly seen: LeaseSeen}
  | {readonly kind: 'unknown'; readonly why: Refused}
);

type Shell = Pick<ShellRequest, 'shell'>['shell'];

export const cannotRead = (detail: Text): Refused => ({kind: 'refused', trouble: 'protocol', detail});

/** `tries`: how often one place is asked at most. */
export type Asking = {readonly ask: Ask; readonly clock: Pick<Clock, 'sleep'>; readonly tries?: number};

/** A link that was cut says nothing of what became of it. Each of these scripts may be sent again: it then finds it done. */
const ASKED_AT_MOST = 3;
const ASK_AGAIN_MS = 1_000;

/** Asks one place, and what it says of its lease in any case. */
export const askPlace = async (
  asking: Asking,
  place: LeasePlace,
  script: Script,
  shell: Shell,
): Promise<{readonly code: number; readonly seen: LeaseSeen} | Refused> => {
  for (let asked = 1; ; asked += 1) {
    const told = await askOnce(asking.ask, place, script, shell);
    if (!('kind' in told) || told.trouble === 'protocol' || asked >= (asking.tries ?? ASKED_AT_MOST))
      return told;
    await asking.clock.sleep(ASK_AGAIN_MS);
  }
};

const askOnce = async (
  ask: Ask,
  place: LeasePlace,
  script: Script,
  shell: Shell,
): Promise<{readonly code: number; readonly seen: LeaseSeen} | Refused> => {
  const request = {
    kind: 'shell',
    shell,
    script,
    ...LEASE_LIMITS,
  } as const;
  const reply: ShellReply | Refused | Lost = await ask(place.host, request);
  if (reply.kind !== 'shell')
    return {
      kind: 'refused',
      trouble: reply.trouble,
      detail: text(`${place.host}: ${reply.detail.en}`, `${place.host}：${reply.detail.zh}`),
    };
  const seen = parseLease(reply.stdout);
  if (seen !== null) return {code: reply.code, seen};
  const said = reply.stderr.trim().slice(-300);
  return cannotRead(text(`${place.host}, ${place.at}: ${said}`, `${place.host}，${place.at}：“${said}”`));
};

/** Looks at the leases of all places, side by side. Changes nothing. */
export const lookAtLeases = (asking: Asking, places: readonly LeasePlace[]): Promise<readonly SeenPlace[]> =>
  Promise.all(
    places.map(async (place): Promise<SeenPlace> => {
      const told = await askPlace(asking, place, lookAtLease(place), 'look');
      return 'kind' in told ? {place, kind: 'unknown', why: told} : {place, kind: 'seen', seen: told.seen};
    }),
  );

/** Under which number each place was changed last. */
export const changesSeen = (looked: readonly SeenPlace[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    looked.flatMap(each => (each.kind === 'seen' ? [[placeKey(each.place), each.seen.changed]] : [])),
  );

/** Whose lease keeps this run from a place: another's, which was not agreed to be taken over. */
export const isForeign = ({state, run: its}: LeaseSeen, run: RunId | null, over: readonly RunId[]): boolean =>
  state === 'unreadable' || (state === 'held' && its !== null && its !== run && !over.includes(its));

/**
 * A run of the same operator that this one takes back, or that took a part of this one back: what it did is known here, and its
 * lease is as good as this run's own, under the words that its journal knows. Under another word it went on elsewhere.
 */
export type Kin = {readonly run: RunId; readonly hands: readonly string[]};

/** Whether it is the lease of one of these runs, under a word that its own journal knows. */
export const isOfKin = ({state, run: its, hand}: LeaseSeen, kin: readonly Kin[]): boolean =>
  (state === 'held' || state === 'free') && kin.some(({run, hands}) => run === its && hands.includes(hand));

/** How often it is looked whether actions of the run that had the lease have ended. */
const QUIET_POLL_MS = 2_000;

/**
 * Waits until nothing is at work any more under leases that were just taken over. Nothing of the earlier run begins from then on:
 * an action has its receipt before it looks at the lease. `onBusy` hears of what is waited for. False: it was given up.
 */
export const untilQuiet = async (
  asking: Asking,
  places: readonly LeasePlace[],
  onBusy: (busy: readonly string[]) => void,
  signal?: AbortSignal,
): Promise<boolean> => {
  while (signal?.aborted !== true) {
    const looked = await lookAtLeases(asking, places);
    const busy = looked.flatMap(each => {
      const {host} = each.place;
      if (each.kind === 'unknown') return [`${host}: ${each.why.detail.en}`];
      return each.seen.busy.map(what => `${host}: ${what}`);
    });
    if (busy.length === 0) return true;
    onBusy(busy);
    await asking.clock.sleep(QUIET_POLL_MS, signal);
  }
  return false;
};
