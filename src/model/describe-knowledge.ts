import {never} from '../lib/never.ts';
import {hadBegun, hopelessly, isBroken, LIMIT_EXIT} from './describe.ts';
import type {Failure} from './event.ts';
import {silenceOf} from './reason.ts';
import {type Hold, isReopened, type RunState} from './state.ts';
import {joinTexts, type Text, text} from './text.ts';

/**
 * Whether an action was carried out before something failed. A gate stands before its action: none was begun. The last
 * looks come after all of them. `again`: it was, and has to be once more, whatever is there.
 */
export type Ran = 'no' | 'yes' | 'perhaps' | 'again' | 'all';

/** Whether what a run is held by had begun to change anything. */
export const ranBefore = (hold: Hold, state: RunState): Ran => {
  if (hold.kind === 'node') return 'all';
  if (hold.kind !== 'step') return 'no';
  const step = state.steps[hold.step];
  if (step?.status !== 'failed') return 'yes';
  const isUntold = step.failure.kind === 'refused' || step.failure.kind === 'lost';
  if (isUntold && isReopened(step)) return 'again';
  if (step.failure.kind === 'refused') return step.touchedAt === null ? 'no' : 'perhaps';
  if (step.outcome !== null) return 'yes';
  // It was only looked at before it: no attempt has ever been made that may have begun.
  return step.touchedAt === null ? 'no' : 'perhaps';
};

const NOT_BEGUN = text('Nothing was begun: lakeup only looked.', '没有开始任何动作：lakeup 只是查看。');

const ACTED: Readonly<Record<Exclude<Ran, 'no'>, Text>> = {
  yes: text('The action ran', '动作已执行'),
  perhaps: text('The action may have been begun earlier', '动作此前可能已经开始'),
  again: text('The action ran earlier', '动作此前已执行'),
  all: text('All steps of the node are done', '该节点的所有步骤都已完成'),
};

type Silence = ReturnType<typeof silenceOf>;

/** What is not known where nothing was seen. */
const NOT_SEEN: Readonly<Record<Silence, Text>> = {
  missing: text('The state of the node: no answer is not "no".', '节点的状态：没有应答不等于“没有”。'),
  contradict: text('Which of the answers is right.', '哪个应答是对的。'),
  undecided: text('What is so: the answers do not tell.', '实际情况：应答无法说明。'),
};

/** What was seen after an action where nothing was. */
const SINCE: Readonly<Record<Silence, Text>> = {
  missing: text('nobody answered afterwards', '之后没有应答'),
  contradict: text('the answers since contradict each other', '之后的应答互相矛盾'),
  undecided: text('the answers since do not tell what is so', '之后的应答无法说明实际情况'),
};

/** What is known of an action that was sent, and nobody knows how it ended. */
const ofLost = (failure: Extract<Failure, {kind: 'lost'}>, ran: Ran): {known: Text; unknown: Text} => {
  const [known, open] = hadBegun(failure)
    ? [text('The action was begun.', '动作已经开始。'), text('Whether it came to its end.', '是否执行完毕。')]
    : [
        text('The action was sent, and may have begun.', '动作已发出，可能已经开始。'),
        text('Whether it began, and came to its end.', '是否已开始并执行完毕。'),
      ];
  const retry =
    ran === 'again'
      ? text('A retry acts again.', '重试会再次执行。')
      : text(
          'A retry looks first, and acts only if its effect is not there.',
          '重试会先查看，效果不在时才再执行。',
        );
  return {known, unknown: joinTexts([open, retry], text(' ', ''))};
};

/** What is certain after a failure, and what is not: never more than was seen. */
export const describeKnowledge = (
  failure: Failure,
  ran: Ran,
): {readonly known: Text; readonly unknown: Text | null} => {
  switch (failure.kind) {
    case 'refused':
      if (failure.trouble === 'still-running')
        return {
          known: text('This attempt began nothing.', '这次尝试没有开始任何动作。'),
          unknown: text(
            'What an earlier action, still at work there, brings about. A retry waits for its end and looks.',
            '仍在那里执行的较早动作会带来什么。重试会等它结束，然后查看。',
          ),
        };
      if (ran === 'all') return {known: text(`${ACTED.all.en}.`, `${ACTED.all.zh}。`), unknown: null};
      if (ran === 'perhaps')
        return {
          known: text('This attempt began nothing.', '这次尝试没有开始任何动作。'),
          unknown: text(
            'What an earlier attempt brought about. A retry looks first, and acts only if the effect is not there.',
            '之前的尝试带来了什么。重试会先查看，效果不在时才再执行。',
          ),
        };
      if (ran === 'again')
        return {
          known: text(
            'This attempt began nothing; it has to be done again.',
            '这次尝试没有开始任何动作；它必须重做。',
          ),
          unknown: null,
        };
      return {known: text('The action was certainly not begun.', '动作确定没有开始。'), unknown: null};
    case 'lost':
      return ofLost(failure, ran);
    case 'exit':
      return {
        known:
          failure.code === LIMIT_EXIT
            ? text(
                'The action was begun, and ended when its limit had passed.',
                '动作已经开始，并在达到时限时被终止。',
              )
            : text('The action ran to its end and said it failed.', '动作已执行完毕，并报告失败。'),
        unknown: text('What it changed before it failed.', '失败之前已经改变了什么。'),
      };
    case 'unsettled': {
      const silence = silenceOf(failure.silent);
      const unknown =
        failure.seen === null
          ? NOT_SEEN[silence]
          : hopelessly(failure) !== null
            ? text('Why it is so.', '为什么会这样。')
            : isBroken(failure)
              ? text('Why it does not stay so.', '为何不能保持。')
              : text('Whether it only needs more time.', '是否只是需要更多时间。');
      if (ran === 'no') return {known: NOT_BEGUN, unknown};
      const {en, zh} = ACTED[ran];
      const known =
        failure.seen === null
          ? text(`${en}; ${SINCE[silence].en}.`, `${zh}，${SINCE[silence].zh}。`)
          : text(`${en}; what was seen since is not as expected.`, `${zh}；之后看到的不符合预期。`);
      return {known, unknown};
    }
    default:
      return never(failure);
  }
};
