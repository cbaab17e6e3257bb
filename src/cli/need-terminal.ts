import {text} from '../model/text.ts';
import {type Context, hasTerminal} from './outside.ts';
import {UserError} from './user-error.ts';

/** Confirmations are given by a person at a terminal: without one nothing is begun. */
export const needTerminal = (context: Context, autopilot: boolean): void => {
  if (autopilot || (hasTerminal(context.outside) && !context.common.plain && !context.common.json)) return;
  throw new UserError(
    text(
      'every phase is confirmed by a key press, and there is no terminal to press it on',
      '每个阶段都需要按键确认，而这里没有终端',
    ),
    text(
      'run it in a terminal, without --plain and --json (over ssh: `ssh -t`); `lakeup status` needs none',
      '请在终端中运行，且不带 --plain 和 --json（经 ssh 时用 `ssh -t`）；`lakeup status` 不需要终端',
    ),
  );
};
