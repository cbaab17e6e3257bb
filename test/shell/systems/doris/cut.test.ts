import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import type {DorisNode} from '../../../../src/systems/doris/fields.ts';
import {cutAdvice} from '../../../../src/systems/doris/preflight/cut.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';

// What an operator is told to type on the host of a node that an upgrade left in the middle, typed in real shells: wherever
// between stop and start it was cut, bin and lib are of one version afterwards, and the node is started.

const S = '20260101_000000';
const top = mkdtempSync(join(tmpdir(), "lakeup cut's-"));
afterAll(() => rmSync(top, {recursive: true, force: true}));

/** The renames of an upgrade, one after the other. */
const RENAMES = [
  `mv bin bin_backup_${S}`,
  `mv lib lib_backup_${S}`,
  `mv .lakeup-stage-${S}/bin bin`,
  `mv .lakeup-stage-${S}/lib lib`,
  `rm -f .lakeup-stage-${S}/verified && rmdir .lakeup-stage-${S}`,
];

const tree = (root: string, version: string): void => {
  for (const part of ['bin', 'lib']) {
    mkdirSync(join(root, part), {recursive: true});
    writeFileSync(join(root, part, 'version'), version);
  }
  writeFileSync(join(root, 'bin/start_be.sh'), 'echo "$(cat lib/version) $* $JAVA_HOME" >started\n');
  chmodSync(join(root, 'bin/start_be.sh'), 0o755);
};

const cluster = makeMemoryCluster();
const done = cluster.nodes.find(({id}) => id === 'be-1');
const cut = cluster.nodes.find(({id}) => id === 'be-2');
if (done === undefined || cut === undefined) throw new Error('the cluster has no backends');

const kind = (home: string, name: string): string => (readdirSync(home).includes(name) ? 'dir' : 'none');

const factsOf = (home: string): Facts => ({
  process: 'none',
  homeStart: kind(home, 'bin') === 'dir' ? 'start_be.sh' : '',
  packageStart: 'start_be.sh',
  bin: kind(home, 'bin'),
  lib: kind(home, 'lib'),
  leftovers: readdirSync(home).filter(name => name.includes(S)),
});

describe.each(['sh', 'dash', 'bash', 'busybox sh'])('typed into %s', shell => {
  it.each([0, 1, 2, 3, 4, 5])('after %i renames, the node is whole and started', renamed => {
    const home = mkdtempSync(join(top, 'be-'));
    tree(home, 'old');
    tree(join(home, `.lakeup-stage-${S}`), 'new');
    writeFileSync(join(home, `.lakeup-stage-${S}/verified`), '');
    for (const rename of RENAMES.slice(0, renamed)) execFileSync('sh', ['-c', rename], {cwd: home});

    const node: DorisNode = {...cut, home: parseAbsPath(home)};
    const facts = factsOf(home);
    const well = {
      process: 'running',
      version: cluster.settings.version,
      flags: [],
      'env.JAVA_HOME': '/usr/lib/jvm/java 17',
      leftovers: [`bin_backup_${S}`],
    };
    const advice = cutAdvice(facts, node, {
      cluster,
      facts: new Map<typeof node.id, Facts>([
        [done.id, well],
        [node.id, facts],
      ]),
    });
    const command = /: (cd .*)\. Once it is healthy/.exec(advice?.en ?? '')?.[1];
    if (command === undefined) throw new Error(`no command: ${advice?.en}`);
    const [program = 'sh', ...args] = shell.split(' ');
    execFileSync(program, [...args, '-c', command]);

    const version = renamed < 2 ? 'old' : 'new';
    for (const part of ['bin', 'lib'])
      expect(readFileSync(join(home, part, 'version'), 'utf8'), part).toBe(version);
    const started = readFileSync(join(home, 'started'), 'utf8');
    expect(started).toBe(`${version} --daemon ${cut.fields.javaHome ?? '/usr/lib/jvm/java 17'}\n`);
  });
});

it.each(['old', 'moved'])(
  'typed where the old bin is gone and lib is %s, both are the new ones, and started',
  lib => {
    const home = mkdtempSync(join(top, 'be-'));
    const packageDir = mkdtempSync(join(top, 'package-'));
    tree(home, 'old');
    tree(packageDir, 'new');
    writeFileSync(join(home, 'bin/version'), 'new');
    if (lib === 'moved') execFileSync('mv', ['lib', `lib_backup_${S}`], {cwd: home});
    const fields = cut.fields.role === 'be' ? {...cut.fields, package: parseAbsPath(packageDir)} : cut.fields;
    const node: DorisNode = {...cut, home: parseAbsPath(home), fields};
    const facts: Facts = {
      ...factsOf(home),
      'cut.stamp': S,
      'cut.bin': 'old',
      'cut.lib': lib,
      'cut.stage': 'none',
      'cut.newAlone': ['bin'],
    };
    const well = {process: 'running', version: cluster.settings.version, flags: []};
    const advice = cutAdvice(facts, node, {
      cluster,
      facts: new Map<typeof node.id, Facts>([
        [done.id, well],
        [node.id, facts],
      ]),
    });
    const command = /: (cd .*)\. Once it is healthy/.exec(advice?.en ?? '')?.[1];
    if (command === undefined) throw new Error(`no command: ${advice?.en}`);
    execFileSync('sh', ['-c', command]);
    for (const part of ['bin', 'lib'])
      expect(readFileSync(join(home, part, 'version'), 'utf8'), part).toBe('new');
    expect(readFileSync(join(home, `lib_backup_${S}/version`), 'utf8')).toBe('old');
    expect(readFileSync(join(home, 'started'), 'utf8')).toMatch(/^new --daemon/);
  },
);
