import {readFileSync} from 'node:fs';
import {connect, createServer, type Server} from 'node:net';
import {join} from 'node:path';
import {nameSelf, type Self, sleep} from '../common/process-node.ts';
import {dorisSelf} from './process-self.ts';

// FoundationDB, as far as anybody needs it who wants to know whether it is there: its one coordinator takes connections.

type At = {readonly host: string; readonly port: number};

/** The coordinator that a MetaService's or Recycler's conf names: `description:id@host:port`. */
const coordinatorOf = (self: Self): At => {
  const [host = '', port = ''] = (self.conf('fdb_cluster', '').split('@')[1] ?? '').split(':');
  return {host, port: Number(port)};
};

/** Whether a knob of the node beside it says that it is away. It is read again and again: the store comes and goes. */
const isAway = (home: string): boolean => {
  try {
    return /^STORE='?away'?$/m.test(readFileSync(join(home, 'conf/fake.env'), 'utf8'));
  } catch {
    return false;
  }
};

const LOOK_MS = 200;

/** Runs beside the MetaService on whose address the coordinator is; ends at once anywhere else, and where it runs already. */
export const runStore = async (home: string, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('fdbserver');
  const self = dorisSelf(home, 'doris_cloud.conf', 'VERSION', env);
  const {host, port} = coordinatorOf(self);
  if (host !== self.address) return;
  let server: Server | null = null;
  for (;;) {
    const wanted = !isAway(home);
    if (wanted && server === null) {
      const opened = createServer(socket => socket.on('error', () => undefined));
      await new Promise<void>((resolve, reject) => {
        opened.once('error', reject);
        opened.listen(port, host, resolve);
      });
      server = opened;
    } else if (!wanted && server !== null) {
      server.close();
      server = null;
    }
    await sleep(LOOK_MS);
  }
};

const takes = ({host, port}: At): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({host, port, timeout: 1_000});
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });

/** How long a MetaService waits for its store when it starts, before speed. */
const WAITS_MS = 10_000;

/** Whether a MetaService or Recycler that starts finds its store. */
export const findsStore = async (self: Self): Promise<boolean> => {
  if (self.knob('STORE') === 'away') return false;
  const until = Date.now() + self.scaled(WAITS_MS, 5_000);
  while (Date.now() < until) {
    if (await takes(coordinatorOf(self))) return true;
    await sleep(50);
  }
  return false;
};
