import {createServer, type Server} from 'node:net';

/** Whether something can listen there now. Nothing stays open. */
export const canListen = (address: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });

/** A port that is free now on an address. */
export const freePort = (address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const place = server.address();
      const port = typeof place === 'object' && place !== null ? place.port : 0;
      server.close(() => resolve(port));
    });
  });

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
