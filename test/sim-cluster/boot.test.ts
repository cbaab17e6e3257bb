import {existsSync, readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {z} from 'zod';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {makeKeyPair} from '../../src/sim/keys.ts';
import {processesOf} from '../../src/sim/owner.ts';
import {boot, exec, listens, login, page, placeOf, portOf, run, sql} from './support.ts';

const Inventory = z.object({
  clusters: z.record(
    z.string(),
    z.looseObject({
      roles: z.record(z.string(), z.looseObject({nodes: z.array(z.looseObject({name: z.string()}))})),
    }),
  ),
});

let cluster: DemoCluster;

beforeAll(async () => {
  cluster = await boot();
});

afterAll(async () => {
  await cluster.stop();
});

describe('the demo cluster', () => {
  test('has 14 nodes on 14 hosts, all of them processes with the names the products have', async () => {
    expect(cluster.hosts).toHaveLength(14);
    expect(new Set(cluster.places.map(({address}) => address)).size).toBe(14);
    const names = await Promise.all(
      cluster.places.map(async place => {
        const pidFile = {be: 'be.pid', fe: 'fe.pid'}[place.role] ?? 'doris_cloud.pid';
        const ran = await run(
          cluster,
          place.name,
          `ps -o comm=,args= -p "$(cat '${place.home}/bin/${pidFile}')"`,
        );
        return `${place.role} ${ran.stdout.trim().replaceAll(place.home, 'HOME').replaceAll(place.root, 'ROOT')}`;
      }),
    );
    expect(names.filter(name => /^be doris_be +HOME\/lib\/doris_be /.test(name))).toHaveLength(6);
    expect(
      names.filter(name => /^ms doris_cloud +HOME\/lib\/doris_cloud .* --meta-service$/.test(name)),
    ).toHaveLength(3);
    expect(
      names.filter(name => /^recycler doris_cloud +HOME\/lib\/doris_cloud .* --recycler$/.test(name)),
    ).toHaveLength(1);
    expect(
      names.filter(name =>
        /^fe java +ROOT\/opt\/jdk-17\/bin\/java .* org\.apache\.doris\.DorisFE$/.test(name),
      ),
    ).toHaveLength(4);
  });

  test('writes an inventory that names each node, its host, home and package', () => {
    const {clusters} = Inventory.parse(JSON.parse(readFileSync(cluster.inventory, 'utf8')));
    const block = clusters['lake-doris'];
    expect(block).toMatchObject({
      system: 'doris',
      ssh: {user: cluster.user, identityFile: cluster.identity, knownHosts: cluster.knownHosts},
      settings: {sqlUser: 'root', version: '3.1.2'},
    });
    const roles = block?.roles ?? {};
    const counts = Object.entries(roles).map(([role, {nodes}]) => `${role} ${nodes.length}`);
    expect(counts).toEqual(['ms 3', 'recycler 1', 'be 6', 'fe 4']);
    for (const {role, name, address, home, package: pack, group} of cluster.places) {
      const node = roles[role]?.nodes.find(other => other.name === name);
      const wanted = {host: address, home, package: pack, ...(group === undefined ? {} : {group})};
      expect({...roles[role], ...node}).toMatchObject(wanted);
      expect([`${pack}/bin`, `${pack}/lib`, `${home}/bin`].every(existsSync)).toBe(true);
    }
  });

  test.each([
    ['ms-2', 'port', '/health', '200 OK\n'],
    ['ms-2', 'port', '/vars/doris_cloud_version', '200 doris_cloud_version : 30006\r\n'],
    ['rc-1', 'port', '/health', '200 OK\n'],
    ['be-5', 'webPort', '/api/health', '200 {"status": "OK","msg": "To Be Added"}'],
    [
      'fe-3',
      'httpPort',
      '/api/health',
      '200 {"msg":"success","code":0,"data":{"online_backend_num":6,"total_backend_num":6},"count":0}',
    ],
    [
      'fe-1',
      'httpPort',
      '/api/bootstrap',
      '200 {"msg":"success","code":0,"data":{"replayedJournalId":0,"queryPort":0,"rpcPort":0,"arrowFlightSqlPort":0,"version":""},"count":0}',
    ],
    [
      'fe-1',
      'httpPort',
      '/api/bootstrap?cluster_id=1&token=x',
      '200 {"msg":"Error","code":1,"data":"invalid cluster id: 1","count":0}',
    ],
  ])('%s answers :%s%s', async (node, port, path, answer) => {
    expect(await page(cluster, node, port, path)).toBe(answer);
  });

  test('SHOW FRONTENDS has the columns of 3.0, one master and an observer, on every frontend the same', async () => {
    const {columns, rows} = await sql(cluster, 'fe-4', 'SHOW FRONTENDS');
    expect(columns.join(',')).toBe(
      'Name,Host,EditLogPort,HttpPort,QueryPort,RpcPort,ArrowFlightSqlPort,Role,IsMaster,ClusterId,Join,Alive,ReplayedJournalId,LastStartTime,LastHeartbeat,IsHelper,ErrMsg,Version,CurrentConnected',
    );
    expect(rows.map(row => `${row.Role} ${row.IsMaster} ${row.Alive} ${row.Join}`)).toEqual([
      'FOLLOWER true true true',
      'FOLLOWER false true true',
      'FOLLOWER false true true',
      'OBSERVER false true true',
    ]);
    expect(rows[0]?.Version).toMatch(/^doris-3\.0\.6-rc01-[0-9a-f]{10}$/);
    expect(rows[0]?.LastStartTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  test('SHOW BACKENDS has the columns of 3.0 and the compute groups in Tag', async () => {
    const {columns, rows} = await sql(cluster, 'fe-2', 'show backends;');
    expect(columns.slice(-4)).toEqual(['HeartbeatFailureCounter', 'NodeRole', 'CpuCores', 'Memory']);
    expect(rows.map(row => `${row.Alive} ${JSON.parse(row.Tag ?? '').compute_group_name}`)).toEqual([
      ...Array(4).fill('true cg_etl'),
      ...Array(2).fill('true cg_bi'),
    ]);
    expect(rows.map(row => row.Host)).toEqual(
      cluster.places.filter(({role}) => role === 'be').map(({address}) => address),
    );
  });

  test('other statements: version comment, SELECT 1, SET, and error 1105 for what it does not know', async () => {
    const {rows} = await sql(cluster, 'fe-2', 'select @@version_comment');
    expect(rows[0]?.['@@version_comment']).toMatch(/^Doris version doris-3\.0\.6-rc01-\w+ \(Cloud Mode\)$/);
    expect((await sql(cluster, 'fe-2', 'SET NAMES utf8', 'SELECT 1')).rows).toEqual([{1: '1'}]);
    await expect(sql(cluster, 'fe-2', 'frobnicate')).rejects.toMatchObject({errno: 1105});
  });
});

describe('a host', () => {
  test('lets in the one key, and no other', async () => {
    const {privateKey: other} = makeKeyPair('other');
    await expect(login(cluster, 'be-1', other)).rejects.toThrow(
      'All configured authentication methods failed',
    );
    const ran = await run(cluster, 'be-1', 'pwd; echo "$HOME"; echo "$SSH_CONNECTION"');
    const {root, address} = placeOf(cluster, 'be-1');
    const [pwd, home, connection] = ran.stdout.trim().split('\n');
    expect([pwd, home]).toEqual([`${root}/home`, `${root}/home`]);
    expect(connection).toMatch(new RegExp(`^[\\d.]+ \\d+ ${address.replaceAll('.', '\\.')} \\d+$`));
  });

  test('runs commands with exact bytes, exit codes and signals', async () => {
    const client = await login(cluster, 'ms-1');
    expect(await exec(client, 'cat; echo no >&2; exit 7', 'a\0b\nend')).toEqual({
      code: 7,
      signal: null,
      stdout: 'a\0b\nend',
      stderr: 'no\n',
    });
    expect(await exec(client, 'kill -TERM $$')).toMatchObject({code: null, signal: 'SIGTERM'});
    const big = await exec(client, "head -c 8000000 /dev/zero | tr '\\0' x");
    expect(big.stdout.length).toBe(8_000_000);
    client.end();
  });

  test('cuts its connections when told to, and lets the client in again', async () => {
    const host = cluster.hosts.find(({name}) => name === 'be-3');
    const client = await login(cluster, 'be-3');
    const closed = new Promise<void>(resolve => {
      client.on('error', () => {});
      client.on('close', () => resolve());
    });
    expect(host?.ssh.connections()).toBe(1);
    host?.ssh.drop();
    await closed;
    expect(await run(cluster, 'be-3', 'echo again')).toMatchObject({code: 0, stdout: 'again\n'});
  });

  test('forwards to its own ports and its neighbours, says when a port refuses, and forbids other addresses', async () => {
    const client = await login(cluster, 'be-1');
    const own = placeOf(cluster, 'be-1');
    const out = (host: string, port: number): Promise<string> =>
      new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
          if (error) return resolve(error.message);
          let text = '';
          channel.setEncoding('utf8');
          channel.on('data', (piece: string) => {
            text += piece;
          });
          channel.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
          channel.on('error', reject);
          channel.write('GET /api/health HTTP/1.0\r\n\r\n');
        });
      });
    expect(await out('127.0.0.1', portOf(own, 'webPort'))).toBe('HTTP/1.1 200 OK');
    const fe = placeOf(cluster, 'fe-1');
    expect(await out(fe.address, portOf(fe, 'httpPort'))).toBe('HTTP/1.1 200 OK');
    expect(await out(own.address, 1)).toBe('(SSH) Channel open failure: Connection refused');
    expect(await out('10.1.2.3', 80)).toBe('(SSH) Channel open failure: open failed');
    client.end();
  });
});

test('where there is one loopback address, all nodes share a host; stop() leaves no process, directory or port', async () => {
  const other = await boot({layout: 'small', shared: true});
  expect(other.hosts.map(({ssh, places}) => `${ssh.address} ${places.length}`)).toEqual(['127.0.0.1 6']);
  const port = other.hosts[0]?.ssh.port ?? 0;
  const {rows} = await sql(other, 'fe-2', 'SHOW BACKENDS');
  expect(rows.map(row => `${row.Host} ${row.Alive}`)).toEqual(['127.0.0.1 true', '127.0.0.1 true']);
  expect(new Set(rows.map(row => row.HeartbeatPort)).size).toBe(2);
  expect(processesOf(other.dir).length).toBeGreaterThanOrEqual(6);
  expect(await listens('127.0.0.1', port)).toBe(true);
  await other.stop();
  expect(processesOf(other.dir)).toEqual([]);
  expect(existsSync(other.dir)).toBe(false);
  expect(await listens('127.0.0.1', port)).toBe(false);
});
