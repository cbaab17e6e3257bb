import {never} from '../../lib/never.ts';
import type {State} from '../../store/state.ts';
import type {Line} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {currentNode} from '../select.ts';
import {helpLines} from './help.ts';
import {nodeLines} from './node.ts';
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

/** A view that fills the screen, other than the log. */
export type PageView = keyof typeof TITLES;

/** The lines of a view that is made whole. */
export const wholeLines = (
  view: Exclude<PageView, 'plan'>,
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

/** What such a view is called: what it shows, or the node that it is about. */
export const titleOf = (view: PageView, state: State, pen: Pen, width: number): Line => {
  const node = view === 'shell' ? state.atNode : currentNode(state);
  if (view === 'tail') return tailTitle(state, pen);
  const isOfNode = view === 'node' || view === 'shell';
  return isOfNode && node !== null ? nodeTitle(state, node, pen, width) : [pen.say(TITLES[view], 'strong')];
};
