import {type ChildProcess, execFileSync, spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, afterEach, beforeEach, describe, expect, it} from 'vitest';
import {place} from '../../../src/host/files.ts';
import {refuse} from '../../../src/host/guard.ts';
import {tone} from '../../../src/host/identity.ts';
import {parseLines} from '../../../src/host/lines.ts';
import {removeKept} from '../../../src/host/remove-kept.ts';
import {GUARD_EXIT} from '../../../src/lib/exit-codes.ts';
import {lines} from '../../../src/lib/sh.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {setVars, type Vars} from '../../../src/model/script.ts';
import {keptFacts, keptLook} from '../../../src/recipe/kept.ts';

const STAMP = '20261122_010203';
const [BUSYBOX, UNSHARE] = ['busybox', 'unshare'];
const NAME = `lib_backup_${STAMP}`;

let root = '';
let home = '';
let kept = '';
let going = '';
const children: ChildProcess[] = [];

/** A home whose name holds what shells trip over, what a run has kept in it, and something that is nobody's. */
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup it\'s "a" $HOME ')));
  home = join(root, 'the home');
  kept = join(home, NAME);
  going = join(home, `.lakeup-going-${STAMP}-${NAME}`);
  for (const folder of ['lib', 'conf', 'bin']) mkdirSync(join(home, folder), {recursive: true});
  writeFileSync(join(home, 'lib/doris_be'), 'new');
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'other/mine'), 'not yours');
  mkdirSync(join(kept, 'deep er/and er'), {recursive: true});
  for (const name of ['doris_be', '-rf', 'a "b" c.jar', 'two\nlines', 'deep er/and er/x'])
    writeFileSync(join(kept, name), `old ${name}`);
  symlinkSync(join(root, 'other'), join(kept, 'leads out'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, {recursive: true, force: true});
});

/** Every name below a directory, with what it is. */
const treeOf = (at: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(at, {recursive: true, encoding: 'utf8'}).map(name => {
      const path = join(at, name);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) return [name, `-> ${readlinkSync(path)}`];
      return [name, stat.isDirectory() ? 'dir' : createHash('sha1').update(readFileSync(path)).digest('hex')];
    }),
  );

type Ran = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

const applets = (): string => {
  const bin = join(mkdtempSync(join(tmpdir(), 'lakeup-box-')), 'bin');
  mkdirSync(bin);
  spawnSync(BUSYBOX, ['--install', '-s', bin]);
  return bin;
};
/** Each shell with the machine's programs, and busybox with none but its own. */
const WAYS: readonly {readonly name: string; readonly shell: readonly string[]; readonly box: boolean}[] = [
  {name: 'dash', shell: ['dash'], box: false},
  {name: 'bash', shell: ['bash'], box: false},
  {name: 'busybox', shell: [BUSYBOX, 'sh'], box: true},
].filter(({shell: [program = '', ...args]}) => spawnSync(program, [...args, '-c', ':']).status === 0);
const BOX = WAYS.some(({box}) => box) ? applets() : '';
afterAll(() => {
  if (BOX !== '') rmSync(dirname(BOX), {recursive: true});
});
const pathOf = (program: string): string =>
  execFileSync('sh', ['-c', `command -v ${program}`], {encoding: 'utf8'}).trim();

const places = (more: Vars = {}): Vars => ({
  home,
  path: kept,
  kept_stamp: STAMP,
  homes: home,
  used: '',
  closed: '',
  known_by: '',
  glance: '',
  ...more,
});

