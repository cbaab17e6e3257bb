import {listOf} from '../../../src/model/facts.ts';
import type {Doris} from '../../../src/systems/doris/fields.ts';
import {commonDeeds, packagedFacts} from './deeds-common.ts';
import type {Deed, Met, Tools} from './follow.ts';

type Said = Met<Doris>;

const PACKAGE = ['package', 'packageBin', 'packageLib', 'packageVersion', 'packageVersionUnknown'];
const RUNS = ['packageCause', 'packageSaid', 'packageRefused', 'packageStart', 'packageStop'];
const VERSION = ['version', 'leftovers', 'fe', 'process', 'health'];

/** What the advices of Doris say. */
export const dorisDeeds = (tools: Tools<Doris>): readonly Deed<Doris>[] => {
  const {seen, well, allWell, see, typed, edit, nodesIn, atNode, inSettings, removed, healthy} = tools;
  const packaged = (met: Said) => well(met, ...PACKAGE, ...RUNS);
  const java = (met: Said) => well(met, 'java', 'javaHome', 'jdk', ...RUNS, 'packageVersion');
  const atHome = (met: Said) => ({...met, finding: {...met.finding, node: null}});
  const lineOf = (met: Said, line: string) => atNode(met.survey, met.finding.node, line);
  /** What is done ends these reasons alone for which a backend gets no work. */
  const worksAgain = (met: Said, why: RegExp) =>
    see(met.survey, [String(met.finding.node)], (_, facts) => ({
      unfit: listOf(facts, 'unfit').filter(each => !why.test(each)),
    }));
  /** Lines of the inventory that lead the node to where the cluster has it. */
  const member = (met: Said) => {
    const lines = [...(met.said[1] ?? '').matchAll(/`([^`]*)`/g)].map(([, words]) => words ?? '');
    const now = atNode(met.survey, met.finding.node, ...lines);
    return well(
      {...met, survey: see(now, null, () => ({unknownFrontends: [], unknownBackends: []}))},
      'fe',
      'alive',
      'knownAs',
      'rows',
    );
  };
  return [
    ...commonDeeds(tools),
    // Inventory and cluster.
    {
      says: /Add its nodes to the inventory/,
      does: met => ({...met.survey, cluster: healthy.cluster, facts: healthy.facts}),
    },
    {
      says: /correct `queryPort` in the inventory/,
      does: met => allWell({...met, survey: lineOf(met, 'queryPort: 9030')}),
    },
    {says: /Wait until an election is over/, does: met => well(met, 'fe')},
    {says: /It is asked by SQL before its stop, and not once more at the signal/, does: null},
    {says: /enable_all_http_auth\), turn that off/, does: met => well(met, 'saysRole')},
    {
      says: /mend the group before anything is restarted/,
      does: met => well(met, 'sees', 'seesMaster', 'haMaster'),
    },
    {says: /Look again: an election lasts seconds/, does: met => well(met, 'seesMaster', 'sees')},
    {says: /Compare by hand what each frontend answers to SHOW FRONTENDS/, does: null},
    {
      says: /Add these (?:frontends|backends) to the inventory/,
      does: met => see(met.survey, null, () => ({unknownFrontends: [], unknownBackends: []})),
    },
    {
      says: /Remove it from the inventory, or set its `address`/,
      does: met => removed(met.survey, String(met.finding.node)),
    },
    {says: /At this node, write where the cluster has it: (.*)\.$/, does: member},
    {says: /Find out who dropped it.*ALTER SYSTEM ADD/, does: met => well(met, 'fe', 'alive', 'knownAs')},
    {
      says: /Correct `group` in the inventory/,
      does: met => {
        const [, group = ''] = /cluster says (\S+),/.exec(met.finding.seen?.en ?? '') ?? [];
        return lineOf(met, `group: ${group}`);
      },
    },
    {says: /where nobody else does, the outage is to be confirmed\./, does: null},
    {says: /CANCEL DECOMMISSION BACKEND/, does: met => worksAgain(met, /^decommissioned$/)},
    {says: /ALTER SYSTEM MODIFY BACKEND/, does: met => worksAgain(met, /^(?:query|load)-disabled$/)},
    {says: /have its compute group resumed/, does: met => worksAgain(met, /^group-/)},
    {says: /Read the release notes of those between/, does: null},
    {says: /Make sure that this is one/, does: null},
    // Versions.
    {says: /lakeup takes on from there/, does: null},
    {says: /It goes first, before anybody else is stopped/, does: null},
    {says: /Finish by hand, one at a time/, does: met => well(atHome(met), ...VERSION)},
    {says: /Bring them to one by hand/, does: met => well(atHome(met), ...VERSION)},
    {
      says: /Or correct `version`, where another one is meant/,
      does: met => {
        const [, newest = ''] = /^(\S+): /.exec(met.finding.seen?.en ?? '') ?? [];
        return see(inSettings(met.survey, `version: ${newest}`), null, () => ({packageVersion: newest}));
      },
    },
    {says: /Let the same time service set all of them/, does: met => well(met, 'clockLeast', 'clockMost')},
    {says: /bring them up first\.$/, does: allWell},
    {
      // There is nothing to upgrade then, unless more is wanted.
      says: /Set up a new cluster of that version and restore/,
      does: met => {
        const {version} = met.survey.cluster.settings;
        return see(allWell(atHome(met)), null, () => ({version}));
      },
    },
    {
      says: /write another `version` if that was not meant/,
      does: met => see(inSettings(met.survey, 'version: 3.1.3'), null, () => ({packageVersion: '3.1.3'})),
    },
    // Nodes.
    {says: /Bring the node up and healthy first; its log says why/, does: allWell},
    {says: /then `lakeup upgrade` looks at it again/, does: allWell},
    {says: /Bring the old .* `lakeup upgrade` takes it on from there/, does: allWell},
    {says: /[Oo]n its host.*: cd .*Once it is healthy, `lakeup upgrade` takes on/, does: allWell},
    {
      says: /Write `(httpPort: 0)` at the frontends/,
      does: met =>
        see(lineOf(met, met.said[1] ?? ''), [String(met.finding.node)], () => ({health: 'ok', causes: []})),
    },
    {
      says: /Write `(webPort: 0)` at the backends/,
      does: met =>
        see(lineOf(met, met.said[1] ?? ''), [String(met.finding.node)], () => ({health: 'ok', causes: []})),
    },
    {
      says: /or write `(httpPort: 0)` if http_port is 0/,
      does: met =>
        see(lineOf(met, met.said[1] ?? ''), [String(met.finding.node)], () => ({health: 'ok', causes: []})),
    },
    {
      says: /(?:correct|Another program answers there: correct) `(port|webPort|httpPort)`/,
      does: met =>
        well({...met, survey: lineOf(met, `${met.said[1]}: 18030`)}, 'health', 'http', 'causes', 'httpSaid'),
    },
    {says: /Wait until it has started/, does: met => well(met, 'health', 'http', 'causes')},
    {
      says: /Correct the role in the inventory/,
      does: met =>
        edit(met.survey, tree => {
          const [block] = nodesIn(tree).filter(({name}) => name === met.finding.node);
          const [, role = ''] = /plays (\S+),/.exec(met.finding.seen?.en ?? '') ?? [];
          for (const of of Object.values(tree.roles)) of.nodes = of.nodes.filter(each => each !== block);
          if (block !== undefined) tree.roles[role]?.nodes.push(block);
          for (const [name, {nodes}] of Object.entries(tree.roles))
            if (nodes.length === 0) delete tree.roles[name];
        }),
    },
    {says: /Unpack the new package on this host/, does: packaged},
    {says: /Put the right package there, or correct `version`/, does: packaged},
    {
      says: /or correct `(version)`\.$/,
      does: met =>
        see(inSettings(met.survey, 'version: 3.1.1'), null, () => ({
          ...packagedFacts(tools),
          packageVersion: '3.1.1',
        })),
    },
    {
      says: /Write the real directory as `home`/,
      does: met => well({...met, survey: lineOf(met, 'home: /opt/doris/real')}, 'home', 'bin', 'lib'),
    },
    {
      says: /Use a complete installation and package/,
      does: met => well(met, 'homeStart', 'homeStop', ...RUNS),
    },
    {says: /Nothing to do: the process itself will be signalled/, does: null},
    {says: /Restart it under the name/, does: allWell},
    {says: /or upgrade this node by hand\.$/, does: allWell},
    // What is the site's own.
    {says: /into the package’s bin before you go on/, does: met => seen(met, {extras: []})},
    {says: /make in the package’s bin the changes you need/, does: met => seen(met, {edited: []})},
    {says: /lists them, among those of other versions/, does: null},
    {says: /or into the package’s lib/, does: met => seen(met, {siteFiles: []})},
    {says: /they may be copied now: `cp -R /, does: met => seen(met, {brings: []})},
    {
      says: /It would stay at the old version\. Add it to the inventory/,
      does: met => seen(met, {beside: []}),
    },
    // What the package's scripts ask for.
    {says: /Put the package for \S+ there/, does: packaged},
    {says: /Unpack the release again/, does: packaged},
    {says: /Install the JDK it asks for/, does: java},
    {says: /Write JAVA_HOME in the node’s conf/, does: java},
    {says: /Write JAVA_OPTS_FOR_JDK_17/, does: packaged},
    {says: /`ldd` on the binary/, does: packaged},
    {says: /Use a build for this distribution/, does: packaged},
    {says: /Put the package for processors without AVX2/, does: packaged},
    {says: /start script with --version by hand, and look at its exit code/, does: packaged},
    {says: /Put right what it says; run its start script/, does: packaged},
    {says: /Look again; if it stays so, run its start script/, does: packaged},
    {says: /Raise the hard limit of open files/, does: met => well(met, 'sessionHard')},
    {says: /`(sysctl [^`]*)`/, does: met => typed(met, met.said[1] ?? '')},
    {
      says: /Look at the others before you go on: `fdbcli --exec status`/,
      does: met => seen(met, {storeAway: []}),
    },
    {says: /Bring FoundationDB back/, does: met => seen(met, {store: 'reached', storeAway: []})},
    {
      says: /write `(askStore: false)` in the settings/,
      does: met =>
        see(inSettings(met.survey, met.said[1] ?? ''), null, () => ({store: 'unknown', storeAway: []})),
    },
    {says: /As root: `(mount [^`]*)`/, does: met => typed(met, met.said[1] ?? '')},
    {says: /`(swapoff [^`]*)`/, does: met => typed(met, met.said[1] ?? '')},
    {
      says: /Or write SKIP_CHECK_ULIMIT = true in conf/,
      does: met => seen(met, {demandsMaps: undefined, demandsFiles: undefined, demandsSwapOff: undefined}),
    },
    {says: /Install JDK(?: \d+)? and write it as JAVA_HOME/, does: java},
  ];
};
