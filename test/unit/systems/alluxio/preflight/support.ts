import {parseAbsPath} from '../../../../../src/lib/abs-path.ts';
import type {Facts} from '../../../../../src/model/facts.ts';
import type {Finding} from '../../../../../src/model/finding.ts';
import {HostId, NodeId} from '../../../../../src/model/ids.ts';
import type {Survey as AnySurvey} from '../../../../../src/model/survey.ts';
import {
  type Alluxio,
  type AlluxioNode,
  type ClientNode,
  isClient,
  ROLE_FIELDS,
  type ServerNode,
  type ServerRole,
  Settings,
} from '../../../../../src/systems/alluxio/fields.ts';
import {PREFLIGHT} from '../../../../../src/systems/alluxio/preflight/list.ts';

export type Survey = AnySurvey<Alluxio>;
/** A fact that is undefined is not there. */
export type Changes = Readonly<Record<string, Facts[string] | undefined>>;

const FROM = '2.3.0';
const TO = '2.9.4';

const node = (id: string, role: ServerRole, host: string): ServerNode => ({
  id: NodeId.parse(id),
  host: HostId.parse(host),
  role,
  home: parseAbsPath('/opt/alluxio'),
  fields: ROLE_FIELDS[role].parse({}),
});

const CLIENT_FIELDS = {
  kind: 'spark',
  jar: '/opt/spark/jars',
  newJar: '/opt/pkg/alluxio-2.9.4-client.jar',
  restart: 'systemctl restart spark',
};

const CLIENT: ClientNode = {
  id: NodeId.parse('spark-1'),
  host: HostId.parse('host-5'),
  role: 'client',
  home: null,
  fields: ROLE_FIELDS.client.parse(CLIENT_FIELDS),
};

const NODES: readonly AlluxioNode[] = [
  node('m-1', 'master', 'host-1'),
  node('m-2', 'master', 'host-2'),
  node('jm-1', 'job-master', 'host-1'),
  node('w-1', 'worker', 'host-3'),
  node('w-2', 'worker', 'host-4'),
  node('jw-1', 'job-worker', 'host-3'),
  node('p-1', 'proxy', 'host-3'),
  CLIENT,
];

const COMMON: Facts = {
  ...{process: 'running', count: 1, pid: 7, startTicks: 1, health: 'ok', causes: [], version: FROM},
  ...{
    login: '1000',
    loginName: 'alluxio',
    owner: '1000',
    homeOwner: '1000',
    writable: true,
    parentWritable: true,
  },
  ...{
    home: 'symlink',
    homeKind: 'link',
    homeReal: '/opt/alluxio-2.3.0',
    homeVersion: FROM,
    at: '/opt/alluxio-2.3.0',
  },
  ...{newPlace: 'none', package: 'tar', packageVersion: TO, packageKb: 1_000, freeKb: 10_000_000},
  ...{confFiles: ['alluxio-site.properties', 'log4j.properties'], leftovers: [], limits: []},
  ...{startFlags: 'hNwma', javaVersion: '1.8.0_372', propExit: 0},
};

const MASTER: Facts = {
  ...{journalType: 'EMBEDDED', journalTypeSource: 'SITE_PROPERTY', journalFolder: '/srv/alluxio/journal'},
  ...{rootUfs: '/mnt/ufs/root', metastoreDir: '', 'conf.alluxio.master.journal.type': 'EMBEDDED'},
  'conf.alluxio.master.embedded.journal.addresses': 'host-1:19200,host-2.lab:19200',
  'conf.alluxio.zookeeper.enabled': 'false',
  'conf.alluxio.master.rpc.port': '19998',
  'conf.alluxio.master.web.port': '19999',
  'conf.alluxio.master.embedded.journal.port': '19200',
};

const WORKER: Facts = {
  ...{tierDirs: ['/mnt/ramdisk'], ramdisks: ['/mnt/ramdisk'], registered: true},
  'conf.alluxio.worker.tieredstore.level0.dirs.path': '/mnt/ramdisk',
  'conf.alluxio.worker.rpc.port': '29999',
};

