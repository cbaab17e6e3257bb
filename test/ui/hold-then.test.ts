import {describe, expect, test} from 'vitest';
import {openQuestion} from '../../src/store/state.ts';
import {widthOf} from '../../src/ui/width.ts';
import {type Size, withScenario} from './harness.ts';

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];

describe.each(SIZES)('a hold that is asked for while a question waits, %i×%i', (...size) => {
  test.each(['en', 'zh'] as const)('is seen at once, and is taken back by the same key (%s)', async lang => {
    const {soon, ask, back} = {
      en: {soon: ', holds then', ask: 'space hold once answered', back: 'space do not hold'},
      zh: {soon: '，答后暂停', ask: 'space 回答后暂停', back: 'space 不再暂停'},
    }[lang];
    await withScenario('confirm', {lang, size}, async ({arm, send, lines, text, store}) => {
      await arm();
      expect(lines().at(-1)).toContain(ask);
      expect(text()).not.toContain(soon);
      await send(' ');
      expect(lines()[0]).toContain(soon);
      expect(lines().at(-1)).toContain(back);
      expect(store.getState().wish).toBe('hold');
      await expect(text()).toMatchFileSnapshot(`frames/hold-then-${size.join('x')}-${lang}.txt`);
      await send(' ');
      expect(text()).not.toContain(soon);
      expect(store.getState().wish).toBe('go');
      expect(Math.max(...lines().map(widthOf))).toBeLessThanOrEqual(size[0]);
    });
  });
});

describe('a hold that is asked for while a question waits', () => {
  test('comes right after its answer, and nothing of the phase has begun', async () => {
    await withScenario('confirm', {}, async opened => {
      await opened.arm();
      await opened.send(' ');
      await opened.send('y');
      expect(openQuestion(opened.store.getState())?.kind, 'a key that is no answer disarms it').toBe(
        'confirm',
      );
      await opened.arm();
      await opened.send('y');
      await opened.pass(1_000);
      const {run} = opened.store.getState();
      expect(openQuestion(opened.store.getState())?.kind).toBe('hold');
      expect(Object.keys(run?.steps ?? {}).filter(step => step.startsWith('backends/'))).toEqual([]);
      expect(opened.text()).toContain('Held because you asked for it.');
      await opened.arm();
      await opened.send(' ');
      expect(opened.store.getState().wish).toBe('go');
    });
  });

  test.each([
    [' ', 'hold'],
    ['H', 'hold-node'],
  ] as const)('is seen from another view as well, by %j', async (key, wish) => {
    await withScenario('confirm', {}, async ({arm, send, lines, store}) => {
      await arm();
      await send('l');
      await send(key);
      expect(store.getState().wish).toBe(wish);
      expect(lines()[0]).toContain('holds then');
      await send(key);
      expect(store.getState().wish).toBe('go');
      expect(lines()[0]).not.toContain('holds then');
    });
  });

  test('where the name of what is destroyed is typed, space goes into the name', async () => {
    await withScenario('destructive', {}, async ({arm, send, store}) => {
      await arm();
      await send(' ');
      expect(store.getState()).toMatchObject({wish: 'go', typed: ' '});
    });
  });

  test('which holds the run already, says so: the answer would take it away unseen', async () => {
    await withScenario('held', {}, async ({arm, send, lines, store}) => {
      await arm();
      await send('l');
      await send(' ');
      expect(store.getState().wish).toBe('go');
      expect(lines().at(-1)).toContain('the run is held already');
    });
  });

  test('once the operator has agreed to leave, none is taken', async () => {
    await withScenario('running', {}, async ({send, store, lines}) => {
      await send('q');
      await send('y');
      await send(' ');
      expect(store.getState().wish).toBe('leave');
      expect(lines().at(-1)).toContain('will leave after what is in hand');
    });
  });
});
