import {compareVersions} from '../../lib/version.ts';
import {type Fact, type Facts, listOf, sameFact} from '../../model/facts.ts';
import type {Survey} from '../../model/survey.ts';
import {type Text, text} from '../../model/text.ts';
import {oneOlder, partOf, versionOf} from './adopt.ts';
import type {Doris, DorisNode, RoleName} from './fields.ts';
import {PARTS, type PartName} from './parse/cut.ts';
import {backupName} from './parse/tree.ts';
import {javaHomeOf} from './probes/survey.ts';
import {KEPT_ENV} from './scripts/start.ts';
import {ORDER} from './upgrade/names.ts';

// A node that is down in the middle of an upgrade whose journal nobody has: whether it is taken on from there, and how it was
// started. Every condition is something that was seen; what is not known is never guessed, and then a person goes on by hand.

type Entry = {readonly node: DorisNode; readonly facts: Facts};

const entriesOf = ({cluster, facts}: Survey<Doris>): readonly Entry[] =>
  cluster.nodes.flatMap(node => {
    const found = facts.get(node.id);
    return found === undefined ? [] : [{node, facts: found}];
  });

const isCutOff = ({facts}: Entry): boolean => facts['cut.stamp'] !== undefined;

/** MetaService and Recycler are one program, started by one script: the first tells of the environment of the second. */
const kin = (role: RoleName): readonly RoleName[] => (role === 'recycler' ? ['recycler', 'ms'] : [role]);

/** What all of these have of a fact; null where they differ, or there is nobody to ask. */
const agreed = (running: readonly Entry[], name: string): {readonly value: Fact | undefined} | null => {
  const [first, ...others] = running;
  if (first === undefined) return null;
  const value = first.facts[name];
  const isSame = ({facts}: Entry): boolean => {
    const other = facts[name];
    return value === undefined || other === undefined ? value === other : sameFact(value, other);
  };
  return others.every(isSame) ? {value} : null;
};

type StartedAs = {readonly facts: Facts} | {readonly unknown: readonly string[]};

/** Who runs of its role: those that the upgrade has not started anew, where there are any, for a login adds to what it starts. */
const witnesses = ({node}: Entry, survey: Survey<Doris>): readonly Entry[] => {
  const running = entriesOf(survey).filter(
    ({node: other, facts}) =>
      kin(node.fields.role).includes(other.fields.role) && facts.process === 'running',
  );
  const untouched = running.filter(({facts}) => versionOf(facts) !== survey.cluster.settings.version);
  return untouched.length > 0 ? untouched : running;
};

/**
 * What a node that is down was started with, as facts, by what all its witnesses were started with; or what of it is not known. A
 * Recycler of its own has one flag; what the inventory sets needs no witness. Of open files the most that one has.
 */
const startedAs = (entry: Entry, survey: Survey<Doris>): StartedAs => {
  const {node} = entry;
  const running = witnesses(entry, survey);
  const wanted = [
    ...(node.fields.role === 'recycler' ? [] : ['flags']),
    ...KEPT_ENV.filter(name => name !== 'JAVA_HOME' || javaHomeOf(node, {}) === null).map(
      name => `env.${name}`,
    ),
  ];
  const found = wanted.map(name => ({name, agreed: agreed(running, name)}));
  const unknown = found.flatMap(({name, agreed: value}) =>
    value === null ? [name.replace('env.', '')] : [],
  );
  if (unknown.length > 0) return {unknown: running.length === 0 ? [] : unknown};
  const most = running.flatMap(({facts}) => (typeof facts.nofile === 'number' ? [facts.nofile] : []));
  return {
    facts: {
      ...Object.fromEntries(
        found.flatMap(({name, agreed: value}) => (value?.value === undefined ? [] : [[name, value.value]])),
      ),
      ...(most.length === 0 ? {} : {nofile: Math.max(...most)}),
    },
  };
};

const unknownStart = ({node}: Entry, names: readonly string[]): Text =>
  names.length === 0
    ? text(
        `no other node of its role runs, so nobody knows what it was started with`,
        '同角色没有其他节点在运行，无从得知它原来的启动方式',
      )
    : text(
        `the running nodes of its role differ in ${names.join(', ')}, so nobody knows what ${node.id} was started with`,
        `同角色运行中的节点在 ${names.join('、')} 上不一致，无从得知 ${node.id} 原来的启动方式`,
      );

/** Of bin and lib, what is the package's while nothing is kept of the old one. */
export const newAlone = (facts: Facts): readonly PartName[] =>
  PARTS.filter(part => listOf(facts, 'cut.newAlone').includes(part));

/** Those of them that lie in the stage too. */
export const newTwice = (facts: Facts): readonly PartName[] =>
  PARTS.filter(part => listOf(facts, 'cut.newTwice').includes(part));

