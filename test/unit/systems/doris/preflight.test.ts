import {describe, expect, test} from 'vitest';
import type {Facts} from '../../../../src/model/facts.ts';
import type {Finding} from '../../../../src/model/finding.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import type {Survey as AnySurvey} from '../../../../src/model/survey.ts';
import type {DorisCluster as Cluster, Doris} from '../../../../src/systems/doris/fields.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster, STANDARD} from '../../../fakes/doris-cluster.ts';
import {bootFake, dorisInMemory, surveyAll} from './memory.ts';

type Survey = AnySurvey<Doris>;

const id = NodeId.parse;
const healthy = await surveyAll(bootFake(dorisInMemory, makeMemoryCluster()));

const notPassed = (survey: Survey): Finding[] =>
  doris.preflight.flatMap(({find}) => find(survey)).filter(({level}) => level !== 'pass');

/** The healthy survey with some facts of one node changed; a fact that is undefined is not there. */
const changed = (node: string, facts: Readonly<Record<string, Facts[string] | undefined>>): Survey => {
  const known = healthy.facts.get(id(node));
  if (known === undefined) throw new Error(`no node ${node}`);
  const entries = Object.entries({...known, ...facts}).filter(
    (entry): entry is [string, Facts[string]] => entry[1] !== undefined,
  );
  return {...healthy, facts: new Map([...healthy.facts, [id(node), Object.fromEntries(entries)]])};
};

const everywhere = (facts: Facts): Survey => ({
  ...healthy,
  facts: new Map([...healthy.facts].map(([node, known]) => [node, {...known, ...facts}])),
});

const withCluster = (change: (cluster: Cluster) => Cluster): Survey => ({
  ...healthy,
  cluster: change(healthy.cluster),
});

const without = (node: string): Survey => {
  const facts = new Map(healthy.facts);
  facts.delete(id(node));
  return {...healthy, facts};
};

type Case = {
  readonly check: string;
  readonly level: 'warn' | 'block';
  readonly node: string | null;
  readonly survey: Survey;
  readonly seen: RegExp;
};

