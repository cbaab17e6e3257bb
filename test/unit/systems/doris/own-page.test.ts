import {describe, expect, test} from 'vitest';
import type {Ask, HttpReply, Lost, Refused, ReplyTo, Request} from '../../../../src/model/ask.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import type {HostId} from '../../../../src/model/ids.ts';
import {plain} from '../../../../src/model/text.ts';
import {type Doris, type DorisNode, portsOf, ROLE_FIELDS} from '../../../../src/systems/doris/fields.ts';
import {
  describePage,
  parseBeHealth,
  parseBootstrap,
  parseCloudHealth,
} from '../../../../src/systems/doris/parse/http.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, type Fake, factsOf, lookAt, surveyAll} from './memory.ts';
import {httpReplyOf, readRecording} from './recorded.ts';
import {told} from './surveyed.ts';

const page = (body: string, status = 200) => ({status, body, location: null});
const READY = httpReplyOf(readRecording('4.1.0-cloud/http/master-api-bootstrap.txt')).body;

describe('what a page says', () => {
  test.each([
    [page(READY), 'ready'],
    [page('{"msg":"Error","code":1,"data":"not ready","count":0}'), 'not-ready'],
    [page('{"msg":"Server is not ready","code":503,"data":null,"count":0}', 503), 'not-ready'],
    [page('{"msg":"Unauthorized","code":401,"data":"Need auth information.","count":0}'), 'other'],
    [
      page('{"msg":"success","code":0,"data":{"online_backend_num":4,"total_backend_num":4},"count":0}'),
      'other',
    ],
    [page('{"status": "OK","msg": "To Be Added"}'), 'other'],
    [page(READY, 502), 'other'],
    [page('', 302), 'other'],
    [page('<html>'), 'other'],
  ])('/api/bootstrap %j: %s', (found, state) => {
    expect(parseBootstrap(found)).toBe(state);
  });

  test.each([
    [page('{"status": "OK","msg": "To Be Added"}'), 'ready'],
    [page('{"status": "OK","msg": "OK"}'), 'ready'],
    [page('{"status": "OK","msg": "Server is not available"}'), 'not-ready'],
    [page('{"status": "Failed","msg": "OK"}'), 'not-ready'],
    [page(READY), 'other'],
    [page('OK'), 'other'],
    [page(''), 'other'],
  ])('BE health %j: %s', (found, state) => {
    expect(parseBeHealth(found)).toBe(state);
  });

  test.each([
    [page('OK\n'), 'ready'],
    [page('not OK'), 'other'],
    [page('OK', 503), 'other'],
    [page('{"status": "OK","msg": "OK"}'), 'other'],
  ])('brpc health %j: %s', (found, state) => {
    expect(parseCloudHealth(found)).toBe(state);
  });

  test.each([
    [{...page('', 302), location: 'https://fe-1:8050/api/bootstrap'}, '302 https://fe-1:8050/api/bootstrap'],
    [
      {...page('', 307), location: 'http://root:s3cret@10.0.0.1:8030/rest?token=abc'},
      '307 http://10.0.0.1:8030/rest',
    ],
    [{...page('', 302), location: '//adm:a/b@c@fe-1/x#y'}, '302 //fe-1/x'],
    [page('<a href="http://root:s3cret@fe-2:8030/x?token=abc">', 404), '404 <a href="http://fe-2:8030/x">'],
    [page('Hello\n  world'), '200 Hello world'],
    [page('', 404), '404'],
  ])('%j is shown as %j, and no secret of it', (found, words) => {
    expect(describePage(found)).toBe(words);
  });
});

type Answering = (port: number, path: string) => HttpReply | Refused | Lost | null;

