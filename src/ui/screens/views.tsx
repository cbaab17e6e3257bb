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
import {nodeTitle} from './steps.ts';

const TITLES = {
  node: messages.facts,
  plan: messages.plan,
  help: messages.keys,
  report: messages.report,
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
  const shown = windowOf(lines, from, height);
  return {lines: shown.items, from: shown.from, all: lines.length};
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
  const node = currentNode(state);
  const title =
    view === 'node' && node !== null
      ? nodeTitle(state, node, pen, titleRoom(width - 1, lineWidth(place)))
      : [pen.say(TITLES[view], 'strong')];
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
