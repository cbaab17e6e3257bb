import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {Plan, planSteps} from '../../../src/model/plan.ts';
import type {RunState} from '../../../src/model/state.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {cluster} from '../../walks/alluxio/cluster.ts';
import {plan} from '../../walks/alluxio/plan.ts';
import {system} from '../../walks/alluxio/system.ts';
import {byHand, first, last, walk} from '../../walks/alluxio/walk.ts';
import {type AlluxioWorld, BACKUP, makeAlluxio} from '../../walks/alluxio/world.ts';
import {drive, fresh} from '../../walks/drive.ts';
import {takeBack} from '../../walks/undo-plan.ts';

describe('the plan', () => {
  it('is plain data that reads back the same, without a problem', () => {
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(planProblems(plan, system, cluster)).toEqual([]);
  });

  it('goes phase by phase, node by node, with no command that reaches another host', () => {
    const words = plan.phases.map(({id, lanes}) => [
      id,
      lanes.map(({node, steps}) => `${node}: ${steps.map(({name}) => name).join(' ')}`),
    ]);
    expect(Object.fromEntries(words)).toEqual({
      stage: ['m-1: stage', 'm-2: stage', 'm-3: stage', 'w-1: stage', 'w-2: stage'],
      backup: ['m-1: mark backup'],
      stop: [
        'jw-1: stop',
        'jw-2: stop',
        'w-1: stop keep-cache',
        'w-2: stop keep-cache',
        'jm-1: stop',
        'jm-2: stop',
        'jm-3: stop',
        'm-1: stop keep-journal',
        'm-2: stop keep-journal',
        'm-3: stop keep-journal',
      ],
      install: ['m-1: link', 'm-2: link', 'm-3: link', 'w-1: link', 'w-2: link'],
      format: ['m-1: format', 'm-2: format', 'm-3: format'],
      masters: ['m-1: start', 'm-2: start', 'm-3: start'],
      rest: [
        'jm-1: start',
        'jm-2: start',
        'jm-3: start',
        'w-1: start',
        'w-2: start',
        'jw-1: start',
        'jw-2: start',
      ],
      clients: ['spark-1: jar restart', 'yarn-gw: jar safety-valve restart'],
    });
    for (const {action} of planSteps(plan))
      if (action.kind === 'script')
        expect(action.script).not.toMatch(/\b(masters|workers|all)$|formatMasters|alluxio format\b/m);
  });

  it('holds scripts that a POSIX shell reads', () => {
    for (const {action, undo} of planSteps(plan))
      for (const one of undo.kind === 'action' ? [action, undo.action] : [action])
        if (one.kind === 'script') execFileSync('sh', ['-n', '-c', one.script]);
  });

  it('has a way back for every step but the last, which says why not and what instead', () => {
    const impossible = planSteps(plan).filter(({undo}) => undo.kind === 'impossible');
    expect(impossible.map(({id}) => id)).toEqual(['clients/restart@spark-1', 'clients/restart@yarn-gw']);
    for (const {undo} of impossible)
      expect(undo).toMatchObject({instead: {en: expect.stringContaining('copy')}});
  });

  it('shows the very line to paste', () => {
    const paste = planSteps(plan).find(({name}) => name === 'safety-valve')?.action;
    const line =
      'export HADOOP_CLASSPATH=/opt/cloudera/alluxio/alluxio-2.9.4-client.jar:$' + '{HADOOP_CLASSPATH}';
    expect(paste?.kind === 'manual' ? paste.instructions.en.split('\n') : []).toContain(line);
    expect(paste?.kind === 'manual' ? paste.instructions.zh.split('\n') : []).toContain(line);
  });
});

