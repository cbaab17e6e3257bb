import {describe, expect, test} from 'vitest';
import {PLACES} from '../../../../src/host/files.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {cutOff} from '../../../../src/systems/doris/cut.ts';
import {type CutPlaces, parseCut, stampOfCut, tellsOfCut} from '../../../../src/systems/doris/parse/cut.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {CUT_OFF, changed, changedEach, healthy, notPassed, type Survey} from './preflight/support.ts';

// A node that is down in the middle of an upgrade whose journal nobody has: which states are known for what they are, and which
// of them are taken on. Whatever is not in a table here goes to a person.

describe('where bin or lib stands', () => {
  const KNOWN: Readonly<Record<string, CutPlaces['bin']>> = {
    'dir none none no': 'old',
    'dir none none yes': 'old',
    'dir none dir no': 'old',
    'dir none dir yes': 'old',
    'none dir none no': 'moved',
    'none dir none yes': 'moved',
    'none dir dir no': 'moved',
    'none dir dir yes': 'moved',
    'dir dir none yes': 'new',
  };
  const all = PLACES.flatMap(home =>
    PLACES.flatMap(kept =>
      PLACES.flatMap(staged => (['yes', 'no'] as const).map(same => [home, kept, staged, same])),
    ),
  );

  test(`is unclear in all of ${all.length} states but ${Object.keys(KNOWN).length}`, () => {
    for (const part of ['bin', 'lib'] as const)
      for (const [home = '', kept = '', staged = '', same = ''] of all) {
        const places = parseCut([
          [`home.${part}`, home],
          [`kept.${part}`, kept],
          [`staged.${part}`, staged],
          [`packages.${part}`, same],
          ['stage', 'dir'],
          ['copying', 'none'],
        ]);
        const name = [home, kept, staged, same].join(' ');
        expect(`${name}: ${places[part]}`).toBe(`${name}: ${KNOWN[name] ?? 'unclear'}`);
      }
  });

  test('is unclear where a host said nothing of it', () => {
    expect(parseCut([])).toEqual({
      bin: 'unclear',
      lib: 'unclear',
      stage: 'unclear',
      newAlone: [],
      newTwice: [],
    });
  });

  test('is the package’s alone where that lies in its place, and nothing is kept of the old one', () => {
    const lines = (same: string, kept: string, staged: string) =>
      (['bin', 'lib'] as const).flatMap(part => [
        [`home.${part}`, 'dir'] as const,
        [`kept.${part}`, part === 'bin' ? kept : 'none'] as const,
        [`staged.${part}`, staged] as const,
        [`packages.${part}`, part === 'bin' ? same : 'no'] as const,
      ]);
    // With other times too: so lies a copy that did not keep them.
    for (const same of ['yes', 'alike']) {
      expect(parseCut(lines(same, 'none', 'none'))).toMatchObject({newAlone: ['bin'], newTwice: []});
      expect(parseCut(lines(same, 'none', 'dir'))).toMatchObject({newAlone: ['bin'], newTwice: ['bin']});
      expect(parseCut(lines(same, 'dir', 'dir'))).toMatchObject({bin: 'unclear', newAlone: [], newTwice: []});
    }
    expect(parseCut(lines('alike', 'dir', 'none'))).toMatchObject({bin: 'unclear', newAlone: []});
    expect(parseCut(lines('yes', 'dir', 'none')).newAlone).toEqual([]);
    expect(parseCut(lines('no', 'none', 'none')).newAlone).toEqual([]);
  });
});

