import {describe, expect, it} from 'vitest';
import {planSteps} from '../../../src/model/plan.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {outOfService} from '../../../src/model/state.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {SERVERS} from '../../walks/alluxio/fields.ts';
import {alluxio} from '../../walks/alluxio/system.ts';
import {cluster, drivingOf, first, last, leavingAt, plan, walk} from '../../walks/alluxio/walk.ts';
import {BACKUP} from '../../walks/alluxio/world-state.ts';
import {drive, fresh} from '../../walks/drive.ts';
import {takeBack} from '../../walks/undo-plan.ts';

describe('the plan', () => {
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
    for (const body of Object.values(plan.scripts))
      expect(body).not.toMatch(/\b(masters|workers|all)$|formatMasters|alluxio format\b/m);
  });

  it('holds each script once; what differs between nodes are their variables', () => {
    expect(Object.keys(plan.scripts)).toHaveLength(26);
    const bodies = JSON.stringify(plan.scripts);
    for (const {id, host} of cluster.nodes) {
      expect(bodies).not.toContain(id);
      expect(bodies).not.toMatch(new RegExp(`\\b${host}\\b`));
    }
    expect(bodies).not.toContain('/opt/');
    expect(bodies).not.toContain(plan.stamp);
    expect(bodies).not.toContain('2.9.4');
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
      first(did, / stop$/),
      first(did, / keep-cache$/),
      last(did, / keep-journal$/),
      first(did, / link-new$/),
      last(did, / link-new$/),
      first(did, / format$/),
      last(did, / format$/),
      first(did, / start-from$/),
      last(did, / start-from$/),
      first(did, / start$/),
      first(did, /^w-\d start$/),
      last(did, /^jw-\d start$/),
      first(did, / jar$/),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(last(did, /^w-\d stop$/)).toBeLessThan(first(did, /^m-\d stop$/));
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

describe('who is out of service', () => {
  /** The nodes that are out when the question of a phase is asked, or when all is over. */
  const outAt = async (gate: string): Promise<readonly string[]> => {
    const {state} = await walk({operator: leavingAt(gate)});
    return outOfService(state).map(({node, certain}) => (certain ? node : `${node}?`));
  };
  const servers = cluster.nodes.flatMap(({id, role}) => (SERVERS.some(name => name === role) ? [id] : []));

  it.each(['install#', 'format#', 'format/format@m-2', 'masters#'])(
    'is every server between the stop and the start: at %s',
    async gate => {
      const out = await outAt(gate);
      expect(out).toHaveLength(10);
      expect(out.toSorted()).toEqual(servers.toSorted());
    },
  );

  it.each<[string, readonly string[]]>([
    ['stage#', []],
    ['stop#', []],
    ['rest#', ['jw-1', 'jw-2', 'w-1', 'w-2', 'jm-1', 'jm-2', 'jm-3']],
    ['clients#', []],
    ['never', []],
  ])('is, at %s, %j', async (gate, out) => {
    expect(await outAt(gate)).toEqual(out);
  });

  it('is known while the cluster is being stopped, node by node, since when each was', async () => {
    const {events} = await walk({operator: leavingAt('install#')});
    const stopped = events.findIndex(event => event.type === 'step.done' && event.step === 'stop/stop@w-1');
    const out = outOfService(foldEvents(events.slice(0, stopped + 1)));
    expect(out.map(({node}) => node)).toEqual(['jw-1', 'jw-2', 'w-1']);
    expect(out.map(({since}) => since)).toEqual(out.map(({since}) => since).toSorted((a, b) => a - b));
    const began = events.findIndex(event => event.type === 'step.started' && event.step === 'stop/stop@w-2');
    expect(outOfService(foldEvents(events.slice(0, began + 1))).at(-1)).toMatchObject({
      node: 'w-2',
      certain: false,
    });
  });
});

describe('the way back', () => {
  const PHASES = ['stage', 'stop', 'install', 'format', 'masters', 'rest'];
  const takenBack = async (gate: string) => {
    const {world, state} = await walk({operator: leavingAt(gate)});
    const taken = takeBack({state, system: alluxio, cluster}, PHASES);
    if (taken.kind !== 'plan') throw new Error(taken.because.en);
    return {world, undo: taken.plan};
  };

  it.each([
    ['after the cluster was stopped', 'install#'],
    ['after the format', 'masters#'],
    ['after the masters were started from the backup', 'rest#'],
    ['after everything but the clients', 'clients#'],
  ])('%s leads to the old cluster with its journal and its caches', async (_when, gate) => {
    const {world, undo} = await takenBack(gate);
    expect(planProblems(undo, alluxio, cluster)).toEqual([]);
    const begun = world.did.length;
    const back = await drive(fresh(undo), drivingOf(world));
    expect(back.state.verdict).not.toBeNull();
    expect(outOfService(back.state)).toEqual([]);
    expect([...world.blocks.values()]).toEqual([6, 6]);
    expect([...world.servers.values()].map(({running}) => running)).toEqual(Array(10).fill('2.3.0'));
    expect([...world.journals.values()].map(({state: of}) => of)).toEqual(['old', 'old', 'old']);
    expect([...world.links.values()].filter(({staged}) => staged)).toEqual([]);
    const did = world.did.slice(begun);
    expect(last(did, / journal-back$/)).toBeLessThan(first(did, /^m-\d start$/));
    expect(last(did, /^m-\d start$/)).toBeLessThan(first(did, /^w-\d start$/));
  });

  it('goes the other way: what serves leaves, what is out returns', async () => {
    const {undo} = await takenBack('clients#');
    const service = (name: string) =>
      new Set(
        planSteps(undo).flatMap(step =>
          step.name === name ? [`${step.id.split('/')[0]} ${step.service}`] : [],
        ),
      );
    expect(service('undo-start')).toEqual(new Set(['undo-rest leaves', 'undo-masters leaves']));
    expect(service('undo-stop')).toEqual(new Set(['undo-stop returns']));
  });

  it('ends where applications write again, and says what is left to do', async () => {
    const {state} = await walk();
    expect(takeBack({state, system: alluxio, cluster}, ['clients'])).toMatchObject({
      kind: 'refused',
      step: 'clients/restart@yarn-gw',
      instead: {en: expect.stringContaining('copy of its journal')},
    });
  });
});
