import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {HttpRequest, SqlRequest} from '../../../src/model/ask.ts';
import {renderScript} from '../../../src/model/script.ts';
import {type AskShell, httpOnHost, httpScript, parseRawHttp} from '../../../src/transport/http-on-host.ts';
import {parseSqlError, parseSqlXml, sqlOnHost, sqlScript} from '../../../src/transport/sql-on-host.ts';
import {NOBODY} from '../../ssh/fixtures.ts';
import {type SqlServer, startSqlServer} from '../../ssh/sql-server.ts';

const where = (tool: string): string | null => {
  const found = spawnSync('sh', ['-c', `command -v ${tool}`], {encoding: 'utf8'});
  return found.status === 0 ? found.stdout.trim() : null;
};

const LIMITS = {httpBodyBytes: 10_000, sqlBodyBytes: 10_000, onHostExtraMs: 2_000};

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, {recursive: true, force: true});
});

/** A shell on a host that has these tools and no others. */
const hostWith = (...tools: readonly string[]): AskShell => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-tools-'));
  dirs.push(dir);
  for (const tool of tools) symlinkSync(where(tool) ?? `/absent/${tool}`, join(dir, tool));
  return request =>
    new Promise(resolve => {
      const child = spawn('/bin/sh', [], {env: {PATH: dir}, stdio: ['pipe', 'pipe', 'pipe']});
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('close', code =>
        resolve({
          kind: 'shell',
          code: code ?? 1,
          stdout: Buffer.concat(out).toString(),
          stderr: Buffer.concat(err).toString(),
          cut: false,
          ms: 0,
        }),
      );
      child.stdin.end(renderScript(request.script));
    });
};

const TOOLS = (['curl', 'wget', 'bash'] as const).filter(tool => where(tool) !== null);

