import {describe, expect, it} from 'vitest';
import {choose} from '../../../../src/systems/alluxio/choose.ts';
import {type Change, changed, silenced} from './preflight/support.ts';

const chosen = (change: Change) => choose(changed(change));

/** From one version to another, with the journal of all masters. */
const pair = (from: string, to: string, type: string, more: Change = {}): Change => ({
  ...more,
  facts: {all: {version: from}, masters: {journalType: type}, ...more.facts},
  settings: {version: to, ...more.settings},
});

describe('a procedure', () => {
  it('is told with its rule and where that stands', () => {
    expect(chosen({})).toMatchObject({
      kind: 'procedure',
      procedure: {name: 'restore'},
      from: '2.3.0',
      to: '2.9.4',
      rule: {
        says: {en: expect.stringContaining('embedded journal'), zh: expect.stringContaining('内嵌日志')},
        source: {en: expect.stringContaining('Upgrading'), zh: expect.stringContaining('升级')},
      },
    });
  });

  it.each<[string, Change, string]>([
    ['journals that the new version reads', pair('2.8.0', '2.9.4', 'EMBEDDED'), 'in-place'],
    ['a journal on an under store', pair('2.3.0', '2.9.4', 'UFS'), 'in-place'],
    ['1.x', pair('1.8.2', '2.9.4', 'UFS'), 'restore'],
    [
      'another type of journal by conf',
      pair('2.8.0', '2.9.4', 'UFS', {settings: {conf: {'alluxio.master.journal.type': 'EMBEDDED'}}}),
      'restore',
    ],
    [
      'a type that conf sets as it is',
      pair('2.8.0', '2.9.4', 'UFS', {settings: {conf: {'alluxio.master.journal.type': 'ufs'}}}),
      'in-place',
    ],
    [
      'a type that nobody has set, and that means another one then',
      pair('2.0.1', '2.9.4', 'UFS', {
        facts: {masters: {journalType: 'UFS', journalTypeSource: 'DEFAULT'}, all: {version: '2.0.1'}},
      }),
      'restore',
    ],
    [
      'a journal at a URI, where nothing is formatted',
      pair('2.8.0', '2.9.4', 'UFS', {
        facts: {all: {version: '2.8.0'}, masters: {journalType: 'UFS', journalFolder: 'hdfs://nn/journal'}},
      }),
      'in-place',
    ],
    [
      'a folder that is written as a file URI',
      {facts: {masters: {journalFolder: 'file:///srv/alluxio/journal'}}},
      'restore',
    ],
    ['2.10, which comes after 2.9', pair('2.9.4', '2.10.0', 'EMBEDDED'), 'in-place'],
  ])('for %s', (_, change, name) => {
    expect(chosen(change)).toMatchObject({kind: 'procedure', procedure: {name}});
  });
});

describe('a refusal', () => {
  it.each<[string, ReturnType<typeof choose>, RegExp, RegExp]>([
    [
      'several versions',
      chosen({facts: {'w-2': {version: '2.4.0'}}}),
      /several versions: .*2\.4\.0/,
      /resume it/,
    ],
    ['no version', chosen({facts: {all: {version: undefined}}}), /^No node says/, /lakeup status/],
    [
      'an unknown type of journal',
      chosen({facts: {masters: {journalType: 'NOOP'}}}),
      /one type of journal: .*NOOP/,
      /getConf/,
    ],
    [
      'a type that is not told',
      chosen({facts: {masters: {journalType: undefined}}}),
      /one type of journal/,
      /getConf/,
    ],
    [
      'masters of two types',
      chosen({facts: {'m-2': {journalType: 'UFS'}}}),
      /one type of journal: .*UFS/,
      /of every master to what the leader has/,
    ],
    [
      'the version that runs',
      chosen(pair('2.9.4', '2.9.4', 'EMBEDDED')),
      /runs 2\.9\.4 already/,
      /another `version`/,
    ],
    ['an older version', chosen(pair('2.10.0', '2.9.4', 'EMBEDDED')), /older than 2\.10\.0/, /new cluster/],
    ['another generation', chosen(pair('2.9.4', '3.2.0', 'EMBEDDED')), /DORA/, /beside this one/],
    [
      'a version without a backup command',
      chosen(pair('1.8.0', '2.9.4', 'UFS')),
      /no backup command/,
      /1\.8\.2 first/,
    ],
    [
      'a journal at a URI that would be formatted',
      chosen(
        pair('1.8.2', '2.9.4', 'UFS', {
          facts: {all: {version: '1.8.2'}, masters: {journalType: 'UFS', journalFolder: 'hdfs://nn/j'}},
        }),
      ),
      /lies at hdfs:\/\/nn\/j/,
      /by hand/,
    ],
    [
      'a journal in the root directory',
      chosen({facts: {masters: {journalFolder: '/'}}}),
      /lies at \/,/,
      /by hand/,
    ],
    [
      'one master’s journal at a URI',
      chosen({facts: {'m-2': {journalFolder: 's3://b/j'}}}),
      /lies at s3:\/\/b\/j/,
      /by hand/,
    ],
    [
      'a journal that nobody tells the place of',
      chosen({facts: {'m-2': {journalFolder: undefined}}}),
      /lies at -/,
      /by hand/,
    ],
    [
      'a journal that conf moves to a URI',
      chosen(
        pair('1.8.2', '2.9.4', 'UFS', {settings: {conf: {'alluxio.master.journal.folder': 'hdfs://nn/j'}}}),
      ),
      /lies at hdfs:\/\/nn\/j/,
      /by hand/,
    ],
  ])('of %s says what to do instead', (_, choice, because, instead) => {
    if (choice.kind !== 'refused') throw new Error(`${choice.procedure.name} was chosen`);
    expect(choice.because.en).toMatch(because);
    expect(choice.instead.en).toMatch(instead);
    for (const {en, zh} of [choice.because, choice.instead]) {
      expect(en).toMatch(/\.$/);
      expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    }
  });

  it('of a format needs the word of every master', () => {
    expect(choose(silenced(changed({}), 'm-2'))).toMatchObject({kind: 'refused'});
  });
});
