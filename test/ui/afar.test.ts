import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import {reason} from '../../src/model/reason.ts';
import {plain} from '../../src/model/text.ts';
import {NO_SIGNS, type Signs, showsProgress} from '../../src/ui/afar.ts';
import {type Opened, openScenario} from './harness.ts';

const ALL: Signs = {title: true, progress: true, bell: true};
const PROGRESS = '\u001b]9;4;';

/** What the terminal is told after the screen has opened: titles, progress, and how often it rang. */
const hear = (opened: Opened) => {
  const heard = {titles: [] as string[], signs: [] as string[], bells: 0};
  opened.terminal.onTitleChange(title => heard.titles.push(title));
  opened.terminal.onBell(() => {
    heard.bells += 1;
  });
  opened.terminal.parser.registerOscHandler(9, sign => {
    heard.signs.push(sign);
    return true;
  });
  return heard;
};

const written = (opened: Opened): string[] => {
  const pieces: string[] = [];
  opened.stdout.on('data', (data: Buffer | string) => pieces.push(data.toString()));
  return pieces;
};

describe('seen and heard from afar', () => {
  test('a question that was answered, the next one: title, progress, one bell for each', async () => {
    const opened = await openScenario('confirm', {signs: ALL});
    const heard = hear(opened);
    await opened.arm();
    expect(heard).toEqual({titles: [], signs: [], bells: 0});
    await opened.send('y');
    await opened.pass(500);
    expect(heard.titles.at(-1)).toMatch(/^running \d+\/\d+ · [\w-]+ · lakeup$/);
    expect(heard.signs.at(-1)).toMatch(/^4;1;\d+$/);
    expect(heard.bells).toBe(0);
    await opened.close();
  });

  test.each([
    ['confirm', 'waiting for you', /^4;4;\d+$/, 1],
    ['held', 'held', /^4;2;\d+$/, 1],
    ['running', 'running', /^4;1;\d+$/, 0],
    ['done', 'verified', null, 1],
  ] as const)('%s: "%s", %s, %s bells', async (scenario, words, sign, bells) => {
    const opened = await openScenario(scenario, {signs: ALL, size: [120, 40]});
    const said = opened.said();
    const titles = [...said.matchAll(/\u001b\]2;([^\u001b]*)/g)].map(([, title]) => title);
    expect(titles.at(-1)).toMatch(new RegExp(`^${words} \\d+/\\d+ · `));
    const signs = said
      .split(PROGRESS)
      .slice(1)
      .map(part => `4;${part.split('\u001b')[0]}`);
    if (sign === null) expect(signs).toEqual([]);
    else expect(signs.at(-1)).toMatch(sign);
    // Those of OSC sequences end with ST here, so that each of these bytes is a bell.
    expect(said.split('\u0007')).toHaveLength(1 + bells);
    await opened.close();
  });

  test('a node that goes down by itself is told of, and that it is back', async () => {
    const opened = await openScenario('confirm', {signs: ALL});
    const heard = hear(opened);
    const see = async (health: 'ok' | 'down') => {
      opened.feed.sighting({
        node: NodeId.parse('be-2'),
        probe: 'status',
        at: opened.hand.clock.now(),
        look: {kind: 'seen', facts: {health, version: '3.0.6'}},
      });
      await opened.pass(100);
    };
    const seeSilent = async () => {
      opened.feed.sighting({
        node: NodeId.parse('be-2'),
        probe: 'status',
        at: opened.hand.clock.now(),
        look: {kind: 'silent', reasons: [reason(plain('no answer'))]},
      });
      await opened.pass(100);
    };
    await see('down');
    expect(heard.titles.at(-1)).toContain('a node is down');
    expect(heard.signs.at(-1)).toMatch(/^4;2;/);
    expect(heard.bells).toBe(1);
    await see('down');
    await see('ok');
    expect(heard.titles.at(-1)).not.toContain('down');
    expect(heard.signs.at(-1)).toMatch(/^4;4;/);
    // It rings when a node goes down, and neither while it stays so nor when it is back.
    expect(heard.bells).toBe(1);
    await opened.pass(10_000);
    await see('down');
    expect(heard.bells).toBe(2);
    // Nor once more where it did not answer in between.
    for (let round = 0; round < 2; round += 1) {
      await seeSilent();
      await see('down');
    }
    expect(heard.bells).toBe(2);
    await opened.close();
  });

  test('a thousand nodes that go down one after the other ring once in a while, a question beside them at once', async () => {
    const opened = await openScenario('thousand', {signs: ALL, size: [120, 40]});
    const heard = hear(opened);
    const nodes = opened.store
      .getState()
      .cluster.nodes.filter(({id}) => id !== 'be-12')
      .slice(0, 900);
    const goDown = (from: number, to: number): void => {
      for (const {id} of nodes.slice(from, to))
        opened.feed.sighting({
          node: id,
          probe: 'status',
          at: opened.hand.clock.now(),
          look: {kind: 'seen', facts: {health: 'down', version: '3.0.6'}},
        });
    };
    for (let tick = 0; tick < 80; tick += 1) {
      goDown(tick * 10, tick * 10 + 10);
      await opened.pass(100);
    }
    expect(heard.bells).toBe(1);
    opened.store.setState({questions: [{id: 900, at: opened.hand.clock.now(), kind: 'hold'}]});
    await opened.settle();
    expect(heard.bells).toBe(2);
    await opened.pass(2_000);
    goDown(800, 801);
    await opened.pass(100);
    expect(heard.bells).toBe(3);
    await opened.close();
  });

  test('in Chinese too', async () => {
    const opened = await openScenario('confirm', {signs: ALL, lang: 'zh'});
    expect(opened.said()).toContain('\u001b]2;等待你 ');
    await opened.close();
  });

  test('the terminal gets its own title back, and shows no progress any more', async () => {
    const opened = await openScenario('running', {signs: ALL});
    expect(opened.said()).toContain('\u001b[22;2t');
    const pieces = written(opened);
    await opened.close();
    expect(pieces.join('')).toContain(`${PROGRESS}0;\u001b\\\u001b]2;\u001b\\\u001b[23;2t`);
  });

  test('also while it is stopped by Ctrl-Z; then it is told anew, without a bell', async () => {
    const order: string[] = [];
    const opened = await openScenario('confirm', {
      signs: ALL,
      stop: () => {
        order.push('stopped');
        return Promise.resolve();
      },
    });
    opened.stdout.on('data', (data: Buffer | string) => {
      for (const part of data
        .toString()
        .match(/\u001b\[2[23];2t|\u001b\]9;4;\d|\u001b\]2;[^\u001b]+|\u0007/g) ?? [])
        order.push(part.replaceAll('\u001b', '').replace(/ \d.*/, ''));
    });
    await opened.send('\u001a');
    expect(order).toEqual([']9;4;0', '[23;2t', 'stopped', '[22;2t', ']2;waiting for you', ']9;4;4']);
    await opened.close();
  });

  test('nothing where each is switched off, one alone where the others are', async () => {
    const off = await openScenario('held', {signs: NO_SIGNS});
    expect(off.said()).not.toMatch(/\u001b\]|\u0007|;2t/);
    await off.close();
    const bell = await openScenario('held', {signs: {...NO_SIGNS, bell: true}});
    expect(bell.said()).not.toMatch(/\u001b\]|;2t/);
    expect(bell.said()).toContain('\u0007');
    await bell.close();
  });
});

