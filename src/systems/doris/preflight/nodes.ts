import type {Facts} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {both, text} from '../../../model/text.ts';
import {block, eachNode, type Problem, shown, warn} from '../../../recipe/finding.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';
import {isCut} from './cut.ts';
import {cannotRun} from './package.ts';
import {wellness} from './unwell.ts';

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
  if (typeof found !== 'string' || facts.packageRefused === true) return cannotRun(facts, path);
  if (found !== wanted)
    return block(
      text(
        `${path} is ${found}, settings.version is ${wanted}`,
        `${path} 的版本是 ${found}，而 settings.version 是 ${wanted}`,
      ),
      text('Put the right package there, or correct `version`.', '放入正确的升级包，或更正 `version`。'),
    );
  return null;
};

/** Checks of one node by its own facts. To add a check, add an entry: name, title, and what is wrong, or null. */
export const NODE_CHECKS: readonly Preflight<Doris>[] = [
  wellness,
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
  eachNode<Doris>(
    'home',
    text('The home is a directory of its own', '安装目录是真实目录'),
    (facts, node, survey) => {
      if (isCut(facts, node, survey)) return null;
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
    },
  ),
  eachNode<Doris>(
    'scripts',
    text('Start and stop scripts exist', '启动和停止脚本存在'),
    (facts, node, survey) => {
      if (isCut(facts, node, survey)) return null;
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
    },
  ),
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
];
