import {execFileSync, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import {open, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {CopyProgress} from '../../src/model/copy.ts';
import type {HostId} from '../../src/model/ids.ts';
import {look, until} from './fixtures.ts';
import {FIRST, type Pair, realPair, SECOND, simPair} from './pairs.ts';
import {sshdMissing} from './real-sshd.ts';

const MB = 1024 * 1024;
/** More than the windows of both channels and all that is on its way. */
const SIZE = 16 * MB;

/** A file that cannot be compressed. */
const makeFile = async (path: string, size = SIZE): Promise<void> => {
  const file = await open(path, 'w');
  const piece = randomBytes(MB);
  for (let at = 0; at < size; at += MB) {
    piece.writeUInt32LE(at);
    await file.write(piece);
  }
  await file.close();
};

const same = async (a: string, b: string): Promise<boolean> => (await readFile(a)).equals(await readFile(b));

/** Processes of this machine that are so; one that ends meanwhile is none. */
const processes = (isSo: (pid: number) => boolean): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        return isSo(pid);
      } catch {
        return false;
      }
    });

/** Writes until there is no room. */
const fill = (path: string): void => {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(64 * 1024));
  } catch (error) {
    if (!String(error).includes('ENOSPC')) throw error;
  }
};

/** What the buffers of this process hold once all that nobody needs is thrown away. */
const heldBytes = (): number => {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  // Buffers go with the round after the one that finds nobody who needs them.
  gc();
  gc();
  return process.memoryUsage().arrayBuffers;
};

const missing = sshdMissing();
const makers: readonly (readonly [string, () => Promise<Pair>])[] = [
  ['two of the demo’s hosts', simPair],
  ...(missing === null ? [['two real sshds', realPair] as const] : []),
];
if (missing !== null) process.stderr.write(`skipped: copies between real sshds: ${missing}\n`);

describe.each(makers)('a file between %s', (_name, makePair) => {
  let pair: Pair;
  let from = '';
  let count = 0;
  beforeAll(async () => {
    pair = await makePair();
    from = join(pair.dirs[0], 'x.gz');
    await makeFile(from);
  });
  afterAll(() => pair?.stop());

  /** A place of its own for each copy. */
  const place = (): string => {
    count += 1;
    return join(pair.dirs[1], `to-${count}`, 'x.gz');
  };
  const copy = (
    to: string,
    more: {
      onProgress?: (progress: CopyProgress) => void;
      signal?: AbortSignal;
      stallMs?: number;
      source?: string;
    } = {},
  ) =>
    pair.transport.copy(
      {
        from: {host: FIRST, path: parseAbsPath(more.source ?? from)},
        to: {host: SECOND, path: parseAbsPath(to)},
        stallMs: more.stallMs ?? 60_000,
      },
      more.onProgress ?? (() => undefined),
      more.signal,
    );
  const answers = async (host: HostId): Promise<boolean> =>
    (await pair.transport.ask(host, look('echo well'))).kind === 'shell';

  test('arrives whole, for its owner alone, and is told while it comes', async () => {
    const to = place();
    const told: CopyProgress[] = [];
    const reply = await copy(to, {onProgress: progress => void told.push(progress)});
    expect(reply).toMatchObject({kind: 'copy', code: 0, side: 'receiver', stderr: ''});
    expect(await same(from, to)).toBe(true);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    expect(told.at(-1)?.stage).toBe('checking');
  });

  test('does not keep looks and actions waiting', async () => {
    let seen: Promise<boolean> | null = null;
    await copy(place(), {
      onProgress: ({stage}) => {
        if (stage === 'copying') seen ??= answers(SECOND);
      },
    });
    expect(await seen).toBe(true);
  });

  test.each([
    ['sender', 0],
    ['receiver', 1],
  ] as const)(
    'whose cable is cut in the middle, at the %s: lost, and the next copy is whole',
    async (side, i) => {
      const to = place();
      const reply = await copy(to, {
        onProgress: ({stage, bytes}) => {
          if (stage === 'copying' && bytes < SIZE) pair.cut[i]();
        },
      });
      expect(reply).toMatchObject({kind: 'lost', trouble: 'dropped'});
      expect(reply.kind === 'lost' && reply.detail.en).toMatch(
        new RegExp(`^${side} .* of 16\\.0 MiB had come$`),
      );
      expect(existsSync(to)).toBe(false);
      await until(() => answers(SECOND), 'the host to be reached again');
      expect(await copy(to)).toMatchObject({kind: 'copy', code: 0});
      expect(await same(from, to)).toBe(true);
      expect(readdirSync(dirname(to))).toEqual(['x.gz']);
    },
  );

  test('that is called off leaves a part at most, and ends what ran on the hosts', async () => {
    const to = place();
    const stop = new AbortController();
    const reply = await copy(to, {
      signal: stop.signal,
      onProgress: ({stage}) => {
        if (stage === 'copying') stop.abort();
      },
    });
    expect(reply).toMatchObject({kind: 'lost', trouble: 'cancelled'});
    expect(readdirSync(dirname(to)).filter(name => name !== 'x.gz.lakeup-part')).toEqual([]);
    const sends = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `cat\0${from}\0`;
    await until(() => processes(sends).length === 0, 'the sender to end');
  });

  test('many at once take turns, and all arrive', async () => {
    const small = join(pair.dirs[0], 'small');
    await makeFile(small, MB);
    const places = Array.from({length: 8}, place);
    const replies = await Promise.all(places.map(to => copy(to, {source: small})));
    expect(replies.map(reply => reply.kind === 'copy' && reply.code)).toEqual(places.map(() => 0));
    for (const to of places) expect(await same(small, to)).toBe(true);
  });
});