test.each([
  ['title', /\u001b\]2;|\u001b\[2[23];2t/],
  ['progress', /\u001b\]9;/],
  ['bell', /\u0007/],
] as const)('with %s alone switched off every other sign is given', async (off, bytes) => {
  const every = await openScenario('held', {signs: ALL});
  const some = await openScenario('held', {signs: {...ALL, [off]: false}});
  for (const opened of [every, some]) await opened.close();
  expect(every.said()).toMatch(bytes);
  expect(some.said()).not.toMatch(bytes);
  const left = (said: string): readonly string[] =>
    said.match(/\u001b\](?:2|9);[^\u001b]*|\u001b\[2[23];2t|\u0007/g) ?? [];
  expect(left(some.said())).toEqual(left(every.said()).filter(sign => !bytes.test(sign)));
});

test.each<[env: Readonly<Record<string, string>>, shown: boolean]>([
  [{TERM: 'xterm-256color'}, false],
  [{TERM: 'xterm-256color', WT_SESSION: 'a-b'}, true],
  [{TERM: 'xterm-256color', ConEmuANSI: 'ON'}, true],
  [{TERM: 'xterm-256color', ConEmuANSI: 'OFF'}, false],
  [{TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm'}, true],
  [{TERM: 'xterm-ghostty'}, true],
  [{TERM: 'xterm-kitty'}, false],
  [{TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app'}, false],
  [{TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_FEATURES: 'T3LrMSc7UUw9Ts3BFGsSyHNoSxFP'}, true],
  [{TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_FEATURES: 'T3LrMSc7UUw9Ts3BFGsSyHNoSxF'}, false],
  [{TERM: 'xterm-256color', PTYXIS_VERSION: '48.1'}, true],
  [{TERM: 'xterm-256color', PTYXIS_VERSION: '47.9'}, false],
  [{TERM: 'tmux-256color', TERM_PROGRAM: 'tmux', WT_SESSION: 'a-b'}, false],
  [{TERM: 'screen', WT_SESSION: 'a-b'}, false],
])('%j shows progress: %s', (env, shown) => {
  expect(showsProgress(env)).toBe(shown);
});
