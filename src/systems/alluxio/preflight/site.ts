import {quote} from '../../../lib/sh.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, eachNode, type Problem} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {confOf, NAMES_MASTERS} from '../properties.ts';

// A process keeps what it was started with: what was taken out of its configuration since is missed by the new version alone.

const FILE = 'alluxio-site.properties';

/** It may lie in the user's home or below /etc, too: then what is in effect says that it comes from one. */
const hasSite = (facts: Facts): boolean =>
  listOf(facts, 'confFiles').includes(FILE) ||
  Object.entries(facts).some(([name, value]) => name.startsWith('source.') && value === 'SITE_PROPERTY');

const namesMasters = (facts: Facts): boolean =>
  NAMES_MASTERS.some(key => (confOf(facts, key) ?? '').trim() !== '' && facts[`source.${key}`] !== 'DEFAULT');

const isKnown = (facts: Facts): boolean => Object.keys(facts).some(name => name.startsWith('conf.'));

/** Who of its role has what this node lacks; null where it lacks nothing. */
const lacks = (
  node: ServerNode,
  facts: Facts,
  survey: Survey<Servers>,
  has: (facts: Facts) => boolean,
): ServerNode | null => {
  // Of one whose configuration lies elsewhere that is told.
  if (!isKnown(facts) || typeof facts.confDir === 'string' || has(facts)) return null;
  const others = surveyed(survey, node.role).filter(({node: {id}}) => id !== node.id);
  return others.find(other => isKnown(other.facts) && has(other.facts))?.node ?? null;
};

const bringBack = ({home}: ServerNode, other: ServerNode): Text => {
  const path = quote(`${home}/conf/${FILE}`);
  return text(
    `Bring it back to ${path} on this host, as ${other.id} (${other.host}) has it but for what is this host’s own, and look again: the new version gets the configuration that lies there, and without it would come up with defaults.`,
    `请在该主机上恢复 ${path}（与 ${other.id}（${other.host}）的相同，仅本机特有的内容除外），然后重新查看：新版本使用该处的配置，缺少它就会以默认值启动。`,
  );
};

/** Whether a node has lost what tells it from a node of a cluster of its own; what else is odd follows from that. */
export const siteProblem = (node: ServerNode, facts: Facts, survey: Survey<Servers>): Problem | null => {
  const site = lacks(node, facts, survey, hasSite);
  if (site !== null)
    return block(
      text(
        `conf/${FILE} is not there, and ${site.id} of the same role has one`,
        `没有 conf/${FILE}，而同角色的 ${site.id} 有`,
      ),
      bringBack(node, site),
    );
  const named = lacks(node, facts, survey, namesMasters);
  return named === null
    ? null
    : block(
        text(
          `its configuration names no master, and that of ${named.id} of the same role does`,
          `其配置没有写明 master，而同角色的 ${named.id} 写明了`,
        ),
        text(
          `Write in conf/${FILE} of this host what ${named.id} (${named.host}) has of ${NAMES_MASTERS.map(key => `\`${key}\``).join(', ')}, and look again: the new version gets the configuration that lies there, and would find no master.`,
          `请在该主机的 conf/${FILE} 中写入 ${named.id}（${named.host}）所写的 ${NAMES_MASTERS.map(key => `\`${key}\``).join('、')}，然后重新查看：新版本使用该处的配置，否则找不到 master。`,
        ),
      );
};

export const SITE_CHECKS: readonly Preflight<Servers>[] = [
  eachNode<Servers>(
    'site',
    text('Each node has the configuration of its role', '每个节点都有其角色的配置'),
    (facts, node, survey) => siteProblem(node, facts, survey),
  ),
];
