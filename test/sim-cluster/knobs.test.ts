import mysql from 'mysql2/promise';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {boot, page, placeOf, portOf, run, until} from './support.ts';

let cluster: DemoCluster;
const PASSWORD = {ROOT_PASSWORD: 'pa$s "word"'};

beforeAll(async () => {
  cluster = await boot({
    layout: 'small',
    knobs: {
      'fe-1': PASSWORD,
      'be-1': {AT_VERSION: '3.1.2', DIES: 'at-start'},
      'be-2': {IGNORES_SIGNALS: 'yes'},
      // It drains for longer than the test takes.
      'ms-1': {STOP_WAITS: 'no', DRAIN_MS: '6000000', HOME_SCRIPTS: 'plain'},
    },
  });
});

afterAll(async () => {
  await cluster.stop();
});

const backends = async (password: string): Promise<readonly mysql.RowDataPacket[]> => {
  const place = placeOf(cluster, 'fe-1');
  const connection = await mysql.createConnection({
    host: place.address,
    port: portOf(place, 'queryPort'),
    user: 'root',
    password,
    connectTimeout: 60_000,
  });
  try {
    return (await connection.query<mysql.RowDataPacket[]>('SHOW BACKENDS'))[0];
  } finally {
    connection.destroy();
  }
};

const script = (node: string, command: string): ReturnType<typeof run> =>
  run(cluster, node, `bash '${placeOf(cluster, node).home}'/bin/${command}`);

const told = (node: string): readonly string[] =>
  cluster
    .events()
    .filter(event => event.node === node)
    .map(({what}) => what);

test('a password is asked for, and only the right one opens', async () => {
  expect(await backends(PASSWORD.ROOT_PASSWORD)).toHaveLength(2);
  await expect(backends('')).rejects.toMatchObject({
    errno: 1045,
    message: expect.stringContaining('using password: NO'),
  });
  await expect(backends('other')).rejects.toMatchObject({
    errno: 1045,
    message: expect.stringContaining('using password: YES'),
  });
});

test('a backend that dies at its start, only at the new version: the start script says 0', async () => {
  const {home, package: pack} = placeOf(cluster, 'be-1');
  await script('be-1', 'stop_be.sh');
  await run(cluster, 'be-1', `cd '${home}' && mv lib lib_old && cp -r '${pack}/lib' lib`);
  expect(await script('be-1', 'start_be.sh --daemon')).toMatchObject({code: 0});
  await until(
    () => told('be-1'),
    events => events.includes('process ends by itself'),
  );
  expect((await run(cluster, 'be-1', `cat '${home}/log/be.out'`)).stdout).toContain('*** SIGABRT');
  cluster.turn('be-1', {REPORTS: 'doris-0.0.0-Unknown'});
  await script('be-1', 'start_be.sh --daemon');
  const versions = (): Promise<readonly string[]> =>
    backends(PASSWORD.ROOT_PASSWORD).then(rows => rows.map(row => String(row.Version)));
  await until(versions, all => all.includes('doris-0.0.0-Unknown'));
});

test('a backend that ignores SIGTERM is waited for without end, and dies of SIGKILL', async () => {
  const {home} = placeOf(cluster, 'be-2');
  const grace = await run(
    cluster,
    'be-2',
    `cd '${home}'; bash bin/stop_be.sh --grace >log/grace & script=$!
until [ "$(grep -c Waiting log/grace)" -ge 2 ]; do sleep 0.1; done
kill $script; cat log/grace`,
  );
  expect(grace.stdout).toMatch(/^(Waiting for be process with PID \d+ to terminate\n){2,}$/);
  expect(await page(cluster, 'be-2', 'webPort', '/api/health')).toContain('200');
  expect(await script('be-2', 'stop_be.sh')).toMatchObject({code: 0});
  expect(await page(cluster, 'be-2', 'webPort', '/api/health')).toBeNull();
});

test.each([
  ['', 'stop_be.sh', 'ERROR: Invalid PID'],
  ['999999', 'stop_be.sh', 'ERROR: be process with PID 999999 does not exist'],
  ['OTHER', 'stop_be.sh', 'ERROR: PID may not be the be process'],
  ['OTHER', 'start_be.sh --daemon', 'Backend is already running as process OTHER, stop it first'],
])('a pid file that lies: "%s" makes %s refuse', async (pid, command, words) => {
  const {home} = placeOf(cluster, 'be-2');
  // The backend was stopped above; OTHER is the shell itself.
  const ran = await run(
    cluster,
    'be-2',
    `cd '${home}' && echo '${pid}' | sed "s/OTHER/$$/" >bin/be.pid; bash bin/${command}; code=$?; cat bin/be.pid; exit $code`,
  );
  const lines = ran.stdout.trimEnd().split('\n');
  const listed = pid === '' ? '' : (lines.pop() ?? '');
  expect(ran.code).toBe(1);
  expect(lines.at(-1)?.replace(listed, pid === 'OTHER' ? 'OTHER' : listed)).toBe(words);
});

test('an older MetaService: its stop script returns at once while the process still holds the port', async () => {
  expect(await script('ms-1', 'stop.sh')).toMatchObject({code: 0, stdout: ''});
  expect(await page(cluster, 'ms-1', 'port', '/health')).toBe('200 OK\n');
  const again = await script('ms-1', 'start.sh --meta-service --daemon');
  expect(again.code).toBe(1);
});
