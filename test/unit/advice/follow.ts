import {parse, stringify} from 'yaml';
import {runPreflight} from '../../../src/cli/preflight.ts';
import {formatProblem} from '../../../src/inventory/problem.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import type {Facts} from '../../../src/model/facts.ts';
import type {Finding} from '../../../src/model/finding.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {Cluster, Node, Product} from '../../../src/model/inventory.ts';
import type {Survey} from '../../../src/model/survey.ts';
import type {System} from '../../../src/model/system.ts';
import {typedOn} from './host-commands.ts';

/*
 * An advice is followed as an operator follows it: lines of the inventory are written into a real file, by the very words that are
 * printed, and read by the reader of inventories; what is done on hosts is what a look sees of them afterwards.
 */

/** A fact that is undefined is not there. */
export type Changes = Readonly<Record<string, Facts[string] | undefined>>;

/** A finding, where it was found, and the words of its advice that are followed. */
export type Met<P extends Product> = {
  readonly survey: Survey<P>;
  readonly finding: Finding;
  readonly said: RegExpExecArray;
};

/**
 * What somebody does who reads these words. Null: nothing has to be done before the run, which goes on as it is; only a warning may
 * say so.
 */
export type Deed<P extends Product> = {
  readonly says: RegExp;
  readonly does: ((met: Met<P>) => Survey<P>) | null;
  /** What blocks then and is the end of it: nothing is left for lakeup to do. */
  readonly ends?: RegExp;
};

type Block = Record<string, unknown>;
/** A cluster as its block of an inventory file. */
type Tree = {settings: Block; roles: Record<string, {nodes: Block[]}>};

const treeOf = <P extends Product>({settings, nodes, hosts}: Cluster<P>): Tree => {
  const blockOf = ({id, host, group, home, fields}: Node<P>): Block => {
    const {role: _, ...own} = {role: null, ...Object(fields)};
    const its = hosts.find(each => each.id === host);
    const ssh = its?.user === undefined ? {} : {ssh: {user: its.user}};
    return {
      ...{name: id, host},
      ...(group === undefined ? {} : {group}),
      ...(home === null ? {} : {home}),
      ...own,
      ...ssh,
    };
  };
  const roles = Map.groupBy(nodes, ({role}) => role);
  return {
    settings: structuredClone(Object(settings)),
    roles: Object.fromEntries([...roles].map(([role, of]) => [role, {nodes: of.map(blockOf)}])),
  };
};

export type Tools<P extends Product> = ReturnType<typeof makeTools<P>>;

/** What can be done about findings of a system, beside a survey in which all is well. */
export const makeTools = <P extends Product>(system: System<P>, healthy: Survey<P>) => {
  /** The survey after these nodes were seen otherwise; of all nodes where none is named. */
  const see = (
    survey: Survey<P>,
    nodes: readonly string[] | null,
    changes: (id: NodeId, facts: Facts) => Changes,
  ): Survey<P> => ({
    ...survey,
    facts: new Map(
      survey.cluster.nodes.flatMap(({id}): [NodeId, Facts][] => {
        const facts = survey.facts.get(id);
        if (nodes !== null && !nodes.includes(id)) return facts === undefined ? [] : [[id, facts]];
        const now = Object.entries({...facts, ...changes(id, facts ?? {})});
        const known = now.filter((entry): entry is [string, Facts[string]] => entry[1] !== undefined);
        return [[id, Object.fromEntries(known)]];
      }),
    ),
  });
  const whose = ({finding: {node}}: Pick<Met<P>, 'finding'>): readonly string[] | null =>
    node === null ? null : [node];

  /** These facts of the finding's node, or of every node, are seen from now on. */
  const seen = (met: Met<P>, changes: Changes): Survey<P> => see(met.survey, whose(met), () => changes);
  /** What was wrong is as it is where all is well, on the finding's node or on every node. */
  const well = (met: Met<P>, ...names: readonly string[]): Survey<P> =>
    see(met.survey, whose(met), id => {
      const facts = healthy.facts.get(id) ?? {};
      return Object.fromEntries(names.map(name => [name, facts[name]]));
    });
  /** The whole node is well, or every node. */
  const allWell = (met: Met<P>): Survey<P> =>
    see(met.survey, whose(met), (id, facts) => {
      const gone = Object.keys(facts).map(name => [name, undefined]);
      return {...Object.fromEntries(gone), ...healthy.facts.get(id)};
    });
  /** A command that is printed is typed on the host of the finding's node. */
  const typed = (met: Met<P>, line: string): Survey<P> => {
    const {node} = met.finding;
    const found = met.survey.cluster.nodes.find(({id}) => id === node);
    if (found === undefined) throw new Error(`on which host is this typed: ${line}`);
    const facts = met.survey.facts.get(found.id) ?? {};
    return seen(met, typedOn({facts, home: found.home ?? ''}, line));
  };
  /** Somebody edits the inventory; its reader takes it, or this fails with what it says. */
  const edit = (survey: Survey<P>, change: (tree: Tree) => void): Survey<P> => {
    const {name, system: of} = survey.cluster;
    const tree = treeOf(survey.cluster);
    change(tree);
    const file = stringify({clusters: {[name]: {system: of, ...tree}}});
    const read = parseCluster(file, 'inventory.yaml', name, [system as unknown as System]);
    if (read.kind === 'problems')
      throw new Error(read.problems.map(problem => formatProblem(problem, 'en')).join('\n'));
    const cluster = read.cluster as unknown as Cluster<P>;
    const ids = new Set(cluster.nodes.map(({id}) => id));
    return {cluster, facts: new Map([...survey.facts].filter(([id]) => ids.has(id)))};
  };
  const nodesIn = ({roles}: Tree): Block[] => Object.values(roles).flatMap(({nodes}) => nodes);
  /** A line as it is printed, as YAML reads it. */
  const line = (printed: string | undefined): Block => Object(parse(printed ?? ''));
  /** Lines are written at a node, as they are printed. */
  const atNode = (survey: Survey<P>, node: string | null, ...printed: readonly string[]): Survey<P> =>
    edit(survey, tree => {
      for (const block of nodesIn(tree).filter(({name}) => name === node))
        Object.assign(block, ...printed.map(line));
    });
  /** A line is written under `ssh` of every node of the node's host. */
  const underSsh = (survey: Survey<P>, node: string | null, printed: string): Survey<P> =>
    edit(survey, tree => {
      const host = nodesIn(tree).find(({name}) => name === node)?.host;
      for (const block of nodesIn(tree).filter(each => each.host === host))
        block.ssh = {...Object(block.ssh), ...line(printed)};
    });
  const inSettings = (survey: Survey<P>, ...printed: readonly string[]): Survey<P> =>
    edit(survey, ({settings}) => void Object.assign(settings, ...printed.map(line)));
  const inConf = (survey: Survey<P>, ...printed: readonly string[]): Survey<P> =>
    edit(survey, ({settings}) => {
      settings.conf = Object.assign({}, settings.conf, ...printed.map(line));
    });
  const outOfConf = (survey: Survey<P>, ...keys: readonly string[]): Survey<P> =>
    edit(survey, ({settings}) => {
      const left = Object.entries(Object(settings.conf)).filter(([key]) => !keys.includes(key));
      settings.conf = Object.fromEntries(left);
    });
  const removed = (survey: Survey<P>, ...nodes: readonly string[]): Survey<P> =>
    edit(survey, tree => {
      for (const role of Object.values(tree.roles))
        role.nodes = role.nodes.filter(({name}) => !nodes.includes(String(name)));
      for (const [name, {nodes: left}] of Object.entries(tree.roles))
        if (left.length === 0) delete tree.roles[name];
    });
  return {
    ...{system, healthy, see, seen, well, allWell, typed, edit, nodesIn},
    ...{atNode, underSsh, inSettings, inConf, outOfConf, removed},
  };
};

