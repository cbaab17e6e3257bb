import {never} from '../lib/never.ts';
import type {Event} from './event.ts';
import {type Text, text} from './text.ts';

type State = Extract<Event, {type: 'step.reattached'}>['state'];

/** That the action of a step was found again after its link was lost, and what became of it meanwhile. */
export const describeReattached = (title: Text, state: State): Text => {
  switch (state) {
    case 'running':
      return text(
        `${title.en}: found again, it is still at work and is followed on`,
        `${title.zh}：已重新找到，该动作仍在进行，继续跟踪`,
      );
    case 'ended':
      return text(
        `${title.en}: found again, it has ended; its output and exit code are read`,
        `${title.zh}：已重新找到，该动作已结束，读取其输出与退出码`,
      );
    case 'lost':
      return text(
        `${title.en}: under way, and nothing tells how its action ends; what it brings about is waited for`,
        `${title.zh}：进行中，但无从得知该动作如何结束；等待其效果`,
      );
    default:
      return never(state);
  }
};

/** Of what such an action printed: that it did so before it was found again, for nobody knows when. */
export const describePrinted = (found: 'running' | 'ended'): Text =>
  found === 'ended'
    ? text('what follows it had printed before it was found again:', '以下输出在重新找到该动作之前就已产生：')
    : text(
        'what follows it has printed since it began, in part before it was found again:',
        '以下输出自该动作开始以来产生，其中一部分在重新找到它之前：',
      );
