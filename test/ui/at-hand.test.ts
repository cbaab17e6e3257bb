import {describe, expect, onTestFinished, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import {type FollowLog, followTail, TAIL_LINES, tailLines} from '../../src/store/follow-tail.ts';
import {openReplay} from '../../src/store/replay.ts';
import {openQuestion} from '../../src/store/state.ts';
import {ARM_MS} from '../../src/store/store.ts';
import {serviceKnown} from '../../src/ui/at-hand.ts';
import {toClipboard} from '../../src/ui/clipboard.ts';
import {type Opened, type OpenOptions, openScenario, withScenario} from './harness.ts';
import {makeShell, sshOf, withHosts} from './hosts.ts';
import {prepared, recordingOf, type ScenarioName} from './prepared.ts';

const KEYS = {enter: '\r', esc: '\x1b'} as const;

const open = async (name: ScenarioName, options: OpenOptions = {}): Promise<Opened> => {
  const opened = await openScenario(prepared(name, withHosts), {size: [120, 40], ...options});
  onTestFinished(() => opened.close());
  return opened;
};

describe('at a failure the node is at hand', () => {
  test.each(['en', 'zh'] as const)(
    'its detail: host, since when, who serves, how to get there (%s)',
    async lang => {
      const {send, text} = await open('held', {lang});
      await send(KEYS.enter);
      expect(text()).toContain('10.20.0.18');
      expect(text()).toMatch(
        lang === 'en' ? /out of service since \d\d:\d\d:\d\d/ : /自 \d\d:\d\d:\d\d 起停服/,
      );
      expect(text()).toContain(
        lang === 'en'
          ? '3 of 4 Backends cg_etl serve: be-1, be-2, be-4'
          : '4 个 BE 后端 cg_etl 中有 3 个在提供服务',
      );
      expect(text()).toContain("ssh -p 2222 -o 'UserKnownHostsFile=/a b' -- 10.20.0.18");
      await send(KEYS.esc);
      expect(text()).toMatch(lang === 'en' ? /Held · be-3/ : /暂停 · be-3/);
    },
  );

  test.each([
    ['en', 't its log  s shell'],
    ['zh', 't 它的日志  s shell'],
  ] as const)(
    'the footer of its dialog names its log and a shell there, on the smallest usual screen (%s)',
    async (...row) => {
      const [lang, keys] = row;
      const {lines, arm} = await open('held', {lang, size: [80, 24]});
      await arm();
      expect(lines().at(-1)).toContain(keys);
      expect(lines().at(-1)).toContain(lang === 'en' ? '? keys' : '? 按键');
    },
  );

  test('who is down by itself is named with its host in the dialog that it holds, with what to do', async () => {
    const opened = await openScenario(
      async stage =>
        openReplay({
          ...stage,
          recording: withHosts(await recordingOf('node-down')),
          moment: {type: 'gate.stuck', afterMs: 1},
        }),
      {size: [120, 40]},
    );
    onTestFinished(() => opened.close());
    const {pass, arm, text, send} = opened;
    await pass(500);
    await arm();
    expect(text()).toMatch(/down, and not because of the run: be-5 on 10\.20\.0\.20, since \d\d:\d\d:\d\d/);
    expect(text()).toContain('start it on its host');
    await send('s');
    expect(text()).toContain('-- 10.20.0.20');
  });

  test('who is down by itself is started on its host as the dialog says, and retry goes on', async () => {
    const {shell, ran, end} = makeShell();
    const opened = await openScenario(
      async stage =>
        openReplay({
          ...stage,
          recording: withHosts(await recordingOf('node-down')),
          moment: {type: 'gate.stuck', afterMs: 1},
        }),
      {size: [120, 40], shell},
    );
    onTestFinished(() => opened.close());
    const {pass, arm, text, send, store, settle} = opened;
    await pass(500);
    await arm();
    const [, tail = '', key = ''] =
      /See why it ended \((\w) follows its log\), start it on its host \((\w) opens a shell/.exec(
        text().replace(/\s*[│┃]\s*/g, ' '),
      ) ?? [];
    await send(tail);
    expect(store.getState().tail?.node).toBe('be-5');
    await send(KEYS.esc);
    await send(key);
    await send(KEYS.enter);
    expect(ran).toEqual([sshOf('10.20.0.20')]);
    end();
    await settle();
    await pass(500);
    await arm();
    await send('r');
    for (let i = 0; i < 100 && store.getState().run?.holds.length !== 0; i++) await pass(1_000);
    expect(store.getState().run?.holds).toEqual([]);
  });

  test('before a shell is opened it stands there what runs; c copies it, and nothing is run by that', async () => {
    const {shell, ran} = makeShell();
    const {send, text, said} = await open('held', {shell});
    await send('s');
    expect(text()).toContain("ssh -p 2222 -o 'UserKnownHostsFile=/a b' -- 10.20.0.18");
    await send('c');
    expect(said()).toContain(toClipboard("ssh -p 2222 -o 'UserKnownHostsFile=/a b' -- 10.20.0.18"));
    expect(ran).toEqual([]);
    await send(KEYS.enter);
    expect(ran).toEqual([sshOf('10.20.0.18')]);
  });

  test('where nothing stands behind the screen, that is said', async () => {
    const opened = await openScenario('held', {size: [120, 40]});
    onTestFinished(() => opened.close());
    await opened.send('s');
    expect(opened.text()).toContain('no host stands behind this screen');
    await opened.send('t');
    expect(opened.text()).toContain('no host stands behind this screen');
  });
});

describe('while a shell is open', () => {
  test('the run goes on, nothing is written to the terminal, and the frame is whole afterwards', async () => {
    const {shell, end} = makeShell();
    const {send, pass, store, bytes, text, settle, lines} = await open('running', {shell});
    await send('s');
    await send(KEYS.enter);
    const [before, at] = [bytes(), store.getState().run?.seq ?? 0];
    await pass(60_000);
    expect(store.getState().run?.seq).toBeGreaterThan(at);
    expect(bytes()).toBe(before);
    end();
    await settle();
    expect(text()).toContain('back from be-3');
    expect(lines()[0]).toContain('lakeup');
  });

  test('a terminal that was made larger or smaller meanwhile is drawn as it is then', async () => {
    const {shell, end} = makeShell();
    const {send, resize, settle, lines} = await open('held', {shell});
    await send('s');
    await send(KEYS.enter);
    await resize([80, 24]);
    end();
    await settle();
    expect(lines()).toHaveLength(24);
    expect(lines()[0]).toContain('lakeup');
    expect(lines().at(-1)).toContain('back from be-3');
  });

  test('no key that was meant for it answers a question, however late it comes', async () => {
    const {shell, end} = makeShell();
    const {arm, send, pass, store, settle, hand} = await open('held', {shell});
    await arm();
    const id = openQuestion(store.getState())?.id;
    await send('s');
    await send(KEYS.enter);
    await pass(60_000);
    expect(store.getState().armed).toBe(false);
    end();
    await settle();
    await send('r');
    await send('q');
    expect(openQuestion(store.getState())?.id).toBe(id);
    expect(store.getState().leaving).toBe('no');
    hand.turn(ARM_MS);
    await pass(ARM_MS);
    await arm();
    await send('r');
    expect(openQuestion(store.getState())?.id).not.toBe(id);
  });

  test('ssh that did not get there is told', async () => {
    const {shell, end} = makeShell();
    const {send, settle, text} = await open('held', {shell});
    await send('s');
    await send(KEYS.enter);
    end(255);
    await settle();
    expect(text()).toContain('ssh ended with 255');
  });
});

test('what is offered stays with its node, whatever the run does meanwhile', async () => {
  const {send, pass, text, store} = await open('running');
  await send('s');
  expect(text()).toContain('-- 10.20.0.18');
  await pass(120_000);
  expect(store.getState().atNode).toBe('be-3');
  expect(text()).toContain('-- 10.20.0.18');
});

describe('the log of a node', () => {
  const followed = (opened: Opened) => {
    const asked: {node: string; file: string; say: (piece: string) => void; signal: AbortSignal}[] = [];
    const follow: FollowLog = (node, file, say, signal) => {
      asked.push({node, file, say, signal});
      return new Promise(resolve => {
        signal.addEventListener('abort', () => resolve(null), {once: true});
      });
    };
    const over = new AbortController();
    followTail(opened.store, follow, opened.hand.clock, over.signal);
    onTestFinished(() => over.abort());
    return asked;
  };

  test('is followed while it is looked at, raw signs made visible, and no longer than that', async () => {
    const opened = await open('held');
    const asked = followed(opened);
    await opened.send('t');
    const [first] = asked;
    expect([first?.node, first?.file]).toEqual(['be-3', '/srv/be-3/log/one.out']);
    first?.say('all is \x1b[31mwell\x1b[0m\nhalf a li');
    first?.say('ne\x07\n');
    await opened.pass(1_000);
    expect(opened.text()).toContain('all is ␛[31mwell␛[0m');
    expect(opened.text()).toContain('half a line␇');
    await opened.send('t');
    expect(first?.signal.aborted).toBe(true);
    expect(asked[1]?.file).toBe('/srv/be-3/log/two.log');
    // What still comes of the one before is nobody's.
    first?.say('too late\n');
    await opened.pass(1_000);
    expect(opened.text()).not.toContain('too late');
    await opened.send(KEYS.esc);
    expect(asked[1]?.signal.aborted).toBe(true);
  });

  test('that ends says why, and is read anew by the same key', async () => {
    const opened = await open('held');
    const ends: (() => void)[] = [];
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const follow: FollowLog = () =>
      new Promise(resolve => {
        ends.push(() => resolve(plain('the link is gone')));
      });
    followTail(opened.store, follow, opened.hand.clock, over.signal);
    await opened.send('t');
    ends[0]?.();
    await opened.pass(200);
    expect(opened.text()).toContain('Nothing comes any more: the link is gone');
    await opened.send('t');
    await opened.send('t');
    expect(ends).toHaveLength(3);
  });

  test('is bounded, however much comes, and however long a line is', () => {
    let lines: readonly string[] = [''];
    for (let i = 0; i < 50; i += 1) lines = tailLines(lines, `${'x'.repeat(100_000)}\n`.repeat(100));
    expect(lines.length).toBeLessThanOrEqual(TAIL_LINES);
    expect(Math.max(...lines.map(({length}) => length))).toBeLessThanOrEqual(2_000);
  });

  test('a question that comes meanwhile waits behind it', async () => {
    const opened = await open('running');
    followed(opened);
    await opened.send('t');
    for (let i = 0; i < 400 && openQuestion(opened.store.getState()) === null; i += 1)
      await opened.pass(1_000);
    expect(opened.store.getState().view).toBe('tail');
    expect(opened.text()).toContain('a question waits for you');
    const id = openQuestion(opened.store.getState())?.id;
    await opened.pass(1_000);
    await opened.send('y');
    expect(openQuestion(opened.store.getState())?.id).toBe(id);
    expect(opened.store.getState().atNode).toBe(NodeId.parse('be-3'));
  });
});

test('before a phase the node is at hand that was looked at in vain', async () => {
  const opened = await open('unreadable');
  expect(opened.text()).toMatch(/node +am-2 on 10\.20\.0\.13/);
  await opened.send('s');
  expect(opened.text()).toContain('-- 10.20.0.13');
});

test('of every kind of which one does not serve it is said who does, however many kinds there are', async () => {
  await withScenario('all-out', {}, async ({store}) => {
    const state = store.getState();
    const first = [...Map.groupBy(state.cluster.nodes, ({role}) => role).values()].flatMap(
      ([node]) => node?.id ?? [],
    );
    const said = serviceKnown(state).serving?.(first) ?? [];
    expect(said.map(({en}) => en.replace(/ serve: .*/, ''))).toEqual([
      '3 of 3 Masters',
      '3 of 3 Job masters',
      '4 of 4 Workers',
      '4 of 4 Job workers',
    ]);
  });
});
