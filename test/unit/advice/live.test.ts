import {describe, expect, it} from 'vitest';
import {runPreflight} from '../../../src/cli/preflight.ts';
import {surveyCluster} from '../../../src/cli/survey.ts';
import type {Ask} from '../../../src/model/ask.ts';
import type {Finding} from '../../../src/model/finding.ts';
import type {Cluster, Product} from '../../../src/model/inventory.ts';
import type {Survey} from '../../../src/model/survey.ts';
import type {System} from '../../../src/model/system.ts';
import {plain} from '../../../src/model/text.ts';
import type {Alluxio} from '../../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import type {Doris} from '../../../src/systems/doris/fields.ts';
import {makeMemoryCluster as makeAlluxio} from '../../fakes/alluxio/cluster.ts';
import {memory as alluxioMemory} from '../../fakes/alluxio/memory.ts';
import {makeMemoryCluster as makeDoris} from '../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, type Fake, type Pretended, surveyAll} from '../systems/doris/memory.ts';
import {makeTools, type Tools} from './follow.ts';

/*
 * An inventory that is not as its cluster is, before clusters in memory: they are looked at through every probe, what is found is done as
 * it says (by the very words that are printed, where it prints any), and they are looked at again. A wrong value in its place is still
 * found.
 */

/** A mistake in the inventory, what is found, and what is written where. */
type Mistake<P extends Product> = {
  readonly makes: (tools: Tools<P>, right: Survey<P>) => Survey<P>;
  readonly check: string;
  readonly node: string | null;
  readonly says: RegExp;
  /** What the words leave to whoever writes it; else the lines are those that are printed. */
  readonly lines?: readonly string[];
  readonly puts?: (tools: Tools<P>, now: Survey<P>, lines: readonly string[]) => Survey<P>;
  /** The same with a value that is not right either. */
  readonly lies?: string;
  /** Every check that blocks because of it, of nodes or (`-` behind it) of none, where what only follows from it could be told too. */
  readonly alone?: readonly string[];
};

const world = <P extends Product>(pretended: Pretended<P>, right: Cluster<P>) => {
  const fake = bootFake(pretended, right);
  const look = (cluster: Cluster<P>): Promise<Survey<P>> => surveyAll({...fake, cluster} as Fake<P>);
  const find = async (cluster: Cluster<P>): Promise<readonly Finding[]> => {
    const survey = await look(cluster);
    const {findings} = runPreflight(pretended.system as unknown as System, survey as unknown as Survey);
    return findings.filter(({level}) => level === 'block');
  };
  return {look, find};
};