describe.runIf(process.platform === 'linux').each(WAYS)(
  'in $name',
  ({shell: [program = '', ...args], box}) => {
    const run = (script: string): Ran => {
      const {status, stdout, stderr} = spawnSync(pathOf(program), [...args, '-c', script], {
        encoding: 'utf8',
        cwd: '/',
        env: box ? {PATH: BOX} : process.env,
      });
      return {code: status, stdout, stderr};
    };
    const look = (more: Vars = {}): Facts => {
      const {code, stdout, stderr} = run(lines(setVars(places(more)), keptLook));
      if (code !== 0) throw new Error(stderr);
      return keptFacts(parseLines(stdout));
    };
    const asSeen = (facts: Facts, what = 'dir'): Vars => ({
      what,
      id: facts.id ?? '',
      above_was: facts.above ?? '',
      files: facts.files ?? '',
      folders: facts.folders ?? '',
      bytes: facts.bytes ?? '',
      newest: facts.newest ?? '',
    });
    const remove = (vars: Vars, more: Vars = {}): Ran =>
      run(lines(setVars({...places(more), ...vars}), tone, refuse, place, removeKept));

    /** Refused, with these words, and everything lies as it lay. */
    const stays = (vars: Vars, words: RegExp, more: Vars = {}): void => {
      const before = treeOf(root);
      const {code, stderr} = remove(vars, more);
      expect(stderr).toMatch(words);
      expect(code).toBe(GUARD_EXIT);
      expect(treeOf(root)).toEqual(before);
    };

    it('removes what was asked about, and nothing else; once more it is gone already', () => {
      const facts = look();
      expect(facts).toMatchObject({
        place: 'dir',
        going: 'none',
        files: 6,
        folders: 3,
        devices: 1,
        against: [],
      });
      const {above, id, shared} = facts;
      expect(look({glance: 'yes'})).toEqual({place: 'dir', going: 'none', above, id, shared, against: []});
      const before = treeOf(root);
      const {code, stderr, stdout} = remove(asSeen(facts));
      expect({code, stderr}).toEqual({code: 0, stderr: ''});
      expect(stdout).toContain(`removed ${kept}`);
      const others = Object.entries(before).filter(([name]) => !name.startsWith(`the home/${NAME}`));
      expect(treeOf(root)).toEqual(Object.fromEntries(others));
      expect(look()).toEqual({place: 'none', going: 'none', above: facts.above, against: []});
      expect(remove(asSeen(facts)).stdout).toContain('gone already');
    });

    it('removes a file', () => {
      const file = join(root, 'backup.gz');
      writeFileSync(file, 'gzip');
      const facts = look({path: file});
      expect(facts).toMatchObject({place: 'file', bytes: 4, files: 1});
      expect(remove(asSeen(facts, 'file'), {path: file}).code).toBe(0);
      expect(existsSync(file)).toBe(false);
    });

    it.each([
      ['', /no path/],
      ['/', /no path/],
      ['lib', /no path/],
      ['/lib', /no path/],
    ] as const)('is told %j, and touches nothing', (path, words) => {
      const before = treeOf(root);
      const {code, stderr} = remove(asSeen(look()), {path});
      expect(stderr).toMatch(words);
      expect(code).toBe(1);
      expect(treeOf(root)).toEqual(before);
    });

    it('follows no link: one in its place stays, and so does what it leads to', () => {
      const facts = look();
      renameSync(kept, join(root, 'moved'));
      symlinkSync(join(root, 'moved'), kept);
      expect(look()).toMatchObject({place: 'symlink', against: []});
      stays(asSeen(facts), /it is symlink/);
    });

    it.each<[string, () => void]>([
      ['a file more', () => writeFileSync(join(kept, 'notes'), 'keep this')],
      ['a file less', () => rmSync(join(kept, 'doris_be'))],
      ['a byte more', () => appendFileSync(join(kept, 'doris_be'), '.')],
      ['a directory more', () => mkdirSync(join(kept, 'new'))],
      ['a newer change', () => utimesSync(join(kept, 'doris_be'), new Date(), new Date(Date.now() + 5_000))],
    ])('leaves what has changed since: %s', (_, change) => {
      const facts = look();
      change();
      stays(asSeen(facts), /it has changed since it was asked about/);
    });

    it('leaves what was exchanged for another one that looks the same', () => {
      const facts = look();
      execFileSync('cp', ['-a', kept, join(root, 'copy')]);
      rmSync(kept, {recursive: true});
      renameSync(join(root, 'copy'), kept);
      stays(asSeen(facts), /another one/);
    });

    it('leaves what lies in another directory than before, and does not take it for gone', () => {
      const facts = look();
      stays({...asSeen(facts), above_was: '1:1'}, /is not the one it was/);
      rmSync(kept, {recursive: true});
      stays({...asSeen(facts), above_was: '1:1'}, /is not the one it was/);
      expect(look({path: join(root, 'never/there')}).place).toBe('unreachable');
    });

    const works = async (command: readonly string[], cwd = '/'): Promise<number> => {
      const [file = '', ...words] = command;
      const child = spawn(file, words, {cwd, stdio: ['ignore', 'pipe', 'ignore']});
      children.push(child);
      await new Promise(resolve => child.stdout.once('data', resolve));
      return child.pid ?? 0;
    };
    const WAIT = 'console.log(1); setInterval(() => {}, 1e6)';

    it('leaves what a process works in, by its directory, by an open file, or by its program', async () => {
      const facts = look();
      const at = await works([process.execPath, '-e', WAIT], join(kept, 'deep er'));
      expect(look().against).toEqual([expect.stringMatching(`^process ${at} \\(.*\\) is at work in it$`)]);
      stays(asSeen(facts), new RegExp(`process ${at} .* is at work in it`));
      children.splice(0)[0]?.kill('SIGKILL');
      const open = `require('fs').openSync(process.argv[1]); ${WAIT}`;
      const reads = await works([process.execPath, '-e', open, join(kept, 'doris_be')]);
      stays(asSeen(facts), new RegExp(`process ${reads} .* is at work in it`));
      children.splice(0)[0]?.kill('SIGKILL');
      const program = join(kept, 'sh');
      copyFileSync('/bin/dash', program);
      const runs = await works([program, '-c', 'echo 1; while sleep 1; do :; done']);
      stays(asSeen(look()), new RegExp(`process ${runs} .* is at work in it`));
    });

    it('leaves what the live home lies in, by whatever name', () => {
      const facts = look();
      const inside = join(kept, 'deep er');
      stays(asSeen(facts), /lies in it/, {homes: `${home}\n${inside}`});
      const link = join(root, 'lake');
      symlinkSync(inside, link);
      stays(asSeen(facts), /lake lies in it/, {homes: link});
      stays(asSeen(facts), /and er lies in it/, {used: join(inside, 'and er')});
      stays(asSeen(facts), /it lies in .*the home/, {closed: join(root, 'other\n').concat(home)});
    });

    it('leaves what a link of the live home leads into, and what its conf names', () => {
      const facts = look();
      symlinkSync(join(kept, 'doris_be'), join(home, 'lib/current'));
      stays(asSeen(facts), /lib\/current leads into it/);
      rmSync(join(home, 'lib/current'));
      symlinkSync(join(kept, 'deep er'), join(home, '.other home'));
      stays(asSeen(facts), /\.other home leads into it/);
      rmSync(join(home, '.other home'));
      writeFileSync(join(home, 'conf/be.conf'), `# was ${kept}\njars = ${kept}.other\n`);
      expect(look().against).toEqual([]);
      appendFileSync(join(home, 'conf/be.conf'), `jars = ${kept}/jars\n`);
      stays(asSeen(facts), /conf\/be\.conf names it/);
    });

    it('leaves what has no receipt of the run, where the run has left one: it is somebody else’s by now', () => {
      const known_by = `.lakeup-cache-${STAMP}`;
      const file = join(kept, known_by);
      const none =
        /the run has left \.lakeup-cache-\d+_\d+ in it, and it is not there: it is not what the run has kept/;
      const facts = look({known_by});
      expect(facts.against).toEqual([expect.stringMatching(none)]);
      stays(asSeen(facts), none, {known_by});
      writeFileSync(join(kept, '.lakeup-cache-20200101_000000'), '');
      symlinkSync(join(root, 'other/mine'), file);
      stays(asSeen(look({known_by})), none, {known_by});
      rmSync(file);
      writeFileSync(file, '');
      const right = look({known_by});
      expect(right.against).toEqual([]);
      // Of what is half removed it may have gone first.
      renameSync(kept, going);
      rmSync(join(going, known_by));
      expect(look({known_by}).against).toEqual([]);
      expect(remove(asSeen(right), {known_by}).code).toBe(0);
      expect(existsSync(going)).toBe(false);
    });

    it('goes on with what an earlier try has left half removed, and with nothing else of that name', () => {
      const facts = look();
      renameSync(kept, going);
      rmSync(join(going, 'doris_be'));
      const another = join(root, 'another');
      mkdirSync(another);
      expect(look()).toMatchObject({place: 'none', going: 'dir', id: facts.id, files: 5});
      expect(remove(asSeen(facts)).code).toBe(0);
      expect(existsSync(going)).toBe(false);
      renameSync(another, going);
      stays(asSeen(facts), /exchanged/);
      mkdirSync(kept);
      stays(asSeen(facts), /it is dir, and .* is dir/);
    });
  },
);

