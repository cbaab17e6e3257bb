import {compareVersions} from '../../../src/lib/version.ts';
import type {ServerRole} from '../../../src/systems/alluxio/fields.ts';
import {did, failed, type Told} from '../common/memory-replies.ts';
import {wordOf, wordsOf} from '../common/memory-script.ts';
import {realOf, versionAt} from './memory-homes.ts';
import {endLife} from './memory-lives.ts';
import {launch} from './memory-start.ts';
import type {Act} from './memory-undo.ts';
import {effect, lifeOf, type Machine, ofRole, type World} from './memory-world.ts';

// The product's cluster-wide commands: by ssh to every host of its files, whatever becomes of each, and exit 0.

const ROLES: Readonly<Record<string, ServerRole>> = {
  masters: 'master',
  job_masters: 'job-master',
  workers: 'worker',
  job_workers: 'job-worker',
  proxies: 'proxy',
};

const hostsOf = (world: World, role: ServerRole): readonly string[] =>
  ofRole(world, role).map(({node}) => node.host);

const placeOf = (world: World, {home}: Machine): string => `boot:1:${world.homes.indexOf(home)}`;

const softly = (machine: Machine): boolean =>
  compareVersions(versionAt(machine.home, realOf(machine.home)) ?? '0.0.0', '2.7.0') >= 0;

/** What the first master says of whom it reaches: every host by its own name, and nothing else. */
export const fanOutLines = (world: World, launcher: Machine): string[] => [
  ...hostsOf(world, 'master').map(host => `masters=${host}`),
  ...hostsOf(world, 'worker').map(host => `workers=${host}`),
  `soft=${softly(launcher) ? 'yes' : 'no'}`,
  ...ofRole(world, 'master', 'worker').flatMap(machine => [
    `reach=${machine.node.host} 0`,
    `far.place=${placeOf(world, machine)}`,
    'far.user=alluxio',
    'far.runs=yes',
  ]),
];

export const placeLines = (world: World, machine: Machine): string[] => [
  `place=${placeOf(world, machine)}`,
  'user=alluxio',
];

/** Recorded: it waits two minutes for each, then kills outright, unless it is told not to. */
const KILLS_AFTER_MS = 120_000;

const stopOne = async (world: World, machine: Machine, soft: boolean): Promise<void> => {
  const life = lifeOf(machine);
  if (life === null) return;
  effect(world, machine, 'stop');
  life.stopping = true;
  const hangs = machine.faults.has('stop-hangs');
  await world.clock.sleep(hangs ? KILLS_AFTER_MS : 500 + world.chance() * 5_000);
  world.timeline.catchUp();
  if (lifeOf(machine) === life && !(hangs && soft)) endLife(world, machine, world.clock.now());
};

/** Without being told otherwise a start ends first what runs of its kind (recorded). */
const startOne = async (world: World, machine: Machine, backup: string): Promise<void> => {
  if (lifeOf(machine) !== null) {
    effect(world, machine, 'restarted');
    await stopOne(world, machine, false);
  }
  const journal = world.journals.get(machine.node.id);
  if (journal !== undefined && backup !== '') journal.begun = true;
  await launch(world, machine, backup);
};

/** One command, on all its hosts at once. Who it does not reach stands in its output, and nowhere else. */
const command = async (
  world: World,
  words: readonly string[],
  does: string,
  backup: string,
): Promise<string[]> => {
  const role = words.map(word => ROLES[word]).find(each => each !== undefined);
  if (role === undefined) return [`Error: Invalid: ${words.join(' ')}`];
  const soft = words.includes('-s');
  const told = await Promise.all(
    ofRole(world, role).map(async machine => {
      const {host} = machine.node;
      const [unreached, unheeded] =
        does === 'stop'
          ? (['stop-not-reached', 'stop-not-heeded'] as const)
          : (['start-not-reached', 'start-not-heeded'] as const);
      if (machine.faults.delete(unreached)) return `Task on '${host}' fails, exit code: 255`;
      if (machine.faults.delete(unheeded)) return null;
      if (does === 'stop') await stopOne(world, machine, soft);
      else await startOne(world, machine, role === 'master' ? backup : '');
      return null;
    }),
  );
  const failures = told.filter(each => each !== null);
  return [
    `Executing the following command on all ${role} nodes and logging to logs/task.log: alluxio-${does}.sh`,
    'Waiting for tasks to finish...',
    ...(failures.length === 0 ? ['All tasks finished'] : [...failures, 'There are task failures']),
  ];
};

export const fanOut: Act = async ({world, script}) => {
  const [does, backup] = [wordOf(script, 'does'), wordOf(script, 'backup')];
  if (wordsOf(script, 'masters').length === 0) return failed(1, '', 'nobody is named');
  const said: string[] = [];
  for (const line of wordOf(script, 'commands').split('\n'))
    said.push(...(await command(world, line.split(' '), does, backup)));
  const told: Told = did(said.join('\n'));
  return told;
};
