import {formatCount} from '../../lib/bytes.ts';
import {never} from '../../lib/never.ts';
import type {Facts} from '../../model/facts.ts';
import type {FactsOf} from '../../model/given.ts';
import type {Headway} from '../../model/headway.ts';
import type {Step} from '../../model/plan.ts';
import {type Text, text} from '../../model/text.ts';
import {parseBackupProgress} from './parse/backup-progress.ts';
import {stepAt} from './upgrade/names.ts';

type Total = NonNullable<Headway['total']>;

const numberOf = (facts: Facts, name: string): number | null => {
  const fact = facts[name];
  return typeof fact === 'number' ? fact : null;
};

/**
 * How many entries a backup will have, by what was counted before: one of each path and of each block, and some of the masters'
 * own (recorded: 22 of 7 paths and 12 blocks). Where blocks are not told, as many as the last backup had, and at least one
 * of each path.
 */
export const entriesExpected = (counted: Facts): Total | null => {
  const [paths, blocks, last] = ['paths', 'uniqueBlocks', 'lastBackup'].map(name => numberOf(counted, name));
  if (paths != null && blocks != null) return {amount: paths + blocks, bound: 'about'};
  if (last != null && last >= (paths ?? 0)) return {amount: last, bound: 'about'};
  return paths == null ? null : {amount: paths, bound: 'atLeast'};
};

const runningWords = (entries: number, total: Total | null): Text => {
  const done = formatCount(entries);
  if (total === null) return text(`running: ${done} entries`, `进行中：${done} 条`);
  const all = formatCount(total.amount);
  if (total.bound === 'atLeast')
    return text(`running: ${done} of at least ${all} entries`, `进行中：${done} 条，共至少 ${all} 条`);
  const percent = Math.floor((100 * entries) / total.amount);
  return text(
    `running: ${done} of ~${all} entries (${percent}%)`,
    `进行中：${done} 条，共约 ${all} 条（${percent}%）`,
  );
};

const backupHeadway = (line: string, counted: Facts): Headway | null => {
  const progress = parseBackupProgress(line);
  if (progress === null) return null;
  const uncounted = (words: Text): Headway => ({stage: progress.state, words, done: null, total: null});
  switch (progress.state) {
    case 'initiating':
      return uncounted(text('initiating', '正在初始化'));
    case 'transitioning':
      return uncounted(text('transitioning', '正在切换状态'));
    case 'waiting':
      return uncounted(text('it waits for the masters', '正在等待 master'));
    case 'running': {
      const {entries} = progress;
      const expected = entriesExpected(counted);
      // What was expected is no total of more than that.
      const total = expected !== null && entries <= expected.amount ? expected : null;
      return {stage: progress.state, words: runningWords(entries, total), done: entries, total};
    }
    default:
      return never(progress);
  }
};

/** What the product's own commands say while they are at it. */
export const alluxioHeadway = ({name, node}: Step, line: string, factsOf: FactsOf): Headway | null =>
  name === 'backup' ? backupHeadway(line, factsOf(stepAt('backup', 'mark', {id: node})) ?? {}) : null;
