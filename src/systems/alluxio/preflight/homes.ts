import {quote} from '../../../lib/sh.ts';
import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, type Problem, shown} from '../../../recipe/finding.ts';
import {leftBehind} from '../../../recipe/preflight.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {javaProblem} from './java.ts';
import {wellness} from './unwell.ts';

type Settings = Servers['settings'];

const packageProblem = (facts: Facts, {package: path, version: wanted}: Settings): Problem | null => {
  if (facts.package === 'none')
    return block(
      text(`${path} is not there`, `${path} 不存在`),
      text(
        'Put the tarball, or the directory it was unpacked to, there on this host.',
        '请在该主机上放入安装包（tar.gz）或其解压后的目录。',
      ),
    );
  if (facts.package === 'other')
    return block(
      text(
        `${path} is neither a directory nor a tarball that can be read`,
        `${path} 既不是目录，也不是可读的安装包`,
      ),
      text(
        'Download it again, and compare its checksum with the published one; its name ends in .tar.gz or .tgz.',
        '请重新下载并与发布的校验和比对；其名称应以 .tar.gz 或 .tgz 结尾。',
      ),
    );
  if (facts.packageVersion === undefined)
    return block(
      text(
        `${path} holds no libexec/alluxio-config.sh that tells its version`,
        `${path} 中没有标明版本的 libexec/alluxio-config.sh`,
      ),
      text(
        'Use a whole release: a tarball with one folder in it, or that folder.',
        '请使用完整的发行包：仅含一个顶层目录的安装包，或该目录。',
      ),
    );
  const found = shown(facts, 'packageVersion').en;
  if (found === wanted) return null;
  return block(
    text(
      `${path} is ${found}, settings.version is ${wanted}`,
      `${path} 的版本是 ${found}，而 settings.version 是 ${wanted}`,
    ),
    text('Put the right package there, or correct `version`.', '放入正确的安装包，或更正 `version`。'),
  );
};

/** A link leads from version to version; a directory changes its name with the new one. Nothing else is exchanged. */
const homeProblem = (facts: Facts, {home}: ServerNode): Problem | null =>
  facts.homeKind === 'link' || facts.homeKind === 'dir'
    ? null
    : block(
        text(`${home} is ${shown(facts, 'homeKind').en}`, `${home} 为 ${shown(facts, 'homeKind').zh}`),
        text(
          'Write as `home` the directory Alluxio is installed in, or the link that leads to it.',
          '请把 Alluxio 的安装目录或指向它的链接写为 `home`。',
        ),
      );

/** Beside a link the new version lies under its own name: what has that name already is not lakeup's. */
const newPlaceProblem = (facts: Facts, {home}: ServerNode, settings: Settings): Problem | null => {
  if (facts.homeKind !== 'link' || facts.newPlace === undefined || facts.newPlace === 'none') return null;
  const place = `${home}-${settings.version}`;
  // What the home leads to is that version already: the versions say so.
  if (facts.homeReal === place) return null;
  const kind = shown(facts, 'newPlace');
  return block(
    text(`${place} is there already: ${kind.en}`, `${place} 已存在：${kind.zh}`),
    settings.package === place
      ? text(
          'The new version gets this very name, with the configuration of the old one. Move the package elsewhere (`mv` on this host) and write that as `package`, or write the tarball.',
          '新版本将使用该名称，并带上旧版本的配置。请把安装包移到别处（在该主机上 `mv`）并写为 `package`，或直接写 tar 包。',
        )
      : text(
          'Move it away: lakeup puts the new version there, and takes nothing that is not its own.',
          '请将其移走：lakeup 会把新版本放在那里，且不会使用并非由它放置的内容。',
        ),
  );
};

/** What runs of lakeup leave while they are under way; backups stay on purpose. */
const STAGE = /^\.lakeup-\d|\.lakeup-\d[\d_]*(\.part)?$|\.part$/;

/** Checks of one node by its own facts. To add a check, add an entry: name, title, and what is wrong, or null. */
export const HOME_CHECKS: readonly Preflight<Servers>[] = [
  wellness,
  eachNode<Servers>(
    'package',
    text('The package lies ready and is the right one', '安装包已就绪且版本正确'),
    (facts, _node, {cluster}) => packageProblem(facts, cluster.settings),
  ),
  eachNode<Servers>(
    'home',
    text('The home is a directory, or a link to one', '安装目录是目录或指向目录的链接'),
    homeProblem,
  ),
  eachNode<Servers>(
    'new-place',
    text('The new version’s place is free', '新版本的位置未被占用'),
    (facts, node, {cluster}) => newPlaceProblem(facts, node, cluster.settings),
  ),
  eachNode<Servers>(
    'beside',
    text('New files can be put beside the home', '可在安装目录旁写入'),
    (facts, {home}) => {
      const parent = home.slice(0, home.lastIndexOf('/')) || '/';
      const name = shown(facts, 'loginName').en;
      return facts.parentWritable === false
        ? block(
            text(
              `${parent} cannot be written by ${name}, and the new version is put beside ${home}`,
              `${name} 无法写入 ${parent}，而新版本要放在 ${home} 旁`,
            ),
            text(
              `Let the user of the processes write there for the upgrade: \`setfacl -m u:${quote(name)}:rwx ${quote(parent)}\` as root, or \`chown\`.`,
              `升级期间请允许进程所属用户写入：以 root 执行 \`setfacl -m u:${quote(name)}:rwx ${quote(parent)}\`，或用 \`chown\`。`,
            ),
          )
        : null;
    },
  ),
  eachNode<Servers>(
    'java',
    text('The new version’s scripts take the Java that is there', '新版本的脚本接受现有的 Java'),
    (facts, node, {cluster}) => javaProblem(facts, node, cluster.settings.version),
  ),
  eachNode<Servers>(
    'leftovers',
    text('No stage of an earlier run is left', '没有之前运行遗留的暂存目录'),
    (facts, {home}) => {
      const stages = listOf(facts, 'leftovers').filter(name => STAGE.test(name));
      const real = typeof facts.homeReal === 'string' ? facts.homeReal : home;
      // A run's own folder lies in the home, all else beside it.
      const placeOf = (name: string): string =>
        name.startsWith('.lakeup-') ? `${real}/${name}` : `${home.slice(0, home.lastIndexOf('/'))}/${name}`;
      return stages.length === 0 ? null : leftBehind(stages, placeOf);
    },
  ),
];
