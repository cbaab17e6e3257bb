import type {Readable, Writable} from 'node:stream';
import type {Lost, Refused} from '../model/ask.ts';
import {renderScript, type Script} from '../model/script.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {type Frame, type FrameReader, frameText, makeFrameReader} from './frames.ts';
import {keepExact, keepStates} from './keepers.ts';
import {
  CALLED_OFF_SENT,
  CALLED_OFF_UNSENT,
  CLOSED_FROM_HERE,
  lost,
  NO_CODE,
  noAnswerWithin,
  quoted,
  refused,
} from './replies.ts';
import {within} from './within.ts';

/** A far `sh` that reads commands from stdin: a channel of a connection, or a child process. */
export type Pipes = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Calls back once when nothing more can come, with what is known of the reason. */
  onEnd(listener: (reason: Text) => void): void;
  /** Gives the far shell up. With its process id: also ends what runs in it, where that can be done. */
  drop(pid: number | null): void;
};

/**
 * What came back of one script: both streams apart, and its own exit code. Exact bytes, but of a script that is listened to
 * what a person would have read.
 */
export type LoopReply = {
  readonly kind: 'reply';
  readonly code: number;
  readonly stdout: Frame;
  readonly stderr: Frame;
};

export type LoopRequest = {
  readonly script: Script;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** End what still runs when the limit is reached or the request is called off. Only for what changes nothing. */
  readonly kill: boolean;
  /** Listens while it runs: to what either stream says just now. */
  readonly onSaid?: (words: string) => void;
  /** Told when it has been written. */
  readonly onSent?: () => void;
};

/**
 * One far shell. Its requests run one after another; one may be sent behind another that has not ended, and its own limit begins
 * with that one's end. After `lost` the loop is over: what was begun may still run there, so nothing more is sent after it.
 */
export type ShellLoop = {
  run(request: LoopRequest, signal?: AbortSignal): Promise<LoopReply | Refused | Lost>;
  alive(): boolean;
  drop(): void;
};

/** One quoted word of any length. */
export const word = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;

/**
 * The text of one request. It is one compound command over several lines, and the script is a quoted word in it: cut
 * anywhere it is a syntax error and nothing of it runs, and a mistake in the script ends the script, not the loop. The
 * subshell keeps `exit`, `cd` and variables inside; /dev/null keeps children from reading the next request.
 */
export const requestText = (nonce: string, seq: number, script: string): string =>
  `{\n( eval ${word(script)} ) </dev/null\nset -- $?\necho ${nonce}:${seq}:0 >&2\necho ${nonce}:${seq}:$1\n}\n`;

/** The loop ended before the request did. */
type Ended = {readonly kind: 'ended'; readonly why: Text};
type Waiting = {
  out: Frame | null;
  err: Frame | null;
  readonly reply: Promise<LoopReply | Ended>;
  readonly settle: (reply: LoopReply | Ended) => void;
  readonly onSaid: ((words: string) => void) | undefined;
};

/** The end of what was printed is shown when no shell answered. */
const SHOWN_CHARS = 400;

const noShell = (ended: LoopReply | Ended | null, readyMs: number): Text =>
  ended?.kind === 'ended'
    ? text(`it ended: ${ended.why.en}`, `登录后即结束：${ended.why.zh}`)
    : noAnswerWithin(readyMs);

