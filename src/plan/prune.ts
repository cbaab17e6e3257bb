import type {Facts} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {type Node, nodeOf} from '../model/inventory.ts';
import {KEPT_KINDS, type KeptKind, keptTitle} from '../model/kept.ts';
import type {Check, Plan} from '../model/plan.ts';
import type {GateRecipe, Move, Procedure, Recipe} from '../model/procedure.ts';
import type {Back, Prune} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';
import {type Ended, judgePlace, type SeenPlace, whatOf, withoutShared} from './kept-places.ts';
import {makePlan} from './make-plan.ts';
import {noWayBack} from './take-back.ts';

/** How many hosts remove something at once: they serve meanwhile. */
const WIDTH = 16;
/** A million of small files, on a disk that is busy with other things. */
const REMOVE_WITHIN_MS = 3_600_000;
const LOOK_WITHIN_MS = 60_000;

const nodeCheck = (node: Node | NodeId, probe: string, title: Text, rest: Partial<Check>): Check => ({
  title,
  node: typeof node === 'string' ? node : node.id,
  probe,
  expect: {},
  withinMs: LOOK_WITHIN_MS,
  pollMs: 5_000,
  ...rest,
});

/** What has to be so before it is removed: it is what was asked about, or an earlier try has come so far. */
const asAsked = (seen: SeenPlace): Check => {
  const {place, id, above, files, folders, bytes, newest} = seen.facts;
  const what = whatOf(seen);
  const half = {place: 'none', going: what, above: above ?? '', id: id ?? '', against: []};
  const whole = {
    ...half,
    place: what,
    going: 'none',
    files: files ?? '',
    folders: folders ?? '',
    bytes: bytes ?? '',
    newest: newest ?? '',
  };
  const gone = {place: 'none', going: 'none', above: above ?? ''};
  const others = place === what ? [half, gone] : [gone];
  return nodeCheck(
    seen.node,
    'kept',
    text(`${seen.path} is what was asked about`, `${seen.path} 与询问时一致`),
    {given: seen.given, expect: place === what ? whole : half, or: others},
  );
};

/** It is gone, and what it lay in is there: of a file system that is not mounted everything seems gone. */
export const isGone = ({node, path, given, facts: {above}}: SeenPlace): Check =>
  nodeCheck(node, 'kept', text(`${path} is gone`, `${path} 已不存在`), {
    given,
    expect: {place: 'none', going: 'none', above: above ?? ''},
  });

/**
 * Nobody works in it or lives in it on another host that has it there too: what its own host cannot see. While it is removed it may have
 * either name there, or none.
 */
const freeElsewhere = (seen: SeenPlace): readonly Check[] => {
  const what = whatOf(seen);
  return (seen.elsewhere ?? []).map(({node, given}) =>
    nodeCheck(
      node,
      'kept',
      text(
        `nothing on ${node} speaks against removing ${seen.path}`,
        `${node} 上没有不能清除 ${seen.path} 的理由`,
      ),
      {
        given,
        expect: {place: what, going: 'none', against: []},
        or: [
          {place: 'none', going: what, against: []},
          {place: 'none', going: 'none'},
        ],
      },
    ),
  );
};

const hold = (check: Check): GateRecipe => ({kind: 'check', check, otherwise: 'hold'});

/** A short look at what has to hold for a while before and at the end. */
const now = ({steadyMs: _, ...check}: Check): Check => check;

const NO_WAY_BACK = text('What is removed is gone for good.', '清除的内容无法恢复。');

const wordOf = (value: Facts[string] | undefined): string => String(value ?? '');

const moveOf = (prune: Prune, node: Node, seen: SeenPlace, i: number, before: readonly Check[]): Move => {
  const {given, facts} = seen;
  const name = seen.path.slice(seen.path.lastIndexOf('/') + 1);
  return {
    name: i === 0 ? 'prune' : `prune-${i + 1}`,
    title: text(`remove ${name}`, `清除 ${name}`),
    gates: [...before, asAsked(seen)].map(hold),
    action: {
      kind: 'script',
      body: prune.body(node),
      vars: {
        ...prune.vars(node),
        path: seen.path,
        kept_stamp: wordOf(given.stamp),
        homes: wordOf(given.homes),
        used: wordOf(given.used),
        closed: wordOf(given.closed),
        known_by: wordOf(given.knownBy),
        what: whatOf(seen),
        id: wordOf(facts.id),
        above_was: wordOf(facts.above),
        files: wordOf(facts.files),
        folders: wordOf(facts.folders),
        bytes: wordOf(facts.bytes),
        newest: wordOf(facts.newest),
      },
      timeoutMs: REMOVE_WITHIN_MS,
      trust: 'exit',
    },
    done: [isGone(seen)],
    undo: {kind: 'impossible', because: NO_WAY_BACK},
    typicalMs: 10_000,
    destroys: keptTitle(seen.kind),
  };
};

type Looks = {
  readonly around: readonly Check[];
  verify(node: Node): readonly [Check, ...Check[]];
};

