import {nameNodes} from '../model/describe-service.ts';
import type {NodeId} from '../model/ids.ts';
import {joinTexts, plain, SEMICOLON, type Text} from '../model/text.ts';
import {outNow, servesNow} from '../store/service.ts';
import type {ScreenNode, State} from '../store/state.ts';
import {messages} from './messages.ts';

/** Nodes that stand in for each other, and who of them is seen to serve. */
type KindServing = {readonly kind: Text; readonly all: number; readonly serving: readonly NodeId[]};

/** How many nodes that serve are named, and of how many kinds it is said by itself. */
const NAMED = 6;
const KINDS_MOST = 3;

/** "Backends cg_etl". */
export const kindTitle = ({cluster}: Pick<State, 'cluster'>, {role, group}: ScreenNode): Text => {
  const title = cluster.roles.find(({name}) => name === role)?.title ?? plain(role);
  return group === undefined ? title : joinTexts([title, plain(group)], plain(' '));
};

const kindsServing = (state: State, ids: readonly NodeId[]): readonly KindServing[] => {
  const [wanted, out] = [new Set(ids), new Set(outNow(state).map(({node}) => node))];
  const kinds = Map.groupBy(state.cluster.nodes, ({role, group}) => `${role}\0${group ?? ''}`);
  return [...kinds.values()].flatMap(nodes => {
    const [first] = nodes;
    if (first === undefined || !nodes.some(({id}) => wanted.has(id))) return [];
    const serving = nodes.flatMap(({id}) => (!out.has(id) && servesNow(state, id) ? [id] : []));
    return [{kind: kindTitle(state, first), all: nodes.length, serving}];
  });
};

/** Who of the kinds of these nodes serves, the longest way to say it first; each says of how many. */
export const servingWays = (state: State, ids: readonly NodeId[]): readonly Text[] => {
  const kinds = kindsServing(state, ids);
  const all = kinds.reduce((sum, kind) => sum + kind.all, 0);
  const n = kinds.reduce((sum, {serving}) => sum + serving.length, 0);
  const short = kinds.length === 1 ? messages.servingOf(n, all) : messages.servingOfKinds(n, all);
  if (kinds.length > KINDS_MOST) return [short];
  const each = (say: (kind: KindServing) => Text): Text => joinTexts(kinds.map(say), SEMICOLON);
  return [
    each(({kind, all: of, serving}) =>
      of === 1 ? messages.noPeers : messages.serving(serving.length, of, kind, nameNodes(serving, NAMED)),
    ),
    each(({kind, all: of, serving}) => messages.servingKind(serving.length, of, kind)),
    short,
  ];
};
