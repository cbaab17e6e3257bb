import {compareVersions} from '../../../lib/version.ts';
import type {Facts} from '../../../model/facts.ts';
import {text} from '../../../model/text.ts';
import {block, type Problem, warn} from '../../../recipe/finding.ts';
import type {ServerNode} from '../fields.ts';

/** 8 of "1.8.0_372", 11 of "11.0.13"; null where it is none. */
const majorOf = (version: string): number | null => {
  const [, major] = /^(?:1\.)?(\d+)/.exec(version) ?? [];
  return major === undefined ? null : Number(major);
};

/**
 * What alluxio-config.sh takes (recorded): Java 8 alone up to 2.3.0, 8 or 11 from 2.5 on, 17 never. Of 2.4 it is not known
 * whether it took 11 already.
 */
const takes = (to: string, major: number): 'yes' | 'no' | 'unknown' => {
  if (major === 8) return 'yes';
  if (major !== 11 || compareVersions(to, '2.4.0') < 0) return 'no';
  return compareVersions(to, '2.5.0') < 0 ? 'unknown' : 'yes';
};

/** The Java that the home's scripts would find for a version. */
export const javaProblem = ({javaVersion}: Facts, {fields}: ServerNode, to: string): Problem | null => {
  const wanted = compareVersions(to, '2.4.0') < 0 ? '8' : '8 or 11';
  const zh = wanted.replace(' or ', ' 或 ');
  const fix = text(
    `Install Java ${wanted}, and write its JAVA_HOME in the home’s conf/alluxio-env.sh, or as \`javaHome\` at the node.`,
    `请安装 Java ${zh}，并把其 JAVA_HOME 写入安装目录的 conf/alluxio-env.sh，或作为节点的 \`javaHome\`。`,
  );
  if (typeof javaVersion !== 'string')
    return warn(text('which Java its scripts find could not be seen', '无法看到其脚本会找到哪个 Java'), fix);
  const major = majorOf(javaVersion);
  if (major === null)
    return block(
      text(
        `its scripts find no Java in a session without a terminal${fields.javaHome === undefined ? '' : ` (javaHome: ${fields.javaHome})`}`,
        `在没有终端的会话中，其脚本找不到 Java${fields.javaHome === undefined ? '' : `（javaHome：${fields.javaHome}）`}`,
      ),
      fix,
    );
  const seen = text(
    `its scripts find Java ${javaVersion}; ${to} takes ${wanted}`,
    `其脚本会使用 Java ${javaVersion}；${to} 接受 ${zh}`,
  );
  switch (takes(to, major)) {
    case 'yes':
      return null;
    case 'no':
      return block(seen, fix);
    default:
      return warn(seen, fix);
  }
};
