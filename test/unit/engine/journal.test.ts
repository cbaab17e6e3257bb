import {appendFile, mkdtemp, readFile, rename, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createJournal, JournalDisturbed, readJournal, reopenJournal} from '../../../src/engine/journal.ts';
import {FIRST_SUM, sealLine} from '../../../src/engine/journal-line.ts';
import {JournalProblem} from '../../../src/engine/parse-journal.ts';
import type {Event} from '../../../src/model/event.ts';
import {reason} from '../../../src/model/reason.ts';
import {plain, text} from '../../../src/model/text.ts';
import {a, check, confirmGate, numbered, phase, planned, planOf, ref, script, step, taking} from './toy.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakeup-journal-'));
  file = join(folder, 'events.jsonl');
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const taker = step(a, 'stop', {
  action: script('stop', {vars: {file: ref('p/backup@a', 'path'), parts: ['bin', 'lib'], none: []}}),
  done: [taking(a, {gone: [], size: ref('p/backup@a', 'size')}, {given: {path: ref('p/backup@a', 'path')}})],
  service: 'leaves',
});
const warning = {
  check: 'leftovers',
  node: a,
  level: 'warn',
  title: text('nothing is left', '没有遗留'),
  seen: plain('.lakeup-stage-1'),
  fix: text('remove it', '请删除'),
} as const;
const passed = {...warning, node: null, level: 'pass', seen: null, fix: null} as const;
const events: Event[] = numbered(
  {
    ...planned(planOf(phase('p', [step(a, 'backup'), taker], {gates: [confirmGate('p')]}))),
    findings: [warning, passed],
  },
  {type: 'gate.reached', gate: confirmGate('p').id, blast: [{path: '/数据/缓存', files: 3}]},
  {type: 'gate.opened', gate: confirmGate('p').id, by: 'operator', facts: {}},
  {type: 'step.started', step: step(a, 'backup').id, attempt: 1},
  {
    type: 'step.failed',
    step: step(a, 'backup').id,
    failure: {
      kind: 'unsettled',
      check: check(a, {x: {not: 'y'}}),
      seen: null,
      silent: [reason(text('no route', '无路由'), a), reason(plain('no master'))],
    },
  },
);

const [planned0] = events;
if (planned0 === undefined) throw new Error('no event');

const writeAll = async (written: readonly Event[] = events): Promise<void> => {
  const journal = await createJournal(file);
  for (const event of written) await journal.append(event);
  await journal.close();
};

describe('a journal', () => {
  it('gives back what was appended, whole and in order', async () => {
    await writeAll();
    expect(await readJournal(file)).toMatchObject({
      events,
      wholeBytes: (await stat(file)).size,
      torn: false,
    });
  });

  it('is on disk when an append resolves', async () => {
    const journal = await createJournal(file);
    for (const [i, event] of events.entries()) {
      await journal.append(event);
      expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(i + 2);
    }
    await journal.close();
  });

  it('can be read by its owner alone', async () => {
    await writeAll();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is never written over', async () => {
    await writeAll();
    await expect(createJournal(file)).rejects.toThrow(/EEXIST/);
    expect((await readJournal(file)).events).toEqual(events);
  });

  it.each([
    ['was removed', () => rm(file)],
    ['was saved anew by an editor', () => writeFile(`${file}~`, '').then(() => rename(`${file}~`, file))],
    ['was written to by somebody else', () => appendFile(file, ' ')],
    ['was emptied', () => truncate(file, 0)],
  ])('is not gone on with once it %s', async (_, disturb) => {
    const journal = await createJournal(file);
    await journal.append(planned0);
    await disturb();
    await expect(journal.append({seq: 1, at: 1, type: 'run.held'})).rejects.toBeInstanceOf(JournalDisturbed);
    await journal.close();
  });

  it('is not read again where it was read already, unless somebody has written to it since', async () => {
    await writeAll();
    const known = await readJournal(file);
    const again = await reopenJournal(file, known);
    expect(again.events).toBe(known.events);
    await again.journal.append({seq: 5, at: 9, type: 'run.held'});
    await again.journal.close();
    const anew = await reopenJournal(file, known);
    expect(anew.events).toHaveLength(6);
    await anew.journal.close();
  });

  it('says when there is none', async () => {
    await expect(readJournal(file)).rejects.toThrow(/ENOENT/);
  });
});

describe('a journal whose last line was cut by a crash', () => {
  const cuts = ['{', '{"seq":5,"at":1,"type":"run.le', '{"seq":5,"at":1,"type":"run.left"}', '\0\0\0\0'];

  it.each(cuts)('counts only whole lines: %j', async cut => {
    await writeAll();
    const {size} = await stat(file);
    await appendFile(file, cut);
    expect(await readJournal(file)).toMatchObject({events, wholeBytes: size, torn: true});
  });

  it.each(cuts)('goes on where the whole lines end: %j', async cut => {
    await writeAll();
    await appendFile(file, cut);
    const {events: read, journal, torn} = await reopenJournal(file);
    expect([read, torn]).toEqual([events, true]);
    const next: Event = {seq: 5, at: 9, type: 'run.resumed', lakeup: 'test'};
    await journal.append(next);
    await journal.close();
    expect(await readJournal(file)).toMatchObject({events: [...events, next], torn: false});
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is cut in the middle of a character without harm', async () => {
    await writeAll();
    const line = Buffer.from(`${JSON.stringify({seq: 5, at: 1, type: 'run.resumed', lakeup: '湖'})}\n`);
    await appendFile(file, line.subarray(0, line.length - 4));
    expect(await readJournal(file)).toMatchObject({events, torn: true});
  });

  it('with nothing before it holds no event', async () => {
    await writeFile(file, '{"seq":0,"at":1');
    expect(await readJournal(file)).toMatchObject({events: [], wholeBytes: 0, torn: true});
  });
});

