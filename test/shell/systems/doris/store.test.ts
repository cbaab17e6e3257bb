import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {parseStore} from '../../../../src/systems/doris/probes/store.ts';
import {askStore} from '../../../../src/systems/doris/scripts/store.ts';
import {install, linux, run, shells} from './homes.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A coordinator that takes connections, and says nothing. */
const open = async (): Promise<number> => {
  const server = createServer(socket => socket.on('error', () => undefined));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('it listens nowhere');
  return at.port;
};

/** A port of which nobody takes a connection. */
const shut = async (): Promise<number> => {
  const port = await open();
  servers.pop()?.close();
  return port;
};

type Files = {readonly conf?: string; readonly file?: string};

const told = (shell: string, {conf, file}: Files): {readonly facts: Facts; readonly stdout: string} => {
  const place = install('ms');
  if (conf !== undefined) writeFileSync(join(place.home, 'conf/doris_cloud.conf'), conf);
  if (file !== undefined) writeFileSync(join(place.home, 'conf/fdb.cluster'), file);
  const {code, stdout, stderr} = run(askStore(place.node).script, shell);
  expect(`${code} ${stderr}`).toBe('0 ');
  return {facts: parseStore(parseLines(stdout)), stdout};
};

describe.runIf(linux).each(shells)('the store of a MetaService, asked by %s', shell => {
  test('that a majority takes connections is reached, and who does not is named', async () => {
    const [one, two, gone] = [await open(), await open(), await shut()];
    const {facts, stdout} = told(shell, {
      conf: `brpc_listen_port = 5000\n fdb_cluster = se:cret@127.0.0.1:${one},127.0.0.1:${gone}, 127.0.0.1:${two}:tls\n`,
    });
    expect(facts).toEqual({
      store: 'reached',
      storeAway: [`127.0.0.1:${gone} (no connection)`],
      coordinators: 3,
    });
    // The description and the id let whoever knows them write to the database.
    expect(stdout).not.toMatch(/se:|cret/);
  });

  test('without a majority it is away', async () => {
    const [one, gone] = [await open(), await shut()];
    const {facts} = told(shell, {conf: `fdb_cluster = a:b@127.0.0.1:${one},127.0.0.1:${gone}\n`});
    expect(facts).toEqual({store: 'away', storeAway: [`127.0.0.1:${gone} (no connection)`], coordinators: 2});
  });

  test('a host that answers nothing is given up after two seconds', () => {
    // TEST-NET-1: packets to it are dropped, or there is no way to it.
    const {facts} = told(shell, {conf: 'fdb_cluster = a:b@192.0.2.1:4500\n'});
    expect(facts.store).toBe('away');
    expect(facts.storeAway).toEqual([
      expect.stringMatching(/^192\.0\.2\.1:4500 \(no (answer|connection)\)$/),
    ]);
  });

  test('many that answer nothing take no longer than one', () => {
    const began = Date.now();
    const places = [1, 2, 3, 4, 5].map(i => `192.0.2.${i}:4500`).join(',');
    const {facts} = told(shell, {conf: `fdb_cluster = a:b@${places}\n`});
    expect(facts).toMatchObject({store: 'away', coordinators: 5});
    expect(Date.now() - began).toBeLessThan(9_000);
  });

  test('the conf counts before the cluster file, which the next start writes anew; the file where the conf names none', async () => {
    const [one, gone] = [await open(), await shut()];
    const file = `a:b@127.0.0.1:${gone}`;
    const both = told(shell, {conf: `fdb_cluster=a:b@127.0.0.1:${one}\n`, file});
    expect(both.facts.store).toBe('reached');
    expect(told(shell, {conf: '# fdb_cluster = x:y@127.0.0.1:1\n', file}).facts.store).toBe('away');
  });

  test.each([
    ['no conf at all', {}],
    ['a conf that names none', {conf: 'brpc_listen_port = 5000\n'}],
    ['one without an address', {conf: 'fdb_cluster = a:b\n'}],
    ['an address that is none', {conf: 'fdb_cluster = a:b@../../tmp:4500,x y:z,$(id):1,:4500,127.0.0.1:\n'}],
  ])('of %s nothing is known', (_, files) => {
    expect(told(shell, files).facts).toEqual({store: 'unknown'});
  });
});