const blastOf = (seen: SeenPlace) => ({
  node: seen.node,
  probe: 'kept-blast',
  given: {
    ...seen.given,
    what: whatOf(seen),
    id: wordOf(seen.facts.id),
    above: wordOf(seen.facts.above),
    ...Object.fromEntries(
      ['files', 'folders', 'bytes', 'newest'].flatMap(name => {
        const value = seen.facts[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
  },
});

/** What the removal costs: the way back, unless there is none already. */
const afterwards = (ended: Ended): Text => {
  const {from, to} = ended.state.plan;
  const none = noWayBack(ended);
  return none === null
    ? text(`After that there is no way back from ${to} to ${from}.`, `此后无法再从 ${to} 回退到 ${from}。`)
    : text(
        `There is no way back from ${to} to ${from} already: ${none.en}`,
        `从 ${to} 回退到 ${from} 已不可能：${none.zh}`,
      );
};

const recipeOf = (
  {state, system, cluster}: Ended,
  prune: Prune,
  kind: KeptKind,
  places: readonly SeenPlace[],
  {around, verify}: Looks,
): Recipe => {
  const {run} = state;
  const title = keptTitle(kind);
  const after = afterwards({state, system, cluster});
  const looks = [...around, ...places.flatMap(freeElsewhere)].map(hold);
  const nodes = [...new Set(places.map(({node}) => node))].map(id => nodeOf(cluster, id));
  const many =
    nodes.length === 1 ? text('1 node', '1 个节点') : text(`${nodes.length} nodes`, `${nodes.length} 个节点`);
  return {
    name: `prune-${kind}`,
    title: text(`Remove ${title.en}`, `清除${title.zh}`),
    role: nodes[0]?.role ?? system.roles[0]?.name ?? '',
    width: WIDTH,
    order: () => ({kind: 'listed'}),
    nodes: () => nodes,
    gates: () => [
      ...looks,
      {
        kind: 'confirm',
        ask: text(
          `Remove the ${title.en} that run ${run} has kept, on ${many.en}? ${after.en}`,
          `清除运行 ${run} 保留在 ${many.zh}上的${title.zh}？${after.zh}`,
        ),
        danger: 'destructive',
        outages: [],
        phrase: cluster.name,
        blast: places.map(blastOf),
      },
      ...looks,
    ],
    steps: node => {
      const before = verify(node).map(now);
      const [first, ...others] = places
        .filter(seen => seen.node === node.id)
        .map((seen, i) => moveOf(prune, node, seen, i, i === 0 ? before : []));
      if (first === undefined) throw new Error(`nothing is kept on ${node.id}`);
      return [first, ...others];
    },
  };
};

/** The last looks at a node that the run left as it is: they say as well whether it may be pruned. */
export const asLeft =
  ({state: {plan}, cluster}: Ended, back: Back) =>
  (node: Node): readonly [Check, ...Check[]] =>
    back.verify(node, {cluster, plan, version: plan.to, is: 'as it was', found: () => ({})});

/** What was seen before a plan is made: each place, and of each node its facts, and what its home holds. */
export type PruneSurvey = {
  readonly places: readonly SeenPlace[];
  /** Whether something else stays that was kept: by the operator's word, or for what was seen of it. */
  readonly stays: boolean;
  readonly facts: ReadonlyMap<NodeId, Facts>;
  readonly homeFiles: ReadonlyMap<NodeId, string>;
};

/**
 * The plan that removes what a run has kept: a phase for each kind, and in each a question that shows every place. Null where
 * nothing is to be removed. At the end all of it has to be gone, every node as well as it was, and its home untouched.
 */
export const prunePlan = (
  ended: Ended,
  {places, stays, facts, homeFiles}: PruneSurvey,
  stamp: string,
): Plan | null => {
  const {state, system, cluster} = ended;
  const {prune, back} = system;
  if (prune === undefined || back === undefined) return null;
  const {plan, run} = state;
  const ready = withoutShared(places.filter(seen => judgePlace(seen) === 'ready'));
  if (ready.length === 0) return null;
  const looks: Looks = {around: prune.around(cluster, plan), verify: asLeft(ended, back)};
  const untouched = (node: Node): readonly Check[] => {
    const files = homeFiles.get(node.id);
    const title = text('its home holds what it held', '安装目录内容未变');
    return files === undefined ? [] : [nodeCheck(node, 'home-files', title, {expect: {files}})];
  };
  const procedure: Procedure = {
    name: 'prune',
    title: text(`Prune run ${run}`, `清除运行 ${run} 保留的内容`),
    phases: KEPT_KINDS.flatMap(kind => {
      const own = ready.filter(seen => seen.kind === kind);
      return own.length === 0 ? [] : [recipeOf(ended, prune, kind, own, looks)];
    }),
    verify: node => {
      const [first, ...others] = looks.verify(node);
      const gone = ready.filter(seen => seen.node === node.id).map(isGone);
      return [first, ...others, ...untouched(node), ...gone];
    },
  };
  const after = afterwards(ended);
  const rule = {
    says: text(
      `What run ${run} has kept for a way back is removed. ${after.en}`,
      `清除运行 ${run} 为回退保留的内容。${after.zh}`,
    ),
    source: plan.rule.source,
  };
  const target = {from: plan.to, to: plan.to, stamp};
  return {...makePlan({procedure, rule}, {cluster, facts, target}), prunes: {run, whole: !stays}};
};
