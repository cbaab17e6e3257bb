import type {Event, Happening} from '../model/event.ts';
import {reduce} from '../model/reduce.ts';
import {type ReportKnown, reportOf} from '../model/report.ts';
import type {RunState} from '../model/state.ts';
import type {Feed} from './feed.ts';
import type {Entry} from './recording.ts';

/** Tells a feed what was recorded as if it happened now: events are counted and folded anew. */
export type Teller = {
  state(): RunState | null;
  tell(entry: Entry, at: number): void;
  /** Something that was not recorded, because the operator here wishes otherwise. */
  emit(happening: Happening, at: number): void;
};

/** `known`: what a report of the run is made with. */
export const makeTeller = (feed: Feed, known: ReportKnown): Teller => {
  let state: RunState | null = null;
  const told: Event[] = [];
  const emit: Teller['emit'] = (happening, at) => {
    const event: Event = {...happening, seq: state === null ? 0 : state.seq + 1, at};
    state = reduce(state, event);
    feed.event(event, state);
    told.push(event);
    if (event.type === 'run.ended' || event.type === 'run.left') feed.report(reportOf(told, known));
  };
  return {
    state: () => state,
    emit,
    tell: (entry, at) => {
      if (entry.kind === 'event') emit(entry.event, at);
      else feed.sighting({...entry.sighting, at});
    },
  };
};
