import {describe, expect, test} from 'vitest';
import type {Recording} from '../../src/store/recording.ts';
import {openQuestion} from '../../src/store/state.ts';
import {ARM_MS} from '../../src/store/store.ts';
import {KEYS} from '../../src/ui/keys.ts';
import {penOf} from '../../src/ui/pen.ts';
import {helpLines} from '../../src/ui/screens/help.ts';
import {type Opened, withScenario} from './harness.ts';
import {prepared} from './prepared.ts';

/** The recording, had that script printed this. */
const printing =
  (step: string, stdout: string) =>
  (recording: Recording): Recording => ({
    ...recording,
    events: recording.events.map(event =>
      event.type === 'step.acted' && event.step === step
        ? {...event, outcome: {...event.outcome, stdout}}
        : event,
    ),
  });

const asks = ({store}: Opened): boolean => openQuestion(store.getState()) !== null;
const typed = async (opened: Opened, words: string): Promise<void> => {
  for (const char of words) await opened.send(char);
};

describe('a question before a phase', () => {
  test('is answered by y, once it was on the screen for its moment', async () => {
    await withScenario('confirm', {}, async opened => {
      expect(asks(opened)).toBe(true);
      await opened.arm();
      await opened.send('y');
      expect(asks(opened)).toBe(false);
      expect(opened.store.getState().run?.left).toBe(false);
    });
  });

  test.each(['\r', '\n', '\r\r\r', ' ', 'Y', '1', '\t'])('%j does not answer it', async key => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send(key);
      expect(asks(opened)).toBe(true);
    });
  });

  test('Enter says why it does nothing', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send('\r');
      expect(opened.lines().at(-1)).toContain('Enter answers nothing here');
    });
  });

  test('keys that were typed ahead are dropped, and one held down never answers', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.send('y');
      for (let i = 0; i < 20; i += 1) {
        opened.hand.turn(ARM_MS - 50);
        opened.feed.tick();
        await opened.send('y');
      }
      expect(asks(opened)).toBe(true);
      await opened.arm();
      await opened.send('y');
      expect(asks(opened)).toBe(false);
    });
  });

  test('Esc and n that were typed ahead do not leave either', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.send('n');
      await opened.send('\u001b');
      expect(asks(opened)).toBe(true);
      expect(opened.store.getState().run?.left).toBe(false);
    });
  });

  test.each([
    ['confirm', '\u001b'],
    ['outage', '\u001b'],
    ['destructive', '\u001b'],
    ['manual', '\u001b'],
    ['held', '\u001b'],
  ] as const)('%s: Esc is back everywhere else, so that it never leaves; it says so', async (name, key) => {
    await withScenario(name, {}, async opened => {
      await opened.arm();
      await opened.send(key);
      await opened.pass(100);
      expect(asks(opened)).toBe(true);
      expect(opened.store.getState().run?.left).toBe(false);
      expect(opened.lines().at(-1)).toContain('Esc answers nothing here');
    });
  });

  test.each([
    ['confirm', 'q'],
    ['confirm', '\u0003'],
    ['manual', 'q'],
    ['held', '\u0003'],
  ] as const)('%s: %j, which no answer names, asks before it leaves', async (name, key) => {
    await withScenario(name, {}, async opened => {
      await opened.arm();
      await opened.send(key);
      expect(opened.text()).toContain('Leave?');
      expect(asks(opened)).toBe(true);
      await opened.send('n');
      expect(opened.store.getState()).toMatchObject({leaving: 'no', wish: 'go'});
      expect(asks(opened)).toBe(true);
    });
  });

  test('while the name is typed, n is a letter of it and Ctrl-C leaves', async () => {
    await withScenario('destructive', {}, async opened => {
      await opened.arm();
      expect(opened.text()).toContain('Ctrl-C  leave; nothing more is changed');
      await opened.send('n');
      expect(opened.store.getState().typed).toBe('n');
      await opened.arm();
      await opened.send('\u0003');
      await opened.pass(100);
      expect(opened.store.getState().run?.left).toBe(true);
    });
  });

  test('n leaves and changes nothing', async () => {
    await withScenario('confirm', {}, async opened => {
      const before = opened.store.getState().run;
      await opened.arm();
      await opened.send('n');
      await opened.pass(100);
      const after = opened.store.getState().run;
      expect(after?.left).toBe(true);
      const then = {left: false, seq: 0, at: 0, watchedAt: 0};
      expect({...after, ...then}).toEqual({...before, ...then});
      expect(opened.text(), 'nothing stands behind a prepared screen').toContain(
        'there is nothing to resume',
      );
      opened.store.setState({goingOn: 'command'});
      await opened.settle();
      expect(opened.text()).toContain(`lakeup resume ${after?.run}`);
    });
  });

  test.each(['yy', 'y\r', 'yes', '\u001b[200~y\u001b[201~', '\u001b[200~yyyy\r\u001b[201~'])(
    '%j in one input event does not answer it',
    async burst => {
      await withScenario('confirm', {}, async opened => {
        await opened.arm();
        await opened.send(burst);
        expect(asks(opened)).toBe(true);
      });
    },
  );

  test.each([
    ['several keys in one read', 'yy'],
    ['the key and an arrow in one read', 'y\u001b[A'],
    ['an arrow and the key in one read', '\u001b[Ay'],
    ['the key and a backspace in one read', 'y\u007f'],
    ['a paste and the key in one read', '\u001b[200~x\u001b[201~y'],
    ['moves in one read', 'jjy'],
    ['a paste', '\u001b[200~y\u001b[201~'],
    ['a key that answers nothing', 'x'],
    ['Enter', '\r'],
    ['the key of another question', 'O'],
    ['a sequence no key is known for', '\u001b[15~'],
    ['Alt and a key', '\u001by'],
  ])('is disarmed by %s: what follows at once does not answer it', async (_, unexpected) => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send(unexpected);
      expect(opened.text()).toContain('one moment');
      await opened.send('y');
      expect(asks(opened)).toBe(true);
      await opened.arm();
      await opened.send('y');
      expect(asks(opened)).toBe(false);
    });
  });

  test('stays armed while the operator looks about: a move, a page', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      for (const key of ['j', '\u001b[A', '\u001b[6~']) await opened.send(key);
      await opened.send('y');
      expect(asks(opened)).toBe(false);
    });
  });

  test('has to be armed anew after something else lay over it', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send('p');
      expect(opened.text()).toContain('way back: doris.be.start  home=/opt/doris/be');
      await opened.send('\u001b');
      expect(opened.text()).toContain('y  begin');
      await opened.send('y');
      expect(asks(opened)).toBe(true);
      await opened.arm();
      await opened.send('y');
      expect(asks(opened)).toBe(false);
    });
  });

  test('cannot be answered while the terminal is too small to show it', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.resize([50, 10]);
      expect(opened.text()).toContain('lakeup needs 60 × 16 or more.');
      expect(opened.text()).toContain('The terminal has 50 × 10.');
      for (const key of ['y', 'n', 'q', ' ', '\u001b']) await opened.send(key);
      await opened.arm();
      for (const key of ['y', 'n', 'q']) await opened.send(key);
      expect(asks(opened)).toBe(true);
      expect(opened.store.getState()).toMatchObject({wish: 'go', leaving: 'no'});
      await opened.resize([80, 24]);
      expect(opened.text()).toContain('y  begin');
      await opened.arm();
      await opened.send('y');
      expect(asks(opened)).toBe(false);
    });
  });
});

