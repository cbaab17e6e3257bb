import {heldAlike} from '../model/held-alike.ts';
import {isBusy, openQuestion, type State, THEME_NAMES} from '../store/state.ts';
import {answerQuestion} from '../store/store.ts';
import {atHandOf, nodeAtHand} from './at-hand.ts';
import {offeredLine} from './clipboard.ts';
import type {KeyContext} from './key-context.ts';
import type {Intent} from './keys.ts';
import {messages} from './messages.ts';
import {askedDanger} from './mode.ts';
import {move, openView, switchScripts, toEnd, turnPage} from './moving.ts';
import {dialogOnScreen} from './screens/scroll.ts';
import {NO_SEARCH, searchDone, searchOn} from './searching.ts';
import {skipCandidates, skipSaid} from './skipping.ts';

const quit = (context: KeyContext): void => {
  const {run, wish} = context.store.getState();
  if (run === null || run.verdict !== null || run.left) context.exit('quit');
  else context.store.setState({leaving: wish === 'leave' ? 'now' : 'asked', view: 'main'});
};

const leave = (context: KeyContext, leaving: State['leaving']): void => {
  context.store.setState({leaving: 'no', wish: 'leave'});
  if (leaving === 'now') context.exit('now');
};

/** Whether an outage, a destruction or what has no way back is asked about and part of the question has not been on the screen yet. */
const isUnread = (context: KeyContext, state: State): boolean => {
  const danger = askedDanger(state);
  if (danger === null || danger === 'phase') return false;
  return (dialogOnScreen(state, context.body)?.below ?? 0) > 0;
};

const answer = (context: KeyContext, yes: boolean): void => {
  const {store} = context;
  const state = store.getState();
  if (state.leaving !== 'no') leave(context, state.leaving);
  else if (yes && isUnread(context, state)) store.setState({notice: messages.readOn});
  else {
    const question = openQuestion(state);
    if (question !== null)
      answerQuestion(store, question.id, yes ? {answer: 'yes', typed: state.typed} : {answer: 'leave'});
  }
};

const next = <T>(all: readonly T[], current: T): T | undefined =>
  all[(all.indexOf(current) + 1) % all.length];

const suspend = (context: KeyContext): void => {
  if (context.suspend === null) context.store.setState({notice: messages.noSuspend});
  else context.suspend();
};

const copy = ({store, copy: put}: KeyContext, state: State): void => {
  const offered = offeredLine(state);
  if (offered === null) return;
  store.setState({notice: put(offered)});
};

/** The next log file of the node; the first, where none of them is read. */
const tail = ({store}: KeyContext, _: Intent, state: State): void => {
  const node = nodeAtHand(state);
  const logs = atHandOf(state, node)?.logs ?? [];
  const isSame = state.view === 'tail' && state.tail?.node === node;
  const file = (isSame ? next(logs, state.tail?.file ?? '') : undefined) ?? logs[0];
  if (node === null || file === undefined) return;
  const round = (state.tail?.round ?? 0) + 1;
  store.setState({
    view: 'tail',
    atNode: node,
    tail: {node, file, round, lines: [], end: null, dropped: 0, isOpen: false},
    scroll: {...state.scroll, tail: 0},
  });
};

type Handler<D extends Intent['do']> = (
  context: KeyContext,
  intent: Extract<Intent, {do: D}>,
  state: State,
) => void;

const set = (change: (state: State) => Partial<State>) => (context: KeyContext, _: Intent, state: State) =>
  context.store.setState(change(state));

/** Answers the hold with whom to take out; what was true when the question was put is looked at once more. */
const skipNodes = ({store}: KeyContext, state: State): void => {
  const {skipping, cluster} = state;
  const question = openQuestion(state);
  if (skipping === null || question?.kind !== 'hold') return;
  const {nodes, because, typed} = skipping;
  const said = skipSaid(state, nodes);
  // Somebody went down while it was typed: what it means is another thing now.
  const isAgreed = said?.kind === 'may' && (said.down.length === 0 || typed === cluster.name);
  if (!isAgreed) store.setState({skipping: {...skipping, at: 'why', typed: ''}});
  else
    answerQuestion(store, question.id, {
      answer: 'skip',
      skip: nodes,
      because: because.trim(),
      agreedDown: said.down,
    });
};

/** What each intent does. */
const HANDLERS: {readonly [D in Intent['do']]: Handler<D>} = {
  move: (context, {dx, dy}) => move(context, dx, dy),
  page: (context, {by}) => turnPage(context, by),
  end: (context, {to}) => toEnd(context, to),
  view: (context, {view}) => openView(context, view),
  back: set(() => ({view: 'main'})),
  follow: set(() => ({selected: null})),
  hold: set(({wish}) => ({wish: wish === 'hold' ? 'go' : 'hold'})),
  'hold-node': set(({wish}) => ({wish: wish === 'hold-node' ? 'go' : 'hold-node'})),
  quit,
  yes: context => answer(context, true),
  no: context => answer(context, false),
  copy: (context, _, state) => copy(context, state),
  // A run that waits for the operator alone has nothing in hand, and can give its lease back.
  'leave-now': (context, _, state) => leave(context, isBusy(state) ? 'now' : 'asked'),
  stay: set(() => ({leaving: 'no'})),
  language: set(({lang}) => ({lang: lang === 'en' ? 'zh' : 'en'})),
  theme: set(({theme}) => ({theme: next(THEME_NAMES, theme) ?? 'dark'})),
  tail,
  skip: set(state => ({
    view: 'main',
    skipping: {nodes: skipCandidates(state), at: 'why', because: '', typed: ''},
  })),
  'skip-next': set(state => {
    const {skipping} = state;
    const said = skipping === null ? null : skipSaid(state, skipping.nodes);
    if (skipping === null || said?.kind !== 'may') return {};
    return {skipping: {...skipping, at: said.down.length > 0 ? 'name' : 'sure', typed: ''}};
  }),
  'skip-back': set(() => ({skipping: null})),
  'skip-sure': (context, _, state) => skipNodes(context, state),
  alike: ({store}, _, state) => {
    const question = openQuestion(state);
    if (question === null || state.run === null) return;
    answerQuestion(store, question.id, {answer: 'alike', retry: heldAlike(state.run)});
  },
  'offer-shell': set(state => ({
    view: 'shell',
    atNode: nodeAtHand(state),
    scroll: {...state.scroll, shell: 0},
  })),
  shell: (context, _, {atNode}) => {
    if (atNode !== null) context.shell(atNode);
  },
  'whole-scripts': context => switchScripts(context),
  filter: set(() => ({filtering: true})),
  'filter-done': set(() => ({filtering: false})),
  'filter-clear': set(() => ({filtering: false, filter: ''})),
  search: set(() => ({search: {...NO_SEARCH, typing: true}})),
  'search-done': searchDone,
  'search-clear': set(() => ({search: NO_SEARCH})),
  match: (context, {to}) => searchOn(context, to === 'above' ? -1 : 1),
  repaint: context => context.repaint(),
  suspend,
  nothing: () => undefined,
};

/** Does what an intent says. */
export const handle = <D extends Intent['do']>(
  intent: Extract<Intent, {do: D}>,
  context: KeyContext,
): void => {
  const handler: Handler<D> = HANDLERS[intent.do as D];
  handler(context, intent, context.store.getState());
};
