import type {ReactElement} from 'react';
import type {State, View} from '../../store/state.ts';
import type {ScreenStore} from '../../store/store.ts';
import {visible} from '../control.ts';
import {cutLine, type Line, lineWidth, span, windowOf} from '../line.ts';
import {messages} from '../messages.ts';
import {Lines} from '../parts/lines.tsx';
import {LogView} from '../parts/panes.tsx';
import {type PaneProps, useLines} from '../parts/use-lines.ts';
import {type Pen, ruleLine, titleRoom} from '../pen.ts';
import {MainScreen} from './main.tsx';
import {type PageView, titleOf, wholeLines} from './pages.ts';
import {planHeight, planLines, planUnder} from './plan.ts';

type Seen = {readonly lines: readonly Line[]; readonly from: number; readonly all: number};

const seenOf = (view: PageView, state: State, pen: Pen, width: number, height: number): Seen => {
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

const pageOf = (view: PageView, state: State, pen: Pen, width: number, height: number): readonly Line[] => {
  const {lines, from, all} = seenOf(view, state, pen, width - 1, height - 1);
  const place =
    all > height - 1 ? [pen.say(messages.linesAround(from + 1, from + lines.length, all), 'muted')] : [];
  const room = titleRoom(width - 1, lineWidth(place));
  const under = view === 'plan' ? planUnder(state, pen, width - 1, from) : [];
  const dot = span(` ${pen.theme.marks.dot} `, 'muted');
  const title = cutLine(
    [...titleOf(view, state, pen, room), ...under.flatMap(name => [dot, span(visible(name))])],
    room,
  );
  return [ruleLine(pen, title, place, width - 1, lineWidth), ...lines];
};

type PageProps = PaneProps & {readonly view: PageView};

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
