import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {fieldsOf, settingsOf} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';
import {compareVersions} from '../version.ts';
import {block, eachNode, type Problem, shown, warn} from './finding.ts';

const numberOf = (facts: Facts, name: string): number | null => {
  const value = facts[name];
  return typeof value === 'number' ? value : null;
};

/** Copying needs the package's size once more, and a tenth for the file system (domain: lib is gigabytes). */
const neededKb = (packageKb: number): number => Math.ceil(packageKb * 1.1) + 100 * 1024;

const packageProblem = (facts: Facts, node: Node, wanted: string): Problem | null => {
  const {package: path} = fieldsOf(node);
  if (facts.packageBin !== 'dir' || facts.packageLib !== 'dir')
    return block(
      `${path}: bin is ${shown(facts, 'packageBin')}, lib is ${shown(facts, 'packageLib')}`,
      text(
        'Unpack the new release on this host and write the directory that holds its bin and lib as `package`.',
        '在该主机上解压新版本，并把包含 bin 和 lib 的目录写入 `package`。',
      ),
    );
  const found = facts.packageVersion;
  if (typeof found !== 'string')
    return block(
      `${path} does not say its version (${shown(facts, 'packageVersionUnknown')})`,
      text(
        'Run its start script with --version by hand: a missing JAVA_HOME or library shows there.',
        '手工用 --version 运行它的启动脚本：缺少 JAVA_HOME 或库时会在那里显示。',
      ),
    );
  if (found !== wanted)
    return block(
      `${path} is ${found}, settings.version is ${wanted}`,
      text('Put the right release there, or correct `version`.', '放入正确的版本，或更正 `version`。'),
    );
  const running = facts.version;
  if (typeof running !== 'string') return null;
  const order = compareVersions(found, running);
  if (order < 0)
    return block(
      `${found} is older than the running ${running}`,
      text('lakeup does not go to an older version.', 'lakeup 不会降级到更旧的版本。'),
    );
  if (order === 0)
    return block(
      `${running} runs already`,
      text('There is nothing to upgrade on this node.', '该节点无需升级。'),
    );
  return null;
};

