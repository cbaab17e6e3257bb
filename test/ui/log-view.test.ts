import {describe, expect, test, vi} from 'vitest';
import type {NodeId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import type {LogLine} from '../../src/store/state.ts';
import {penFor} from '../../src/ui/pen.ts';
import {rowsOfEntries, sheetOf} from '../../src/ui/screens/log.ts';
import {widthOf} from '../../src/ui/width.ts';
import {NIGHT, type Opened, type OpenOptions, type Size, withScenario} from './harness.ts';

const ESC = '\u001b';
const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];

/** A line of a log of the test's own. */
const entry = (id: number, words: string, node: NodeId | null = null): LogLine => ({
  id,
  at: NIGHT + id * 1_000,
  node,
  level: 'output',
  words: plain(words),
});

const openLog = async (
  log: readonly LogLine[],
  options: OpenOptions,
  use: (opened: Opened) => Promise<void>,
) =>
  withScenario('running', options, async opened => {
    await opened.send('l');
    opened.store.setState({log});
    await opened.settle();
    await use(opened);
  });

const page = ({lines}: Opened): string[] => lines().slice(4, -1);
const search = async ({send}: Opened, words: string): Promise<void> => {
  for (const key of `/${words}`) await send(key);
  await send('\r');
};

/** Esc alone is known only after a moment. */
const clear = async ({send, store, settle}: Opened): Promise<void> => {
  await send(ESC);
  await vi.waitUntil(() => store.getState().search.words === '');
  await settle();
};

const WORDS =
  'W: the process of the backend 10.20.0.18 did not answer on its heartbeat port within its limit, and was asked again';
const WIDE =
  '警告：后端进程未在限定时间内于心跳端口应答，正在重新询问；请检查该主机的网络与负载，并确认进程仍在运行，且其日志没有新的错误'.repeat(
    2,
  );

describe.each(SIZES)('a line of the log that is too long, %i×%i', (...size) => {
  test.each([
    ['words', WORDS.repeat(3)],
    ['wide characters', WIDE],
    ['one word', 'x'.repeat(500)],
    ['a line from a host that it would obey', `${'\u001b[31mred '.repeat(40)}\u001b[0m`],
  ])('goes on below itself, whole and as deep as it begins: %s', async (_, words) => {
    await openLog([entry(1, 'before'), entry(2, words), entry(3, 'after')], {size}, async opened => {
      const lines = page(opened).filter(row => row !== '');
      const [first = '', ...rest] = lines.slice(1, -1);
      const begins = first.search(/\S/);
      const depth = first.slice(0, first.indexOf(' ', begins)).length;
      expect(rest.length).toBeGreaterThan(0);
      const indents = new Set(rest.map(row => row.search(/\S/)));
      expect(indents.size, 'all of them as deep').toBe(1);
      expect([...indents][0]).toBeGreaterThan(depth);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size[0]);
      const said = [first.slice([...indents][0]), ...rest].join('').replaceAll(/\s/g, '');
      expect(said).toBe(words.replaceAll('\u001b', '␛').replaceAll(/\s/g, ''));
      expect(lines.at(-1)).toContain('after');
    });
  });
});

test('scrolling passes every row of it, and what comes meanwhile moves nothing', async () => {
  const log = Array.from({length: 30}, (_, i) => entry(i + 1, `${i + 1}: ${WORDS}`));
  await openLog(log, {}, async opened => {
    const {send, store, settle, lines} = opened;
    await send('g');
    expect(page(opened)[0]).toContain('1: W: the process');
    const top = page(opened);
    store.setState({log: [...log, entry(31, `31: ${WORDS}`)]});
    await settle();
    expect(page(opened)).toEqual(top);
    const seen = new Set<string>();
    for (let i = 0; i < 120 && !lines()[3]?.includes('following'); i += 1) {
      for (const row of page(opened)) seen.add(row);
      await send('j');
    }
    for (const row of page(opened)) seen.add(row);
    for (let i = 1; i <= 31; i += 1)
      expect(
        [...seen].filter(row => row.includes(` ${i}: W`)),
        `${i}`,
      ).toHaveLength(1);
    expect(page(opened).at(-1)).toContain('asked again');
  });
});

