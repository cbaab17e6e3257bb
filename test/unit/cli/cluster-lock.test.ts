import {mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {withClusterLock} from '../../../src/cli/cluster-lock.ts';
import {UserError} from '../../../src/cli/user-error.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {cluster} from '../engine/toy.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-lock-'));
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

const inside = <T>(of: typeof cluster, work: () => Promise<T>): Promise<T> =>
  withClusterLock({XDG_STATE_HOME: base}, of, work);
const done = async (): Promise<string> => 'done';

it('lets one lakeup at a time work on the same nodes, under whatever name and in whatever order', async () => {
  const same = {...cluster, name: 'called-otherwise', nodes: cluster.nodes.toReversed()};
  const other = {...cluster, nodes: cluster.nodes.map(node => ({...node, home: parseAbsPath('/srv/other')}))};
  await inside(cluster, async () => {
    await expect(inside(same, done)).rejects.toThrow(UserError);
    await expect(inside(same, done)).rejects.toThrow(`process ${process.pid}`);
    expect(await inside(other, done)).toBe('done');
    for (const file of readdirSync(join(base, 'lakeup/clusters')))
      expect(statSync(join(base, 'lakeup/clusters', file)).mode & 0o777).toBe(0o600);
  });
  expect(await inside(same, done)).toBe('done');
});

it('is about every node: a cluster that has one in common waits too', async () => {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('the toy has nodes');
  const part = {...cluster, name: 'a part', nodes: [first]};
  const apart = {...part, nodes: [{...first, home: parseAbsPath('/srv/other')}]};
  await inside(cluster, async () => {
    await expect(inside(part, done)).rejects.toThrow(`process ${process.pid}`);
    expect(await inside(apart, done)).toBe('done');
  });
  expect(await inside(part, done)).toBe('done');
});

it('is given back when the work breaks', async () => {
  await expect(inside(cluster, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await inside(cluster, done)).toBe('done');
});

it('says what a killed lakeup left behind, and how to go on', async () => {
  let lock = '';
  await inside(cluster, async () => {
    [lock = ''] = readdirSync(join(base, 'lakeup/clusters'));
  });
  const file = join(base, 'lakeup/clusters', lock);
  writeFileSync(file, '{"pid":4194303,"started":"1","at":"then"}');
  mkdirSync(`${file}.takeover`);
  const told = await inside(cluster, done).catch((error: unknown) => error);
  if (!(told instanceof UserError)) throw new Error('told as a bug');
  expect(told.what.en).toContain('was killed while it took over the lock');
  expect(told.fix?.en).toContain(`rmdir ${file}.takeover`);
  expect(told.code).toBe(2);
  rmdirSync(`${file}.takeover`);
  expect(await inside(cluster, done)).toBe('done');
});

it('says that its folder cannot be made, and goes on once that was put right', async () => {
  writeFileSync(join(base, 'lakeup'), '');
  await expect(inside(cluster, done)).rejects.toMatchObject({
    message: expect.stringContaining('lies below something that is no directory'),
    fix: {en: 'put that right, then try again'},
  });
  rmSync(join(base, 'lakeup'));
  expect(await inside(cluster, done)).toBe('done');
});
