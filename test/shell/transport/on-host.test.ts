import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {HttpRequest, Refused, SqlRequest} from '../../../src/model/ask.ts';
import {renderScript} from '../../../src/model/script.ts';
import {type Far, openFar} from '../../../src/transport/far.ts';
import {type AskShell, httpOnHost, httpScript, parseRawHttp} from '../../../src/transport/http-on-host.ts';
import {portOnHost, portScript} from '../../../src/transport/port-on-host.ts';
import {sqlThrough} from '../../../src/transport/sql.ts';
import {NOBODY, realClock} from '../../ssh/fixtures.ts';
import {type SqlServer, startSqlServer} from '../../ssh/sql-server.ts';
import {childPipes} from './shells.ts';

const where = (tool: string): string | null => {
  const found = spawnSync('sh', ['-c', `command -v ${tool}`], {encoding: 'utf8'});
  return found.status === 0 ? found.stdout.trim() : null;
};

const LIMITS = {httpBodyBytes: 10_000, onHostExtraMs: 2_000};

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

test('the same script whatever is asked: what differs are its variables', () => {
  const [one, other] = ['a', 'b'].map(path =>
    httpScript(path, {kind: 'http', port: 1, path, timeoutMs: 1_000}),
  );
  expect(one?.body).toBe(other?.body);
  expect(portScript('m', 'a', 1).body).toBe(portScript('n', 'b', 2).body);
});

const ASKED: SqlRequest = {kind: 'sql', port: 9030, user: 'root', query: 'SHOW NODES', timeoutMs: 60_000};
const PASSWORD = `pa'ss "w$rd\\ #;\nsecond line`;

/** A far shell on a host that has these tools and no others. */
const farOn =
  (...tools: readonly string[]) =>
  async (): Promise<Far | Refused> => {
    const dir = mkdtempSync(join(tmpdir(), 'lakeup-tools-'));
    dirs.push(dir);
    for (const tool of tools) symlinkSync(where(tool) ?? `/absent/${tool}`, join(dir, tool));
    const pipes = childPipes(['/usr/bin/env', '-i', `PATH=${dir}`, '/bin/sh']);
    return openFar(pipes, {clock: realClock, mark: 'test-mark', readyMs: 60_000, signal: undefined});
  };

describe('SQL through a bash of the host', () => {
  let server: SqlServer;
  beforeAll(async () => {
    server = await startSqlServer(PASSWORD, (query, session) => {
      if (query === 'SHOW SESSION') return {columns: ['said'], rows: session.map(said => [said])};
      if (query === 'CLOSE') return 'close';
      if (!query.startsWith('SHOW')) return query.startsWith('BAD') ? {code: 1105, message: 'bad'} : 'ok';
      return {
        columns: ['Name', 'Err Msg'],
        rows: [
          ['n-1', null],
          ['NULL', `a\tb\n<&>"'\\ €`],
          ['', ''],
        ],
      };
    });
  });
  afterAll(() => server.stop());

  const ask = async (more: Partial<SqlRequest>, password = PASSWORD, tools = ['bash', 'cat']) => {
    const request = {...ASKED, port: server.port, ...more};
    const channel = await portOnHost(request.port, ['127.0.0.1'], {
      clock: realClock,
      mark: 'test-mark',
      timeoutMs: request.timeoutMs,
      signal: undefined,
      open: farOn(...tools),
    });
    if ('kind' in channel) return channel;
    const options = {clock: realClock, password, mayHavePassword: null, maxBytes: 10_000, signal: undefined};
    return sqlThrough(channel, request, options);
  };

  test('rows, NULL kept', async () => {
    expect(await ask({})).toEqual({
      kind: 'sql',
      rows: [
        {Name: 'n-1', 'Err Msg': null},
        {Name: 'NULL', 'Err Msg': `a\tb\n<&>"'\\ €`},
        {Name: '', 'Err Msg': ''},
      ],
    });
  });

  test('a first statement is of the same session; when it fails, that is the answer', async () => {
    expect(await ask({query: 'SHOW SESSION', first: 'SET x = 1'})).toEqual({
      kind: 'sql',
      rows: [{said: 'SET x = 1'}],
    });
    expect(await ask({first: 'BAD'})).toMatchObject({kind: 'sql-error', code: 1105});
  });

  test('a wrong password, a server that closes, nobody, no bash', async () => {
    expect(await ask({}, 'wrong')).toMatchObject({kind: 'sql-error', code: 1045});
    expect(await ask({query: 'CLOSE'})).toMatchObject({kind: 'lost', trouble: 'dropped'});
    expect(await ask({port: NOBODY})).toMatchObject({kind: 'refused', trouble: 'port-refused'});
    expect(await ask({}, PASSWORD, [])).toMatchObject({kind: 'refused', trouble: 'forward-denied'});
  });
});
