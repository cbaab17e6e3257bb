import {askPage, type Page, type PageFound} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Reasons, reason} from '../../../model/reason.ts';
import {text} from '../../../model/text.ts';
import {type AlluxioCluster, nodesOf, type ServerNode} from '../fields.ts';
import {isSafeMode, type MasterInfo, parseMasterInfo} from '../parse/master.ts';

/**
 * What one master's page says. `leader`; `safe-mode`: it leads and does not serve yet; `standby`: nobody listens there, or
 * the connection is closed without a word, which is how a standby answers (recorded), and also one that has just started;
 * `other`: something answers that is none of these; `unknown`: no answer, with why.
 */
export type MasterPage =
  | {readonly state: 'leader'; readonly info: MasterInfo}
  | {readonly state: 'safe-mode' | 'standby' | 'other'}
  | {readonly state: 'unknown'; readonly reasons: Reasons};

let last: {readonly body: string; readonly info: MasterInfo | null} = {body: '', info: null};

/** Of 1,000 workers each looks at the same page, which holds a row for each: it is read once. */
const readInfo = (page: PageFound): MasterInfo | null => {
  if (page.status !== 200) return null;
  if (last.body !== page.body) last = {body: page.body, info: parseMasterInfo(page)};
  return last.info;
};

const readPage = (node: ServerNode, page: Page): MasterPage => {
  if (page.kind === 'closed') return {state: 'standby'};
  if (page.kind === 'none')
    return page.code === 'dropped'
      ? {state: 'standby'}
      : {state: 'unknown', reasons: [reason(page.words, node.id)]};
  const info = readInfo(page);
  if (info !== null) return {state: 'leader', info};
  return {state: isSafeMode(page) ? 'safe-mode' : 'other'};
};

const INFO = '/api/v1/master/info';

export type Master = {readonly node: ServerNode; readonly page: MasterPage};

/** Asks every master's own page: only a leader answers it. */
export const askMasters = (ask: Ask, cluster: AlluxioCluster): Promise<readonly Master[]> =>
  Promise.all(
    nodesOf(cluster, 'master').map(async node => ({
      node,
      page: readPage(node, await askPage(ask, node, node.fields.webPort, INFO)),
    })),
  );

/**
 * Who leads: nobody, one, who may not serve yet (`info` is null), or several, who each say so. Unknown while nobody says so
 * and somebody did not answer.
 */
export type Leader =
  | {readonly kind: 'one'; readonly node: ServerNode; readonly info: MasterInfo | null}
  | {readonly kind: 'none'}
  | {readonly kind: 'several'; readonly nodes: readonly ServerNode[]}
  | {readonly kind: 'unknown'; readonly reasons: Reasons};

/**
 * Where standbys serve pages (alluxio.standby.master.web.enabled) each of them says that it is in safe mode: so one that
 * says so leads only when nobody else does.
 */
export const leaderOf = (masters: readonly Master[]): Leader => {
  const serving = masters.filter(({page}) => page.state === 'leader');
  const waiting = masters.filter(({page}) => page.state === 'safe-mode');
  const [first, second] = serving;
  if (first !== undefined && second !== undefined)
    return {kind: 'several', nodes: serving.map(({node}) => node)};
  if (first?.page.state === 'leader') return {kind: 'one', node: first.node, info: first.page.info};
  const [unknown, ...more] = masters.flatMap(({page}) => (page.state === 'unknown' ? page.reasons : []));
  const [only, another] = waiting;
  if (only !== undefined && another === undefined) return {kind: 'one', node: only.node, info: null};
  if (unknown !== undefined) return {kind: 'unknown', reasons: [unknown, ...more]};
  return {kind: 'none'};
};

/** Why there is nothing to be told by a leader. */
export const noLeader = (leader: Exclude<Leader, {kind: 'one'}>): Reasons => {
  switch (leader.kind) {
    case 'unknown':
      return leader.reasons;
    case 'none':
      return [
        reason(
          text('no master leads, an election may be going on', '没有 Master 是 leader，可能正在选举'),
          null,
          'undecided',
        ),
      ];
    default: {
      const ids = leader.nodes.map(({id}) => id).join(', ');
      return [reason(text(`${ids} each say that they lead`, `${ids} 都称自己是 leader`), null, 'contradict')];
    }
  }
};
