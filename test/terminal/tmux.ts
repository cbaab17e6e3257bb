import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {BareTerminal, TerminalOptions} from './terminal.ts';

const CONFIG = `set -g default-terminal screen-256color
set -g status off
set -g escape-time 0
`;

/**
 * Runs the program with the window's own keyboard, writes down its pid and its exit code, and keeps the window, whatever
 * is still typed: it is this shell that hears of Ctrl-C, and it waits again.
 */
const WRAPPER = `dir=$1
shift
trap : INT HUP
exec 3>&2 2>/dev/null
sh -c 'echo $$ >"$0.part"; mv "$0.part" "$0"; exec "$@"' "$dir/pid" "$@" 2>&3
echo $? >"$dir/code.part"
mv "$dir/code.part" "$dir/code"
while :; do sleep 86400; done
`;

const isInstalled = (): boolean =>
  (process.env.PATH ?? '').split(':').some(dir => existsSync(join(dir, 'tmux')));

const WAIT_MS = 20;
const STARTS_WITHIN_MS = 120_000;

const waitForFile = async (path: string, withinMs: number): Promise<string> => {
  const end = Date.now() + withinMs;
  while (!existsSync(path)) {
    if (Date.now() > end) throw new Error(`tmux: no ${path} within ${withinMs / 1000} s`);
    await new Promise(resolve => setTimeout(resolve, WAIT_MS));
  }
  return readFileSync(path, 'utf8').trim();
};

/** A window of a tmux server that nobody else uses. */
export const openTmux = async (
  argv: readonly string[],
  {env, columns, rows}: TerminalOptions,
): Promise<BareTerminal> => {
  if (!isInstalled()) throw new Error('tmux is not installed (Debian: apt-get install tmux)');
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-tmux-'));
  const file = (name: string): string => join(dir, name);
  writeFileSync(file('config'), CONFIG);
  writeFileSync(file('wrapper'), WRAPPER);
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-S', file('socket'), '-f', file('config'), ...args], {
      encoding: 'utf8',
      env: {PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8'},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const flag = (name: string): boolean => tmux('display-message', '-p', `#{${name}}`).trim() === '1';
  const size = (x: number, y: number): string[] => ['-x', String(x), '-y', String(y)];
  const variables = Object.entries({...env, TERM: 'screen-256color'}).map(
    ([name, value]) => `${name}=${value}`,
  );
  const command = ['sh', file('wrapper'), dir, 'env', '-i', ...variables, ...argv];
  // tmux hands its one argument to a shell, several to the program as they are.
  try {
    tmux('new-session', '-d', ...size(columns, rows), '--', ...command);
  } catch (error) {
    rmSync(dir, {recursive: true, force: true});
    throw error;
  }
  const exitCode = (): number | null =>
    existsSync(file('code')) ? Number(readFileSync(file('code'), 'utf8')) : null;
  const pid = Number(await waitForFile(file('pid'), STARTS_WITHIN_MS));
  return {
    pid,
    screen: () => tmux('capture-pane', '-p').split('\n').slice(0, -1),
    press: keys => void tmux('send-keys', '-H', ...(Buffer.from(keys).toString('hex').match(/../g) ?? [])),
    resize: (newColumns, newRows) => void tmux('resize-window', ...size(newColumns, newRows)),
    exitCode,
    alternate: () => flag('alternate_on'),
    cursor: () => flag('cursor_flag'),
    kill: signal => {
      if (exitCode() === null) process.kill(pid, signal);
    },
    close: async () => {
      if (exitCode() === null) process.kill(pid, 'SIGKILL');
      tmux('kill-server');
      rmSync(dir, {recursive: true, force: true});
    },
  };
};
