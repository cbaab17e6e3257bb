import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, type Problem} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {ServerFields, ServerNode, Servers} from '../fields.ts';
import {confOf, JOURNAL_TYPE, OLD_MASTER_PORT, OLD_WORKER_PORT} from '../properties.ts';

/** The inventory's fields that hold ports, and what the configuration calls each. */
const portsOf = (fields: ServerFields): readonly (readonly [field: string, port: number, key: string])[] => {
  switch (fields.role) {
    case 'master':
      return [
        ['port', fields.port, 'alluxio.master.rpc.port'],
        ['port', fields.port, OLD_MASTER_PORT],
        ['webPort', fields.webPort, 'alluxio.master.web.port'],
        ['journalPort', fields.journalPort, 'alluxio.master.embedded.journal.port'],
      ];
    case 'job-master':
      return [
        ['port', fields.port, 'alluxio.job.master.rpc.port'],
        ['webPort', fields.webPort, 'alluxio.job.master.web.port'],
      ];
    case 'worker':
      return [
        ['port', fields.port, 'alluxio.worker.rpc.port'],
        ['port', fields.port, OLD_WORKER_PORT],
        ['webPort', fields.webPort, 'alluxio.worker.web.port'],
      ];
    case 'job-worker':
      return [
        ['port', fields.port, 'alluxio.job.worker.rpc.port'],
        ['webPort', fields.webPort, 'alluxio.job.worker.web.port'],
      ];
    case 'proxy':
      return [['webPort', fields.webPort, 'alluxio.proxy.web.port']];
  }
};

const isOther = (said: string | undefined, port: number): boolean =>
  said !== undefined && /^\d+$/.test(said.trim()) && Number(said) !== port;

/** 1.x has 29998 for what 2.x has 29999 for, where nobody says otherwise; what the site wrote 2.x takes over. */
const isOwnDefault = (key: string, facts: Facts): boolean =>
  key === OLD_WORKER_PORT && facts[`source.${key}`] === 'DEFAULT';

const lookedAt = (fields: ServerFields, facts: Facts) =>
  portsOf(fields).filter(([field]) => field !== 'journalPort' || confOf(facts, JOURNAL_TYPE) === 'EMBEDDED');

/** Ports of the inventory of which the node's own configuration says another. */
const portsApart = ({fields}: ServerNode, facts: Facts): ReturnType<typeof portsOf> =>
  lookedAt(fields, facts).filter(
    ([, port, key]) => isOther(confOf(facts, key), port) && !isOwnDefault(key, facts),
  );

/** What a node is found to be where it is looked for on another port than its own, or its leader is. */
const OF_PORTS: ReadonlySet<string> = new Set(['no-port', 'page', 'page=closed']);
const OF_LEADER = 'no-leader';

/** Whether some master is asked for its page on another port than it has: then nobody is seen to lead. */
export const isLeaderElsewhere = (survey: Survey<Servers>): boolean =>
  surveyed(survey, 'master').some(({node, facts}) =>
    portsApart(node, facts).some(([field]) => field === 'webPort'),
  );

/** Whether all that keeps a node from being well is that a port of the inventory is another one, which is told as that. */
export const isPortsFault = (node: ServerNode, facts: Facts, survey: Survey<Servers>): boolean => {
  const causes = listOf(facts, 'causes');
  const isOwn = portsApart(node, facts).length > 0;
  return (
    causes.length > 0 &&
    causes.every(cause => (cause === OF_LEADER ? isLeaderElsewhere(survey) : isOwn && OF_PORTS.has(cause)))
  );
};

const portProblem = (facts: Facts, node: ServerNode, {conf}: Servers['settings']): Problem | null => {
  const {fields} = node;
  const moved = lookedAt(fields, facts).filter(([, port, key]) => isOther(conf[key], port));
  if (moved.length > 0) {
    const to = moved.map(([field, port, key]) => `${field} ${port}, ${key} ${conf[key]}`).join('; ');
    return block(
      text(`\`conf\` changes a port of the inventory: ${to}`, `\`conf\` 更改了清单中的端口：${to}`),
      text(
        'Take it out of `conf`: before and after the upgrade a node is looked for on the same port. Change it afterwards.',
        '请从 `conf` 中删除：升级前后都在同一端口上查看节点。请在升级之后再更改。',
      ),
    );
  }
  const apart = portsApart(node, facts);
  if (apart.length === 0) return null;
  const seen = apart.map(([field, port, key]) => `${field} ${port}, ${key} ${confOf(facts, key)}`).join('; ');
  return block(
    text(`the inventory and the configuration differ: ${seen}`, `清单与配置不一致：${seen}`),
    text(
      `Correct ${apart.map(([field]) => `\`${field}\``).join(', ')} in the inventory.`,
      `请更正清单中的 ${apart.map(([field]) => `\`${field}\``).join('、')}。`,
    ),
  );
};

export const PORT_CHECKS: readonly Preflight<Servers>[] = [
  eachNode<Servers>(
    'ports',
    text('Ports are as the inventory says', '端口与清单一致'),
    (facts, node, {cluster}) => portProblem(facts, node, cluster.settings),
  ),
];