const follows = <P extends Product>(
  pretended: Pretended<P>,
  right: Cluster<P>,
  mistakes: Readonly<Record<string, Mistake<P>>>,
): void => {
  const {system} = pretended;
  it.each(Object.entries(mistakes))('%s', async (_, mistake) => {
    const {look, find} = world(pretended, right);
    const healthy = await look(right);
    expect(await find(right)).toEqual([]);
    const tools = makeTools(system, healthy);
    const {check, node, says, puts = (its, now, lines) => its.atNode(now, node, ...lines)} = mistake;
    const wrong = mistake.makes(tools, healthy);
    const all = await find(wrong.cluster);
    const found = all.find(each => each.check === check && each.node === node);
    expect(found?.fix?.en ?? JSON.stringify(all)).toMatch(says);
    const checks = [...new Set(all.map(each => `${each.check}${each.node === null ? ' -' : ''}`))];
    expect(checks).toEqual(mistake.alone ?? checks);
    const printed = [...(found?.fix?.en ?? '').matchAll(/`(\w+: [^`]*)`/g)].map(([, line]) => line ?? '');
    const lines = mistake.lines ?? printed;
    const after = puts(tools, wrong, lines);
    expect((await find(after.cluster)).map(each => `${each.check}: ${each.seen?.en}`)).toEqual([]);
    if (mistake.lies === undefined) return;
    const lied = await find(puts(tools, wrong, [mistake.lies]).cluster);
    expect(lied.map(each => each.check)).toContain(check);
  });
};

const at =
  <P extends Product>(node: string, ...lines: readonly string[]): Mistake<P>['makes'] =>
  (tools, right) =>
    tools.atNode(right, node, ...lines);
const settings =
  <P extends Product>(...lines: readonly string[]): Mistake<P>['makes'] =>
  (tools, right) =>
    tools.inSettings(right, ...lines);
/** Lines at each node of a role. */
const atAll =
  <P extends Product>(
    role: string,
    linesOf: (node: string) => readonly string[],
  ): ((tools: Tools<P>, now: Survey<P>) => Survey<P>) =>
  (tools, now) =>
    now.cluster.nodes
      .filter(node => node.role === role)
      .reduce((survey, {id}) => tools.atNode(survey, id, ...linesOf(id)), now);
const everyOf = <P extends Product>(role: string, ...lines: readonly string[]): Mistake<P>['makes'] =>
  atAll(role, () => lines);
const without =
  <P extends Product>(node: string): Mistake<P>['makes'] =>
  (tools, right) =>
    tools.removed(right, node);
/** The node that was left out is added again, at the end of its role. */
const added =
  <P extends Product>(
    role: string,
    block: Readonly<Record<string, unknown>>,
  ): NonNullable<Mistake<P>['puts']> =>
  (tools, now) =>
    tools.edit(now, ({roles}) => void roles[role]?.nodes.push({...block}));
const inSettings = <P extends Product>(
  tools: Tools<P>,
  now: Survey<P>,
  lines: readonly string[],
): Survey<P> => tools.inSettings(now, ...lines);

describe('Doris', () => {
  const cluster = makeDoris();
  const package_ = '/opt/pkg/apache-doris-3.1.2-bin-x64';
  follows(dorisInMemory, cluster, {
    'a backend by another port than the cluster has it': {
      makes: at('be-2', 'heartbeatPort: 9055'),
      check: 'backends-known',
      node: 'be-2',
      says: /At this node, write where the cluster has it: `heartbeatPort: 9050`/,
      lies: 'heartbeatPort: 9056',
    },
    'a frontend by another port than the cluster has it': {
      makes: at('fe-3', 'editLogPort: 9011'),
      check: 'frontends-known',
      node: 'fe-3',
      says: /`editLogPort: 9010`/,
      lies: 'editLogPort: 9012',
    },
    'every frontend by another port than the cluster has them': {
      makes: everyOf('fe', 'editLogPort: 9011'),
      check: 'frontends-known',
      node: 'fe-2',
      says: /^At this node, write where the cluster has it: `editLogPort: 9010`\.$/,
      puts: (tools, now, lines) => everyOf<Doris>('fe', ...lines)(tools, now),
      alone: ['frontends-known'],
    },
    'every backend by another port than the cluster has them': {
      makes: everyOf('be', 'heartbeatPort: 9051'),
      check: 'backends-known',
      node: 'be-2',
      says: /^At this node, write where the cluster has it: `heartbeatPort: 9050`\.$/,
      puts: (tools, now, lines) => everyOf<Doris>('be', ...lines)(tools, now),
      alone: ['backends-known', 'healthy'],
    },
    'another port for SQL of a follower': {
      makes: at('fe-2', 'queryPort: 9031'),
      check: 'healthy',
      node: 'fe-2',
      says: /nobody listens where SQL is asked.*; if it has, correct `queryPort`/,
      lines: ['queryPort: 9030'],
      lies: 'queryPort: 9032',
      alone: ['healthy'],
    },
    'another port for SQL of the master': {
      makes: at('fe-1', 'queryPort: 9031'),
      check: 'healthy',
      node: 'fe-1',
      says: /if it has, correct `queryPort`/,
      lines: ['queryPort: 9030'],
      alone: ['healthy'],
    },
    'another port for SQL of every frontend': {
      makes: everyOf('fe', 'queryPort: 9031'),
      check: 'healthy',
      node: 'fe-2',
      says: /if it has, correct `queryPort`/,
      puts: tools => everyOf<Doris>('fe', 'queryPort: 9030')(tools, tools.healthy),
      alone: ['healthy'],
    },
    'another page of a backend': {
      makes: at('be-2', 'webPort: 8041'),
      check: 'healthy',
      node: 'be-2',
      says: /correct `webPort`/,
      lines: ['webPort: 8040'],
      lies: 'webPort: 8042',
    },
    'another page of a frontend': {
      makes: at('fe-2', 'httpPort: 8031'),
      check: 'healthy',
      node: 'fe-2',
      says: /so its page is elsewhere: correct `httpPort`/,
      lines: ['httpPort: 8030'],
      lies: 'httpPort: 8032',
    },
    'a frontend that has no page': {
      makes: at('fe-2', 'httpPort: 8031'),
      check: 'healthy',
      node: 'fe-2',
      says: /or write `httpPort: 0`/,
    },
    'another port of a MetaService': {
      makes: at('ms-1', 'port: 5001'),
      check: 'healthy',
      node: 'ms-1',
      says: /correct `port`/,
      lines: ['port: 5000'],
      lies: 'port: 5002',
    },
    'another compute group': {
      makes: at('be-4', 'group: cg_etl'),
      check: 'groups',
      node: 'be-4',
      says: /Correct `group`/,
      lines: ['group: cg_bi'],
      lies: 'group: cg_other',
    },
    'a backend that nobody wrote down': {
      makes: without('be-6'),
      check: 'backends-known',
      node: null,
      says: /Add these backends to the inventory/,
      puts: added('be', {
        name: 'be-6',
        host: '10.77.0.10',
        group: 'cg_bi',
        home: '/opt/doris/be',
        package: `${package_}/be`,
      }),
    },
    'a frontend that nobody wrote down': {
      makes: without('fe-4'),
      check: 'frontends-known',
      node: null,
      says: /Add these frontends to the inventory/,
      puts: added('fe', {name: 'fe-4', host: '10.77.0.14', home: '/opt/doris/fe', package: `${package_}/fe`}),
    },
    'another version than that of the packages': {
      makes: settings('version: 3.1.1'),
      check: 'package',
      node: 'be-1',
      says: /or correct `version`/,
      lines: ['version: 3.1.2'],
      puts: inSettings,
      lies: 'version: 3.1.3',
    },
  });
});

describe('a node that cannot be looked at', () => {
  it.each([
    [
      'by SSH',
      'login-refused',
      /where it is SSH, make sure that `ssh` with the same user, key and known hosts/,
    ],
    [
      'by SQL',
      'password-asked',
      /where a product refused a login, its user and the variable of its password/,
    ],
  ] as const)('%s is told of, and told no more once that was put right', async (_, trouble, says) => {
    const fake = bootFake(dorisInMemory, makeDoris());
    let isRight = false;
    const ask = (async (host, request) =>
      !isRight && host === '10.77.0.11'
        ? {kind: 'refused', trouble, detail: plain('no')}
        : fake.ask(host, request)) as Ask;
    const {cluster, system} = fake;
    // Nobody is so late here that a limit passes.
    const clock = {...fake.clock, sleep: () => new Promise<void>(() => undefined)};
    const looker = {system: system as unknown as System, cluster, clock, ask};
    const [finding, ...others] = (await surveyCluster(looker, () => undefined)).silent;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({check: 'answers', node: 'fe-1'});
    expect(finding?.fix?.en).toMatch(says);
    isRight = true;
    expect((await surveyCluster(looker, () => undefined)).silent).toEqual([]);
  });
});

describe('Alluxio', () => {
  const pretended = {system: alluxio, memory: alluxioMemory};
  follows(pretended, makeAlluxio(), {
    'another page of a worker': {
      makes: at('w-2', 'webPort: 30005'),
      check: 'healthy',
      node: 'w-2',
      says: /if it has, correct `port`, `webPort` in the inventory/,
      lines: ['webPort: 30000'],
      lies: 'webPort: 30006',
    },
    'another page of every master': {
      makes: everyOf('master', 'webPort: 19990'),
      check: 'ports',
      node: 'm-2',
      says: /^Correct `webPort` in the inventory\.$/,
      puts: tools => everyOf<Alluxio>('master', 'webPort: 19999')(tools, tools.healthy),
      alone: ['ports'],
    },
    'another page of the master that leads': {
      makes: at('m-1', 'webPort: 19990'),
      check: 'ports',
      node: 'm-1',
      says: /^Correct `webPort` in the inventory\.$/,
      lines: ['webPort: 19999'],
      lies: 'webPort: 19991',
      alone: ['ports'],
    },
    'another port of a master': {
      makes: at('m-2', 'port: 19000'),
      check: 'healthy',
      node: 'm-2',
      says: /if it has, correct `port`, `webPort` in the inventory/,
      lines: ['port: 19998'],
      lies: 'port: 19001',
    },
    'a worker that nobody wrote down': {
      makes: without('w-3'),
      check: 'workers',
      node: null,
      says: /Add it to the inventory/,
      puts: added('worker', {name: 'w-3', host: '10.78.0.23', home: '/opt/alluxio'}),
    },
    'a master that nobody wrote down': {
      makes: without('m-3'),
      check: 'unlisted',
      node: 'jm-3',
      says: /Write it in the inventory, as a master on 10\.78\.0\.13/,
      puts: added('master', {name: 'm-3', host: '10.78.0.13', home: '/opt/alluxio'}),
    },
    'another version than that of the package': {
      makes: settings('version: 2.9.5'),
      check: 'package',
      node: 'm-1',
      says: /or correct `version`/,
      lines: ['version: 2.9.4'],
      puts: inSettings,
      lies: 'version: 2.9.6',
    },
    'a conf that moves the journal': {
      makes: (tools, right) => tools.inConf(right, 'alluxio.master.journal.folder: /srv/other'),
      check: 'journal-stays',
      node: 'm-1',
      says: /Take `alluxio\.master\.journal\.folder` out of `conf`/,
      puts: (tools, now) => tools.outOfConf(now, 'alluxio.master.journal.folder'),
    },
    'a conf that changes a port': {
      makes: (tools, right) => tools.inConf(right, 'alluxio.worker.web.port: "31000"'),
      check: 'ports',
      node: 'w-1',
      says: /Take it out of `conf`/,
      puts: (tools, now) => tools.outOfConf(now, 'alluxio.worker.web.port'),
    },
    'a type of journal that there is not': {
      makes: (tools, right) => tools.inConf(right, 'alluxio.master.journal.type: RAFT'),
      check: 'journal-type',
      node: null,
      says: /Write UFS or EMBEDDED/,
      puts: (tools, now) => tools.inConf(now, 'alluxio.master.journal.type: EMBEDDED'),
    },
    'ramdisks that are to be copied nowhere': {
      makes: settings('caches: copy'),
      check: 'cache-path',
      node: 'w-1',
      says: /Write another `cachePath`/,
      puts: (tools, now) =>
        tools.edit(now, tree => {
          for (const block of tree.roles.worker?.nodes ?? []) block.cachePath = '/data/cache';
        }),
    },
  });
});
