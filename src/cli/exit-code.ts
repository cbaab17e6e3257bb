import {type Text, text} from '../model/text.ts';

/** What the exit code of every command says; the help prints this table. */
export const EXIT = {
  verified: 0,
  failed: 1,
  usage: 2,
  held: 3,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_WORDS: readonly (readonly [ExitCode, Text])[] = [
  [
    EXIT.verified,
    text('every node was verified, or there was nothing to do', '所有节点均已验证，或无事可做'),
  ],
  [
    EXIT.failed,
    text(
      'a node is not healthy, a need is not met, or lakeup itself failed',
      '有节点不健康、缺少所需条件，或 lakeup 自身出错',
    ),
  ],
  [
    EXIT.usage,
    text(
      'wrong usage or input, or preflight said no: nothing was changed',
      '用法或输入有误，或预检不通过：未做任何改动',
    ),
  ],
  [
    EXIT.held,
    text('left while held or waiting: lakeup resume goes on', '在暂停或等待时离开：可用 lakeup resume 继续'),
  ],
  [EXIT.hungUp, text('ended by SIGHUP, such as a closed terminal', '被 SIGHUP 终止，如终端被关闭')],
  [
    EXIT.interrupted,
    text('ended by SIGINT, such as Ctrl-C outside the screen', '被 SIGINT 终止，如在界面之外按 Ctrl-C'),
  ],
  [EXIT.terminated, text('ended by SIGTERM', '被 SIGTERM 终止')],
];
