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

/** The agent's keys; `none` when no agent is there, `silent` when it did not answer within `ms`. */
export const agentKeys = async (
  socket: string,
  clock: Clock,
  ms: number,
): Promise<readonly ParsedKey[] | 'none' | 'silent'> => {
  const agent = new AskedAgent(socket);
  const {promise, resolve} = Promise.withResolvers<readonly ParsedKey[] | 'none'>();
  agent.getIdentities((error, keys) =>
    resolve(error ? 'none' : (keys ?? []).filter(key => typeof key === 'object' && 'getPublicSSH' in key)),
  );
  const asked = await within(clock, ms, undefined, promise);
  if (asked.kind === 'ok') return asked.value;
  agent.giveUp();
  return 'silent';
};
