import {createHash, randomBytes} from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {CopyProgress} from '../../../src/model/copy.ts';
import {HostId} from '../../../src/model/ids.ts';
import {copyOver, type OpenFar} from '../../../src/transport/copy.ts';
import {receiveScript} from '../../../src/transport/copy-scripts.ts';
import {openFar} from '../../../src/transport/far.ts';
import {realClock} from '../../ssh/fixtures.ts';
import {type Command, childPipes, shellsHere} from './shells.ts';

const top = mkdtempSync(join(tmpdir(), 'lakeup-copy-'));
afterAll(() => rmSync(top, {recursive: true, force: true}));
let made = 0;
const makeDir = (): string => {
  made += 1;
  const dir = join(top, String(made));
  mkdirSync(dir);
  return dir;
};

const [SENDER, RECEIVER] = [HostId.parse('x1'), HostId.parse('x2')];
const PART = '.lakeup-part';

type Trying = {
  readonly sender?: Command;
  readonly receiver?: Command;
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
  /** What a host has otherwise than this machine: words of the script, and what stands for them. */
  readonly otherwise?: readonly (readonly [string, string])[];
  /** Told the far shells' own ways to end. */
  readonly onOpen?: (host: HostId, kill: () => void) => void;
};

/** A copy between two shells of this machine. */
const copy = (from: string, to: string, trying: Trying = {}) => {
  const {sender = ['sh'], receiver = ['sh'], stallMs = 60_000, signal, onOpen, otherwise = []} = trying;
  const open: OpenFar = async (host, mark, over) => {
    const pipes = childPipes(host === SENDER ? sender : receiver);
    const write = pipes.stdin.write.bind(pipes.stdin);
    if (otherwise.length > 0) {
      const changed = (chunk: string): string =>
        otherwise.reduce((script, [words, instead]) => script.replaceAll(words, () => instead), chunk);
      pipes.stdin.write = (chunk: unknown) => write(typeof chunk === 'string' ? changed(chunk) : chunk);
    }
    onOpen?.(host, () => pipes.drop(null));
    return openFar(pipes, {clock: realClock, mark, readyMs: 60_000, signal: over});
  };
  const request = {
    from: {host: SENDER, path: parseAbsPath(from)},
    to: {host: RECEIVER, path: parseAbsPath(to)},
    stallMs,
  };
  const env = {clock: realClock, chance: Math.random};
  return copyOver(request, env, open, trying.onProgress ?? (() => undefined), signal);
};

const bytes = randomBytes(3_000_001);

/** A file to copy, and where it goes. */
const prepare = (name = 'x.gz', content: Buffer | string = bytes) => {
  const dir = makeDir();
  mkdirSync(join(dir, 'to'));
  const from = join(dir, name);
  writeFileSync(from, content);
  return {from, to: join(dir, 'to', name)};
};