/** A cluster in which one node's HTTP is answered in another way, and which the inventory tells more of. */
const withPages = (
  id: string,
  answer: Answering,
  given: Readonly<Record<string, unknown>> = {},
): Fake<Doris> => {
  const standard = makeMemoryCluster();
  const change = (node: DorisNode): DorisNode => {
    const {role, package: path} = node.fields;
    return node.id === id ? {...node, fields: ROLE_FIELDS[role].parse({package: path, ...given})} : node;
  };
  const cluster = {...standard, nodes: standard.nodes.map(change)};
  const world = bootFake(dorisInMemory, standard);
  const host = cluster.nodes.find(node => node.id === id)?.host;
  const ask = (async (asked: HostId, request: Request): Promise<ReplyTo<Request>> => {
    const other = asked === host && request.kind === 'http' ? answer(request.port, request.path) : null;
    return other ?? world.ask(asked, request);
  }) as Ask;
  return {...world, cluster, ask};
};

const refused: Refused = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};
const closed: Answering = () => refused;
const secure: Answering = (port, path) => ({
  ...{kind: 'http', status: 302, body: ''},
  location: `https://fe-1.lake.example:${port + 20}${path}`,
});
const mute: Answering = () => ({
  kind: 'refused',
  trouble: 'protocol',
  detail: plain('no HTTP answer: \u0015'),
});
const foreign: Answering = () => ({kind: 'http', status: 404, body: '<html>nginx</html>'});
const notReady: Answering = () => ({
  ...{kind: 'http', status: 200},
  body: '{"msg":"Error","code":1,"data":"not ready","count":0}',
});

const findings = async (world: Fake<Doris>): Promise<string[]> => told(await surveyAll(world));

describe('three things that are easily mixed up', () => {
  test.each<[string, string, Answering, Facts, RegExp, RegExp]>([
    [
      'a frontend that is not ready',
      'fe-1',
      notReady,
      {health: 'starting', http: 'not-ready'},
      /port 8030 answers that it is not ready/,
      /its log says why/,
    ],
    [
      'a frontend that serves HTTPS',
      'fe-1',
      secure,
      {health: 'degraded', http: 'other', httpSaid: '302 https://fe-1.lake.example:8050/api/bootstrap'},
      /port 8030 answers something else: 302 https:\/\/fe-1\.lake\.example:8050\/api\/bootstrap/,
      /`httpPort: 0`/,
    ],
    [
      'a frontend whose page is nowhere',
      'fe-2',
      closed,
      {health: 'degraded', http: 'closed'},
      /nobody listens on port 8030, though the process runs/,
      /answers SQL.*`httpPort: 0`/,
    ],
    [
      'another program at the port of a frontend',
      'fe-3',
      foreign,
      {health: 'degraded', http: 'other'},
      /something else: 404 <html>nginx/,
      /correct `httpPort`/,
    ],
    [
      'TLS at the port of a frontend',
      'fe-3',
      mute,
      {health: 'degraded', http: 'other', httpSaid: 'no HTTP'},
      /something else: no HTTP/,
      /correct `httpPort`/,
    ],
    [
      'another program at the port of a backend',
      'be-2',
      foreign,
      {health: 'not-serving', http: 'other'},
      /port 8040 answers something else: 404/,
      /correct `webPort`/,
    ],
    [
      'a backend whose page is nowhere',
      'be-2',
      closed,
      {health: 'starting', http: 'closed'},
      /nobody listens on port 8040, though the process runs/,
      /correct `webPort`/,
    ],
    [
      'a backend that redirects to HTTPS',
      'be-2',
      secure,
      {health: 'not-serving', http: 'other'},
      /302 https/,
      /serves HTTPS.*`webPort: 0`/,
    ],
    [
      'a backend that redirects elsewhere',
      'be-2',
      () => ({kind: 'http', status: 302, body: '', location: 'http://be-2/login'}),
      {health: 'not-serving', http: 'other'},
      /302 http:/,
      /Another program answers there: correct `webPort`/,
    ],
    [
      'what speaks no HTTP at the port of a backend',
      'be-2',
      mute,
      {health: 'not-serving', http: 'other', httpSaid: 'no HTTP'},
      /something else: no HTTP/,
      /Another program answers there: correct `webPort`/,
    ],
    [
      'another program at the port of a MetaService',
      'ms-1',
      foreign,
      {health: 'not-serving', http: 'other'},
      /port 5000 answers something else/,
      /correct `port`/,
    ],
    [
      'a MetaService whose page is nowhere',
      'ms-1',
      closed,
      {health: 'starting', http: 'closed'},
      /nobody listens on port 5000/,
      /correct `port`/,
    ],
  ])('%s', async (_, id, answer, facts, evidence, advice) => {
    const world = withPages(id, answer);
    expect(await factsOf(world, id, 'status')).toMatchObject(facts);
    const found = (await findings(world)).find(line => line.startsWith(`healthy block ${id}: `)) ?? '';
    const [seen = '', fix = ''] = found.split(' | ');
    expect(seen).toMatch(evidence);
    expect(fix).toMatch(advice);
  });

  test('who serves its page is told none of them', async () => {
    const {http, httpSaid} = await factsOf(
      withPages('fe-1', () => null),
      'fe-1',
      'status',
    );
    expect([http, httpSaid]).toEqual([undefined, undefined]);
  });
});

