import {expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import {type Size, withScenario} from './harness.ts';

const BE = NodeId.parse('be-2');
/** Above the grid, and in the detail of the node. */
const WORDS = {
  en: [
    /1 node is not serving: be-2, since before \d\d:\d\d:\d\d/,
    /out (of service )?since before \d\d:\d\d:\d\d/,
  ],
  zh: [/1 个节点未提供服务：be-2，自 \d\d:\d\d:\d\d 之前起/, /\d\d:\d\d:\d\d 之前起停服/],
} as const;

const CASES = [[80, 24] as Size, [200, 60] as Size].flatMap(size =>
  (['en', 'zh'] as const).map(lang => ({size, lang})),
);

test.each(CASES)(
  'who was out when the run began is out since before that, at $size, in $lang',
  async ({size, lang}) => {
    await withScenario('start', {size, lang}, async opened => {
      await opened.arm();
      opened.store.setState(({run}) => ({
        run: run === null ? null : {...run, plan: {...run.plan, out: [BE]}},
      }));
      await opened.settle();
      const [above, detail] = WORDS[lang];
      expect(opened.text()).toMatch(above);
      opened.store.setState({selected: BE, view: 'node'});
      await opened.settle();
      expect(opened.text()).toMatch(detail);
    });
  },
);
