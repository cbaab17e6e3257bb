import {type Facts, listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, eachNode, type Problem, warn} from '../../../recipe/finding.ts';
import type {ServerNode, Servers} from '../fields.ts';

/** Whether the run itself sees to it that every file is in the under store before a worker stops. */
const WAY_ON = text(
  'Write `persist: true`: every file is persisted and looked for before anything stops, and then nothing but cached copies can be lost.',
  '请写 `persist: true`：停止之前会持久化并核实每个文件，这样最多只会失去缓存的副本。',
);

const GIVE_UP = text(
  'Or write `caches: drop`: nothing is promised of the cache then, and the question before the stop shows how many files only workers hold.',
  '或写 `caches: drop`：此时不对缓存作任何保证，停止前的确认会显示有多少文件只存在于 worker 上。',
);

const both = (one: Text, other: Text): Text => text(`${one.en} ${other.en}`, `${one.zh}${other.zh}`);

/** What would be formatted is not what was measured for the question, and the script would refuse with the masters up again. */
const notFormatted = (seen: Text): Problem =>
  block(
    both(seen, text(': what would be formatted cannot be measured', '：无法测量将被格式化的内容')),
    text(
      'Take `caches: drop` out of the inventory, and write `persist: true`.',
      '请从清单中删除 `caches: drop`，并写 `persist: true`。',
    ),
  );

/**
 * Of a store that cannot be counted, as many blocks as before are as many as none. Where the run persists every file, only
 * the time is lost that it takes to cache again; what it is to give up it does not prove.
 */
const uncounted = (
  facts: Facts,
  {fields}: ServerNode,
  {persist, caches}: Servers['settings'],
): Problem | null => {
  const where = listOf(facts, 'uncounted');
  if (fields.role !== 'worker' || where.length === 0) return null;
  const pages = facts.pages === true;
  const seen = pages
    ? text(
        `it caches pages and no blocks, which lakeup cannot count: ${where.join(' ')}`,
        `其缓存为页而非块，lakeup 无法清点：${where.join(' ')}`,
      )
    : text(
        `lakeup cannot count the blocks that lie where its configuration says: ${where.join(' ')}`,
        `lakeup 无法清点其配置所指位置的块：${where.join(' ')}`,
      );
  if (caches === 'drop')
    return pages
      ? warn(
          seen,
          text(
            'lakeup does not remove them: the worker starts with what is there. That none is lost, and that none stays, is not proved.',
            'lakeup 不会移除它们：worker 以现有内容启动。既不证明没有丢失，也不证明没有残留。',
          ),
        )
      : notFormatted(seen);
  if (persist)
    return warn(
      seen,
      text(
        'Whether they are there afterwards is not proved. Every file is persisted before anything stops: what is lost here is read from the under store again.',
        '事后它们是否仍在得不到证明。停止之前每个文件都会被持久化：此处丢失的内容会重新从底层存储读取。',
      ),
    );
  return block(seen, pages ? both(WAY_ON, GIVE_UP) : WAY_ON);
};

/** Whether what lies in the tiers can be seen to be kept. */
export const TIER_CHECKS: readonly Preflight<Servers>[] = [
  eachNode<Servers>(
    'tiers-counted',
    text('The blocks of each worker can be counted', '每个 worker 的缓存块均可清点'),
    (facts, node, {cluster}) => uncounted(facts, node, cluster.settings),
  ),
];
