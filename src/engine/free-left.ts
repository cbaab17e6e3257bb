import {type LeaseWords, writeLease} from '../host/lease.ts';
import type {LeasePlace} from '../model/lease.ts';
import {type Text, text} from '../model/text.ts';
import {describeLease} from './describe-lease.ts';
import {type Asking, askPlace, isOfKin, type Kin, lookAtLeases, type SeenPlace} from './look-lease.ts';

/** What became of the leases that a run still had: how many were given back, and why others were not. */
export type Freed = {readonly freed: number; readonly kept: readonly Text[]};

const keptAt = ({host, at}: LeasePlace, why: Text): Text =>
  text(
    `the lease on ${host} (${at}) was not given back: ${why.en}`,
    `${host}（${at}）上的租约未交还：${why.zh}`,
  );

/** Null: it was given back; undefined: there was none of that run. */
const freeAt = async (asking: Asking, kin: Kin, looked: SeenPlace): Promise<Text | null | undefined> => {
  const {place} = looked;
  if (looked.kind === 'unknown') return keptAt(place, looked.why.detail);
  const {seen} = looked;
  if (seen.state !== 'held' || seen.run !== kin.run) return undefined;
  // Another process has gone on with the run elsewhere: what it does there is not this one's to end.
  if (!isOfKin(seen, [kin])) return keptAt(place, describeLease(place, seen));
  if (seen.busy.length > 0) {
    const busy = seen.busy.join(', ');
    return keptAt(place, text(`still at work there: ${busy}`, `仍在运行：${busy}`));
  }
  const {top, hand, owner, cluster, reason, stamp} = seen;
  const words: LeaseWords = {run: kin.run, hand, changed: top, owner, cluster, reason, stamp};
  const next = {token: top + 1, seen: top, state: 'free'} as const;
  const told = await askPlace(asking, place, writeLease(place, next, words), 'act');
  if ('kind' in told) return keptAt(place, told.detail);
  const {seen: now} = told;
  const isFree = now.state === 'free' && now.top === next.token && now.run === kin.run;
  return isFree ? null : keptAt(place, describeLease(place, now));
};

/**
 * Gives back what a run still has that nobody goes on with: where its lease stands under a word that its journal knows, and
 * nothing of it is at work. As it may have changed something, plans that were made before it are of no use any more.
 */
export const freeLeft = async (asking: Asking, places: readonly LeasePlace[], kin: Kin): Promise<Freed> => {
  const looked = await lookAtLeases(asking, places);
  const told = await Promise.all(looked.map(each => freeAt(asking, kin, each)));
  return {
    freed: told.filter(each => each === null).length,
    kept: told.filter(each => each !== null && each !== undefined),
  };
};
