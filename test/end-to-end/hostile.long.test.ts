import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import pty from '@lydell/node-pty';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {EVIL, MODES, type Mode, startHostile} from './hostile-host.ts';

const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

let dir = '';
let env: Record<string, string> = {};
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'lakeup-hostile-desk-'));
  mkdirSync(join(dir, 'home'));
  env = {
    PATH: process.env.PATH ?? '',
    HOME: join(dir, 'home'),
    XDG_STATE_HOME: join(dir, 'state'),
    LANG: 'en_US.UTF-8',
    TERM: 'xterm-256color',
  };
});
afterAll(() => rmSync(dir, {recursive: true, force: true}));

/** Lines for a program or a file: nothing but line ends may be in them. */
const OBEYED = /[^\P{Cc}\n]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u{e0000}-\u{e007f}]/gu;

const inLines = (args: readonly string[]): Promise<string> =>
  new Promise(resolve => {
    const child = spawn(process.execPath, [LAKEUP, ...args], {env});
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('close', () => resolve(Buffer.concat(said).toString()));
  });

/** What the screen itself never sends, and every part of what the host sends. */
const PARTS = [
  '\x1b]0;',
  '\x1b[66',
  '\x1bP',
  '\x1b]52',
  ...['\x9b', '\x85', '\x7f', '\b', '\u202e', '\u2066', '\u200b', '\u061c', '\u{e0041}'],
];

/** All that a terminal is given by it. On a screen its first node is opened, and left once its words have come. */
const inTerminal = (args: readonly string[], words: RegExp | null): Promise<string> =>
  new Promise(resolve => {
    const child = pty.spawn(process.execPath, [LAKEUP, ...args], {
      name: 'xterm-256color',
      cols: 160,
      rows: 50,
      env,
    });
    let said = '';
    // The first node is chosen, then opened: each key once the one before it has been drawn.
    const keys = ['\x1b[B', '\r'];
    child.onData(data => {
      said += data;
      if (words === null || !said.includes('fe-1')) return;
      const key = keys.length === 2 || said.includes('127.0.0.1') ? keys.shift() : undefined;
      if (key !== undefined) child.write(key);
      else if (words.test(said)) child.write('q');
    });
    child.onExit(() => resolve(said));
  });

const clusterOf = (ssh: Readonly<Record<string, string | number>>) => ({
  system: 'doris',
  ssh,
  settings: {version: '3.1.2'},
  roles: {
    ms: {home: '/nonexistent/ms', package: '/nonexistent/pkg/ms', nodes: [{name: 'ms-1', host: '127.0.0.1'}]},
    be: {
      home: '/nonexistent/be',
      package: '/nonexistent/pkg/be',
      nodes: [{name: 'be-1', host: '127.0.0.1', group: 'g'}],
    },
    fe: {home: '/nonexistent/fe', package: '/nonexistent/pkg/fe', nodes: [{name: 'fe-1', host: '127.0.0.1'}]},
  },
});

/** What is said there is told nobody: ssh2 keeps it to itself, or lakeup does not ask for it. */
const UNTOLD: ReadonlySet<Mode> = new Set([
  'greeting',
  'identity',
  'banner',
  'no-ssh',
  'key-exchange',
  'login',
  'noise',
  'forward',
  'look-keys',
  'http-redirect',
  'sql-file',
]);

describe('a host that wants the terminal', () => {
  test.each(MODES)('%s', async mode => {
    const host = await startHostile(mode);
    const file = join(dir, `${mode}.yaml`);
    writeFileSync(file, stringify({clusters: {lake: clusterOf(host.ssh)}}), {mode: 0o600});
    const [table = '', ...others] = await Promise.all(
      [[], ['--json'], ['--lang', 'zh']].map(more => inLines(['status', 'lake', '-i', file, ...more])),
    );
    const tells = /ms-1.*PWN/.test(table);
    const terminal = await Promise.all([
      inTerminal(['upgrade', 'lake', '-i', file], null),
      inTerminal(['status', 'lake', '-i', file, '--watch'], tells ? /PWN/ : /last seen/),
    ]);
    await host.stop();
    for (const said of [table, ...others]) expect(said.match(OBEYED), JSON.stringify(said)).toBeNull();
    for (const said of terminal)
      for (const part of PARTS) expect(said.includes(part), JSON.stringify(part)).toBe(false);
    // What was shown instead: else there would have been nothing to keep away.
    if (tells) for (const said of terminal) expect(said).toContain('PWN');
    const isTold = [table, ...others, ...terminal].some(said => said.includes('PWN'));
    expect(isTold).toBe(!UNTOLD.has(mode));
  });
});

describe('a file, a name and a journal that want the terminal', () => {
  const cluster = (more: object) => stringify({clusters: {lake: {...clusterOf({}), ...more}}});

  test.each([
    ['a key', cluster({[EVIL]: 1}), ['status', 'lake']],
    ['a value', cluster({system: EVIL}), ['status', 'lake']],
    ['a cluster', stringify({clusters: {[EVIL]: clusterOf({})}}), ['status', EVIL]],
    ['a cluster that is not there', cluster({}), ['status', EVIL]],
    ['no YAML', `${EVIL}: [`, ['status', 'lake']],
  ])('%s', async (name, text, args) => {
    const file = join(dir, `${name} ${EVIL.replaceAll('/', '')}.yaml`);
    writeFileSync(file, text, {mode: 0o600});
    for (const more of [[], ['--json'], ['--lang', 'zh']]) {
      const said = await inLines([...args, '-i', file, ...more]);
      expect(said.match(OBEYED), JSON.stringify(said)).toBeNull();
      // No look says what its cluster is called, but for programs.
      if (name !== 'a cluster' || more[0] === '--json') expect(said).toContain('PWN');
    }
  });

  test.each([
    ['a run', ['resume', EVIL]],
    ['a command', [EVIL]],
    ['an option', ['runs', `--${EVIL}`]],
    ['a product', ['demo', '--autopilot', '--system', EVIL]],
  ])('%s', async (_, args) => {
    const said = await inLines(args);
    expect(said).toContain('PWN');
    expect(said.match(OBEYED), JSON.stringify(said)).toBeNull();
  });
});