describe('the stamp', () => {
  const there = {bin: 'dir', lib: 'dir'};
  const rows: readonly (readonly [string, Facts, string | null])[] = [
    ['of nothing', {...there, leftovers: []}, null],
    ['of a stage', {...there, leftovers: ['.lakeup-stage-7']}, '7'],
    [
      'not of a copy that was cut off: the node ran then',
      {...there, leftovers: ['.lakeup-stage-7.part']},
      null,
    ],
    [
      'of a stage, beside what an earlier upgrade has kept',
      {...there, leftovers: ['.lakeup-stage-7', 'bin_backup_9', 'lib_backup_9']},
      '7',
    ],
    [
      'the newest of what was kept',
      {...there, leftovers: ['bin_backup_3', 'lib_backup_3', 'bin_backup_5', 'lib_backup_5']},
      '5',
    ],
    [
      'of what keeps what is missing',
      {bin: 'none', lib: 'dir', leftovers: ['bin_backup_3', 'lib_backup_3', 'lib_backup_5']},
      '3',
    ],
    ['of nobody who keeps it', {bin: 'none', lib: 'dir', leftovers: ['lib_backup_3']}, null],
    ['where bin is a link', {bin: 'symlink', lib: 'dir', leftovers: []}, null],
  ];
  test.each(rows)('%s', (_, facts, stamp) => {
    expect(stampOfCut(facts)).toBe(stamp);
  });

  test('files that an earlier upgrade has put by tell of none', () => {
    for (const pidFile of ['none', '4711']) {
      expect(tellsOfCut({bin: 'unclear', lib: 'unclear', stage: 'none'}, pidFile)).toBe(false);
      expect(tellsOfCut({bin: 'old', lib: 'old', stage: 'none'}, pidFile)).toBe(false);
    }
  });

  test('a copy beside files that nobody moved tells of one where the node was stopped, which takes the pid file away', () => {
    const staged = {bin: 'old', lib: 'old', stage: 'whole'};
    expect(tellsOfCut(staged, 'none')).toBe(true);
    for (const pidFile of ['4711', 'empty', '', undefined]) expect(tellsOfCut(staged, pidFile)).toBe(false);
    // What was moved was stopped before, whatever lies there.
    for (const pidFile of ['4711', 'none']) expect(tellsOfCut({...staged, lib: 'moved'}, pidFile)).toBe(true);
  });
});

const be2 = (facts: Parameters<typeof changed>[1] = {}): Survey => changed('be-2', {...CUT_OFF, ...facts});
const only = (each: Readonly<Record<string, Parameters<typeof changed>[1]>>): Survey =>
  changedEach({'be-2': CUT_OFF, ...each});
const DONE = {version: '3.1.2'};
const upgraded = (...ids: readonly string[]) => Object.fromEntries(ids.map(id => [id, DONE]));
const EARLIER = upgraded('ms-1', 'ms-2', 'ms-3', 'rc-1');

const kindOf = (survey: Survey): string => {
  const [found] = cutOff(survey);
  return found === undefined ? 'none' : found.kind === 'taken on' ? 'taken on' : found.because.en;
};

