import {formatBytes} from '../lib/bytes.ts';
import {formatDuration} from '../lib/duration.ts';
import type {CopyProgress} from './copy.ts';
import {describeExpected} from './describe-facts.ts';
import {isList} from './facts.ts';
import type {FactsOf} from './given.ts';
import type {Headway} from './headway.ts';
import type {CopyAction, Given} from './plan.ts';
import {plain, type Text, text} from './text.ts';

/** What a copy is told, as it is known by now; what an earlier step has yet to find by that step's name. */
const wordsOf = (value: Given[string], factsOf: FactsOf): Text => {
  const isRef = typeof value === 'object' && 'from' in value;
  const known = isRef ? factsOf(value.from.step)?.[value.from.fact] : value;
  if (known !== undefined) return plain(isList(known) ? known.join(' ') : String(known));
  const {en, zh} = describeExpected(value);
  return text(`(${en})`, zh);
};

const same = (a: Text, b: Text): boolean => a.en === b.en;

/** What is copied from where to where: "copy /b/x.gz from m-3", with the place it goes to where that is another one. */
export const describeCopy = ({from, to}: Pick<CopyAction, 'from' | 'to'>, factsOf: FactsOf): Text => {
  const node = wordsOf(from.node, factsOf);
  const path = wordsOf(from.path, factsOf);
  const place = wordsOf(to, factsOf);
  return same(path, place)
    ? text(`copy ${path.en} from ${node.en}`, `从 ${node.zh} 复制 ${path.zh}`)
    : text(`copy ${path.en} from ${node.en} to ${place.en}`, `从 ${node.zh} 复制 ${path.zh} 到 ${place.zh}`);
};

const STAGES: Readonly<Record<CopyProgress['stage'], Text>> = {
  waiting: text('waits for its turn, other copies go first', '排队等待，其他复制先进行'),
  counting: text('the sender counts its sum', '发送端正在计算校验和'),
  copying: text('on its way', '正在传输'),
  checking: text('whole; its sum is counted here', '已传输完毕，正在本机核对校验和'),
};

/** "on its way: 1.2 GiB of 4.0 GiB (30%)". What is empty is never part of the way. */
const describeProgress = ({stage, bytes, totalBytes, withinMs}: CopyProgress): Text => {
  const {en, zh} = STAGES[stage];
  if (withinMs !== undefined) {
    const limit = formatDuration(withinMs);
    return text(`${en}: ${limit} at most`, `${zh}：最多 ${limit}`);
  }
  if (totalBytes === 0) return STAGES[stage];
  const [now, all] = [formatBytes(bytes), formatBytes(totalBytes)];
  const percent = Math.floor((100 * bytes) / totalBytes);
  return text(`${en}: ${now} of ${all} (${percent}%)`, `${zh}：${now}，共 ${all}（${percent}%）`);
};

/** How far a copy is. */
export const copyHeadway = (progress: CopyProgress): Headway => ({
  stage: progress.stage,
  words: describeProgress(progress),
  done: progress.bytes,
  total: progress.totalBytes === 0 ? null : {amount: progress.totalBytes, bound: 'exact'},
});
