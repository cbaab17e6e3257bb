import {once} from 'node:events';
import {
  chownSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {apart, begin, beginIn} from '../../../src/host/alone.ts';
import {RECEIPT} from '../../../src/host/receipt-names.ts';
import {CUT_OFF_EXIT, NO_RECEIPT_EXIT} from '../../../src/lib/exit-codes.ts';
import {lines, type Sh, sh} from '../../../src/lib/sh.ts';
import type {Command} from '../transport/shells.ts';
import {type Host, makeHost} from './launches.ts';
import {bootId, leaveReceipt, ownerName} from './receipts.ts';

const SHELLS: readonly (readonly [string, Command])[] = [
  ['dash', ['dash']],
  ['bash --posix', ['bash', '--posix']],
  ['busybox sh', ['busybox', 'sh']],
];

/** Says that it is at work, and goes on once it may. */
const waits = (more: string): string =>
  `echo begun; echo aside >&2; while [ ! -e "$home/go" ]; do sleep 0.05; done; ${more}`;
const go = ({home}: Host): void => writeFileSync(join(home, 'go'), '');
const first = async (child: ReturnType<Host['launch']>): Promise<void> => {
  await once(child.stdout ?? child, 'data');
};

let host: Host;
afterEach(() => host.close());

describe.runIf(process.platform === 'linux').each(SHELLS)('an action launched under %s', (_, command) => {
  it('is followed live, and leaves its exit code, its output, and nobody else’s eyes on them', async () => {
    host = makeHost(command);
    const child = host.launch(waits(`printf '1%%\\r2%%\\n'; echo "it's done"; exit 7`));
    const over = host.ended(child);
    await first(child);
    expect(await host.look()).toBe('running');
    go(host);
    expect(await over).toEqual({code: 7, stdout: "begun\n1%\r2%\nit's done\n", stderr: 'aside\n'});
    expect(await host.look()).toBe('ended');
    const receipt = join(host.home, host.receipts()[0] ?? '');
    expect(statSync(receipt).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(receipt).filter(name => name !== 'ended'))
      expect(`${name} ${(statSync(join(receipt, name)).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
    expect(readFileSync(join(receipt, 'of'), 'utf8').split('\n')).toEqual([
      'run=20260101-000000-aaaa',
      'token=3',
      'hand=word',
      'step=p/stop@a',
      'attempt=1',
      'does=stop',
      '',
    ]);
    await host.clear();
    expect(host.receipts()).toEqual([]);
    expect(await host.look()).toBe('none');
  });

  it('goes on where the link is cut, and is followed on: what it said, what it says, and how it ends', async () => {
    host = makeHost(command);
    const child = host.launch(waits('echo more; exit 3'));
    await first(child);
    host.cut(child);
    const over = host.follow();
    go(host);
    expect(await over).toEqual({code: 3, stdout: 'begun\nmore\n', stderr: 'aside\n'});
    // Once more, as long as nobody has said that it was heard.
    expect(await host.follow()).toMatchObject({code: 3, stdout: 'begun\nmore\n'});
  });

  it('whose shell is killed with its whole group goes on as well', async () => {
    host = makeHost(command);
    const child = host.launch(waits('exit 4'));
    await first(child);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    expect(await host.look()).toBe('running');
    go(host);
    expect(await host.follow()).toMatchObject({code: 4, stdout: 'begun\n'});
  });

  it('is asked for by its own run, word, step and attempt, and by no other', async () => {
    host = makeHost(command);
    await host.ended(host.launch('exit 0'));
    for (const asked of [
      {attempt: 2},
      {step: 'p/start@a'},
      {run: '20260101-000000-bbbb'},
      {hands: ['other']},
      {hands: []},
    ]) {
      expect(await host.look(asked), JSON.stringify(asked)).toBe('none');
      expect((await host.follow(asked)).code).toBe(NO_RECEIPT_EXIT);
      await host.clear(asked);
    }
    expect(host.receipts()).toHaveLength(1);
    expect(await host.look({hands: ['x', 'word']})).toBe('ended');
  });

  it('that is killed has the exit code of that, and none where nobody was left to write it', async () => {
    host = makeHost(command);
    const child = host.launch('echo begun; exec sleep 600');
    const over = host.ended(child);
    await first(child);
    const sleeps = readdirSync('/proc').find(
      pid => /^\d+$/.test(pid) && groupOf(pid) === host.owner() && comm(pid) === 'sleep',
    );
    process.kill(Number(sleeps), 'SIGKILL');
    expect((await over).code).toBe(137);
    await host.clear();

    const other = host.launch('echo begun; exec sleep 600');
    const gone = host.ended(other);
    await first(other);
    process.kill(-host.owner(), 'SIGKILL');
    expect((await gone).code).toBe(CUT_OFF_EXIT);
    expect(await host.look()).toBe('cut-off');
    expect((await host.follow()).code).toBe(CUT_OFF_EXIT);
  });

  it('ends with its whole group where somebody ends that, but for a server that it has started', async () => {
    host = makeHost(command);
    const text = `${apart}
apart sh -c 'sleep 600 >/dev/null 2>&1 & echo $!' >"$home/server"
sh -c 'trap "" TERM; sleep 1' &
echo begun
sleep 600`;
    const child = host.launch(text);
    const over = host.ended(child);
    await first(child);
    const server = readFileSync(join(host.home, 'server'), 'utf8').trim();
    process.kill(-host.owner(), 'SIGTERM');
    expect((await over).code).toBe(143);
    expect(await host.look()).toBe('ended');
    expect(comm(server)).toBe('sleep');
    process.kill(Number(server), 'SIGKILL');
  });

  it('that leaves a server with its output is not waited for by that, nor is the server ended', async () => {
    host = makeHost(command);
    const over = await host.ended(host.launch(`${apart}\napart sh -c 'sleep 600 & echo $!'; exit 5`));
    expect(over.code).toBe(5);
    const server = over.stdout.trim();
    expect(comm(server)).toBe('sleep');
    await host.clear();
    expect(host.receipts()).toEqual([]);
    expect(comm(server)).toBe('sleep');
    process.kill(Number(server), 'SIGKILL');
  });

  it('that leaves a server which goes on speaking does not end it by being cleared', async () => {
    host = makeHost(command);
    const speaks = 'i=0; while :; do i=$((i + 1)); echo $i; echo $i >said; sleep 0.01; done';
    const over = await host.ended(
      host.launch(`cd "$home"; ${apart}\napart sh -c '{ ${speaks}; } & echo server $!'; exit 5`),
    );
    expect(over.code).toBe(5);
    const server = /server (\d+)/.exec(over.stdout)?.[1] ?? '';
    await host.clear();
    expect(host.receipts()).toEqual([]);
    const said = (): number => Number(readFileSync(join(host.home, 'said'), 'utf8').trim() || 0);
    const before = said();
    // More than a piece takes reads.
    await expect.poll(said, {timeout: 60_000}).toBeGreaterThan(before + 200);
    process.kill(Number(server), 'SIGKILL');
  });

  it('is cleared though a server that it left speaks meanwhile, of which a piece is kept by name', async () => {
    host = makeHost(command);
    await host.ended(host.launch('exit 5'));
    const piece = join(host.home, host.receipts()[0] ?? '', 'out.9');
    const kept = `(: >"${piece}") 2>/dev/null`;
    host.instead('rm', `for at; do :; done; /bin/rm -rf "$at"/*; ${kept}; exec /bin/rmdir "$at"`);
    expect((await host.clear()).stderr).toBe('');
    expect(host.receipts()).toEqual([]);
  });

  it('wakes whoever follows by its end alone, whatever it leaves behind', async () => {
    host = makeHost(command);
    host.instead('timeout', 'shift; exec "$@"');
    const over = await host.ended(
      host.launch(`${apart}\napart sh -c 'sleep 600 >/dev/null 2>&1 & echo $!'; exit 5`),
    );
    expect(over.code).toBe(5);
    process.kill(Number(over.stdout.trim()), 'SIGKILL');
  });

  it.each(['exit 125', 'exit 1', 'exit 127', 'exec "$@"'])(
    'is followed where timeout knows no parts of a second: %s',
    async timeout => {
      host = makeHost(command);
      host.instead('timeout', timeout);
      const child = host.launch(waits('exit 6'));
      const over = host.ended(child);
      await first(child);
      go(host);
      expect(await over).toEqual({code: 6, stdout: 'begun\n', stderr: 'aside\n'});
    },
  );

  it('that says very much keeps the beginning and the end of it', async () => {
    host = makeHost(command);
    const text =
      'echo first; i=0; while [ $i -lt 40 ]; do i=$((i + 1)); head -c 100000 /dev/zero | tr "\\0" x; done; echo last';
    const child = host.launch(text);
    host.cut(child);
    await expect.poll(() => host.look(), {timeout: 60_000}).toBe('ended');
    const receipt = join(host.home, host.receipts()[0] ?? '');
    const size = readdirSync(receipt)
      .filter(name => name !== 'ended')
      .reduce((all, name) => all + statSync(join(receipt, name)).size, 0);
    expect(size).toBeLessThan(4 * 256 * 1024 + 1_000);
    const {code, stdout} = await host.follow();
    expect(code).toBe(0);
    expect(stdout.startsWith('first\nxxx')).toBe(true);
    expect(stdout.endsWith('xxxlast\n')).toBe(true);
  });
});

const statOf = (pid: string | number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
};
const groupOf = (pid: string): number => Number(statOf(pid)[2]);
const comm = (pid: string): string | null => {
  try {
    return statOf(pid)[0] === 'Z' ? null : readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
};

describe.runIf(process.platform === 'linux')('a receipt', () => {
  const renamed = (end: string): void => {
    const [name = ''] = host.receipts();
    renameSync(join(host.home, name), join(host.home, `${RECEIPT}.${end}`));
  };

  it.each([
    ['of a host that was started anew', () => ownerName(process.pid, {boot: '00000000'})],
    ['whose process is another one by now', () => `${bootId()}.${process.pid}.1`],
  ])('%s is of an action whose end nobody knows', async (_, end) => {
    host = makeHost();
    const child = host.launch('echo begun; exec sleep 600');
    const over = host.ended(child);
    await first(child);
    process.kill(-host.owner(), 'SIGKILL');
    await over;
    renamed(end());
    expect(await host.look()).toBe('cut-off');
    expect((await host.follow()).code).toBe(CUT_OFF_EXIT);
  });

  it('that cannot be made is no reason not to stop or to start, and one not to move files', async () => {
    host = makeHost();
    host.instead('mkdir', 'echo "mkdir: No space left on device" >&2; exit 1');
    const worked = sh`echo worked`;
    const ended = (unmade: 'refuse' | 'go on') =>
      host.ended(host.launch(lines(sh`lease_token=`, beginIn('work', unmade), worked)));
    expect(await ended('go on')).toEqual({
      code: 0,
      stdout: 'worked\n',
      stderr: 'going on without a receipt: mkdir: No space left on device\n',
    });
    expect(await ended('refuse')).toEqual({
      code: 97,
      stdout: '',
      stderr: 'mkdir: No space left on device\n',
    });
    expect(host.receipts()).toEqual([]);
  });

  it.each([
    [
      'says what it was, where another run left it',
      sh`lease_run=20260101-000000-bbbb`,
      /^cleared the receipt of p\/stop@a, attempt 1 of run 20260101-000000-aaaa, which was still there: exit code 3\n$/,
    ],
    ['says nothing where its own run knows how it ended', sh``, /^$/],
  ])('that is still there is cleared by the next action, which %s', async (_, run, says) => {
    host = makeHost();
    const kind = {kind: 'jvm', mainClasses: ['x.Y'], homeIn: {property: 'x'}, passing: []} as const;
    const text = (more: Sh): Sh => lines(sh`lease_token=`, begin(kind, 'work'), more);
    expect((await host.ended(host.launch(text(sh`exit 3`), 'p/stop@a', 1))).code).toBe(3);
    const next = host.launch(lines(run, text(sh`exit 0`)), 'p/stop@a', 2);
    const {code, stderr} = await host.ended(next);
    expect(code).toBe(0);
    expect(stderr).toMatch(says);
    expect(host.receipts()).toHaveLength(1);
    expect(await host.look({attempt: 1})).toBe('none');
    expect(await host.look({attempt: 2})).toBe('ended');
  });

  it('of another machine with the same run is not cleared by who has heard of its own', async () => {
    host = makeHost();
    await host.ended(host.begun(host.actionOf('exit 3', 'p/stop@a', 1, 'old')));
    const [other] = host.receipts();
    await host.ended(host.launch('exit 0'));
    expect(host.receipts()).toHaveLength(2);
    await host.clear();
    expect(host.receipts()).toEqual([other]);
    // What an earlier process of the run has begun is its own as well, once it has heard of that.
    await host.clear();
    expect(host.receipts()).toEqual([]);
  });

  it('of one that was turned away a moment ago is left to whoever is about to tell why; an old one goes', async () => {
    host = makeHost();
    const name = ownerName(1, {birth: '1'});
    const other = leaveReceipt(host.home, name);
    symlinkSync('97', join(other, 'ended'));
    const next = lines(sh`lease_token=`, beginIn('work'), sh`exit 0`);
    expect((await host.ended(host.launch(next, 'p/stop@a', 1))).code).toBe(0);
    expect(host.receipts()).toContain(`${RECEIPT}.${name}`);
    const before = new Date(Date.now() - 180_000);
    utimesSync(other, before, before);
    expect((await host.ended(host.launch(next, 'p/stop@a', 2))).code).toBe(0);
    expect(host.receipts()).not.toContain(`${RECEIPT}.${name}`);
  });

  it('has all that a failed action said, also where the host is slow to keep it', async () => {
    host = makeHost();
    host.instead('dd', 'sleep 3; exec /bin/dd "$@"');
    const {code, stdout, stderr} = await host.ended(host.launch('echo word; echo why >&2; exit 97'));
    expect({code, stdout, stderr}).toEqual({code: 97, stdout: 'word\n', stderr: 'why\n'});
  });

  it('of one at work is not cleared, and turns the next away, whose own goes', async () => {
    host = makeHost();
    const text = lines(sh`lease_token=`, beginIn('work'), waits('exit 0') as Sh);
    const child = host.launch(text, 'p/stop@a', 1);
    const over = host.ended(child);
    await first(child);
    const {code, stderr} = await host.ended(host.launch(text, 'p/stop@a', 2));
    expect(code).toBe(98);
    expect(stderr).toMatch(/^stop \(process \d+\) of an earlier call is still at work/);
    await host.clear({attempt: 1});
    expect(await host.look()).toBe('running');
    expect(host.receipts()).toHaveLength(1);
    go(host);
    expect((await over).code).toBe(0);
  });

  it('of somebody else’s is none of this run’s, whatever it says', async () => {
    host = makeHost();
    await host.ended(host.launch('exit 0'));
    const [name = ''] = host.receipts();
    if (process.getuid?.() !== 0) return;
    chownSync(join(host.home, name), 54_322, 54_322);
    expect(await host.look()).toBe('none');
  });

  it('takes no word but a number for an end', async () => {
    host = makeHost();
    await host.ended(host.launch('exit 0'));
    const ended = join(host.home, host.receipts()[0] ?? '', 'ended');
    unlinkSync(ended);
    symlinkSync('0; true', ended);
    expect((await host.follow()).code).toBe(CUT_OFF_EXIT);
  });
});
