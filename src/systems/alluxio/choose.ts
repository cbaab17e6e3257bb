import type {Survey} from '../../model/survey.ts';
import type {Choice} from '../../model/system.ts';
import {type Text, text} from '../../model/text.ts';
import {surveyed, told, valuesOf} from '../../recipe/preflight.ts';
import {type Alluxio, nodesOf} from './fields.ts';
import {type JournalType, wayOf} from './pairs.ts';
import {JOURNAL_FOLDER, JOURNAL_TYPE} from './properties.ts';
import {journalOf, newJournalOf} from './scripts/journal.ts';
import {surveyOfServers} from './servers.ts';
import {journalTypeOf, newJournalType} from './upgrade/journal.ts';
import {inPlace, restore} from './upgrade/procedure.ts';

const refused = (because: Text, instead: Text): Choice<Alluxio> => ({kind: 'refused', because, instead});

const severalVersions = (survey: Survey<Alluxio>): Choice<Alluxio> => {
  const seen = told(surveyed(surveyOfServers(survey)), 'version');
  return refused(
    text(`The nodes run several versions: ${seen.en}.`, `节点版本不一致：${seen.zh}。`),
    text(
      'Where `lakeup runs` lists a run of this cluster that has not ended, resume it. Otherwise bring every node to one version first: masters and workers of two versions lose each other’s blocks.',
      '若 `lakeup runs` 列出该集群尚未结束的运行，请恢复它；否则请先统一版本：版本不同的 master 与 worker 会丢失彼此的块。',
    ),
  );
};

const noVersion = refused(
  text('No node says which version it runs.', '没有节点报告自己的版本。'),
  text(
    'Look at the nodes with `lakeup status`, and bring them up first.',
    '请用 `lakeup status` 查看节点，并先让它们恢复正常。',
  ),
);

/** The version of a home is then all that is known: nobody serves anything by it. */
const nobodyRuns = (survey: Survey<Alluxio>): boolean =>
  surveyed(surveyOfServers(survey)).every(({facts}) => facts.process === 'none');

const noProcess = (version: string): Choice<Alluxio> =>
  refused(
    text(
      `No server process runs; what lies in the homes is ${version}.`,
      `没有服务进程在运行；安装目录中的版本是 ${version}。`,
    ),
    text(
      'An upgrade begins with a cluster that serves: bring it up as is said above of what was found, masters first, each only where its journal is known to be whole.',
      '升级须从正在提供服务的集群开始：请按上面的检查结果让它恢复，先启动 master，且仅在确知其日志完整时启动。',
    ),
  );

const noJournal = (survey: Survey<Alluxio>): Choice<Alluxio> => {
  const seen = told(surveyed(survey, 'master'), 'journalType');
  return refused(
    text(
      `The masters do not tell one type of journal: ${seen.en || '-'}.`,
      `master 的日志类型不一致或未知：${seen.zh || '-'}。`,
    ),
    text(
      `Set \`${JOURNAL_TYPE}\` in conf/alluxio-site.properties of every master to what the leader has, and restart the others; \`bin/alluxio getConf --source ${JOURNAL_TYPE}\` tells what is in effect.`,
      `请在每个 master 的 conf/alluxio-site.properties 中把 \`${JOURNAL_TYPE}\` 设为与 leader 相同，并重启其他 master；\`bin/alluxio getConf --source ${JOURNAL_TYPE}\` 会显示生效的值。`,
    ),
  );
};

/** Where a master's journal lies, or is to lie, and cannot be copied or formatted: no directory of its own on this host. */
const placeless = (survey: Survey<Alluxio>): string | undefined =>
  nodesOf(survey.cluster, 'master')
    .flatMap(node => [
      [journalOf(node, survey).journal, survey.facts.get(node.id)?.journalFolder],
      [newJournalOf(node, survey), survey.cluster.settings.conf[JOURNAL_FOLDER]],
    ])
    .filter(([folder]) => folder === '' || folder === '/')
    .map(([, said]) => String(said ?? '-'))[0];

/** Of every master: what is formatted was measured and copied before. */
const formatRefusal = (survey: Survey<Alluxio>, fromJournal: JournalType): Choice<Alluxio> | null => {
  const place = placeless(survey);
  return place === undefined
    ? null
    : refused(
        text(
          `The ${fromJournal} journal lies at ${place}, which is no directory of the masters: it can be neither measured nor copied before it is formatted.`,
          `${fromJournal} 日志位于 ${place}，不是 master 上的目录：格式化之前无法测量，也无法复制。`,
        ),
        text(
          'Back up, format and restore by hand as the manual says; lakeup formats only what it has copied before.',
          '请按手册手工备份、格式化并恢复；lakeup 只格式化已经复制过的日志。',
        ),
      );
};

const CACHES: Readonly<Record<Alluxio['settings']['caches'], Text>> = {
  keep: text('Caches stay in place.', '缓存原地保留。'),
  copy: text(
    'Caches stay in place, and ramdisks are copied to disks besides.',
    '缓存原地保留，并将内存盘另行复制到磁盘。',
  ),
  drop: text('Caches are given up: every tier is formatted.', '放弃缓存：格式化所有缓存层。'),
};

/** By the pair of versions and the type of journal in effect: what a new master can read decides everything. */
export const choose = (survey: Survey<Alluxio>): Choice<Alluxio> => {
  const [from, ...otherVersions] = valuesOf(surveyed(surveyOfServers(survey)), 'version');
  if (from === undefined) return noVersion;
  if (otherVersions.length > 0) return severalVersions(survey);
  if (nobodyRuns(survey)) return noProcess(from);
  const fromJournal = journalTypeOf(survey);
  if (fromJournal === null) return noJournal(survey);
  const to = survey.cluster.settings.version;
  const toJournal = newJournalType(survey, to) ?? fromJournal;
  const way = wayOf({from, to, fromJournal, toJournal});
  if (way.way === 'refused') return refused(way.because, way.instead);
  const caches = CACHES[survey.cluster.settings.caches];
  const says = text(`${way.says.en} ${caches.en}`, `${way.says.zh}${caches.zh}`);
  const rule = {says, source: way.source};
  if (way.way === 'in-place') return {kind: 'procedure', procedure: inPlace, from, to, rule};
  return formatRefusal(survey, fromJournal) ?? {kind: 'procedure', procedure: restore, from, to, rule};
};
