import type {Survey} from '../../../src/model/survey.ts';
import type {Choice} from '../../../src/model/system.ts';
import {type Text, text} from '../../../src/model/text.ts';
import {surveyed, valuesOf} from '../../../src/recipe/preflight.ts';
import type {Alluxio} from './fields.ts';
import {backupFormatRestore} from './procedure.ts';

/** Below 0 when `a` is older than `b`, above 0 when newer. */
const compare = (a: string, b: string): number => {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const i = left.findIndex((part, at) => part !== right[at]);
  return i === -1 ? 0 : (left[i] ?? 0) - (right[i] ?? 0);
};

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

const refused = (because: Text, instead: Text): Choice<Alluxio> => ({kind: 'refused', because, instead});

const NO_VERSION = refused(
  text('No master says which version it runs.', '没有 master 报告自己的版本。'),
  text('Bring the masters up first, all at one version.', '请先让所有 master 以同一版本运行。'),
);

/** By the pair of versions and the kind of the journal: what a new master can read decides everything. */
export const choose = (survey: Survey<Alluxio>): Choice<Alluxio> => {
  const masters = surveyed(survey, 'master');
  const [from, ...otherVersions] = valuesOf(masters, 'version');
  const [journal = '', ...otherJournals] = valuesOf(masters, 'journalType');
  const to = survey.cluster.settings.version;
  if (from === undefined || otherVersions.length > 0) return NO_VERSION;
  if (compare(to, from) <= 0)
    return refused(
      text(`${to} is not newer than ${from}, which runs.`, `${to} 并不比正在运行的 ${from} 更新。`),
      text(
        'A run that is not finished can be taken back; an older version reads no newer journal.',
        '可以回退尚未完成的运行；旧版本无法读取较新的日志。',
      ),
    );
  if (minorOf(from) === minorOf(to))
    return refused(
      text(
        `${from} to ${to} is one minor version: nothing has to be formatted, and no other way is planned yet.`,
        `${from} 到 ${to} 属于同一次要版本：无需格式化，而其他方式尚未规划。`,
      ),
      text(
        'Stop the cluster, exchange the files and start it, as the manual says.',
        '请按手册停止集群、替换文件并启动。',
      ),
    );
  if (journal !== 'EMBEDDED' || otherJournals.length > 0)
    return refused(
      text(
        `The journal is ${[journal, ...otherJournals].join(', ') || 'unknown'}; only the embedded one, of which each master has its own, is planned.`,
        `日志类型为 ${[journal, ...otherJournals].join('、') || '未知'}；目前只规划了每个 master 各有一份的内嵌日志。`,
      ),
      text(
        'Set `alluxio.master.journal.type` alike on every master; a journal on UFS is copied once, by hand.',
        '请在所有 master 上统一设置 `alluxio.master.journal.type`；UFS 日志需手工复制一次。',
      ),
    );
  return {
    kind: 'procedure',
    procedure: backupFormatRestore,
    from,
    to,
    rule: {
      says: text(
        `${from} to ${to}, another minor version on embedded journals: back up, format, restore, with caches kept.`,
        `${from} 到 ${to}，跨次要版本且使用内嵌日志：备份、格式化、恢复，并保留缓存。`,
      ),
      source: text('Alluxio documentation, Administration, Upgrading', 'Alluxio 文档，管理，升级'),
    },
  };
};
