import type {LeaseSeen, LeaseWords} from '../host/lease.ts';
import type {Refused} from '../model/ask.ts';
import type {RunId} from '../model/ids.ts';
import {type LeasePlace, placeKey} from '../model/lease.ts';
import type {LeaseKnown} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import {describeLease} from './describe-lease.ts';
import {isForeign, isOfKin, type Kin} from './look-lease.ts';

/** What a run has to say for itself where it asks for a lease. */
export type Claim = Pick<LeaseWords, 'owner' | 'run'> & {
  /** What is told of the run where its lease is met. */
  readonly reason: () => Pick<LeaseWords, 'reason' | 'stamp'>;
  /** Under which number each place was changed last when the plan's survey was made; null: nobody looked. */
  readonly seen: Readonly<Record<string, number>> | null;
  /** What this run's journal knows as its own: the highest number, and every word. */
  readonly known: LeaseKnown;
  /** The runs that the operator has agreed to take the lease over from; the run itself, where it went on elsewhere. */
  readonly over: readonly RunId[];
  /** Runs whose leases it takes as its own. */
  readonly kin?: readonly Kin[];
};

/** A refusal for whose lease it is. */
export const leased = (detail: Text, trouble: Refused['trouble'] = 'leased'): Refused => ({
  kind: 'refused',
  trouble,
  detail,
});

/** Why a run may not have the lease of a place as it was seen; null where it may. `hands`: the words that it made up. */
export const refusalOf = (
  claim: Claim,
  hands: ReadonlySet<string>,
  place: LeasePlace,
  seen: LeaseSeen,
): Refused | null => {
  if (isOfKin(seen, claim.kin ?? [])) return null;
  if (isForeign(seen, claim.run, claim.over)) return leased(describeLease(place, seen));
  // Its journal says nothing of that: another process has gone on with this very run, from a copy of the journal.
  if (seen.run === claim.run && !hands.has(seen.hand) && !claim.over.includes(claim.run))
    return leased(
      text(
        `${place.host}: this run was gone on with elsewhere, by ${seen.owner}: go on there, for the journal here knows nothing of it; where that is lost, --take-over ${seen.run}`,
        `${place.host}：本次运行已由 ${seen.owner} 在别处继续，请在那里继续，此处的日志对此一无所知；若那里的记录已丢失，请用 --take-over ${seen.run}`,
      ),
    );
  if (seen.state !== 'free' || seen.run === claim.run || claim.seen === null) return null;
  const known = claim.seen[placeKey(place)] ?? 0;
  if (seen.changed === known) return null;
  return leased(
    text(
      `${place.host}: run ${seen.run} of ${seen.owner} has worked on it since this run's plan was made; begin a new run`,
      `${place.host}：在本次运行的计划生成之后，${seen.owner} 的运行 ${seen.run} 已改动过它；请开始新的运行`,
    ),
  );
};
