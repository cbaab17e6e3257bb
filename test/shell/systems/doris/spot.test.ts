import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer as createHttp, type RequestListener} from 'node:http';
import {type AddressInfo, createServer, type Server} from 'node:net';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {renderScript, type Vars} from '../../../../src/model/script.ts';
import {ROLE_FIELDS} from '../../../../src/systems/doris/fields.ts';
import {stopBody, stopVars} from '../../../../src/systems/doris/scripts/stop.ts';
import {httpReplyOf, readRecording, readText} from '../../../unit/systems/doris/recorded.ts';
import {children} from '../../made.ts';
import {install, linux, type Place, program, STAMP, type Told} from './homes.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** A port that answers a GET of that page with this body, and of any other with 404. */
const pageOf = (body: string): Promise<number> => {
  const answer: RequestListener = ({url = ''}, response) => {
    const found = url === '/api/show_meta_info?action=SHOW_HA';
    response.writeHead(found ? 200 : 404, {'content-type': 'application/json'}).end(found ? body : '');
  };
  return listen(createHttp(answer));
};

const recorded = (path: string): string => httpReplyOf(readRecording(path)).body;
const roleOf = (version: string, role: string): string =>
  recorded(`${version}/http/${role}-show-meta-info-ha.txt`);
const ha = (data: Readonly<Record<string, string>>): string =>
  JSON.stringify({msg: 'success', code: 0, data: {can_read: 'true', ...data}, count: 0});

type Frontend = Place & {readonly java: ChildProcess};

/** A frontend in the manner of the real one: a JVM by its main class and home, which ends at SIGTERM. */
const frontend = async (): Promise<Frontend> => {
  const place = install('fe');
  const {home} = place;
  program(
    join(home, 'bin/stop_fe.sh'),
    `#!/usr/bin/env bash\necho "$@" >>"$(dirname "$0")/../log/stops"\nkill -15 "$(cat "$(dirname "$0")/fe.pid")"\n`,
  );
  const java = spawn(
    process.execPath,
    ['-e', 'setInterval(() => {}, 1000)', '--', 'org.apache.doris.DorisFE'],
    {
      env: {...process.env, DORIS_HOME: home},
      stdio: 'ignore',
    },
  );
  children.push(java);
  await once(java, 'spawn');
  writeFileSync(join(home, 'bin/fe.pid'), `${java.pid}\n`);
  return {...place, java};
};

const isAlive = ({java}: Frontend): boolean => java.exitCode === null && java.signalCode === null;

/** Tools that these scripts need, and those to ask with that are named: a host that has no other. */
const hostWith = ({root}: Place, tools: readonly string[]): NodeJS.ProcessEnv => {
  const bin = join(root, 'tools');
  mkdirSync(bin);
  const needed = [
    'awk',
    'cat',
    'cut',
    'dirname',
    'env',
    'grep',
    'head',
    'id',
    'ln',
    'ls',
    'mkdir',
    'readlink',
    'rm',
    'sed',
    'sh',
  ];
  for (const tool of [...needed, 'sleep', 'sort', 'tail', 'timeout', 'tr', 'wc', 'xargs', ...tools])
    symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
  return {PATH: bin};
};

const TOLD: Vars = {seen_fe: 'follower', tried: 'no'};

const stopIt = async (
  place: Place,
  httpPort: number,
  told: Vars = TOLD,
  {shell = ['sh'], env = process.env}: {shell?: readonly string[]; env?: NodeJS.ProcessEnv} = {},
): Promise<Told> => {
  const {fields} = place.node;
  const node = {
    ...place.node,
    fields: ROLE_FIELDS.fe.parse({package: fields.package, stopWithinMs: fields.stopWithinMs, httpPort}),
  };
  const script = renderScript({body: stopBody('fe'), vars: {...stopVars(node, STAMP, true), ...told}});
  const [file = 'sh', ...args] = shell;
  const child = spawn(file, args, {env});
  const out = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', text => (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (out.stderr += text));
  child.stdin.end(script);
  const [code] = await once(child, 'close');
  return {code, ...out};
};

