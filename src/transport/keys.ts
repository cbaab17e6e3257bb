import {readFile} from 'node:fs/promises';
import ssh2, {type AnyAuthMethod, type ParsedKey} from 'ssh2';
import {never} from '../lib/never.ts';
import type {Refused} from '../model/ask.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../model/text.ts';
import {type AgentAnswer, agentKeys, ChosenAgent} from './agent.ts';
import type {TransportEnv} from './env.ts';
import {inSeconds, quoted, refused} from './replies.ts';
import type {Settings} from './settings.ts';

const {utils} = ssh2;

/** A key file after reading: parsed once, or the reason why it cannot be used. */
type KeyFile =
  | {readonly kind: 'key'; readonly key: ParsedKey; readonly publicKey: Buffer}
  | {readonly kind: 'unusable'; readonly because: Text; readonly publicKey: Buffer | null}
  | {readonly kind: 'missing'};

const isList = (parsed: unknown): parsed is readonly ParsedKey[] => Array.isArray(parsed);
/** ssh2 answers with a list for some formats, whatever its types say. */
const only = (parsed: ParsedKey | Error): ParsedKey | Error =>
  isList(parsed) ? (parsed[0] ?? new Error('holds no key')) : parsed;

const readPublic = async (path: string): Promise<Buffer | null> => {
  try {
    const key = only(utils.parseKey(await readFile(`${path}.pub`)));
    return key instanceof Error ? null : key.getPublicSSH();
  } catch {
    return null;
  }
};

/** Why a file that was read holds no key to use; `said` are ssh2's words. */
const unusable = (path: string, said: string): Text => {
  if (/encrypted/i.test(said))
    return text(
      `${path} is encrypted: add it to an agent with ssh-add`,
      `${path} 已加密：请用 ssh-add 将其加入 ssh-agent`,
    );
  const words = quoted(said);
  return text(`${path}: ${words.en}`, `${path}：${words.zh}`);
};

const readKey = async (path: string): Promise<KeyFile> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const publicKey = await readPublic(path);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (publicKey === null && code === 'ENOENT') return {kind: 'missing'};
    const because = text(`${path} cannot be read (${code})`, `${path} 无法读取（${code}）`);
    return {kind: 'unusable', because, publicKey};
  }
  const key = only(utils.parseKey(bytes));
  if (key instanceof Error)
    return {kind: 'unusable', because: unusable(path, key.message), publicKey: await readPublic(path)};
  const publicKey = key.getPublicSSH();
  return key.isPrivateKey()
    ? {kind: 'key', key, publicKey}
    : {kind: 'unusable', because: text(`${path} is a public key`, `${path} 是公钥而不是私钥`), publicKey};
};

/** Why an agent gives nothing to log in with. */
const noneOffered = (socket: string | null, answer: AgentAnswer | null, limitMs: number): Text => {
  if (socket === null || answer === null)
    return text(
      'no agent (SSH_AUTH_SOCK is not set, or ssh’s configuration says `IdentityAgent none`)',
      '没有 ssh-agent（未设置 SSH_AUTH_SOCK，或 ssh 配置为 `IdentityAgent none`）',
    );
  switch (answer.kind) {
    case 'none': {
      const said = quoted(answer.said);
      return text(`no agent answers at ${socket}: ${said.en}`, `${socket} 上没有 ssh-agent 响应：${said.zh}`);
    }
    case 'silent': {
      const span = inSeconds(limitMs);
      return text(
        `the agent at ${socket} did not answer within ${span.en}`,
        `${socket} 上的 ssh-agent 在 ${span.zh}内没有响应`,
      );
    }
    case 'keys': {
      const count = answer.keys.length;
      return count === 0
        ? text('the agent holds no keys', 'ssh-agent 中没有密钥')
        : text(`the agent offers none of its ${count} keys`, `ssh-agent 中的 ${count} 个密钥均不用于该主机`);
    }
    default:
      return never(answer);
  }
};

/** What to log in with, in the order it is offered; refused when there is nothing, with the reason for each file. */
export type KeyRing = (settings: Settings) => Promise<readonly AnyAuthMethod[] | Refused>;

/**
 * As ssh does: keys of the agent that belong to an identity file first, then the agent's others unless IdentitiesOnly,
 * then the files the agent does not hold. Files are parsed once for all hosts. Keys of security keys and certificates
 * are not offered: ssh2 cannot sign with them. An agent has the limit of a connect for its answer.
 */
export const makeKeyRing = ({clock, limits}: Pick<TransportEnv, 'clock' | 'limits'>): KeyRing => {
  const files = new Map<string, Promise<KeyFile>>();
  const fileOf = (path: string): Promise<KeyFile> => {
    const file = files.get(path) ?? readKey(path);
    files.set(path, file);
    // Only keys are kept: what is missing or encrypted today may be mended the next time.
    void file.then(({kind}) => kind === 'key' || files.delete(path));
    return file;
  };
  return async ({user, identityFiles, identitiesOnly, agentSocket}) => {
    const identities = await Promise.all(
      identityFiles.map(async ({path, asked}) => ({path, asked, file: await fileOf(path)})),
    );
    const answer = agentSocket === null ? null : await agentKeys(agentSocket, clock, limits.connectMs);
    const held = answer?.kind === 'keys' ? answer.keys : [];
    const rank = (key: ParsedKey): number =>
      identities.findIndex(
        ({file}) => file.kind !== 'missing' && file.publicKey?.equals(key.getPublicSSH()) === true,
      );
    const ranked = held.map(key => ({key, rank: rank(key)}));
    const offered = [
      ...ranked.filter(one => one.rank !== -1).sort((a, b) => a.rank - b.rank),
      ...(identitiesOnly ? [] : ranked.filter(one => one.rank === -1)),
    ].map(one => one.key);
    const methods: AnyAuthMethod[] = [];
    if (agentSocket !== null && offered.length > 0)
      methods.push({type: 'agent', username: user, agent: new ChosenAgent(agentSocket, offered)});
    for (const {file} of identities)
      if (file.kind === 'key' && !offered.some(key => key.getPublicSSH().equals(file.publicKey)))
        methods.push({type: 'publickey', username: user, key: file.key});
    if (methods.length > 0) return methods;
    const reasons = identities.flatMap(({path, asked, file}) => {
      switch (file.kind) {
        case 'unusable':
          return [file.because];
        case 'missing':
          return asked ? [text(`${path} does not exist`, `${path} 不存在`)] : [];
        case 'key':
          return [];
        default:
          return never(file);
      }
    });
    const detail = joinTexts([...reasons, noneOffered(agentSocket, answer, limits.connectMs)], SEMICOLON);
    return refused('no-credentials', detail);
  };
};
