import {describe, expect, test} from 'vitest';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster, STANDARD} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, surveyAll} from './memory.ts';
import {BASIC} from './preflight/cases-basic.ts';
import {DEMANDS} from './preflight/cases-demands.ts';
import {OWN} from './preflight/cases-own.ts';
import {STARTERS} from './preflight/cases-starters.ts';
import {WHOLE} from './preflight/cases-whole.ts';
import {
  type Case,
  changed,
  changedEach,
  everywhere,
  healthy,
  id,
  notPassed,
  type Survey,
} from './preflight/support.ts';

const cases: readonly Case[] = [...BASIC, ...STARTERS, ...OWN, ...DEMANDS, ...WHOLE];

describe('preflight', () => {
  test('a healthy cluster passes everything', () => {
    expect(notPassed(healthy)).toEqual([]);
  });

  test.each(
    cases.map(
      each =>
        [`${each.check} ${each.level}s ${each.node ?? 'the cluster'}: ${each.seen.source}`, each] as const,
    ),
  )('%s', (_, {check, level, node, survey, seen, fix}) => {
    const found = notPassed(survey).find(finding => finding.check === check && finding.node === node);
    expect(found).toMatchObject({level});
    expect(found?.seen?.en).toMatch(seen);
    if (fix !== undefined) expect(found?.fix?.en).toMatch(fix);
    expect(found?.fix?.zh).toMatch(/[\u4e00-\u9fff]/);
    for (const words of [found?.seen, found?.fix, found?.title]) {
      expect(words?.en).toMatch(/./);
      expect(words?.zh).toMatch(/./);
    }
  });

  test.each(['ssh.service', 'sshd@7-1.service', 'user@1000.service', 'atd.service'])(
    '%s, from which somebody started the process, is no reason to stop',
    unit => {
      expect(notPassed(changed('be-1', {unit}))).toEqual([]);
      // Such a unit is started again itself, but it knows nothing of the process.
      expect(notPassed(changed('be-1', {unit, unitRestart: 'always', unitMain: 7}))).toEqual([]);
    },
  );

  test.each(['ms-1', 'rc-1', 'be-1', 'fe-1'])(
    '%s that is down is told once: of its version there is nothing to say',
    id => {
      const down = {process: 'none', health: 'down', causes: ['process=none'], version: undefined};
      expect(notPassed(changed(id, down)).map(({check, node}) => [check, node])).toEqual([['healthy', id]]);
    },
  );

  test('what a release of another minor version drops is no word on every node', () => {
    expect(notPassed(everywhere({libOthers: 40}))).toEqual([]);
    expect(notPassed(changed('be-1', {libOthers: undefined}))).toEqual([]);
    // Nor is what those lack that run the new version already.
    expect(notPassed(everywhere({version: '3.1.2', libOthers: 2}))).toEqual([]);
  });

  test('an entry of cron that counts at a boot says why the process is in cron’s group', () => {
    expect(notPassed(changed('be-1', {unit: 'cron.service', cronBoot: ['crontab -l:1']}))).toEqual([]);
  });

  test.each([
    ['agent.service', {unit: 'agent.service', unitRestart: 'always', unitMain: 7}, 'unit'],
    ['supervisord', {starter: 'supervisord', starterPid: 7, starterProgram: 'supervisord'}, 'unit'],
    [
      'supervisord.service',
      {
        ...{starter: 'supervisord', starterPid: 7, starterProgram: 'supervisord'},
        ...{unit: 'supervisord.service', unitRestart: 'on-failure', unitMain: 7},
      },
      'unit',
    ],
    ['keep.sh', {starter: 'shell', starterPid: 7, starterProgram: 'keep.sh'}, 'unit'],
    ['cron', {cron: ['crontab -l:1']}, 'watchdog'],
    ['crond.service', {cron: ['crontab -l:1'], unit: 'crond.service'}, 'watchdog'],
    ['monit', {monit: 'names', monitFile: '/etc/monitrc'}, 'watchdog'],
  ] as const)('%s that the inventory calls harmless is, and no other', (harmlessUnit, facts, check) => {
    const survey = changed('be-1', facts);
    const saying = (name: string): Survey => ({
      ...survey,
      cluster: {
        ...survey.cluster,
        nodes: survey.cluster.nodes.map(node => ({...node, fields: {...node.fields, harmlessUnit: name}})),
      },
    });
    expect(notPassed(survey).map(found => found.check)).toEqual([check]);
    expect(notPassed(saying(harmlessUnit))).toEqual([]);
    expect(notPassed(saying('other.service')).map(found => found.check)).toEqual([check]);
  });

  test('process and home of another user are one thing, said once', () => {
    const both = changed('be-1', {owner: '0', ownerName: 'root', homeOwner: '0', writable: false});
    expect(notPassed(both).map(({check}) => check)).toEqual(['same-user']);
    expect(JSON.stringify(notPassed(both))).not.toMatch(/chown|Give/);
  });

  test('a process of another name is told of as that, not as one that is down', () => {
    const facts = {others: ['4711 selectdb_cloud'], process: 'none', health: 'down', version: undefined};
    const found = notPassed(changed('ms-1', facts)).map(({check}) => check);
    expect(found).toContain('process-name');
    expect(found).not.toContain('healthy');
  });

  test('a cluster upgraded by hand, half, is one thing, said once', () => {
    const half = changedEach(
      Object.fromEntries(
        [...healthy.facts.keys()]
          .filter(node => !/^fe-[123]$/.test(node))
          .map(node => [node, {version: '3.1.2'}]),
      ),
    );
    expect(notPassed(half).map(({check}) => check)).toEqual(['one-version']);
    expect(JSON.stringify(notPassed(half))).not.toMatch(/resume|nothing to upgrade/);
  });

  test.each([
    ['3.1.2', /^The cluster runs 3\.1\.2 already\.$/],
    ['3.2.0', /^3\.1\.2 is older than 3\.2\.0, which runs\./],
  ])('a cluster that runs %s is told of once, by the choice', (version, because) => {
    const survey = everywhere({version});
    expect(notPassed(survey).map(({check}) => check)).toEqual([]);
    const choice = doris.choose(survey);
    expect(choice.kind === 'refused' ? choice.because.en : null).toMatch(because);
  });

  test('clocks that may be alike are no matter: an answer that took long tells nothing', () => {
    expect(notPassed(changed('fe-2', {clockLeast: -4_000, clockMost: 9_000}))).toEqual([]);
    expect(notPassed(changed('fe-2', {clockLeast: undefined, clockMost: undefined}))).toEqual([]);
  });

  test('root is left out where logind kills', () => {
    expect(notPassed(changed('be-1', {logoutKills: true, login: '0', owner: '0'}))).toEqual([]);
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