const cases: readonly Case[] = [
  {check: 'reachable', level: 'block', node: 'be-2', survey: without('be-2'), seen: /did not answer/},
  {
    check: 'healthy',
    level: 'block',
    node: 'be-2',
    survey: changed('be-2', {health: 'down', process: 'none'}),
    seen: /health=down process=none/,
  },
  {
    check: 'healthy',
    level: 'block',
    node: 'ms-1',
    survey: changed('ms-1', {health: 'degraded'}),
    seen: /degraded/,
  },
  {
    check: 'one-process',
    level: 'block',
    node: 'fe-1',
    survey: changed('fe-1', {count: 2}),
    seen: /2 processes/,
  },
  {
    check: 'role-flags',
    level: 'block',
    node: 'rc-1',
    survey: changed('rc-1', {roles: 'ms'}),
    seen: /plays ms, .* recycler/,
  },
  {
    check: 'version-known',
    level: 'block',
    node: 'ms-2',
    survey: changed('ms-2', {version: undefined}),
    seen: /no version/,
  },
  {
    check: 'one-version',
    level: 'block',
    node: null,
    survey: changed('be-1', {version: '3.0.7'}),
    seen: /be-1: 3\.0\.7/,
  },
  {
    check: 'package',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {packageLib: 'none', packageVersion: undefined}),
    seen: /lib is none/,
  },
  {
    check: 'package',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {packageVersion: undefined, packageVersionUnknown: 'timeout'}),
    seen: /does not say its version \(timeout/,
  },
  {
    check: 'package',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {packageVersion: '3.1.1'}),
    seen: /is 3\.1\.1, settings\.version is 3\.1\.2/,
  },
  {
    check: 'one-package',
    level: 'block',
    node: null,
    survey: changed('be-1', {packageVersion: '3.1.1'}),
    seen: /be-1: 3\.1\.1/,
  },
  {
    check: 'package',
    level: 'block',
    node: 'fe-4',
    survey: everywhere({version: '3.2.0'}),
    seen: /3\.1\.2 is older than the running 3\.2\.0/,
  },
  {
    check: 'package',
    level: 'block',
    node: 'fe-4',
    survey: everywhere({version: '3.1.2'}),
    seen: /runs already/,
  },
  {
    check: 'home',
    level: 'block',
    node: 'be-3',
    survey: changed('be-3', {home: 'symlink'}),
    seen: /\/opt\/doris\/be: home is symlink/,
  },
  {
    check: 'home',
    level: 'block',
    node: 'be-3',
    survey: changed('be-3', {lib: 'symlink'}),
    seen: /lib is symlink/,
  },
  {
    check: 'scripts',
    level: 'block',
    node: 'ms-1',
    survey: changed('ms-1', {homeStop: '', packageStart: ''}),
    seen: /home\/bin: stop_ms\.sh or stop\.sh; package\/bin: start_ms\.sh or start\.sh/,
  },
  {
    check: 'same-user',
    level: 'block',
    node: 'fe-2',
    survey: changed('fe-2', {owner: '1001'}),
    seen: /uid 1001, the login is uid 1000/,
  },
  {
    check: 'writable',
    level: 'block',
    node: 'fe-2',
    survey: changed('fe-2', {writable: false}),
    seen: /cannot be written/,
  },
  {
    check: 'disk',
    level: 'block',
    node: 'be-6',
    survey: changed('be-6', {freeKb: 2_000_000}),
    seen: /1\.9 GiB free, 2\.3 GiB needed/,
  },
  {
    check: 'pid-file',
    level: 'warn',
    node: 'ms-3',
    survey: changed('ms-3', {pidFile: '1'}),
    seen: /says 1, the process is \d+/,
  },
  {
    check: 'open-files',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {sessionHard: 1024}),
    seen: /may open 1024 files, the process has 655350/,
  },
  {
    check: 'open-files',
    level: 'warn',
    node: 'fe-1',
    survey: changed('fe-1', {sessionHard: 1024}),
    seen: /may open 1024/,
  },
  {
    check: 'leftovers',
    level: 'warn',
    node: 'be-1',
    survey: changed('be-1', {leftovers: ['bin_backup_1', '.lakeup-stage-20260101_000000']}),
    seen: /^\.lakeup-stage-20260101_000000$/,
  },
  {
    check: 'own-files',
    level: 'warn',
    node: 'ms-1',
    survey: changed('ms-1', {extras: ['custom_start.sh']}),
    seen: /custom_start\.sh/,
  },
  {
    check: 'unit',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {unit: 'doris-be.service'}),
    seen: /belongs to doris-be\.service; whether it starts it again cannot be seen/,
  },
  {
    check: 'unit',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {unit: 'doris-be.service', unitRestart: 'on-failure', unitMain: 0}),
    seen: /doris-be\.service, which has Restart=on-failure/,
  },
  {
    check: 'unit',
    level: 'block',
    node: 'be-1',
    survey: changed('be-1', {unit: 'supervisord.service', unitRestart: 'no', unitMain: 77}),
    seen: /supervisord\.service, whose own process is 77/,
  },
  {
    check: 'unit',
    level: 'warn',
    node: 'be-1',
    survey: changed('be-1', {unit: 'doris-be.service', unitRestart: 'no', unitMain: 0}),
    seen: /does not start it again/,
  },
  {
    check: 'unlisted',
    level: 'warn',
    node: 'ms-2',
    survey: changed('ms-2', {beside: ['4711 recycler /opt/doris/the recycler', '1001 ms /opt/doris/ms']}),
    seen: /^on 10\.77\.0\.2 process 4711 of \/opt\/doris\/the recycler plays recycler$/,
  },
  {
    check: 'roles-complete',
    level: 'block',
    node: null,
    survey: withCluster(cluster => ({...cluster, nodes: cluster.nodes.filter(({role}) => role !== 'ms')})),
    seen: /no ms/,
  },
  {
    check: 'frontends-agree',
    level: 'warn',
    node: 'fe-2',
    survey: changed('fe-2', {viewUnknown: 'sql-1193'}),
    seen: /own view .* sql-1193/,
  },
  {
    check: 'one-master',
    level: 'block',
    node: null,
    survey: changed('fe-1', {fe: 'follower'}),
    seen: /fe-1: follower/,
  },
  {
    check: 'frontends-agree',
    level: 'block',
    node: null,
    survey: changed('fe-3', {seesMaster: ['10.9.9.9:9010']}),
    seen: /fe-3: 10\.9\.9\.9/,
  },
  {
    check: 'frontends-agree',
    level: 'block',
    node: null,
    survey: changed('fe-3', {sees: ['10.77.0.12:9010/follower']}),
    seen: /fe-3: /,
  },
  {
    check: 'frontends-known',
    level: 'block',
    node: null,
    survey: everywhere({unknownFrontends: ['10.9.9.9:9010']}),
    seen: /cluster has 10\.9\.9\.9:9010/,
  },
  {
    check: 'frontends-known',
    level: 'block',
    node: 'fe-4',
    survey: changed('fe-4', {fe: undefined}),
    seen: /fe-4 is in the inventory/,
  },
  {
    check: 'backends-known',
    level: 'block',
    node: null,
    survey: changed('fe-1', {unknownBackends: ['10.9.9.9:9050']}),
    seen: /cluster has 10\.9\.9\.9:9050/,
  },
  {
    check: 'backends-known',
    level: 'block',
    node: 'be-4',
    survey: changed('be-4', {alive: undefined}),
    seen: /be-4 is in the inventory/,
  },
  {
    check: 'groups',
    level: 'block',
    node: 'be-4',
    survey: changed('be-4', {group: 'cg_other'}),
    seen: /cluster says cg_other, the inventory says cg_bi/,
  },
  {
    check: 'version-step',
    level: 'warn',
    node: null,
    survey: everywhere({version: '2.1.7'}),
    seen: /2\.1\.7 → 3\.1\.2/,
  },
  {check: 'cloud-mode', level: 'warn', node: null, survey: changed('fe-1', {cloud: false}), seen: /fe-1/},
];

