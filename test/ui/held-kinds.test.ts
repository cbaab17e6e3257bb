import {describe, expect, test} from 'vitest';
import type {Event} from '../../src/model/event.ts';
import {timeOf} from '../../src/store/recording.ts';
import {openReplay} from '../../src/store/replay.ts';
import {widthOf} from '../../src/ui/width.ts';
import {type Opened, type Size, withScenario} from './harness.ts';
import {type HeldRow, OF_FAILURE, OF_HOLD} from './held-kinds.ts';
import {type Given, productOf, recordingOf} from './prepared.ts';

const LOOKS = (
  [
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const satisfies readonly Size[]
).flatMap(size => (['en', 'zh'] as const).map(lang => ({size, lang})));

/** A backend is stopped and its files are exchanged: from here on it goes wrong. */
const STOPPED = {type: 'step.done', of: 'backends/deploy@be-3'} as const;

const heldScreen =
  ({happenings}: HeldRow): Given =>
  async stage => {
    const recording = await recordingOf('whole');
    const until = timeOf(recording, STOPPED);
    const [planned] = recording.events;
    if (planned?.type !== 'run.planned') throw new Error('nothing is planned');
    const last = recording.events.findIndex(
      event => event.type === STOPPED.type && event.step === STOPPED.of,
    );
    const past = recording.events.slice(0, last + 1);
    const events: readonly Event[] = [
      ...past,
      ...happenings(planned.plan).map((happening, i) => ({
        ...happening,
        seq: past.length + i,
        at: until + 1_000 * (i + 1),
      })),
    ];
    const end = events.at(-1)?.at ?? until;
    return openReplay({
      ...stage,
      recording: {...recording, events, sightings: recording.sightings.filter(({at}) => at <= end)},
      product: productOf(recording),
      moment: {type: 'run.planned', afterMs: end - planned.at},
    });
  };

const flat = (words: string): string => words.replaceAll(/[┃│\s]+/g, '');

/** The question whole, page by page. */
const readWhole = async (opened: Opened): Promise<string> => {
  let said = opened.text();
  for (let page = 0; page < 4 && /↓ \d+ {2}PgDn/.test(opened.text()); page += 1) {
    await opened.send('\u001b[6~');
    said += opened.text();
  }
  return flat(said);
};

const OUT = {
  en: [
    /▽ 1 node is not serving: be-3, since 02:\d\d:\d\d/,
    // Of the node that it is about, and of those that are out beside it.
    /be-3on10\.20\.0\.18(,outofservice)?since02:/,
    '3 of 4 Backends cg_etl serve: be-1, be-2, be-4',
  ],
  zh: [
    /▽ 1 个节点未提供服务：be-3，自 02:\d\d:\d\d 起/,
    /be-3（10\.20\.0\.18(）)?，自02:/,
    '4 个 BE 后端 cg_etl 中有 3 个在提供服务：be-1, be-2, be-4',
  ],
} as const;

const KEYS = {
  en: /r {2}retry \(looks first\)|space {2}go on/,
  zh: /r {2}重试（先查看）|space {2}继续/,
} as const;

const rows = [...Object.entries(OF_FAILURE), ...Object.entries(OF_HOLD)].flatMap(([kind, all]) =>
  all.map(row => ({kind, row})),
);

describe.each(rows)('a run that is held while a node is stopped, $kind: $row.name', ({row}) => {
  test.each(LOOKS)(
    'says why, who is out, what is known, and a way on, at $size in $lang',
    async ({size, lang}) => {
      await withScenario(heldScreen(row), {size, lang}, async opened => {
        await opened.arm();
        const [, , header = ''] = opened.lines();
        const [above, place, serve] = OUT[lang];
        expect(header).toMatch(above);
        expect(opened.text(), 'the keys are on the screen from the start').toMatch(KEYS[lang]);
        expect(opened.text()).toMatch(
          {en: /q {2}leave \(can be resumed\)/, zh: /q {2}离开（可以恢复）/}[lang],
        );
        expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(size[0]);
        const [cause = ''] = row.says[lang];
        expect(flat(opened.text()), 'the cause stands on the first page').toContain(flat(cause));
        if (row.kept === true && size[0] === {en: 80, zh: 120}[lang])
          await expect(opened.text()).toMatchFileSnapshot(
            `frames/held-by-${row.name}-${size.join('x')}-${lang}.txt`,
          );
        const said = await readWhole(opened);
        for (const words of row.says[lang]) expect(said).toContain(flat(words));
        expect(said, 'who is out stands with its host, whatever it is about').toMatch(place);
        expect(said).toContain(flat(serve));
        if (row.about !== null) {
          const host = opened.store.getState().cluster.nodes.find(({id}) => id === row.about)?.host ?? '';
          expect(said).toContain(flat({en: `${row.about} on ${host}`, zh: `${row.about}（${host}）`}[lang]));
        }
        // Who serves is not told to be out.
        const other = {en: /be-[1245] on [\d.]+, out of service/, zh: /be-[1245]（[\d.]+），自[^；]*停服/}[
          lang
        ];
        expect(said).not.toMatch(new RegExp(flat(other.source)));
      });
    },
  );

  test('the key goes on, and leaving leaves', async () => {
    for (const key of ['r', 'q'])
      await withScenario(heldScreen(row), {}, async opened => {
        await opened.arm();
        await opened.send(key);
        if (key === 'q') await opened.send('y');
        await opened.pass(100);
        const {run, questions} = opened.store.getState();
        expect(questions).toEqual([]);
        expect(run?.left).toBe(key === 'q');
      });
  });
});
