import type {Expect} from '../../../model/facts.ts';
import type {Back} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Doris, nodesOf} from '../fields.ts';
import {verified} from './checks.ts';
import {stillDigested} from './checks-files.ts';
import {ORDER} from './names.ts';

/**
 * What the way there looks at around its questions, turned round: every other role is well, and the roles that go back
 * before this one run the old version, also those that the plan does not take.
 */
const around: Back<Doris>['around'] = (phase, to, cluster) => {
  const order = ORDER.toReversed().filter(role => nodesOf(cluster, role).length > 0);
  const own = order.map(String).indexOf(phase.role);
  const expect: Expect = Object.fromEntries([
    ...order.filter((_, i) => i !== own).map(role => [`${role}.unwell`, []]),
    ...order.slice(0, own).map(role => [`${role}.versions`, [to]]),
  ]);
  const [node] = cluster.nodes.filter(({role}) => role === phase.role);
  if (node === undefined) throw new Error(`${phase.id} has no nodes`);
  const title = text(
    'every other role is healthy, and those that go back before it run the old version',
    '其他角色健康，应先撤销的角色以旧版本运行',
  );
  return [check(node, 'cluster', title, expect, cluster.settings.heartbeatsWithinMs)];
};

/** Who came back has the files that it had when it was stopped; who was not taken is only asked how it is. */
const verify: Back<Doris>['verify'] = (node, {cluster, version, is, found}) => {
  switch (is) {
    case 'upgraded':
      return verified(node, cluster, version);
    case 'as it was':
      return verified(node, cluster, version, []);
    case 'taken back': {
      const {files} = found('stop');
      return verified(node, cluster, version, typeof files === 'string' ? [stillDigested(node, files)] : []);
    }
  }
};

/** The way back of Doris, as far as its steps do not say it themselves. */
export const back: Back<Doris> = {around, verify};