/** Opens the loop: waits until the far shell has answered, and throws away what was printed before. */
export const openLoop = async (
  pipes: Pipes,
  {clock, nonce, readyMs, noiseBytes}: {clock: Clock; nonce: string; readyMs: number; noiseBytes: number},
): Promise<ShellLoop | Refused> => {
  const outs = makeFrameReader(nonce);
  const errs = makeFrameReader(nonce);
  let over: Text | null = null;
  /** What was sent and has not ended, in order. */
  const waiting: Waiting[] = [];
  let seq = 0;
  let pid: number | null = null;
  let mayKill = false;

  const end = (why: Text): void => {
    for (const {settle} of waiting.splice(0)) settle({kind: 'ended', why});
  };
  const drop = (why: Text, kill: boolean) => {
    if (over !== null) return;
    over = why;
    end(why);
    pipes.drop(kill ? pid : null);
  };
  const check = () => {
    const [first] = waiting;
    if (first === undefined || first.out === null || first.err === null) return;
    const {code} = first.out;
    if (code === null) return drop(NO_CODE, false);
    waiting.shift();
    first.settle({kind: 'reply', code, stdout: first.out, stderr: first.err});
    check();
  };
  pipes.onEnd(reason => {
    over ??= reason;
    end(reason);
  });
  pipes.stdin.on('error', (error: Error) => drop(quoted(error.message), false));
  const listen = (stream: Readable, reader: FrameReader, which: 'out' | 'err'): void => {
    let heard = '';
    stream.on('data', (chunk: Buffer) => {
      const frames = reader.push(chunk);
      for (const frame of frames) {
        const its = waiting.find(each => each[which] === null);
        if (its !== undefined) its[which] = frame;
      }
      if (frames.length > 0) check();
      const [first] = waiting;
      const says = first?.onSaid === undefined || first[which] !== null ? '' : reader.says();
      if (says !== '' && says !== heard) first?.onSaid?.(says);
      heard = says;
    });
  };
  listen(pipes.stdout, outs, 'out');
  listen(pipes.stderr, errs, 'err');

  const send = (
    script: string,
    maxBytes: number,
    onSaid?: (words: string) => void,
  ): Promise<LoopReply | Ended> => {
    seq++;
    const keeper = onSaid === undefined ? keepExact : keepStates;
    outs.begin(seq, keeper(maxBytes));
    errs.begin(seq, keeper(maxBytes));
    const {promise: reply, resolve: settle} = Promise.withResolvers<LoopReply | Ended>();
    waiting.push({out: null, err: null, reply, settle, onSaid});
    pipes.stdin.write(requestText(nonce, seq, script));
    return reply;
  };
  const printed = (): string =>
    Buffer.concat([outs.kept(), errs.kept()]).toString('utf8').trim().slice(-SHOWN_CHARS);

  const ready = await within(
    clock,
    readyMs,
    undefined,
    over === null ? send('echo $$', noiseBytes) : Promise.resolve<Ended>({kind: 'ended', why: over}),
  );
  if (ready.kind !== 'ok' || ready.value.kind === 'ended') {
    const noise = printed();
    const why = noShell(ready.kind === 'ok' ? ready.value : null, readyMs);
    drop(why, true);
    const said = quoted(noise);
    return refused(
      'no-shell',
      noise === '' ? why : text(`${why.en}; it said: ${said.en}`, `${why.zh}；它的输出是${said.zh}`),
    );
  }
  // What a profile has printed stands before it.
  const shown = Number(/(\d+)\n$/.exec(frameText(ready.value.stdout))?.[1]);
  if (shown > 1) pid = shown;

  return {
    alive: () => over === null,
    // A process that an action has started belongs to the shell's group: it must outlive the shell.
    drop: () => drop(CLOSED_FROM_HERE, waiting.length > 0 && mayKill),
    run: async ({script, timeoutMs, maxBytes, kill, onSaid, onSent}, signal) => {
      if (signal?.aborted === true) return refused('cancelled', CALLED_OFF_UNSENT);
      if (over !== null) return refused('dropped', over);
      const before = waiting.at(-1);
      const rendered = renderScript(script);
      // An action is not ended for what was sent behind it.
      mayKill = kill && (before === undefined || mayKill);
      const reply = send(rendered, maxBytes, onSaid);
      onSent?.();
      await before?.reply;
      const result = await within(clock, timeoutMs, signal, reply);
      if (result.kind === 'ok')
        return result.value.kind === 'ended' ? lost('dropped', result.value.why) : result.value;
      const why = result.kind === 'timeout' ? noAnswerWithin(timeoutMs) : CALLED_OFF_SENT;
      drop(why, kill);
      return lost(result.kind, why);
    },
  };
};

/** A loop's reply as plain text. */
export const replyText = ({stdout, stderr}: LoopReply): {stdout: string; stderr: string; cut: boolean} => ({
  stdout: frameText(stdout),
  stderr: frameText(stderr),
  cut: stdout.cut || stderr.cut,
});
