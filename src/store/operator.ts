import type {GateId, StepId} from '../model/ids.ts';
import {planSteps} from '../model/plan.ts';
import {gateState, type RunState} from '../model/state.ts';
import type {Clock, Operator} from '../model/world.ts';
import type {Answer, Question} from './state.ts';
import {answerQuestion, asFirst, onAnswer, type ScreenStore} from './store.ts';

type Asked = {kind: 'confirm'; gate: GateId} | {kind: 'hold'} | {kind: 'manual'; step: StepId};

/** Since when the run waits for that: by the journal, as far as that says it, else from now on. */
const sinceOf = (asked: Asked, run: RunState, now: number): number => {
  if (asked.kind === 'hold') return run.holds[0]?.at ?? now;
  const gate = asked.kind === 'confirm' ? gateState(run, asked.gate) : null;
  return gate?.status === 'reached' ? gate.at : now;
};

/**
 * The operator as the engine knows them: every question is put into the store and waits for the screen. An aborted
 * question is answered with leave, which changes nothing.
 */
export const makeOperator = (store: ScreenStore, clock: Clock): Operator => {
  let lastId = 0;

  const ask = (asked: Asked, run: RunState, signal: AbortSignal): Promise<Answer> =>
    new Promise(resolve => {
      if (signal.aborted) return resolve({answer: 'leave'});
      lastId += 1;
      const question: Question = {...asked, id: lastId, at: sinceOf(asked, run, clock.now())};
      const abort = (): void => answerQuestion(store, question.id, {answer: 'leave'});
      signal.addEventListener('abort', abort, {once: true});
      onAnswer(store, question.id, answer => {
        signal.removeEventListener('abort', abort);
        resolve(answer);
      });
      const state = store.getState();
      const {questions, run: shown} = state;
      // Nothing that is read is closed under its reader: behind a view, "leave?" or the filter the question waits.
      // What holds the run is told at once: work by hand may take its time, and goes on being asked for after it.
      const isNext = question.kind === 'hold' || questions.length === 0;
      store.setState({
        questions: isNext ? [question, ...questions] : [...questions, question],
        run: shown === null || run.seq > shown.seq ? run : shown,
        ...(isNext ? asFirst(state) : {}),
      });
      return undefined;
    });

  return {
    confirm: async (gate, run, signal) => {
      const answer = await ask({kind: 'confirm', gate}, run, signal);
      return answer.answer === 'yes' ? answer : {answer: 'leave'};
    },
    choose: async (run, signal) => {
      const answer = await ask({kind: 'hold'}, run, signal);
      if (answer.answer === 'leave') return 'leave';
      if (answer.answer === 'skip') {
        const {skip, because, agreedDown} = answer;
        return {skip, because, agreedDown};
      }
      // Going on ends the wish to hold; a wish to leave stays.
      if (store.getState().wish !== 'leave') store.setState({wish: 'go'});
      return answer.answer === 'alike' ? {retry: answer.retry} : 'retry';
    },
    manual: async (id, run, signal) => {
      const step = planSteps(run.plan).find(candidate => candidate.id === id);
      if (step === undefined) throw new Error(`the plan has no step ${id}`);
      return (await ask({kind: 'manual', step: step.id}, run, signal)).answer === 'yes' ? 'done' : 'leave';
    },
    wish: () => store.getState().wish,
    onWish: listener =>
      store.subscribe((state, before) => {
        if (state.wish !== before.wish) listener();
      }),
  };
};