const isSame = (a: Finding, b: Finding): boolean =>
  a.check === b.check &&
  a.node === b.node &&
  a.level === b.level &&
  a.seen?.en === b.seen?.en &&
  a.fix?.en === b.fix?.en;

const blocking = <P extends Product>(system: System<P>, survey: Survey<P>): readonly Finding[] =>
  runPreflight(system as unknown as System, survey as unknown as Survey).findings.filter(
    ({level}) => level === 'block',
  );

/** How often somebody looks again who has done what the first thing that blocks says. */
const ROUNDS = 12;

/** The ways that an advice names, each by its words. */
export const waysOf = <P extends Product>(
  deeds: readonly Deed<P>[],
  {fix}: Finding,
): readonly {readonly deed: Deed<P>; readonly said: RegExpExecArray}[] =>
  deeds.flatMap(deed => {
    const said = deed.says.exec(fix?.en ?? '');
    return said === null ? [] : [{deed, said}];
  });

/** What still blocks once everything that blocks was done as it says, one thing after the other: nothing, or it leads nowhere. */
const leftOver = <P extends Product>(
  system: System<P>,
  deeds: readonly Deed<P>[],
  from: Survey<P>,
  ends: RegExp | undefined,
): readonly string[] => {
  let survey = from;
  for (let round = 0; round < ROUNDS; round++) {
    const [first] = blocking(system, survey);
    if (first === undefined || ends?.test(first.seen?.en ?? '') === true) return [];
    const [way] = waysOf(deeds, first).flatMap(({deed: {does}, said}) =>
      typeof does === 'function' ? [{does, said}] : [],
    );
    if (way === undefined) return [`nobody knows how to follow: ${first.check}: ${first.fix?.en}`];
    survey = way.does({survey, finding: first, said: way.said});
  }
  return blocking(system, survey).map(({check, seen, fix}) => `${check}: ${seen?.en} → ${fix?.en}`);
};

/** Follows an advice by one of its ways. What is wrong with that, a sentence each; none where the finding is gone and it goes on. */
export const follow = <P extends Product>(
  system: System<P>,
  deeds: readonly Deed<P>[],
  survey: Survey<P>,
  finding: Finding,
  {deed, said}: ReturnType<typeof waysOf<P>>[number],
): readonly string[] => {
  if (deed.does === null)
    return finding.level === 'warn' ? [] : ['it blocks, and its advice is to do nothing'];
  const after = deed.does({survey, finding, said});
  const {findings} = runPreflight(system as unknown as System, after as unknown as Survey);
  const still = findings.find(each => isSame(each, finding));
  return still === undefined
    ? leftOver(system, deeds, after, deed.ends)
    : [`it was done, and is still said: ${finding.check}: ${finding.seen?.en} → ${finding.fix?.en}`];
};
