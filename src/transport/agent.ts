import type {Duplex} from 'node:stream';
import ssh2, {type GetStreamCallback, type IdentityCallback, type ParsedKey} from 'ssh2';
import type {Clock} from '../model/world.ts';
import {within} from './within.ts';

const {OpenSSHAgent} = ssh2;

/** An agent whose connection can be given up: ssh2 itself waits for its answer without limit. */
class AskedAgent extends OpenSSHAgent {
  #stream: Duplex | null = null;
  override getStream(done: GetStreamCallback): void {
    super.getStream((error, stream) => {
      this.#stream = stream ?? null;
      done(error, stream);
    });
  }
  giveUp(): void {
    this.#stream?.destroy();
  }
}

/** An agent that offers only the keys it was told. A class, because ssh2 knows agents by their class. */
export class ChosenAgent extends OpenSSHAgent {
  readonly #keys: ParsedKey[];
  constructor(socket: string, keys: ParsedKey[]) {
    super(socket);
    this.#keys = keys;
  }
  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(undefined, this.#keys);
  }
}

/** What an agent answered: keys it can sign with, that there is none to talk to and why, or nothing within the limit. */
export type AgentAnswer =
  | {readonly kind: 'keys'; readonly keys: readonly ParsedKey[]}
  | {readonly kind: 'none'; readonly said: string}
  | {readonly kind: 'silent'};

/** Asks an agent for its keys, and waits at most `ms`. */
export const agentKeys = async (socket: string, clock: Clock, ms: number): Promise<AgentAnswer> => {
  const agent = new AskedAgent(socket);
  const {promise, resolve} = Promise.withResolvers<AgentAnswer>();
  agent.getIdentities((error, keys) => {
    if (error) return resolve({kind: 'none', said: error.message});
    const usable = (keys ?? []).filter(key => typeof key === 'object' && 'getPublicSSH' in key);
    resolve({kind: 'keys', keys: usable});
  });
  const asked = await within(clock, ms, undefined, promise);
  if (asked.kind === 'ok') return asked.value;
  agent.giveUp();
  return {kind: 'silent'};
};