describe.each(shellsHere)('between two %s', (_name, shell) => {
  const both = {sender: shell, receiver: shell};

  test('a file arrives whole, for its owner alone, and leaves nothing beside it', async () => {
    const {from, to} = prepare();
    expect(await copy(from, to, both)).toMatchObject({
      kind: 'copy',
      code: 0,
      side: 'receiver',
      stdout: expect.stringMatching(/: copied from x1 \(2\.9 MiB, 3000001 bytes, sha256 [0-9a-f]{64}\)\n$/),
      stderr: '',
    });
    expect(readFileSync(to).equals(bytes)).toBe(true);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(to, '..'))).toEqual(['x.gz']);
  });

  test.each([
    ['an empty one', 'x.gz', ''],
    ['one with blanks, quotes and dollars in its name', `a 'b' "c" $HOME \`d\` -e.gz`, 'content'],
    ['one whose content is a command', 'x.sh', 'exit 3\n}\nrm -rf /nonexistent\n'],
    ['one byte', 'x', 'x'],
  ])('%s', async (_what, name, content) => {
    const {from, to} = prepare(name, content);
    expect(await copy(from, to, both)).toMatchObject({code: 0, stderr: ''});
    expect(readFileSync(to, 'utf8')).toBe(content);
  });

  test('what is there already is not written again; what an earlier copy left is cleared away', async () => {
    const {from, to} = prepare();
    await copy(from, to, both);
    const before = statSync(to);
    writeFileSync(`${to}${PART}`, 'half');
    expect(await copy(from, to, both)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/was there already/),
    });
    expect(statSync(to)).toMatchObject({ino: before.ino, mtimeMs: before.mtimeMs});
    expect(existsSync(`${to}${PART}`)).toBe(false);
  });

  test('an earlier part is replaced, and directories are made', async () => {
    const {from, to} = prepare();
    writeFileSync(`${to}${PART}`, randomBytes(4_000_000));
    expect(await copy(from, to, both)).toMatchObject({code: 0});
    const deep = join(to, '../a/b c/x.gz');
    expect(await copy(from, deep, both)).toMatchObject({code: 0});
    expect(readFileSync(to).equals(bytes) && readFileSync(deep).equals(bytes)).toBe(true);
  });

  test.each<[string, 'sender' | 'receiver', (from: string, to: string) => void, RegExp]>([
    ['no such file', 'sender', from => rmSync(from), /x\.gz is not there/],
    [
      'a directory to send',
      'sender',
      from => {
        rmSync(from);
        mkdirSync(from);
      },
      /x\.gz is no file/,
    ],
    [
      'other bytes',
      'receiver',
      (_, to) => writeFileSync(to, 'precious'),
      /with other bytes and is not overwr/,
    ],
    ['a link', 'receiver', (from, to) => symlinkSync(from, to), /is a symbolic link/],
    ['a directory', 'receiver', (_, to) => mkdirSync(to), /is there and is no file/],
    ['a directory as the part', 'receiver', (_, to) => mkdirSync(`${to}${PART}`), /is a directory/],
    [
      'a file instead of the directory',
      'receiver',
      (_, to) => {
        rmSync(join(to, '..'), {recursive: true});
        writeFileSync(join(to, '..'), '');
      },
      /exists|directory/i,
    ],
  ])('is refused, and nothing is touched: %s', async (_what, side, spoil, words) => {
    const {from, to} = prepare();
    spoil(from, to);
    const seen = () => readdirSync(join(from, '..'), {recursive: true}).toSorted();
    const before = seen();
    const reply = await copy(from, to, both);
    expect(reply).toMatchObject({
      kind: 'copy',
      code: 97,
      side,
      stdout: '',
      stderr: expect.stringMatching(words),
    });
    expect(reply.kind === 'copy' && reply.stderr.split('\n')[0]).toMatch(
      side === 'sender' ? /^sender x1: / : /^receiver x2: /,
    );
    expect(seen()).toEqual(before);
  });

  test('a disk that is full says so, and is not left so', async () => {
    // More than can be on its way when the receiver ends: so it is told how far the sender had come.
    const {from, to} = prepare('x.gz', randomBytes(20_000_000));
    const narrow: Command = ['sh', '-c', `ulimit -f 1000; trap '' XFSZ; exec ${shell.join(' ')}`];
    const reply = await copy(from, to, {...both, receiver: narrow});
    expect(reply).toMatchObject({
      kind: 'copy',
      code: 1,
      side: 'receiver',
      stderr: expect.stringMatching(
        /could not be written: what had come is removed[\s\S]*of 19(\.\d)? MiB had come/,
      ),
    });
    expect(readdirSync(join(to, '..'))).toEqual([]);
  });

  test('where nobody says how far a descriptor was read, the sum is the same and it is told how far it is', async () => {
    const {from, to} = prepare('x.gz', randomBytes(20_000_001));
    const told: number[] = [];
    const reply = await copy(from, to, {
      ...both,
      otherwise: [['/proc/self/fdinfo', '/nowhere']],
      onProgress: ({stage, bytes: counted}) => {
        if (stage === 'counting') told.push(counted);
      },
    });
    expect(reply).toMatchObject({code: 0, stdout: expect.stringMatching(/: copied from x1 /), stderr: ''});
    expect(readFileSync(to).equals(readFileSync(from))).toBe(true);
    expect(told.some(counted => counted > 0)).toBe(true);
  });

  test('a file that cannot be read to its end has no sum there either', async () => {
    const {from, to} = prepare();
    const reply = await copy(from, to, {
      ...both,
      otherwise: [
        ['/proc/self/fdinfo', '/nowhere'],
        ['dd bs=65536', 'false || dd of=/nowhere/x'],
      ],
    });
    expect(reply).toMatchObject({side: 'sender', stderr: expect.stringMatching(/cannot be read to its end/)});
    expect(existsSync(to)).toBe(false);
  });

  /** A file system that has no hard links. */
  const unlinked = ['ln "$part" "$to" 2>/dev/null', 'false'] as const;

  test.each(['x.gz', `a 'b' $c -e.gz`])(
    'where nothing can be linked %s arrives whole as well',
    async name => {
      const {from, to} = prepare(name);
      expect(await copy(from, to, {...both, otherwise: [unlinked]})).toMatchObject({code: 0, stderr: ''});
      expect(readFileSync(to).equals(bytes)).toBe(true);
      expect(readdirSync(join(to, '..'))).toEqual([name]);
    },
  );

  test.each([
    ['a file', 'printf precious >"$to"', (to: string) => readFileSync(to, 'utf8') === 'precious'],
    ['a directory', 'mkdir "$to"', (to: string) => statSync(to).isDirectory()],
  ])('and %s that comes there at the last moment stays what it is', async (_what, comes, isWhole) => {
    const {from, to} = prepare();
    const moved = ['said=$(mv ', `said=$(${comes}; mv `] as const;
    const reply = await copy(from, to, {...both, otherwise: [unlinked, moved]});
    expect(reply).toMatchObject({code: 1, side: 'receiver'});
    expect(isWhole(to)).toBe(true);
  });

  test('a file that changes while it is copied gets no name', async () => {
    const {from, to} = prepare();
    const onOpen = (host: HostId) => {
      // The receiver is opened when the sender has counted. In place: a file that is cut to nothing first may be met so.
      if (host === RECEIVER) writeFileSync(from, randomBytes(bytes.length), {flag: 'r+'});
    };
    // More than the sender can have read ahead.
    const reply = await copy(from, to, {...both, onOpen});
    expect(reply).toMatchObject({
      code: 1,
      side: 'receiver',
      stderr: expect.stringMatching(/not what the sender counted[\s\S]*x1 sent other bytes/),
    });
    expect(existsSync(to)).toBe(false);
  });
});