describe('the walk', () => {
  it('comes to its end with every node verified and every cached block kept', async () => {
    const {world, events, did} = await walk();
    const end = events.at(-1);
    expect(end).toMatchObject({type: 'run.ended', verdict: {verified: expect.anything()}});
    expect(end?.type === 'run.ended' && end.verdict.verified).toHaveLength(cluster.nodes.length);
    expect([...world.blocks.values()]).toEqual([6, 6]);
    expect(world.restored).toBe(BACKUP.entries);
    for (const line of new Set(did)) expect(did.filter(other => other === line)).toHaveLength(1);
  });

  it('keeps the order on which nothing may be wrong', async () => {
    const {did} = await walk();
    const order = [
      last(did, / stage$/),
      first(did, / backup$/),
      first(did, /\.stop$/),
      first(did, / keep-cache$/),
      last(did, / keep-journal$/),
      first(did, / link-new$/),
      last(did, / link-new$/),
      first(did, / format$/),
      last(did, / format$/),
      first(did, / master\.start-from$/),
      last(did, / master\.start-from$/),
      first(did, / (job-)?(master|worker)\.start$/),
      first(did, / worker\.start$/),
      last(did, / job-worker\.start$/),
      first(did, / client\./),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(last(did, / worker\.stop$/)).toBeLessThan(first(did, / master\.stop$/));
  });

  it('starts the masters from what the backup printed, by a variable of the script', async () => {
    const {world} = await walk();
    expect(world.usedUri).toBe(BACKUP.uri);
    expect(JSON.stringify(plan)).not.toContain(BACKUP.uri);
  });

  it('asks for the cluster’s name before every format, with what it hits and which backup covers it', async () => {
    const {events} = await walk();
    const shown = events.filter(event => event.type === 'gate.reached' && event.blast.length > 0);
    expect(shown).toMatchObject(
      ['m-1', 'm-2', 'm-3'].map(node => ({
        gate: `format/format@${node}#7`,
        blast: [
          {path: '/srv/alluxio/journal', filesystem: 'ext4', files: 9, copied: true, backup: BACKUP.path},
        ],
      })),
    );
  });
});

describe('the way back', () => {
  /** Walks until the operator leaves at that gate. */
  const walkTo = async (phase: string): Promise<{world: AlluxioWorld; state: RunState}> => {
    const world = makeAlluxio();
    const {state} = await drive(fresh(plan), {
      ...world,
      system,
      cluster,
      operator: {
        ...byHand(world),
        confirm: async gate =>
          gate.startsWith(`${phase}#`) ? {answer: 'leave'} : {answer: 'yes', typed: cluster.name},
      },
    });
    return {world, state};
  };

  it.each([
    ['after the format', 'masters'],
    ['after the masters were started from the backup', 'rest'],
    ['after everything but the clients', 'clients'],
  ])('%s leads to the old cluster with its journal and its caches', async (_when, phase) => {
    const {world, state} = await walkTo(phase);
    const phases = ['stage', 'stop', 'install', 'format', 'masters', 'rest'];
    const taken = takeBack(state, phases, system, cluster);
    if (taken.kind !== 'plan') throw new Error(taken.because.en);
    const undo = Plan.parse(JSON.parse(JSON.stringify(taken.plan)));
    expect(planProblems(undo, system, cluster)).toEqual([]);
    const begun = world.did.length;
    const back = await drive(fresh(undo), {...world, system, cluster});
    expect(back.state.verdict).not.toBeNull();
    expect([...world.blocks.values()]).toEqual([6, 6]);
    expect([...world.servers.values()].map(({running}) => running)).toEqual(Array(10).fill('2.3.0'));
    expect([...world.journals.values()].map(({state: of}) => of)).toEqual(['old', 'old', 'old']);
    const did = world.did.slice(begun);
    expect(last(did, / journal-back$/)).toBeLessThan(first(did, / master\.start$/));
    expect(last(did, / master\.start$/)).toBeLessThan(first(did, / worker\.start$/));
  });

  it('ends where applications write again, and says what is left to do', async () => {
    const world = makeAlluxio();
    const {state} = await drive(fresh(plan), {...world, system, cluster, operator: byHand(world)});
    expect(takeBack(state, ['clients'], system, cluster)).toMatchObject({
      kind: 'refused',
      step: 'clients/restart@yarn-gw',
      instead: {en: expect.stringContaining('copy of its journal')},
    });
  });
});
