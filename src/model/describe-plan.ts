import {never} from '../lib/never.ts';
import {actionName} from './action-name.ts';
import type {Rule, Undo} from './plan.ts';
import {type Text, text} from './text.ts';

/** Why the cluster is brought to its version in this way, and where that stands. */
export const describeRule = ({says, source}: Rule): Text =>
  text(`${says.en} (${source.en})`, `${says.zh}（${source.zh}）`);

/** The way back of a step in one line. */
export const describeUndo = (undo: Undo): Text => {
  switch (undo.kind) {
    case 'action':
      return text(`way back: ${actionName(undo.action)}`, `回退：${actionName(undo.action)}`);
    case 'impossible':
      return undo.instead === undefined
        ? text(`no way back: ${undo.because.en}`, `无法回退：${undo.because.zh}`)
        : text(
            `no way back: ${undo.because.en}; instead: ${undo.instead.en}`,
            `无法回退：${undo.because.zh}；替代办法：${undo.instead.zh}`,
          );
    case 'nothing':
      return text(`nothing to take back: ${undo.because.en}`, `无需回退：${undo.because.zh}`);
    default:
      return never(undo);
  }
};