describe.each(TOOLS)('GET on the host by %s', tool => {
  let server: http.Server;
  let port = 0;
  const seen: string[] = [];
  const shell = hostWith(tool, 'cat');
  beforeAll(async () => {
    server = http.createServer((request, response) => {
      seen.push(request.url ?? '');
      if (request.url === '/moved') response.writeHead(302, {location: '/away'}).end();
      else if (request.url === '/broken') response.writeHead(503).end('not ready');
      else if (request.url === '/hang') return;
      else response.end('line\n\n€ {[x]}\n');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = address === null || typeof address === 'string' ? 0 : address.port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const get = (path: string, more: Partial<HttpRequest> = {}) =>
    httpOnHost({kind: 'http', port, path, timeoutMs: 60_000, ...more}, ['127.0.0.1'], LIMITS, shell);

  test('the answer comes whole', async () => {
    expect(await get('/a?b=[1]&c={x}&d=%20\'"')).toEqual({
      kind: 'http',
      status: 200,
      body: 'line\n\n€ {[x]}\n',
    });
  });

  test('an error is an answer', async () => {
    expect(await get('/broken')).toMatchObject({kind: 'http', status: 503, body: 'not ready'});
  });

  test('no redirect is followed', async () => {
    const reply = await get('/moved');
    expect(seen).not.toContain('/away');
    if (reply.kind === 'http')
      expect(reply).toMatchObject({status: 302, location: expect.stringContaining('/away')});
    else expect(reply).toMatchObject({kind: 'lost', trouble: 'protocol'});
  });

  test('nobody listens', async () => {
    expect(await get('/', {port: NOBODY})).toMatchObject({
      kind: 'refused',
      trouble: 'port-refused',
    });
  });
});

test('GET where the host has no tool', async () => {
  expect(
    await httpOnHost({kind: 'http', port: 1, path: '/', timeoutMs: 1_000}, ['127.0.0.1'], LIMITS, hostWith()),
  ).toMatchObject({
    kind: 'refused',
    trouble: 'forward-denied',
  });
});

test.each([
  ['HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody', {kind: 'http', status: 200, body: 'body'}],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\n\r\n', {kind: 'http', status: 404, body: ''}],
  ['HTTP/2 204\r\n\r\n', {kind: 'http', status: 204, body: ''}],
  [
    'HTTP/1.1 302 Found\r\nLocation:  https://fe:8050/login\r\n\r\nlocation: /not-a-header',
    {kind: 'http', status: 302, body: 'location: /not-a-header', location: 'https://fe:8050/login'},
  ],
  ['HTTP/1.1 200 OK\r\nA: b\r\n\r\nlocation: /body', {kind: 'http', status: 200, body: 'location: /body'}],
  ['HTTP/1.0 200 OK\n\na\r\n\r\nb', {kind: 'http', status: 200, body: 'a\r\n\r\nb'}],
  ['HTTP/1.1 200 OK\r\nhalf', null],
  ['220 mail', null],
  ['', null],
])('raw answer %j', (raw, expected) => {
  expect(parseRawHttp(raw)).toEqual(expected);
});

const XML = `<?xml version="1.0"?>

<resultset statement="SHOW NODES
" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <row>
	<field name="Name">n-1</field>
	<field name="Err Msg" xsi:nil="true" />
	<field name="a&lt;b"></field>
  </row>

  <row>
	<field name="Name">n-2</field>
	<field name="Err Msg">NULL</field>
	<field name="a&lt;b">a	b
&lt;&amp;&gt;&quot;' &amp;lt; €</field>
  </row>
</resultset>
`;

test('the client’s XML', () => {
  expect(parseSqlXml(XML)).toEqual([
    {Name: 'n-1', 'Err Msg': null, 'a<b': ''},
    {Name: 'n-2', 'Err Msg': 'NULL', 'a<b': `a\tb\n<&>"' &lt; €`},
  ]);
  expect(parseSqlXml('')).toEqual([]);
});

test.each([
  [
    "ERROR 1045 (28000): Access denied for user 'root'@'h' (using password: YES)\n",
    1045,
    "Access denied for user 'root'@'h' (using password: YES)",
  ],
  [
    'mysql: [Warning] x\nERROR 1105 (HY000) at line 1: errCode = 2, detailMessage = a\nb\n',
    1105,
    'errCode = 2, detailMessage = a\nb',
  ],
  [
    "ERROR 2002 (HY000): Can't connect to server on '127.0.0.1' (115)",
    2002,
    "Can't connect to server on '127.0.0.1' (115)",
  ],
])('the client’s error %j', (text, code, message) => {
  expect(parseSqlError(text)).toEqual({code, message});
});

const ASKED: SqlRequest = {kind: 'sql', port: 9030, user: 'root', query: "SELECT 'it''s'", timeoutMs: 5_000};

test('no secret stands among a command’s words', () => {
  const {body} = sqlScript('127.0.0.1', ASKED, `s3cr3t'"\\`);
  const client = body.text.split('\n').find(line => line.includes('| mysql')) ?? '';
  expect(client.slice(client.indexOf('| mysql'))).toBe(
    '| mysql --defaults-file=/dev/fd/3 --protocol=TCP --host="$address" --port="$port" --connect-timeout="$seconds" --default-character-set=utf8mb4 --batch --xml',
  );
});

test('the same script whatever is asked: what differs are its variables', () => {
  const [one, other] = ['a', 'b'].map(path =>
    httpScript(path, {kind: 'http', port: 1, path, timeoutMs: 1_000}),
  );
  expect(one?.body).toBe(other?.body);
  expect(sqlScript('a', ASKED, 'x').body).toBe(sqlScript('b', ASKED, 'y').body);
});

const client = where('mysql');

describe.skipIf(client === null)(
  `SQL on the host by its mysql client${client === null ? ' (none here)' : ''}`,
  () => {
    const PASSWORD = `pa'ss "w$rd\\ #;`;
    let server: SqlServer;
    const shell = hostWith('mysql');
    beforeAll(async () => {
      server = await startSqlServer(PASSWORD, (query, session) => {
        if (query === 'SHOW SESSION') return {columns: ['said'], rows: session.map(said => [said])};
        if (query.startsWith('SHOW'))
          return {
            columns: ['Name', 'Err Msg'],
            rows: [
              ['n-1', null],
              ['NULL', `a\tb\n<&>"'\\ €`],
              ['', ''],
            ],
          };
        return query.startsWith('BAD') ? {code: 1105, message: 'errCode = 2, detailMessage = bad'} : 'ok';
      });
    });
    afterAll(() => server.stop());
    test('a first statement is of the same session; when it fails, that is the answer', async () => {
      const asked = {...ASKED, port: server.port, query: 'SHOW SESSION'};
      const within = (first: string) => sqlOnHost({...asked, first}, ['127.0.0.1'], PASSWORD, LIMITS, shell);
      const reply = await within('SET x = 1');
      expect(
        reply.kind === 'sql' && reply.rows.some(row => row.said === 'SET x = 1'),
        JSON.stringify(reply),
      ).toBe(true);
      expect(await within('BAD')).toMatchObject({kind: 'sql-error', code: 1105});
    });

    const ask = (query: string, password = PASSWORD, port = server.port) =>
      sqlOnHost({...ASKED, port, query}, ['127.0.0.1'], password, LIMITS, shell);

    test('rows, NULL kept', async () => {
      expect(await ask('SHOW NODES')).toEqual({
        kind: 'sql',
        rows: [
          {Name: 'n-1', 'Err Msg': null},
          {Name: 'NULL', 'Err Msg': `a\tb\n<&>"'\\ €`},
          {Name: '', 'Err Msg': ''},
        ],
      });
      expect(await ask('SET x = 1')).toEqual({kind: 'sql', rows: []});
    });

    test('errors told apart', async () => {
      expect(await ask('BAD')).toMatchObject({
        kind: 'sql-error',
        code: 1105,
        message: 'errCode = 2, detailMessage = bad',
      });
      expect(await ask('SHOW NODES', 'wrong')).toMatchObject({kind: 'sql-error', code: 1045});
      expect(await ask('SHOW NODES', PASSWORD, NOBODY)).toMatchObject({
        kind: 'refused',
        trouble: 'port-refused',
      });
    });
  },
);
