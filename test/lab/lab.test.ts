import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {until} from './command.ts';
import {clearLeftovers, type Lab, startLab} from './lab.ts';
import {namespaceOf} from './names.ts';
import {namespacesOf, processesOf} from './namespaces.ts';
import {labProblem} from './need.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

/** A conversation over one ssh connection: what is sent comes back with "got" before it. */
const converse = (lab: Lab, host: string) => {
  const [program = '', ...args] = lab.inOperator(
    'ssh',
    ...['-F', lab.sshConfig, '-l', 'root', host],
    'while read -r line; do echo "got $line"; done',
  );
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit']});
  let heard = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    heard += piece;
  });
  return {
    say: (word: string) => child.stdin.write(`${word}\n`),
    hears: (word: string) => until(`the answer to ${word}`, () => heard.includes(`got ${word}\n`)),
    heard: () => heard,
    ended: () => child.exitCode !== null,
    end: () => child.kill('SIGKILL'),
  };
};

describe.skipIf(problem !== null)('hosts out of namespaces', () => {
  let lab: Lab;
  let tookMs = 0;

  beforeAll(async () => {
    const startedAt = performance.now();
    lab = await startLab({hosts: 3, user: 'ops'});
    tookMs = performance.now() - startedAt;
  });

  afterAll(() => lab?.stop());

  const bootId = async (host: string): Promise<string> =>
    (await lab.ssh(host, 'cat /proc/sys/kernel/random/boot_id')).stdout.trim();

  test('three hosts are up within ten seconds', () => {
    expect(tookMs).toBeLessThan(10_000);
    expect(lab.hosts.map(({name}) => name)).toEqual(['host-1', 'host-2', 'host-3']);
  });

  test('a user without rights logs in by key, and each host is a machine of its own', async () => {
    const looks = await Promise.all(
      lab.hosts.map(async ({name}) => {
        const script =
          'hostname; id -un; touch /home/ops/mine /etc/mine; ls /home/ops; ps -e -o comm= | sort -u';
        return (await lab.ssh(name, script)).stdout.split('\n');
      }),
    );
    expect(looks.map(([name]) => name)).toEqual(['host-1', 'host-2', 'host-3']);
    for (const look of looks) {
      expect(look[1]).toBe('ops');
      expect(look[2]).toBe('mine');
      // Nothing of the machine's: only its own process 1, sshd and what was asked.
      expect(look.slice(3).filter(Boolean)).not.toContain('node');
    }
    expect(new Set(await Promise.all(lab.hosts.map(({name}) => bootId(name)))).size).toBe(3);
    expect(existsSync('/home/ops')).toBe(false);
  });

  test('hosts reach each other by name, and nothing beyond the lab', async () => {
    const other = await lab.ssh('host-1', 'exec 3<>/dev/tcp/host-2/22 && head -n 1 <&3');
    expect(other.stdout).toMatch(/^SSH-2\.0-OpenSSH/);
    const beyond = await lab.ssh('host-1', 'ip route show default; exec 3<>/dev/tcp/192.0.2.1/22');
    expect(beyond.code).not.toBe(0);
    expect(beyond.stdout).toBe('');
  });

  test('process 1 collects orphans', async () => {
    await lab.ssh('host-1', 'for n in 1 2 3; do (sleep 0.1 </dev/null >/dev/null 2>&1 &); done');
    await until('all orphans are gone', async () => {
      const {stdout} = await lab.inside('host-1', ['ps', '-e', '-o', 'stat=,comm=']);
      return !/\bsleep\b/.test(stdout) && !/^Z/m.test(stdout);
    });
  });

  test('a pulled cable leaves a connection half-open, and a mended one lets it go on', async () => {
    const talk = converse(lab, 'host-2');
    try {
      talk.say('before');
      await talk.hears('before');
      await lab.cut('host-2');
      talk.say('meanwhile');
      // What was sent waits, unacknowledged; no end of the connection knows.
      await until('something waits to be acknowledged', async () => {
        const {stdout} = await lab.operator(['ss', '-Htn', 'state', 'established', 'dst', '10.77.0.12']);
        return stdout.split('\n').some(line => Number(line.trim().split(/\s+/)[1]) > 0);
      });
      expect(talk.heard()).not.toContain('meanwhile');
      expect(talk.ended()).toBe(false);
      const meanwhile = await lab.ssh('host-2', 'true', {withinMs: 2000});
      expect(meanwhile.code).not.toBe(0);
      expect((await lab.ssh('host-1', 'echo fine')).stdout).toBe('fine\n');
      expect((await lab.inside('host-2', ['hostname'])).stdout).toBe('host-2\n');
      await lab.mend('host-2');
      await talk.hears('meanwhile');
    } finally {
      talk.end();
      await lab.mend('host-2');
    }
  });

  test('a reboot brings another boot id and keeps the disk, not /run and /tmp', async () => {
    const before = await bootId('host-3');
    await lab.ssh(
      'host-3',
      'echo kept >/home/ops/file; echo gone >/tmp/file; nohup sleep 1000 >/dev/null 2>&1 &',
    );
    await lab.ssh('host-3', 'echo gone >/run/file', {as: 'root'});
    await lab.powerOff('host-3');
    expect((await lab.ssh('host-3', 'true', {withinMs: 2000})).code).not.toBe(0);
    await lab.boot('host-3');
    const after = await lab.ssh(
      'host-3',
      'cat /home/ops/file /tmp/file /run/file 2>/dev/null; pgrep -x sleep',
    );
    expect(after.stdout).toBe('kept\n');
    expect(await bootId('host-3')).not.toBe(before);
  });

  test('a full disk says so, and gives the space back', async () => {
    await lab.fill('host-1');
    const full = await lab.ssh('host-1', 'echo more >/home/ops/more');
    expect(full.code).not.toBe(0);
    expect(full.stderr).toContain('No space left on device');
    expect((await lab.ssh('host-2', 'echo more >/home/ops/more')).code).toBe(0);
    await lab.unfill('host-1');
    expect((await lab.ssh('host-1', 'echo more >/home/ops/more')).code).toBe(0);
  });

  test('a host that is not there is named', async () => {
    expect(() => lab.cut('host-9')).toThrow('no host host-9; there are: host-1 host-2 host-3');
  });
});

