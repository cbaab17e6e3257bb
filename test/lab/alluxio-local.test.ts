import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {alluxioKit} from '../../src/fakes/alluxio/kit.ts';
import {release} from '../../src/fakes/alluxio/kit-release.ts';
import {tarball} from '../../src/fakes/alluxio/kit-tar.ts';
import {agree, destroy, finish} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {SHARED_AT, shareDir} from './names.ts';
import {labProblem} from './need.ts';
import {sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

const MASTERS = ['m-1', 'm-2', 'm-3'];
const BACKUPS = '/srv/alluxio/bk';
const PACKAGE = 'alluxio-2.9.4-bin.tar.gz';

// Hosts with disks of their own: what lies on one of them lies on no other until somebody brings it.
describe.skipIf(problem !== null)('a backup on the disk of one of three masters', () => {
  let lab: Lab;
  let demo: Installed;
  let terminal: Terminal | null = null;

  beforeAll(async () => {
    lab = await startLab({hosts: [...MASTERS, 'w-1', 'w-2'], user: 'alluxio'});
    mkdirSync(shareDir(lab.dir), {recursive: true});
    const files = release('2.9.4').map(file => ({...file, path: `alluxio-2.9.4/${file.path}`}));
    writeFileSync(join(shareDir(lab.dir), PACKAGE), tarball(files));
    demo = await installKit(lab, {
      kit: alluxioKit,
      cluster: 'lake-cache',
      layout: 'masters',
      speed: 20,
      knobs: {'m-1': {PERSISTED: 'all'}},
      settings: {package: `${SHARED_AT}/${PACKAGE}`, backupDirectory: BACKUPS},
    });
    // New versions are put beside the home.
    for (const {address} of demo.places) await lab.ssh(address, 'chown alluxio /opt', {as: 'root'});
  }, 600_000);

  afterAll(async () => {
    await terminal?.close();
    await lab?.stop();
  });

  const onMasters = (command: string): Promise<string[]> =>
    Promise.all(
      MASTERS.map(async host => {
        const {stdout, stderr} = await lab.ssh(host, command);
        return `${stdout}${stderr}`.trimEnd();
      }),
    );

  test('is brought to the same path on each, and all are started from it', {timeout: 1_200_000}, async () => {
    expect(await onMasters(`ls ${BACKUPS} 2>/dev/null`)).toEqual(['', '', '']);
    terminal = await sit(lab, demo, ['upgrade']);
    await agree(terminal, 1, 600_000);
    await agree(terminal, 2, 600_000);
    // The next question is that before the first stop: copies were agreed to with the backup.
    await agree(terminal, 4, 600_000);
    const [first, ...others] = await onMasters(`cd ${BACKUPS} && sha256sum *.gz`);
    expect(first).toMatch(/^[0-9a-f]{64} {2}alluxio-backup-\S+\.gz$/);
    expect(others).toEqual([first, first]);

    await agree(terminal, 7, 600_000);
    await agree(terminal, 8, 600_000);
    for (const master of MASTERS) await destroy(terminal, master, 'lake-cache', 600_000);
    await agree(terminal, 9, 600_000);
    await agree(terminal, 10, 600_000);
    expect(await finish(terminal, 600_000)).toBe(0);
    expect(lastLine(terminal)).toBe('5 of 5 nodes verified: lake-cache runs 2.9.4');

    const uri = `file://${BACKUPS}/${first?.split('  ')[1]}`;
    const started = await onMasters(
      "ps -Aww -o args | grep '[i]nit.from.backup' | sed 's/.*backup=//; s/ .*//'",
    );
    expect(started).toEqual([uri, uri, uri]);
  });
});
