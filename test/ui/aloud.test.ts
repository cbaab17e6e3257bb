import {describe, expect, it, test} from 'vitest';
import type {Text} from '../../src/model/text.ts';
import {followTail} from '../../src/store/follow-tail.ts';
import type {Recording} from '../../src/store/recording.ts';
import type {State} from '../../src/store/state.ts';
import {NOTHING_SAID, type Said, sayNext, standingSaid} from '../../src/ui/aloud.ts';
import {offeredLine} from '../../src/ui/clipboard.ts';
import {NIGHT, type Opened, openScenario, withScenario} from './harness.ts';
import {makeShell, withHosts} from './hosts.ts';
import {prepared} from './prepared.ts';

/** What is said of each state, one after the other. */
const saidOf = (...states: readonly State[]): readonly (readonly string[])[] => {
  let said: Said = NOTHING_SAID;
  return states.map(state => {
    const next = sayNext(said, state);
    said = next.said;
    return next.lines;
  });
};

/** The state of a prepared screen. */
const stateOf = async (...[scenario, options]: Parameters<typeof openScenario>): Promise<State> => {
  const opened = await openScenario(scenario, {theme: 'ascii', ...options});
  try {
    await opened.arm();
    return opened.store.getState();
  } finally {
    await opened.close();
  }
};

