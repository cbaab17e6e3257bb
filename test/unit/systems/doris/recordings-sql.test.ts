import {describe, expect, test} from 'vitest';
import type {Ask} from '../../../../src/model/ask.ts';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {parseVersionComment} from '../../../../src/systems/doris/parse/http.ts';
import {
  type Backend,
  type Frontend,
  masterOf,
  parseBackend,
  parseFrontend,
  type Row,
} from '../../../../src/systems/doris/parse/rows.ts';
import {askRows} from '../../../../src/systems/doris/probes/rows.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {type Recording, recordings, rowsIn, rowsOf, sqlReplyOf, statementOf} from './recorded.ts';

const asked = (pattern: RegExp): Recording[] =>
  recordings.filter(recording => pattern.test(statementOf(recording)?.statement ?? ''));

const named = (all: readonly Recording[]): [string, Recording][] =>
  all.map(recording => [recording.path, recording]);

const failed = ({exit}: Recording): boolean => exit !== 0;

const FRONTENDS = asked(/^(show frontends|show proc '\/frontends')$/i);
const BACKENDS = asked(/^(show backends|show proc '\/backends')$/i);
const COMMENTS = asked(/^select @@version_comment( limit 1)?$/i);

/** The versions a folder's nodes may run, and the one observer of its group. */
const GROUPS: Readonly<Record<string, {readonly versions: readonly string[]; readonly observer: string}>> = {
  '3.0.6.1': {versions: ['3.0.6.1'], observer: '10.77.0.14'},
  '4.x': {versions: ['0.0.0'], observer: '10.77.0.14'},
  mixed: {versions: ['3.0.6.1', '0.0.0'], observer: '10.77.0.14'},
  '3.0.6.1-cloud': {versions: ['3.0.6.1'], observer: '10.89.0.21'},
  '4.1.0-cloud': {versions: ['4.1.0'], observer: '10.89.0.21'},
  'mixed-cloud': {versions: ['3.0.6.1', '4.1.0'], observer: '10.89.0.21'},
};
const groupOf = ({path}: Recording) => {
  const group = GROUPS[path.split('/')[0] ?? ''];
  if (group === undefined) throw new Error(`write down in GROUPS what ${path} was recorded of`);
  return group;
};

/** A view of its own of a frontend that is no master holds no versions (recorded). */
const tellsVersions = (recording: Recording, frontends: readonly Frontend[]): boolean =>
  statementOf(recording)?.own !== true || masterOf(frontends)?.self === true;

