import {compareVersions, sameMinor} from '../../../lib/version.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../../../model/text.ts';
import {block, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {oneOlder, outOfTurn, partOf, unfinishedRun, type Versioned, versioned} from '../adopt.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {ORDER} from '../upgrade/names.ts';

const names = (entries: readonly Versioned[]): string => entries.map(({node}) => node.id).join(' ');

/** Which nodes run what, the newest first: "3.1.2: ms-1 ms-2; 3.0.6: fe-1". */
const byVersion = (entries: readonly Versioned[]): Text => {
  const groups = [...Map.groupBy(entries, ({version}) => version)].toSorted(([a], [b]) =>
    compareVersions(b, a),
  );
  return joinTexts(
    groups.map(([version, group]) => text(`${version}: ${names(group)}`, `${version}：${names(group)}`)),
    SEMICOLON,
  );
};

const FE_ORDER = ['observer', 'follower', 'master'];
type Entry = Pick<Versioned, 'node' | 'facts'>;

/** Whoever is not done, whether it told its version or not. */
const leftOf = (survey: Survey<Doris>): readonly Entry[] => {
  const done = new Set(partOf(survey).done.map(({node}) => node.id));
  return surveyed(survey).filter(({node}) => !done.has(node.id));
};

const rank = ({node, facts}: Entry): number =>
  ORDER.indexOf(node.fields.role) * 10 + Math.max(0, FE_ORDER.indexOf(String(facts.fe ?? '')));

/** The guide's order: roles one after the other, observers before followers, the master last. */
const inOrder = (left: readonly Entry[]): Text => {
  const ordered = left.toSorted((a, b) => rank(a) - rank(b));
  const [en, zh] = (['en', 'zh'] as const).map(lang =>
    ordered
      .map(({node, facts}) =>
        facts.fe === 'master' ? `${node.id} ${lang === 'en' ? '(the master)' : '（主节点）'}` : node.id,
      )
      .join(lang === 'en' ? ', ' : '、'),
  );
  return text(en ?? '', zh ?? '');
};

/** Domain: beside a new master the old frontends end at its first CREATE DATABASE, and the cure is to upgrade them next. */
const newMaster = (done: readonly Versioned[], left: readonly Versioned[]): Text => {
  const master = done.find(({facts}) => facts.fe === 'master');
  return master === undefined || !left.some(({node}) => node.role === 'fe')
    ? text('', '')
    : text(
        ` Do not wait: ${master.node.id} is the master and runs the new version; frontends of the old one may end when it writes.`,
        `请勿等待：主节点 ${master.node.id} 已是新版本，它写入元数据时旧版本的 FE 可能会退出。`,
      );
};

const wayBack = (done: readonly Versioned[], from: string, to: string): Text =>
  sameMinor(from, to) || !done.some(({node}) => node.role === 'fe')
    ? text(
        ` Or go back: give ${names(done)} the bin and lib of ${from} again, the last one first; lakeup then upgrades all of them.`,
        `也可以退回：按相反的顺序，让 ${names(done)} 恢复 ${from} 的 bin 和 lib；之后由 lakeup 升级全部节点。`,
      )
    : text(
        ` There is no way back: a frontend runs ${to}, and ${from} cannot read what it writes.`,
        `无法退回：已有 FE 运行 ${to}，而 ${from} 无法读取它写入的元数据。`,
      );

/** By hand, where lakeup cannot take on: the guide's order is broken already, and nobody has tried what comes then. */
const byHand = (survey: Survey<Doris>, seen: Text, early: readonly DorisNode[], from: string): Problem => {
  const {done} = partOf(survey);
  const [order, back] = [inOrder(leftOf(survey)), wayBack(done, from, survey.cluster.settings.version)];
  const who = early.map(({id}) => id).join(' ');
  return block(
    text(
      `${seen.en}. ${who}: upgraded before a role that has to go first.`,
      `${seen.zh}。${who}：在应先升级的角色之前就已升级。`,
    ),
    text(
      `lakeup takes on only in the order of the upgrade guide. Finish by hand, one at a time, each seen healthy before the next: ${order.en}.${back.en}`,
      `lakeup 只按升级指南的顺序继续。请手工完成，逐个进行，确认健康后再处理下一个：${order.zh}。${back.zh}`,
    ),
  );
};

const takenOn = (survey: Survey<Doris>, seen: Text, from: string): Problem => {
  const {done, left} = partOf(survey);
  const [order, master, back] = [
    inOrder(leftOf(survey)),
    newMaster(done, left),
    wayBack(done, from, survey.cluster.settings.version),
  ];
  const stamp = unfinishedRun(survey);
  const by =
    stamp === null
      ? text('', '')
      : text(
          ` A run of lakeup’s left its files here (${stamp}): where its journal can be read, \`lakeup resume\` on that machine is the better way, for it knows what it did.`,
          ` lakeup 的一次运行在此留有文件（${stamp}）：若其日志仍可读取，在那台机器上用 \`lakeup resume\` 更好，因为它知道做过什么。`,
        );
  return warn(
    text(`${seen.en}. It was upgraded in part.`, `${seen.zh}。集群只升级了一部分。`),
    text(
      `What is done stays as it is (${names(done)}); lakeup takes on from there: ${order.en}.${by.en}${master.en}${back.en}`,
      `已完成的保持不变（${names(done)}）；lakeup 从那里继续：${order.zh}。${by.zh}${master.zh}${back.zh}`,
    ),
  );
};

const mixedProblem = (survey: Survey<Doris>): Problem => {
  const {version: to} = survey.cluster.settings;
  const part = partOf(survey);
  const seen = byVersion(versioned(survey));
  const from = oneOlder(part, to);
  if (from === null || part.done.length === 0) {
    // Where some run it, it is the version that is meant.
    const other =
      part.done.length > 0
        ? text('', '')
        : text(' Or correct `version`, where another one is meant.', '若本意是其他版本，请更正 `version`。');
    return block(
      seen,
      text(
        `An upgrade begins at one version older than ${to} on every node. Bring them to one by hand, in the order of the upgrade guide, then look again.${other.en}`,
        `升级须从所有节点都相同且低于 ${to} 的版本开始。请按升级指南的顺序手工统一版本，然后重新查看。${other.zh}`,
      ),
    );
  }
  const early = outOfTurn(survey);
  return early.length > 0 ? byHand(survey, seen, early, from) : takenOn(survey, seen, from);
};

/** Where an upgrade can begin: every node runs one version, or it was upgraded in part, in order. Whether a way leads on from there is the choice's. */
export const VERSION_CHECKS: readonly Preflight<Doris>[] = [
  wholeCluster<Doris>('one-version', text('All nodes run one version', '所有节点版本相同'), survey => {
    const versions = new Set(versioned(survey).map(({version}) => version));
    return versions.size <= 1 ? [] : [mixedProblem(survey)];
  }),
];
