import http from 'node:http';
import net from 'node:net';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {HttpRequest, SqlRequest} from '../../src/model/ask.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {holdLimit, hostOf, hostsOf, LOCAL, NOBODY, testEnv, until} from './fixtures.ts';
import {type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';
import {type SqlAnswer, type SqlServer, startSqlServer} from './sql-server.ts';

const SECRET = `pa'ss "w$rd\\`;

const ANSWERS: Readonly<Record<string, SqlAnswer>> = {
  'SHOW NODES': {
    columns: ['Name', 'Alive', 'Err Msg', '数'],
    rows: [
      ['n-1', 'true', null, ''],
      ['n-2', 'false', 'NULL', 'a\tb\n<&>"\'\\ €'],
    ],
  },
  'SHOW NOTHING': {columns: ['Name'], rows: []},
  'SHOW NUMBERS': {columns: ['big'], rows: [['9007199254740993'], ['0010'], ['2026-11-22 13:00:00']]},
  'SET x = 1': 'ok',
  NONSENSE: {code: 1105, message: 'errCode = 2, detailMessage = no such thing'},
  HANG: 'hang',
  CLOSE: 'close',
};

const handle: http.RequestListener = (request, response) => {
  const answers: Readonly<Record<string, () => void>> = {
    '/health': () => response.end('{"status":"ok"}\n'),
    '/echo?token=a%20b&x="y"': () => response.end(request.url),
    '/chunks': () => {
      response.write('€'.repeat(1000));
      response.write('end');
      response.end();
    },
    '/moved': () => response.writeHead(307, {location: 'http://user:secret@127.0.0.1:1/'}).end('go'),
    '/missing': () => response.writeHead(404).end('nothing here'),
    '/broken': () => response.writeHead(503).end('not ready'),
    '/empty': () => response.writeHead(200).end(),
    '/hang': () => {},
    '/drop': () => request.socket.destroy(),
    '/half': () => {
      response.writeHead(200, {'content-length': '100'});
      response.write('half', () => request.socket.destroy());
    },
    '/large': () => response.end('x'.repeat(200_000)),
  };
  (answers[request.url ?? ''] ?? (() => response.writeHead(400).end(request.url)))();
};

const missing = sshdMissing();

const suite = (name: string, forwarding: 'yes' | 'no') =>
  describe.skipIf(missing !== null)(`ports of a host, ${name}`, () => {
    let sshd: RealSshd;
    let web: http.Server;
    let sql: SqlServer;
    let transport: SshTransport;
    let httpPort = 0;
    const limit = holdLimit();
    beforeAll(async () => {
      sshd = await startSshd({config: `AllowTcpForwarding ${forwarding}`});
      web = http.createServer(handle);
      await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve));
      const address = web.address();
      httpPort = address === null || typeof address === 'string' ? 0 : address.port;
      sql = await startSqlServer(
        SECRET,
        (query, session) =>
          (query === 'SHOW SESSION' ? {columns: ['said'], rows: session.map(said => [said])} : undefined) ??
          ANSWERS[query.trim()] ?? {code: 1064, message: `what is ${query}`},
      );
      const env = testEnv(
        {httpBodyBytes: 100_000},
        {clock: limit.clock, vars: {HOME: '/nonexistent', DB_PASSWORD: SECRET, WRONG: 'wrong'}},
      );
      transport = openTransport(hostsOf(hostOf(sshd)), env);
    });
    afterAll(async () => {
      await transport.close();
      web.closeAllConnections();
      web.close();
      await sql.stop();
      await sshd.stop();
    });

    const get = (path: string, more: Partial<HttpRequest> = {}) =>
      transport.ask(LOCAL, {kind: 'http', port: httpPort, path, timeoutMs: 60_000, ...more});

    test.each([
      ['/health', 200, '{"status":"ok"}\n'],
      ['/echo?token=a%20b&x="y"', 200, '/echo?token=a%20b&x="y"'],
      ['/chunks', 200, `${'€'.repeat(1000)}end`],
      ['/missing', 404, 'nothing here'],
      ['/broken', 503, 'not ready'],
      ['/empty', 200, ''],
    ])('GET %s', async (path, status, body) => {
      expect(await get(path)).toEqual({kind: 'http', status, body});
    });

    test('a redirect is an answer and is not followed', async () => {
      expect(await get('/moved')).toMatchObject({
        kind: 'http',
        status: 307,
        location: expect.stringMatching(/./),
      });
    });

    test('nobody listens: refused', async () => {
      expect(await get('/health', {port: NOBODY})).toMatchObject({
        kind: 'refused',
        trouble: 'port-refused',
      });
    });

    test('no answer in time: lost', async () => {
      expect(await get('/hang', {timeoutMs: 1_000})).toMatchObject({kind: 'lost', trouble: 'timeout'});
    });

    test('more than is wanted: not taken for an answer', async () => {
      expect(await get('/large')).toMatchObject({kind: 'lost', trouble: 'protocol'});
    });

    test('a server of another kind: not taken for an answer', async () => {
      const odd = net.createServer(socket => socket.end('220 mail ready\r\n'));
      await new Promise<void>(resolve => odd.listen(0, '127.0.0.1', resolve));
      const address = odd.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      const reply = await get('/', {port});
      odd.close();
      expect(['lost', 'refused']).toContain(reply.kind);
    });

    if (forwarding === 'yes')
      test('a connection that breaks off: lost', async () => {
        expect(await get('/drop')).toMatchObject({kind: 'lost', trouble: 'dropped'});
        expect(await get('/half')).toMatchObject({kind: 'lost', trouble: 'dropped'});
      });

    const ask = (query: string, more: Partial<SqlRequest> = {}) =>
      transport.ask(LOCAL, {
        kind: 'sql',
        port: sql.port,
        user: 'root',
        passwordEnv: 'DB_PASSWORD',
        query,
        timeoutMs: 60_000,
        ...more,
      });

    test('rows are text or NULL, by column name', async () => {
      expect(await ask('SHOW NODES')).toEqual({
        kind: 'sql',
        rows: [
          {Name: 'n-1', Alive: 'true', 'Err Msg': null, 数: ''},
          {Name: 'n-2', Alive: 'false', 'Err Msg': 'NULL', 数: 'a\tb\n<&>"\'\\ €'},
        ],
      });
      expect(await ask('SHOW NUMBERS')).toEqual({
        kind: 'sql',
        rows: [{big: '9007199254740993'}, {big: '0010'}, {big: '2026-11-22 13:00:00'}],
      });
    });

    test('no rows', async () => {
      expect(await ask('SHOW NOTHING')).toEqual({kind: 'sql', rows: []});
      expect(await ask('SET x = 1')).toEqual({kind: 'sql', rows: []});
    });

    test('a first statement is of the same session, and of no other', async () => {
      expect(await ask('SHOW SESSION', {first: 'SET x = 1'})).toEqual({
        kind: 'sql',
        rows: [{said: 'SET x = 1'}],
      });
      expect(await ask('SHOW SESSION')).toEqual({kind: 'sql', rows: []});
      expect(await ask('SHOW SESSION', {first: 'NONSENSE'})).toMatchObject({kind: 'sql-error', code: 1105});
    });

    test('an error of the server is its answer', async () => {
      expect(await ask('NONSENSE')).toEqual({
        kind: 'sql-error',
        code: 1105,
        message: 'errCode = 2, detailMessage = no such thing',
      });
    });

    test('a wrong password is the server’s answer, tried once', async () => {
      const before = sql.logins.count;
      expect(await ask('SHOW NODES', {passwordEnv: 'WRONG'})).toMatchObject({
        kind: 'sql-error',
        code: 1045,
      });
      expect(sql.logins.count).toBe(before + 1);
    });

    test('a password that is not there is not asked for', async () => {
      const before = sql.logins.count;
      expect(await ask('SHOW NODES', {passwordEnv: 'UNSET'})).toMatchObject({
        kind: 'refused',
        trouble: 'no-credentials',
        detail: {en: expect.stringContaining('UNSET')},
      });
      expect(sql.logins.count).toBe(before);
    });

    test('broken off or silent after the query was sent: lost; before: refused', async () => {
      expect(await ask('CLOSE')).toMatchObject({kind: 'lost', trouble: 'dropped'});
      const asked = ask('HANG', {timeoutMs: limit.ms});
      await until(() => sql.queries.includes('HANG'), 'the query to arrive');
      await limit.runOut();
      expect(await asked).toMatchObject({kind: 'lost', trouble: 'timeout'});
      expect(await ask('SHOW NODES', {port: NOBODY})).toMatchObject({
        kind: 'refused',
        trouble: 'port-refused',
      });
      expect(await ask('SHOW NODES', {port: httpPort, timeoutMs: 500})).toMatchObject({kind: 'refused'});
    });
  });

suite('through the connection', 'yes');
suite('where forwarding is forbidden', 'no');
