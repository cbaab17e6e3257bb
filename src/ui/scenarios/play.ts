import type {Event, Happening} from '../../model/event.ts';
import {reason} from '../../model/reason.ts';
import {reduce} from '../../model/reduce.ts';
import type {RunState} from '../../model/state.ts';
import type {Clock, Operator} from '../../model/world.ts';
import type {Feed} from '../../store/feed.ts';
import type {Beat} from './story.ts';

/** Folds what a story tells and passes it on, with its times. */
export type Teller = {
  readonly state: () => RunState | null;
  /** Plays one beat that waits for nobody. */
  tell(beat: Beat): void;
  emit(happening: Happening): void;
};

/** Times come from `now`, so that a story can be told as if it had happened before. */
export const makeTeller = (feed: Feed, now: () => number): Teller => {
  let state: RunState | null = null;
  let seq = 0;
  const emit = (happening: Happening): void => {
    const event: Event = {...happening, seq, at: now()};
    seq += 1;
    state = reduce(state, event);
    feed.event(event, state);
  };
  return {
    state: () => state,
    emit,
    tell: beat => {
      if (beat.kind === 'event') emit(beat.happening);
      if (beat.kind === 'seen')
        feed.sighting({
          node: beat.node,
          probe: beat.probe,
          at: now(),
          look: {kind: 'seen', facts: beat.facts},
        });
      if (beat.kind === 'silent')
        feed.sighting({
          node: beat.node,
          probe: beat.probe,
          at: now(),
          look: {kind: 'silent', reasons: [reason(beat.reason)]},
        });
    },
  };
};

export type Play = {
  readonly beats: Iterator<Beat>;
  readonly teller: Teller;
  readonly clock: Clock;
  readonly operator: Operator;
  readonly signal: AbortSignal;
};

const ask = async (beat: Beat, {operator, signal}: Play, state: RunState): Promise<'on' | 'leave'> => {
  if (beat.kind === 'confirm')
    return (await operator.confirm(beat.gate, state, signal)).answer === 'yes' ? 'on' : 'leave';
  if (beat.kind === 'manual')
    return (await operator.manual(beat.step, state, signal)) === 'done' ? 'on' : 'leave';
  if (beat.kind === 'choose') return (await operator.choose(state, signal)) === 'retry' ? 'on' : 'leave';
  return 'on';
};

/** Plays the rest of a story in real time, until its end, until the operator leaves, or until the signal. */
export const playOn = async (first: Beat | null, play: Play): Promise<void> => {
  const {teller, clock, operator, signal} = play;
  for (
    let beat = first ?? play.beats.next().value;
    beat !== undefined && !signal.aborted;
    beat = play.beats.next().value
  ) {
    const state = teller.state();
    if (beat.kind === 'wait') await clock.sleep(beat.ms, signal);
    else teller.tell(beat);
    if (state === null || state.verdict !== null) continue;
    const wish = operator.wish();
    const asks = beat.kind === 'event' && beat.happening.type === 'step.done' && wish === 'hold';
    if (asks) {
      teller.emit({type: 'run.held'});
      const held = teller.state();
      if (held !== null && (await operator.choose(held, signal)) === 'leave')
        return teller.emit({type: 'run.left'});
      teller.emit({type: 'run.released'});
    }
    const now = teller.state();
    const leaves = beat.kind === 'event' && beat.happening.type === 'step.done' && wish === 'leave';
    if (leaves || (now !== null && (await ask(beat, play, now)) === 'leave'))
      return teller.emit({type: 'run.left'});
  }
};