/** What the survey reads in the conf of the node. */
const withConf = (world: Fake<Doris>, id: string, line: string): Fake<Doris> => {
  const host = world.cluster.nodes.find(node => node.id === id)?.host;
  const ask = (async (asked: HostId, request: Request): Promise<ReplyTo<Request>> => {
    const reply = await world.ask(asked, request);
    const isSurvey = request.kind === 'shell' && request.script.body.name.endsWith('look.survey');
    return asked === host && isSurvey && reply.kind === 'shell'
      ? {...reply, stdout: `${reply.stdout}${line}\n`}
      : reply;
  }) as Ask;
  return {...world, ask};
};

/** As OpenSSL ends a connection on which it heard HTTP: without a word. */
const dropped: Answering = () => ({kind: 'lost', trouble: 'dropped', detail: plain('socket hang up')});

describe('TLS where HTTP is asked, by what the conf says', () => {
  test.each<[string, string, Answering, string]>([
    ['a backend that ends the connection', 'be-2', dropped, 'webPort: 0'],
    ['a backend that sends an alert', 'be-2', mute, 'webPort: 0'],
    ['a frontend that sends an alert', 'fe-2', mute, 'httpPort: 0'],
    ['a frontend that ends the connection', 'fe-2', dropped, 'httpPort: 0'],
  ])('%s', async (_, id, answer, line) => {
    const world = withPages(id, answer);
    const found = async (conf: string): Promise<string> =>
      (await findings(withConf(world, id, conf))).find(each => each.startsWith(`healthy block ${id}: `)) ??
      '';
    expect(await found('conf.https=true')).toMatch(
      new RegExp(`^[^|]*enable_https[^|]* \\| It serves HTTPS.*\`${line}\``),
    );
    for (const conf of ['conf.https=false', 'other=x'])
      expect(await found(conf)).not.toMatch(/HTTPS|enable_https/);
  });

  test('that is no word of one that is well, or not started yet', async () => {
    for (const answer of [() => null, notReady] satisfies Answering[]) {
      const all = await findings(withConf(withPages('fe-2', answer), 'fe-2', 'conf.https=true'));
      expect(all.join()).not.toMatch(/HTTPS/);
    }
  });
});

