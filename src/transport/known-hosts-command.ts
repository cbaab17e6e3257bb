import {execFile} from 'node:child_process';
import {homedir, userInfo} from 'node:os';
import {formatBytes} from '../lib/bytes.ts';
import type {Refused} from '../model/ask.ts';
import {text} from '../model/text.ts';
import {
  commandTrouble,
  expandTokens,
  hostTokens,
  howEnded,
  type Tokens,
  unknownToken,
} from './config-command.ts';
import type {TransportEnv} from './env.ts';
import {fingerprint, keyNames, namesOf} from './host-key.ts';
import {typeOf} from './key-blob.ts';
import {type KnownHosts, makeKnownHosts, parseKnownHosts} from './known-hosts.ts';
import type {KnownKeys} from './known-hosts-files.ts';
import {inSeconds, quoted} from './replies.ts';
import type {Settings} from './settings.ts';

const KEYWORD = 'KnownHostsCommand';
const OUTPUT_BYTES = 4 * 1024 * 1024;

/** Words as ssh splits them: no shell is asked, quotes and backslashes count. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:"((?:\\.|[^"\\])*)"|'([^']*)'|((?:\\.|[^\s"'])+))+/gs)].map(([whole]) =>
    whole.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
      (_, double?: string, single?: string, bare?: string) =>
        double?.replace(/\\(.)/gs, '$1') ?? single ?? bare ?? '',
    ),
  );

/** Adds to what is known of a host. */
export type KnownHostsCommand = {
  /** Before the host has shown its key. */
  before(known: KnownKeys): Promise<KnownKeys | Refused>;
  /** With the key that it shows; null where the command does not look at that. */
  readonly withKey: ((known: KnownKeys, key: Buffer) => Promise<KnownKeys | Refused>) | null;
};

const most = formatBytes(OUTPUT_BYTES);
const tooMuch = text(`printed more than ${most}, and was ended for that`, `输出超过 ${most}，因此被终止`);

const run = (
  file: string,
  args: readonly string[],
  {vars, limits}: Pick<TransportEnv, 'vars' | 'limits'>,
  command: string,
): Promise<KnownHosts | Refused> =>
  new Promise<KnownHosts | Refused>(resolve => {
    const options = {
      env: {...vars},
      timeout: limits.connectMs,
      maxBuffer: OUTPUT_BYTES,
      encoding: 'utf8',
    } as const;
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(makeKnownHosts(parseKnownHosts(stdout, KEYWORD)));
      const span = inSeconds(limits.connectMs);
      const late = text(`did not end within ${span.en}`, `在 ${span.zh}内没有结束`);
      const code = typeof error.code === 'number' ? error.code : null;
      // It is ended for either of these.
      const why =
        error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
          ? tooMuch
          : error.killed
            ? late
            : howEnded(code, error.signal ?? null, stderr || error.message);
      resolve(commandTrouble(KEYWORD, command, why));
    });
    child.stdin?.end();
  }).catch((error: unknown) => commandTrouble(KEYWORD, command, quoted(String(error))));

/**
 * As ssh does (ssh_config(5)): asked once before the key exchange, and where its words look at the key once more with the key;
 * each line that it prints counts like one of a file. One that fails ends the attempt.
 */
export const knownHostsCommand = (
  env: Pick<TransportEnv, 'vars' | 'limits'>,
  settings: Settings,
  command: string,
): KnownHostsCommand => {
  const {vars} = env;
  const me = vars.USER ?? vars.LOGNAME ?? userInfo().username;
  const [searched] = namesOf(keyNames(settings));
  const tokens: Tokens = {...hostTokens(settings, me, vars.HOME ?? homedir()), H: searched};
  const ask = async (ofKey: Tokens): Promise<KnownHosts | Refused> => {
    const words = wordsOf(command).map(word => expandTokens(word, {...tokens, ...ofKey}));
    const [file, ...args] = words.map(word => (typeof word === 'string' ? word : null));
    const unknown = words.find(word => typeof word !== 'string');
    if (unknown !== undefined && typeof unknown !== 'string')
      return unknownToken(KEYWORD, command, unknown.unknown);
    if (file === undefined || file === null || !file.startsWith('/'))
      return commandTrouble(
        KEYWORD,
        command,
        text('it has to begin with an absolute path, as ssh demands', '必须以绝对路径开头（ssh 的要求）'),
      );
    return run(file, args.map(String), env, command);
  };
  const add = async (known: KnownKeys, ofKey: Tokens): Promise<KnownKeys | Refused> => {
    const told = await ask(ofKey);
    if ('kind' in told) return told;
    return {
      ...known,
      hosts: {of: name => [...known.hosts.of(name), ...told.of(name)]},
      files: [...known.files, KEYWORD],
    };
  };
  return {
    before: known => add(known, {I: 'ORDER', f: 'NONE', K: 'NONE', t: 'NONE'}),
    withKey: /%[IfKt]/.test(command)
      ? (known, key) =>
          add(known, {I: 'HOSTNAME', f: fingerprint(key), K: key.toString('base64'), t: typeOf(key)})
      : null,
  };
};
