import {placeOf, sameAddress} from '../../../lib/address.ts';
import {yamlLine} from '../../../lib/yaml-line.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {joinTexts, plain, type Text, text} from '../../../model/text.ts';
import {block, type Problem, shown, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {addressesOf, type Doris, type DorisNode, memberPortOf, nodesOf} from '../fields.ts';

/** How the two roles that are members of the group are told apart here. */
type Members = {
  readonly name: string;
  readonly role: 'be' | 'fe';
  readonly title: Text;
  /** What the role's nodes are called in a sentence, and how one is brought back into the group. */
  readonly called: Text;
  readonly added: string;
  /** Whether the group was told and this node is not in it. */
  readonly absent: (facts: Facts) => boolean;
};

const stranger = (place: string, called: Text): Problem =>
  block(
    text(`the cluster has ${place}, the inventory does not`, `集群中有 ${place}，清单中没有`),
    text(
      `Add these ${called.en} to the inventory; if one is there under another name, set its \`address\`.`,
      `请把这些 ${called.zh} 加入清单；如果只是名称不同，请设置其 \`address\`。`,
    ),
  );

/** Where a node was looked for in the group: under each of its names. */
const soughtAs = (node: DorisNode): string =>
  addressesOf(node)
    .map(address => placeOf(address, memberPortOf(node)))
    .join(', ');

const hostOf = (place: string): string => place.slice(0, place.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');

const isAt = (node: DorisNode, place: string): boolean =>
  addressesOf(node).some(address => sameAddress(address, hostOf(place)));

/** The facts of a frontend that list members which the inventory does not know. */
const STRANGERS = {fe: 'unknownFrontends', be: 'unknownBackends'} as const;

const strangersIn = (survey: Survey<Doris>, role: keyof typeof STRANGERS): readonly string[] => [
  ...new Set(surveyed(survey, 'fe').flatMap(({facts}) => listOf(facts, STRANGERS[role]))),
];

/**
 * Where the cluster may have a node, of the places that nobody in the inventory has: at the node's own host, or else where no other
 * node of its role is. What a frontend knows of itself needs no guess.
 */
const placesFor = (node: DorisNode, facts: Facts, survey: Survey<Doris>, strangers: readonly string[]) => {
  if (typeof facts.knownAs === 'string') return [facts.knownAs];
  const here = strangers.filter(place => isAt(node, place));
  const others = nodesOf(survey.cluster, node.fields.role).filter(({id}) => id !== node.id);
  return here.length > 0 ? here : strangers.filter(place => !others.some(other => isAt(other, place)));
};

/** What the inventory has to say for a node to be what the cluster has at that place. */
const linesFor = (node: DorisNode, place: string): Text => {
  const [address, port] = [hostOf(place), Number(place.slice(place.lastIndexOf(':') + 1))];
  const field = node.fields.role === 'be' ? 'heartbeatPort' : 'editLogPort';
  const lines = [
    ...(addressesOf(node).some(known => sameAddress(known, address)) ? [] : [yamlLine('address', address)]),
    ...(port === memberPortOf(node) ? [] : [`${field}: ${port}`]),
  ];
  return joinTexts(
    lines.map(line => plain(`\`${line}\``)),
    text(' and ', ' 和 '),
  );
};

const writtenAt = (node: DorisNode, places: readonly string[]): Text => {
  const lines = joinTexts(
    places.map(place => linesFor(node, place)),
    text(', or ', '，或 '),
  );
  return text(
    `At this node, write where the cluster has it: ${lines.en}.`,
    `请在该节点上写明它在集群中的位置：${lines.zh}。`,
  );
};

/** What to write at a node whose row is missing, where the cluster may have it by another place; else null. */
export const placeAdvice = (node: DorisNode, facts: Facts, survey: Survey<Doris>): Text | null => {
  const {role} = node.fields;
  if (role !== 'fe' && role !== 'be') return null;
  if (String(listOf(facts, 'causes')) !== 'row=missing') return null;
  const places = placesFor(node, facts, survey, strangersIn(survey, role));
  return places.length === 0 ? null : writtenAt(node, places);
};

/** A node that works is never to be taken out of the inventory: the cluster knows it by another name, or dropped it. */
const unmatched = (node: DorisNode, facts: Facts, places: readonly string[], {added}: Members): Problem => {
  const port = memberPortOf(node);
  const running = facts.process === 'running';
  const listened = listOf(facts, 'busyPorts').includes(String(port));
  const sought = soughtAs(node);
  const written = writtenAt(node, places);
  if (!running && !listened)
    return block(
      text(
        `${node.id} is in the inventory, the cluster does not have it (${sought})`,
        `清单中有 ${node.id}，集群中没有（${sought}）`,
      ),
      // At its own host only its port can be another one.
      places.some(place => isAt(node, place))
        ? written
        : text('Remove it from the inventory, or set its `address`.', '请从清单中删除，或设置其 `address`。'),
    );
  const pid = shown(facts, 'pid');
  const seen = running
    ? text(
        `its process ${pid.en} runs, but the cluster has nothing at ${sought}`,
        `其进程 ${pid.zh} 正在运行，但集群中没有 ${sought}`,
      )
    : text(
        `somebody listens on its port ${port}, but the cluster has nothing at ${sought}`,
        `其端口 ${port} 有进程监听，但集群中没有 ${sought}`,
      );
  return block(
    seen,
    places.length > 0
      ? written
      : text(
          `The cluster has no other name for it either. Find out who dropped it, and why; ${added} brings it back.`,
          `集群中也没有它的其他名称。请先查明它为何被移出；${added} 可以让它回来。`,
        ),
  );
};

const membership = (members: Members): Preflight<Doris> =>
  wholeCluster<Doris>(members.name, members.title, survey => {
    const {role, called, absent} = members;
    const strangers = strangersIn(survey, role);
    const missing = surveyed(survey, role)
      .filter(({facts}) => absent(facts))
      .map(({node, facts}) => ({node, facts, places: placesFor(node, facts, survey, strangers)}));
    // What is one of those by another port is no further node.
    const theirs = missing.flatMap(({node, facts, places}) =>
      places.filter(place => place === facts.knownAs || isAt(node, place)),
    );
    return [
      ...strangers.filter(place => !theirs.includes(place)).map(place => stranger(place, called)),
      ...missing.map(({node, facts, places}) => ({...unmatched(node, facts, places, members), node})),
    ];
  });

/** Inventory and cluster name the same nodes; addresses are compared as addresses. */
export const MEMBERSHIP: readonly Preflight<Doris>[] = [
  membership({
    name: 'frontends-known',
    role: 'fe',
    title: text('Inventory and cluster name the same frontends', '清单与集群的 FE 一致'),
    called: text('frontends', 'FE'),
    added: 'ALTER SYSTEM ADD FOLLOWER',
    absent: facts => facts.sees !== undefined && (facts.fe === undefined || facts.knownAs !== undefined),
  }),
  membership({
    name: 'backends-known',
    role: 'be',
    title: text('Inventory and cluster name the same backends', '清单与集群的 BE 一致'),
    called: text('backends', 'BE'),
    added: 'ALTER SYSTEM ADD BACKEND',
    absent: facts => facts.rows === undefined && facts.alive === undefined,
  }),
];
