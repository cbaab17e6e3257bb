import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import type {Place} from '../../src/model/kit.ts';
import {agree, cellOf, finish, held, seesNode} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {labProblem} from './need.ts';
import {ask, sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

/** What the grid says of a healthy node before the upgrade. */
const OK = /3\.0\.6.*(ok|alive)|alive.*3\.0\.6/;

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
    terminal = await sit(lab, demo, ['status', '--watch']);
    await seesNode(terminal, 'be-1', OK);
    await seesNode(terminal, 'be-2', OK);
    await lab.cut('be-1');
    const cut = await seesNode(terminal, 'be-1', /unknown/);
    expect(cellOf(cut, 'be-2')).toMatch(OK);
    // The others are still looked at: one that dies meanwhile is seen to be down, and up again.
    await lab.ssh('be-2', 'pkill -KILL -x doris_be');
    await seesNode(terminal, 'be-2', /down/);
    await start('be-2');
    const still = await seesNode(terminal, 'be-2', OK);
    expect(cellOf(still, 'be-1')).toMatch(/unknown/);
    await lab.mend('be-1');
    await seesNode(terminal, 'be-1', OK);
    terminal.press('q');
    expect(await terminal.exited()).toBe(0);
  });

  test('a host that rebooted is seen as it is: its node is down, and nobody starts it', {
    timeout: 600_000,
  }, async () => {
    terminal = await sit(lab, demo, ['status', '--watch']);
    await seesNode(terminal, 'be-1', OK);
    await seesNode(terminal, 'be-2', OK);
    await lab.reboot('be-2');
    await seesNode(terminal, 'be-2', /down/);
    expect((await lab.ssh('be-2', 'pgrep -x doris_be')).stdout).toBe('');
    await start('be-2');
    await seesNode(terminal, 'be-2', OK);
    terminal.press('q');
    expect(await terminal.exited()).toBe(0);
  });

  test('a disk without room is refused before anything begins', {timeout: 600_000}, async () => {
    await lab.fill('be-2');
    try {
      terminal = await sit(lab, demo, ['upgrade']);
      expect(await terminal.exited()).toBe(2);
      expect(terminal.screen().join('\n')).toMatch(/✗ be-2: .*room/);
      expect(lastLine(terminal)).toMatch(/Preflight: 1 blocked.*Nothing was changed/);
    } finally {
      await lab.unfill('be-2');
    }
    const {stdout} = await lab.ssh('be-2', `ls ${placeOf('be-2').home}`);
    expect(stdout.split('\n')).not.toContainEqual(expect.stringContaining('backup'));
  });

  test('a disk that fills up holds the run before the node is touched; with room, it goes on', {
    timeout: 1_800_000,
  }, async () => {
    terminal = await sit(lab, demo, ['upgrade'], {columns: 200, rows: 60});
    expect(await agree(terminal, 1)).toMatch(/OUTAGE.*There is one MetaService.*O {2}begin/s);
    await terminal.waitFor(/[╭┏][─━] Phase 2 of 3/, 300_000);
    await lab.fill('be-2');
    await agree(terminal, 2);
    const why = await held(terminal, 'be-2');
    expect(why).toMatch(/No space left on device/);
    // Still the old one, and it serves: only its new files were being copied.
    expect(cellOf(why, 'be-2')).toMatch(/3\.0\.6/);
    expect((await lab.ssh('be-2', 'pgrep -xc doris_be')).stdout).toBe('1\n');
    await lab.unfill('be-2');
    terminal.press('r');
    await agree(terminal, 3, 600_000);
    expect(await finish(terminal, 900_000)).toBe(0);
    expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');
    const {stdout} = await ask(lab, demo, ['status']);
    expect(stdout.match(/3\.1\.2/g)).toHaveLength(6);
  });
});