describe('a copy that is cut off', () => {
  const big = randomBytes(40_000_000);
  /** Cuts somebody off in the middle. */
  const cutOff = async (who: HostId) => {
    const {from, to} = prepare('x.gz', big);
    const kills = new Map<HostId, () => void>();
    const reply = await copy(from, to, {
      onOpen: (host, kill) => void kills.set(host, kill),
      onProgress: ({stage, bytes: come}) => {
        if (stage === 'copying' && come < big.length) kills.get(who)?.();
      },
    });
    return {from, to, reply};
  };

  test.each([
    [SENDER, 'sender x1: '],
    [RECEIVER, 'receiver x2: '],
  ])(
    'from %s is lost, says whose end it was and how far it came; the next one replaces the part',
    async (who, words) => {
      const {from, to, reply} = await cutOff(who);
      expect(reply).toMatchObject({kind: 'lost', trouble: 'dropped'});
      expect(reply.kind === 'lost' && reply.detail.en.startsWith(words)).toBe(true);
      expect(reply.kind === 'lost' && reply.detail.en).toMatch(/[KM]iB of 38\.1 MiB had come$/);
      expect(existsSync(to)).toBe(false);
      expect(await copy(from, to)).toMatchObject({code: 0});
      expect(readFileSync(to).equals(big)).toBe(true);
      expect(readdirSync(join(to, '..'))).toEqual(['x.gz']);
    },
  );

  test('that is called off in the middle leaves a part at most', async () => {
    const {from, to} = prepare('x.gz', big);
    const stop = new AbortController();
    const reply = await copy(from, to, {
      signal: stop.signal,
      onProgress: ({stage}) => {
        if (stage === 'copying') stop.abort();
      },
    });
    expect(reply).toMatchObject({kind: 'lost', trouble: 'cancelled'});
    expect(existsSync(to)).toBe(false);
    expect(await copy(from, to)).toMatchObject({code: 0});
    expect(readdirSync(join(to, '..'))).toEqual(['x.gz']);
  });

  test('that is called off before the receiver was asked began nothing', async () => {
    const {from, to} = prepare();
    expect(await copy(from, to, {signal: AbortSignal.abort()})).toMatchObject({
      kind: 'refused',
      trouble: 'cancelled',
    });
    const stop = new AbortController();
    const reply = await copy(from, to, {signal: stop.signal, onProgress: () => stop.abort()});
    expect(reply.kind).toBe('refused');
    expect(readdirSync(join(to, '..'))).toEqual([]);
  });

  test('leaves the part of a later copy alone', async () => {
    const {to} = prepare();
    const head = {size: bytes.length, sum: createHash('sha256').update(bytes).digest('hex')};
    const receive = async (mark: string) => {
      const options = {clock: realClock, mark, readyMs: 60_000, signal: undefined};
      const far = await openFar(childPipes(['sh']), options);
      if ('kind' in far) throw new Error(far.detail.en);
      far.stdout.resume();
      far.run(receiveScript(mark, to, head));
      expect(await far.next()).toMatchObject({word: 'ready'});
      return far;
    };
    // Its link is dead, but not closed: it waits for bytes with its part open.
    const earlier = await receive('one');
    earlier.stdin.write(bytes.subarray(0, 1_000));
    const later = await receive('two');
    later.stdin.write(bytes.subarray(0, 2_000));
    earlier.stdin.end(bytes.subarray(1_000));
    expect(await earlier.end).toEqual({kind: 'ended', code: 1});
    expect(earlier.printed()).toMatch(/^another copy has begun .*x\.gz\.lakeup-part anew$/);
    later.stdin.end(bytes.subarray(2_000));
    expect(await later.end).toEqual({kind: 'ended', code: 0});
    expect(readFileSync(to).equals(bytes)).toBe(true);
    expect(readdirSync(join(to, '..'))).toEqual(['x.gz']);
  });
});
