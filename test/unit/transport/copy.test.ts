import {createHash} from 'node:crypto';
import {PassThrough, Writable} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Refused} from '../../../src/model/ask.ts';
import type {CopyProgress} from '../../../src/model/copy.ts';
import {HostId} from '../../../src/model/ids.ts';
import {plain} from '../../../src/model/text.ts';
import {copyOver} from '../../../src/transport/copy.ts';
import type {Far, FarEnd, Heard} from '../../../src/transport/far.ts';
import {makeVirtualClock, turned, type VirtualClock} from '../../sim/virtual-clock.ts';

const [SENDER, RECEIVER] = [HostId.parse('x1'), HostId.parse('x2')];
const STALL_MS = 60_000;
const SIZE = 20 * 1024 * 1024;
/** As much as comes at once. */
const PIECE = 256 * 1024;
const file = Buffer.alloc(SIZE, 'lakeup');
const SUM = createHash('sha256').update(file).digest('hex');

/** What a far script does, as the test tells it. */
type Side = {
  tell(word: string, rest?: string | number): void;
  /** Resolves when all of it was taken. */
  print(bytes: Buffer): Promise<void>;
  /** Waits until all has come that will. */
  read(): Promise<void>;
  wait(ms: number): Promise<void>;
};
type Story = (side: Side) => Promise<number>;

const NEVER = new Promise<never>(() => undefined);

/** A far shell without a host. `thirst`: how long the receiver takes for each piece, for ever where it reads none. */
const makeFar = (clock: VirtualClock, mark: string, story: Story, thirst: number | 'none') => {
  const {promise: end, resolve} = Promise.withResolvers<FarEnd>();
  const told: Heard[] = [];
  const came: Buffer[] = [];
  let over: FarEnd | null = null;
  let wake = (): void => undefined;
  const finish = (how: FarEnd): void => {
    over ??= how;
    resolve(over);
    wake();
  };
  const stdin = new Writable({
    highWaterMark: 64 * 1024,
    write: (chunk: Buffer, _encoding, done) => {
      came.push(chunk);
      if (thirst !== 'none') void clock.sleep(thirst).then(() => done());
    },
  });
  const stdout = new PassThrough();
  stdout.on('error', () => {});
  const side: Side = {
    tell: (word, rest = '') => {
      told.push({kind: 'told', word, rest: String(rest)});
      wake();
    },
    print: async bytes => {
      for (let at = 0; at < bytes.length; at += PIECE)
        await new Promise<void>(taken => void stdout.write(bytes.subarray(at, at + PIECE), () => taken()));
    },
    read: () => new Promise(read => stdin.once('finish', () => read())),
    wait: ms => clock.sleep(ms),
  };
  const far: Far = {
    stdin,
    stdout,
    run: () => {
      void story(side).then(code => {
        stdout.end();
        finish({kind: 'ended', code});
      });
    },
    next: async () => {
      for (;;) {
        const first = told.shift() ?? over;
        if (first !== null) return first;
        await new Promise<void>(stir => {
          wake = stir;
        });
      }
    },
    end,
    printed: () => 'what it printed',
    drop: () => finish({kind: 'gone', why: plain('dropped')}),
  };
  return {far, came: () => Buffer.concat(came), mark};
};

type Telling = {
  readonly sender?: (mark: string) => Story;
  readonly receiver?: Story | Refused;
  readonly thirst?: number | 'none';
};

const sends =
  (content = file, code = 0): ((mark: string) => Story) =>
  mark =>
  async ({tell, print}) => {
    tell('size', SIZE);
    tell('sum', SUM);
    await print(Buffer.from(`Welcome to x1!\n${mark}\n`));
    await print(content);
    return code;
  };

const receives: Story = async ({tell, read}) => {
  tell('ready');
  await read();
  tell('flush');
  tell('check');
  tell('there');
  return 0;
};

const tryCopy = async ({sender = sends(), receiver = receives, thirst = 0}: Telling = {}) => {
  const clock = makeVirtualClock(0);
  const progress: (CopyProgress & {at: number})[] = [];
  let came = (): Buffer => Buffer.alloc(0);
  const request = {
    from: {host: SENDER, path: parseAbsPath('/b/x')},
    to: {host: RECEIVER, path: parseAbsPath('/b/x')},
    stallMs: STALL_MS,
  };
  const reply = await turned(
    clock,
    copyOver(
      request,
      {clock, chance: () => 0.5},
      async (host, mark) => {
        if (host === SENDER) return makeFar(clock, mark, sender(mark), 0).far;
        if (typeof receiver !== 'function') return receiver;
        const made = makeFar(clock, mark, receiver, thirst);
        came = made.came;
        return made.far;
      },
      each => void progress.push({...each, at: clock.now()}),
    ),
  );
  if (reply === null) throw new Error('it came to no end');
  return {reply, clock, progress, came: came()};
};

const repeatedly = async (n: number, work: (i: number) => Promise<void>): Promise<void> => {
  for (let i = 0; i < n; i += 1) await work(i);
};

/** Counts for ten times as long as nothing may move, and tells how far it is. */
const counting =
  (at: (i: number) => string | number): ((mark: string) => Story) =>
  mark =>
  async side => {
    side.tell('size', SIZE);
    await repeatedly(600, async i => {
      await side.wait(1_000);
      side.tell('at', at(i));
    });
    return sends()(mark)(side);
  };

