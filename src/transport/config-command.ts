import {createHash} from 'node:crypto';
import {hostname, userInfo} from 'node:os';
import type {Refused} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';
import {quoted, refused} from './replies.ts';
import type {Settings} from './settings.ts';

/** What a command of ssh's configuration may name, after its `%`. */
export type Tokens = Readonly<Record<string, string>>;

/** Those that every such command may name; the others are listed in ssh_config(5) under TOKENS. */
export const proxyTokens = ({address, name, port, user}: Settings): Tokens => ({
  '%': '%',
  h: address,
  n: name,
  p: String(port),
  r: user,
});

/** The further ones of a KnownHostsCommand, but for those of the key. */
export const hostTokens = (settings: Settings, me: string, home: string): Tokens => {
  const {address, name, port, user, keyAlias, jumps} = settings;
  const here = hostname();
  const jump = jumps.map(({name: via}) => via).join(',');
  return {
    ...proxyTokens(settings),
    C: createHash('sha1').update(`${here}${address}${port}${user}${jump}`).digest('hex'),
    d: home,
    i: String(userInfo().uid),
    j: jump,
    k: keyAlias ?? name,
    L: here.replace(/\..*$/, ''),
    l: here,
    u: me,
  };
};

/** A command of ssh's configuration that could not be carried out. As ssh does, nothing is done without it. */
export const commandTrouble = (keyword: string, command: string, why: Text): Refused =>
  refused(
    'config-command',
    text(
      `${keyword} of your ssh configuration (${command}): ${why.en}`,
      `您的 ssh 配置中的 ${keyword}（${command}）：${why.zh}`,
    ),
  );

/** Puts values in the place of tokens. One that is not known is refused, as ssh does: it would reach the command as it stands. */
export const expandTokens = (command: string, tokens: Tokens): string | {readonly unknown: string} => {
  const [unknown] = [...command.matchAll(/%(.?)/gs)]
    .map(([whole, token = '']) => (tokens[token] === undefined ? whole : null))
    .filter(whole => whole !== null);
  return unknown === undefined
    ? command.replace(/%(.)/gs, (_, token: string) => tokens[token] ?? '')
    : {unknown};
};

/** What is said of a token that is not known. */
export const unknownToken = (keyword: string, command: string, token: string): Refused =>
  commandTrouble(
    keyword,
    command,
    text(`${token} is no token that it may hold`, `${token} 不是该处可用的占位符`),
  );

/** How a command ended that was expected to go on, or to succeed. */
export const howEnded = (code: number | null, signal: string | null, stderr: string): Text => {
  const end =
    code === null
      ? text(`ended by ${signal ?? 'a signal'}`, `被 ${signal ?? '信号'} 终止`)
      : text(`ended with exit code ${code}`, `已结束，退出码为 ${code}`);
  if (stderr.trim() === '') return end;
  const said = quoted(stderr);
  return text(`${end.en}: ${said.en}`, `${end.zh}：${said.zh}`);
};
