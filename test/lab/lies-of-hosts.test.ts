import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {agree, asked, finish, held, seesNode} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {again, allWell, asRoot, makeScene, refusal, type Scene, said} from './lies.ts';
import {labProblem} from './need.ts';
import type {Known} from './person.ts';

/*
 * What only real hosts do: a clock that is off, mounts that forbid, a name that leads elsewhere, a host that comes back with another
 * key, a process that hangs with its ports open, and logins that say more than they are asked. Each is met, what is said is read, what
 * was not done is counted on the hosts, the host is put right, and the key that the screen names is pressed.
 */

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

const TIMEOUT = {timeout: 300_000};
const HOME = '/opt/doris/be';
const HOST_KEY = '/etc/ssh/lakeup-lab/host_key';

/** Mounts a backend's home anew over itself, with an option that a disk is mounted with in the field. */
const mountWith = (scene: Scene, host: string, option: string): Promise<string> =>
  asRoot(scene.lab, host, 'mount --bind "$1" "$1" && mount -o "remount,bind,$2" "$1"', HOME, option);
const unmount = (scene: Scene, host: string): Promise<string> => asRoot(scene.lab, host, 'umount "$1"', HOME);

/** A host is set up anew: another key, which nobody told us, and nothing of what was started runs. */
const comesBackWithAnotherKey = async (scene: Scene, host: string): Promise<void> => {
  const script = `rm "$1" "$1.pub" && ssh-keygen -q -t ed25519 -N '' -f "$1"`;
  await asRoot(scene.lab, host, script, HOST_KEY);
  await scene.lab.reboot(host);
};

/** As ssh-keygen -R and a login after a look at the fingerprint. */
const learnKey = async ({lab}: Scene, host: string): Promise<void> => {
  const address = lab.hosts.find(({name}) => name === host)?.address ?? '';
  const key = await asRoot(lab, host, 'cut -d " " -f 1,2 "$1.pub"', HOST_KEY);
  const others = readFileSync(lab.knownHosts, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(`${address},`));
  writeFileSync(lab.knownHosts, [...others, `${address},${host} ${key.trim()}`, ''].join('\n'));
};