/** Writes the events, changes the lines as the test says, and gives what reading them throws. */
const readChanged = async (change: (lines: string[]) => string[]): Promise<unknown> => {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  await writeFile(
    file,
    change(lines)
      .map(line => `${line}\n`)
      .join(''),
  );
  return readJournal(file).then(
    () => null,
    (error: unknown) => error,
  );
};

const edited = 'is not as lakeup wrote it: its sum does not match';

describe('a journal that was damaged or edited', () => {
  it.each([
    [edited, 2, (lines: string[]) => lines.with(1, lines[1]?.replace('"files":3', '"files":4') ?? '')],
    [edited, 2, (lines: string[]) => lines.with(1, `${lines[1]} `)],
    [edited, 2, (lines: string[]) => lines.with(1, lines[1]?.replace(/.$/, ']') ?? '')],
    [edited, 5, (lines: string[]) => lines.with(4, lines[4]?.replace('no route', 'no raute') ?? '')],
    ['has no sum', 2, (lines: string[]) => lines.with(1, lines[1]?.slice(0, 20) ?? '')],
    ['has no sum', 3, (lines: string[]) => lines.with(2, '')],
    ['has no sum', 2, (lines: string[]) => lines.with(1, JSON.stringify(events[1]))],
    ['is not an event', 1, (lines: string[]) => lines.with(0, lines[0]?.replace('"sum"', '"sun"') ?? '')],
    ['is not an event', 1, (lines: string[]) => lines.with(0, 'null')],
    ['has number 3 instead of 2', 3, (lines: string[]) => lines.toSpliced(2, 1)],
    ['has number 1 instead of 2', 3, (lines: string[]) => lines.toSpliced(2, 0, lines[1] ?? '')],
    ['has number 1 instead of 0', 1, (lines: string[]) => lines.slice(1)],
  ])('%s: the line %i is named', async (words, line, change) => {
    await writeAll();
    const error = await readChanged(change);
    expect(error).toBeInstanceOf(JournalProblem);
    expect(error).toMatchObject({line, file, instead: null});
    expect(String(error)).toContain(`${file}:${line}: ${words}`);
  });

  it('is refused where nothing but the end of its last line was changed', async () => {
    await writeAll();
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = 0x0b;
    await writeFile(file, bytes);
    await expect(readJournal(file)).rejects.toMatchObject({file, line: events.length});
  });

  it('one whose first line was made anew, with its own sum, is refused at the second', async () => {
    await writeAll();
    const first = sealLine(FIRST_SUM, JSON.stringify({...events[0], lakeup: 'forged'}));
    const error = await readChanged(lines => lines.with(0, first.line));
    expect(error).toMatchObject({line: 2});
  });

  it('one that is as it was written, by a lakeup that knows more, is not called damaged', async () => {
    await writeAll();
    const {sum} = await readJournal(file);
    const {line} = sealLine(sum, JSON.stringify({seq: 5, at: 1, type: 'gate.burst'}));
    const error = await readChanged(lines => [...lines, line]);
    expect(error).toMatchObject({
      line: 6,
      words: {en: expect.stringMatching(/^line 6 holds an event that this lakeup does not know/)},
      instead: {en: 'resume it with the lakeup that wrote it'},
    });
  });
});

describe('a journal from before lines had sums', () => {
  const writeBare = (): Promise<void> =>
    writeFile(file, events.map(event => `${JSON.stringify(event)}\n`).join(''));

  it('is read', async () => {
    await writeBare();
    expect(await readJournal(file)).toMatchObject({events, torn: false});
  });

  it('is gone on with, and what follows vouches for every line before it', async () => {
    await writeBare();
    const {journal} = await reopenJournal(file);
    const next: Event = {seq: 5, at: 9, type: 'run.resumed', lakeup: 'test'};
    await journal.append(next);
    await journal.close();
    expect(await readJournal(file)).toMatchObject({events: [...events, next]});
    const error = await readChanged(lines =>
      lines.with(1, lines[1]?.replace('"files":3', '"files":4') ?? ''),
    );
    expect(error).toMatchObject({line: 6});
    expect(String(error)).toContain('sum does not match');
  });

  it.each([
    ['is not JSON', 2, (lines: string[]) => lines.with(1, lines[1]?.slice(0, 20) ?? '')],
    ['is not an event', 2, (lines: string[]) => lines.with(1, '{"seq":1,"at":1,"type":"gate.burst"}')],
    [
      'is not an event: attempt: ',
      4,
      (lines: string[]) => lines.with(3, '{"seq":3,"at":1,"type":"step.started","step":"x","attempt":0}'),
    ],
    ['has number 3 instead of 2', 3, (lines: string[]) => lines.toSpliced(2, 1)],
  ])('is refused where it cannot be read: %s, line %i', async (words, line, change) => {
    await writeBare();
    const error = await readChanged(change);
    expect(error).toBeInstanceOf(JournalProblem);
    expect(String(error)).toContain(`${file}:${line}: ${words}`);
  });
});