describe('what stands still is given up, and it is said who', () => {
  test.each<[string, string, 'refused' | 'lost', Telling]>([
    [
      'a sender that says nothing',
      'sender x1: nothing has moved for 60 s',
      'refused',
      {sender: () => () => NEVER},
    ],
    [
      'a sender that counts and comes no further',
      'sender x1: nothing has moved for 60 s',
      'refused',
      {sender: counting(() => 5_000)},
    ],
    [
      'a sender that counts, on a host that does not say how far it is',
      'sender x1: nothing has moved for 60 s',
      'refused',
      {sender: counting(() => '')},
    ],
    [
      'a receiver that counts, on such a host',
      'receiver x2: nothing has moved for 60 s',
      'lost',
      {
        receiver: async side => {
          side.tell('ready');
          await side.read();
          side.tell('check');
          await repeatedly(600, async () => {
            await side.wait(1_000);
            side.tell('at', '');
          });
          return 0;
        },
      },
    ],
    [
      'a sender that stops in the middle',
      'sender x1: nothing has moved for 60 s',
      'lost',
      {
        sender: mark => async side => {
          await sends(file.subarray(0, 1_000))(mark)(side);
          return NEVER;
        },
      },
    ],
    ['a receiver that takes nothing', 'receiver x2: nothing has moved for 60 s', 'lost', {thirst: 'none'}],
    [
      'a receiver that does not begin',
      'receiver x2: nothing has moved for 60 s',
      'lost',
      {receiver: () => NEVER},
    ],
    [
      'a receiver whose disk does not come to rest',
      'receiver x2: nothing has moved for 64 s',
      'lost',
      {
        receiver: async ({tell, read}) => {
          tell('ready');
          await read();
          tell('flush');
          return NEVER;
        },
      },
    ],
  ])('%s', async (_what, words, kind, telling) => {
    const {reply} = await tryCopy(telling);
    expect(reply).toMatchObject({kind, trouble: 'timeout', detail: {en: words}});
  });

  test.each<[string, Telling]>([
    ['a sum that is counted for long, and comes further', {sender: counting(i => i)}],
    ['one that now and then does not say how far', {sender: counting(i => (i % 40 === 0 ? i : ''))}],
    ['a slow receiver', {thirst: 20_000}],
    [
      'a disk that takes its time, as that size may',
      {
        receiver: async side => {
          side.tell('ready');
          await side.read();
          side.tell('flush');
          await side.wait(62_000);
          side.tell('there');
          return 0;
        },
      },
    ],
  ])('but not %s', async (_what, telling) => {
    const {reply, came, clock} = await tryCopy(telling);
    expect(reply).toMatchObject({kind: 'copy', code: 0});
    expect(came.equals(file)).toBe(true);
    expect(clock.now()).toBeGreaterThan(STALL_MS);
  });
});

describe('a file that is not what it was counted as', () => {
  test('has grown: only what was counted is handed on', async () => {
    const {reply, came} = await tryCopy({sender: sends(Buffer.concat([file, Buffer.from('more')]))});
    expect(reply).toMatchObject({code: 0});
    expect(came.equals(file)).toBe(true);
  });

  test('has shrunk: it fails, and nothing more is asked of the receiver', async () => {
    const {reply} = await tryCopy({sender: sends(file.subarray(0, 1024 * 1024))});
    expect(reply).toMatchObject({
      code: 1,
      side: 'sender',
      stderr: 'sender x1: what it printed\n1.0 MiB of 20.0 MiB had come\n',
    });
  });

  test('cannot be read to its end: the sender’s own exit code', async () => {
    const {reply} = await tryCopy({sender: sends(file.subarray(0, 5), 7)});
    expect(reply).toMatchObject({code: 7, side: 'sender'});
  });

  test('has changed: the receiver refuses it, and it is said why', async () => {
    const {reply} = await tryCopy({
      sender: sends(Buffer.alloc(SIZE, 'other')),
      receiver: async side => {
        await receives({...side, tell: word => (word === 'there' ? undefined : side.tell(word))});
        return 1;
      },
    });
    expect(reply).toMatchObject({
      code: 1,
      side: 'receiver',
      stderr: 'receiver x2: what it printed\nx1 sent other bytes than it had counted: the file has changed\n',
    });
  });
});

test('a receiver that cannot be reached: nothing was begun', async () => {
  const receiver: Refused = {kind: 'refused', trouble: 'unreachable', detail: plain('no route')};
  const {reply} = await tryCopy({receiver});
  expect(reply).toEqual({
    kind: 'refused',
    trouble: 'unreachable',
    detail: {en: 'receiver x2: no route', zh: '接收端 x2：no route'},
  });
});

test('progress is told stage by stage, and a few times in a second at most', async () => {
  const {progress, clock} = await tryCopy({thirst: 10});
  const copying = progress.filter(({stage}) => stage === 'copying');
  expect([...new Set(progress.map(({stage}) => stage))]).toEqual(['counting', 'copying', 'checking']);
  expect(copying.length).toBeGreaterThan(3);
  expect(copying.length).toBeLessThanOrEqual(2 + clock.now() / 250);
  expect(copying.map(({bytes}) => bytes)).toEqual(copying.map(({bytes}) => bytes).toSorted((a, b) => a - b));
  expect(copying.at(-1)).toMatchObject({bytes: SIZE, totalBytes: SIZE});
});
