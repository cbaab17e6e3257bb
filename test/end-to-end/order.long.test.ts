import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {readEvents, type SimEvent} from '../../src/sim/events-log.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {agree, asked, finish} from '../terminal/person.ts';
import {lastLine} from '../terminal/terminal.ts';
import {eachOnce, masterAt, stopsAndStarts} from './calls.ts';
import {tree} from './cluster.ts';

const NODES = dorisKit.layouts.demo;
const BACKUP = /^(bin|lib)_backup_(\d{8}_\d{6})$/;

type Files = Readonly<Record<string, string>>;
type Home = {
  readonly node: string;
  readonly path: string;
  readonly package: Files;
  readonly files: Files;
  /** The beginning of what is in log/ and data, which living nodes go on writing. */
  readonly out: string;
};

const outOf = (path: string): string =>
  readdirSync(join(path, 'log'))
    .filter(name => name.endsWith('.out'))
    .map(name => readFileSync(join(path, 'log', name), 'utf8'))
    .join('');

const leasesIn = (home: string): string[] =>
  readdirSync(home)
    .filter(name => name.startsWith('.lakeup-lease'))
    .map(name => /^state=(.*)$/m.exec(readFileSync(join(home, name), 'utf8'))?.[1] ?? name);

const readHomes = (dir: string): Home[] =>
  NODES.map(node => {
    const folders = dorisKit.folders(node, dorisKit.to);
    const path = join(dir, 'hosts', node.name, folders.home);
    const pack = join(dir, 'hosts', node.name, folders.package);
    return {node: node.name, path, package: tree(pack), files: tree(path), out: outOf(path)};
  });

/** Pid files belong to processes, not to releases; the scripts may narrow the mode of the binary they start. */
const contents = (files: Files, ...parts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, what]) => {
      const [top = '', ...rest] = path.split('/');
      if (!parts.includes(top) || path.endsWith('.pid')) return [];
      const [kind = '', , hash = ''] = what.split(' ');
      return [[[top.replace(/_backup_.*/, ''), ...rest].join('/'), `${kind} ${hash}`]];
    }),
  );

describe('fourteen nodes, upgraded by the keys of a person', () => {
  let desk: Desk;
  let before: Home[];
  let after: Home[];
  let events: SimEvent[];
  let begun = 0;

  beforeAll(async () => {
    desk = makeDesk();
    const terminal = await desk.open(['demo', '--speed', '50']);
    await asked(terminal, 1);
    const [dir = ''] = readdirSync(desk.temp).map(name => join(desk.temp, name));
    before = readHomes(dir);
    begun = readEvents(join(dir, 'events.log')).length;
    const questions = [];
    for (const phase of [1, 2, 3, 4]) questions.push(await agree(terminal, phase));
    expect(questions[0]).toContain('ms-1 → ms-2 → ms-3');
    expect(questions[2]).toContain('be-1 → be-2 → be-3 → be-4 → be-5 → be-6');
    expect(questions[3]).toContain('observer → follower → master');
    await terminal.waitFor('14 of 14 nodes verified', 300_000);
    // Their leases are given back after that.
    await vi.waitFor(
      () => expect(readHomes(dir).map(({path}) => leasesIn(path))).toEqual(NODES.map(() => ['free'])),
      60_000,
    );
    after = readHomes(dir);
    events = readEvents(join(dir, 'events.log'));
    expect(await finish(terminal)).toBe(0);
    expect(lastLine(terminal)).toBe('14 of 14 nodes verified: demo runs 3.1.2');
    expect(readdirSync(desk.temp), 'the demo takes all with it').toEqual([]);
  }, 600_000);
  afterAll(() => desk?.close());

  test('MetaService, Recycler, backends, frontends: observers, followers, the master last; each once', () => {
    const master = masterAt(events);
    const calls = stopsAndStarts(events.slice(begun));
    const followers = ['fe-1', 'fe-2', 'fe-3'].filter(name => name !== master);
    expect(followers).toHaveLength(2);
    // Followers are equals: their order among themselves is nobody's rule.
    const taken = calls
      .flatMap(call => /^stop (fe-\d)$/.exec(call)?.[1] ?? [])
      .filter(name => followers.includes(name));
    expect(taken.toSorted()).toEqual(followers);
    expect(calls).toEqual(
      eachOnce(
        ...['ms-1', 'ms-2', 'ms-3', 'rc-1'],
        ...['be-1', 'be-2', 'be-3', 'be-4', 'be-5', 'be-6'],
        ...['fe-4', ...taken, master],
      ),
    );
  });

  test('never two down at once: each process ends, begins at the new version and is up before the next ends', () => {
    const lives = events
      .slice(begun)
      .flatMap(({node, what}) =>
        /^process (?:ends|begins|up)/.test(what)
          ? [`${node} ${what.replace(/^process (ends|begins|up)( [\d.]+)?.*/, '$1$2')}`]
          : [],
      );
    const order = lives.flatMap(life => /^(\S+) ends/.exec(life)?.[1] ?? []);
    expect(order).toHaveLength(14);
    expect(lives).toEqual(
      order.flatMap(node => [`${node} ends`, `${node} begins 3.1.2`, `${node} up 3.1.2`]),
    );
  });

  test.each(NODES.map(({name}, i) => [name, i] as const))(
    '%s: one pair of backups with the old files, the package in their place, all else kept',
    (name, i) => {
      const [was, is] = [before[i], after[i]];
      if (was === undefined || is === undefined) throw new Error(`${name} was not read`);
      // The lease stays, given back: whoever comes next reads in it who was there.
      const top = (files: Files): string[] =>
        Object.keys(files).filter(path => !path.includes('/') && !/^\.lakeup-lease\.\d+$/.test(path));
      const backups = top(is.files).filter(path => !top(was.files).includes(path));
      const [, , stamp] = BACKUP.exec(backups[0] ?? '') ?? [];
      expect(backups).toEqual([`bin_backup_${stamp}`, `lib_backup_${stamp}`]);
      expect(contents(is.files, ...backups)).toEqual(contents(was.files, 'bin', 'lib'));
      expect(contents(is.files, 'bin', 'lib')).toEqual(contents(is.package, 'bin', 'lib'));
      expect(contents(is.files, 'bin', 'lib')).not.toEqual(contents(was.files, 'bin', 'lib'));
      const rest = top(was.files).filter(path => path !== 'bin' && path !== 'lib');
      expect(rest).toContain('conf');
      expect(top(is.files).toSorted()).toEqual([...top(was.files), ...backups].toSorted());
      expect(contents(is.files, ...rest)).toEqual(contents(was.files, ...rest));
      expect(is.out.startsWith(was.out), 'the log goes on').toBe(true);
    },
  );
});
