import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {parseProcesses} from '../../../../src/host/process.ts';
import {
  parseBeHealth,
  parseBootstrap,
  parseCloudHealth,
  parseHaMaster,
  parseSaysRole,
  parseVersionComment,
} from '../../../../src/systems/doris/parse/http.ts';
import {parseStartLog} from '../../../../src/systems/doris/parse/log.ts';
import {parsePackageVersion} from '../../../../src/systems/doris/parse/package-version.ts';
import {masterOf, parseFrontend} from '../../../../src/systems/doris/parse/rows.ts';
import {parseCloudVersion} from '../../../../src/systems/doris/version.ts';
import {
  httpReplyOf,
  pageOf,
  type Recording,
  readText,
  recordings,
  recordingsOf,
  rowsOf,
  saidBy,
  statementOf,
} from './recorded.ts';

const pages = recordings.filter(recording => pageOf(recording) !== null);
const pagesAt = (path: RegExp): Recording[] => pages.filter(page => path.test(pageOf(page)?.path ?? ''));
const named = (all: readonly Recording[]): [string, Recording][] => all.map(page => [page.path, page]);

const BOOTSTRAP = pagesAt(/^\/api\/bootstrap/);
const HA = pagesAt(/action=SHOW_HA$/);

describe('/api/bootstrap, of every frontend', () => {
  test('there are recordings of it', () => expect(BOOTSTRAP.length).toBeGreaterThan(8));

  test.each(named(BOOTSTRAP.filter(page => !page.path.includes('-badtoken'))))('%s is ready', (_, page) => {
    expect(parseBootstrap(httpReplyOf(page))).toBe('ready');
  });
});

describe('SHOW_HA, of every frontend', () => {
  test('there are recordings of it', () => expect(HA.length).toBeGreaterThan(8));

  test.each(named(HA))('%s names the master that SQL names', (_, page) => {
    const [folder = ''] = page.path.split('/');
    const master = masterOf(rowsOf(`${folder}/sql/master-show-frontends.txt`).map(parseFrontend));
    expect(parseHaMaster(httpReplyOf(page).body)).toBe(master?.host);
    expect(parseSaysRole(httpReplyOf(page).body)).toBe(true);
  });
});

describe('a page of another path', () => {
  const others = pages.filter(page => !BOOTSTRAP.includes(page) && !HA.includes(page));
  test('there are recordings of it', () => expect(others.length).toBeGreaterThan(90));

  test.each(named(others))('%s tells nothing of a node', (_, page) => {
    const found = httpReplyOf(page);
    expect(parseHaMaster(found.body)).toBeNull();
    expect(parseSaysRole(found.body)).toBe(false);
    expect(parseBootstrap(found)).toBe('other');
    expect(parseBeHealth(found)).toBe('other');
    expect(parseCloudHealth(found)).toBe('other');
    expect(parseCloudVersion(found.body)).toBeNull();
  });

  test.each(named(HA))('%s is none of the pages that tell whether a node serves', (_, page) => {
    for (const parse of [parseBootstrap, parseBeHealth, parseCloudHealth])
      expect(parse(httpReplyOf(page))).toBe('other');
  });
});

const scripts = recordings.filter(({command}) => /^(bash )?\/\S+\/bin\/\S+\.sh\b/.test(command));

describe('--version, of every script', () => {
  const versions = scripts.filter(({command}) => command.endsWith(' --version'));
  // The stand-ins of backend and MetaService were built without a version.
  const told = ({path}: Recording): string => (path.includes('/fe-scripts/') ? '3.0.6.1' : '0.0.0');
  test('there are recordings of it', () => expect(versions.length).toBeGreaterThan(5));

  test.each(named(versions))('%s', (path, recording) => {
    expect(parsePackageVersion(saidBy(path))).toBe(told(recording));
  });
});

describe('log/doris_cloud.out, of every start', () => {
  const starts = scripts.filter(({stdout}) => /^pid=\d+ written to file=/m.test(stdout));
  test('there are recordings of it', () => expect(starts.length).toBeGreaterThan(3));

  test.each(named(starts))('%s', (_, {stdout}) => {
    const pid = Number(/^pid=(\d+) written/m.exec(stdout)?.[1]);
    const started = stdout.includes('successfully started service');
    expect(parseStartLog(stdout, pid)).toMatchObject({found: true, started});
    expect(parseStartLog(stdout, pid + 1)).toEqual({found: false, started: false, version: null});
  });
});

describe('every other command: start, stop, --image, ps, log lines', () => {
  const others = recordings.filter(
    recording =>
      pageOf(recording) === null &&
      statementOf(recording) === null &&
      !recording.command.endsWith(' --version'),
  );
  test('there are recordings of it', () => expect(others.length).toBeGreaterThan(40));

  test.each(named(others))('%s is no process and no page', (_, {stdout, stderr}) => {
    expect(parseProcesses(parseLines(stdout + stderr))).toEqual([]);
    expect(parseHaMaster(stdout)).toBeNull();
    expect(parseCloudVersion(stdout)).toBeNull();
    for (const parse of [parseBootstrap, parseBeHealth, parseCloudHealth])
      expect(parse({status: 200, body: stdout})).toBe('other');
  });

  test('a start of a frontend or a backend says nothing, and ends well, whatever comes of it', () => {
    const quiet = others.filter(({command}) => /start_(fe|be)\.sh --daemon$/.test(command));
    expect(quiet.length).toBeGreaterThan(15);
    for (const {exit, stdout} of quiet) expect([exit, stdout]).toEqual([0, '']);
  });
});

describe('the first start of a frontend', () => {
  const LINE = /^ *[\d.]+s bootstrap: (.*?) \[(\d+)\] \((\d+)\) sql: (.*)$/;
  const starts = recordingsOf('3.0.6.1-cloud/events', '.timeline');
  test('there are recordings of it', () => expect(starts.length).toBeGreaterThan(3));

  test.each(starts)('%s: first nobody listens, then it is ready and tells its version', path => {
    const seen = readText(path)
      .split('\n')
      .flatMap(line => {
        const [, body, status, curl, sql = ''] = LINE.exec(line) ?? [];
        if (body === undefined) return [];
        const found = {status: Number(status), body: body.replace(':N,', ':0,')};
        return [
          {
            page: curl === '7' ? 'closed' : parseBootstrap(found),
            sql: sql.startsWith('ERROR 2002') ? 'closed' : parseVersionComment([{said: sql}]),
          },
        ];
      });
    expect(seen).toEqual([
      {page: 'closed', sql: 'closed'},
      {page: 'ready', sql: {version: '3.0.6.1', cloud: true}},
    ]);
  });
});