describe('preflight', () => {
  test('a healthy cluster passes everything', () => {
    expect(notPassed(healthy)).toEqual([]);
  });

  test.each(
    cases.map(
      each =>
        [`${each.check} ${each.level}s ${each.node ?? 'the cluster'}: ${each.seen.source}`, each] as const,
    ),
  )('%s', (_, {check, level, node, survey, seen}) => {
    const found = notPassed(survey).find(finding => finding.check === check && finding.node === node);
    expect(found).toMatchObject({level});
    expect(found?.seen?.en).toMatch(seen);
    for (const words of [found?.seen, found?.fix, found?.title]) {
      expect(words?.en).toMatch(/./);
      expect(words?.zh).toMatch(/./);
    }
  });

  test.each([
    'ssh.service',
    'sshd@7-1.service',
    'cron.service',
    'crond.service',
    'user@1000.service',
    'atd.service',
  ])('%s, from which somebody started the process, is no reason to stop', unit => {
    expect(notPassed(changed('be-1', {unit}))).toEqual([]);
    // Such a unit is started again itself, but it knows nothing of the process.
    expect(notPassed(changed('be-1', {unit, unitRestart: 'always', unitMain: 7}))).toEqual([]);
  });

  test('a unit that the inventory calls harmless is none either, and no other', () => {
    const unit = 'agent.service';
    const harmless = {...changed('be-1', {unit, unitRestart: 'always', unitMain: 7})};
    const withField = {
      ...harmless,
      cluster: {
        ...harmless.cluster,
        nodes: harmless.cluster.nodes.map(node => ({...node, fields: {...node.fields, harmlessUnit: unit}})),
      },
    };
    expect(notPassed(withField)).toEqual([]);
    expect(notPassed(harmless).map(({check}) => check)).toEqual(['unit']);
    expect(notPassed({...withField, facts: changed('be-1', {unit: 'doris.service'}).facts})).toHaveLength(1);
  });

  test('an unlisted Recycler is told once, and a listed one is not', () => {
    const told = changed('ms-1', {beside: ['4711 recycler /opt/doris/rc2']});
    expect(notPassed(told)).toHaveLength(1);
    const listed = healthy.facts.get(id('rc-1'));
    const rc = healthy.cluster.nodes.find(node => node.id === 'rc-1');
    const beside = [`${String(listed?.pid)} recycler ${rc?.home}`];
    expect(notPassed(changed('ms-1', {beside}))).toEqual([]);
  });

  test('every check of the list is broken by a case', () => {
    const broken = new Set(cases.map(({check}) => check));
    expect(doris.preflight.map(({name}) => name).filter(name => !broken.has(name))).toEqual([]);
  });

  test('frontends that split are seen by what each holds for the master', async () => {
    const split = changed('fe-2', {haMaster: '10.77.0.13'});
    const both = {
      ...split,
      facts: new Map([
        ...split.facts,
        [id('fe-1'), {...split.facts.get(id('fe-1')), haMaster: '10.77.0.11'}],
      ]),
    };
    expect(notPassed(both).map(({check}) => check)).toEqual(['frontends-agree']);
  });

  test('a frontend that is not in the inventory is found in the live cluster', async () => {
    const cluster = makeMemoryCluster({...STANDARD, fe: 4});
    const world = bootFake(dorisInMemory, cluster);
    const survey = await surveyAll({
      ...world,
      cluster: {...cluster, nodes: cluster.nodes.filter(node => node.id !== 'fe-4')},
    });
    expect(notPassed(survey).map(({check, seen}) => `${check}: ${seen?.en}`)).toEqual([
      'frontends-known: the cluster has 10.77.0.14:9010, the inventory does not',
    ]);
  });
});
