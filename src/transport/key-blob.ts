/** Keys as SSH sends them: bytes that begin with their type. */

/** Bytes behind their length, as every field of SSH. */
export const field = (value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  const whole = Buffer.alloc(4 + bytes.length);
  whole.writeUInt32BE(bytes.length);
  bytes.copy(whole, 4);
  return whole;
};

/** Reads one field after the other; null where nothing whole is left. */
export const fieldsOf = (bytes: Buffer, from = 0): {next(): Buffer | null; number(): number | null} => {
  let at = from;
  const number = (): number | null => {
    if (at + 4 > bytes.length) return null;
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  return {
    number,
    next: () => {
      const length = number();
      if (length === null || at + length > bytes.length) return null;
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
};

/** How many fields of a key of that type stand behind the type. */
const FIELDS: ReadonlyMap<string, number> = new Map([
  ['ssh-ed25519', 1],
  ['ssh-rsa', 2],
  ['ssh-dss', 4],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 3],
]);

/** How the certificate of a key of that type is called (PROTOCOL.certkeys of OpenSSH). */
const certified = (type: string): string => `${type.replace(/@openssh\.com$/, '')}-cert-v01@openssh.com`;
const CERTIFIED = new Map([...FIELDS.keys()].map(type => [certified(type), type]));

/** A key that a host can be shown. */
export type KeyBlob = {
  /** What the host is shown. */
  readonly bytes: Buffer;
  readonly type: string;
  /** Of a certificate: the key it is of; of any other key itself. */
  readonly key: {readonly type: string; readonly bytes: Buffer};
  /** Whom a certificate is for; null: it is none. */
  readonly certifies: 'user' | 'host' | null;
};

const USER = 1;

const readCertificate = (bytes: Buffer, type: string, of: string): KeyBlob | null => {
  const fields = fieldsOf(bytes);
  // The type, and a nonce.
  fields.next();
  fields.next();
  const own = Array.from({length: FIELDS.get(of) ?? 0}, () => fields.next());
  if (own.includes(null)) return null;
  const [, , whom] = [fields.number(), fields.number(), fields.number()];
  if (whom === null) return null;
  const key = Buffer.concat([field(of), ...own.flatMap(part => (part === null ? [] : [field(part)]))]);
  return {bytes, type, key: {type: of, bytes: key}, certifies: whom === USER ? 'user' : 'host'};
};

/** What stands in a key's bytes; null where the type is none that is known here. */
export const readBlob = (bytes: Buffer): KeyBlob | null => {
  const type = typeOf(bytes);
  const of = CERTIFIED.get(type);
  if (of !== undefined) return readCertificate(bytes, type, of);
  return FIELDS.has(type) ? {bytes, type, key: {type, bytes}, certifies: null} : null;
};

/** The type that stands at the beginning of a key's bytes, as far as it can be read. */
export const typeOf = (bytes: Buffer): string =>
  (fieldsOf(bytes).next()?.toString('latin1', 0, 64) ?? '').replace(/[^!-~]/g, '?');

/** Reads a file of a public key or certificate: its type, its bytes in base64, and whatever else. */
export const readPublicLine = (text: string): KeyBlob | null => {
  const [, type, base64 = ''] = /^\s*(\S+)[ \t]+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(text) ?? [];
  const blob = readBlob(Buffer.from(base64, 'base64'));
  return blob?.type === type ? blob : null;
};
