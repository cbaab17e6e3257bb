import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import type {ServerChannel, Session} from 'ssh2';

/** Where and as what a host's commands run. */
export type ShellPlace = {
  /** The working directory and HOME: a directory of the host's own tree. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
};

const start = (place: ShellPlace, args: readonly string[]): ChildProcessWithoutNullStreams =>
  // A session of its own: what the client signals is the whole group, as with a real sshd.
  spawn('/bin/sh', args, {cwd: place.home, env: {...place.env, HOME: place.home}, detached: true});

/** Joins a process to a channel: bytes both ways with backpressure, then exit status or signal, then the end. */
const join = (child: ChildProcessWithoutNullStreams, channel: ServerChannel): void => {
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, {end: false});
  child.stderr.pipe(channel.stderr, {end: false});
  child.stdin.on('error', () => {});
  child.on('error', () => {
    channel.exit(127);
    channel.end();
  });
  child.on('exit', (code, signal) => {
    if (!channel.writable) return;
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.replace(/^SIG/, ''), false, '');
  });
  child.on('close', () => channel.end());
  // A client that is gone: the shell reads the end of its input, writers find a broken pipe; nothing is killed.
  channel.on('close', () => {
    child.stdin.end();
    child.stdout.destroy();
    child.stderr.destroy();
  });
  channel.on('error', () => {});
};

/** A terminal as a client asks for it. */
type Wanted = {readonly cols: number; readonly rows: number; readonly term: string};

/** util-linux's, which gives a program a terminal whatever its own input is. A host without it has shells without one. */
const SCRIPT = ['/usr/bin/script', '/bin/script'].find(path => existsSync(path));

/** A shell with a prompt on a terminal of that size. */
const startOnTerminal = (
  place: ShellPlace,
  script: string,
  {cols, rows, term}: Wanted,
): ChildProcessWithoutNullStreams => {
  const shell = `stty cols ${cols || 80} rows ${rows || 24} 2>/dev/null; exec /bin/sh -i`;
  return spawn(script, ['-qec', shell, '/dev/null'], {
    cwd: place.home,
    env: {...place.env, HOME: place.home, TERM: term, SHELL: '/bin/sh'},
    detached: true,
  });
};

/** Serves one SSH session: exec, and a shell, on a terminal where the host can make one; no environment, no subsystems. */
export const serveSession = (session: Session, place: ShellPlace): void => {
  let child: ChildProcessWithoutNullStreams | null = null;
  let wanted: Wanted | null = null;
  const run = (accept: () => ServerChannel, started: ChildProcessWithoutNullStreams): void => {
    child = started;
    join(child, accept());
  };
  session.on('exec', (accept, _reject, info) => run(accept, start(place, ['-c', info.command])));
  session.on('shell', accept =>
    run(
      accept,
      wanted === null || SCRIPT === undefined ? start(place, []) : startOnTerminal(place, SCRIPT, wanted),
    ),
  );
  session.on('pty', (accept, reject, info) => {
    if (SCRIPT === undefined) return reject?.();
    wanted = {cols: info.cols, rows: info.rows, term: String(Reflect.get(info, 'term') ?? 'xterm')};
    accept?.();
  });
  session.on('window-change', (_accept, reject) => reject?.());
  session.on('env', (_accept, reject) => reject?.());
  session.on('subsystem', (_accept, reject) => reject?.());
  session.on('signal', (accept, _reject, info) => {
    accept?.();
    if (child?.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, `SIG${info.name}`);
    } catch {
      // It ended meanwhile.
    }
  });
};
