import {quote} from '../../../lib/sh.ts';
import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {both, COMMA, joinTexts, plain, SEMICOLON, type Text, text} from '../../../model/text.ts';
import {block, eachNode, warn} from '../../../recipe/finding.ts';
import type {Doris} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';

const REASONS: Readonly<Record<string, Text>> = {
  newer: text('changed after the release was put there', '在安装之后被修改过'),
  path: text('holds the path of this home', '其中写有该安装目录的路径'),
  unlike: text('has little in common with the package’s', '与升级包中的脚本差别很大'),
};

/** What of a node fails without a directory of the package; of others it is not known. */
const NEEDS: Readonly<Record<string, Text>> = {
  dict: text('tokenizers of inverted indexes', '倒排索引的分词器'),
  www: text('its web pages', '网页界面'),
  webroot: text('its web pages', '网页界面'),
  plugins: text('Java extensions, such as JDBC catalogs', 'Java 扩展，例如 JDBC 目录'),
  mysql_ssl_default_certificate: text('TLS for MySQL clients', 'MySQL 客户端的 TLS'),
  zoneinfo: text('time zones', '时区'),
};

/** At most so many names stand in a sentence. */
const NAMES = 12;
const namesOf = (names: readonly string[]): Text => {
  const first = plain(names.slice(0, NAMES).join(' '));
  const more = names.length - NAMES;
  return more <= 0 ? first : text(`${first.en} and ${more} more`, `${first.zh} 等另外 ${more} 个`);
};

/** What of a node's own would be lost, or is missing, when bin and lib are the package's. */
export const OWN_CHECKS: readonly Preflight<Doris>[] = [
  eachNode<Doris>(
    'process-name',
    text('The process has the product’s own name', '进程使用产品自身的名称'),
    (facts, node) => {
      const others = listOf(facts, 'others');
      if (others.length === 0) return null;
      const {binary} = roleScripts(node.fields.role);
      const wanted = binary ?? 'java';
      const seen = joinTexts(
        others.map(line => {
          const [pid, ...name] = line.split(' ');
          return plain(`${name.join(' ')} (${pid})`);
        }),
        COMMA,
      );
      const custom = facts.processName === undefined ? '' : 'custom_start.sh: ';
      return block(
        text(
          `${custom}${seen.en} runs out of ${node.home}/lib; lakeup and the product’s own stop script know ${wanted} alone`,
          `${custom}${seen.zh} 从 ${node.home}/lib 运行；lakeup 和产品自带的停止脚本只认得 ${wanted}`,
        ),
        text(
          `Restart it under the name ${wanted} (custom_start.sh without process_name, its conf as conf/${wanted}.conf), or upgrade this node by hand.`,
          `请以名称 ${wanted} 重新启动它（custom_start.sh 中不写 process_name，配置文件为 conf/${wanted}.conf），或手工升级该节点。`,
        ),
      );
    },
  ),
  eachNode('own-files', text('Nothing of your own lies in bin', 'bin 中没有自行放置的文件'), facts => {
    const extras = listOf(facts, 'extras');
    const names = namesOf(extras);
    return extras.length === 0
      ? null
      : warn(
          text(`bin holds ${names.en}, which the package does not`, `bin 中有 ${names.zh}，而升级包中没有`),
          text(
            'These files go into the backup with bin. Put what you need (such as custom_start.sh) into the package’s bin before you go on.',
            '这些文件会随 bin 进入备份。请在继续之前把需要的文件（如 custom_start.sh）放入升级包的 bin。',
          ),
        );
  }),
  eachNode('own-edits', text('No script of bin was edited', 'bin 中的脚本没有被修改过'), (facts, node) => {
    const compare = `diff ${quote(`${node.home}/bin`)} ${quote(`${node.fields.package}/bin`)}`;
    const edited = listOf(facts, 'edited').flatMap(line => {
      const [name = '', why = ''] = line.split(/ (?=\S+$)/);
      const reason = REASONS[why];
      return reason === undefined ? [] : [both(pick => `${name} ${pick(reason)}`)];
    });
    return edited.length === 0
      ? null
      : warn(
          joinTexts(edited, SEMICOLON),
          text(
            `Such edits go into the backup with bin, and the package’s own script takes over. Compare with \`${compare}\`, and make in the package’s bin the changes you need, before you go on.`,
            `这些修改会随 bin 进入备份，由升级包自带的脚本取代。请用 \`${compare}\` 比较，并在继续之前把需要的修改写入升级包的 bin。`,
          ),
        );
  }),
  eachNode<Doris>(
    'own-lib',
    text('Nothing of your own lies in lib', 'lib 中没有自行放置的文件'),
    (facts, node) => {
      const files = listOf(facts, 'siteFiles');
      const names = namesOf(files);
      return files.length === 0
        ? null
        : warn(
            text(`lib holds ${names.en}, which the package does not`, `lib 中有 ${names.zh}，而升级包中没有`),
            text(
              `These files go into the backup with lib. Put what you need where an upgrade leaves it (${node.home}/custom_lib, plugins/jdbc_drivers), or into the package’s lib.`,
              `这些文件会随 lib 进入备份。请把需要的文件放到升级不会改动的位置（${node.home}/custom_lib、plugins/jdbc_drivers），或放入升级包的 lib。`,
            ),
          );
    },
  ),
  eachNode<Doris>(
    'beside-bin-and-lib',
    text('The package brings nothing else that the home lacks', '升级包没有带来安装目录缺少的其他目录'),
    (facts, node) => {
      const brings = listOf(facts, 'brings');
      if (brings.length === 0) return null;
      const needs = [...new Set(brings.flatMap(path => NEEDS[path.split('/')[0] ?? ''] ?? []))];
      const list = joinTexts(needs, COMMA);
      const copies = brings.slice(0, NAMES).map(path => {
        const parent = path.includes('/') ? `/${path.split('/')[0]}` : '';
        return `cp -R ${quote(`${node.fields.package}/${path}`)} ${quote(`${node.home}${parent}/`)}`;
      });
      return warn(
        text(
          `the package has ${namesOf(brings).en}, the home does not, and only bin and lib are replaced${needs.length === 0 ? '' : `; without them fail: ${list.en}`}`,
          `升级包中有 ${namesOf(brings).zh}，安装目录中没有，而只有 bin 和 lib 会被替换${needs.length === 0 ? '' : `；缺少时以下功能会失败：${list.zh}`}`,
        ),
        text(
          `Decide before you go on. The running version does not look at them, so they may be copied now: \`${copies.join('; ')}\`.`,
          `请在继续之前决定。正在运行的版本不会读取它们，可以现在复制：\`${copies.join('; ')}\`。`,
        ),
      );
    },
  ),
];
