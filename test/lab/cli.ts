import {spawnSync} from 'node:child_process';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {installKit} from './install.ts';
import {clearLeftovers, type Lab, openLab, startLab} from './lab.ts';
import {labProblem} from './need.ts';

/** The lab that stays between two calls of this program. */
const NAME = 'main';

const USAGE = `npm run lab -- COMMAND
  up [N]           starts N hosts, 3 by default: host-1, host-2, …
  list             shows them
  ssh HOST [CMD]   logs in as root; USER@HOST as another
  run CMD …        runs a command where the operator sits, such as: run node dist/lakeup.mjs status …
  cut HOST         pulls the network cable: packets vanish
  mend HOST        plugs it in again
  off HOST, on HOST, reboot HOST   a power cut, a boot, and both; the disk stays
  fill HOST        fills the disk; unfill HOST gives the space back
  install          puts the demo's cluster on the hosts (14 are needed), and says how to upgrade it
  down             removes everything
`;

const open = (): Lab => {
  const lab = openLab(NAME);
  if (lab === null) throw new Error('no lab stands; start one with: npm run lab -- up');
  return lab;
};

const needed = (word: string | undefined, what: string): string => {
  if (word === undefined) throw new Error(`which ${what}?\n${USAGE}`);
  return word;
};

const stateOf = async (lab: Lab, host: string): Promise<string> => {
  const said = await lab.inside(host, ['df', '--output=used,size', '-B1M', '/']).catch(() => null);
  if (said === null) return 'off';
  const [used, size] = said.stdout.trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
  const reached = await lab.operator([
    'ssh',
    '-F',
    lab.sshConfig,
    '-o',
    'ConnectTimeout=2',
    '-l',
    'root',
    host,
    'true',
  ]);
  return `${reached.code === 0 ? 'up' : 'not reached'}   disk ${used} of ${size} MiB`;
};

const list = async (lab: Lab): Promise<void> => {
  const states = await Promise.all(lab.hosts.map(({name}) => stateOf(lab, name)));
  for (const [i, {name, address}] of lab.hosts.entries())
    process.stdout.write(`${name.padEnd(10)} ${address.padEnd(12)} ${states[i]}\n`);
};

/** Hands the terminal over; returns the program's own exit code. */
const handOver = (argv: readonly string[]): number => {
  const [program = '', ...args] = argv;
  return spawnSync(program, args, {stdio: 'inherit'}).status ?? 1;
};

const up = async (word: string | undefined): Promise<void> => {
  const count = Number(word ?? 3);
  if (!Number.isInteger(count) || count < 1 || count > 200) throw new Error('how many hosts? 1 to 200');
  const startedAt = Date.now();
  const lab = await startLab({hosts: count, name: NAME, lasting: true});
  process.stdout.write(`${count} hosts are up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  await list(lab);
};

const sshInto = (lab: Lab, word: string, command: readonly string[]): number => {
  const [user, host] = word.includes('@') ? word.split('@') : ['root', word];
  const known = lab.hosts.find(({name, address}) => name === host || address === host);
  if (known === undefined) throw new Error(`no host ${host}`);
  return handOver(lab.inOperator('ssh', '-F', lab.sshConfig, '-l', user ?? 'root', known.name, ...command));
};

const install = async (lab: Lab): Promise<void> => {
  const {cluster, inventory} = await installKit(lab, {kit: dorisKit, cluster: 'lake-doris'});
  process.stdout.write(`npm run lab -- run node dist/lakeup.mjs upgrade ${cluster} -i ${inventory}\n`);
};

const main = async ([command, word, ...rest]: readonly string[]): Promise<number> => {
  const host = (): string => needed(word, 'host');
  switch (command) {
    case 'up':
      await up(word);
      return 0;
    case 'down':
      await openLab(NAME)?.stop();
      await clearLeftovers();
      return 0;
    case 'list':
      await list(open());
      return 0;
    case 'install':
      await install(open());
      return 0;
    case 'ssh':
      return sshInto(open(), host(), rest);
    case 'run':
      return handOver(open().inOperator(needed(word, 'command'), ...rest));
    case 'cut':
    case 'mend':
    case 'reboot':
    case 'fill':
    case 'unfill':
      await open()[command](host());
      return 0;
    case 'off':
      await open().powerOff(host());
      return 0;
    case 'on':
      await open().boot(host());
      return 0;
    default:
      process.stderr.write(USAGE);
      return 2;
  }
};

// A reader such as `head` that has seen enough.
process.stdout.on('error', () => {});

const problem = labProblem();
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
