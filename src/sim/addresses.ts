import {randomInt} from 'node:crypto';
import {createServer, type Server} from 'node:net';

/** Whether something can listen there now. Nothing stays open. */
export const canListen = (address: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });

/** Below the range from which systems lend ports to outgoing connections: Linux from 32,768, others from 49,152. */
const PORTS = {from: 10_240, below: 32_768} as const;

/**
 * So many different ports that are free now on an address. None is one that an outgoing connection may be lent before
 * it is used, and where the search begins is random, so that two that search at once rarely meet. Throws when there are
 * too few.
 */
export const freePorts = async (address: string, count: number): Promise<number[]> => {
  const {from, below} = PORTS;
  const begin = randomInt(from, below);
  const found: number[] = [];
  for (let tried = 0; found.length < count; tried++) {
    if (tried === below - from) throw new Error(`${address} has no ${count} free ports`);
    const port = from + ((begin - from + tried) % (below - from));
    if (await canListen(address, port)) found.push(port);
  }
  return found;
};

const CLAIM_PORT = 61_777;

/** Takes a block of hosts' addresses for this process, or null when another one has it. Closing gives it back. */
export const claimBlock = (block: number): Promise<Server | null> =>
  new Promise(resolve => {
    const server = createServer(socket => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen(CLAIM_PORT, `127.77.${block}.1`, () => resolve(server));
  });

/** Whether this machine answers on every 127.x.y.z by itself (Linux does, macOS does not). */
export const hasLoopbackRange = (): Promise<boolean> => canListen('127.77.0.1', 0);

/** The address of the nth host in a block of hosts: 127.77.BLOCK.11 and on. */
export const hostAddress = (block: number, index: number): string => `127.77.${block}.${11 + index}`;
