import net from 'node:net';
import type {Clock} from '../model/world.ts';
import {field, fieldsOf, type KeyBlob, readBlob, typeOf} from './key-blob.ts';
import {type Hash, makeOffer, type Offer} from './offer.ts';
import {within} from './within.ts';

/*
 * The protocol of agents (draft-miller-ssh-agent), asked by lakeup itself: ssh2 leaves out every key that it does not know, and
 * nobody could tell that one is there.
 */

const MESSAGE = {failure: 5, identities: 11, identitiesAre: 12, sign: 13, signed: 14} as const;
/** By which hash an RSA key is to sign; 0: SHA-1. */
const FLAGS: Readonly<Record<Hash, number>> = {sha256: 2, sha512: 4};
/** As OpenSSH: more is no answer. */
const ANSWER_BYTES = 256 * 1024;

/** An agent and how long it is waited for: itself it may wait for a person. */
export type AgentAt = {readonly socket: string; readonly clock: Clock; readonly ms: number};

type Answer =
  | {readonly kind: 'answer'; readonly bytes: Buffer}
  | {readonly kind: 'none'; readonly said: string}
  | {readonly kind: 'silent'};

/** Asks one thing on a connection of its own. */
const ask = async ({socket, clock, ms}: AgentAt, request: Buffer): Promise<Answer> => {
  const {promise, resolve} = Promise.withResolvers<Answer>();
  const none = (said: string) => resolve({kind: 'none', said});
  const peer = net.connect({path: socket});
  let heard = Buffer.alloc(0);
  peer.once('connect', () => peer.write(field(request)));
  peer.on('error', error => none(error.message));
  peer.once('close', () => none('it closed the connection'));
  peer.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    const length = heard.length < 4 ? 0 : heard.readUInt32BE(0);
    if (length > ANSWER_BYTES) return none('its answer is too long');
    const bytes = fieldsOf(heard).next();
    if (bytes !== null) resolve({kind: 'answer', bytes});
  });
  const asked = await within(clock, ms, undefined, promise);
  peer.destroy();
  return asked.kind === 'ok' ? asked.value : {kind: 'silent'};
};

/** Signs by the agent, with a key or certificate that it holds. */
const signAt = async (at: AgentAt, held: Buffer, data: Buffer, hash: Hash | null): Promise<Buffer> => {
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(hash === null ? 0 : FLAGS[hash]);
  const answer = await ask(at, Buffer.concat([Buffer.from([MESSAGE.sign]), field(held), field(data), flags]));
  if (answer.kind !== 'answer')
    throw new Error(answer.kind === 'none' ? answer.said : 'the agent did not answer');
  const signature = answer.bytes[0] === MESSAGE.signed ? fieldsOf(answer.bytes, 1).next() : null;
  if (signature === null) throw new Error('the agent does not sign');
  return signature;
};

/** An offer that the agent signs for; `held` is what it signs with: a certificate of its own, or the key that one is of. */
export const agentOffer = (at: AgentAt, shown: KeyBlob, held: KeyBlob): Offer | null =>
  makeOffer(shown, (data, hash) => signAt(at, held.bytes, data, hash));

/**
 * What an agent answered: keys it can sign with, and the types of those that nobody here knows how to offer; that there is
 * none to talk to and why; or nothing within the limit.
 */
export type AgentAnswer =
  | {readonly kind: 'keys'; readonly keys: readonly Offer[]; readonly others: readonly string[]}
  | {readonly kind: 'none'; readonly said: string}
  | {readonly kind: 'silent'};

/** Asks an agent for its keys. */
export const agentKeys = async (at: AgentAt): Promise<AgentAnswer> => {
  const answer = await ask(at, Buffer.from([MESSAGE.identities]));
  if (answer.kind !== 'answer') return answer;
  const fields = fieldsOf(answer.bytes, 1);
  const count = answer.bytes[0] === MESSAGE.identitiesAre ? fields.number() : null;
  if (count === null) return {kind: 'none', said: 'it does not list its keys'};
  const keys: Offer[] = [];
  const others: string[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = fields.next();
    const comment = fields.next();
    if (bytes === null || comment === null) return {kind: 'none', said: 'its list of keys cannot be read'};
    const blob = readBlob(bytes);
    const offer = blob === null || blob.certifies === 'host' ? null : agentOffer(at, blob, blob);
    if (offer === null) others.push(typeOf(bytes));
    else keys.push(offer);
  }
  return {kind: 'keys', keys, others};
};
