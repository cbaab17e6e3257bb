import type {LeaseSeen} from '../host/lease.ts';
import {formatDuration} from '../lib/duration.ts';
import type {LeasePlace} from '../model/lease.ts';
import {type Text, text} from '../model/text.ts';

const ago = (seconds: number | null): Text => {
  if (seconds === null) return text('a time that its clock does not tell', '其时钟无法说明的时间');
  const span = formatDuration(seconds * 1_000);
  return text(`${span}`, span);
};

/** Whose lease it is, from where, since when, and when its run was last heard of, by the clock of the host it lies on. */
export const describeLease = ({host, at}: LeasePlace, seen: LeaseSeen): Text => {
  const {state, run, owner, reason, sinceS, silentS, top} = seen;
  const [since, silent] = [ago(sinceS), ago(silentS)];
  switch (state) {
    case 'held':
      return text(
        `${host}: run ${run} of ${owner} (${reason}) has the lease, since ${since.en}; last heard of ${silent.en} ago`,
        `${host}：租约由 ${owner} 的运行 ${run}（${reason}）持有，已 ${since.zh}；最近一次心跳在 ${silent.zh} 之前`,
      );
    case 'free':
      return text(
        `${host}: nobody has the lease, since ${since.en}; the last to change something there was run ${run} of ${owner}`,
        `${host}：租约已有 ${since.zh} 无人持有；最后改动此处的是 ${owner} 的运行 ${run}`,
      );
    case 'none':
      return text(
        `${host}: there is no lease in ${at} any more; somebody has removed it`,
        `${host}：${at} 处已没有租约，有人删除了它`,
      );
    case 'unreadable':
      return text(
        `${host}: lease number ${top} of ${at} does not say whose it is, or may not be read by this user`,
        `${host}：${at} 的租约 ${top} 未说明归谁所有，或此用户无权读取`,
      );
  }
};
