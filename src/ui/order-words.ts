import {formatDuration} from '../lib/duration.ts';
import {type Text, text} from '../model/text.ts';

/** In which order the nodes of a phase go, and how far they have come. */
export const orderWords = {
  inOrder: text('in this order', '按此顺序'),
  atOnce: text('all at once', '同时进行'),
  stepsDone: (n: number, all: number) => text(`${n} of ${all} steps`, `已完成 ${n}/${all} 步`),
  askedOrder: (ranks: string) =>
    text(`asked from the live cluster before each node: ${ranks}`, `每个节点之前都向在线集群询问：${ranks}`),
  lastRank: (rank: string, clock: string) =>
    text(` ${rank} (last seen ${clock})`, ` ${rank}（${clock} 所见）`),
  noRankNow: ({en, zh}: Text, n: number, first: string, withinMs: number) => {
    const limit = formatDuration(withinMs);
    return text(
      `${en} ${n === 1 ? 'does not say now what it is' : 'do not say now what they are'}: lakeup waits for that, up to ${limit}, unless one of the rest is ${first}; after that the run is held`,
      `${zh} 目前没有给出角色：除非其余节点中有 ${first}，否则 lakeup 会等待其给出角色，最长 ${limit}，之后暂停`,
    );
  },
} as const;
