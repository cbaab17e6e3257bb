import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {boot, page, placeOf, type Row, run, sql, until} from './support.ts';

let cluster: DemoCluster;

beforeAll(async () => {
  cluster = await boot({layout: 'small'});
});

afterAll(async () => {
  await cluster.stop();
});

const backend = async (name: string): Promise<Row> => {
  const {rows} = await sql(cluster, 'fe-1', 'SHOW BACKENDS');
  return rows.find(row => row.Host === placeOf(cluster, name).address) ?? {};
};

const frontends = async (asked: string, ...before: readonly string[]): Promise<readonly Row[]> => {
  try {
    return (await sql(cluster, asked, ...before, 'SHOW FRONTENDS')).rows;
  } catch (error) {
    return [{error: error instanceof Error ? error.message : String(error)}];
  }
};

const rowOf = (rows: readonly Row[], name: string): Row =>
  rows.find(row => row.Host === placeOf(cluster, name).address) ?? {};

const script = (node: string, command: string): ReturnType<typeof run> =>
  run(cluster, node, `bash '${placeOf(cluster, node).home}'/bin/${command}`);

test('a backend that stops is Alive=false after the next heartbeat, and alive again with a new start time', async () => {
  const before = await backend('be-1');
  expect(before).toMatchObject({Alive: 'true', ErrMsg: '', HeartbeatFailureCounter: '0'});
  const stopped = await script('be-1', 'stop_be.sh');
  expect(stopped).toMatchObject({code: 0});
  expect(stopped.stdout).toMatch(
    /(Waiting for be process with PID \d+ to terminate\n)*stop doris_be and remove PID file\n$/,
  );
  const dead = await until(
    () => backend('be-1'),
    row => row.Alive === 'false',
  );
  expect(dead.ErrMsg).toMatch(
    /^(Socket is closed by peer\.|java\.net\.ConnectException: Connection refused)$/,
  );
  expect(dead.LastStartTime).toBe(before.LastStartTime);
  expect(await script('be-1', 'stop_be.sh')).toMatchObject({
    code: 1,
    stdout: `ERROR: ${placeOf(cluster, 'be-1').home}/bin/be.pid does not exist\n`,
  });
  expect(await script('be-1', 'start_be.sh --daemon')).toMatchObject({code: 0, stdout: '', stderr: ''});
  await until(
    () => backend('be-1'),
    row => row.Alive === 'true' && row.ErrMsg === '',
  );
  expect((await script('be-1', 'start_be.sh --daemon')).stdout).toMatch(
    /^Backend is already running as process \d+, stop it first\n$/,
  );
});

test('an upgrade by hand: the version that a backend reports is the one in its lib', async () => {
  const {home, package: pack} = placeOf(cluster, 'be-2');
  await script('be-2', 'stop_be.sh --grace');
  const moved = await run(
    cluster,
    'be-2',
    `cd '${home}' && mv bin bin_old && mv lib lib_old && cp -r '${pack}/bin' '${pack}/lib' . && bash bin/start_be.sh --version`,
  );
  expect(moved.stdout).toMatch(/^doris-3\.1\.2-rc01\(AVX2\) RELEASE /);
  await script('be-2', 'start_be.sh --daemon');
  const row = await until(
    () => backend('be-2'),
    ({Version}) => Version?.startsWith('doris-3.1.2-rc01-') === true,
  );
  expect(row.Alive).toBe('true');
  expect(await page(cluster, 'be-2', 'webPort', '/api/health')).toBe('200 {"status": "OK","msg": "OK"}');
  const told = cluster
    .events()
    .filter(({node}) => node === 'be-2')
    .map(({what}) => what);
  expect(told.filter(what => !what.includes('--version') && !/^exit start_be.sh 0/.test(what))).toEqual([
    'call stop_be.sh --grace',
    'process ends SIGTERM',
    'exit stop_be.sh 0',
    'call start_be.sh --daemon',
    'process begins 3.1.2',
    'process up 3.1.2',
  ]);
});

test('without the version file in lib a start says 0 and nothing runs', async () => {
  const {home} = placeOf(cluster, 'be-1');
  await script('be-1', 'stop_be.sh');
  await run(cluster, 'be-1', `mv '${home}/lib/VERSION' '${home}/VERSION'`);
  expect(await script('be-1', 'start_be.sh --daemon')).toMatchObject({code: 0});
  await until(
    async () => (await run(cluster, 'be-1', `cat '${home}/log/be.out'`)).stdout,
    out => out.includes('cannot open shared object file'),
  );
  expect(await page(cluster, 'be-1', 'webPort', '/api/health')).toBeNull();
  await run(cluster, 'be-1', `mv '${home}/VERSION' '${home}/lib/VERSION'`);
  await script('be-1', 'start_be.sh --daemon');
  await until(
    () => backend('be-1'),
    row => row.Alive === 'true',
  );
});