describe('SHOW FRONTENDS, as every user, of every frontend', () => {
  const answered = FRONTENDS.filter(recording => !failed(recording));
  test('there are recordings of it', () => {
    expect(answered.length).toBeGreaterThan(100);
    expect(answered.filter(recording => statementOf(recording)?.own)).not.toHaveLength(0);
  });

  test.each(named(answered))('%s', (_, recording) => {
    const rows = rowsIn(recording);
    const frontends = rows.map(parseFrontend);
    const {versions, observer} = groupOf(recording);
    expect(frontends.map(({host}) => host)).toEqual(rows.map(({Host}) => Host));
    expect(frontends.length).toBeGreaterThan(0);
    expect(frontends.filter(({self}) => self).map(({host}) => host)).toEqual([statementOf(recording)?.host]);
    expect(masterOf(frontends)).toMatchObject({role: 'follower', master: true, alive: true, join: true});
    const told = tellsVersions(recording, frontends);
    for (const [i, frontend] of frontends.entries()) {
      const row = rows[i] ?? {};
      expect(frontend.role).toBe(frontend.host === observer ? 'observer' : 'follower');
      expect(frontend.editLogPort).toBe(9010);
      expect([frontend.alive, frontend.join, frontend.master].map(String)).toEqual([
        row.Alive,
        row.Join,
        row.IsMaster,
      ]);
      expect(frontend.error).toBe(row.ErrMsg === '' ? null : row.ErrMsg);
      expect(frontend.lastStart).toBe(row.LastStartTime);
      expect(String(frontend.journal)).toBe(row.ReplayedJournalId);
      if (!told || row.Version === null) expect(frontend.version).toBeNull();
      else expect(versions).toContain(frontend.version);
    }
  });

  test.each([
    ['3.0.6.1-cloud/sql/master-show-frontends.txt', 4, '10.89.0.19', ['3.0.6.1']],
    ['3.0.6.1-cloud/sql/observer-show-frontends-vertical.txt', 4, '10.89.0.19', ['3.0.6.1']],
    ['3.0.6.1-cloud/sql/follower-own-show-frontends.txt', 4, '10.89.0.19', [null]],
    ['3.0.6.1-cloud/sql/A3-show-frontends-just-added.txt', 1, '10.89.0.18', ['3.0.6.1']],
    ['4.1.0-cloud/sql/follower-as-lowpriv-show-frontends.txt', 4, '10.89.0.19', ['4.1.0']],
    ['4.1.0-cloud/sql/master-own-show-frontends.txt', 4, '10.89.0.19', ['4.1.0']],
    ['mixed-cloud/sql/E0-show-frontends.txt', 4, '10.89.0.20', ['3.0.6.1']],
    [
      'mixed-cloud/sql/E2-two-new-one-old-master-show-frontends-from-18.txt',
      4,
      '10.89.0.20',
      ['3.0.6.1', '4.1.0'],
    ],
    ['mixed-cloud/sql/G2-show-frontends-after-dead-ones-got-4.1.0.txt', 4, '10.89.0.20', ['4.1.0']],
  ])('%s: %i rows, %s is the master, versions %j', (path, count, master, versions) => {
    const frontends = rowsOf(path).map(parseFrontend);
    expect(frontends).toHaveLength(count);
    expect(masterOf(frontends)?.host).toBe(master);
    expect(new Set(frontends.map(({version}) => version))).toEqual(new Set(versions));
  });
});

describe('SHOW BACKENDS, as every user, of every frontend', () => {
  const answered = BACKENDS.filter(recording => !failed(recording));
  const GROUP: Readonly<Record<string, string>> = {
    '10.89.0.14': 'cg1',
    '10.89.0.15': 'cg1',
    '10.89.0.16': 'cg2',
    '10.89.0.17': 'cg2',
  };
  test('there are recordings of it', () => expect(answered.length).toBeGreaterThan(40));

  test.each(named(answered))('%s', (_, recording) => {
    const rows = rowsIn(recording);
    const backends = rows.map(parseBackend);
    const cloud = recording.path.includes('-cloud/');
    if (cloud && backends.length > 0) expect(backends.map(({host}) => host)).toEqual(Object.keys(GROUP));
    for (const [i, backend] of backends.entries()) {
      const row: Row = rows[i] ?? {};
      expect(backend).toMatchObject({heartbeatPort: 9050, unfit: []});
      expect(String(backend.alive)).toBe(row.Alive);
      expect(backend.lastStart).toBe(row.LastStartTime);
      expect(backend.error).toBe(row.ErrMsg === '' ? null : row.ErrMsg);
      expect(backend.group).toBe(cloud ? GROUP[backend.host] : null);
      if (row.Version === '') expect(backend.version).toBeNull();
      else expect(groupOf(recording).versions).toContain(backend.version);
    }
  });

  const inWords = ({host, alive, version, group}: Backend): string =>
    [host, alive ? 'alive' : 'dead', version, group].join(' ');
  test.each([
    ['3.0.6.1-cloud/sql/A4-show-backends-at-once.txt', []],
    [
      '3.0.6.1-cloud/sql/master-show-backends-vertical.txt',
      [
        '10.89.0.14 alive 3.0.6.1 cg1',
        '10.89.0.15 alive 3.0.6.1 cg1',
        '10.89.0.16 alive 3.0.6.1 cg2',
        '10.89.0.17 alive 3.0.6.1 cg2',
      ],
    ],
    [
      '4.1.0-cloud/sql/follower-own-show-backends.txt',
      ['10.89.0.14 alive  cg1', '10.89.0.15 alive  cg1', '10.89.0.16 alive  cg2', '10.89.0.17 alive  cg2'],
    ],
    [
      'mixed-cloud/sql/E2-show-backends-from-18.txt',
      [
        '10.89.0.14 alive 4.1.0 cg1',
        '10.89.0.15 alive 4.1.0 cg1',
        '10.89.0.16 alive 4.1.0 cg2',
        '10.89.0.17 alive 4.1.0 cg2',
      ],
    ],
  ])('%s', (path, words) => {
    expect(rowsOf(path).map(parseBackend).map(inWords)).toEqual(words);
  });
});