describe('a node that was cut off', () => {
  test('is taken on once what goes before it is done, with what the others were started with', () => {
    const survey = only(EARLIER);
    expect(cutOff(survey)).toMatchObject([
      {kind: 'taken on', started: {'env.JAVA_HOME': '/usr/lib/jvm/java-17', nofile: 655_350}},
    ]);
    expect(notPassed(survey).map(({check, node}) => `${check} ${node}`)).toEqual([
      'one-version null',
      'taken-on be-2',
    ]);
    const choice = doris.choose(survey);
    expect(choice.kind === 'procedure' ? choice.out : null).toEqual(['be-2']);
  });

  const refused: readonly (readonly [string, Survey, RegExp])[] = [
    ['while a role before it is not done', be2(), /^ms-1 has to be upgraded before it, and was not$/],
    [
      'beside another one',
      only({...EARLIER, 'be-5': CUT_OFF}),
      /^be-5: down in the middle of an upgrade too$/,
    ],
    [
      'whose bin is nobody knows what',
      only({...EARLIER, 'be-2': {...CUT_OFF, 'cut.bin': 'unclear'}}),
      /^nobody knows whether the old one or the package’s lies in the place of bin$/,
    ],
    [
      'whose bin is the package’s, with nothing kept of the old one',
      only({...EARLIER, 'be-2': {...CUT_OFF, 'cut.bin': 'old', 'cut.newAlone': ['bin']}}),
      /^the files of bin are the package’s by name and size, and nothing is kept of the old ones: bin_backup_20260101_000000 is missing$/,
    ],
    [
      'whose copy is not whole',
      only({...EARLIER, 'be-2': {...CUT_OFF, 'cut.stage': 'copying'}}),
      /copy of the new files is not whole/,
    ],
    [
      'whose old files say no version',
      only({...EARLIER, 'be-2': {...CUT_OFF, 'cut.version': undefined}}),
      /do not say which version/,
    ],
    [
      'whose old files are of another version',
      only({...EARLIER, 'be-2': {...CUT_OFF, 'cut.version': '3.0.5'}}),
      /its old files are 3\.0\.5.*left: 3\.0\.6, 3\.0\.5/,
    ],
    [
      'whose old files are new',
      only({...EARLIER, 'be-2': {...CUT_OFF, 'cut.version': '3.1.2'}}),
      /its old files are 3\.1\.2/,
    ],
    [
      'of another user',
      only({...EARLIER, 'be-2': {...CUT_OFF, homeOwner: '0'}}),
      /nobody knows as whom it ran/,
    ],
    [
      'where the others were started otherwise',
      only({...EARLIER, 'be-3': {'env.LANG': 'de_DE.UTF-8'}}),
      /differ in LANG, so nobody knows what be-2 was started with/,
    ],
    [
      'where nobody of its role runs',
      only({
        ...EARLIER,
        ...Object.fromEntries(['be-1', 'be-3', 'be-4', 'be-5', 'be-6'].map(id => [id, {process: 'none'}])),
      }),
      /no other node of its role runs/,
    ],
  ];
  test.each(refused)('is not taken on %s', (_, survey, because) => {
    expect(kindOf(survey)).toMatch(because);
    const blocks = notPassed(survey).filter(({level, node}) => level === 'block' && node === 'be-2');
    expect(blocks.map(({check}) => check)).toEqual(['healthy']);
    expect(blocks[0]?.fix?.en).toMatch(
      /lakeup does not take it on there: .*(On its host, as the user it runs as: cd |Bring the old bin |Start nothing there)/,
    );
    expect(blocks[0]?.fix?.zh).toMatch(
      /lakeup 不会从这里继续：.*(请在其主机上|请将旧的 bin|请不要在那里启动)/,
    );
  });

  test('a frontend whose place in the group nobody tells is not taken on', () => {
    const rest = upgraded(...[...healthy.facts.keys()].filter(id => !id.startsWith('fe-')));
    const fe = (more: Parameters<typeof changed>[1]) => changedEach({...rest, 'fe-2': {...CUT_OFF, ...more}});
    expect(kindOf(fe({fe: 'follower'}))).toBe('taken on');
    expect(kindOf(fe({fe: undefined}))).toMatch(/^no other frontend says what it is in the group$/);
  });

  test('a Recycler has one flag, and tells with the MetaServices what it was started with', () => {
    const survey = changedEach({...upgraded('ms-1', 'ms-2', 'ms-3'), 'rc-1': CUT_OFF});
    expect(cutOff(survey)).toMatchObject([
      {kind: 'taken on', started: {'env.JAVA_HOME': '/usr/lib/jvm/java-17'}},
    ]);
    expect(cutOff(survey)[0]).not.toHaveProperty('started.flags');
  });

  test('whom the upgrade has started anew tells less than whom it has not', () => {
    const anew = {...DONE, 'env.LANG': 'de_DE.UTF-8'};
    expect(kindOf(only({...EARLIER, 'be-1': anew}))).toBe('taken on');
    const others = ['be-1', 'be-3', 'be-4', 'be-5', 'be-6'];
    const all = only({...EARLIER, ...Object.fromEntries(others.map(id => [id, anew]))});
    expect(cutOff(all)).toMatchObject([{kind: 'taken on', started: {'env.LANG': 'de_DE.UTF-8'}}]);
  });

  test('there need be no room for a second copy beside the first', () => {
    const full = {freeKb: 1_000};
    const blocks = (more: Parameters<typeof changed>[1]): readonly string[] =>
      notPassed(only({...EARLIER, 'be-2': {...CUT_OFF, ...full, ...more}})).flatMap(({level, check}) =>
        level === 'block' ? [check] : [],
      );
    expect(blocks({})).toEqual([]);
    expect(blocks({'cut.stage': 'none', 'cut.bin': 'moved'})).toEqual(['disk']);
  });

  test('the JAVA_HOME that the inventory sets needs no witness', () => {
    const survey = only({...EARLIER, 'be-3': {'env.JAVA_HOME': '/opt/jdk'}});
    expect(kindOf(survey)).toMatch(/differ in JAVA_HOME/);
    const {cluster} = survey;
    const nodes = cluster.nodes.map(node =>
      node.id === 'be-2' && node.fields.role === 'be'
        ? {...node, fields: {...node.fields, javaHome: node.fields.package}}
        : node,
    );
    expect(kindOf({cluster: {...cluster, nodes}, facts: new Map(survey.facts)})).toBe('taken on');
  });
});