/** Checks of one node by its own facts. To add a check, add an entry: name, title, and what is wrong, or null. */
export const NODE_CHECKS: readonly Preflight[] = [
  eachNode('healthy', text('Every process is up and healthy', '所有进程运行且健康'), facts => {
    if (facts.health === 'ok') return null;
    const evidence = ['health', 'process', 'http', 'rows', 'alive', 'error'].flatMap(name =>
      facts[name] === undefined ? [] : [`${name}=${shown(facts, name)}`],
    );
    return block(
      evidence.join(' '),
      text(
        'Bring the node up and healthy first; its log says why it is not. An upgrade does not repair.',
        '请先让该节点恢复正常；原因见其日志。升级不能修复故障。',
      ),
    );
  }),
  eachNode('one-process', text('One process per home', '每个目录只有一个进程'), facts =>
    numberOf(facts, 'count') !== null && (numberOf(facts, 'count') ?? 0) > 1
      ? block(
          `${shown(facts, 'count')} processes, the oldest is ${shown(facts, 'pid')}`,
          text(
            'End the process that does not serve, by its pid, and look again.',
            '按进程号结束不提供服务的那个进程，然后重新查看。',
          ),
        )
      : null,
  ),
  eachNode(
    'role-flags',
    text('The process plays the role the inventory says', '进程角色与清单一致'),
    (facts, node) => {
      if (facts.roles === undefined || facts.roles === node.role) return null;
      if (node.role === 'ms' && facts.roles === 'ms+recycler') return null;
      return block(
        `the process plays ${shown(facts, 'roles')}, the inventory says ${node.role}`,
        text('Correct the role in the inventory.', '更正清单中的角色。'),
      );
    },
  ),
  eachNode('version-known', text('The running version is known', '已知运行版本'), facts =>
    typeof facts.version === 'string'
      ? null
      : block(
          'no version was reported',
          text(
            'Look at the node with `lakeup status`; without its version nothing can be compared.',
            '用 `lakeup status` 查看该节点；不知道版本就无法比较。',
          ),
        ),
  ),
  eachNode(
    'package',
    text('The package lies ready and is the right one', '升级包已就绪且版本正确'),
    (facts, node, survey) => packageProblem(facts, node, settingsOf(survey.cluster).version),
  ),
  eachNode('home', text('The home is a directory of its own', '安装目录是真实目录'), (facts, node) => {
    const odd = ['home', 'bin', 'lib'].filter(name => facts[name] !== 'dir');
    return odd.length === 0
      ? null
      : block(
          `${node.home}: ${odd.map(name => `${name} is ${shown(facts, name)}`).join(', ')}`,
          text(
            'Write the real directory as `home`; bin and lib must be directories in it, for they are renamed.',
            '请把真实目录写为 `home`；bin 和 lib 必须是其中的目录，因为它们会被重命名。',
          ),
        );
  }),
  eachNode('scripts', text('Start and stop scripts exist', '启动和停止脚本存在'), (facts, node) => {
    const {starts, stops} = roleScripts(fieldsOf(node).role);
    const lacking = [
      ...(facts.homeStop === '' ? [`home/bin: ${stops.join(' or ')}`] : []),
      ...(facts.homeStart === '' ? [`home/bin: ${starts.join(' or ')}`] : []),
      ...(facts.packageBin === 'dir' && facts.packageStart === ''
        ? [`package/bin: ${starts.join(' or ')}`]
        : []),
      ...(facts.packageBin === 'dir' && facts.packageStop === ''
        ? [`package/bin: ${stops.join(' or ')}`]
        : []),
    ];
    return lacking.length === 0
      ? null
      : block(
          `missing in ${lacking.join('; ')}`,
          text(
            'Use a complete installation and package of this role.',
            '请使用该角色完整的安装目录和升级包。',
          ),
        );
  }),
  eachNode('same-user', text('lakeup logs in as the user of the process', '登录用户与进程用户相同'), facts =>
    facts.owner === undefined || facts.owner === facts.login
      ? null
      : block(
          `the process belongs to uid ${shown(facts, 'owner')}, the login is uid ${shown(facts, 'login')}`,
          text(
            'Write the user of the process as the SSH user, or the new process would not be its own.',
            '请把进程所属用户写为 SSH 用户，否则新进程将属于别的用户。',
          ),
        ),
  ),
  eachNode('writable', text('The home can be written', '安装目录可写'), (facts, node) =>
    facts.writable === false
      ? block(
          `${node.home} cannot be written by uid ${shown(facts, 'login')}`,
          text('Give the directory to the user of the process.', '把该目录交给进程所属用户。'),
        )
      : null,
  ),
  eachNode('disk', text('There is room for the new files', '磁盘空间足够'), facts => {
    const [free, size] = [numberOf(facts, 'freeKb'), numberOf(facts, 'packageKb')];
    if (free === null || size === null || free >= neededKb(size)) return null;
    return block(
      `${Math.floor(free / 1024)} MiB free, ${Math.ceil(neededKb(size) / 1024)} MiB needed`,
      text(
        'Make room on the file system of the home, for example by removing old backups.',
        '请在安装目录所在文件系统腾出空间，例如删除旧备份。',
      ),
    );
  }),
  eachNode('pid-file', text('The pid file names the process', 'pid 文件与进程一致'), facts =>
    facts.process !== 'running' || facts.pidFile === String(facts.pid)
      ? null
      : warn(
          `the pid file says ${shown(facts, 'pidFile')}, the process is ${shown(facts, 'pid')}`,
          text(
            'Nothing to do: the process itself will be signalled, not what the file names.',
            '无需处理：将直接向该进程发信号，而不使用 pid 文件中的进程号。',
          ),
        ),
  ),
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
      const seen = `the login may open ${hard} files, the process has ${shown(facts, 'nofile')}`;
      const fix = text(
        'Raise the hard limit of open files (nofile) for this login, in limits.conf or sshd’s unit.',
        '请在 limits.conf 或 sshd 的服务单元中提高该登录用户的打开文件数硬上限（nofile）。',
      );
      return node.role === 'be' ? block(seen, fix) : warn(seen, fix);
    },
  ),
  eachNode('leftovers', text('No stage of an earlier run is left', '没有之前运行遗留的暂存目录'), facts => {
    const stages = shown(facts, 'leftovers')
      .split(' ')
      .filter(name => name.startsWith('.lakeup-stage-'));
    return stages.length === 0
      ? null
      : warn(
          stages.join(' '),
          text(
            'Resume that run, or remove the directory when the run is given up.',
            '请恢复那次运行；若已放弃，可删除该目录。',
          ),
        );
  }),
  eachNode('own-files', text('Nothing of your own lies in bin', 'bin 中没有自行放置的文件'), facts =>
    facts.extras === undefined || facts.extras === 'none'
      ? null
      : warn(
          `bin holds ${shown(facts, 'extras')}, which the package does not`,
          text(
            'These files go into the backup with bin. Carry over what you need (custom_start.sh, edited scripts).',
            '这些文件会随 bin 进入备份。请自行带入需要的文件（custom_start.sh、修改过的脚本）。',
          ),
        ),
  ),
];