describe('select @@version_comment, as every user, of every frontend', () => {
  const answered = COMMENTS.filter(recording => !failed(recording));
  test('there are recordings of it', () => expect(answered.length).toBeGreaterThan(25));

  test.each(named(answered))('%s', (_, recording) => {
    const {version, cloud} = parseVersionComment(rowsIn(recording));
    expect(groupOf(recording).versions).toContain(version);
    expect(cloud).toBe(recording.path.includes('-cloud/'));
  });

  test('a new follower beside an old master tells its own', () => {
    expect(parseVersionComment(rowsOf('mixed-cloud/sql/E2-version_comment-new-follower.txt')).version).toBe(
      '4.1.0',
    );
  });
});

const cluster = makeMemoryCluster();
const [fe] = nodesOf(cluster, 'fe');
if (fe === undefined) throw new Error('the cluster has no frontend');

describe('what a frontend refuses', () => {
  const errors = recordings.filter(recording => statementOf(recording) !== null && failed(recording));
  test('there are recordings of it', () => expect(errors.length).toBeGreaterThan(40));

  test.each(named(errors))('%s is no rows, and says why', async (_, recording) => {
    const reply = sqlReplyOf(recording);
    // The recorded reply is one of a statement.
    const ask = (async () => reply) as Ask;
    const rows = await askRows(ask, cluster, fe, statementOf(recording)?.statement ?? '');
    if (rows.ok) throw new Error('an error was taken for rows');
    expect(rows.code).toBe(reply.kind === 'sql-error' ? `sql-${reply.code}` : 'port-refused');
    // 4.1 refuses some statements with the code of any other error.
    expect(rows.denied).toBe(recording.stderr.includes('Access denied') ? 'there' : null);
    expect(rows.reasons).toHaveLength(1);
    const [, said = ''] = /(?:detailMessage = |msg: )(.{1,60})/.exec(recording.stderr) ?? [];
    for (const words of [rows.reasons[0].words.en, rows.reasons[0].words.zh]) expect(words).toContain(said);
  });
});

describe('rows of another statement', () => {
  const others = recordings.filter(
    recording =>
      statementOf(recording) !== null &&
      !failed(recording) &&
      ![FRONTENDS, BACKENDS].some(own => own.includes(recording)) &&
      rowsIn(recording).length > 0,
  );
  test('there are recordings of it', () => expect(others.length).toBeGreaterThan(60));

  test.each(named(others))('%s holds no frontend and no backend', (_, recording) => {
    for (const row of rowsIn(recording)) {
      expect(() => parseFrontend(row)).toThrow(/a row without/);
      expect(() => parseBackend(row)).toThrow(/a row without/);
    }
  });

  test('frontends are no backends, nor the other way round', () => {
    const [frontend = {}] = rowsOf('4.1.0-cloud/sql/master-show-frontends.txt');
    const [backend = {}] = rowsOf('4.1.0-cloud/sql/master-show-backends.txt');
    expect(() => parseBackend(frontend)).toThrow(/HeartbeatPort/);
    expect(() => parseFrontend(backend)).toThrow(/EditLogPort/);
  });
});