/** Why its files are not known to be what they have to be; null where they are. */
const unclearFiles = ({facts}: Entry, survey: Survey<Doris>): Text | null => {
  const odd = PARTS.filter(part => facts[`cut.${part}`] === 'unclear');
  if (odd.length > 0)
    return text(
      `nobody knows whether the old one or the package’s lies in the place of ${odd.join(' and ')}`,
      `无法认定 ${odd.join(' 和 ')} 处的内容是旧的还是升级包的`,
    );
  const alone = newAlone(facts);
  if (alone.length > 0) {
    const missing = alone.map(part => backupName(part, String(facts['cut.stamp']))).join(', ');
    const are = alone.length === 1 ? 'is' : 'are';
    return text(
      `the files of ${alone.join(' and ')} are the package’s by name and size, and nothing is kept of the old ones: ${missing} ${are} missing`,
      `${alone.join(' 和 ')} 处的文件按名称和大小是升级包的，而旧的没有保留：缺少 ${missing}`,
    );
  }
  const stage = facts['cut.stage'];
  if (stage !== 'none' && stage !== 'whole')
    return text('its copy of the new files is not whole', '其新文件的副本不完整');
  const {version} = survey.cluster.settings;
  const old = facts['cut.version'];
  if (typeof old !== 'string')
    return text('its old files do not say which version they are', '其旧文件没有报告版本');
  const part = partOf(survey);
  if (compareVersions(old, version) >= 0 || oneOlder(part, version) === null) {
    const others = [...new Set(part.left.map(each => each.version))].join(', ');
    return text(
      `its old files are ${old}, and an upgrade begins at one version older than ${version} (left: ${others})`,
      `其旧文件为 ${old}，而升级须从同一个低于 ${version} 的版本开始（未升级的：${others}）`,
    );
  }
  return null;
};

const rankOf = ({node}: Entry): number => ORDER.indexOf(node.fields.role);

/** Why it cannot go first of all that is left; null where it can. */
const notFirst = (entry: Entry, survey: Survey<Doris>): Text | null => {
  const all = entriesOf(survey);
  const more = all.filter(other => isCutOff(other) && other.node !== entry.node);
  if (more.length > 0) {
    const names = more.map(({node}) => node.id);
    return text(
      `${names.join(', ')}: down in the middle of an upgrade too`,
      `${names.join('、')}：也停在升级中途`,
    );
  }
  const upgraded = new Set(partOf(survey).done.map(({node}) => node.id));
  const before = all.find(other => !upgraded.has(other.node.id) && rankOf(other) < rankOf(entry));
  return before === undefined
    ? null
    : text(
        `${before.node.id} has to be upgraded before it, and was not`,
        `${before.node.id} 应先于它升级，却尚未升级`,
      );
};

/** How a node that was cut off in an upgrade stands: it is taken on, with what it was started with, or a person goes on, and why. */
export type CutOff =
  | {readonly kind: 'taken on'; readonly node: DorisNode; readonly started: Facts}
  | {readonly kind: 'by hand'; readonly node: DorisNode; readonly because: Text};

/** What it is in the group decides for the others whether there is a majority without them. */
const unknownRole = ({node, facts}: Entry): Text | null =>
  node.role === 'fe' && typeof facts.fe !== 'string'
    ? text('no other frontend says what it is in the group', '没有其他 FE 说明它在集群中的角色')
    : null;

/** As whom a node runs is told by its process; of one that is gone, by whose its home is. */
const unknownUser = ({facts}: Entry): Text | null =>
  facts.homeOwner === facts.login
    ? null
    : text(
        'its home is not the login’s, so nobody knows as whom it ran',
        '其安装目录不属于登录用户，无从得知它以哪个用户运行',
      );

const standing = (entry: Entry, survey: Survey<Doris>): CutOff => {
  const {node} = entry;
  const because =
    unclearFiles(entry, survey) ?? notFirst(entry, survey) ?? unknownRole(entry) ?? unknownUser(entry);
  if (because !== null) return {kind: 'by hand', node, because};
  const started = startedAs(entry, survey);
  return 'unknown' in started
    ? {kind: 'by hand', node, because: unknownStart(entry, started.unknown)}
    : {kind: 'taken on', node, started: started.facts};
};

const known = new WeakMap<Survey<Doris>['facts'], readonly CutOff[]>();

/** Every node that a survey found down in the middle of an upgrade. */
export const cutOff = (survey: Survey<Doris>): readonly CutOff[] => {
  const found =
    known.get(survey.facts) ??
    entriesOf(survey)
      .filter(isCutOff)
      .map(entry => standing(entry, survey));
  known.set(survey.facts, found);
  return found;
};

export const cutOffOf = (node: DorisNode, survey: Survey<Doris>): CutOff | null =>
  cutOff(survey).find(({node: {id}}) => id === node.id) ?? null;

/** Nodes that are taken on in the middle; nobody of them serves when the plan begins. */
export const takenOn = (survey: Survey<Doris>): readonly DorisNode[] =>
  cutOff(survey).flatMap(({kind, node}) => (kind === 'taken on' ? [node] : []));

export const isTakenOn = (node: DorisNode, survey: Survey<Doris>): boolean =>
  cutOffOf(node, survey)?.kind === 'taken on';
