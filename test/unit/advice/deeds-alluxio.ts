import type {Alluxio} from '../../../src/systems/alluxio/fields.ts';
import {commonDeeds} from './deeds-common.ts';
import type {Deed, Met, Tools} from './follow.ts';

type Said = Met<Alluxio>;

const PACKAGE = ['package', 'packageVersion'];
const JOURNAL = [
  ...['journalType', 'journalTypeSource', 'journalFolder', 'conf.alluxio.master.journal.type'],
  ...['conf.alluxio.master.embedded.journal.addresses', 'conf.alluxio.zookeeper.enabled'],
];
const MEMBERS = 'conf.alluxio.master.embedded.journal.addresses';
const mastersOf = ({cluster}: Said['survey']): readonly string[] =>
  cluster.nodes.flatMap(({id, role}) => (role === 'master' ? [id] : []));
const membersOf = ({cluster}: Said['survey']): string =>
  cluster.nodes.flatMap(({host, role}) => (role === 'master' ? [`${host}:19200`] : [])).join(',');
const ALREADY = /^The cluster runs \S+ already\.$/;
const OTHER_PATH = 'cachePath: /data/other';

/** What the advices of Alluxio say. */
export const alluxioDeeds = (tools: Tools<Alluxio>): readonly Deed<Alluxio>[] => {
  const {seen, well, allWell, see, edit, nodesIn, healthy} = tools;
  const {atNode, inSettings, inConf, outOfConf, removed} = tools;
  const everywhere = (met: Said): Said => ({...met, finding: {...met.finding, node: null}});
  const cluster = (met: Said, line: string) => inSettings(met.survey, line);
  /** Every line between backticks of the words that are followed, under `conf`. */
  const confLines = ({said, survey}: Said) =>
    inConf(
      survey,
      ...[...said[0].matchAll(/`(alluxio\.[^`]*: [^`]*)`/g)].map(([, line]) =>
        (line ?? '').replace('PATH', '/srv/raft'),
      ),
    );
  /** The cluster of the inventory runs what is wanted, by other hands. */
  const anew = (met: Said) => {
    const {version} = met.survey.cluster.settings;
    return see(allWell(everywhere(met)), null, () => ({
      ...{version, homeVersion: version, packageVersion: version},
    }));
  };
  const place = (met: Said) => {
    const now = atNode(met.survey, met.finding.node, OTHER_PATH);
    const cache = Object.fromEntries(Object.entries(FREE).map(([name, value]) => [`cache.${name}`, value]));
    return see(now, [String(met.finding.node)], () => cache);
  };
  return [
    ...commonDeeds(tools),
    {says: /what takes more than there is gets killed/, does: met => well(met, 'memoryKb', 'heapKb')},
    {says: /Let the same time service set all of them/, does: met => well(met, 'clockLeast', 'clockMost')},
    // Versions, and who is in the cluster.
    {
      says: /^Nothing was exchanged, .*All masters at once: .*`bin\/alluxio fsadmin report summary`/,
      does: allWell,
    },
    {
      says: /^lakeup formats no journal.*Lead the homes back.*`ln -sfn .*All masters at once: /,
      does: allWell,
    },
    {says: /^lakeup formats no journal.*Lead the homes back.*`mv .*All masters at once: /, does: allWell},
    {says: /^Start nothing yet,.*docs\/alluxio\.md, "Without its journal"/, does: allWell},
    {
      says: /Bring every node to one version by hand first|bring every node to one version first/,
      does: met => well(everywhere(met), 'version', 'homeVersion'),
    },
    {
      says: /`lakeup resume RUN` goes on with it/,
      does: met => well(everywhere(met), 'version', 'homeVersion', 'leftovers'),
    },
    {
      says: /Where `lakeup runs` lists a run of this cluster that has not ended, resume it/,
      does: met => well(everywhere(met), 'version', 'homeVersion', 'leftovers'),
    },
    {
      says: /Restart it from there by hand, or lead the home back/,
      does: met => well(met, 'version', 'homeVersion', 'at', 'homeReal'),
    },
    {says: /Look at the nodes with `lakeup status`, and bring them up first/, does: allWell},
    {says: /^Bring it back to \S+ on this host, as \S+ \(\S+\) has it/, does: allWell},
    {
      says: /^Write in conf\/alluxio-site\.properties of this host what \S+ \(\S+\) has of `alluxio\.master\.hostname`/,
      does: met =>
        seen(met, {'conf.alluxio.master.hostname': 'm-1', 'source.alluxio.master.hostname': 'SITE_PROPERTY'}),
    },
    {
      says: /An upgrade begins with a cluster that serves: bring it up/,
      does: met => inSettings(allWell(met), 'version: 2.9.4'),
    },
    {
      says: /Add its nodes to the inventory/,
      does: met => ({...met.survey, cluster: healthy.cluster, facts: healthy.facts}),
    },
    {says: /Wait until an election is over/, does: met => well(met, 'master')},
    {says: /Look again when it is over/, does: met => well(met, 'safeMode', 'missing', 'mounts')},
    {says: /Bring it up until it has registered/, does: met => well(everywhere(met), 'missing')},
    {
      says: /or take it out of the inventory/,
      does: met =>
        removed(
          see(met.survey, ['m-1'], () => ({missing: []})),
          String(met.finding.node),
        ),
    },
    {
      says: /Add it to the inventory, or write this name as `address`/,
      does: met => well(everywhere(met), 'strange'),
    },
    {says: /the leader forgets it after a while/, does: null},
    {
      says: /Bring the masters of the inventory and of the configuration together/,
      does: met =>
        outOfConf(
          see(met.survey, mastersOf(met.survey), () => ({[MEMBERS]: membersOf(met.survey)})),
          'alluxio.master.embedded.journal.addresses',
        ),
    },
    {
      says: /Look at \/api\/v1\/master\/info and \/metrics\/json/,
      does: met => well(everywhere(met), 'missing', 'strange', 'mounts', 'writes', 'since'),
    },
    {
      says: /^Wait for their end before you agree to the stop/,
      does: met => well(everywhere(met), 'openJobs'),
    },
    {says: /Or submit them again after the upgrade/, does: null},
    {
      says: /^See by `bin\/alluxio job ls` that none does/,
      does: met => well(everywhere(met), 'openJobs'),
    },
    // The journal.
    {
      says: /Set `alluxio\.master\.journal\.type` in conf\/alluxio-site\.properties/,
      does: met => well(everywhere(met), ...JOURNAL),
    },
    {says: /Write UFS or EMBEDDED/, does: met => inConf(met.survey, 'alluxio.master.journal.type: EMBEDDED')},
    {
      says: /Write `alluxio\.master\.journal\.type: \w+` under `conf` in the inventory to keep it/,
      does: confLines,
    },
    {says: /or `alluxio\.master\.journal\.type: \w+` to change it on purpose/, does: confLines},
    {
      says: /Look at `bin\/alluxio getConf --source alluxio\.master\.journal\.folder` on this master/,
      does: met => well(met, ...JOURNAL),
    },
    {says: /Move it by the manual to a folder of its own/, does: met => well(met, ...JOURNAL)},
    {says: /Copy it by the tools of that storage/, does: null},
    {says: /Take `(alluxio\.[\w.]+)` out of `conf`/, does: met => outOfConf(met.survey, met.said[1] ?? '')},
    {says: /Write `alluxio\.zookeeper\.enabled: "false"` under `conf`/, does: confLines},
    {says: /Write `alluxio\.master\.journal\.folder: PATH` under `conf`/, does: confLines},
    {
      says: /Take ZooKeeper out of the configuration first/,
      does: met => well(met, 'conf.alluxio.zookeeper.enabled'),
    },
    {
      says: /Stop them by hand, leave the one that serves in the inventory/,
      does: met => removed(met.survey, 'm-2'),
    },
    {says: /Back up, format and restore by hand/, does: anew, ends: ALREADY},
    {says: /Set up a new cluster of that/, does: anew, ends: ALREADY},
    {
      says: /write another `version` if that was not meant/,
      does: met =>
        see(cluster(met, 'version: 2.9.5'), null, () => ({packageVersion: '2.9.5', newVersion: '2.9.5'})),
    },
    {
      says: /Upgrade to 1\.8\.2 first/,
      does: met =>
        see(met.survey, null, (_, {version}) =>
          version === undefined ? {} : {version: '1.8.2', homeVersion: '1.8.2'},
        ),
    },
    // From 1.x.
    {
      says: /Write `alluxio\.master\.journal\.sync\.root\.after\.init\.from\.backup: "false"` under `conf`/,
      does: confLines,
    },
    {says: /Write `alluxio\.user\.file\.metadata\.sync\.interval: "-1"` under `conf`/, does: confLines},
    {
      says: /Take it out of the inventory for now/,
      does: met => removed(met.survey, String(met.finding.node)),
    },
    {says: /^When the upgrade is over, start `bin\/alluxio-start\.sh job_master`/, does: null},
    // Places.
    {says: /Name them under `conf` in the inventory.*: (?:`[^`]*`(?:, )?)+/, does: confLines},
    {
      says: /Or move them out of the home first|Move them out of the home first/,
      does: met =>
        well(
          met,
          'journalFolder',
          'rootUfs',
          'metastoreDir',
          'conf.alluxio.worker.tieredstore.level0.dirs.path',
        ),
    },
    {says: /what lies in the folder now is hidden by that/, does: met => seen(met, {unmounted: []})},
    {
      says: /Write `backupDirectory` in the inventory/,
      does: met => cluster(met, 'backupDirectory: /mnt/backups'),
    },
    {
      says: /(?:Write|or write) another place as `backupDirectory`/,
      does: met =>
        see(cluster(met, 'backupDirectory: /mnt/backups'), null, () => ({
          backupWritable: true,
          backupKb: undefined,
        })),
    },
    {
      says: /Make it on this host, owned by the user of the masters/,
      does: met => seen(met, {backupWritable: true}),
    },
    {says: /Make room on that file system/, does: met => seen(met, {backupKb: 10_000_000})},
    // Caches.
    {says: /Write `(persist: true)`: every file is persisted/, does: met => cluster(met, met.said[1] ?? '')},
    {says: /Or write `(caches: drop)`/, does: met => cluster(met, met.said[1] ?? '')},
    {
      says: /Take `caches: drop` out of the inventory, and write `(persist: true)`/,
      does: met =>
        inSettings(
          edit(met.survey, ({settings}) => void delete settings.caches),
          met.said[1] ?? '',
        ),
    },
    {says: /That none is lost, and that none stays, is not proved/, does: null},
    {says: /what is lost here is read from the under store again/, does: null},
    {
      says: /Write `(persist: true)` in the inventory to have them persisted/,
      does: met => cluster(met, met.said[1] ?? ''),
    },
    {
      says: /or persist them by `bin\/alluxio fs persist PATH`/,
      does: met => well(everywhere(met), 'notPersisted', 'examples'),
    },
    {says: /They are (?:persisted|listed|persisted and listed) before the backup/, does: null},
    {
      says: /Bring back the workers that had them, or remove the files/,
      does: met => well(everywhere(met), 'lostFiles'),
    },
    {says: /Free space there: journal and metastore are copied/, does: met => seen(met, {copyShort: []})},
    {says: /Write another `cachePath`|or write another `cachePath`/, does: place},
    {
      says: /Look again; if it stays so, look at the host by hand/,
      does: met => seen(met, {'cache.place': 'none'}),
    },
    {
      says: /Write a directory below it, such as (\S+)\.$/,
      does: met =>
        see(
          atNode(met.survey, met.finding.node, `cachePath: ${met.said[1]}`),
          [String(met.finding.node)],
          () => ({'cache.mounted': false}),
        ),
    },
    {
      says: /Make it, and let the user of the processes write there/,
      does: met => seen(met, {'cache.writable': true}),
    },
    {says: /Free space there, or write another/, does: met => seen(met, {'cache.short': false})},
    {says: /you are asked by itself before that/, does: null},
    {says: /See that each worker has a directory of its own there/, does: null},
    // Nodes.
    {
      says: /Write it in the inventory, as a ([\w-]+) on (\S+), or stop it/,
      does: met => {
        const [, role = '', host = ''] = met.said;
        const [, pid] = /process (\d+)/.exec(met.finding.seen?.en ?? '') ?? [];
        const now = edit(met.survey, ({roles}) => {
          roles[role] = {nodes: [...(roles[role]?.nodes ?? []), {name: 'added', host, home: '/opt/alluxio'}]};
        });
        const of = healthy.cluster.nodes.find(node => node.role === role);
        const facts = of === undefined ? {} : healthy.facts.get(of.id);
        return see(now, ['added'], () => ({...facts, pid: Number(pid)}));
      },
    },
    {
      says: /(?:or stop it|Stop it for the upgrade) \(`kill \d+`\)|End the one that does not serve \(`kill PID`\)/,
      does: met => seen(met, {servers: undefined}),
    },
    {says: /Wait until it has started; if it has, correct/, does: met => well(met, 'health', 'causes')},
    {
      says: /if it has, correct (?:`port`, )?`(webPort)` in the inventory/,
      does: met =>
        well({...met, survey: atNode(met.survey, met.finding.node, 'webPort: 18080')}, 'health', 'causes'),
    },
    {says: /Bring the node up and healthy first; its log below logs/, does: allWell},
    {says: /Put the tarball, or the directory/, does: met => well(met, ...PACKAGE)},
    {says: /Download it again, and compare its checksum/, does: met => well(met, ...PACKAGE)},
    {says: /Use a whole release/, does: met => well(met, ...PACKAGE)},
    {says: /Put the right package there, or correct `version`/, does: met => well(met, ...PACKAGE)},
    {
      says: /Write as `home` the directory Alluxio is installed in/,
      does: met =>
        well({...met, survey: atNode(met.survey, met.finding.node, 'home: /srv/alluxio')}, 'homeKind'),
    },
    {
      says: /Move the package elsewhere .* and write that as `package`/,
      does: met => seen({...met, survey: cluster(met, 'package: /srv/elsewhere')}, {newPlace: 'none'}),
    },
    {
      says: /or write the tarball/,
      does: met =>
        seen(
          {...met, survey: cluster(met, 'package: /srv/alluxio-2.9.4-bin.tar.gz')},
          {newPlace: 'none', package: 'tar'},
        ),
    },
    {says: /Move it away: lakeup puts the new version there/, does: met => seen(met, {newPlace: 'none'})},
    {
      says: /Let the user of the processes write there for the upgrade: `setfacl/,
      does: met => seen(met, {parentWritable: true}),
    },
    {says: /Install Java .*conf\/alluxio-env\.sh/, does: met => well(met, 'javaVersion')},
    {
      says: /or as `(javaHome)` at the node/,
      does: met =>
        well(
          {...met, survey: atNode(met.survey, met.finding.node, 'javaHome: /usr/lib/jvm/java-8')},
          'javaVersion',
        ),
    },
    {
      says: /Run it by hand in the home, over ssh and without a terminal/,
      does: met => well(met, 'propExit', 'propSaid'),
    },
    {says: /Let it be \S+\/conf, or a link there/, does: met => seen(met, {confDir: undefined})},
    {
      says: /Take it out of `conf`: before and after/,
      does: met =>
        outOfConf(
          met.survey,
          ...[...(met.finding.seen?.en ?? '').matchAll(/alluxio\.[\w.]+/g)].map(([key]) => key),
        ),
    },
    {
      says: /^Correct (`\w+`(?:, `\w+`)*) in the inventory/,
      does: met => {
        const right = [...(met.finding.seen?.en ?? '').matchAll(/(\w+) \d+, alluxio\.\S+ (\d+)/g)];
        const now = atNode(
          met.survey,
          met.finding.node,
          ...right.map(([, field, port]) => `${field}: ${port}`),
        );
        // 1.x has a name of its own for it, and knows no other.
        const isOld = /alluxio\.(?:master|worker)\.port/.test(met.finding.seen?.en ?? '');
        const gone = {'conf.alluxio.master.rpc.port': undefined, 'conf.alluxio.worker.rpc.port': undefined};
        return isOld ? see(now, [String(met.finding.node)], () => gone) : now;
      },
    },
    {says: /Compare them with those of the new version after the upgrade/, does: null},
    {says: /^Write `(copyBy: lakeup)`, or leave it out/, does: met => cluster(met, met.said[1] ?? '')},
    // Cluster-wide commands.
    {says: /write `(commands: per-node)`/i, does: met => cluster(met, met.said[1] ?? '')},
    {
      says: /Let the login of the first master log in to each host/,
      does: met => seen(met, {'fanOut.unreached': []}),
    },
    {says: /Take them out of conf\/masters or conf\/workers/, does: met => seen(met, {'fanOut.strange': []})},
    {says: /Name them there, or write `commands/, does: met => seen(met, {'fanOut.left': []})},
    {says: /Keep one name of each/, does: met => seen(met, {'fanOut.twice': []})},
    {says: /Let the home lie at the same path on each host/, does: met => seen(met, {'fanOut.lame': []})},
    {says: /Take the user out of ~\/\.ssh\/config/, does: met => seen(met, {'fanOut.users': []})},
    {says: /^Look again, or write `commands/, does: met => seen(met, {'fanOut.silent': undefined})},
    {
      says: /Write JAVA_HOME in conf\/alluxio-env\.sh of these homes and take `javaHome` out/,
      does: met => edit(met.survey, tree => nodesIn(tree).forEach(block => void delete block.javaHome)),
    },
    {says: /The command would start one on the other hosts too/, does: null},
    // Applications.
    {says: /list them under `client`, or see to it yourself/, does: null},
    {says: /Write as `jar` what the application loads/, does: met => well(met, 'jars', 'kind', 'version')},
    {
      says: /Put client\/alluxio-\S+-client\.jar of the package there/,
      does: met => well(met, 'newKind', 'newVersion'),
    },
    {
      says: /or correct `newJar`/,
      does: met =>
        well(
          {...met, survey: atNode(met.survey, met.finding.node, 'newJar: /opt/pkg/client.jar')},
          'newKind',
          'newVersion',
        ),
    },
    {says: /See that this is the jar the application loads/, does: null},
    {says: /The application names this path, so it stays/, does: null},
    {says: /Write as `safetyValve` the hadoop-env\.sh/, does: met => seen(met, {deployed: 'file'})},
    {
      says: /or leave it out where HADOOP_CLASSPATH is not set by it/,
      does: met => edit(met.survey, tree => nodesIn(tree).forEach(block => void delete block.safetyValve)),
    },
    {says: /Let this login write there for the upgrade \(`setfacl/, does: met => seen(met, {unwritable: []})},
    {
      says: /or name one that may: `user` under `ssh`/,
      does: met =>
        seen(
          {...met, survey: tools.underSsh(met.survey, met.finding.node, 'user: hadoop')},
          {unwritable: []},
        ),
    },
  ];
};

/** A place that ramdisks can be copied to, as it is seen. */
const FREE = {
  ...{
    place: 'none',
    path: '/data/other',
    writable: true,
    mounted: false,
    inside: [],
    mount: '/data',
    filesystem: 'ext4',
  },
  ...{files: 0, bytes: 0, neededKb: 2_048, freeKb: 4_096, short: false},
} as const;