describe('an outage', () => {
  test('is named on the smallest screen that takes its key', async () => {
    await withScenario('outage', {size: [60, 16]}, async opened => {
      expect(opened.text()).toMatch(/Compute group cg_bi \(be-4\) has one.*backend: it/s);
      expect(opened.text()).toContain('O  begin, with the outage');
    });
  });

  test('has a key of its own: y is not enough', async () => {
    await withScenario('outage', {}, async opened => {
      await opened.arm();
      expect(opened.text()).toContain('OUTAGE');
      await opened.send('y');
      await opened.send('o');
      expect(asks(opened)).toBe(true);
      await opened.arm();
      await opened.send('O');
      expect(asks(opened)).toBe(false);
    });
  });
});

describe('a destructive gate', () => {
  test('wants the name typed, then its own key', async () => {
    await withScenario('destructive', {}, async opened => {
      await opened.arm();
      expect(opened.text()).toContain('384 GiB');
      await typed(opened, 'D');
      expect(asks(opened)).toBe(true);
      expect(opened.text()).toContain('that is not the name');
      await opened.send('\u007f');
      await typed(opened, 'vault-demo');
      expect(opened.text()).toContain('vault-demo ✓');
      await opened.send('D');
      expect(asks(opened), 'the key that destroys has to wait its moment too').toBe(true);
      await opened.arm();
      for (const key of ['\r', 'y', 'DD', 'D']) await opened.send(key);
      expect(asks(opened), 'keys that were not meant make it wait again').toBe(true);
      await opened.arm();
      await opened.send('D');
      expect(asks(opened)).toBe(false);
    });
  });

  test('does not open before all of it has been on a screen that is too small for it', async () => {
    await withScenario('destructive', {size: [60, 16]}, async opened => {
      await opened.arm();
      expect(opened.text()).not.toContain('384 GiB');
      await typed(opened, 'vault-demo');
      await opened.arm();
      await opened.send('D');
      expect(asks(opened)).toBe(true);
      expect(opened.lines().at(-1)).toContain('Read it to its end first: PgDn');
      const pages: string[] = [];
      for (let page = 0; page < 8 && /PgDn$|PgDn /m.test(opened.text()); page += 1) {
        await opened.send('\u001b[6~');
        pages.push(opened.text());
      }
      expect(pages.join('\n')).toContain('384 GiB');
      await opened.arm();
      await opened.send('D');
      expect(asks(opened)).toBe(false);
    });
  });

  test('does not take the rest of a paste that arrives in pieces', async () => {
    await withScenario('destructive', {}, async opened => {
      await opened.arm();
      await opened.send('vault-demo\r');
      for (const char of 'vault-demoD') await opened.send(char);
      expect(opened.store.getState().typed).toBe('');
      expect(asks(opened)).toBe(true);
    });
  });

  test.each(['vault-dem', 'vault-Demo', 'vault demo', 'other'])('%j is not the name', async name => {
    await withScenario('destructive', {}, async opened => {
      await opened.arm();
      await typed(opened, name);
      await opened.arm();
      await opened.send('D');
      await opened.send('\r');
      expect(asks(opened)).toBe(true);
    });
  });

  test('a pasted name does not count', async () => {
    await withScenario('destructive', {}, async opened => {
      await opened.arm();
      await opened.send('\u001b[200~vault-demo\u001b[201~');
      expect(opened.store.getState().typed).toBe('');
      expect(opened.text()).toContain('Pasted text does not answer');
      await opened.send('vault-demo');
      expect(
        opened.store.getState().typed,
        'nor does a burst from a terminal that does not mark pastes',
      ).toBe('');
      await opened.arm();
      await opened.send('D');
      expect(asks(opened)).toBe(true);
    });
  });
});