describe('what is said of a screen', () => {
  it('is a question whole, in sentences, with its keys, and then nothing while it stands there', async () => {
    const asked = await stateOf('start');
    const later = {...asked, now: asked.now + 61_000, pulse: asked.pulse + 9};
    const [first = [], second] = saidOf(asked, later);
    expect(first[0]).toMatch(/^lakeup; lake-demo 3\.0\.6 -> 3\.1\.2/);
    expect(first[1]).toMatch(/^Keys count as on the screen/);
    expect(first).toContainEqual(expect.stringMatching(/^Phase 1 of 4/));
    expect(first).toContainEqual(expect.stringMatching(/^in this order: ms-1 -> ms-2 -> ms-3$/));
    expect(first).toContainEqual(expect.stringMatching(/^takes: about /));
    expect(first.at(-1)).toBe('y: begin; n: leave; nothing more is changed');
    expect(second).toEqual([]);
  });

  it('names no key before keys count', async () => {
    const asked = await stateOf('start');
    const [first = [], second] = saidOf({...asked, armed: false}, asked);
    expect(first.join('\n')).not.toMatch(/begin; n/);
    expect(second).toEqual(['y: begin; n: leave; nothing more is changed']);
  });

  it('names a capital letter by the key that makes it one', async () => {
    const [first = []] = saidOf(await stateOf('outage'));
    expect(first.at(-1)).toMatch(/^Shift-O: begin, with the outage; n: /);
  });

  it('is what is typed, as it is typed', async () => {
    const asked = await stateOf('destructive');
    const typed = (words: string): State => ({...asked, typed: words});
    const {name} = asked.cluster;
    const told = saidOf(asked, typed(name.slice(0, 1)), typed('x'), typed(name));
    expect(told[1]).toEqual([`> ${name.slice(0, 1)}_`]);
    expect(told[2]).toEqual(['> x_ that is not the name']);
    expect(told[3]?.[0]).toMatch(/^> .* \+$/);
    expect(told[3]?.at(-1)).toMatch(/^Shift-D: destroy and go on; n: /);
  });

  it('is that a key came too early, and when keys count', async () => {
    const asked = await stateOf('start');
    const early = (quietSince: number): State => ({
      ...asked,
      armed: false,
      asked: asked.asked === null ? null : {...asked.asked, quietSince},
    });
    const told = saidOf(asked, early(NIGHT + 60_000), early(NIGHT + 60_200), {
      ...early(NIGHT + 60_200),
      armed: true,
    });
    expect(told.slice(1)).toEqual([['one moment .'], [], ['y: begin; n: leave; nothing more is changed']]);
  });

  it('is a view that is opened, whole, and on the way back the question again', async () => {
    const asked = await stateOf('start');
    const [, help = [], quiet, back = []] = saidOf(
      asked,
      {...asked, view: 'help'},
      {...asked, view: 'help', now: asked.now + 5_000},
      asked,
    );
    expect(help).toContain('keys');
    expect(help).toContain('Ctrl-Z: to the shell (fg comes back)');
    expect(help).toContain('Shift-R: retry all of them');
    expect(help).toContain('r: retry (looks first)');
    expect(help.at(-1)).toBe('a question waits for you: Esc');
    expect(quiet).toEqual([]);
    expect(back).toContainEqual(expect.stringMatching(/^Phase 1 of 4/));
  });

  it.each(['plan', 'log', 'node', 'report'] as const)('is the %s', async view => {
    const [, lines = []] = saidOf(...(await stateOf('done').then(state => [state, {...state, view}])));
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('\n')).not.toMatch(/[─│]/);
  });

  it('is the node that is walked to, and a filter', async () => {
    const asked = await stateOf('start');
    const be = asked.cluster.nodes.find(({id}) => id === 'be-3')?.id ?? null;
    const told = saidOf(asked, {...asked, selected: be}, {...asked, selected: be, filter: 'be'});
    expect(told[1]).toEqual([expect.stringMatching(/^be-3 - /)]);
    expect(told[2]).toEqual(['filter: be']);
  });

  it('is of a log that goes fast its end, without commands and output', async () => {
    const asked = await stateOf('start');
    const more = Array.from({length: 60}, (_, i) => ({
      id: 5_000 + i,
      at: NIGHT,
      node: null,
      level: i % 2 === 0 ? ('info' as const) : ('output' as const),
      words: {en: `line ${i}`, zh: `第 ${i} 行`},
    }));
    const [, lines = []] = saidOf(asked, {...asked, log: [...asked.log, ...more]});
    expect(lines).toHaveLength(21);
    expect(lines[0]).toBe('10 earlier lines are in the log: l');
    expect(lines.at(-1)).toMatch(/line 58$/);
    const opened = {...asked, view: 'log', log: [...asked.log, ...more]} as const;
    const [, , log = []] = saidOf(asked, {...opened, view: 'main'}, opened);
    expect(log.filter(words => /line \d+$/.test(words))).toHaveLength(30);
    expect(log.at(-2)).toMatch(/line 58$/);
  });

  it('is a log on a host as it grows, each line once and once it is whole, and why it ends', async () => {
    const opened = await openScenario('running', {theme: 'ascii'});
    const over = new AbortController();
    const log = {piece: (_: string): void => undefined, end: (_: Text | null): void => undefined};
    const states: State[] = [opened.store.getState()];
    try {
      followTail(
        opened.store,
        (_node, _file, onText) => {
          log.piece = onText;
          return new Promise(resolve => {
            log.end = resolve;
          });
        },
        opened.hand.clock,
        over.signal,
      );
      const [node] = opened.store.getState().cluster.nodes;
      if (node === undefined) throw new Error('there is no node');
      opened.store.setState({
        view: 'tail',
        tail: {node: node.id, file: '/opt/ms.out', round: 1, lines: [], end: null, dropped: 0, isOpen: false},
      });
      states.push(opened.store.getState());
      for (const piece of ['A\nB', '\nA\n\nERROR boom\nA\n', '\n']) {
        log.piece(piece);
        await opened.pass(400);
        states.push(opened.store.getState());
      }
      for (let i = 0; i < 700; i += 1) log.piece(`line ${i}\n`);
      await opened.pass(400);
      states.push(opened.store.getState());
      log.piece('torn');
      log.end({en: 'the link was cut', zh: '连接已断开'});
      await opened.pass(400);
      states.push(opened.store.getState());
    } finally {
      over.abort();
      await opened.close();
    }
    const [, title, ...told] = saidOf(...states);
    expect(title).toEqual(['ms-1 - /opt/ms.out']);
    expect(told[0]).toEqual(['A']);
    expect(told[1]).toEqual(['B', 'A', '', 'ERROR boom', 'A']);
    expect(told[2]).toEqual(['']);
    // More than are kept at once.
    expect(told[3]).toHaveLength(500);
    expect(told[3]?.[0]).toBe('201 lines are left out');
    expect(told[3]?.at(-1)).toBe('line 699');
    expect(told[4]).toEqual(['torn', expect.stringMatching(/the link was cut/)]);
  });

  it('is that a filter is typed, not an answer', async () => {
    const asked = await stateOf('start');
    const how = expect.stringMatching(/name, group, host, role or status: Enter keeps it/);
    const kept = {...asked, filter: 'down'};
    expect(saidOf(asked, {...asked, filtering: true})[1]).toEqual([how]);
    expect(saidOf(kept, {...kept, filtering: true})[1]).toEqual([how, 'filter: down']);
  });

  it('leaves what is to be typed elsewhere as it is', async () => {
    const typed = 'mv  a;  b';
    const withLine = (recording: Recording): Recording => ({
      ...recording,
      events: recording.events.map(event =>
        JSON.parse(JSON.stringify(event).replaceAll('"kind":"manual"', `"kind":"manual","copy":"${typed}"`)),
      ),
    });
    const asked = await stateOf(prepared('manual', withLine));
    expect(offeredLine(asked)).toBe(typed);
    expect(saidOf(asked)[0]?.filter(words => words.includes(typed))).not.toEqual([]);
  });

  it('is by a key where it stands, without a bar', async () => {
    const [top, progress] = standingSaid(await stateOf('running'));
    expect(top).toMatch(/^lakeup; .*left \(\d\d:\d\d\)$/);
    expect(progress).toMatch(/Backends \d\/6/);
    expect(progress).not.toMatch(/\.{6}|#{6}/);
  });

  it('is how it ended', async () => {
    const [lines = []] = saidOf(await stateOf('done'));
    expect(lines.join('\n')).toMatch(/14 nodes verified/);
  });

  it('is who is down, on every view', async () => {
    const down = await stateOf('node-down');
    const {run, looks} = down;
    const before = {...down, looks: new Map()};
    expect(run).not.toBeNull();
    expect(looks.size).toBeGreaterThan(0);
    for (const view of ['main', 'plan', 'log', 'help'] as const) {
      const [, lines = []] = saidOf({...before, view}, {...down, view});
      expect(lines.join('\n'), view).toMatch(/down: be-5/);
    }
  });

  it('names no more of a thousand nodes than can be listened to', async () => {
    const [lines = []] = saidOf(await stateOf('thousand'));
    for (const words of lines) expect(words.length, words).toBeLessThan(2_000);
  });

  it('is said in Chinese', async () => {
    const [lines = []] = saidOf(await stateOf('start', {lang: 'zh'}));
    expect(lines.at(-1)).toBe('y: 开始; n: 离开；不再做任何改动');
  });
});

