import {describe, expect, test} from 'vitest';
import {openQuestion} from '../../src/store/state.ts';
import {type Size, withScenario} from './harness.ts';

const ESC = '\u001b';
const UP = '\u001b[5~';
const DOWN = '\u001b[6~';

describe('a filter that is kept', () => {
  test.each([
    ['running', 'en', 'Esc no filter'],
    ['confirm', 'en', 'Esc no filter'],
    ['held', 'zh', 'Esc 取消筛选'],
    ['manual', 'zh', 'Esc 取消筛选'],
  ] as const)(
    '%s: stands in the footer with the key that clears it (%s), and answers nothing',
    async (...row) => {
      const [name, lang, words] = row;
      await withScenario(name, {lang}, async ({arm, send, lines, text, store}) => {
        const asked = openQuestion(store.getState())?.id;
        for (const key of '/be-1') await send(key);
        await send('\r');
        await arm();
        expect(lines().at(-1)).toMatch(/be-1 /);
        expect(lines().at(-1)).toContain(words);
        expect(text()).not.toContain('fe-1');
        await send(ESC);
        expect(store.getState()).toMatchObject({filter: '', filtering: false, leaving: 'no'});
        expect(openQuestion(store.getState())?.id).toBe(asked);
        expect(lines().at(-1)).not.toContain(words);
      });
    },
  );

  test('is no more of a view that has none', async () => {
    await withScenario('running', {}, async ({send, lines, store}) => {
      for (const key of '/be') await send(key);
      await send('\r');
      await send('l');
      expect(lines().at(-1)).toContain('Esc back');
      expect(lines().at(-1)).not.toContain('filter');
      await send(ESC);
      expect(store.getState()).toMatchObject({view: 'main', filter: 'be'});
    });
  });

  test('where there is none, Esc says so on the grid', async () => {
    await withScenario('running', {}, async ({send, lines}) => {
      await send(ESC);
      expect(lines().at(-1)).toContain('no filter is on');
    });
  });
});

describe('PgUp and PgDn', () => {
  test.each<Size>([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('turn the pages of the grid, and no node is passed over, %i×%i', async (...size) => {
    await withScenario('thousand', {size}, async ({send, text, store}) => {
      const selected = () => store.getState().selected;
      await send('g');
      const seen = new Set<string>();
      const read = (): void => {
        for (const [name] of text().matchAll(/\b(?:ms|rc|be|fe)-\d+\b/g)) seen.add(name);
      };
      read();
      for (let last = selected(), page = 0; page < 300; page += 1) {
        await send(DOWN);
        read();
        if (selected() === last) break;
        last = selected();
      }
      const nodes = store.getState().cluster.nodes.map(({id}) => id);
      expect(nodes.filter(id => !seen.has(id))).toEqual([]);
      expect(text(), 'the selected one is on the screen').toMatch(/▸. fe-\d+/);
      for (let page = 0; page < 300 && selected() !== 'ms-1'; page += 1) await send(UP);
      expect(selected()).toBe('ms-1');
    });
  });

  test('turn the pages of a question, and not of the grid below it', async () => {
    await withScenario('destructive', {size: [60, 16]}, async ({arm, send, store}) => {
      await arm();
      await send(DOWN);
      expect(store.getState().scroll.main).toBeGreaterThan(0);
      expect(store.getState().selected).toBe(null);
      await send(UP);
      expect(store.getState().scroll.main).toBe(0);
    });
  });

  test('do what the help says of them', async () => {
    await withScenario('running', {size: [120, 60]}, async ({send, text}) => {
      await send('?');
      expect(text()).toMatch(/PgDn {4}nodes: a page down/);
      await send('G');
      expect(text()).toMatch(/PgDn {4}page down/);
    });
  });
});