describe('a held run', () => {
  test('r tries again, q leaves, l shows the log and Esc comes back', async () => {
    await withScenario('held', {}, async opened => {
      await opened.arm();
      expect(opened.text()).toContain('expected 3.1.2  seen 3.0.6');
      await opened.send('l');
      expect(opened.store.getState().view).toBe('log');
      await opened.send('\u001b');
      await opened.arm();
      await opened.send('r');
      expect(asks(opened)).toBe(false);
      expect(opened.store.getState().run?.left).toBe(false);
    });
  });

  test('output of the host is shown, never obeyed', async () => {
    const told = printing('backends/start@be-3', 'W: \u001b[31mold lib found\u001b[0m, trying anyway\n');
    await withScenario(prepared('held', told), {}, async opened => {
      await opened.arm();
      expect(opened.text()).toContain('␛[31mold lib found␛[0m');
    });
  });
});

describe('leaving', () => {
  test('q asks while a run is on; n stays, y wishes to leave', async () => {
    await withScenario('running', {}, async opened => {
      await opened.send('q');
      expect(opened.text()).toContain('Leave?');
      await opened.send('n');
      expect(opened.store.getState()).toMatchObject({leaving: 'no', wish: 'go'});
      await opened.send('\u0003');
      await opened.send('\r');
      expect(opened.store.getState().leaving).toBe('asked');
      await opened.send('y');
      expect(opened.store.getState()).toMatchObject({leaving: 'no', wish: 'leave'});
      expect(opened.exits).toEqual([]);
      await opened.send('q');
      await opened.send('y');
      expect(opened.exits, 'a second time does not wait for what is in hand').toEqual(['now']);
    });
  });

  test.each([
    ['one after the other', ['\u0003', '\u0003']],
    ['in one read', ['\u0003\u0003']],
    ['with other keys before them', ['jy\u0003', 'x\u0003']],
  ])('Ctrl-C twice, %s, leaves at once: what is in hand goes on by itself', async (_, reads) => {
    await withScenario('running', {}, async opened => {
      for (const keys of reads) await opened.send(keys);
      expect(opened.store.getState()).toMatchObject({leaving: 'no', wish: 'leave'});
      expect(opened.exits).toEqual(['now']);
    });
  });

  test('Ctrl-C at a question asks whatever came with it; once more leaves, and there is nothing to wait for', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send('y\u0003');
      expect(asks(opened)).toBe(true);
      expect(opened.text()).toContain('Leave?');
      expect(opened.text()).toContain('Ctrl-C leave at once');
      await opened.send('\u0003');
      await opened.pass(100);
      expect(opened.store.getState().run?.left).toBe(true);
      expect(opened.exits).toEqual([]);
    });
  });

  test('q ends a finished run at once', async () => {
    await withScenario('done', {}, async opened => {
      await opened.send('q');
      expect(opened.exits).toEqual(['quit']);
    });
  });

  test.each([
    ['about leaving', 'q', {leaving: 'asked'}, 'y  leave', 'n'],
    ['while the filter is typed', '/', {filtering: true}, 'filter: ', '\u001b'],
  ])('a question that comes %s waits behind: y is no answer to it', async (_, key, over, words, back) => {
    await withScenario('running', {}, async opened => {
      await opened.send(key);
      opened.store.setState({wish: 'hold'});
      await opened.pass(7_000);
      expect(asks(opened)).toBe(true);
      expect(opened.store.getState()).toMatchObject({...over, asked: null, armed: false});
      expect(opened.text()).toContain(words);
      expect(opened.lines().at(-1)).toContain('a question waits for you: Esc');
      await opened.send(back);
      expect(opened.text()).toContain('Held because you asked for it.');
      await opened.send(' ');
      expect(asks(opened), 'it has to be armed first').toBe(true);
    });
  });

  test.each(['l', 'p', '\r', '?'])(
    'a question that comes while a view is read, opened by %j, waits behind it; Esc means back',
    async key => {
      await withScenario('running', {}, async opened => {
        await opened.send(key);
        const {view} = opened.store.getState();
        expect(view).not.toBe('main');
        expect(asks(opened)).toBe(false);
        await opened.send(' ');
        expect(asks(opened)).toBe(true);
        expect(opened.store.getState()).toMatchObject({view, asked: null, armed: false});
        expect(opened.lines().at(-1)).toContain('a question waits for you: Esc');
        await opened.send('\u001b');
        expect(opened.text()).toContain('Held because you asked for it.');
        await opened.arm();
        await opened.send('\u001b');
        await opened.pass(100);
        expect(asks(opened), 'a second Esc is no answer').toBe(true);
        expect(opened.store.getState().run?.left).toBe(false);
      });
    },
  );

  test('y at "leave?" leaves, whatever question came meanwhile', async () => {
    await withScenario('running', {}, async opened => {
      await opened.send('q');
      opened.store.setState({wish: 'hold'});
      await opened.pass(7_000);
      expect(asks(opened)).toBe(true);
      await opened.send('y');
      expect(opened.store.getState().wish).toBe('leave');
    });
  });

  test('H holds once the node in hand is done, and says so; again, and it goes on', async () => {
    await withScenario('running', {}, async opened => {
      await opened.send('H');
      expect(opened.store.getState().wish).toBe('hold-node');
      expect(opened.text()).toContain('will hold after this node');
      await opened.send('H');
      expect(opened.store.getState().wish).toBe('go');
    });
  });

  test('a run that is held goes on by space', async () => {
    await withScenario('running', {}, async opened => {
      await opened.send('q');
      await opened.send('n');
      await opened.send(' ');
      expect(opened.store.getState().wish).toBe('hold');
      await opened.pass(7_000);
      expect(opened.text()).toContain('Held because you asked for it.');
      expect(opened.text()).toContain('space  go on');
      await opened.arm();
      await opened.send(' ');
      expect(asks(opened)).toBe(false);
      expect(opened.store.getState().wish, 'going on ends the wish to hold').toBe('go');
    });
  });
});

