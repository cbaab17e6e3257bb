import {describe, expect, test} from 'vitest';
import {scenarios} from '../../src/cli/scenarios.ts';
import type {View} from '../../src/store/state.ts';
import {lineWidth} from '../../src/ui/line.ts';
import {penFor} from '../../src/ui/pen.ts';
import {footerLine} from '../../src/ui/screens/footer.ts';
import {openScenario} from './harness.ts';
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