describe.skipIf(problem !== null)('lies of hosts', () => {
  let scene: Scene;
  let terminal: Terminal;

  beforeAll(async () => {
    scene = await makeScene();
    // From here on every login says more than it is asked, in the words of a look too.
    const words =
      'echo "Welcome to $(hostname)"; echo running=false; echo pid=1; echo "last login: never" >&2';
    for (const {name} of scene.lab.hosts) await scene.lab.ssh(name, `printf '%s\\n' '${words}' >~/.bashrc`);
    expect((await scene.lab.ssh('ms-1', 'true')).stdout).toContain('Welcome to ms-1');
    // A hardened host.
    await asRoot(scene.lab, 'ms-1', 'mount -o remount,noexec,nosuid,nodev /tmp');
  }, 600_000);

  afterAll(() => scene?.stop());

  /** Nobody was touched by what was refused. */
  const refuses = async (words: RegExp, known?: Known): Promise<string> => {
    const before = await scene.touched();
    const why = await refusal(scene, known);
    expect(why).toMatch(words);
    expect(await scene.touched()).toEqual(before);
    return why;
  };

  test(
    'a frontend whose clock is off is told by how much, before it is not let back into its group',
    TIMEOUT,
    async () => {
      const ahead = `printf '%s\\n' '#!/bin/sh' 'exec /usr/bin/date -d "+90 seconds" "$@"' >/usr/local/bin/date && chmod 755 /usr/local/bin/date`;
      await asRoot(scene.lab, 'fe-2', ahead);
      await refuses(
        /fe-2 is \d+\.\d to \d+\.\d s ahead of fe-\d; .*Preflight: 1 blocked.*Nothing was changed/,
      );
      await asRoot(scene.lab, 'fe-2', 'rm /usr/local/bin/date');
    },
  );

  test(
    'a home that cannot be written, and one from which nothing can be run, are told beforehand',
    TIMEOUT,
    async () => {
      await mountWith(scene, 'be-1', 'ro');
      await mountWith(scene, 'be-2', 'noexec');
      const why = await refuses(/Preflight: 2 blocked.*Nothing was changed/);
      expect(why).toMatch(
        /✗ be-1: .*\/opt\/doris\/be .*cannot be written by doris.* read-only file system forbids it/,
      );
      expect(why).toMatch(/✗ be-2: .*\/opt\/doris\/be is mounted noexec: lib\/doris_be cannot be run/);
      const [, command = ''] = /As root: `(mount -o remount,exec \S+)`/.exec(why) ?? [];
      await asRoot(scene.lab, 'be-2', command);
      await asRoot(
        scene.lab,
        'be-2',
        'f=$1/conf/may && printf "#!/bin/sh\\n" >"$f" && chmod 700 "$f" && "$f"; rm "$f"',
        HOME,
      );
      for (const host of ['be-1', 'be-2']) await unmount(scene, host);
    },
  );

  test('a name that leads to another host is told as one host of two names', TIMEOUT, async () => {
    const {dir, inventory, cluster, places} = scene.cluster;
    const [be1 = '', be2 = ''] = ['be-1', 'be-2'].map(
      name => places.find(place => place.name === name)?.address,
    );
    const named: Known = {cluster, dir: join(dir, 'named'), inventory: join(dir, 'named.yaml')};
    writeFileSync(
      named.inventory,
      readFileSync(inventory, 'utf8').replace(`"host": "${be2}"`, `"host": "be-2", "address": "${be2}"`),
    );
    mkdirSync(join(named.dir, 'home/.ssh'), {recursive: true});
    writeFileSync(join(named.dir, 'home/.ssh/config'), `Host be-2\n  HostName ${be1}\n`);
    await refuses(
      /10\.77\.0\.12 and be-2 are one host: \/opt\/doris\/be of the one is \/opt\/doris\/be of the other/,
      named,
    );
  });

  test(
    'a host that comes back with another key is not talked to; once the key is known, all is as it was',
    TIMEOUT,
    async () => {
      await comesBackWithAnotherKey(scene, 'fe-3');
      const why = await refuses(/The host shows another key than the one that is known.*Nothing was changed/);
      expect(why).toMatch(/only then remove the old line with `ssh-keygen -R` and add the new key/);
      await learnKey(scene, 'fe-3');
      await scene.start('fe-3');
      await allWell(scene);
    },
  );

  test(
    'a MetaService that hangs with its port open is not healthy: nothing of it is touched',
    TIMEOUT,
    async () => {
      terminal = await scene.upgrade();
      await asked(terminal, 1);
      const before = await scene.touched();
      await scene.signal('ms-1', 'STOP');
      await agree(terminal, 1);
      const why = said(await held(terminal, 'ms-1'));
      expect(why).toMatch(
        /"it is healthy at 3\.0\.6, or already at 3\.1\.2" was not seen within 20s: health not-serving, causes http=timeout/,
      );
      expect(why).toContain('Nothing was begun: lakeup only looked.');
      expect(await scene.touched()).toEqual(before);
      await scene.signal('ms-1', 'CONT');
      await again(terminal, 'ms-1');
      await asked(terminal, 2);
      expect((await scene.touched()).slice(before.length)).toEqual(['stop ms-1', 'start ms-1']);
    },
  );

  test(
    'a disk that turned read-only in the meantime holds the run before its node is stopped',
    TIMEOUT,
    async () => {
      const before = await scene.touched();
      await mountWith(scene, 'be-1', 'ro');
      await agree(terminal, 2);
      const why = said(await held(terminal, 'be-1'));
      expect(why).toMatch(
        /be-1: "copy the new files beside the old" failed\. Refused\. It could not be shown that it may begin.*Read-only file system/,
      );
      expect(why).toContain('The action was certainly not begun.');
      expect(why).toContain('2 of 2 Backends cg_etl serve: be-1, be-2');
      expect(await scene.touched()).toEqual(before);
      await unmount(scene, 'be-1');
      await again(terminal, 'be-1');
      await asked(terminal, 3);
      expect((await scene.touched()).slice(before.length)).toEqual([
        'stop be-1',
        'start be-1',
        'stop be-2',
        'start be-2',
      ]);
    },
  );

  test(
    'a frontend whose host came back with another key is not counted on: no other is stopped beside it',
    TIMEOUT,
    async () => {
      const before = await scene.touched();
      await comesBackWithAnotherKey(scene, 'fe-3');
      await seesNode(terminal, 'fe-3', /unknown/);
      await agree(terminal, 3);
      const why = said(await held(terminal, 'fe-2'));
      expect(why).toContain('fe-2: it is not safe to "stop" yet.');
      expect(why).toMatch(
        /keep a majority; all hold the same group" was not seen within 20s: (othersDown fe-3, )?quorumKept false/,
      );
      expect(why).toMatch(/othersDown expected none seen fe-3/);
      expect(await scene.touched()).toEqual(before);
      await learnKey(scene, 'fe-3');
      await scene.start('fe-3');
      await seesNode(terminal, 'fe-3', /3\.0\.6/);
    },
  );

  test(
    'a master that hangs with its ports open is named, and nobody is stopped; woken, the run goes on to its end',
    TIMEOUT,
    async () => {
      const before = await scene.touched();
      await scene.signal('fe-1', 'STOP');
      await again(terminal, 'fe-2');
      const why = said(await held(terminal, 'fe-2'));
      // By the rows that nobody has, or by the turn that nobody can tell: whichever look came first.
      expect(why).toMatch(/rows=fe-1 timeout|names fe-1 as the master, which does not answer/);
      expect(await scene.touched()).toEqual(before);
      await scene.signal('fe-1', 'CONT');
      await again(terminal, 'fe-2');
      expect(await finish(terminal)).toBe(0);
      expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');
      const after = (await scene.touched()).slice(before.length);
      expect(after.toSorted()).toEqual(
        ['fe-1', 'fe-2', 'fe-3'].flatMap(node => [`start ${node}`, `stop ${node}`]).toSorted(),
      );
    },
  );
});
