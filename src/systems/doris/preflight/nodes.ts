import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {both, plain, text} from '../../../model/text.ts';
import {block, eachNode, numberOf, type Problem, shown, warn} from '../../../recipe/finding.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';
import {compareVersions} from '../version.ts';

const packageProblem = (facts: Facts, node: DorisNode, wanted: string): Problem | null => {
  const {package: path} = node.fields;
  if (facts.packageBin !== 'dir' || facts.packageLib !== 'dir') {
    const [bin, lib] = [shown(facts, 'packageBin'), shown(facts, 'packageLib')];
    return block(
      text(`${path}: bin is ${bin.en}, lib is ${lib.en}`, `${path}：bin 为 ${bin.zh}，lib 为 ${lib.zh}`),
      text(
        'Unpack the new package on this host and write the directory that holds its bin and lib as `package`.',
        '在该主机上解压新的升级包，并把包含 bin 和 lib 的目录写入 `package`。',
      ),
    );
  }
  const found = facts.packageVersion;
  if (typeof found !== 'string') {
    const why = shown(facts, 'packageVersionUnknown');
    return block(
      text(`${path} does not say its version (${why.en})`, `${path} 没有说明自己的版本（${why.zh}）`),
      text(
        'Run its start script with --version by hand: a missing JAVA_HOME or library shows there.',
        '手工用 --version 运行它的启动脚本：缺少 JAVA_HOME 或库时会在那里显示。',
      ),
    );
  }
  if (found !== wanted)
    return block(
      text(
        `${path} is ${found}, settings.version is ${wanted}`,
        `${path} 的版本是 ${found}，而 settings.version 是 ${wanted}`,
      ),
      text('Put the right package there, or correct `version`.', '放入正确的升级包，或更正 `version`。'),
    );
  const running = facts.version;
  if (typeof running !== 'string') return null;
  const order = compareVersions(found, running);
  if (order < 0)
    return block(
      text(`${found} is older than the running ${running}`, `${found} 比正在运行的 ${running} 更旧`),
      text('lakeup does not go to an older version.', 'lakeup 不会降级到更旧的版本。'),
    );
  if (order === 0)
    return block(
      text(`${running} runs already`, `已在运行 ${running}`),
      text('There is nothing to upgrade on this node.', '该节点无需升级。'),
    );
  return null;
};

