import type {ReactElement} from 'react';
import {never} from '../../lib/never.ts';
import type {State, View} from '../../store/state.ts';
import type {ScreenStore} from '../../store/store.ts';
import {type Line, lineWidth, windowOf} from '../line.ts';
import {messages} from '../messages.ts';
import {Lines} from '../parts/lines.tsx';
import {LogView} from '../parts/panes.tsx';
import {type PaneProps, useLines} from '../parts/use-lines.ts';
import {type Pen, ruleLine, titleRoom} from '../pen.ts';
import {currentNode} from '../select.ts';
import {helpLines} from './help.ts';
import {MainScreen} from './main.tsx';
import {nodeLines} from './node.ts';
import {planHeight, planLines} from './plan.ts';
import {reportPage} from './report.ts';
import {shellPage} from './shell.ts';
import {nodeTitle} from './steps.ts';
import {tailPage, tailTitle} from './tail.ts';

const TITLES = {
  node: messages.facts,
  plan: messages.plan,
  help: messages.keys,
  report: messages.report,
  tail: messages.tail,
  shell: messages.shell,
} as const;

type Seen = {readonly lines: readonly Line[]; readonly from: number; readonly all: number};

/** The lines of a view that is made whole. */
const wholeLines = (
  view: Exclude<keyof typeof TITLES, 'plan'>,
  state: State,
  pen: Pen,
  width: number,
): readonly Line[] => {
  switch (view) {
    case 'help':
      return helpLines(state, pen);
    case 'report':
      return reportPage(state, pen);
    case 'node':
      return nodeLines(state, currentNode(state), pen, width);
    case 'tail':
      return tailPage(state, pen, width);
    case 'shell':
      return shellPage(state, pen, width);
    default:
      return never(view);
  }
};

const seenOf = (view: keyof typeof TITLES, state: State, pen: Pen, width: number, height: number): Seen => {
  const from = state.scroll[view];
  if (view === 'plan') {
    const all = planHeight(state, pen, width);
    const start = Math.max(0, Math.min(from, all - height));
    return {lines: planLines(state, pen, width, start, height), from: start, all};
  }
  const lines = wholeLines(view, state, pen, width);
  // A log is read from its end.
  const start = view === 'tail' ? Math.max(0, lines.length - height - from) : from;
  const shown = windowOf(lines, start, height);
  return {lines: shown.items, from: shown.from, all: lines.length};
};

const titleOf = (view: keyof typeof TITLES, state: State, pen: Pen, width: number): Line => {
  const node = view === 'shell' ? state.atNode : currentNode(state);
  if (view === 'tail') return tailTitle(state, pen);
  const isOfNode = view === 'node' || view === 'shell';
  return isOfNode && node !== null ? nodeTitle(state, node, pen, width) : [pen.say(TITLES[view], 'strong')];
};

const pageOf = (
  view: keyof typeof TITLES,
  state: State,
  pen: Pen,
  width: number,
  height: number,
): readonly Line[] => {
  const {lines, from, all} = seenOf(view, state, pen, width - 1, height - 1);
  const place =
    all > height - 1 ? [pen.say(messages.linesAround(from + 1, from + lines.length, all), 'muted')] : [];
  const title = titleOf(view, state, pen, titleRoom(width - 1, lineWidth(place)));
  return [ruleLine(pen, title, place, width - 1, lineWidth), ...lines];
};

type PageProps = PaneProps & {readonly view: keyof typeof TITLES};

const Page = ({view, ...place}: PageProps): ReactElement => {
  const {width, height, pen} = place;
  const lines = useLines(place, state => pageOf(view, state, pen, width, height));
  return <Lines lines={lines} width={width} height={height} theme={pen.theme} />;
};

type BodyProps = {
  readonly store: ScreenStore;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly pen: Pen;
};

/** What stands between header and footer. */
export const Body = ({store, view, width, height, pen}: BodyProps): ReactElement => {
  if (view === 'main') return <MainScreen store={store} width={width} height={height} pen={pen} />;
  if (view === 'log') return <LogView store={store} width={width} height={height} pen={pen} />;
  return <Page key={view} store={store} view={view} width={width} height={height} pen={pen} />;
};