test('a MetaService that starts slowly is called failed by its script, runs all the same, and keeps its role', async () => {
  const stopped = await script('ms-1', 'stop_ms.sh');
  expect(stopped.code).toBe(0);
  expect(stopped.stdout).toMatch(/^waiting \d+ to quit, 1 seconds elapsed\n[\s\S]*\d+ has quit\n$/);
  expect(await script('ms-1', 'stop_ms.sh')).toMatchObject({
    code: 1,
    stdout: 'no doris_cloud.pid found, process may have been stopped\n',
  });
  cluster.turn('ms-1', {START_MS: '60000'});
  const started = await script('ms-1', 'start_ms.sh --meta-service --daemon');
  expect(started.code).toBe(1);
  expect(started.stdout).toContain(
    'MetaService may not start successfully please check process log for more details',
  );
  expect((await script('ms-1', 'start_ms.sh --meta-service --daemon')).stdout).toMatch(
    /^pid file existed, MetaService have already started, pid=\d+\n$/,
  );
  await until(
    () => page(cluster, 'ms-1', 'port', '/health'),
    answer => answer === '200 OK\n',
  );
  cluster.turn('ms-1', {});
  await script('ms-1', 'stop_ms.sh');
  const both = await script('ms-1', 'start_ms.sh --daemon');
  await until(
    () => page(cluster, 'ms-1', 'port', '/health'),
    answer => answer === '200 OK\n',
  );
  const log = (await run(cluster, 'ms-1', `tail -n 6 '${placeOf(cluster, 'ms-1').home}/log/doris_cloud.out'`))
    .stdout;
  expect(log).toContain('Recycler has been started successfully\n');
  if (both.code === 0) expect(both.stdout).toContain('successfully started service listening on port=');
});

test('a stopped master: an election, then a new master everywhere; the old one comes back as a follower', async () => {
  expect(rowOf(await frontends('fe-2'), 'fe-1').IsMaster).toBe('true');
  const journal = Number(rowOf(await frontends('fe-2'), 'fe-1').ReplayedJournalId);
  const stopped = await script('fe-1', 'stop_fe.sh');
  expect(stopped).toMatchObject({code: 0});
  expect(stopped.stdout).toMatch(/stop java and remove PID file\n$/);
  const errors = new Set<string>();
  const rows = await until(
    () => frontends('fe-2'),
    answer => {
      const [error] = answer.map(row => row.error ?? '');
      if (error !== undefined && error !== '') errors.add(error);
      return (
        answer.some(row => row.IsMaster === 'true' && row.Host !== placeOf(cluster, 'fe-1').address) &&
        rowOf(answer, 'fe-1').Alive === 'false'
      );
    },
  );
  for (const error of errors)
    expect(error).toMatch(
      /ForwardToMasterException|Connection refused|Node catalog is not ready|Master FE is not ready/,
    );
  expect(rowOf(rows, 'fe-1')).toMatchObject({
    LastStartTime: null,
    Version: null,
    ErrMsg: 'java.net.ConnectException: Connection refused',
  });
  const [master] = rows.filter(row => row.IsMaster === 'true');
  const other = master?.Host === placeOf(cluster, 'fe-2').address ? 'fe-3' : 'fe-2';
  await until(
    () => frontends(other),
    answer => answer.some(row => row.IsMaster === 'true' && row.Host === master?.Host),
  );

  expect(await script('fe-1', 'start_fe.sh --daemon')).toMatchObject({code: 0, stdout: ''});
  const back = await until(
    () => frontends('fe-1'),
    answer => rowOf(answer, 'fe-1').Alive === 'true' && rowOf(answer, 'fe-1').Version !== null,
  );
  expect(rowOf(back, 'fe-1')).toMatchObject({Role: 'FOLLOWER', IsMaster: 'false'});
  const caughtUp = Number(
    rowOf(await frontends('fe-1', 'SET forward_to_master=false'), 'fe-1').ReplayedJournalId,
  );
  expect(caughtUp).toBeGreaterThan(journal);
});

test('without a majority the master quits by itself, and the group works again once all are started', async () => {
  const names = ['fe-1', 'fe-2', 'fe-3'];
  const rows = await frontends('fe-1');
  const master = names.find(name => rowOf(rows, name).IsMaster === 'true') ?? '';
  const others = names.filter(name => name !== master);
  for (const name of others) await script(name, 'stop_fe.sh');
  const told = (): readonly string[] => cluster.events().map(({node, what}) => `${node} ${what}`);
  await until(told, events => events.includes(`${master} process ends without majority`));
  expect(await page(cluster, master, 'httpPort', '/api/health')).toBeNull();
  await Promise.all(names.map(name => script(name, 'start_fe.sh --daemon')));
  const alive = (answer: readonly Row[]): boolean => answer.filter(row => row.Alive === 'true').length === 3;
  await until(() => frontends(master), alive);
});
