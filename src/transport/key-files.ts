import {readFile} from 'node:fs/promises';
import ssh2, {type ParsedKey} from 'ssh2';
import {type Text, text} from '../model/text.ts';
import {type KeyBlob, readPublicLine} from './key-blob.ts';
import {quoted} from './replies.ts';

const {utils} = ssh2;

/** A file after reading: a key, parsed once, a certificate, or the reason why it cannot be used. */
export type KeyFile =
  | {readonly kind: 'key'; readonly key: ParsedKey; readonly publicKey: Buffer}
  | {readonly kind: 'certificate'; readonly certificate: KeyBlob}
  | {readonly kind: 'unusable'; readonly because: Text; readonly publicKey: Buffer | null}
  | {readonly kind: 'missing'};

const isList = (parsed: unknown): parsed is readonly ParsedKey[] => Array.isArray(parsed);
/** ssh2 answers with a list for some formats, whatever its types say. */
const only = (parsed: ParsedKey | Error): ParsedKey | Error =>
  isList(parsed) ? (parsed[0] ?? new Error('holds no key')) : parsed;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const unread = (path: string, code: string): Text =>
  text(`${path} cannot be read (${code})`, `${path} 无法读取（${code}）`);

export const notThere = (path: string): Text => text(`${path} does not exist`, `${path} 不存在`);

const readPublic = async (path: string): Promise<Buffer | null> => {
  try {
    return readPublicLine(await readFile(`${path}.pub`, 'latin1'))?.key.bytes ?? null;
  } catch {
    return null;
  }
};

const MAGIC = 'openssh-key-v1\0';

/** The public key in the head of OpenSSH's own format, which no passphrase hides; by it an agent's key is known for this file's. */
const publicPart = (bytes: Buffer): Buffer | null => {
  const [, body = ''] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(bytes.toString('latin1')) ?? [];
  const key = Buffer.from(body, 'base64');
  if (key.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  let at = MAGIC.length;
  const field = (): Buffer | null => {
    if (at + 4 > key.length) return null;
    const begin = at + 4;
    at = begin + key.readUInt32BE(at);
    return at > key.length ? null : key.subarray(begin, at);
  };
  // Cipher, how the passphrase is hashed, with what; then how many keys follow.
  for (let i = 0; i < 3; i++) if (field() === null) return null;
  at += 4;
  return field();
};

/** Why a file that was read holds no key to use; `said` are ssh2's words. */
const unusable = (path: string, said: string): Text => {
  if (/encrypted/i.test(said))
    return text(
      `${path} is encrypted: add it to an agent with ssh-add`,
      `${path} 已加密：请用 ssh-add 将其加入 ssh-agent`,
    );
  if (/\bsk-\S+@openssh\.com/.test(said))
    return text(
      `${path} belongs to a security key: add it to an agent with ssh-add`,
      `${path} 属于硬件安全密钥：请用 ssh-add 将其加入 ssh-agent`,
    );
  const words = quoted(said);
  return text(`${path}: ${words.en}`, `${path}：${words.zh}`);
};

const ofAHost = (path: string): Text => text(`${path} is a certificate of a host`, `${path} 是主机证书`);

/** Reads what an IdentityFile names. */
export const readKey = async (path: string): Promise<KeyFile> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const publicKey = await readPublic(path);
    const code = codeOf(error);
    if (publicKey === null && code === 'ENOENT') return {kind: 'missing'};
    return {kind: 'unusable', because: unread(path, code), publicKey};
  }
  const line = readPublicLine(bytes.toString('latin1'));
  if (line?.certifies === 'user') return {kind: 'certificate', certificate: line};
  if (line !== null) {
    const because =
      line.certifies === 'host' ? ofAHost(path) : text(`${path} is a public key`, `${path} 是公钥而不是私钥`);
    return {kind: 'unusable', because, publicKey: line.key.bytes};
  }
  const key = only(utils.parseKey(bytes));
  if (key instanceof Error)
    return {
      ...{kind: 'unusable', because: unusable(path, key.message)},
      publicKey: (await readPublic(path)) ?? publicPart(bytes),
    };
  const publicKey = key.getPublicSSH();
  return key.isPrivateKey()
    ? {kind: 'key', key, publicKey}
    : {kind: 'unusable', because: text(`${path} is a public key`, `${path} 是公钥而不是私钥`), publicKey};
};

/** What a certificate's file holds; `because`: why it cannot be used. */
export type CertificateFile = {readonly certificate: KeyBlob} | {readonly because: Text | null};

/** Reads what a CertificateFile names, or what lies beside a key; it may be another one each time: many last an hour. */
export const readCertificateFile = async (path: string): Promise<CertificateFile> => {
  try {
    const line = readPublicLine(await readFile(path, 'latin1'));
    if (line?.certifies === 'user') return {certificate: line};
    return {
      because:
        line?.certifies === 'host' ? ofAHost(path) : text(`${path} is no certificate`, `${path} 不是证书`),
    };
  } catch (error) {
    const code = codeOf(error);
    return {because: code === 'ENOENT' ? null : unread(path, code)};
  }
};