describe('a backend that has no page that can be asked, as the advice says to write it', () => {
  test.each<[string, Answering]>([
    ['serves HTTPS', secure],
    ['ends the connection', dropped],
    ['sends an alert', mute],
  ])('%s: its process, its other ports and its row prove that it serves', async (_, answer) => {
    const world = withPages('be-2', answer, {webPort: 0});
    expect(await factsOf(world, 'be-2', 'status')).toMatchObject({health: 'ok', causes: [], own: 'ok'});
    expect(await factsOf(world, 'be-2', 'be-row')).toMatchObject({serves: true, alive: true});
    expect(await findings(world)).toEqual([]);
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toMatchObject({othersDown: []});
  });

  test('its port is none that has to be free', () => {
    const [node] = withPages('be-2', closed, {webPort: 0}).cluster.nodes.filter(({id}) => id === 'be-2');
    if (node === undefined) throw new Error('no be-2');
    expect(portsOf(node)).toEqual([9050, 9060, 8060]);
  });

  /** What the look at its processes and ports says, in the place of the fake's. */
  const looking = (change: (stdout: string) => string | null): Fake<Doris> => {
    const world = withPages('be-2', secure, {webPort: 0});
    const host = world.cluster.nodes.find(({id}) => id === 'be-2')?.host;
    const ask = (async (asked: HostId, request: Request): Promise<ReplyTo<Request>> => {
      const reply = await world.ask(asked, request);
      if (asked !== host || request.kind !== 'shell' || reply.kind !== 'shell') return reply;
      const stdout = change(reply.stdout);
      return stdout === null
        ? {kind: 'lost', trouble: 'timeout', detail: plain('no answer')}
        : {...reply, stdout};
    }) as Ask;
    return {...world, ask};
  };

  test.each<[string, (stdout: string) => string, Facts, Facts]>([
    [
      'has not opened the port of its heartbeat',
      stdout => stdout.replace(/listen=\S+:235A\n?/, ''),
      {health: 'starting', causes: ['closed=9050'], own: 'no'},
      {serves: false},
    ],
    [
      'listens nowhere',
      stdout => stdout.replace(/listen=.*\n?/g, ''),
      {health: 'starting', causes: ['closed=9050,9060,8060'], own: 'no'},
      {serves: false},
    ],
    [
      'has ended, and somebody else listens there',
      stdout =>
        stdout
          .split('\n')
          .filter(line => /^(self|listen)=/.test(line))
          .join('\n'),
      {health: 'down', causes: ['process=none'], own: 'no', process: 'none'},
      {serves: false},
    ],
  ])('one that %s does not serve', async (_, change, status, row) => {
    const world = looking(change);
    expect(await factsOf(world, 'be-2', 'status')).toMatchObject(status);
    expect(await factsOf(world, 'be-2', 'be-row')).toMatchObject(row);
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toMatchObject({othersDown: ['be-2']});
  });

  test('of one whose host does not answer nobody knows', async () => {
    const world = looking(() => null);
    expect(await factsOf(world, 'be-2', 'be-row')).not.toHaveProperty('serves');
    expect(await lookAt(world, 'be-1', 'be-safe-to-stop')).toMatchObject({kind: 'silent'});
  });

  test('preflight says which of its ports nobody listens on', async () => {
    const [line = ''] = (await findings(looking(stdout => stdout.replace(/listen=\S+:235A\n?/, '')))).filter(
      each => each.startsWith('healthy block be-2'),
    );
    expect(line).toMatch(/closed=9050.*\| .*log says why/);
  });
});

describe('a frontend that has no page of its own, as the advice says to write it', () => {
  test.each<[string, Answering]>([
    ['serves HTTPS', secure],
    ['has http_port = 0', closed],
    ['has another program at 8030', foreign],
  ])('%s: SQL alone proves that it serves', async (_, answer) => {
    const world = withPages('fe-1', answer, {httpPort: 0});
    expect(await factsOf(world, 'fe-1', 'status')).toMatchObject({health: 'ok', fe: 'master'});
    expect(await findings(world), 'but not what it is, right before its stop').toMatchObject([
      expect.stringMatching(/^says-role warn fe-1: httpPort is 0/),
    ]);
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop')).toMatchObject({othersDown: [], quorumKept: true});
  });

  test('its port is none that has to be free', () => {
    const [node] = withPages('fe-1', closed, {httpPort: 0}).cluster.nodes.filter(({id}) => id === 'fe-1');
    if (node === undefined) throw new Error('no fe-1');
    expect(portsOf(node)).toEqual([9020, 9030, 9010]);
  });
});
