import {given} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import {text} from '../../../model/text.ts';
import {type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {type Backend, type Frontend, masterOf, parseBackends} from '../parse/rows.ts';
import {askFrontends, askOwnFrontends, isFrontend, nameOfFrontend, nodeOfFrontend} from './group.ts';
import {askRows, isAnswer, type NoRows, noGroup, noneOf, type Rows} from './rows.ts';

/** The live master: its node, the group as it holds it by itself, and as all hold it that can be asked. */
export type Master = {
  readonly node: DorisNode;
  readonly frontends: readonly Frontend[];
  readonly views: readonly {readonly frontend: DorisNode; readonly rows: readonly Frontend[]}[];
};

/** Some have no such setting, and tell what their master says: better than nothing. */
const NO_SUCH_SETTING = 'sql-1193';

/** What one frontend holds of the group by itself. */
export const askView = async (ask: Ask, cluster: DorisCluster, frontend: DorisNode): Promise<View> => {
  const own = await askOwnFrontends(ask, cluster, frontend);
  const rows = own.ok || own.code !== NO_SUCH_SETTING ? own : await askFrontends(ask, cluster, frontend);
  return {frontend, rows};
};

type View = {readonly frontend: DorisNode; readonly rows: Rows<readonly Frontend[]>};

/** Whose login was let in when it was asked last. */
const letIn = new WeakSet<DorisCluster>();

/**
 * What every frontend holds of the group. Until one has let the login in, they are asked one after the other: a login that is
 * denied is denied by all of them, and is not tried at each.
 */
const askViews = async (ask: Ask, cluster: DorisCluster): Promise<readonly View[]> => {
  const views: View[] = [];
  const [...left] = nodesOf(cluster, 'fe');
  while (!letIn.has(cluster)) {
    const next = left.shift();
    if (next === undefined) return views;
    const view = await askView(ask, cluster, next);
    views.push(view);
    if (!view.rows.ok && view.rows.denied === 'there') return views;
    if (view.rows.ok) letIn.add(cluster);
  }
  const others = await Promise.all(left.map(frontend => askView(ask, cluster, frontend)));
  if (others.some(({rows}) => !rows.ok && rows.denied === 'there')) letIn.delete(cluster);
  return [...views, ...others];
};

/** A frontend that told its view, and the one it holds for the master, if any. */
type Witness = {
  readonly frontend: DorisNode;
  readonly rows: readonly Frontend[];
  readonly names: Frontend | null;
};

const ids = (all: readonly Witness[]): string => all.map(({frontend}) => frontend.id).join(', ');

const believesInItself = ({frontend, names}: Witness): boolean =>
  names !== null && isFrontend(frontend, names);

/** Why nobody is called the master when none says so itself: the one that is named may just not have answered. */
const nobody = (cluster: DorisCluster, witnesses: readonly Witness[], views: readonly View[]): NoRows => {
  const [naming] = witnesses.flatMap(({frontend, names}) => (names === null ? [] : [{frontend, names}]));
  if (naming === undefined) {
    const all = ids(witnesses);
    return noGroup(
      text(`${all}: no master is known, an election may be going on`, `${all}：不知道主 FE，可能正在选举`),
      'no-master',
      'undecided',
    );
  }
  const name = nameOfFrontend(cluster, naming.names);
  if (nodeOfFrontend(cluster, naming.names) === null)
    return noGroup(
      text(`the master ${name} is not in the inventory`, `主 FE ${name} 不在清单中`),
      'master-unknown',
      'undecided',
    );
  const {id} = naming.frontend;
  const own = views.find(({frontend}) => isFrontend(frontend, naming.names))?.rows;
  if (own?.ok === false && !isAnswer(own)) {
    const [{words}] = own.reasons;
    return noGroup(
      text(
        `${id} names ${name} as the master, which does not answer: ${words.en}`,
        `${id} 称 ${name} 为主 FE，但后者没有应答：${words.zh}`,
      ),
      'master-mute',
    );
  }
  return noGroup(
    text(
      `${id} names ${name} as the master, which does not say so itself`,
      `${id} 称 ${name} 为主 FE，但后者自己并不这样认为`,
    ),
    'master-disputed',
    'contradict',
  );
};

/** What speaks against a frontend that holds itself for the master, or null. */
const doubt = (cluster: DorisCluster, self: Witness, witnesses: readonly Witness[]): NoRows | null => {
  const {frontend: node} = self;
  const rivals = witnesses.filter(believesInItself);
  if (rivals.length > 1)
    return noGroup(
      text(`${ids(rivals)} each say that they are the master`, `${ids(rivals)} 都称自己是主 FE`),
      'two-masters',
      'contradict',
    );
  const [against] = witnesses.flatMap(({frontend, names}) =>
    names === null || isFrontend(node, names) ? [] : [{frontend, other: nameOfFrontend(cluster, names)}],
  );
  if (against !== undefined)
    return noGroup(
      text(
        `${node.id} says that it is the master, ${against.frontend.id} names ${against.other}`,
        `${node.id} 称自己是主 FE，而 ${against.frontend.id} 认为是 ${against.other}`,
      ),
      'master-disputed',
      'contradict',
    );
  const followers = self.rows.filter(({role}) => role === 'follower');
  const agree = witnesses.filter(
    ({frontend, names}) => names !== null && followers.some(row => isFrontend(frontend, row)),
  ).length;
  const needed = Math.floor(followers.length / 2) + 1;
  if (agree >= needed) return null;
  return noGroup(
    text(
      `${node.id} says that it is the master; of ${followers.length} followers ${agree} agree, ${needed} are needed`,
      `${node.id} 称自己是主 FE；${followers.length} 个 Follower 中有 ${agree} 个认可，需要 ${needed} 个`,
    ),
    'master-unproven',
    'undecided',
  );
};

/**
 * Finds the master: the one frontend that holds itself for it, beside whom no other is named, and whom the majority of the
 * followers hold for it too. One that was cut off, or has just lost its office, may believe in itself for long, but has
 * no majority. No answer during an election.
 */
export const findMaster = async (ask: Ask, cluster: DorisCluster): Promise<Rows<Master>> => {
  const views = await askViews(ask, cluster);
  const failed = views.flatMap(({rows}) => (rows.ok ? [] : [rows]));
  const denied = failed.find(({denied: where}) => where === 'there');
  if (denied !== undefined) return denied;
  const witnesses = views.flatMap(({frontend, rows}): Witness[] =>
    rows.ok ? [{frontend, rows: rows.value, names: masterOf(rows.value)}] : [],
  );
  if (witnesses.length === 0) return noneOf(failed);
  const self = witnesses.find(believesInItself);
  if (self === undefined) return nobody(cluster, witnesses, views);
  return (
    doubt(cluster, self, witnesses) ?? given({node: self.frontend, frontends: self.rows, views: witnesses})
  );
};

/** The backends as the live master sees them. */
export const askBackendsOfMaster = async (
  ask: Ask,
  cluster: DorisCluster,
): Promise<Rows<{readonly master: DorisNode; readonly backends: readonly Backend[]}>> => {
  const master = await findMaster(ask, cluster);
  if (!master.ok) return master;
  const rows = await askRows(ask, cluster, master.value.node, 'SHOW BACKENDS');
  return rows.ok ? given({master: master.value.node, backends: parseBackends(rows.value)}) : rows;
};