describe('a terminal that is read out', () => {
  const aloud = {aloud: true, theme: 'ascii', size: [100, 30]} as const;
  const heard = (opened: Opened, words: RegExp): Promise<void> =>
    expect.poll(() => opened.said(), {timeout: 10_000}).toMatch(words);

  test('is written to and never painted; keys answer', () =>
    withScenario('start', aloud, async opened => {
      await heard(opened, /why so: /);
      await opened.arm();
      await heard(opened, /y: begin; n: leave/);
      await opened.send('?');
      await heard(opened, /Ctrl-Z/);
      await opened.send('\u001b');
      await opened.arm();
      await expect.poll(() => opened.said().match(/y: begin; n/g)?.length, {timeout: 10_000}).toBe(2);
      await opened.send('\u000c');
      await heard(opened, /MetaService 0\/3/);
      await opened.arm();
      await opened.send('y');
      await expect.poll(() => opened.store.getState().questions.length, {timeout: 10_000}).toBe(0);
      // Nothing is erased, no place is gone to, no other screen is opened.
      expect(opened.said()).not.toMatch(/\x1b\[[\d;]*[A-HJKf]|\x1b\[\?1049/);
    }));

  test('shows no more of what a host says than a screen does', () =>
    withScenario('start', aloud, async opened => {
      await heard(opened, /why so: /);
      opened.feed.log({at: NIGHT, node: null, level: 'bad', words: {en: 'a\u001b[2Jb\u202ec', zh: ''}});
      await opened.pass(200);
      await heard(opened, /a.\[2Jb/);
      expect(opened.said()).not.toContain('\u001b[2J');
      expect(opened.said()).not.toContain('\u202e');
    }));

  test('is left alone while somebody else has it, and told afterwards what happened', async () => {
    let back = (): void => undefined;
    const stop = () =>
      new Promise<void>(resolve => {
        back = resolve;
      });
    await withScenario('start', {...aloud, stop}, async opened => {
      await heard(opened, /why so: /);
      await opened.arm();
      await opened.send('\u001a');
      const before = opened.said();
      opened.feed.log({at: NIGHT, node: null, level: 'bad', words: {en: 'it happened', zh: ''}});
      await opened.pass(500);
      expect(opened.said().slice(before.length)).not.toMatch(/happened/);
      back();
      await heard(opened, /it happened/);
    });
  });

  test('is given back by a shell with what happened, and not with the offer of a shell', async () => {
    const {shell, end} = makeShell();
    await withScenario(prepared('held', withHosts), {...aloud, shell}, async opened => {
      await opened.arm();
      await opened.send('s');
      expect(opened.said()).toMatch(/UserKnownHostsFile[\s\S]*Enter opens it/);
      await opened.send('\r');
      const before = opened.said().length;
      end();
      await opened.pass(500);
      const since = opened.said().slice(before);
      expect(since).toMatch(/back from/);
      expect(since).toMatch(/Held - be-3/);
      expect(since).not.toMatch(/UserKnownHostsFile/);
    });
  });

  test('that obeys nothing is told what is to be copied, and not that it was', () =>
    withScenario(prepared('done', withHosts), {...aloud, aloud: 'dumb'}, async opened => {
      await opened.send('e');
      const before = opened.said().length;
      await opened.send('c');
      const since = opened.said().slice(before);
      expect(since.split('\n').length).toBeGreaterThan(20);
      expect(since).not.toMatch(/\u240a|clipboard|\x1b\]52/);
    }));
});
