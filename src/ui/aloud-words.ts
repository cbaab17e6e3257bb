import {text} from '../model/text.ts';

/** What is only said to a screen reader. */
export const aloudWords = {
  aloudKeys: text(
    'Keys count as on the screen: ? lists them, Ctrl-L says where it stands.',
    '按键与屏幕上相同：? 列出全部按键，Ctrl-L 说明当前情况。',
  ),
  aloudEarlier: (n: number) => text(`${n} earlier lines are in the log: l`, `更早的 ${n} 行在日志中：l`),
  aloudFilter: text(
    'type what the names have to hold: Enter keeps it, Esc takes it away',
    '请输入节点名包含的文字：Enter 保留，Esc 取消',
  ),
  aloudMore: (n: number) => text(`and ${n} more lines`, `还有 ${n} 行`),
};
