import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, type Problem, shown, warn} from '../../../recipe/finding.ts';
import type {ServerNode, Servers} from '../fields.ts';

/** Without the configuration nothing is known of journal and tiers; a default is no answer. */
const unreadable = (facts: Facts, {role}: ServerNode): Problem | null => {
  const known = Object.keys(facts).some(name => name.startsWith('conf.'));
  if (known && (facts.propExit === undefined || facts.propExit === 0)) return null;
  const [code, said] = [shown(facts, 'propExit').en, facts.propSaid];
  const seen = text(
    `\`bin/alluxio getConf --source\` ended with ${code}${said === undefined ? '' : `: “${String(said)}”`}`,
    `\`bin/alluxio getConf --source\` 以退出码 ${code} 结束${said === undefined ? '' : `：“${String(said)}”`}`,
  );
  const fix = text(
    'Run it by hand in the home, over ssh and without a terminal, and put right what it says: lakeup reads journal, ports and tiers from it.',
    '请经 ssh 在安装目录中（不使用终端）手工运行它，并按其提示处理：lakeup 从中读取日志、端口与缓存层。',
  );
  return role === 'master' || role === 'worker' ? block(seen, fix) : warn(seen, fix);
};

/** The package has a log4j.properties of its own, which goes with its version. */
const left = (facts: Facts): readonly string[] =>
  listOf(facts, 'confFiles').filter(name => name.startsWith('log4j') && name !== 'log4j.properties');

/** Checks of what each node's own configuration says. To add a check, add an entry. */
export const CONF_CHECKS: readonly Preflight<Servers>[] = [
  eachNode<Servers>('conf', text('The configuration can be read', '配置可以读取'), unreadable),
  eachNode<Servers>(
    'conf-folder',
    text('The configuration lies in the home', '配置位于安装目录中'),
    (facts, {home}) =>
      typeof facts.confDir === 'string'
        ? block(
            text(
              `the process has its configuration in ${facts.confDir}`,
              `该进程的配置位于 ${facts.confDir}`,
            ),
            text(
              `Let it be ${home}/conf, or a link there that leads to it, and restart the process: lakeup carries over what is there.`,
              `请让配置位于 ${home}/conf（或由该处的链接指向它）并重启该进程：lakeup 只会带上那里的内容。`,
            ),
          )
        : null,
  ),
  eachNode<Servers>(
    'conf-left',
    text('Every file of the configuration is carried over', '所有配置文件都会带上'),
    facts => {
      const names = left(facts);
      return names.length === 0
        ? null
        : warn(
            text(
              `not carried over, for they belong to a version: ${names.join(' ')}`,
              `不会带上（属于特定版本）：${names.join(' ')}`,
            ),
            text(
              'Compare them with those of the new version after the upgrade; the old ones stay in the old home.',
              '升级后请与新版本中的文件比较；旧文件保留在旧安装目录中。',
            ),
          );
    },
  ),
];
