import {formatBytes} from '../lib/bytes.ts';
import type {Lost, Refused, Trouble} from '../model/ask.ts';
import type {CopyProgress, CopyReply, CopyRequest} from '../model/copy.ts';
import type {HostId} from '../model/ids.ts';
import {type Text, text} from '../model/text.ts';
import {receiveScript, sendScript} from './copy-scripts.ts';
import type {TransportEnv} from './env.ts';
import type {Far, FarEnd} from './far.ts';
import {makeNonce} from './nonce.ts';
import {pump} from './pump.ts';
import {CALLED_OFF_SENT, CALLED_OFF_UNSENT, inSeconds, lost, refused} from './replies.ts';
import {makeWatch} from './watch.ts';

/** Opens a far shell on a channel of its own of a host's connection. */
export type OpenFar = (host: HostId, mark: string, signal: AbortSignal) => Promise<Far | Refused>;

type Side = CopyReply['side'];

/** What the file is, as the sender counted it. */
type Head = {readonly size: number; readonly sum: string};

/** The screen need not know it any better. */
const PROGRESS_MS = 250;
/** A disk that brings fewer bytes to rest in a second, while it is told to, has stalled. */
const SLOWEST_DISK_BYTES = 5 * 1024 * 1024;

const SIDES: Readonly<Record<Side, Text>> = {
  sender: text('sender', '发送端'),
  receiver: text('receiver', '接收端'),
};

/** Tells how far a copy is, at most once in PROGRESS_MS but for the first and the last word of each stage. */
const makeReport = (now: () => number, onProgress: (progress: CopyProgress) => void) => {
  let last: {readonly stage: CopyProgress['stage']; readonly at: number} | null = null;
  return (stage: CopyProgress['stage'], bytes: number, totalBytes: number): void => {
    const at = now();
    if (last?.stage === stage && at - last.at < PROGRESS_MS && bytes < totalBytes) return;
    last = {stage, at};
    onProgress({stage, bytes, totalBytes});
  };
};

/** A number that a far script told; null where it told none. */
const numberOf = (rest: string): number | null => (/^\d+$/.test(rest) ? Number(rest) : null);

/**
 * Hears how far a sum is counted. Only another number than the last one is movement: a beat that tells none, or the same
 * again, comes from a shell that lives beside a count that may be stuck.
 */
const makeCount = () => {
  let counted: number | null = null;
  return {
    bytes: (): number => counted ?? 0,
    /** Whether this word says that something has moved. */
    moves: (word: string, rest: string): boolean => {
      if (word !== 'at') {
        counted = null;
        return true;
      }
      const at = numberOf(rest);
      const moved = at !== null && at !== counted;
      counted = at ?? counted;
      return moved;
    },
  };
};

