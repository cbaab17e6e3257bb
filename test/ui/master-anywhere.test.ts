import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import type {Recording} from '../../src/store/recording.ts';
import {withScenario} from './harness.ts';
import {expectDrawn, LOOKS} from './left-read.ts';
import {prepared} from './prepared.ts';
import {expectRead, flat, readWhole} from './reading.ts';
import {keysOn} from './reading-keys.ts';

const FRONTENDS = ['fe-1', 'fe-2', 'fe-3', 'fe-4'];
const FIRST = NodeId.parse('fe-1');

/** The recorded upgrade, but that the first frontend and another have changed places: what was seen of the one is seen of the other. */
const withMaster =
  (master: NodeId) =>
  (recording: Recording): Recording => ({
    ...recording,
    sightings: recording.sightings.map(each => {
      const node = each.node === FIRST ? master : each.node === master ? FIRST : each.node;
      return {...each, node};
    }),
  });

/** Who is an observer, then the followers in the order of the inventory, then the master. */
const orderWith = (master: string): string => {
  const observer = master === 'fe-4' ? 'fe-1' : 'fe-4';
  const followers = FRONTENDS.filter(name => name !== master && name !== observer);
  return [`${observer} observer`, ...followers.map(name => `${name} follower`), `${master} master`].join(
    ' → ',
  );
};

describe.each(FRONTENDS)('the question before the frontends, with %s the master', name => {
  const master = NodeId.parse(name);
  test.each(LOOKS)(
    'names it, last, and says that it is asked again, at $size in $lang',
    async ({size, lang}) => {
      await withScenario(prepared('no-way-back', withMaster(master)), {size, lang}, async opened => {
        await opened.arm();
        expectDrawn(opened, size[0]);
        const {answers} = keysOn(opened.lines(), lang);
        expect(answers[0]).toEqual({
          shown: 'B',
          words: {en: 'begin; there is no way back', zh: '开始；之后无法回退'}[lang],
        });
        if ((size[0] === 120) === (lang === 'zh'))
          await expect(opened.text()).toMatchFileSnapshot(
            `frames/master-${name}-${size.join('x')}-${lang}.txt`,
          );
        const whole = await readWhole(opened);
        expectRead(opened, whole, lang);
        const said = flat(whole, lang);
        expect(said).toContain(
          flat(`${{en: 'in this order', zh: '按此顺序'}[lang]} ${orderWith(name)}`, lang),
        );
        const again = {
          en: 'asked from the live cluster before each node: left-behind → observer → follower → master',
          zh: '每个节点之前都向在线集群询问：left-behind → observer → follower → master',
        }[lang];
        expect(said).toContain(flat(again, lang));
        // Nobody else is called so, in the question or in the grid.
        const named = [...whole.matchAll(/(fe-\d) (?:\d\S* +)?(?:★ )?master/g)].map(([, node]) => node);
        expect(new Set(named)).toEqual(new Set([name]));
      });
    },
  );
});
