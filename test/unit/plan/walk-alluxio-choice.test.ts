import {describe, expect, it} from 'vitest';
import {cluster, drivingOf, INVENTORY, readInventory} from '../../walks/alluxio/walk.ts';
import {makeAlluxio} from '../../walks/alluxio/world.ts';
import type {AlluxioWorld} from '../../walks/alluxio/world-state.ts';
import {surveyOf} from '../../walks/drive.ts';

describe('the inventory file', () => {
  it('puts masters and job masters into one home of a host, workers and job workers too, and clients into none', () => {
    const homes = Map.groupBy(cluster.nodes, ({host, home}) => `${host} ${home}`);
    expect([...homes].map(([place, nodes]) => [place, nodes.map(({id}) => id)])).toEqual([
      ['x1 /opt/alluxio', ['m-1', 'jm-1']],
      ['x2 /opt/alluxio', ['m-2', 'jm-2']],
      ['x3 /opt/alluxio', ['m-3', 'jm-3']],
      ['y1 /opt/alluxio', ['w-1', 'jw-1']],
      ['y2 /opt/alluxio', ['w-2', 'jw-2']],
      ['z1 null', ['spark-1']],
      ['z2 null', ['yarn-gw']],
    ]);
    expect(cluster.nodes.find(({id}) => id === 'jm-2')?.fields).toEqual({role: 'job-master', port: 20_001});
  });

  it.each([
    ['{name: m-2, host: x2}', '{name: m-2, host: x1}', 'm-2 is in the same place as m-1'],
    ['host: z1, kind: spark', 'host: z1, home: /opt/spark, kind: spark', 'client has no home'],
    ['home: /opt/alluxio\n        journal', 'journal', 'home is missing'],
    ['kind: yarn', 'kind: flink', 'is none of spark'],
    ['restart: by hand', 'restarts: by hand', 'unknown key "restarts"'],
  ])('is refused with %j as %j', (right, wrong, words) => {
    expect(INVENTORY).toContain(right);
    expect(() => readInventory(INVENTORY.replace(right, wrong))).toThrow(words);
  });
});

describe('the choice of a procedure', () => {
  const chosen = async (turn: (world: AlluxioWorld) => void, to = '2.9.4') => {
    const world = makeAlluxio(readInventory(INVENTORY.replace('version: 2.9.4', `version: ${to}`)));
    turn(world);
    const driving = drivingOf(world);
    return driving.system.choose(await surveyOf(driving));
  };
  const at =
    (version: string | null) =>
    ({servers}: AlluxioWorld): void => {
      for (const server of servers.values()) server.running = version;
    };

  it('says by which rule it goes, and where that stands', async () => {
    expect(await chosen(() => undefined)).toMatchObject({
      kind: 'procedure',
      procedure: {name: 'backup-format-restore'},
      from: '2.3.0',
      to: '2.9.4',
      rule: {
        says: {en: expect.stringContaining('embedded journals'), zh: expect.stringContaining('内嵌日志')},
        source: {en: expect.stringContaining('Upgrading')},
      },
    });
  });

  it.each<[string, (world: AlluxioWorld) => void, string, RegExp]>([
    ['an older version', at('2.9.4'), '2.3.0', /^2\.3\.0 is not newer than 2\.9\.4/],
    ['the version that runs', at('2.9.4'), '2.9.4', /^2\.9\.4 is not newer/],
    ['another patch', at('2.9.3'), '2.9.4', /one minor version/],
    [
      'two versions at once',
      ({servers}) => Object.assign(servers.get('m-2') ?? {}, {running: '2.8.0'}),
      '2.9.4',
      /which version/,
    ],
    ['masters that are down', at(null), '2.9.4', /which version/],
    ['a journal on UFS', world => Object.assign(world, {journalType: 'UFS'}), '2.9.4', /^The journal is UFS/],
    [
      'a journal that is not told',
      world => Object.assign(world, {journalType: ''}),
      '2.9.4',
      /^The journal is unknown/,
    ],
  ])('refuses %s, and says what to do instead', async (_what, turn, to, words) => {
    const choice = await chosen(turn, to);
    if (choice.kind !== 'refused') throw new Error('it was chosen');
    expect(choice.because.en).toMatch(words);
    for (const {en, zh} of [choice.because, choice.instead]) {
      expect(en).toMatch(/\.$/);
      expect(zh).toMatch(/。$/);
    }
  });

  it('makes a difference between 2.10 and 2.9', async () => {
    expect(await chosen(at('2.9.4'), '2.10.0')).toMatchObject({kind: 'procedure', to: '2.10.0'});
    expect(await chosen(at('2.10.0'), '2.9.4')).toMatchObject({kind: 'refused'});
  });
});