/** Copies as `Copy` promises, over channels that `open` opens. */
export const copyOver = async (
  {from, to, stallMs}: CopyRequest,
  {clock, chance}: Pick<TransportEnv, 'clock' | 'chance'>,
  open: OpenFar,
  onProgress: (progress: CopyProgress) => void,
  signal?: AbortSignal,
): Promise<CopyReply | Refused | Lost> => {
  const begun = clock.ticks();
  const mark = makeNonce(chance);
  const report = makeReport(clock.ticks, onProgress);
  const hosts: Readonly<Record<Side, HostId>> = {sender: from.host, receiver: to.host};
  const about = (side: Side, {en, zh}: Text): Text =>
    text(`${SIDES[side].en} ${hosts[side]}: ${en}`, `${SIDES[side].zh} ${hosts[side]}：${zh}`);

  const fars: Far[] = [];
  const gaveUp = new AbortController();
  let stopped: {readonly trouble: Trouble; readonly detail: Text} | null = null;
  let waitsFor: Side = 'sender';
  /** Drops both sides: whoever waits for one of them comes to an end. */
  const stop = (trouble: Trouble, detail: Text): void => {
    stopped ??= {trouble, detail};
    gaveUp.abort('over');
    for (const far of fars) far.drop();
  };
  const watch = makeWatch(clock, stallMs, ms => {
    const span = inSeconds(ms);
    stop('timeout', about(waitsFor, text(`nothing has moved for ${span.en}`, `已有 ${span.zh}没有任何进展`)));
  });
  const callOff = (): void => stop('cancelled', fars.length > 1 ? CALLED_OFF_SENT : CALLED_OFF_UNSENT);

  const reach = async (side: Side): Promise<Far | Refused> => {
    waitsFor = side;
    watch.moved();
    const far = await open(hosts[side], mark, gaveUp.signal);
    watch.moved();
    if ('kind' in far)
      return stopped === null
        ? refused(far.trouble, about(side, far.detail))
        : refused(stopped.trouble, stopped.detail);
    fars.push(far);
    if (stopped !== null) far.drop();
    return far;
  };
  const ended = (side: Side, code: number, stdout: string, said: string): CopyReply => ({
    kind: 'copy',
    code,
    side,
    stdout: stdout === '' ? '' : `${stdout}\n`,
    stderr: said === '' ? '' : `${SIDES[side].en} ${hosts[side]}: ${said}\n`,
    ms: clock.ticks() - begun,
  });
  /** An end without what had to come before it is none that is good. */
  const failed = (side: Side, code: number, far: Far, more = ''): CopyReply => {
    const said = [far.printed(), more].filter(words => words !== '').join('\n');
    return ended(side, code === 0 ? 1 : code, '', said === '' ? 'it ended too early' : said);
  };

  /** Hears the sender until it has counted. Nothing is begun on the receiver before that. */
  const hearHead = async (sender: Far): Promise<Head | CopyReply | Refused> => {
    let size = 0;
    const count = makeCount();
    for (;;) {
      const heard = await sender.next();
      if (stopped !== null) return refused(stopped.trouble, stopped.detail);
      if (heard.kind === 'gone') return refused('dropped', about('sender', heard.why));
      if (heard.kind === 'ended') return failed('sender', heard.code, sender);
      if (heard.word === 'size') size = Number(heard.rest);
      if (heard.word === 'sum') return {size, sum: heard.rest};
      if (!count.moves(heard.word, heard.rest)) continue;
      watch.moved();
      report('counting', count.bytes(), size);
    }
  };

  /** Hears the receiver up to a word it has to say, or its end. */
  const hearReceiver = async (receiver: Far, until: string, {size}: Head): Promise<string | FarEnd> => {
    const count = makeCount();
    for (;;) {
      const heard = await receiver.next();
      if (heard.kind !== 'told') return heard;
      if (count.moves(heard.word, heard.rest))
        watch.moved(heard.word === 'flush' ? stallMs + (size / SLOWEST_DISK_BYTES) * 1000 : stallMs);
      if (heard.word === 'check' || heard.word === 'at') report('checking', count.bytes(), size);
      if (heard.word === until || heard.word === 'already') return heard.word;
    }
  };

  const gone = (side: Side, why: Text): Lost =>
    stopped === null ? lost('dropped', about(side, why)) : lost(stopped.trouble, stopped.detail);

  const send = async (sender: Far, receiver: Far, head: Head): Promise<CopyReply | Lost> => {
    const {size, sum} = head;
    const done = (words: string): CopyReply =>
      ended('receiver', 0, `${to.path}: ${words} (${formatBytes(size)}, ${size} bytes, sha256 ${sum})`, '');
    receiver.stdout.resume();
    receiver.run(receiveScript(mark, to.path, head));
    const ready = await hearReceiver(receiver, 'ready', head);
    if (ready === 'already') return done('was there already');
    if (typeof ready !== 'string')
      return ready.kind === 'gone' ? gone('receiver', ready.why) : failed('receiver', ready.code, receiver);
    waitsFor = 'sender';
    const pumped = await pump(sender, receiver, {
      mark,
      size,
      onBytes: bytes => {
        watch.moved();
        report('copying', bytes, size);
      },
      waitFor: side => {
        waitsFor = side;
      },
    });
    if (pumped.bytes < size) {
      // Whoever came to an end first has the word.
      const end = await Promise.race([
        receiver.end.then(how => ({side: 'receiver' as const, far: receiver, how})),
        sender.end.then(how => ({side: 'sender' as const, far: sender, how})),
      ]);
      const {side, far, how} = end;
      const came = `${formatBytes(pumped.bytes)} of ${formatBytes(size)} had come`;
      if (how.kind === 'ended') return failed(side, how.code, far, came);
      const {en, zh} = how.why;
      return gone(
        side,
        text(`${en}; ${came}`, `${zh}；已传输 ${formatBytes(pumped.bytes)}（共 ${formatBytes(size)}）`),
      );
    }
    waitsFor = 'receiver';
    watch.moved();
    receiver.stdin.end();
    const there = await hearReceiver(receiver, 'there', head);
    if (typeof there === 'string') return done(`copied from ${from.host}`);
    if (there.kind === 'gone') return gone('receiver', there.why);
    const changed =
      pumped.sum === sum ? '' : `${from.host} sent other bytes than it had counted: the file has changed`;
    return failed('receiver', there.code, receiver, changed);
  };

  signal?.addEventListener('abort', callOff, {once: true});
  if (signal?.aborted === true) callOff();
  try {
    const sender = await reach('sender');
    if ('kind' in sender) return sender;
    // Held until somebody reads it, also after the sender's end.
    sender.stdout.on('readable', () => {});
    sender.run(sendScript(mark, from.path));
    const head = await hearHead(sender);
    if ('kind' in head) return head;
    const same = from.host === to.host && from.path === to.path;
    if (same)
      return ended(
        'sender',
        0,
        `${from.path}: it is the very file (${head.size} bytes, sha256 ${head.sum})`,
        '',
      );
    const receiver = await reach('receiver');
    return 'kind' in receiver ? receiver : await send(sender, receiver, head);
  } finally {
    signal?.removeEventListener('abort', callOff);
    watch.stop();
    for (const far of fars) far.drop();
  }
};
