import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {alluxioKit} from '../../src/fakes/alluxio/kit.ts';
import {release} from '../../src/fakes/alluxio/kit-release.ts';
import {tarball} from '../../src/fakes/alluxio/kit-tar.ts';
import {agree, asked, destroy, finish, held, retry} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {identityFile, SHARED_AT, shareDir} from './names.ts';
import {labProblem} from './need.ts';
import {sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

const MASTERS = ['m-1', 'm-2', 'm-3'];
const PACKAGE = 'alluxio-2.9.4-bin.tar.gz';

/** The first time that this host is told to start its worker nothing happens, and the script ends with 0. */
const DEAF = `cd /opt/alluxio-2.9.4/bin && sed -i '2i case " $* " in *" worker "*) if [ ! -e /tmp/told ]; then : >/tmp/told; exit 0; fi ;; esac' alluxio-start.sh`;

// Hosts of their own, with OpenSSH between them: what the product's own commands go by.
describe.skipIf(problem !== null)('the guide’s cluster-wide commands, over real ssh', () => {
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
      settings: {
        commands: 'cluster-wide',
        package: `${SHARED_AT}/${PACKAGE}`,
        backupDirectory: '/srv/alluxio/bk',
      },
    });
    for (const {address} of demo.places) await lab.ssh(address, 'chown alluxio /opt', {as: 'root'});
    const input = readFileSync(identityFile(lab.dir));
    await lab.ssh('m-1', 'umask 077 && mkdir -p ~/.ssh && cat >~/.ssh/id_ed25519', {input});
  }, 600_000);

  afterAll(async () => {
    await terminal?.close();
    await lab?.stop();
  });

  /** What went out from the first master, by its own log. */
  const sent = async (): Promise<readonly string[]> => {
    const {stdout} = await lab.ssh('m-1', 'cat /opt/alluxio-2.*/logs/task.log');
    return stdout.split('\n').flatMap(line => /^Executing .*\/bin\/(.*)$/.exec(line)?.[1] ?? []);
  };
  const pidOf = async (host: string): Promise<string> =>
    (await lab.ssh(host, "ps -Aww -o pid,args | grep '[A]lluxioWorker' | awk '{print $1}'")).stdout.trim();

  test('stop and start every node; who did not heed one is named, and started alone', {
    timeout: 1_500_000,
  }, async () => {
    terminal = await sit(lab, demo, ['upgrade']);
    await agree(terminal, 1, 600_000);
    await agree(terminal, 2, 600_000);
    expect(await asked(terminal, 4, 600_000)).toContain('alluxio-stop.sh workers');
    await agree(terminal, 4, 600_000);
    await agree(terminal, 7, 600_000);
    await agree(terminal, 8, 600_000);
    for (const master of MASTERS) await destroy(terminal, master, 'lake-cache', 600_000);
    await agree(terminal, 9, 600_000);
    await asked(terminal, 10, 600_000);
    const deaf = await lab.ssh('w-2', DEAF);
    expect(`${deaf.code}${deaf.stderr}`).toBe('0');
    await agree(terminal, 10, 600_000);
    await held(terminal, 'w-2', 600_000);
    const other = await pidOf('w-1');
    expect(other).toMatch(/^\d+$/);
    expect(await pidOf('w-2')).toBe('');
    await retry(terminal);
    expect(await finish(terminal, 600_000)).toBe(0);
    expect(lastLine(terminal)).toBe('5 of 5 nodes verified: lake-cache runs 2.9.4');
    expect(await pidOf('w-1'), 'who ran goes on').toBe(other);
    expect(await sent()).toEqual([
      'alluxio-stop.sh worker',
      'alluxio-stop.sh master',
      'alluxio-stop.sh master',
      expect.stringMatching(/^alluxio-start\.sh -i file:\S+ -a master$/),
      'alluxio-stop.sh worker',
      'alluxio-start.sh -a worker NoMount',
    ]);
  });
});
