import {rmSync} from 'node:fs';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Place} from '../../src/model/kit.ts';
import {dorisKit} from '../../src/systems/doris/fake/kit.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {labProblem} from './need.ts';
import {agree, ask, finish, held, sit} from './person.ts';
import type {Terminal} from './terminal.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

describe.skipIf(problem !== null)('trouble on real hosts', () => {
  let lab: Lab;
  let demo: Installed;
  let terminal: Terminal | null = null;

  beforeAll(async () => {
    const hosts = dorisKit.layouts.small?.map(({name}) => name) ?? [];
    lab = await startLab({hosts, user: 'doris'});
    demo = await installKit(lab, {kit: dorisKit, cluster: 'lake-doris', layout: 'small', speed: 20});
  }, 600_000);

  afterEach(() => terminal?.close());

  afterAll(async () => {
    await lab?.stop();
    if (demo !== undefined) rmSync(demo.dir, {recursive: true, force: true});
  });

  const placeOf = (name: string): Place => {
    const place = demo.places.find(known => known.name === name);
    if (place === undefined) throw new Error(`no node ${name}`);
    return place;
  };
  /** As an operator would by hand. */
  const start = (name: string) => lab.ssh(name, dorisKit.start(placeOf(name)));

  test('a pulled cable makes a node unknown while the others go on; mended, it is ok again', {
    timeout: 600_000,
  }, async () => {
    terminal = sit(lab, demo, 'status', '--watch');
    await terminal.sees(/be-1 3\.0\.6 .*be-2 3\.0\.6/);
    await lab.cut('be-1');
    const cut = await terminal.sees(/be-1 unknown/);
    expect(cut).toMatch(/be-2 3\.0\.6/);
    // The others are still looked at: one that dies meanwhile is seen to be down, and up again.
    await lab.ssh('be-2', 'pkill -KILL doris_be');
    await terminal.sees(/be-2 .*down/);
    await start('be-2');
    await terminal.sees(/be-1 unknown .*be-2 3\.0\.6 .*alive/);
    await lab.mend('be-1');
    await terminal.sees(/be-1 3\.0\.6 .*alive.*be-2 3\.0\.6/, 120_000);
    terminal.press('q');
    expect(await terminal.exitCode).toBe(0);
  });

  test('a host that rebooted is seen as it is: its node is down, and nobody starts it', {
    timeout: 600_000,
  }, async () => {
    terminal = sit(lab, demo, 'status', '--watch');
    await terminal.sees(/be-1 3\.0\.6 .*be-2 3\.0\.6/);
    await lab.reboot('be-2');
    await terminal.sees(/be-2 .*down/, 120_000);
    const {stdout} = await lab.ssh('be-2', 'pgrep -f fake-doris; true');
    expect(stdout).toBe('');
    await start('be-2');
    await terminal.sees(/be-2 3\.0\.6 .*alive/, 120_000);
    terminal.press('q');
    expect(await terminal.exitCode).toBe(0);
  });

  test('a disk without room is refused before anything begins', {timeout: 600_000}, async () => {
    await lab.fill('be-2');
    try {
      terminal = sit(lab, demo, 'upgrade');
      expect(await terminal.exitCode).toBe(2);
      expect(terminal.screen()).toMatch(/✗ be-2: .*room/);
      expect(terminal.lastLine()).toMatch(/Preflight: 1 blocked.*Nothing was changed/);
    } finally {
      await lab.unfill('be-2');
    }
    const {stdout} = await lab.ssh('be-2', `ls ${placeOf('be-2').home}`);
    expect(stdout.split('\n')).not.toContainEqual(expect.stringContaining('backup'));
  });

  test('a disk that fills up holds the run before the node is touched; with room, it goes on', {
    timeout: 1_800_000,
  }, async () => {
    terminal = sit(lab, demo, 'upgrade');
    await agree(terminal, 1);
    await terminal.sees(/╭─ Phase 2 of 3/, 300_000);
    await lab.fill('be-2');
    await agree(terminal, 2);
    const why = await held(terminal, 'be-2');
    expect(why).toMatch(/No space left on device/);
    // Still the old one, and it serves: only its new files were being copied.
    expect(why).toMatch(/be-2\s.*\n?.*3\.0\.6/);
    expect((await lab.ssh('be-2', 'pgrep -c doris_be')).stdout).toBe('1\n');
    await lab.unfill('be-2');
    terminal.press('r');
    await agree(terminal, 3, 600_000);
    expect(await finish(terminal, 900_000)).toBe(0);
    expect(terminal.lastLine()).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');
    const {stdout} = await ask(lab, demo, 'status');
    expect(stdout.match(/3\.1\.2/g)).toHaveLength(6);
  });
});
