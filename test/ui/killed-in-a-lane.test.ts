import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import type {Lang} from '../../src/model/text.ts';
import {type Opened, withScenario} from './harness.ts';
import {eventsOfLane, killedAt, type Truth} from './left-alone.ts';
import {expectDrawn, expectOut, LOOKS, type Look, signed} from './left-read.ts';
import {expectRead, flat, readWhole} from './reading.ts';
import {keysOn} from './reading-keys.ts';

const hostOf = ({store}: Opened, id: NodeId): string =>
  store.getState().cluster.nodes.find(node => node.id === id)?.host ?? '';

/** The first node of the order in the question that is not done yet. */
const firstLeft = (lines: readonly string[]): string => {
  const from = lines.findIndex(words => /in this order|按此顺序/.test(words));
  const order = lines.slice(from, from + 3).join(' ');
  const names = [...order.matchAll(/([a-z]+-\d+)( \((?:5 of 5 steps|已完成 5\/5 步)\))?/g)];
  return names.find(([, , isDone]) => isDone === undefined)?.[1] ?? '';
};

/** What was asked for is what is done next. */
const expectNext = (opened: Opened, {next}: Truth, lang: Lang): void => {
  const [, step = '', node = ''] = /\/(\w+)@(.+)$/.exec(next) ?? [];
  const done = ['stage', 'stop', 'backup', 'deploy', 'start'].indexOf(step);
  const all = {en: `${node} (${done} of 5 steps)`, zh: `${node} (已完成 ${done}/5 步)`}[lang];
  const said = flat(opened.text(), lang);
  if (done > 0) expect(said).toContain(flat(all, lang));
  else expect(said).not.toMatch(new RegExp(`${node} \\([^)]*\\d`));
  expect(firstLeft(opened.lines()), 'who goes next stands first of those that are left').toBe(node);
};

/** The keys of the question: one that begins, as deliberate as what it costs, and one that leaves. */
const expectKeys = (opened: Opened, {next}: Truth, lang: Lang): void => {
  const {answers} = keysOn(opened.lines(), lang);
  const begins = next.startsWith('frontends/')
    ? {en: 'B begin; there is no way back', zh: 'B 开始；之后无法回退'}
    : {en: 'y begin', zh: 'y 开始'};
  const leaves = {en: 'n leave; nothing more is changed', zh: 'n 离开；不再做任何改动'};
  expect(answers.map(({shown, words}) => `${shown} ${words}`)).toEqual([begins[lang], leaves[lang]]);
};

/** Of how many looks the frame itself is kept: each size once, and each language. */
const isKept = ({size: [columns], lang}: Look): boolean => (columns === 120) === (lang === 'zh');

/** Every event of these lanes: the end of each step at every look, and what lies before it at some, in turn. */
const LANES = [
  {phase: 'metaservice', node: 'ms-2', least: 15},
  {phase: 'recycler', node: 'rc-1', least: 15},
  {phase: 'backends', node: 'be-3', least: 15},
  {phase: 'frontends', node: 'fe-3', least: 15},
] as const;

const looksAt = (type: string, i: number): readonly Look[] => {
  if (type === 'step.done') return LOOKS;
  const most = type.startsWith('step.') ? 2 : 1;
  return LOOKS.filter((_, j) => (j + i) % LOOKS.length < most);
};

for (const {phase, node, least} of LANES) {
  const events = await eventsOfLane(phase, node);
  describe(`lakeup was killed in the lane of ${node}, and is begun again`, () => {
    test('every event of the lane is one of these', () => expect(events.length).toBeGreaterThan(least));
    for (const [i, event] of events.entries()) {
      const {seq, type} = event;
      const step = 'step' in event ? event.step : 'gate' in event ? event.gate : '';
      test(`right after ${type} ${step} (${seq})`, async () => {
        const {screen, truth} = await killedAt(seq);
        expect(
          truth.down.filter(id => id !== node),
          'nobody else is stopped',
        ).toEqual([]);
        for (const {size, lang} of looksAt(type, i))
          await withScenario(screen, {size, lang}, async opened => {
            await opened.arm();
            expectDrawn(opened, size[0]);
            expectKeys(opened, truth, lang);
            expectNext(opened, truth, lang);
            if (type === 'step.done' && step.includes('/stop@') && isKept({size, lang}))
              await expect(opened.text()).toMatchFileSnapshot(
                `frames/killed-${phase}-${size.join('x')}-${lang}.txt`,
              );
            await expectOut(opened, truth, lang);
          });
      });
    }
  });
}

// Nobody was there to see when it went: it has been so for longer than since the first look.
describe('a node that ended by itself while nobody looked', () => {
  const lost = NodeId.parse('be-5');
  const stopped = NodeId.parse('be-3');

  test.each(LOOKS)(
    'is told apart from the one that the run has stopped, at $size in $lang',
    async ({size, lang}) => {
      const stops = (await eventsOfLane('backends', stopped)).filter(
        event => event.type === 'step.done' && event.step.includes('/stop@'),
      );
      const {screen, truth} = await killedAt(stops[0]?.seq ?? 0, {meanwhile: lost});
      expect(truth.down.toSorted()).toEqual([stopped, lost]);
      await withScenario(screen, {size, lang}, async opened => {
        await opened.arm();
        expectDrawn(opened, size[0]);
        const header = opened.lines().slice(2, 4).join('\n');
        const host = hostOf(opened, lost);
        const words = {
          en: [
            ' ✗ down: be-5, since before 02:14:5',
            `down, and not because of the run: ${lost} on ${host}, since before `,
          ],
          zh: [' ✗ 宕机：be-5，自 02:14:5\\d 之前起', `已宕机，并非此次运行所致：${lost}（${host}，`],
        }[lang];
        const [above = '', below = ''] = words;
        expect(header).toMatch(new RegExp(above));
        expect(header).toMatch(
          {en: /(not serving|out): be-3, since/, zh: /(未提供服务|停服)：be-3，自/}[lang],
        );
        const whole = await readWhole(opened);
        expect(flat(whole, lang)).toContain(flat(below, lang));
        const {out, down} = expectRead(opened, whole, lang);
        expect(out.map(({node}) => node.id)).toEqual([stopped]);
        expect(down.map(({node}) => node.id)).toEqual([lost]);
        expect(flat(whole, lang)).toContain(
          flat(
            {en: '1 of 2 Backends cg_bi serve: be-6', zh: '2 个 BE 后端 cg_bi 中有 1 个在提供服务：be-6'}[
              lang
            ],
            lang,
          ),
        );
        expect(signed(opened.lines(), '▽')).toEqual([stopped]);
      });
    },
  );
});
