import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it, test} from 'vitest';

const root = join(import.meta.dirname, '../..');
const LAKEUP = join(root, 'dist/lakeup.mjs');

const dir = mkdtempSync(join(tmpdir(), 'lakeup-old-node-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

/** Says to whoever asks that this is another node. */
const pretending = (version: string): readonly string[] => {
  const file = join(dir, `${version}.cjs`);
  const versions = `{...process.versions, node: '${version}'}`;
  writeFileSync(file, `Object.defineProperty(process, 'versions', {value: ${versions}});\n`);
  return ['--require', file];
};

const start = (node: string, flags: readonly string[], args: readonly string[], lang = 'en_US.UTF-8') => {
  const env = {PATH: process.env.PATH ?? '', HOME: dir, LANG: lang};
  const {status, stdout, stderr} = spawnSync(node, [...flags, LAKEUP, ...args], {env, encoding: 'utf8'});
  return {status, stdout, stderr};
};

describe('a node that is too old', () => {
  it.each([
    ['18.0.0', [], 'en_US.UTF-8', 'lakeup needs node 22 or newer, and this is node 18.0.0'],
    ['21.7.3', ['status', 'x', '-i', 'y'], 'C', 'lakeup needs node 22 or newer, and this is node 21.7.3'],
    ['20.20.2', ['runs'], 'zh_CN.UTF-8', 'lakeup 需要 node 22 或更新版本，而这里是 node 20.20.2'],
    ['20.20.2', ['runs', '--lang', 'zh'], 'en_US.UTF-8', 'lakeup 需要 node 22 或更新版本'],
    ['20.20.2', ['--lang=en', 'runs'], 'zh_CN.UTF-8', 'lakeup needs node 22 or newer'],
  ])('%s is refused in one sentence: %j, %s', (version, args, lang, words) => {
    const {status, stdout, stderr} = start(process.execPath, pretending(version), args, lang);
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toContain(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('meets nothing but that question: what it cannot read is loaded later', () => {
    expect(readFileSync(LAKEUP, 'utf8')).not.toMatch(/^\s*(import|export)\b(?!\()/m);
  });

  const SYSTEM = '/usr/bin/node';
  const version = existsSync(SYSTEM)
    ? spawnSync(SYSTEM, ['--version'], {encoding: 'utf8'}).stdout.trim()
    : '';
  const [, major = '99'] = /^v(\d+)\./.exec(version) ?? [];

  test.skipIf(Number(major) >= 22)(`this machine's own ${version} is refused`, () => {
    const {status, stdout, stderr} = start(SYSTEM, [], ['runs']);
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toBe(`lakeup needs node 22 or newer, and this is node ${version.slice(1)} (${SYSTEM}).\n`);
  });
});

describe('a node that is new enough', () => {
  it.each(['22.0.0', '24.21.0', '100.0.0'])('%s is not refused', version => {
    expect(start(process.execPath, pretending(version), ['--version'])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });
});