describe.runIf(linux)('right before the signal a frontend is asked what it is', () => {
  test.each(['dash', 'busybox ash', 'bash'])(
    '%s: a follower is stopped, a master is left alone',
    async shell => {
      const place = await frontend();
      const by = {shell: shell.split(' ')};
      const master = await stopIt(place, await pageOf(roleOf('3.0.6.1-cloud', 'master')), TOLD, by);
      expect(master).toMatchObject({
        code: 96,
        stderr: 'it has become the master since it was looked at last\n',
      });
      expect(isAlive(place)).toBe(true);
      const follower = await stopIt(place, await pageOf(roleOf('3.0.6.1-cloud', 'follower')), TOLD, by);
      expect(follower).toMatchObject({code: 0, stderr: ''});
      expect(follower.stdout).toContain('it says that it is FOLLOWER, and that the master is 10.89.0.19');
      await expect.poll(() => isAlive(place)).toBe(false);
    },
  );

  test.each([
    ['a follower of 4.1', roleOf('4.1.0-cloud', 'follower'), 'follower'],
    ['an observer', roleOf('4.1.0-cloud', 'observer'), 'observer'],
    ['the master, which its gates saw as the last one left', roleOf('4.1.0-cloud', 'master'), 'master'],
    ['a master that became a follower', roleOf('4.1.0-cloud', 'follower'), 'master'],
  ])('%s is stopped', async (_, body, seen) => {
    const place = await frontend();
    expect(await stopIt(place, await pageOf(body), {...TOLD, seen_fe: seen})).toMatchObject({
      code: 0,
      stderr: '',
    });
    await expect.poll(() => isAlive(place)).toBe(false);
  });

  test.each([
    ['the master, which no gate saw', roleOf('4.1.0-cloud', 'master'), '', /become the master/],
    [
      'one that names no master',
      ha({role: 'FOLLOWER', is_ready: 'true', master: 'unknown'}),
      'follower',
      /election/,
    ],
    [
      'one that does not know',
      ha({role: 'UNKNOWN', is_ready: 'true', master: '10.0.0.1'}),
      'follower',
      /UNKNOWN/,
    ],
    [
      'the last master, not ready',
      ha({role: 'MASTER', is_ready: 'false', master: '10.0.0.1'}),
      'master',
      /ready: false/,
    ],
  ])('%s is left alone, and its gates look again', async (_, body, seen, words) => {
    const place = await frontend();
    const told = await stopIt(place, await pageOf(body), {...TOLD, seen_fe: seen});
    expect(told.code).toBe(96);
    expect(told.stderr).toMatch(words);
    expect(isAlive(place)).toBe(true);
  });

  /** The master, 20, stops: 19 is elected, and is ready at 8.7 s. Nobody may stop who has become it, or while none is known. */
  const election = readText('4.1.0-cloud/events/D2-SHOW_HA-while-master-stops.txt')
    .split('\n')
    .flatMap(line => {
      const [, at = '', last = '', body] = /^ *([\d.]+)s (\d+) (\{.*\})$/.exec(line) ?? [];
      return body === undefined ? [] : [{at: Number(at), last: Number(last), body}];
    });

  test('there are moments of an election', () => expect(election.length).toBeGreaterThan(15));

  test.each(election)(
    'while the master stops, at $at s, $last is asked: it is stopped only as a follower of a master',
    async ({at, last, body}) => {
      const place = await frontend();
      const told = await stopIt(place, await pageOf(body));
      // By the times of the election, not by what the answer says.
      const isMaster = last === 20 || (last === 19 && at >= 3.5);
      const isElected = at < 3.3 || at >= 8.6;
      if (isMaster) expect(told.code, told.stderr).toBe(96);
      else if (isElected) expect(told).toMatchObject({code: 0, stderr: ''});
      if (told.code === 0) {
        expect(told.stdout).toContain(`that the master is 10.89.0.${at < 3.3 ? 20 : 19}`);
        await expect.poll(() => isAlive(place)).toBe(false);
      } else {
        expect(told.code, told.stderr).toBe(96);
        expect(isAlive(place)).toBe(true);
      }
    },
  );

  /** A place that takes connections and says nothing, as the port of another follower's group does; and one where nobody listens. */
  const listens = async (): Promise<string> => `127.0.0.1:${await listen(createServer())}`;
  const gone = async (): Promise<string> => {
    const server = createServer();
    const place = `127.0.0.1:${await listen(server)}`;
    server.close();
    await once(server, 'close');
    return place;
  };
  /** What its gates saw of a group of five: the four others vote, and three of five are a majority. */
  const voting = async (...others: readonly (() => Promise<string>)[]): Promise<Vars> => ({
    ...TOLD,
    seen_voters: await Promise.all(others.map(other => other())),
    seen_majority: 3,
  });

  test.each(['dash', 'busybox ash', 'bash'])(
    '%s: it is left alone where followers that its gates counted on have gone since, and no majority is left without it',
    async shell => {
      const place = await frontend();
      const [by, port] = [{shell: shell.split(' ')}, await pageOf(roleOf('3.0.6.1-cloud', 'follower'))];
      const told = await stopIt(place, port, await voting(listens, gone, gone, listens), by);
      expect(told.code, told.stderr).toBe(96);
      expect(told.stderr).toMatch(
        /^of the other followers 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+ refuse a connection now: without it 2 of them would be left, and 3 are needed\n$/,
      );
      expect(isAlive(place)).toBe(true);
      const one = await stopIt(place, port, await voting(listens, gone, listens, listens), by);
      expect(one).toMatchObject({code: 0, stderr: ''});
      await expect.poll(() => isAlive(place)).toBe(false);
    },
  );

  test.each([
    [
      'its gates counted no majority: that outage was agreed to',
      {seen_voters: ['127.0.0.1:1'], seen_majority: 2},
    ],
    ['it is an observer, or left behind: its gates told nobody', {seen_voters: '', seen_majority: ''}],
    ['an earlier lakeup told nothing of it', {}],
    [
      'it was told to stop before',
      {seen_voters: ['127.0.0.1:1', '127.0.0.1:2'], seen_majority: 2, tried: 'yes'},
    ],
    ['who is no address is not asked', {seen_voters: ['$(id):1', 'x:y'], seen_majority: 2}],
  ] as const)('nobody is asked for where %s', async (_, told) => {
    const place = await frontend();
    const port = await pageOf(roleOf('3.0.6.1-cloud', 'follower'));
    expect(await stopIt(place, port, {...TOLD, ...told})).toMatchObject({code: 0, stderr: ''});
    await expect.poll(() => isAlive(place)).toBe(false);
  });

  test('who is beyond the nine that are asked counts as there', async () => {
    const place = await frontend();
    const port = await pageOf(roleOf('3.0.6.1-cloud', 'follower'));
    const four = [gone, gone, gone, gone];
    const others = [...four, listens, listens, listens, listens, listens, listens];
    const told = await stopIt(place, port, {...(await voting(...others)), seen_majority: 6});
    expect(told).toMatchObject({code: 0, stderr: ''});
    await expect.poll(() => isAlive(place)).toBe(false);
  });

  test('whoever is not heard of is not held to be gone: a wall between two of them holds nobody', async () => {
    const place = await frontend();
    const port = await pageOf(roleOf('3.0.6.1-cloud', 'follower'));
    const told = await stopIt(place, port, {
      ...TOLD,
      seen_voters: ['nobody.invalid:9010', 'none.invalid:9010'],
      seen_majority: 2,
    });
    expect(told).toMatchObject({code: 0, stderr: ''});
    await expect.poll(() => isAlive(place)).toBe(false);
  });

  /** Each is asked for 10 s before it is given up. */
  const SLOW_MS = 60_000;
  const mute = (): Promise<number> => listen(createServer());
  const garbage = (): Promise<number> =>
    listen(createServer(socket => socket.end('\u0000\u0015\u0003rubbish\n')));
  const login = (): Promise<number> =>
    pageOf('{"msg":"Unauthorized","code":401,"data":"Need auth information.","count":0}');
  const endless = (): Promise<number> =>
    listen(
      createHttp((_, response) => {
        const line = `${'x'.repeat(9_999)}\n`;
        const more = (): void => {
          response.write(line);
          if (!response.destroyed) setImmediate(more);
        };
        more();
      }),
    );

  test(
    'of one that does not say what it is nobody is stopped, and why and what to do is said',
    async () => {
      const asked = [
        [mute, /no answer within 5 s/],
        [async () => 1, /127\.0\.0\.1:1: .*(refused|connect)/i],
        [garbage, /not known, so it is not stopped: /],
        [login, /it answers something else: .*Unauthorized/],
        [endless, /not known, so it is not stopped: /],
      ] as const;
      // Side by side, for each is given its time.
      const all = asked.map(async ([port, words]) => {
        const place = await frontend();
        const told = await stopIt(place, await port());
        expect(told.code, String(words)).toBe(97);
        expect(told.stderr).toMatch(words);
        expect(told.stderr).toMatch(/once another frontend is the master\. Then retry\.\n$/);
        expect(isAlive(place)).toBe(true);
      });
      await Promise.all(all);
    },
    SLOW_MS,
  );

  test(
    'what is said of one that does not say what it is, is followed: its page answers, or it is stopped by hand',
    async () => {
      const [mended, other] = await Promise.all([frontend(), frontend()]);
      const first = await Promise.all([stopIt(mended, 1), stopIt(other, 1)]);
      expect(first).toMatchObject([{code: 97}, {code: 97}]);
      expect([mended, other].map(isAlive)).toEqual([true, true]);
      const page = await pageOf(roleOf('3.0.6.1-cloud', 'follower'));
      expect(await stopIt(mended, page)).toMatchObject({code: 0, stderr: ''});
      await expect.poll(() => isAlive(mended)).toBe(false);
      other.java.kill('SIGTERM');
      await expect.poll(() => isAlive(other)).toBe(false);
      expect(await stopIt(other, 1)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no process of'),
      });
    },
    SLOW_MS,
  );

  test(
    'one that was told to stop before answers no more, and is waited for',
    async () => {
      const place = await frontend();
      const told = await stopIt(place, 1, {...TOLD, tried: 'yes'});
      expect(told).toMatchObject({code: 0, stderr: ''});
      expect(told.stdout).toContain('was told to stop before');
      await expect.poll(() => isAlive(place)).toBe(false);
    },
    SLOW_MS,
  );

  test('where nothing runs any more nobody is asked', async () => {
    const place = install('fe');
    expect(await stopIt(place, 1)).toMatchObject({code: 0, stdout: expect.stringContaining('no process of')});
  });

  test.each([
    ['curl', ['curl', 'bash']],
    ['wget', ['wget', 'bash']],
    ['bash alone', ['bash']],
  ])('a host that has %s', async (_, tools) => {
    const place = await frontend();
    const env = {...hostWith(place, tools), http_proxy: 'http://127.0.0.1:1'};
    const by = {shell: ['/usr/bin/dash'], env};
    const master = await stopIt(place, await pageOf(roleOf('4.1.0-cloud', 'master')), TOLD, by);
    expect(master).toMatchObject({code: 96, stderr: expect.stringContaining('become the master')});
    const follower = await stopIt(place, await pageOf(roleOf('4.1.0-cloud', 'follower')), TOLD, by);
    expect(follower).toMatchObject({code: 0, stderr: ''});
    await expect.poll(() => isAlive(place)).toBe(false);
  });

  test(
    'a host that has none of them',
    async () => {
      const place = await frontend();
      const by = {shell: ['/usr/bin/dash'], env: hostWith(place, [])};
      const told = await stopIt(
        place,
        await pageOf(roleOf('4.1.0-cloud', 'follower')),
        await voting(gone, gone),
        by,
      );
      expect(told.code).toBe(97);
      expect(told.stderr).toContain('neither curl nor wget nor bash to ask with');
      expect(isAlive(place)).toBe(true);
    },
    SLOW_MS,
  );
});
