import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
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

/** Serves one SSH session: exec and shell, without a terminal, environment or subsystems. */
export const serveSession = (session: Session, place: ShellPlace): void => {
  let child: ChildProcessWithoutNullStreams | null = null;
  const run = (accept: () => ServerChannel, args: readonly string[]): void => {
    child = start(place, args);
    join(child, accept());
  };
  session.on('exec', (accept, _reject, info) => run(accept, ['-c', info.command]));
  session.on('shell', accept => run(accept, []));
  session.on('pty', (_accept, reject) => reject?.());
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
