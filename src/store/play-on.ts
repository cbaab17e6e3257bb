import type {Event} from '../model/event.ts';
import type {GateId, StepId} from '../model/ids.ts';
import {planSteps} from '../model/plan.ts';
import {betweenNodes, type RunState} from '../model/state.ts';
import type {Clock, Operator} from '../model/world.ts';
import type {Entry} from './recording.ts';
import type {Teller} from './teller.ts';

export type PlayOptions = {
  /** What was recorded after the moment that is shown. */
  readonly rest: readonly Entry[];
  /** How much later than recorded it is here. */
  readonly lagMs: number;
  readonly teller: Teller;
  readonly clock: Clock;
  readonly operator: Operator;
  readonly signal: AbortSignal;
};

/** How that goes on which was in hand: told also while the operator is asked. With every other event something begins. */
const IN_HAND: ReadonlySet<Event['type']> = new Set([
  'step.acted',
  'step.busy',
  'step.reattached',
  'step.done',
  'step.failed',
  'step.reset',
  'node.verified',
  'node.unverified',
]);

const begins = (entry: Entry | undefined): boolean =>
  entry?.kind === 'event' && !IN_HAND.has(entry.event.type);

type Asked = {readonly key: string} & (
  | {readonly kind: 'hold'}
  | {readonly kind: 'confirm'; readonly gate: GateId}
  | {readonly kind: 'manual'; readonly step: StepId}
);

/** What the operator is asked in a run that stands like this; while it is held, nothing else. */
const questionsOf = (state: RunState): readonly Asked[] => {
  const [hold] = state.holds;
  if (hold !== undefined) return [{kind: 'hold', key: JSON.stringify(hold)}];
  const byHand = planSteps(state.plan).filter(
    ({id, action}) => action.kind === 'manual' && state.steps[id]?.status === 'running',
  );
  const reached = Object.entries(state.gates).flatMap(([id, gate]): Asked[] =>
    gate.status === 'reached' ? [{kind: 'confirm', key: `${id} ${gate.at}`, gate: id as GateId}] : [],
  );
  return [...reached, ...byHand.map(({id}): Asked => ({kind: 'manual', key: id, step: id}))];
};

/** A script was sent and its end has not been told yet: leaving waits for it. */
const isScriptOut = (state: RunState): boolean =>
  planSteps(state.plan).some(({id, action}) => {
    const step = state.steps[id];
    return action.kind === 'script' && step?.status === 'running' && step.outcome === null;
  });

/** Puts questions before the operator, each once, and hears their answers. */
const makeDesk = (operator: Operator, signal: AbortSignal, wake: () => void) => {
  const answers = new Map<string, 'open' | 'on' | 'leave'>();
  const ask = async (asked: Asked, state: RunState): Promise<'on' | 'leave'> => {
    if (asked.kind === 'confirm')
      return (await operator.confirm(asked.gate, state, signal)).answer === 'yes' ? 'on' : 'leave';
    if (asked.kind === 'manual')
      return (await operator.manual(asked.step, state, signal)) === 'done' ? 'on' : 'leave';
    // What was recorded cannot be changed: who skips a node here sees it go on as it did.
    return (await operator.choose(state, signal)) === 'leave' ? 'leave' : 'on';
  };
  return {
    /** Asks what is new, and forgets what is no longer asked. */
    put: (state: RunState): void => {
      const questions = questionsOf(state);
      const keys = new Set(questions.map(({key}) => key));
      for (const key of answers.keys()) if (!keys.has(key)) answers.delete(key);
      for (const asked of questions.filter(({key}) => !answers.has(key))) {
        answers.set(asked.key, 'open');
        void ask(asked, state).then(answer => {
          answers.set(asked.key, answer);
          wake();
        });
      }
    },
    isOpen: (): boolean => [...answers.values()].includes('open'),
    isLeft: (): boolean => [...answers.values()].includes('leave'),
  };
};

/**
 * Plays what was recorded at its own pace, until its end, until the operator leaves, or until the signal. Nothing begins
 * while a question stands open, and the operator takes the time they take. What they wish here is heeded as the engine
 * does: a hold comes at once, leaving waits for a script that was sent.
 */
export const playOn = async (options: PlayOptions): Promise<void> => {
  const {rest, teller, clock, operator, signal} = options;
  let {lagMs} = options;
  let stir = new AbortController();
  const wake = (): void => stir.abort();
  const asking = new AbortController();
  const desk = makeDesk(operator, AbortSignal.any([signal, asking.signal]), wake);
  const stopListening = operator.onWish(wake);
  let next = 0;
  /** The hold that stands is one that the operator wished for here: the recording does not end it. */
  let ownHold = false;
  let wasOpen = false;

  /** The operator here leaves, or wishes to hold: true when the run is left. */
  const heed = (state: RunState): boolean => {
    if (desk.isLeft() || (operator.wish() === 'leave' && !isScriptOut(state))) {
      asking.abort();
      teller.emit({type: 'run.left'}, clock.now());
      return true;
    }
    const wish = operator.wish();
    const isDue = wish === 'hold' || (wish === 'hold-node' && betweenNodes(state));
    if (isDue && state.holds.length === 0 && !desk.isOpen()) {
      teller.emit({type: 'run.held'}, clock.now());
      ownHold = true;
    }
    return false;
  };
  /** What was recorded next begins now, however long the operator took there, and here. */
  const goOn = (): void => {
    const going = rest.slice(next).find(begins);
    const due = going === undefined ? null : going.at + lagMs;
    if (going !== undefined && due !== null && (!ownHold || due < clock.now()))
      lagMs = clock.now() - going.at;
    if (ownHold) teller.emit({type: 'run.released'}, clock.now());
    ownHold = false;
  };

  try {
    while (!signal.aborted) {
      stir = new AbortController();
      const state = teller.state();
      if (state === null || state.verdict !== null || state.left || heed(state)) return;
      desk.put(teller.state() ?? state);
      if (wasOpen && !desk.isOpen()) {
        wasOpen = false;
        goOn();
        continue;
      }
      wasOpen = desk.isOpen();
      const entry = rest[next];
      const due = entry === undefined || (wasOpen && begins(entry)) ? null : entry.at + lagMs;
      if (entry !== undefined && due !== null && due <= clock.now()) {
        teller.tell(entry, clock.now());
        next += 1;
        continue;
      }
      const until = AbortSignal.any([signal, stir.signal]);
      if (due !== null) await clock.sleep(due - clock.now(), until);
      else if (!until.aborted)
        await new Promise<void>(resolve => until.addEventListener('abort', () => resolve(), {once: true}));
    }
  } finally {
    stopListening();
    asking.abort();
  }
};