const canMount = process.getuid?.() === 0 && spawnSync(UNSHARE, ['-m', 'true']).status === 0;

describe.runIf(canMount)('where something is mounted', () => {
  const inNamespace = (script: string): Ran => {
    const {status, stdout, stderr} = spawnSync(UNSHARE, ['-m', 'sh', '-c', script], {
      encoding: 'utf8',
      cwd: '/',
    });
    return {code: status, stdout, stderr};
  };
  const told = (mount: string): Ran => inNamespace(`${mount}\n${lines(setVars(places()), keptLook)}`);

  it('below it, or on it, it stays, and so does all of that', () => {
    const {stdout: before} = told(':');
    const facts = keptFacts(parseLines(before));
    const mount = 'mount -t tmpfs none "$MOUNT" && echo data >"$MOUNT/file"';
    for (const at of [join(kept, 'deep er'), kept]) {
      const mounted = mount.replaceAll('$MOUNT', at.replaceAll('"', '\\"').replaceAll('$', '\\$'));
      expect(keptFacts(parseLines(told(mounted).stdout)).against).toEqual([`${at} is mounted there`]);
      const vars: Vars = {
        ...places(),
        what: 'dir',
        id: facts.id ?? '',
        above_was: facts.above ?? '',
        files: facts.files ?? '',
        folders: facts.folders ?? '',
        bytes: facts.bytes ?? '',
        newest: facts.newest ?? '',
      };
      const script = lines(setVars(vars), tone, refuse, place, removeKept);
      // Also where nothing was mounted when it was measured, and by the mount alone.
      const {code, stdout} = inNamespace(
        `${mounted}\n(${script}\n)\necho "ended=$?"\ncat "${at.replaceAll('"', '\\"').replaceAll('$', '\\$')}/file"`,
      );
      expect(code).toBe(0);
      expect(stdout).toContain(`ended=${GUARD_EXIT}\ndata`);
      expect(existsSync(join(kept, 'doris_be'))).toBe(true);
    }
  });

  it('elsewhere too, or a part of it, it stays: a live home may be there by another name', () => {
    const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
    const elsewhere = join(root, 'else where');
    mkdirSync(elsewhere);
    for (const from of [kept, join(kept, 'deep er')]) {
      const {stdout} = told(`mount --bind ${quoted(from)} ${quoted(elsewhere)}`);
      expect(keptFacts(parseLines(stdout)).against).toEqual([`it is mounted at ${elsewhere} too`]);
    }
    // What lies beside it may be.
    const {stdout} = told(`mount --bind ${quoted(join(home, 'lib'))} ${quoted(elsewhere)}`);
    expect(keptFacts(parseLines(stdout)).against).toEqual([]);
  });
});