describe('moving about', () => {
  test('arrows and j k h move the selection; several keys in one event all count', async () => {
    await withScenario('running', {size: [120, 40]}, async opened => {
      const selected = () => opened.store.getState().selected;
      await opened.send('\u001b[A');
      expect(selected()).toBe('rc-1');
      await opened.send('kj');
      expect(selected()).toBe('rc-1');
      await opened.send('\u001b[C');
      expect(selected()).toBe('be-1');
      await opened.send('h');
      expect(selected()).toBe('rc-1');
      await opened.send('G');
      expect(selected()).toBe('fe-4');
      await opened.send('f');
      expect(selected(), 'follows the node in hand again').toBe(null);
    });
  });

  test('the selected node is always on the screen, also of 1,000', async () => {
    await withScenario('thousand', {size: [80, 24]}, async opened => {
      await opened.send('G');
      expect(opened.text()).toMatch(/▸. fe-6/);
      await opened.send('g');
      expect(opened.text()).toMatch(/▸. ms-1 /);
      await opened.send('f');
      expect(opened.text()).toMatch(/▸. be-12/);
    });
  });

  test('the language changes live and back', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.send('L');
      expect(opened.text()).toContain('等待你');
      await opened.send('L');
      expect(opened.text()).toContain('waiting since');
    });
  });

  test('a filter leaves the nodes that match, and Esc takes it away', async () => {
    await withScenario('node-down', {}, async opened => {
      await opened.send('/');
      await typed(opened, 'down');
      // The header names those that stand in for it, whatever the filter leaves.
      const below = (): string => opened.lines().slice(4).join('\n');
      expect(below()).toContain('be-5');
      expect(below()).not.toContain('be-6');
      await opened.send('\r');
      expect(opened.lines().at(-1)).toContain('filter: down');
      await opened.send('/');
      await opened.send('\u001b');
      expect(below()).toContain('be-6');
    });
  });

  test('the plan shows every command and way back, and scrolls to its end', async () => {
    await withScenario('running', {}, async opened => {
      await opened.send('p');
      await opened.send('g');
      expect(opened.text()).toContain('$ doris.cloud.stage  home=/opt/doris/ms');
      await opened.send('G');
      expect(opened.text()).toMatch(/doris\.fe\.undeploy \(\d+ lines; c shows them\)\n/);
      await opened.send('g');
      await opened.send('\u001b[6~');
      expect(opened.text()).toMatch(/plan · .* ─+ 1\d-\d+ of \d{3} /);
    });
  });

  test('a node in detail shows its facts, gates and outputs', async () => {
    await withScenario('running', {size: [120, 40]}, async opened => {
      await opened.send('\r');
      const pages = [opened.text()];
      for (let page = 0; page < 3; page += 1) {
        await opened.send('\u001b[6~');
        pages.push(opened.text());
      }
      const words = pages.join('\n');
      for (const part of [
        '10.20.0.18',
        'health',
        'the other backends serve and can take over',
        'output, exit code 0',
      ])
        expect(words).toContain(part);
      expect(words).toMatch(/process \d+ has ended/);
    });
  });
});

