import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import os from 'node:os';
import {join} from 'node:path';
import {realClock} from '../../src/cli/real-clock.ts';
import {transportDoctor} from '../../src/transport/doctor.ts';
import {DEFAULT_LIMITS} from '../../src/transport/env.ts';

const root = join(import.meta.dirname, '../..');

/** What a program says of itself in one line, or null when it is not there. */
export const versionOf = (program: string, ...args: readonly string[]): string | null => {
  const {error, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8', timeout: 10_000});
  return error === undefined ? (`${stdout}${stderr}`.trim().split('\n')[0] ?? '') : null;
};

const git = (...args: readonly string[]): string => {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
};

const commit = (): string => {
  const at = git('rev-parse', '--short', 'HEAD');
  if (at === '') return 'no commit known';
  return git('status', '--porcelain', '--', 'src') === ''
    ? `commit ${at}`
    : `commit ${at} with changes in src/`;
};

const system = (): string => {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? os.type();
  } catch {
    return os.type();
  }
};

/** How the kernel favours this program over others, or null when it does not. Field 41 of stat is the policy, 19 the niceness. */
const favour = (): string | null => {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[38] === '1' || fields[38] === '2') return 'real-time priority over every other program (`chrt`)';
  const niceness = Number(fields[16]);
  return niceness < 0 ? `priority over other programs (niceness ${niceness})` : null;
};

const nativePart = async (): Promise<string> => {
  const env = {
    clock: realClock,
    chance: Math.random,
    vars: process.env,
    limits: DEFAULT_LIMITS,
  };
  const fact = (await transportDoctor(env)).find(({about}) => about === 'ssh2');
  return fact?.detail.en ?? 'unknown';
};

/** Facts about this machine and what was measured on it, as lines of Markdown. */
export const machineFacts = async (): Promise<readonly string[]> => {
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [cpu] = os.cpus();
  const gib = (os.totalmem() / 2 ** 30).toFixed(1);
  return [
    `lakeup ${version}, ${commit()}, the built program (\`dist/\`)`,
    `${cpu?.model.trim()}, ${os.cpus().length} cores, ${gib} GiB memory`,
    `${system()}, Linux ${os.release()}`,
    `node ${process.version}; ssh2 ${await nativePart()}`,
    `${versionOf('ssh', '-V') ?? 'no OpenSSH'}; ${versionOf('pdsh', '-V') ?? 'no pdsh'}; ${versionOf('clush', '--version') ?? 'no clush'}`,
  ];
};

const cpuTimes = (): {readonly all: number; readonly stolen: number} => {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  return {all: times.reduce((sum, ticks) => sum + ticks, 0), stolen: times[7] ?? 0};
};

/** Watches what else the machine has to do: the load before, and the share of time that was stolen from it, at the end. */
export const watchMachine = (): (() => string) => {
  const load = os.loadavg()[0] ?? 0;
  const before = cpuTimes();
  return () => {
    const now = cpuTimes();
    const stolen = (100 * (now.stolen - before.stolen)) / Math.max(1, now.all - before.all);
    const favoured = favour();
    return `load ${load.toFixed(2)} before, ${stolen.toFixed(1)} % stolen${favoured === null ? '' : `, ${favoured}`}`;
  };
};
