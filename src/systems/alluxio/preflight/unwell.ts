import {compareVersions} from '../../../lib/version.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {both, text} from '../../../model/text.ts';
import {block, eachNode, shown} from '../../../recipe/finding.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {isPortsFault} from './ports.ts';

/** Of 1.x there is no job service that could be up: a check of its own says so. */
const isNone = ({role}: ServerNode, {process, homeVersion}: Facts): boolean =>
  (role === 'job-master' || role === 'job-worker') &&
  process !== 'running' &&
  typeof homeVersion === 'string' &&
  compareVersions(homeVersion, '2.0.0') < 0;

/** Every node is well. What kept it from that is the evidence; membership and safe mode have checks of their own. */
export const wellness: Preflight<Servers> = eachNode<Servers>(
  'healthy',
  text('Every process is up and healthy', '所有进程运行且健康'),
  (facts, node, survey) => {
    if (facts.health === 'ok' || isNone(node, facts) || isPortsFault(node, facts, survey)) return null;
    const causes = listOf(facts, 'causes');
    const ports = 'port' in node.fields ? '`port`, `webPort`' : '`webPort`';
    const seen = both(pick =>
      [`health=${pick(shown(facts, 'health'))}`, `process=${pick(shown(facts, 'process'))}`, ...causes].join(
        ' ',
      ),
    );
    return block(
      seen,
      facts.process === 'running' && causes.some(cause => cause === 'no-port' || cause.startsWith('page'))
        ? text(
            `Wait until it has started; if it has, correct ${ports} in the inventory. Otherwise its log below logs/ says why it does not serve.`,
            `请等待其启动完成；若已完成，请更正清单中的 ${ports}。否则 logs/ 下的日志会说明为何无法服务。`,
          )
        : text(
            'Bring the node up and healthy first; its log below logs/ says why it is not. An upgrade does not repair.',
            '请先让该节点恢复正常；原因见 logs/ 下的日志。升级不能修复故障。',
          ),
    );
  },
);
