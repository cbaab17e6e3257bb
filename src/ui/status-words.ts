import {type Text, text} from '../model/text.ts';
import type {Status} from '../store/node-status.ts';

/** One word per status. */
export const STATUS_WORDS: Readonly<Record<Status, Text>> = {
  failed: text('failed', '失败'),
  unverified: text('not verified', '验证未通过'),
  skipped: text('skipped', '已跳过'),
  held: text('held', '暂停'),
  down: text('down', '宕机'),
  'left-behind': text('left behind', '因新主退出'),
  unknown: text('unknown', '未知'),
  out: text('out of service', '停服'),
  'not-serving': text('not serving', '未提供服务'),
  degraded: text('degraded', '降级'),
  starting: text('starting', '启动中'),
  asking: text('asks you', '等你'),
  working: text('working', '进行中'),
  stale: text('stale', '过时'),
  waiting: text('waiting', '等待'),
  ok: text('ok', '正常'),
  upgraded: text('upgraded', '已升级'),
  'taken-back': text('taken back', '已撤销'),
  verified: text('verified', '已验证'),
};

/** The words of those that are too long for the least of the grid's cells. */
export const SHORT_STATUS_WORDS: Readonly<Partial<Record<Status, Text>>> = {
  unverified: text('not ok', '未通过'),
  'not-serving': text('unusable', '不可用'),
  'left-behind': text('down', '宕机'),
};