const OWN: Readonly<Record<string, Facts>> = {
  'm-1': {
    ...MASTER,
    ...{
      master: 'leader',
      leaders: 1,
      safeMode: false,
      live: ['w-1', 'w-2'],
      missing: [],
      lost: [],
      strange: [],
    },
    ...{listed: true, notPersisted: 0, lostFiles: 0, examples: []},
    ...{mounts: ['/ /mnt/ufs/root'], paths: 10, writes: 3, since: 1_700_000_000_000},
  },
  'm-2': {...MASTER, master: 'standby'},
  'jm-1': {master: 'leader', openJobs: 0, openJobsSuchAs: []},
  'w-1': WORKER,
  'w-2': WORKER,
};

const OF_CLIENT: Facts = {
  ...{health: 'ok', causes: [], version: FROM, kind: 'dir', jars: ['alluxio-2.3.0-client.jar']},
  ...{users: [], old: [], named: false, classpath: [], unwritable: []},
  ...{login: '1000', loginName: 'alluxio', newKind: 'file', newVersion: TO},
};

const facts = (id: string): Facts =>
  id === CLIENT.id ? OF_CLIENT : {...COMMON, 'conf.alluxio.work.dir': '/opt/alluxio-2.3.0', ...OWN[id]};

/** A cluster in which all is well: two masters with the embedded journal, behind links. */
export const healthy: Survey = {
  cluster: {
    name: 'lake',
    system: 'alluxio',
    hosts: [],
    nodes: NODES,
    settings: Settings.parse({version: TO, package: '/srv/alluxio-2.9.4-bin.tar.gz'}),
  },
  facts: new Map(NODES.map(({id}) => [id, facts(id)] as const)),
};

/** What a row changes: facts of nodes ('masters', 'workers' and 'all' mean each of them), settings, who is there. */
export type Change = {
  readonly facts?: Readonly<Record<string, Changes>>;
  readonly settings?: object;
  readonly without?: readonly string[];
  readonly fields?: Readonly<Record<string, object>>;
  readonly homes?: Readonly<Record<string, string>>;
};

const reaches = (whom: string, {id, role}: AlluxioNode): boolean =>
  whom === id || whom === 'all' || (whom === 'masters' && role === 'master') || whom === `${role}s`;

export const changed = ({
  facts: whose = {},
  settings = {},
  without = [],
  fields = {},
  homes = {},
}: Change): Survey => {
  const nodes = NODES.filter(({id}) => !without.includes(id)).map(of => ({
    ...of,
    home: homes[of.id] === undefined ? of.home : parseAbsPath(homes[of.id] ?? ''),
    fields: ROLE_FIELDS[of.fields.role].parse({...(isClient(of) ? CLIENT_FIELDS : {}), ...fields[of.id]}),
  }));
  const factsNow = nodes.flatMap(of => {
    const changes = Object.entries(whose).filter(([whom]) => reaches(whom, of));
    const merged = Object.assign({}, facts(of.id), ...changes.map(([, change]) => change));
    const known: [string, Facts[string] | undefined][] = Object.entries(merged);
    const entries = known.filter((entry): entry is [string, Facts[string]] => entry[1] !== undefined);
    return entries.length === 0 ? [] : [[of.id, Object.fromEntries(entries)] as const];
  });
  return {
    cluster: {
      ...healthy.cluster,
      nodes,
      settings: Settings.parse({...healthy.cluster.settings, ...settings}),
    },
    facts: new Map(factsNow),
  };
};

/** The same survey, in which a node did not answer. */
export const silenced = (survey: Survey, id: string): Survey => ({
  ...survey,
  facts: new Map([...survey.facts].filter(([of]) => of !== id)),
});

export const notPassed = (survey: Survey): Finding[] =>
  PREFLIGHT.flatMap(({find}) => find(survey)).filter(({level}) => level !== 'pass');

/** One finding and its opposite: what is wrong, and the same with a difference by which it is right. */
export type Row = {
  readonly name: string;
  readonly check: string;
  readonly level: 'warn' | 'block';
  readonly node: string | null;
  readonly wrong: Change;
  readonly right: Change;
  readonly seen: RegExp;
  readonly fix?: RegExp;
};
