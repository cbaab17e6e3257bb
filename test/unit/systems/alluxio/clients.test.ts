import {describe, expect, it} from 'vitest';
import {type Plan, planSteps, type Step} from '../../../../src/model/plan.ts';
import {alluxio} from '../../../../src/systems/alluxio/system.ts';
import {makeMemoryCluster} from '../../../fakes/alluxio/cluster.ts';
import {makeMemory} from '../../../fakes/alluxio/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {type Driving, drive, fresh, planFor} from '../../../walks/drive.ts';
import {dropped, ofChecks, ofPhase, ofPlan, without} from '../../../walks/mutate.ts';
import {cases, everywhere, lanesWithout, type Row, refusalsOf, swapped} from './mutations.ts';

type Before = Parameters<typeof makeMemory>[0];
const RESTORE: Before = {from: '2.3.0', journalType: 'EMBEDDED', homes: 'link'};
const IN_PLACE: Before = {from: '2.8.0', journalType: 'EMBEDDED', homes: 'dir'};

const boot = (before: Before) => {
  const cluster = makeMemoryCluster({masters: 1, workers: 2, proxies: 0}, '2.9.4', 'lake-alluxio', {
    clients: true,
  });
  const clock = makeVirtualClock(Date.UTC(2026, 10, 22, 1, 2, 3));
  const fake = makeMemory(before).boot(cluster, {clock, chance: seededRandom(3), faults: []});
  const driving: Driving = {system: alluxio, cluster, clock, ask: fake.answer};
  return {...driving, cluster, fake};
};

const stepOf = (plan: Plan, id: string): Step => {
  const step = planSteps(plan).find(each => each.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
};

describe.each([
  ['back up, format, restore', RESTORE],
  ['in place', IN_PLACE],
] as const)('applications, %s', async (_, before) => {
  const booted = boot(before);
  const plan = await planFor(booted);

  it('come last, one after the other, beside servers that are whole', () => {
    const phase = plan.phases.at(-1);
    expect(phase).toMatchObject({id: 'clients', width: 1});
    expect(phase?.lanes.map(({node, steps}) => `${node}: ${steps.map(({name}) => name).join(' ')}`)).toEqual([
      'spark-1: jar restart',
      'hive-1: jar restart',
      'yarn-1: jar safety-valve restart',
    ]);
  });

  it('have the guide’s line to copy, with the jar as it lies there then, and the former one on the way back', () => {
    const {action, undo} = stepOf(plan, 'clients/safety-valve@yarn-1');
    const line = (version: string): string =>
      `export HADOOP_CLASSPATH=/opt/app/jars/alluxio-${version}-client.jar:\${HADOOP_CLASSPATH}`;
    expect(action).toMatchObject({kind: 'manual', copy: line('2.9.4')});
    expect(undo).toMatchObject({action: {kind: 'manual', copy: line(before.from)}});
    if (action.kind !== 'manual') throw new Error('a script');
    for (const words of [action.instructions.en, action.instructions.zh])
      expect(words).toContain(
        'Gateway Client Environment Advanced Configuration Snippet (Safety Valve) for hadoop-env.sh',
      );
  });

  it('are restarted by their command, or by hand; where nothing can be seen the operator is asked', () => {
    expect(stepOf(plan, 'clients/restart@spark-1')).toMatchObject({
      gates: [],
      action: {kind: 'script', vars: {restart: 'systemctl restart spark'}, trust: 'facts'},
    });
    expect(stepOf(plan, 'clients/restart@hive-1')).toMatchObject({gates: [], action: {kind: 'manual'}});
    expect(stepOf(plan, 'clients/restart@yarn-1')).toMatchObject({
      gates: [{kind: 'confirm', ask: {en: expect.stringContaining('sees no process')}}],
      action: {kind: 'manual'},
    });
  });

  it('are proved by their absence, but for one that names its client, and the words say which', () => {
    const words = (id: string): string => stepOf(plan, `clients/restart@${id}`).done.at(-1)?.title.en ?? '';
    expect(words('spark-1')).toMatch(/started since names the new client, and none has the old/);
    expect(words('hive-1')).toMatch(/^no process of hive has the old client any more; one with the new/);
    expect(words('yarn-1')).toMatch(/that is all that can be seen here/);
    expect(stepOf(plan, 'clients/restart@spark-1').done.at(-1)?.expect).toMatchObject({named: true, old: []});
    expect(stepOf(plan, 'clients/restart@hive-1').done.at(-1)?.expect).not.toHaveProperty('named');
  });

  it('have no way back once they write', () => {
    for (const {undo} of planSteps(plan).filter(({name}) => name === 'restart'))
      expect(undo).toMatchObject({kind: 'impossible', instead: {en: expect.stringContaining('persist')}});
  });

  it('are verified by who has which client loaded', () => {
    const ends = plan.verify.filter(({node}) => ['spark-1', 'hive-1', 'yarn-1'].includes(node));
    for (const {checks} of ends) expect(checks[0].expect).toMatchObject({version: '2.9.4', old: []});
  });

  const refused = (mutated: Plan): string[] => refusalsOf(mutated, booted.cluster);

  const ROWS: readonly Row[] = [
    [
      'an application that is passed over',
      lanesWithout('clients', 'spark-1'),
      'spark-1 is never taken through jar.',
    ],
    [
      'applications before the servers',
      swapped('job-workers', 'clients'),
      'An application gets its client before all servers run: clients/jar@spark-1 stands before job-workers/start@jw-2.',
    ],
    [
      'applications whatever the servers are',
      ofPhase('clients', everywhere(ofChecks('cluster', dropped))),
      'clients does not look, before and after its question, whether the servers are whole at the new version.',
    ],
    [
      'applications beside servers of any version',
      ofPhase('clients', everywhere(ofChecks('cluster', without('versions')))),
      'clients does not look, before and after its question, whether the servers are whole at the new version.',
    ],
    [
      'a restart before the line is deployed',
      ofPhase('clients', ({lanes}) => ({
        lanes: lanes.map(lane => {
          const [first, ...others] = lane.steps.toReversed();
          return first === undefined ? lane : {...lane, steps: [first, ...others] as const};
        }),
      })),
      'clients/safety-valve@yarn-1 stands after the restart of its application.',
    ],
    [
      'nobody who looks what was loaded',
      ofPlan(({verify}) => ({
        verify: verify.map(end =>
          end.node === 'spark-1'
            ? {...end, checks: [{...end.checks[0], expect: {version: '2.9.4'}}] as const}
            : end,
        ),
      })),
      'The last looks do not see which client spark-1 has loaded.',
    ],
  ];

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(plan)).toEqual([]);
    expect(refused(mutation(plan))).toEqual(expect.arrayContaining([...sentences]));
  });

  it('are upgraded to the end', async () => {
    const {state} = await drive(fresh(plan), {...booted, operator: {manual: async () => 'done'}});
    expect(state.holds).toEqual([]);
    expect(state.verdict?.verified).toEqual(booted.cluster.nodes.map(({id}) => id));
    const did = booted.fake.effects.map(({node, effect}) => `${node} ${effect}`);
    expect(did.slice(did.indexOf('spark-1 jar')).filter(what => !/^m-|^w-/.test(what))).toEqual([
      'spark-1 jar',
      'spark-1 stop',
      'spark-1 start',
      'hive-1 jar',
      'hive-1 stop',
      'hive-1 start',
      'yarn-1 jar',
      'yarn-1 deploy',
    ]);
  });
});
