import {readFile} from 'node:fs/promises';
import ssh2, {type AnyAuthMethod, type ParsedKey} from 'ssh2';
import type {Refused} from '../model/ask.ts';
import {agentKeys, ChosenAgent} from './agent.ts';
import type {TransportEnv} from './env.ts';
import type {Settings} from './settings.ts';

const {utils} = ssh2;

/** A key file after reading: parsed once, or the reason why it cannot be used. */
type KeyFile =
  | {readonly kind: 'key'; readonly key: ParsedKey; readonly publicKey: Buffer}
  | {readonly kind: 'unusable'; readonly because: string; readonly publicKey: Buffer | null}
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

const because = (path: string, message: string): string =>
  /encrypted/i.test(message)
    ? `${path} is encrypted: add it to an agent with ssh-add`
    : `${path}: ${message}`;

const readKey = async (path: string): Promise<KeyFile> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const publicKey = await readPublic(path);
    if (publicKey !== null) return {kind: 'unusable', because: `${path} cannot be read`, publicKey};
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? {kind: 'missing'} : {kind: 'unusable', because: `${path} cannot be read`, publicKey};
  }
  const key = only(utils.parseKey(bytes));
  if (key instanceof Error)
    return {kind: 'unusable', because: because(path, key.message), publicKey: await readPublic(path)};
  const publicKey = key.getPublicSSH();
  return key.isPrivateKey()
    ? {kind: 'key', key, publicKey}
    : {kind: 'unusable', because: `${path} is a public key`, publicKey};
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
    const asked = agentSocket === null ? 'none' : await agentKeys(agentSocket, clock, limits.connectMs);
    const held = typeof asked === 'string' ? [] : asked;
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
    const reasons = identities.flatMap(({path, asked, file}) =>
      file.kind === 'unusable'
        ? [file.because]
        : file.kind === 'missing' && asked
          ? [`${path} does not exist`]
          : [],
    );
    const agent =
      agentSocket === null
        ? 'no agent (SSH_AUTH_SOCK is not set)'
        : asked === 'none'
          ? `no agent answers at ${agentSocket}`
          : asked === 'silent'
            ? `the agent at ${agentSocket} did not answer within ${limits.connectMs / 1000} s`
            : `the agent offers none of its ${held.length} keys`;
    return {kind: 'refused', trouble: 'no-credentials', detail: [...reasons, agent].join('; ')};
  };
};
