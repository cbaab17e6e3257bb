import {compareVersions, sameMinor} from '../../lib/version.ts';
import type {Survey} from '../../model/survey.ts';
import type {Choice} from '../../model/system.ts';
import {text} from '../../model/text.ts';
import {partOf, versioned} from './adopt.ts';
import {takenOn} from './cut.ts';
import type {Doris} from './fields.ts';
import {upgrade} from './upgrade/procedure.ts';

/** The version the nodes run; the oldest where they differ, and null where none told one. */
const runningVersion = (survey: Survey<Doris>): string | null =>
  versioned(survey)
    .map(({version}) => version)
    .toSorted(compareVersions)[0] ?? null;

/** The rolling upgrade of a compute-storage decoupled cluster: the one way there is, and only to a newer version. */
export const choose = (survey: Survey<Doris>): Choice<Doris> => {
  const from = runningVersion(survey);
  const to = survey.cluster.settings.version;
  if (from === null)
    return {
      kind: 'refused',
      because: text('No node says which version it runs.', '没有节点报告自己的版本。'),
      instead: text(
        'Look at the nodes with `lakeup status`, and bring them up first.',
        '请用 `lakeup status` 查看节点，并先让它们恢复正常。',
      ),
    };
  const order = compareVersions(to, from);
  if (order < 0)
    return {
      kind: 'refused',
      because: text(
        `${to} is older than ${from}, which runs. Across minor versions a frontend cannot read newer metadata.`,
        `${to} 比正在运行的 ${from} 更旧。跨次要版本时，FE 无法读取较新的元数据。`,
      ),
      instead: text(
        'Set up a new cluster of that version and restore a backup.',
        '请新建该版本的集群并恢复备份。',
      ),
    };
  if (order === 0)
    return {
      kind: 'refused',
      because: text(`The cluster runs ${to} already.`, `集群已经在运行 ${to}。`),
      instead: text(
        'There is nothing to upgrade; write another `version` if that was not meant.',
        '无需升级；若并非本意，请改写 `version`。',
      ),
    };
  const {done} = partOf(survey);
  const out = takenOn(survey).map(({id}) => id);
  const left =
    done.length === 0
      ? text('', '')
      : text(
          ` Taken on: ${done.length} of ${survey.cluster.nodes.length} nodes run ${to} already, and are left as they are.`,
          `从中途继续：${survey.cluster.nodes.length} 个节点中已有 ${done.length} 个运行 ${to}，保持不变。`,
        );
  const first =
    out.length === 0
      ? text('', '')
      : text(
          ` ${out.join(', ')}: down in the middle of an upgrade, and goes first.`,
          `${out.join('、')} 停在升级中途，最先处理。`,
        );
  const [before, after] = [from, to].map(version => version.split('.')[0]);
  const other =
    before === after
      ? text('another minor version', '跨次要版本')
      : text('another major version', '跨主要版本');
  const says = sameMinor(from, to)
    ? text(
        `${from} to ${to}, one minor version: rolling, MetaService, Recycler, backends, then frontends with the master last. Every step can be taken back.`,
        `${from} 到 ${to}，同一次要版本：滚动升级，依次为 MetaService、Recycler、BE，最后是 FE（主 FE 最后）。每一步都可以回退。`,
      )
    : text(
        `${from} to ${to}, ${other.en}: rolling, MetaService, Recycler, backends, then frontends with the master last. Once the first frontend has started there is no way back.`,
        `${from} 到 ${to}，${other.zh}：滚动升级，依次为 MetaService、Recycler、BE，最后是 FE（主 FE 最后）。第一个 FE 启动之后无法回退。`,
      );
  return {
    kind: 'procedure',
    procedure: upgrade,
    from,
    to,
    ...(out.length === 0 ? {} : {out}),
    rule: {
      says: text(says.en + left.en + first.en, says.zh + left.zh + first.zh),
      source: text(
        'Apache Doris documentation, Compute-Storage Decoupled Cluster Upgrade Guide (Rolling Upgrade)',
        'Apache Doris 文档，存算分离集群升级指南（滚动升级）',
      ),
    },
  };
};
