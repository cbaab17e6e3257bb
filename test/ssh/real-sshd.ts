import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {freePorts} from '../../src/sim/addresses.ts';

/** A real OpenSSH server on loopback with keys of its own; everything it made is gone after `stop`. */
export type RealSshd = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key of a user that may log in. */
  readonly identity: string;
  /** Holds this server's key under its name. */
  readonly knownHosts: string;
  readonly dir: string;
  /** What sshd has logged so far. */
  log(): Promise<string>;
  /** Writes another configuration and has it read, as `systemctl reload` does. Sessions that stand keep the old one. */
  reconfigure(change: (config: string) => string): Promise<void>;
  /** Kills every session, as a crash would, but not the listener. */
  killSessions(): void;
  /** Cuts every connection: what its sessions have begun goes on. */
  cutConnections(): void;
  /** Stops or continues every session: a half-open peer. */
  signalSessions(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
};

export type SshdOptions = {
  /** Further lines of sshd_config. */
  readonly config?: string;
  /** The loopback address to listen on. */
  readonly host?: string;
  /** Name in known_hosts when another host's key is wanted there. */
  readonly hostKeyType?: 'ed25519' | 'ecdsa' | 'rsa';
};

const sshdPath = (): string | null =>
  ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(path => existsSync(path)) ?? null;

/** Why no real sshd can be started here, or null. */
export const sshdMissing = (): string | null =>
  sshdPath() === null ? 'no sshd binary here (Debian: apt-get install openssh-server)' : null;

/** Makes a key pair without passphrase, or with one. */
export const makeKey = (path: string, type = 'ed25519', passphrase = ''): void => {
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(type === 'rsa' ? ['-b', '2048'] : []),
    '-N',
    passphrase,
    '-f',
    path,
  ]);
};

const children = (pid: number): number[] => {
  try {
    const out = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], {encoding: 'utf8'});
    return out
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(Number);
  } catch {
    return [];
  }
};

/** Every process below one, deepest last. */
const descendants = (pid: number): number[] => children(pid).flatMap(child => [child, ...descendants(child)]);

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect({host, port});
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });

const STARTS_WITHIN_MS = 60_000;
const TRIES = 5;

/** Starts a server on a free port and waits until it greets; on another one when that was taken meanwhile. */
const listen = async (
  host: string,
  start: (port: number) => Promise<ChildProcess>,
): Promise<{readonly listener: ChildProcess; readonly port: number} | null> => {
  const end = Date.now() + STARTS_WITHIN_MS;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const [port = 0] = await freePorts(host, 1);
    const listener = await start(port);
    while (listener.exitCode === null) {
      if (await answers(host, port)) return {listener, port};
      if (Date.now() > end) {
        listener.kill('SIGKILL');
        return null;
      }
      await pause(10);
    }
  }
  return null;
};

/** Starts an sshd that serves the user who runs this, and waits until it greets. */
export const startSshd = async ({
  config = '',
  host = '127.0.0.1',
  hostKeyType = 'ed25519',
}: SshdOptions = {}): Promise<RealSshd> => {
  const sshd = sshdPath();
  if (sshd === null) throw new Error(sshdMissing() ?? '');
  if (process.getuid?.() === 0) await mkdir('/run/sshd', {recursive: true, mode: 0o755});
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-sshd-'));
  const file = (name: string) => join(dir, name);
  makeKey(file('host_key'), hostKeyType);
  makeKey(file('id'));
  const user = userInfo().username;
  await writeFile(file('authorized_keys'), await readFile(file('id.pub')), {mode: 0o600});
  await chmod(file('host_key'), 0o600);
  const log = async () => (existsSync(file('log')) ? readFile(file('log'), 'utf8') : '');
  const started = await listen(host, async port => {
    await writeFile(file('known_hosts'), `[${host}]:${port} ${await readFile(file('host_key.pub'), 'utf8')}`);
    await writeFile(
      file('sshd_config'),
      // SHLVL: bash takes itself for an inner shell and leaves the user's .bashrc alone, which may do anything.
      `${config}
SetEnv SHLVL=3
ListenAddress ${host}
Port ${port}
HostKey ${file('host_key')}
AuthorizedKeysFile ${file('authorized_keys')}
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
PrintMotd no
MaxStartups 200:30:300
LogLevel VERBOSE
`,
    );
    return spawn(sshd, ['-D', '-f', file('sshd_config'), '-E', file('log')], {stdio: 'ignore'});
  });
  if (started === null) throw new Error(`sshd did not start: ${await log()}`);
  const {listener, port} = started;
  // A test run that is ended leaves no server behind.
  const reap = () => void listener.kill('SIGKILL');
  process.once('exit', reap);
  const gone = new Promise<void>(resolve => listener.once('exit', () => resolve()));
  const pid = listener.pid ?? 0;
  const isSshd = (process: number): boolean => {
    try {
      return readFileSync(`/proc/${process}/comm`, 'utf8').startsWith('sshd');
    } catch {
      return false;
    }
  };
  const send = (processes: readonly number[], signal: NodeJS.Signals) => {
    for (const session of processes) {
      try {
        process.kill(session, signal);
      } catch {
        // It ended meanwhile.
      }
    }
  };
  const signalSessions = (name: NodeJS.Signals) => send(descendants(pid), name);
  return {
    host,
    port,
    user,
    identity: file('id'),
    knownHosts: file('known_hosts'),
    dir,
    log,
    reconfigure: async change => {
      const reads = async () => ((await log()).match(/^Server listening on/gm) ?? []).length;
      const before = await reads();
      await writeFile(file('sshd_config'), change(await readFile(file('sshd_config'), 'utf8')));
      process.kill(pid, 'SIGHUP');
      while ((await reads()) === before) await pause(20);
    },
    killSessions: () => signalSessions('SIGKILL'),
    cutConnections: () => send(descendants(pid).filter(isSshd), 'SIGKILL'),
    signalSessions,
    stop: async () => {
      signalSessions('SIGKILL');
      listener.kill('SIGKILL');
      await gone;
      process.off('exit', reap);
      await rm(dir, {recursive: true, force: true});
    },
  };
};
