import {describe, expect, test} from 'vitest';
import {scenarios} from '../../src/cli/scenarios.ts';
import type {Event} from '../../src/model/event.ts';
import {openQuestion, type View} from '../../src/store/state.ts';
import {answerQuestion} from '../../src/store/store.ts';
import {lineWidth} from '../../src/ui/line.ts';
import {penFor} from '../../src/ui/pen.ts';
import {footerLine} from '../../src/ui/screens/footer.ts';
import {openScenario, withScenario} from './harness.ts';
import type {ScenarioName} from './prepared.ts';

const VIEWS: readonly View[] = ['main', 'log', 'node', 'plan', 'help'];
const NAMES = Object.keys(scenarios).filter(name => name !== 'thousand') as ScenarioName[];

describe.each(['dark', 'ascii'] as const)('the footer, with the theme %s', theme => {
  test.each(NAMES)('%s: what is named is named whole, at every width', async name => {
    const opened = await openScenario(name, {theme});
    for (const lang of ['en', 'zh'] as const)
      for (const view of VIEWS) {
        opened.store.setState({lang, view});
        const state = opened.store.getState();
        const pen = penFor(state);
        for (let width = 60; width <= 140; width += 1) {
          const spans = footerLine(state, pen, width);
          expect(lineWidth(spans), `${lang} ${view} ${width}`).toBeLessThanOrEqual(width);
        }
      }
    await opened.close();
  });
});

describe('a terminal without any characters beyond ASCII', () => {
  test.each(NAMES)('%s: none is drawn in English', async name => {
    const opened = await openScenario(name, {theme: 'ascii', size: [120, 40]});
    for (const view of VIEWS) {
      opened.store.setState({view});
      await opened.settle();
      expect(opened.text().match(/[^\x20-\x7e\n]+/g) ?? [], view).toEqual([]);
    }
    await opened.close();
  });
});

describe('why a key did nothing', () => {
  test('is said until the next key, or until something else is asked', async () => {
    await withScenario('confirm', {}, async ({send, lines, store, settle}) => {
      await send('l');
      await send('e');
      expect(lines().at(-1)).toContain('there is a report once the run has ended');
      await send('j');
      expect(lines().at(-1)).not.toContain('there is a report');
      await send('e');
      answerQuestion(store, openQuestion(store.getState())?.id ?? 0, {answer: 'yes', typed: ''});
      await settle();
      expect(lines().at(-1)).not.toContain('there is a report');
    });
  });

  test('is said no more once the run has ended, where the same key does something', async () => {
    await withScenario('running', {}, async ({send, lines, store, feed, settle}) => {
      await send('e');
      expect(lines().at(-1)).toContain('there is a report once the run has ended');
      const {run} = store.getState();
      if (run === null) throw new Error('no run is shown');
      const at = run.at + 1;
      const verdict = {verified: []};
      const ended: Event = {type: 'run.ended', seq: run.seq + 1, at, verdict};
      feed.event(ended, {...run, seq: ended.seq, at, verdict});
      feed.tick();
      await settle();
      expect(lines().at(-1)).not.toContain('there is a report');
    });
  });
});
