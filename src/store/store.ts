import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Lang} from '../model/text.ts';
import {
  type Answer,
  type GoingOn,
  NO_SCROLL,
  openQuestion,
  type ScreenCluster,
  type State,
  SWITCHES,
  type ThemeName,
} from './state.ts';

/** The one store of the screen. */
export type ScreenStore = StoreApi<State>;

export type StoreOptions = {
  readonly cluster: ScreenCluster;
  readonly lang: Lang;
  readonly theme: ThemeName;
  readonly now: number;
  /** By `lakeup resume`, where nothing is said. */
  readonly goingOn?: GoingOn;
  /** How lakeup is called where it was started; by its name where nothing is said. */
  readonly program?: string;
};

/** Makes the store of one screen: no run, nothing seen yet. */
export const makeStore = ({
  cluster,
  lang,
  theme,
  now,
  goingOn = 'command',
  program = 'lakeup',
}: StoreOptions): ScreenStore =>
  createStore<State>(() => ({
    cluster,
    run: null,
    report: null,
    looks: new Map(),
    links: new Map(),
    awaited: [],
    headways: new Map(),
    log: [],
    now,
    pulse: 0,
    questions: [],
    asked: null,
    armed: false,
    typed: '',
    wish: 'go',
    goingOn,
    program,
    leaving: 'no',
    skipping: null,
    view: 'main',
    atNode: null,
    tail: null,
    selected: null,
    scroll: NO_SCROLL,
    switches: SWITCHES,
    logAt: null,
    search: {words: '', typing: false, at: null},
    filter: '',
    filtering: false,
    lang,
    theme,
    notice: null,
  }));

/** A question counts keys only after it was on the screen for this long without any. */
export const ARM_MS = 400;

/** The first question has come on the screen, or back on it. */
export const questionShown = (store: ScreenStore, now: number): void => {
  const question = openQuestion(store.getState());
  if (question !== null) store.setState({asked: {id: question.id, quietSince: now}, armed: false, typed: ''});
};

/** No question is to be seen any more: whatever was typed for it is gone. */
export const questionHidden = (store: ScreenStore): void => {
  if (store.getState().asked !== null) store.setState({asked: null, armed: false, typed: ''});
};

/** A key came too early to be an answer: the wait begins again, so that a key held down never answers. */
export const keyTooEarly = (store: ScreenStore, now: number): void => {
  const {asked} = store.getState();
  if (asked !== null) store.setState({asked: {...asked, quietSince: now}, armed: false});
};

const listeners = new WeakMap<ScreenStore, Map<number, (answer: Answer) => void>>();

const listenersOf = (store: ScreenStore): Map<number, (answer: Answer) => void> => {
  const known = listeners.get(store) ?? new Map<number, (answer: Answer) => void>();
  listeners.set(store, known);
  return known;
};

/** Hears the answer to that question. */
export const onAnswer = (store: ScreenStore, id: number, listener: (answer: Answer) => void): void => {
  listenersOf(store).set(id, listener);
};

/** What the screen keeps of a question that it showed goes with it: the next one begins at its top, and has to be read. */
export const asFirst = ({scroll}: Pick<State, 'scroll'>): Partial<State> => ({
  asked: null,
  armed: false,
  typed: '',
  skipping: null,
  notice: null,
  scroll: {...scroll, main: 0},
});

/** Answers the question with that id and takes it off the screen; an unknown id is nothing. */
export const answerQuestion = (store: ScreenStore, id: number, answer: Answer): void => {
  const listener = listenersOf(store).get(id);
  listenersOf(store).delete(id);
  const state = store.getState();
  const questions = state.questions.filter(question => question.id !== id);
  // One behind it that is withdrawn takes nothing away from what is read and typed.
  store.setState({questions, ...(openQuestion(state)?.id === id ? asFirst(state) : {})});
  listener?.(answer);
};
