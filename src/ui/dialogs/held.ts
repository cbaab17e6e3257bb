import {momentOf} from '../../lib/moment.ts';
import {never} from '../../lib/never.ts';
import {actionName} from '../../model/action-name.ts';
import {describeFailure, describeHold, failureOfHold, stepOfHold} from '../../model/describe.ts';
import {describeKnowledge, ranBefore} from '../../model/describe-knowledge.ts';
import {describeRemedy} from '../../model/describe-remedy.ts';
import {nameNodes} from '../../model/describe-service.ts';
import type {Failure} from '../../model/event.ts';
import {heldAlike} from '../../model/held-alike.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Step} from '../../model/plan.ts';
import {describeReasons} from '../../model/reason.ts';
import {startLineOf} from '../../model/start-by-hand.ts';
import {carriedOutBy, type Hold, type RunState, stepState} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import {downByItself, outNow} from '../../store/service.ts';
import type {State} from '../../store/state.ts';
import {standsWords} from '../at-hand.ts';
import {checkLines, lookOf} from '../checks.ts';
import {visible} from '../control.ts';
import {RETRY_ALL_KEY, SHELL_KEY, TAIL_KEY} from '../keys.ts';
import {type Line, line, upTo, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {widthOf} from '../width.ts';
import {answerLines, BLANK, type Dialog, labelled, othersLines, outLines} from './dialog.ts';
import {skippedLines} from './skip.ts';

/** How many lines of the last output are shown, and how many rows they may take once they are wrapped. */
const TAIL_LINES = 5;
const TAIL_ROWS = 6;
/** How many rows one thing that is said of a failure may take. */
const DETAIL_ROWS = 6;

const tailOf = (run: RunState, step: Step, failure: Failure): string[] => {
  const state = stepState(run, step.id);
  const outcome = state.status === 'failed' ? state.outcome : null;
  const output =
    outcome === null ? (failure.kind === 'exit' ? failure.tail : '') : `${outcome.stdout}\n${outcome.stderr}`;
  return output
    .split('\n')
    .filter(words => words.trim() !== '')
    .slice(-TAIL_LINES);
};

/** What was told beside the failure itself; where nobody answered, that stands with what was expected. */
const detailOf = (failure: Failure): Text | null => {
  switch (failure.kind) {
    case 'refused':
    case 'lost':
      return failure.detail;
    case 'unsettled':
      return failure.silent === null || failure.seen === null
        ? null
        : describeReasons(failure.silent, failure.check.node);
    case 'exit':
      return null;
    default:
      return never(failure);
  }
};

/** Where it was looked: the node, where no step says so, and the paths that the look was given. */
const placeOf = ({check}: Extract<Failure, {kind: 'unsettled'}>, step: Step | null): string | null => {
  const paths = Object.entries(check.given ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' && value.startsWith('/') ? [`${name} ${value}`] : [],
  );
  const node = step?.node === check.node ? [] : [String(check.node)];
  const all = [...node, ...paths];
  return all.length === 0 ? null : all.join('  ');
};

const checkedLines = (
  failure: Extract<Failure, {kind: 'unsettled'}>,
  run: RunState,
  pen: Pen,
  width: number,
): Line[] => {
  const {check} = failure;
  const seen = {node: check.node, probe: check.probe, at: run.at, look: lookOf(failure)};
  return checkLines(check, seen, run, pen, width);
};

/** What the step was carried out by: its own script, or the words of a command for many. */
const actionOf = (run: RunState, {id, action}: Step, pen: Pen): string => {
  const together = carriedOutBy(run, id);
  return together === null ? actionName(action) : `${together.node}: ${pen.t(together.title)}`;
};

/** Of how many nodes it is said how they are started. */
const STARTED_MOST = 3;

/**
 * What to do about nodes that ended by themselves: nobody but the operator starts them. With the very line where it is known, and
 * the run leaves them alone just now.
 */
const startLines = (
  state: State,
  run: RunState,
  about: NodeId | undefined,
  pen: Pen,
  width: number,
): Line[] => {
  const all = downByItself(state);
  const down = all.flatMap(({node, leftBehind}) => (leftBehind ? [] : [node]));
  const behind = all.flatMap(({node, leftBehind}) => (leftBehind ? [node] : []));
  const isOut = outNow(state).some(({node}) => node === about);
  const look = about === undefined ? undefined : state.looks.get(about)?.status?.look;
  const isGone = !isOut && look?.kind === 'seen' && look.facts.health === 'down';
  const isBehind = about !== undefined && behind.includes(about);
  const gone = [...new Set([...(about !== undefined && isGone && !isBehind ? [about] : []), ...down])];
  const upgradedNext =
    behind.length === 0
      ? []
      : wrapped(pen.t(messages.leftBehindAdvice(nameNodes(behind, STARTED_MOST))), width);
  if (gone.length === 0) return upgradedNext;
  const lines = gone.slice(0, STARTED_MOST).flatMap(node => {
    const words = startLineOf(run, state.cluster, node);
    return words === null ? [] : [{node, words}];
  });
  return [
    ...upgradedNext,
    ...wrapped(pen.t(messages.downAdvice(TAIL_KEY, SHELL_KEY)), width),
    ...lines.flatMap(({node, words}) => [
      ...wrapped(pen.t(messages.startsBy(node)), width),
      ...wrapped(visible(words), width - 2, 'strong').map(each => line('  ', ...each)),
    ]),
  ];
};

const failureLines = (
  state: State,
  run: RunState,
  hold: Hold,
  step: Step | null,
  failure: Failure,
  pen: Pen,
  width: number,
): Line[] => {
  const labels = [
    messages.step,
    messages.action,
    messages.detail,
    messages.lookedAt,
    messages.known,
    messages.unknown,
    messages.advice,
    messages.lastOutput,
    messages.node,
  ].map(pen.t);
  const [stepWord = '', action = '', detail = '', lookedAt = '', ...more] = labels;
  const [known = '', unknown = '', advice = '', lastOutput = '', nodeWord = ''] = more;
  const column = Math.max(...labels.map(widthOf)) + 2;
  const room = width - column;
  const rows = (label: string, words: string | null, most = DETAIL_ROWS): Line[] =>
    words === null || words === '' ? [] : labelled(label, upTo(visible(words), room, most), column);
  const knowledge = describeKnowledge(failure, ranBefore(hold, run));
  const remedy = describeRemedy(hold, failure, run);
  const checked = failure.kind === 'unsettled' ? checkedLines(failure, run, pen, width) : [];
  const told = detailOf(failure);
  const tail = step === null ? [] : tailOf(run, step, failure);
  const seenOn = failure.kind === 'unsettled' ? failure.check.node : undefined;
  const about = hold.kind === 'node' ? hold.node : (step?.node ?? seenOn);
  return [
    ...(about === undefined ? [] : rows(nodeWord, pen.t(standsWords(state, about)))),
    ...othersLines(state, pen, width, about),
    ...startLines(state, run, about, pen, width),
    ...(step === null
      ? []
      : [...rows(stepWord, pen.t(step.title)), ...rows(action, actionOf(run, step, pen))]),
    ...rows(detail, told === null ? null : pen.t(told)),
    ...checked,
    ...rows(lookedAt, failure.kind === 'unsettled' ? placeOf(failure, step) : null),
    ...rows(known, pen.t(knowledge.known)),
    ...rows(unknown, knowledge.unknown === null ? null : pen.t(knowledge.unknown)),
    ...(tail.length > 0
      ? labelled(
          lastOutput,
          tail.flatMap(words => wrapped(visible(words), room, 'muted')).slice(-TAIL_ROWS),
          column,
        )
      : []),
    // What to do comes after all that it is about, right above the keys; all of it, for its end says what the key does.
    ...rows(advice, remedy === null ? null : pen.t(remedy), Number.POSITIVE_INFINITY),
  ];
};

const titleOf = (hold: Hold, step: Step | null, now: number, pen: Pen): string => {
  const node = hold.kind === 'node' ? hold.node : step?.node;
  const title = pen.t(node === undefined ? messages.heldPlain : messages.heldTitle(node));
  return `${title} · ${pen.t(messages.since(momentOf(hold.at, now)))}`;
};

/** How much more there is to decide: at the top, since a key may answer for some of it. */
const moreLines = (run: RunState, pen: Pen, width: number): Line[] => {
  const alike = heldAlike(run) - 1;
  const words = run.holds[0]?.kind === 'node' ? messages.alikeNodes : messages.alikeHolds;
  const others = run.holds.length - 1 - alike;
  return [
    ...(alike > 0 ? wrapped(pen.t(words(alike, pen.key(RETRY_ALL_KEY))), width, 'warn') : []),
    ...(others > 0 ? wrapped(pen.t(messages.moreHolds(others)), width, 'warn') : []),
  ];
};

/** Why the run is held: what failed, what was seen, what is known and what is not, and the choices. */
export const heldDialog = (state: State, pen: Pen, width: number): Dialog | null => {
  const {run} = state;
  const hold = run?.holds[0];
  if (run === null || hold === undefined) return null;
  const step = stepOfHold(hold, run);
  const failure = failureOfHold(hold, run);
  const rounds = hold.kind === 'gate' ? (run.rounds[hold.gate] ?? 0) : 0;
  const remedy = describeRemedy(hold, failure, run);
  return {
    title: titleOf(hold, step, state.now, pen),
    tone: failure === null ? 'accent' : 'danger',
    loud: failure !== null,
    body: [
      ...wrapped(visible(pen.t(describeHold(hold, run))), width, 'strong'),
      ...(failure === null
        ? []
        : [
            ...wrapped(visible(pen.t(describeFailure(failure))), width, 'bad'),
            ...(rounds > 0 ? wrapped(pen.t(messages.inVain(rounds)), width, 'warn') : []),
            ...moreLines(run, pen, width),
            BLANK,
            ...failureLines(state, run, hold, step, failure, pen, width),
          ]),
      ...skippedLines(state, pen, width),
      ...(failure === null
        ? [
            ...(remedy === null ? [] : wrapped(pen.t(remedy), width)),
            ...wrapped(pen.t(messages.heldWait), width, 'muted'),
            ...outLines(state, pen, width),
          ]
        : []),
    ],
    answers: [BLANK, ...answerLines(state, pen, width, 'held')],
  };
};
