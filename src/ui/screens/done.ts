import {formatDuration, formatElapsed} from '../../lib/duration.ts';
import {describeCounts, describeSkipped} from '../../model/describe-skip.ts';
import type {Plan} from '../../model/plan.ts';
import {laterOf} from '../../model/skip.ts';
import type {RunState} from '../../model/state.ts';
import {joinTexts, type Text, text} from '../../model/text.ts';
import {describeNoWayBack, wayBackOfRun} from '../../model/way-back.ts';
import type {GoingOn, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import type {Dialog} from '../dialogs/dialog.ts';
import {BLANK, outLines} from '../dialogs/dialog.ts';
import {REPORT_KEY} from '../keys.ts';
import {type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {isOutLonger, isPerhapsOut} from '../report-lines.ts';

const LEFT: Readonly<Record<GoingOn, Text>> = {
  command: messages.leftCommand,
  here: messages.leftHere,
  never: messages.leftNever,
};

const goodWords = ({to, takesBack, prunes}: Plan): Text => {
  if (prunes !== undefined) return messages.donePruned(prunes);
  return takesBack === undefined ? messages.doneGood(to) : messages.doneBack(takesBack.run);
};

/** How to go on; and how what was done can be taken back, or why not. */
const commandLines = ({program}: State, run: RunState, pen: Pen, width: number): readonly Line[] => {
  const way = wayBackOfRun(run);
  return [
    BLANK,
    line(span(`${program} resume ${run.run}`, 'strong')),
    ...(way.kind === 'nothing' ? [] : [BLANK]),
    ...(way.kind === 'shut' ? wrapped(pen.t(describeNoWayBack(way.because)), width) : []),
    ...(way.kind === 'open'
      ? [
          ...wrapped(pen.t(messages.leftUndo), width),
          BLANK,
          line(span(`${program} undo ${run.run}`, 'strong')),
        ]
      : []),
  ];
};

/** In a line or two what a report holds, and the key that shows it whole. */
const reportLines = ({report}: State, pen: Pen, width: number): readonly Line[] => {
  if (report === null) return [];
  const {nodes, kept, startedAt, at} = report;
  const [longest] = nodes.toSorted((a, b) => b.outMs - a.outMs);
  const places = kept.reduce((sum, each) => sum + each.places.length, 0);
  const said = [
    messages.tookInAll(formatElapsed(at - startedAt)),
    ...(longest === undefined || longest.outMs === 0
      ? []
      : [
          messages.outLongest(
            longest.node,
            formatDuration(longest.outMs),
            isOutLonger(longest),
            isPerhapsOut(longest),
          ),
        ]),
    ...(places === 0 ? [] : [messages.keptPlaces(places)]),
  ];
  return [
    ...wrapped(pen.t(joinTexts(said, text(' ', ''))), width),
    ...wrapped(pen.t(messages.reportAt(REPORT_KEY)), width),
  ];
};

/** The verdict, or that the run was left: the last thing the main screen says. */
export const endPanel = (state: State, pen: Pen, width: number): Dialog | null => {
  const {run} = state;
  if (run === null) return null;
  if (run.verdict !== null) {
    const {verified, skipped = []} = run.verdict;
    const later = laterOf(run.plan, state.cluster.skip, skipped, 'lakeup upgrade');
    return {
      title: pen.t(describeCounts(verified.length, skipped.length)),
      tone: skipped.length === 0 ? 'good' : 'warn',
      loud: false,
      body: [
        ...skipped.flatMap(node => wrapped(visible(pen.t(describeSkipped(node))), width, 'warn')),
        ...wrapped(pen.t(skipped.length === 0 ? goodWords(run.plan) : messages.doneSkipped), width),
        ...(later === null ? [] : wrapped(pen.t(later), width)),
        ...(skipped.length === 0 ? [] : outLines(state, pen, width)),
        ...reportLines(state, pen, width),
      ],
      answers: [],
    };
  }
  if (!run.left) return null;
  return {
    title: pen.t(messages.left),
    tone: 'warn',
    loud: false,
    body: [
      ...outLines(state, pen, width),
      ...wrapped(pen.t(LEFT[state.goingOn]), width),
      ...(state.goingOn === 'command' ? commandLines(state, run, pen, width) : []),
    ],
    answers: [],
  };
};
