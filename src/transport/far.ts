import type {Readable, Writable} from 'node:stream';
import {parseWhole} from '../lib/whole.ts';
import type {Refused} from '../model/ask.ts';
import {renderScript, type Script} from '../model/script.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {CALLED_OFF_UNSENT, CLOSED_FROM_HERE, NO_CODE, noAnswerWithin, refused} from './replies.ts';
import {type Pipes, word} from './shell-loop.ts';
import {within} from './within.ts';

/** How a far script ended: with its own exit code, or out of sight. */
export type FarEnd =
  | {readonly kind: 'ended'; readonly code: number}
  | {readonly kind: 'gone'; readonly why: Text};

/** A line that a far script tells lakeup, or its end. */
export type Heard = {readonly kind: 'told'; readonly word: string; readonly rest: string} | FarEnd;

/**
 * A far shell that runs one script with both streams its caller's own. What the script tells stands on its stderr behind
 * the mark; whatever else is printed there is for people.
 */
export type Far = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Sends the script. Nothing may be written to stdin before the script has said that it reads it. */
  run(script: Script): void;
  /** The next thing that is told; after the end always the end. */
  next(): Promise<Heard>;
  readonly end: Promise<FarEnd>;
  /** What it printed for people, the end of it. */
  printed(): string;
  /** Gives it up, and ends what still runs there. */
  drop(): void;
};

const PRINTED_CHARACTERS = 4_000;
/** A line longer than this tells nothing. */
const LINE_CHARACTERS = 64_000;

/**
 * The script as one compound command that ends the shell: cut anywhere it is a syntax error and nothing of it runs, and no
 * byte that comes after it is ever read as a command.
 */
const commandOf = (mark: string, script: Script): string =>
  `{\n( eval ${word(renderScript(script))} )\necho "${mark} end $?" >&2\nexit\n}\n`;

/** Waits until the far shell has answered. `refused`: no script was sent. */
export const openFar = async (
  pipes: Pipes,
  {
    clock,
    mark,
    readyMs,
    signal,
  }: {clock: Clock; mark: string; readyMs: number; signal: AbortSignal | undefined},
): Promise<Far | Refused> => {
  const {promise: end, resolve: settle} = Promise.withResolvers<FarEnd>();
  const told: Heard[] = [];
  let over: FarEnd | null = null;
  let wake = (): void => undefined;
  let printed = '';
  let line = '';
  let pid: number | null = null;

  const finish = (how: FarEnd): void => {
    if (over !== null) return;
    over = how;
    settle(how);
    wake();
  };
  const hear = (words: string): void => {
    const at = words.indexOf(`${mark} `);
    const print = at === -1 ? `${words}\n` : words.slice(0, at);
    printed = `${printed}${print}`.slice(-PRINTED_CHARACTERS);
    if (at === -1) return;
    const [kind = '', ...rest] = words.slice(at + mark.length + 1).split(' ');
    if (kind === 'end') {
      const code = parseWhole(rest[0]);
      finish(code === null ? {kind: 'gone', why: NO_CODE} : {kind: 'ended', code});
    } else told.push({kind: 'told', word: kind, rest: rest.join(' ')});
    wake();
  };
  pipes.stderr.setEncoding('utf8');
  pipes.stderr.on('data', (chunk: string) => {
    const pieces = `${line}${chunk}`.split('\n');
    line = (pieces.pop() ?? '').slice(-LINE_CHARACTERS);
    for (const piece of pieces) hear(piece);
  });
  // What is written to one that has gone is nobody's: its end says so.
  pipes.stdin.on('error', () => {});
  pipes.stdout.on('error', () => {});
  pipes.onEnd(why => finish({kind: 'gone', why}));

  const next = async (): Promise<Heard> => {
    for (;;) {
      const first = told.shift() ?? over;
      if (first !== null) return first;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
  const drop = (): void => {
    const isOver = over !== null;
    finish({kind: 'gone', why: CLOSED_FROM_HERE});
    pipes.drop(isOver ? null : pid);
  };

  pipes.stdin.write(`{\necho "${mark} pid $$" >&2\n}\n`);
  const hello = await within(clock, readyMs, signal, next());
  if (hello.kind === 'ok' && hello.value.kind === 'told') {
    pid = Number(hello.value.rest);
    printed = '';
    return {
      stdin: pipes.stdin,
      stdout: pipes.stdout,
      run: script => void pipes.stdin.write(commandOf(mark, script)),
      next,
      end,
      printed: () => printed.trim(),
      drop,
    };
  }
  drop();
  if (hello.kind === 'cancelled') return refused('cancelled', CALLED_OFF_UNSENT);
  return refused(
    'no-shell',
    hello.kind === 'ok' && hello.value.kind === 'gone'
      ? text(`it ended: ${hello.value.why.en}`, `登录后即结束：${hello.value.why.zh}`)
      : noAnswerWithin(readyMs),
  );
};
