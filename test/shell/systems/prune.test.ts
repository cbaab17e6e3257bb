import {cpSync, existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {parseLines} from '../../../src/host/lines.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {type Body, renderScript, type Vars} from '../../../src/model/script.ts';
import {keptFacts} from '../../../src/recipe/kept.ts';
import * as alluxio from '../../../src/systems/alluxio/scripts/prune.ts';
import {nodeVars} from '../../../src/systems/alluxio/scripts/role.ts';
import * as doris from '../../../src/systems/doris/scripts/prune.ts';
import {install as installAlluxio, linux, STAMP} from './alluxio/homes.ts';
import {install as installDoris, run, shells} from './doris/homes.ts';

// The bodies whole, with an action's beginning, as a plan holds them. What lies there otherwise: host/kept.test.ts.

type At = {
  readonly look: Body;
  readonly act: Body;
  readonly own: Vars;
  readonly path: string;
  readonly homes: string;
};

const places = ({path, homes}: At): Vars => ({
  path,
  kept_stamp: STAMP,
  homes,
  used: '',
  closed: '',
  known_by: '',
  glance: '',
});

const lookAt = (at: At, shell: string): Facts => {
  const {code, stdout, stderr} = run(renderScript({body: at.look, vars: {...at.own, ...places(at)}}), shell);
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return keptFacts(parseLines(stdout));
};

const remove = (at: At, facts: Facts, shell: string) =>
  run(
    renderScript({
      body: at.act,
      vars: {
        ...at.own,
        ...places(at),
        what: 'dir',
        id: facts.id ?? '',
        above_was: facts.above ?? '',
        files: facts.files ?? '',
        folders: facts.folders ?? '',
        bytes: facts.bytes ?? '',
        newest: facts.newest ?? '',
      },
    }),
    shell,
  );

describe.runIf(linux).each(shells)('in %s', shell => {
  it.each(['ms', 'be', 'fe'] as const)('Doris, %s: the old lib goes, and lib stays', role => {
    const {node, home} = installDoris(role);
    const path = join(home, `lib_backup_${STAMP}`);
    cpSync(join(home, 'lib'), path, {recursive: true, verbatimSymlinks: true});
    const at: At = {
      look: doris.keptBody(role),
      act: doris.pruneBody(role),
      own: {home: node.home},
      path,
      homes: home,
    };
    const before = run(renderScript({body: doris.homeFilesBody(role), vars: at.own}), shell);
    expect(before).toMatchObject({code: 0, stdout: expect.stringMatching(/^files=[0-9a-f]+$/m)});
    const {code, stderr} = remove(at, lookAt(at, shell), shell);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    expect(existsSync(path)).toBe(false);
    expect(run(renderScript({body: doris.homeFilesBody(role), vars: at.own}), shell)).toEqual(before);
    writeFileSync(join(home, 'lib/version'), 'another');
    const after = run(renderScript({body: doris.homeFilesBody(role), vars: at.own}), shell);
    expect(after.stdout).not.toBe(before.stdout);
  });

  it('Alluxio behind a link: the old version goes, the one that the link leads to stays', () => {
    const {node, home, old, root} = installAlluxio({layout: 'link'});
    const live = join(root, 'opt/alluxio-live');
    cpSync(old, live, {recursive: true, verbatimSymlinks: true});
    const at = (path: string): At => ({
      look: alluxio.keptBody('master'),
      act: alluxio.pruneBody('master'),
      own: nodeVars(node),
      path,
      homes: home,
    });
    // It is live as long as the link leads there.
    const facts = lookAt(at(old), shell);
    expect(facts.against).toEqual([`${home} lies in it`, `${home} leads into it`]);
    expect(remove(at(old), facts, shell)).toMatchObject({code: 97, stderr: expect.stringContaining('stays')});
    expect(existsSync(old)).toBe(true);
    rmSync(home);
    symlinkSync(live, home);
    expect(readlinkSync(home)).toBe(live);
    expect(remove(at(old), lookAt(at(old), shell), shell)).toMatchObject({code: 0});
    expect({old: existsSync(old), live: existsSync(join(live, 'conf'))}).toEqual({old: false, live: true});
  });

  it('Alluxio in a directory: what was set aside goes, and the home stays', () => {
    const {node, home} = installAlluxio({layout: 'dir'});
    const path = `${home}_backup_${STAMP}`;
    mkdirSync(join(path, 'lib'), {recursive: true});
    symlinkSync(home, join(path, 'lib/home'));
    const at: At = {
      look: alluxio.keptBody('worker'),
      act: alluxio.pruneBody('worker'),
      own: nodeVars(node),
      path,
      homes: home,
    };
    expect(remove(at, lookAt(at, shell), shell)).toMatchObject({code: 0});
    expect({path: existsSync(path), home: existsSync(join(home, 'conf'))}).toEqual({path: false, home: true});
  });
});