describe('the point of no return', () => {
  test('has a key and a look of its own: the calm one of every phase does nothing there', async () => {
    await withScenario('no-way-back', {size: [120, 40]}, async opened => {
      await opened.arm();
      expect(opened.text()).toContain('NO WAY BACK');
      expect(opened.text()).toMatch(/┃ B {2}begin; there is no way back/);
      const id = openQuestion(opened.store.getState())?.id;
      await opened.send('y');
      expect(openQuestion(opened.store.getState())?.id).toBe(id);
      await opened.arm();
      await opened.send('B');
      expect(openQuestion(opened.store.getState())?.id).not.toBe(id);
    });
  });

  test('counts only once the whole question has been on the screen', async () => {
    await withScenario('no-way-back', {size: [80, 20]}, async opened => {
      await opened.arm();
      const id = openQuestion(opened.store.getState())?.id;
      await opened.send('B');
      expect(opened.text()).toContain('Read it to its end first');
      expect(openQuestion(opened.store.getState())?.id).toBe(id);
      for (let i = 0; i < 5; i += 1) await opened.send('\x1b[6~');
      await opened.arm();
      await opened.send('B');
      expect(openQuestion(opened.store.getState())?.id).not.toBe(id);
    });
  });

  test.each([
    ['start', 'y  begin'],
    ['outage', 'O  begin, with the outage'],
  ] as const)('is not said of %s', async (name, key) => {
    await withScenario(name, {size: [120, 40]}, async opened => {
      await opened.arm();
      expect(opened.text()).not.toContain('NO WAY BACK');
      expect(opened.text()).toContain(key);
    });
  });
});

test('while a name is typed the keys that are named are those that do not go into it', async () => {
  await withScenario('format', {size: [120, 40]}, async opened => {
    await opened.arm();
    expect(opened.text()).not.toContain('(p)');
    expect(opened.lines().at(-1)).toMatch(/PgDn read on.*Tab plan/);
    await opened.send('\t');
    expect(opened.store.getState().view).toBe('plan');
    expect(opened.text()).toContain('a question waits for you: Esc');
    await opened.send('\x1b');
    expect(opened.store.getState().view).toBe('main');
  });
});

test('the help names every key there is, each with what it does', async () => {
  await withScenario('start', {}, async opened => {
    const pen = penOf('en', 'dark');
    const lines = helpLines(opened.store.getState(), pen).map(spans => spans.map(({text}) => text).join(''));
    for (const {keys, shown, words} of KEYS.filter(spec => spec.keys.length > 0))
      expect(
        lines.filter(told => told.startsWith(`   ${shown} `) && told.endsWith(` ${words.en}`)),
        `${shown} ${keys.join(' ')}`,
      ).not.toEqual([]);
  });
});