describe.skipIf(problem !== null)('what a lab leaves behind', () => {
  const traces = (name: string) => ({
    namespaces: namespacesOf(namespaceOf(name, '')),
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter(line => line.includes(`/${name}/`)),
    folder: existsSync(`/var/lib/lakeup-lab/${name}`),
  });
  const none = {namespaces: [], mounts: [], folder: false};

  test('nothing after stop: no namespace, mount, process or file', async () => {
    const lab = await startLab({hosts: 2});
    const pids = (await Promise.all(traces(lab.name).namespaces.map(processesOf))).flat();
    expect(pids.length).toBeGreaterThanOrEqual(4);
    await lab.stop();
    expect(traces(lab.name)).toEqual(none);
    await until('every process is gone', () => pids.every(pid => !existsSync(`/proc/${pid}`)));
    await lab.stop();
  });

  test('what a killed owner left is removed by the next, and nothing that is in use', async () => {
    const standing = await startLab({hosts: 1});
    const script = `const {startLab} = await import(${JSON.stringify(`${import.meta.dirname}/lab.ts`)});
      process.stdout.write((await startLab({hosts: 1})).name); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const left = await new Promise<string>(resolve =>
        owner.stdout.setEncoding('utf8').once('data', resolve),
      );
      await clearLeftovers();
      expect(traces(left).folder).toBe(true);
      const gone = new Promise(resolve => owner.once('exit', resolve));
      owner.kill('SIGKILL');
      await gone;
      expect(traces(left).namespaces).toHaveLength(2);
      await clearLeftovers();
      expect(traces(left)).toEqual(none);
      expect((await standing.ssh('host-1', 'hostname')).stdout).toBe('host-1\n');
    } finally {
      owner.kill('SIGKILL');
      await standing.stop();
    }
  });
});
