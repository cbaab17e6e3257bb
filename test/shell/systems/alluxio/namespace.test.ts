import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {unpersistedFacts} from '../../../../src/systems/alluxio/parse/namespace.ts';
import {markBody} from '../../../../src/systems/alluxio/scripts/backup.ts';
import {actionVars} from '../../../../src/systems/alluxio/scripts/begin.ts';
import {
  askUnpersisted,
  listBody,
  listVars,
  persistBody,
  persistVars,
} from '../../../../src/systems/alluxio/scripts/namespace.ts';
import {install, linux, type Place, run, STAMP, shells, type Told, withSettings} from './homes.ts';

const row = (state: string, path: string): string =>
  `-rw-r--r--  alluxio        alluxio                      3${state.padStart(16)} 11-22-2026 07:47:33:892 100% ${path}`;
/** Names that a shell would take apart. */
const NAMES = ['/d/a file', "/d/it's $HOME", '/d/"x"', '/d/back\\slash', '/d/ünï'];

const listing = (place: Place, ...rows: readonly string[]): void =>
  writeFileSync(join(place.old, 'listing'), `${rows.join('\n')}\n`);
const master = (...rows: readonly string[]): Place => {
  const place = install();
  listing(place, ...rows);
  return place;
};
const keptIn = (place: Place, name: string): string => join(place.old, `.lakeup-${STAMP}`, name);
const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '');

const list = (place: Place, shell?: string[], pins = 0): Told =>
  run(listBody, {...listVars(place.node, place.context), pins}, shell);
const persist = (place: Place, shell?: string[]): Told =>
  run(persistBody, {...persistVars(place.node, place.context), idle_s: 0}, shell);
const facts = (place: Place, shell?: string[]) => {
  const {script} = askUnpersisted(place.node, {stamp: STAMP, old: place.old});
  const {code, stdout, stderr} = run({name: script.body.name, text: renderScript(script)}, {}, shell);
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return unpersistedFacts(parseLines(stdout));
};

describe.runIf(linux)('files that only workers hold', () => {
  test.each(shells)('by $name: are listed whole, byte for byte, and told in part', ({words}) => {
    const many = Array.from({length: 60}, (_, i) => `/many/${i}`);
    const place = master(
      ...NAMES.map(name => row('NOT_PERSISTED', name)),
      row('PERSISTED', '/d/b'),
      row('LOST', '/d/c'),
      ...many.map(name => row('TO_BE_PERSISTED', name)),
    );
    expect(facts(place, words)).toEqual({});
    expect(list(place, words)).toMatchObject({code: 0, stderr: ''});
    expect(linesOf(keptIn(place, 'not-persisted'))).toEqual([...NAMES, ...many]);
    expect(facts(place, words)).toMatchObject({
      listed: true,
      notPersisted: 65,
      lost: 1,
      notPersistedList: keptIn(place, 'not-persisted'),
    });
    expect(facts(place).examples).toEqual(NAMES);
    run(markBody, actionVars(place.node, place.context), words);
    expect(facts(place, words), 'a mark ends what was listed before').toEqual({});
  });

  test('are told as not listed where that takes too long; what lists them is ended with all it began', () => {
    const place = withSettings(master(row('PERSISTED', '/a')), {listWithinMs: 2_000});
    writeFileSync(join(place.old, 'list-hangs'), '');
    const began = performance.now();
    expect(list(place)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('not listed: it took longer'),
    });
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(facts(place)).toEqual({
      listed: false,
      notPersisted: 'unknown',
      lost: 'unknown',
      examples: [],
    });
  });

  test('are not told where the list failed', () => {
    const place = master(row('PERSISTED', '/a'));
    writeFileSync(join(place.old, 'list-fails'), '');
    expect(list(place)).toMatchObject({code: 255, stderr: expect.stringContaining('Failed to determine')});
    expect(facts(place)).toEqual({});
  });

  test('are not told where a row of the list is not understood', () => {
    const place = master(row('PERSISTED', '/a'), row('EVICTED', '/b'));
    expect(list(place)).toMatchObject({code: 1, stderr: expect.stringContaining('EVICTED')});
    expect(facts(place)).toEqual({});
    expect(persist(place)).toMatchObject({code: 1, stderr: expect.stringContaining('EVICTED')});
  });
});

