import type {RunId} from '../model/ids.ts';
import {placeKey} from '../model/lease.ts';
import type {RunState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import type {Seen} from './take-over.ts';
import {UserError} from './user-error.ts';

/** What an operator does about what was done elsewhere: by that very run, or by a later one. */
export type InsteadElsewhere = {
  readonly goneOn: (run: RunId) => Text;
  readonly later: (later: RunId | null, run: RunId) => Text;
};

const TO_TAKE_BACK: InsteadElsewhere = {
  goneOn: run =>
    text(
      `take it back there; where that is lost: lakeup undo ${run} --take-over ${run}`,
      `请在那里撤销它；若那里的记录已丢失：lakeup undo ${run} --take-over ${run}`,
    ),
  later: later =>
    text(
      `have that one taken back first, where it was begun: lakeup undo ${later}`,
      `请先在它开始的机器上撤销它：lakeup undo ${later}`,
    ),
};

/**
 * Throws where a plan would be made without what was done elsewhere: that run went on from a copy of its journal, or another
 * run of another machine has one of its places or changed it since. Runs of this machine were asked by their own journals.
 */
export const refuseElsewhere = (
  {run, leasesSeen, lease: {hands}}: Pick<RunState, 'run' | 'leasesSeen' | 'lease'>,
  seen: readonly Seen[],
  runsHere: readonly RunId[],
  takeOver: string | null,
  instead: InsteadElsewhere = TO_TAKE_BACK,
): void => {
  const here = new Set<RunId | null>(runsHere);
  const other = seen.find(({place, seen: lease}) => {
    if (lease.state !== 'free' && lease.state !== 'held') return false;
    if (lease.run === run) return takeOver !== run && !hands.includes(lease.hand);
    return (
      leasesSeen !== null && !here.has(lease.run) && lease.changed !== (leasesSeen[placeKey(place)] ?? 0)
    );
  });
  if (other === undefined) return;
  const {host} = other.place;
  const {run: later, owner} = other.seen;
  throw later === run
    ? new UserError(
        text(
          `${host}: run ${run} was gone on with elsewhere, by ${owner}, and the journal here knows nothing of it. Nothing was changed.`,
          `${host}：运行 ${run} 已由 ${owner} 在别处继续，此处的日志对此一无所知。未做任何改动。`,
        ),
        instead.goneOn(run),
      )
    : new UserError(
        text(
          `${host}: run ${later} of ${owner} has worked on it since the plan of run ${run} was made. Nothing was changed.`,
          `${host}：在运行 ${run} 的计划生成之后，${owner} 的运行 ${later} 改动过它。未做任何改动。`,
        ),
        instead.later(later, run),
      );
};