/** Checks of one node by its own facts. To add a check, add an entry: name, title, and what is wrong, or null. */
export const NODE_CHECKS: readonly Preflight<Doris>[] = [
  eachNode('healthy', text('Every process is up and healthy', '所有进程运行且健康'), facts => {
    if (facts.health === 'ok') return null;
    const evidence = ['health', 'process', 'http', 'rows', 'alive', 'errors'].filter(
      name => facts[name] !== undefined && !(name === 'errors' && listOf(facts, name).length === 0),
    );
    return block(
      both(pick => evidence.map(name => `${name}=${pick(shown(facts, name))}`).join(' ')),
      text(
        'Bring the node up and healthy first; its log says why it is not. An upgrade does not repair.',
        '请先让该节点恢复正常；原因见其日志。升级不能修复故障。',
      ),
    );
  }),
  eachNode(
    'role-flags',
    text('The process plays the role the inventory says', '进程角色与清单一致'),
    (facts, node) => {
      if (facts.roles === undefined || facts.roles === node.role) return null;
      if (node.role === 'ms' && facts.roles === 'ms+recycler') return null;
      const plays = shown(facts, 'roles');
      return block(
        text(
          `the process plays ${plays.en}, the inventory says ${node.role}`,
          `进程的角色是 ${plays.zh}，清单中写的是 ${node.role}`,
        ),
        text('Correct the role in the inventory.', '更正清单中的角色。'),
      );
    },
  ),
  eachNode<Doris>(
    'package',
    text('The package lies ready and is the right one', '升级包已就绪且版本正确'),
    (facts, node, survey) => packageProblem(facts, node, survey.cluster.settings.version),
  ),
  eachNode('home', text('The home is a directory of its own', '安装目录是真实目录'), (facts, node) => {
    const odd = ['home', 'bin', 'lib'].filter(name => facts[name] !== 'dir');
    return odd.length === 0
      ? null
      : block(
          both((pick, lang) => {
            const each = odd.map(
              name => `${name} ${lang === 'en' ? 'is' : '为'} ${pick(shown(facts, name))}`,
            );
            return lang === 'en' ? `${node.home}: ${each.join(', ')}` : `${node.home}：${each.join('，')}`;
          }),
          text(
            'Write the real directory as `home`; bin and lib must be directories in it, for they are renamed.',
            '请把真实目录写为 `home`；bin 和 lib 必须是其中的目录，因为它们会被重命名。',
          ),
        );
  }),
  eachNode<Doris>('scripts', text('Start and stop scripts exist', '启动和停止脚本存在'), (facts, node) => {
    const {starts, stops} = roleScripts(node.fields.role);
    const packaged = facts.packageBin === 'dir';
    const lacking = [
      ...(facts.homeStop === '' ? [['home/bin', stops] as const] : []),
      ...(facts.homeStart === '' ? [['home/bin', starts] as const] : []),
      ...(packaged && facts.packageStart === '' ? [['package/bin', starts] as const] : []),
      ...(packaged && facts.packageStop === '' ? [['package/bin', stops] as const] : []),
    ];
    const list = both((_, lang) =>
      lacking
        .map(([where, names]) => `${where}: ${names.join(lang === 'en' ? ' or ' : ' 或 ')}`)
        .join(lang === 'en' ? '; ' : '；'),
    );
    return lacking.length === 0
      ? null
      : block(
          text(`missing in ${list.en}`, `缺少 ${list.zh}`),
          text(
            'Use a complete installation and package of this role.',
            '请使用该角色完整的安装目录和升级包。',
          ),
        );
  }),
  eachNode('pid-file', text('The pid file names the process', 'pid 文件与进程一致'), facts => {
    const [file, pid] = [shown(facts, 'pidFile'), shown(facts, 'pid')];
    return facts.process !== 'running' || facts.pidFile === String(facts.pid)
      ? null
      : warn(
          text(
            `the pid file says ${file.en}, the process is ${pid.en}`,
            `pid 文件中是 ${file.zh}，进程是 ${pid.zh}`,
          ),
          text(
            'Nothing to do: the process itself will be signalled, not what the file names.',
            '无需处理：将直接向该进程发信号，而不使用 pid 文件中的进程号。',
          ),
        );
  }),
  eachNode(
    'open-files',
    text('The session allows as many open files', '会话的打开文件数足够'),
    (facts, node) => {
      // A node that does not run is blocked for that; what it will need is not known.
      if (facts.pid === undefined) return null;
      // What the running process has is enough for its successor; start_be.sh asks for 60,000 where nothing is known.
      const wanted = numberOf(facts, 'nofile') ?? (node.role === 'be' ? 60_000 : 0);
      const hard = numberOf(facts, 'sessionHard');
      if (hard === null || hard >= wanted) return null;
      const has = shown(facts, 'nofile');
      const seen = text(
        `the login may open ${hard} files, the process has ${has.en}`,
        `该登录最多可打开 ${hard} 个文件，而进程的上限是 ${has.zh}`,
      );
      const fix = text(
        'Raise the hard limit of open files (nofile) for this login, in limits.conf or sshd’s unit.',
        '请在 limits.conf 或 sshd 的服务单元中提高该登录用户的打开文件数硬上限（nofile）。',
      );
      return node.role === 'be' ? block(seen, fix) : warn(seen, fix);
    },
  ),
  eachNode('own-files', text('Nothing of your own lies in bin', 'bin 中没有自行放置的文件'), facts => {
    const extras = listOf(facts, 'extras');
    const names = plain(extras.join(' '));
    return extras.length === 0
      ? null
      : warn(
          text(`bin holds ${names.en}, which the package does not`, `bin 中有 ${names.zh}，而升级包中没有`),
          text(
            'These files go into the backup with bin. Carry over what you need (custom_start.sh, edited scripts).',
            '这些文件会随 bin 进入备份。请自行带入需要的文件（custom_start.sh、修改过的脚本）。',
          ),
        );
  }),
];