describe('a search in the log', () => {
  const log = Array.from({length: 400}, (_, i) =>
    entry(i + 1, i % 100 === 7 ? `step ${i} has FAILED: disk full` : `step ${i} is done`),
  );
  /** The marked line, without its mark. */
  const at = (opened: Opened): string =>
    page(opened)
      .find(row => row.startsWith('▸'))
      ?.replace(/^▸\S+ +/, '') ?? '';

  test.each(SIZES)(
    'jumps to the nearest above, goes on by n and N, and is cleared by Esc, %i×%i',
    async (...size) => {
      await openLog(log, {size}, async opened => {
        const {send, lines, store} = opened;
        expect(lines().at(-1)).toContain('/ search');
        await send('/');
        for (const key of 'failed') await send(key);
        expect(lines().at(-1)).toContain('/failed_');
        expect(lines().at(-1)).toContain('⏎ find it above');
        await send('\r');
        expect(at(opened)).toContain('step 307 has FAILED');
        expect(lines().at(-1)).toMatch(/\/failed .*n next above {2}N next below/);
        expect(lines().at(-1)).toContain('Esc no search');
        for (const [key, step] of [
          ['n', 207],
          ['n', 107],
          ['N', 207],
          ['n', 107],
          ['n', 7],
        ] as const) {
          await send(key);
          expect(at(opened), key).toContain(`step ${step} has FAILED`);
        }
        await send('n');
        expect(lines().at(-1)).toContain('not found above');
        expect(at(opened)).toContain('step 7 has FAILED');
        await send(ESC);
        expect(store.getState()).toMatchObject({view: 'log', search: {words: '', at: null}});
        expect(at(opened)).toBe('');
        await send(ESC);
        expect(store.getState().view).toBe('main');
      });
    },
  );

  test('by N what stands below is found: from what is seen where nothing was found yet, else from what was', async () => {
    await openLog(log, {}, async opened => {
      const {send, lines, store} = opened;
      // Above 7 there is none, and 7 is above what is seen.
      await send('g');
      await search(opened, 'FAILED: disk full');
      expect(at(opened)).toContain('step 7 has FAILED');
      await clear(opened);
      for (let i = 0; i < 30; i += 1) await send('j');
      store.setState({log: log.slice(30)});
      await search(opened, 'failed');
      expect(lines().at(-1)).toContain('not found above; N looks below');
      expect(at(opened)).toBe('');
      for (const step of [107, 207, 307]) {
        await send('N');
        expect(at(opened)).toContain(`step ${step} has FAILED`);
      }
      await send('N');
      expect(lines().at(-1)).toContain('not found below; n looks above');
      expect(at(opened)).toContain('step 307 has FAILED');
      await send('n');
      expect(at(opened)).toContain('step 207 has FAILED');
    });
  });

  test.each([
    ['n', 'the last line that is seen'],
    ['N', 'the first line behind what is seen'],
  ])('where nothing was found yet %s begins with %s', async key => {
    const few = Array.from({length: 200}, (_, i) => entry(i + 1, `step ${i + 1} is done`));
    await openLog(few, {}, async opened => {
      const {send, store, settle} = opened;
      await send('g');
      await search(opened, 'nowhere');
      expect(opened.lines().at(-1)).toContain('not found above');
      const last = few.findIndex(({words}) => page(opened).at(-1)?.endsWith(words.en));
      expect(last).toBeGreaterThan(5);
      const wanted = key === 'n' ? last : last + 1;
      // Both now have the words; nearer to what is searched from is one of them.
      store.setState({
        log: few.map((each, i) => (i === last || i === last + 1 ? entry(each.id, `nowhere ${i}`) : each)),
      });
      await settle();
      await send(key);
      expect(at(opened)).toContain(`nowhere ${wanted}`);
    });
  });

  test('what was found stays where it is seen, whatever becomes of the terminal', async () => {
    const long = log.map(each =>
      each.id % 3 === 0 ? entry(each.id, `${each.id}: ${WORDS.repeat(2)}`) : each,
    );
    await openLog(long, {size: [200, 60]}, async opened => {
      await search(opened, 'failed');
      await opened.send('n');
      for (const size of [
        [120, 60],
        [80, 60],
        [200, 40],
        [120, 40],
      ] as const) {
        await opened.resize(size);
        expect(at(opened), size.join('×')).toContain('step 207 has FAILED');
      }
    });
  });

  test('marks what it has found, also across two rows, by the time, by the node and in Chinese', async () => {
    const node = 'be-3' as NodeId;
    await openLog(
      [entry(1, `${WORDS}, and asked again`, node), entry(2, WIDE)],
      {lang: 'zh'},
      async opened => {
        const inverse = (): string => {
          const {active} = opened.terminal.buffer;
          let words = '';
          for (let y = 4; y < 22; y += 1)
            for (let x = 0; x < 80; x += 1) {
              const cell = active.getLine(y)?.getCell(x);
              if (cell?.isInverse()) words += cell.getChars();
            }
          return words;
        };
        for (const [words, marks] of [
          ['heartbeat port within', 'heartbeatportwithin'],
          ['be-3', 'be-3'],
          ['02:15:01', ''],
          ['请检查', '请检查请检查'],
        ] as const) {
          await search(opened, words);
          if (marks !== '') expect(inverse().replaceAll(' ', ''), words).toBe(marks);
          await opened.send(ESC);
        }
      },
    );
  });

  test('leaves a question that waits behind two keys, and says so', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send('l');
      expect(opened.lines().at(-1)).toContain('a question waits for you: Esc  ');
      await search(opened, 'backends');
      expect(opened.lines().at(-1)).toContain('a question waits for you: Esc twice');
      await clear(opened);
      await opened.send(ESC);
      await vi.waitUntil(() => opened.store.getState().view === 'main');
      await opened.settle();
      expect(opened.text()).toContain('y  begin');
      expect(opened.store.getState().run?.left).toBe(false);
    });
  });

  test('says where nothing is found, and takes signs of patterns as they are', async () => {
    await openLog([entry(1, 'a (b) [c] \\d $x ^y'), entry(2, 'other')], {}, async opened => {
      await search(opened, 'nowhere');
      expect(opened.lines().at(-1)).toContain('not found above');
      await clear(opened);
      for (const words of ['(b)', '[c]', '\\d', '$x ^y']) {
        await search(opened, words);
        expect(at(opened), words).toContain('a (b)');
        await clear(opened);
      }
    });
  });

  test('keys that are typed for it do nothing else, and a paste goes into it', async () => {
    await openLog(log, {}, async opened => {
      await opened.send('/');
      for (const key of 'q LTN') await opened.send(key);
      await opened.send('\u001b[200~ done\r\nmore\u001b[201~');
      expect(opened.store.getState()).toMatchObject({
        search: {words: 'q LTN done', typing: true},
        wish: 'go',
        leaving: 'no',
        lang: 'en',
      });
      await opened.send('\u0003');
      expect(opened.store.getState().search).toEqual({words: '', typing: false, at: null});
    });
  });

  test('of 5,000 lines only those are made that are seen, and all of them in a moment', async () => {
    const made = new Set<number>();
    const many = Array.from({length: 5_000}, (_, i): LogLine => {
      const words = i === 3 ? 'needle' : `${i}: ${WORDS}`;
      const told = {
        get en() {
          made.add(i);
          return words;
        },
        zh: words,
      };
      return {...entry(i + 1, words), words: told};
    });
    await openLog(many, {size: [200, 60]}, async opened => {
      expect(made.size).toBeLessThanOrEqual(60);
      await search(opened, 'needle');
      expect(at(opened)).toContain('needle');
      const state = opened.store.getState();
      const began = performance.now();
      rowsOfEntries(state.log, sheetOf(state, penFor(state), 80));
      expect(performance.now() - began).toBeLessThan(1_000);
    });
  });
});