describe.runIf(linux)('what is pinned', () => {
  const pinned = (place: Place, ...rows: readonly string[]): void =>
    writeFileSync(join(place.old, 'pinned-listing'), `${rows.join('\n')}\n`);
  const FOLDER =
    'drwxr-xr-x  alluxio        alluxio                      2       PERSISTED 11-22-2026 07:47:33:892  DIR /d';

  test.each(shells)('by $name: is listed by the old version, folders apart', ({words}) => {
    const place = master(...NAMES.map(name => row('NOT_PERSISTED', name)));
    pinned(place, FOLDER, ...NAMES.map(name => row('NOT_PERSISTED', name)));
    expect(list(place, words, 5)).toMatchObject({code: 0, stderr: ''});
    expect(linesOf(keptIn(place, 'pinned'))).toEqual(NAMES);
    expect(linesOf(keptIn(place, 'pinned-folders'))).toEqual(['/d']);
    expect(facts(place, words)).toMatchObject({
      notPersisted: 5,
      pinnedPaths: 5,
      pinnedSuchAs: NAMES,
      pinnedList: keptIn(place, 'pinned'),
      pinnedFolders: 1,
    });
  });

  test('is not asked for where nothing is, and what was listed before is gone', () => {
    const place = master(row('PERSISTED', '/a'));
    pinned(place, row('PERSISTED', '/a'));
    list(place, undefined, 1);
    expect(facts(place)).toMatchObject({pinnedPaths: 1});
    expect(facts(place)).not.toHaveProperty('pinnedFolders');
    list(place);
    expect(facts(place)).toEqual({listed: true, notPersisted: 0, lost: 0, examples: []});
  });

  test('keeps nobody from anything where it cannot be listed', () => {
    const place = master(row('PERSISTED', '/a'));
    expect(list(place, undefined, 1)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('what is pinned was not listed'),
    });
    expect(facts(place)).toEqual({
      listed: true,
      notPersisted: 0,
      lost: 0,
      examples: [],
      pinnedPaths: 'unknown',
    });
    list(place);
    expect(facts(place)).toEqual({listed: true, notPersisted: 0, lost: 0, examples: []});
  });
});

describe.runIf(linux)('what is persisted', () => {
  test.each(shells)('by $name: is all there is, in batches, whatever it is called', ({words}) => {
    const many = Array.from({length: 120}, (_, i) => `/many/${i}`);
    const place = master(...[...NAMES, ...many].map(name => row('NOT_PERSISTED', name)));
    const told = persist(place, words);
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(told.stdout).toContain('nothing is left that only workers hold');
    const asked = linesOf(join(place.old, 'logs/commands')).filter(line => line.startsWith('fs persist '));
    expect(asked).toHaveLength(3);
    list(place);
    expect(facts(place)).toMatchObject({notPersisted: 0});
    expect(persist(place, words).code).toBe(0);
  });

  test('where one cannot be, the others are, and it is named', () => {
    const place = master(...NAMES.map(name => row('NOT_PERSISTED', name)));
    writeFileSync(join(place.old, 'unpersistable'), `${NAMES[1]}\n`);
    const {code, stderr} = persist(place);
    expect(code).toBe(1);
    expect(stderr).toContain(`1 file stays where only workers hold them:\n${NAMES[1]}`);
  });

  test('ends when its time is up', () => {
    const place = withSettings(master(row('NOT_PERSISTED', '/a')), {persistWithinMs: 1_000});
    writeFileSync(join(place.old, 'list-hangs'), '');
    expect(persist(place).code).not.toBe(0);
    expect(existsSync(keptIn(place, 'list.end'))).toBe(false);
  });
});
