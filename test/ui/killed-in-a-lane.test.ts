import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import type {Lang} from '../../src/model/text.ts';
import {peersOf} from '../../src/store/service.ts';
import {widthOf} from '../../src/ui/width.ts';
import {type Opened, type Size, withScenario} from './harness.ts';
import {eventsOfLane, killedAt, type Truth} from './left-alone.ts';

type Look = {readonly size: Size; readonly lang: Lang};

const LOOKS = (
  [
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const satisfies readonly Size[]
).flatMap(size => (['en', 'zh'] as const).map((lang): Look => ({size, lang})));

/** The words of a frame without its frames: what was wrapped is one line again. */
const flat = (words: string, lang: Lang): string =>
  words.replaceAll(/[│┃]\s*\n\s*[│┃]/g, ' ').replaceAll(/\s+/g, lang === 'en' ? ' ' : '');

/** Every node that the grid shows as out of service, and as down. */
const signed = (lines: readonly string[], sign: string): readonly string[] =>
  lines
    .slice(3)
    .flatMap(words =>
      [...words.matchAll(new RegExp(`${sign} ([a-z]+-\\d+)`, 'g'))].map(([, name = '']) => name),
    )
    .filter((name, i, all) => all.indexOf(name) === i)
    .toSorted();

const hostOf = ({store}: Opened, id: NodeId): string =>
  store.getState().cluster.nodes.find(node => node.id === id)?.host ?? '';

/** How many of its kind serve, in numbers that are counted here, and who. */
const servesBeside = ({store}: Opened, id: NodeId, {down}: Truth, lang: Lang): string => {
  const state = store.getState();
  const node = state.cluster.nodes.find(each => each.id === id);
  if (node === undefined) throw new Error(`there is no ${id}`);
  const peers = peersOf(state, node);
  const serving = peers.filter(peer => !down.includes(peer.id)).map(peer => peer.id);
  const role = state.cluster.roles.find(({name}) => name === node.role)?.title[lang] ?? '';
  const kind = node.group === undefined ? role : `${role} ${node.group}`;
  return {
    en: `${serving.length} of ${peers.length} ${kind} serve: ${serving.join(', ')}`,
    zh: `${peers.length} 个 ${kind} 中有 ${serving.length} 个在提供服务：${serving.join(', ')}`,
  }[lang];
};

/** Who the run has stopped is said with since when, where, and who serves instead; and of nobody else that they are out. */
const expectOut = (opened: Opened, truth: Truth, out: readonly NodeId[], lang: Lang): void => {
  const [header = ''] = opened.lines().slice(2);
  const said = flat(opened.text(), lang);
  expect(signed(opened.lines(), '▽')).toEqual(out.toSorted());
  if (out.length === 0) {
    expect(said).not.toMatch(/not serving|out of service|未提供服务|停服(?! ?\d)/);
    return;
  }
  for (const id of out) {
    const since = truth.stoppedAt(id);
    const words = {
      en: [`1 node is not serving: ${id}, since ${since}`, `${id} on ${hostOf(opened, id)} since ${since}`],
      zh: [`1 个节点未提供服务：${id}，自 ${since} 起`, `${id}（${hostOf(opened, id)}，自 ${since} 起）`],
    }[lang];
    expect(header).toContain(` ▽ ${words[0]}`);
    expect(said).toContain(flat(`${words[1]}`, lang));
    expect(said).toContain(flat(servesBeside(opened, id, truth, lang), lang));
    expect(said, 'a question does not claim that there is no outage').not.toMatch(/no outage|不会中断/);
  }
};

/** The first node of the order in the question that is not done yet. */
const firstLeft = (lines: readonly string[]): string => {
  const from = lines.findIndex(words => /in this order|按此顺序/.test(words));
  const order = lines.slice(from, from + 3).join(' ');
  const names = [...order.matchAll(/([a-z]+-\d+)( \((?:5 of 5 steps|已完成 5\/5 步)\))?/g)];
  return names.find(([, , isDone]) => isDone === undefined)?.[1] ?? '';
};

/** The keys of the question, and what was asked for is what is done next. */
const expectKeys = (opened: Opened, {next}: Truth, isFinal: boolean, lang: Lang): void => {
  const keys = {
    en: isFinal
      ? /B {2}begin; there is no way back {5}n {2}leave; nothing more is changed/
      : /y {2}begin {5}n {2}leave; nothing more is changed/,
    zh: isFinal
      ? /B {2}开始；之后无法回退 {5}n {2}离开；不再做任何改动/
      : /y {2}开始 {5}n {2}离开；不再做任何改动/,
  }[lang];
  expect(opened.text()).toMatch(keys);
  const [, step = '', node = ''] = /\/(\w+)@(.+)$/.exec(next) ?? [];
  const done = ['stage', 'stop', 'backup', 'deploy', 'start'].indexOf(step);
  const all = {en: `${node} (${done} of 5 steps)`, zh: `${node} (已完成 ${done}/5 步)`}[lang];
  const said = flat(opened.text(), lang);
  if (done > 0) expect(said).toContain(flat(all, lang));
  else expect(said).not.toMatch(new RegExp(`${node} \\([^)]*\\d`));
  expect(firstLeft(opened.lines()), 'who goes next stands first of those that are left').toBe(node);
};

const expectDrawn = (opened: Opened, columns: number): void => {
  expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(columns);
  expect(opened.lines().at(-1)).not.toBe('');
};

/** Of how many looks the frame itself is kept: each size once, and each language. */
const isKept = ({size: [columns], lang}: Look): boolean => (columns === 120) === (lang === 'zh');

const LANES = [
  {phase: 'backends', node: 'be-3', isFinal: false, looks: LOOKS},
  // What differs is the question: two looks tell it.
  {phase: 'frontends', node: 'fe-3', isFinal: true, looks: LOOKS.filter((_, i) => i === 0 || i === 3)},
] as const;

for (const {phase, node, isFinal, looks} of LANES) {
  const events = await eventsOfLane(phase, node);
  describe(`lakeup was killed in the lane of ${node}, and is begun again`, () => {
    test('every event of the lane is one of these', () => expect(events.length).toBeGreaterThan(15));
    for (const event of events) {
      const {seq, type} = event;
      const step = 'step' in event ? event.step : 'gate' in event ? event.gate : '';
      test(`right after ${type} ${step} (${seq})`, async () => {
        const {screen, truth} = await killedAt(seq);
        const out = truth.down;
        expect(
          out.filter(id => id !== node),
          'nobody else is stopped',
        ).toEqual([]);
        for (const {size, lang} of looks)
          await withScenario(screen, {size, lang}, async opened => {
            await opened.arm();
            expectDrawn(opened, size[0]);
            expectOut(opened, truth, out, lang);
            expectKeys(opened, truth, isFinal, lang);
            if (type === 'step.done' && step.includes('/stop@') && isKept({size, lang}))
              await expect(opened.text()).toMatchFileSnapshot(
                `frames/killed-${phase}-${size.join('x')}-${lang}.txt`,
              );
          });
      });
    }
  });
}

// Nobody was there to see when it went: it has been so for longer than since the first look.
describe('a node that ended by itself while nobody looked', () => {
  const lost = NodeId.parse('be-5');
  const other = NodeId.parse('be-6');
  const stopped = NodeId.parse('be-3');

  test.each(LOOKS)(
    'is told apart from the one that the run has stopped, at $size in $lang',
    async ({size, lang}) => {
      const stops = (await eventsOfLane('backends', stopped)).filter(
        event => event.type === 'step.done' && event.step.includes('/stop@'),
      );
      const {screen, truth} = await killedAt(stops[0]?.seq ?? 0, lost);
      expect(truth.down.toSorted()).toEqual([stopped, lost]);
      await withScenario(screen, {size, lang}, async opened => {
        await opened.arm();
        expectDrawn(opened, size[0]);
        const [, , header = ''] = opened.lines();
        const said = flat(opened.text(), lang);
        const host = hostOf(opened, lost);
        const words = {
          en: [
            ' ✗ down: be-5, since before 02:14:5',
            `down, and not because of the run: ${lost} on ${host}, since before `,
          ],
          zh: [' ✗ 宕机：be-5，自 02:14:5\\d 之前 起', `已宕机，并非此次运行所致：${lost}（${host}，`],
        }[lang];
        const [above = '', below = ''] = words;
        expect(header).toMatch(new RegExp(above));
        expect(header).toContain({en: '1 node is not serving: be-3', zh: '1 个节点未提供服务：be-3'}[lang]);
        await opened.send('\u001b[6~');
        const whole = `${said}${flat(opened.text(), lang)}`;
        expect(whole).toContain(flat(below, lang));
        expect(whole).toContain(flat(servesBeside(opened, lost, truth, lang), lang));
        expect(servesBeside(opened, lost, truth, lang)).toMatch(new RegExp(`\\b${other}$`));
        expect(signed(opened.lines(), '▽')).toEqual([stopped]);
      });
    },
  );
});
