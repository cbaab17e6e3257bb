import type {Facts, Sighting} from '../model/facts.ts';
import type {Finding} from '../model/finding.ts';
import type {NodeId} from '../model/ids.ts';
import type {Node} from '../model/inventory.ts';
import {describeReasons, type Reasons} from '../model/reason.ts';
import type {Survey} from '../model/survey.ts';
import {text} from '../model/text.ts';
import {type Looker, lookOnce} from '../probe/look.ts';

const SURVEY_WITHIN_MS = 120_000;

export type Surveyed = {readonly survey: Survey; readonly silent: readonly Finding[]};

/** Looks at every node, or at those that are given, at once by the given probe; `onLook` hears of each as it comes. */
export const lookAtAll = (
  looker: Looker,
  probeOf: (role: string) => string,
  onLook: (sighting: Sighting, done: number) => void,
  nodes: readonly Node[] = looker.cluster.nodes,
): Promise<readonly Sighting[]> => {
  let done = 0;
  return Promise.all(
    nodes.map(async node => {
      const sighting = await lookOnce(looker, node.id, probeOf(node.role), SURVEY_WITHIN_MS);
      done += 1;
      onLook(sighting, done);
      return sighting;
    }),
  );
};

const silence = (node: NodeId, reasons: Reasons): Finding => ({
  check: 'answers',
  node,
  level: 'block',
  title: text('the node could not be looked at', '无法查看该节点'),
  // Without the node's own name the same reason of several is told once.
  seen: describeReasons(reasons, node),
  fix: text(
    'put right what was seen: where a product refused a login, its user and the variable of its password in the inventory; where it is SSH, make sure that `ssh` with the same user, key and known hosts reaches this host',
    '请先解决所见的问题：若产品拒绝登录，请核对清单中的用户与存放密码的变量；若与 SSH 有关，请确认用同样的用户、密钥和 known_hosts 能用 `ssh` 登录该主机',
  ),
});

/** Surveys the cluster: the facts of every node that answered, and a finding for each that did not. */
export const surveyCluster = async (looker: Looker, onLook: (done: number) => void): Promise<Surveyed> => {
  const sightings = await lookAtAll(
    looker,
    () => looker.system.survey,
    (_, done) => onLook(done),
  );
  const facts = new Map<NodeId, Facts>();
  const silent: Finding[] = [];
  for (const {node, look} of sightings) {
    if (look.kind === 'seen') facts.set(node, look.facts);
    else silent.push(silence(node, look.reasons));
  }
  return {survey: {cluster: looker.cluster, facts}, silent};
};