describe.skipIf(missing !== null)('between two real sshds', () => {
  let pair: Awaited<ReturnType<typeof realPair>>;
  let from = '';
  beforeAll(async () => {
    pair = await realPair();
    from = join(pair.dirs[0], 'x.gz');
    await makeFile(from);
  });
  afterAll(() => pair?.stop());
  const copy = (
    to: string,
    stallMs = 60_000,
    onProgress: (progress: CopyProgress) => void = () => undefined,
  ) =>
    pair.transport.copy(
      {from: {host: FIRST, path: parseAbsPath(from)}, to: {host: SECOND, path: parseAbsPath(to)}, stallMs},
      onProgress,
    );

  test('64 MB are never held in memory', async () => {
    const large = join(pair.dirs[0], 'large');
    await makeFile(large, 64 * MB);
    const to = join(pair.dirs[1], 'large-too');
    const before = heldBytes();
    let most = 0;
    const reply = await pair.transport.copy(
      {
        from: {host: FIRST, path: parseAbsPath(large)},
        to: {host: SECOND, path: parseAbsPath(to)},
        stallMs: 60_000,
      },
      () => {
        most = Math.max(most, heldBytes());
      },
    );
    expect(most - before).toBeLessThan(16 * MB);
    expect(reply).toMatchObject({kind: 'copy', code: 0});
    expect(await same(large, to)).toBe(true);
  });

  test('a host that stands still in the middle is given up, and it is said which', async () => {
    const to = join(pair.dirs[1], 'still', 'x.gz');
    let isStopped = false;
    // The keepalive notices a host that is dead; one whose writer alone stands still is noticed by nobody else.
    const stopping = () =>
      copy(to, 1_500, ({stage, bytes}) => {
        if (stage !== 'copying' || bytes === SIZE || isStopped) return;
        for (const pid of processes(pid => readlinkSync(`/proc/${pid}/fd/1`).startsWith(to)))
          if (readFileSync(`/proc/${pid}/comm`, 'utf8') === 'cat\n') isStopped = process.kill(pid, 'SIGSTOP');
      });
    let reply = await stopping();
    // On a busy machine the writer may be done before anybody heard how far it is.
    for (let i = 0; i < 20 && !isStopped; i += 1) {
      rmSync(to);
      reply = await stopping();
    }
    expect(reply).toMatchObject({
      kind: 'lost',
      trouble: 'timeout',
      detail: {en: `receiver ${SECOND}: nothing has moved for 1.5 s`},
    });
    expect(await copy(to)).toMatchObject({code: 0});
  });

  const small = () => {
    const dir = join(pair.dirs[1], 'small-disk');
    mkdirSync(dir);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir]).status === 0;
    return {dir, mounted, umount: () => mounted && execFileSync('umount', ['-l', dir])};
  };

  test('a disk that has no room is told before anything is sent, and one that fills up meanwhile is not left full', async context => {
    const {dir, mounted, umount} = small();
    if (!mounted) return context.skip('a file system of its own cannot be mounted here');
    try {
      const reply = await copy(join(dir, 'x.gz'));
      expect(reply).toMatchObject({
        kind: 'copy',
        code: 97,
        side: 'receiver',
        stderr: expect.stringMatching(/no room for 16777216 bytes/),
      });
      expect(readdirSync(dir)).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=20m', dir]);
      let filled = false;
      const later = await copy(join(dir, 'x.gz'), 60_000, ({stage, bytes}) => {
        if (stage !== 'copying' || filled || bytes === SIZE) return;
        filled = true;
        fill(join(dir, 'other'));
      });
      expect(later).toMatchObject({
        kind: 'copy',
        code: 1,
        side: 'receiver',
        stderr: expect.stringMatching(/No space left on device[\s\S]*what had come is removed/),
      });
      expect(readdirSync(dir)).toEqual(['other']);
    } finally {
      umount();
    }
    return undefined;
  });
});
