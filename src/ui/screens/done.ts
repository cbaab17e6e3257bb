import {checkMismatches, describeFailure, describeMismatch} from '../../model/describe.ts';
import type {State} from '../../store/state.ts';
import {visible} from '../control.ts';
import type {Dialog} from '../dialogs/dialog.ts';
import {BLANK} from '../dialogs/dialog.ts';
import {line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

/** The verdict, or that the run was left: the last thing the main screen says. */
export const endPanel = (state: State, pen: Pen, width: number): Dialog | null => {
  const {run} = state;
  if (run === null) return null;
  if (run.verdict !== null) {
    const {verified, unverified} = run.verdict;
    const good = unverified.length === 0;
    const bad = unverified.flatMap(node => {
      const verdict = run.nodes[node];
      const why = verdict === undefined || verdict.verified ? '' : pen.t(describeFailure(verdict.failure));
      const failure = verdict === undefined || verdict.verified ? null : verdict.failure;
      const missed =
        failure?.kind === 'unsettled' && failure.seen !== null
          ? checkMismatches(failure.check, failure.seen)
          : [];
      return [
        ...wrapped(
          visible(why),
          width,
          'plain',
          line(span(`${pen.theme.status.failed.glyph} ${node}  `, 'bad')),
        ),
        ...missed.flatMap(each =>
          wrapped(visible(pen.t(describeMismatch(each))), width, 'warn', line('    ')),
        ),
      ];
    });
    return {
      title: pen.t(messages.doneTitle(verified.length, verified.length + unverified.length)),
      tone: good ? 'good' : 'danger',
      loud: !good,
      body: good
        ? wrapped(pen.t(messages.doneGood(run.plan.to)), width)
        : [...wrapped(pen.t(messages.doneBad), width, 'strong'), ...bad],
      answers: [],
    };
  }
  if (!run.left) return null;
  return {
    title: pen.t(messages.left),
    tone: 'warn',
    loud: false,
    body: [
      ...wrapped(pen.t(messages.leftTitle), width),
      BLANK,
      line(span(`lakeup resume ${run.run}`, 'strong')),
    ],
    answers: [],
  };
};
