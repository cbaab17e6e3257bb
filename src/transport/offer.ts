import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import Protocol from 'ssh2/lib/protocol/Protocol.js';
import wire from 'ssh2/lib/protocol/utils.js';
import {field, fieldsOf, type KeyBlob} from './key-blob.ts';

/*
 * ssh2 logs in by plain keys alone. Of a certificate and of a security key it would write the signature under the wrong name, and
 * without what a security key adds to it. So it is shown keys of its own kind that bear these bytes, and the one message that it
 * would get wrong, the signed request, is written here.
 */

const {BaseAgent, utils} = ssh2;

/** SHA-1, which ssh2 asks for where a server knows nothing better, has no name here. */
export type Hash = 'sha256' | 'sha512';
/** Gives a whole signature: its name, its bytes, and what a security key adds. */
export type Sign = (data: Buffer, hash: Hash | null) => Promise<Buffer>;

/** A key that can be offered, and how it signs. */
export type Offer = {readonly blob: KeyBlob; readonly key: ParsedKey; readonly sign: Sign};

const parsed = (line: string): ParsedKey => {
  const key = utils.parseKey(line);
  if (key instanceof Error) throw key;
  return key;
};
/** ssh2 knows its keys by a mark that no other object has, but for one that is made after one of them. */
const MARKED = parsed(
  `ssh-ed25519 ${Buffer.concat([field('ssh-ed25519'), field(Buffer.alloc(32, 1))]).toString('base64')}`,
);

/** Keys that ssh2 does not know, as it is shown them. */
const UNKNOWN = new WeakSet<ParsedKey>();

const RSA_CERTIFICATE = 'ssh-rsa-cert-v01@openssh.com';
/** By which algorithm a host is asked to take it. Of RSA the one with SHA-512, as ssh does: SHA-1 is refused nowadays. */
const algorithmOf = ({type}: KeyBlob): string =>
  type === RSA_CERTIFICATE ? 'rsa-sha2-512-cert-v01@openssh.com' : type;

/** What ssh2 knows by itself: every plain key but those of security keys. */
const isPlain = ({type, certifies}: KeyBlob): boolean => certifies === null && !type.startsWith('sk-');

/** Makes an offer; null where ssh2 takes the key for none. */
export const makeOffer = (blob: KeyBlob, sign: Sign): Offer | null => {
  if (isPlain(blob)) {
    const key = utils.parseKey(blob.bytes);
    return key instanceof Error ? null : {blob, key, sign};
  }
  const key: ParsedKey = Object.create(MARKED, {
    type: {value: algorithmOf(blob)},
    getPublicSSH: {value: () => blob.bytes},
  });
  UNKNOWN.add(key);
  return {blob, key, sign};
};

/** Signs with the key of a file, for a certificate of it. */
export const signWith =
  (key: ParsedKey): Sign =>
  async data => {
    const [name, signature] =
      key.type === 'ssh-rsa' ? ['rsa-sha2-512', key.sign(data, 'sha512')] : [key.type, key.sign(data)];
    const sent = signature instanceof Error ? signature : wire.convertSignature(signature, key.type);
    if (!Buffer.isBuffer(sent)) throw new Error(`the key does not sign: ${String(sent)}`);
    return Buffer.concat([field(name), field(sent)]);
  };

/** Offers what it was told. A class, because ssh2 knows agents by their class. */
export class ChosenAgent extends BaseAgent<ParsedKey> {
  readonly #offers: readonly Offer[];
  #asked = false;
  constructor(offers: readonly Offer[]) {
    super();
    this.#offers = offers;
  }
  /** Whether somebody is asked to sign, and has not: an agent may wait for a person. */
  get waiting(): boolean {
    return this.#asked;
  }
  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(
      undefined,
      this.#offers.map(({key}) => key),
    );
  }
  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const told = typeof options === 'function' ? options : done;
    const hash = typeof options === 'function' ? undefined : options.hash;
    // ssh2 throws out of its callback what it cannot read of a signature: that one is none either.
    void this.#sign(key, data, hash === 'sha256' || hash === 'sha512' ? hash : null)
      .then(signature => told?.(undefined, signature))
      .catch((error: unknown) => told?.(error instanceof Error ? error : new Error(String(error))));
  }
  async #sign(key: ParsedKey, data: Buffer, hash: Hash | null): Promise<Buffer> {
    const offer = this.#offers.find(one => one.key === key);
    if (offer === undefined) throw new Error('the key was not offered');
    const {type} = offer.blob;
    this.#asked = true;
    const whole = await offer.sign(data, type === RSA_CERTIFICATE ? 'sha512' : hash).finally(() => {
      this.#asked = false;
    });
    const fields = fieldsOf(whole);
    const name = fields.next();
    const signature = fields.next();
    if (name === null || signature === null) throw new Error('the signature cannot be read');
    // ssh2 writes the name of what it knows itself.
    return UNKNOWN.has(key) ? whole : signature;
  }
}

/** SSH_MSG_USERAUTH_REQUEST (RFC 4252). */
const REQUEST = 50;

/** Lets a client whose `connect` was called log in by any offer. */
export const takeOffers = (client: ssh2.Client): void => {
  const protocol = '_protocol' in client ? client._protocol : null;
  if (!(protocol instanceof Protocol)) throw new Error('this ssh2 is another one than lakeup was made for');
  const itself = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    if (sign === undefined || !UNKNOWN.has(key)) return itself(user, key, algorithm, sign);
    const request = Buffer.concat([
      Buffer.from([REQUEST]),
      ...[user, 'ssh-connection', 'publickey'].map(field),
      Buffer.from([1]),
      ...[key.type, key.getPublicSSH()].map(field),
    ]);
    return sign(Buffer.concat([field(protocol._kex.sessionID), request]), whole => {
      const signed = Buffer.concat([request, field(whole)]);
      const {write} = protocol._packetRW;
      const packet = write.alloc(signed.length);
      packet.set(signed, write.allocStart);
      protocol._authsQueue.push('publickey');
      wire.sendPacket(protocol, write.finalize(packet));
    });
  };
};
