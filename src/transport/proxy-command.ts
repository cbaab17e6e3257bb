import {spawn} from 'node:child_process';
import {Duplex} from 'node:stream';
import type {Refused} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';
import {commandTrouble, expandTokens, howEnded, proxyTokens, unknownToken} from './config-command.ts';
import type {TransportEnv} from './env.ts';
import {quoted} from './replies.ts';
import type {Settings} from './settings.ts';

const KEYWORD = 'ProxyCommand';

/** Of what it prints beside the connection the end is kept. */
const SAID_CHARS = 2_000;

/** As ssh since 9.6: a host or user whose name a shell would act on, or a program take for an option, reaches no command line. */
const SHELL_SAFE = /^(?!-)[\w.:@%+=,~[\]-]*$/;

/** What an SSH connection goes over. */
export type Way = {
  readonly socket: Duplex;
  /** Told of a login that did not come about: why, where the way itself knows. */
  readonly blame?: (refusal: Refused) => Promise<Refused>;
};

/** How long an ended connection is given until its command has said why. */
const LAST_WORDS_MS = 500;

/**
 * Runs a ProxyCommand as ssh does: `exec` in the user's shell, its standard streams are the connection. It is in a session of
 * its own: it has no terminal, so it can ask nothing over the screen, and it ends as a whole with the connection.
 */
export const openProxy = (
  {vars, clock}: Pick<TransportEnv, 'vars' | 'clock'>,
  settings: Settings,
  command: string,
): Way | Refused => {
  const tokens = proxyTokens(settings);
  const unfit = Object.entries(tokens)
    .filter(([token]) => command.includes(`%${token}`))
    .map(([, value]) => value)
    .find(value => !SHELL_SAFE.test(value));
  if (unfit !== undefined)
    return commandTrouble(
      KEYWORD,
      command,
      text(
        `a shell would act on what stands in “${unfit}”, so it is not given that name`,
        `shell 会对“${unfit}”中的字符作出反应，因此不会把该名称交给它`,
      ),
    );
  const expanded = expandTokens(command, tokens);
  if (typeof expanded !== 'string') return unknownToken(KEYWORD, command, expanded.unknown);
  const child = spawn(vars.SHELL || '/bin/sh', ['-c', `exec ${expanded}`], {
    detached: true,
    env: {...vars},
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Without descriptors to spare there is a child that has no streams.
  if (!(child.stdin && child.stdout && child.stderr)) {
    child.once('error', () => {});
    return commandTrouble(
      KEYWORD,
      expanded,
      text('it could not be started: no more open files are allowed', '无法启动：可打开文件数已达上限'),
    );
  }
  let said = '';
  let ended: Text | null = null;
  let failed = false;
  const over = Promise.withResolvers<void>();
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    said = (said + more).slice(-SAID_CHARS);
  });
  child.once('error', error => {
    failed = true;
    ended ??= quoted(error.message);
    over.resolve();
  });
  // After its streams: what it says last is there.
  child.once('close', (code, signal) => {
    failed ||= code !== 0;
    ended ??= howEnded(code, signal, said);
    over.resolve();
  });
  const socket = Duplex.from({readable: child.stdout, writable: child.stdin});
  // ssh2 hears of it by the end of the stream.
  socket.on('error', () => {});
  child.stdin.on('error', () => {});
  const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    if (child.pid === undefined || ended !== null) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It ended before.
    }
  };
  socket.once('close', async () => {
    // One that is about to end by itself has something to say: how.
    if (!child.stdout.readableEnded) kill('SIGTERM');
    await Promise.race([over.promise, clock.sleep(LAST_WORDS_MS)]);
    kill('SIGKILL');
  });
  const blame = async (refusal: Refused): Promise<Refused> => {
    const waiting = new AbortController();
    await Promise.race([over.promise, clock.sleep(LAST_WORDS_MS, waiting.signal)]);
    waiting.abort();
    // One that ends well has passed on what the host did: it closed the connection.
    const closed = refusal.trouble === 'closed-before-handshake' || refusal.trouble === 'dropped';
    if (closed && failed && ended !== null) return commandTrouble(KEYWORD, expanded, ended);
    if (said.trim() === '') return refusal;
    const words = quoted(said);
    const {en, zh} = refusal.detail;
    return {
      ...refusal,
      detail: text(`${en}; its ${KEYWORD} says: ${words.en}`, `${zh}；其 ${KEYWORD} 提示：${words.zh}`),
    };
  };
  return {socket, blame};
};
