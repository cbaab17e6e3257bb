import type {Plan, Step} from '../../model/plan.ts';
import {type Line, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

/** Whether what is asked for can be taken back, and where that can be read. */
export const undoLines = (
  {direction}: Plan,
  steps: readonly Step[],
  key: string,
  pen: Pen,
  width: number,
): Line[] => {
  if (direction === 'back') return wrapped(pen.t(messages.isWayBack), width);
  const stuck = steps.find(({undo}) => undo.kind === 'impossible');
  if (stuck === undefined || stuck.undo.kind !== 'impossible')
    return wrapped(pen.t(messages.canUndo(key)), width);
  return wrapped(pen.t(messages.noWayBack(stuck.title, stuck.undo.because)), width, 'warn');
};
