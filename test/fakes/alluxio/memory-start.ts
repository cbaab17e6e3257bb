import {compareVersions} from '../../../src/lib/version.ts';
import {did, refused, type Told} from '../common/memory-replies.ts';
import {wordOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import {sameContent} from './memory-content.ts';
import {realOf, versionAt} from './memory-homes.ts';
import {format, hinders, type Journal, partOf} from './memory-journal.ts';
import {liedOf} from './memory-lies.ts';
import {agreed, becomeReady, endLife} from './memory-lives.ts';
import type {Act} from './memory-undo.ts';
import {effect, type Life, lifeOf, type Machine, ofRole, type World} from './memory-world.ts';

/** The directory of the old version: where somebody might start it from who does not know better. */
const oldPlace = ({home}: Machine, from: string): string | null =>
  [...home.places].find(([at, version]) => version === from && at !== realOf(home))?.[0] ?? null;

/** Recorded: 2.3.0 formats the whole cluster, running workers included, where its journal folder is missing. */
const formatAll = (world: World, machine: Machine, journal: Journal): void => {
  effect(world, machine, 'format-all');
  for (const other of world.journals.values()) format(other, world.journalType, world.clock.now(), false);
  for (const worker of ofRole(world, 'worker')) worker.blocks.clear();
  journal.there = true;
};

/** Whether a worker that starts now meets masters, sooner or later, that do not know its blocks. */
const meetsOthers = (world: World): boolean => {
  const content = agreed(world);
  return content === null || !sameContent(content, world.truth);
};

const MASTER_MS = [4_000, 15_000] as const;
/** A master that is started creates its folders soon, long before anything is in them. */
const OPENS_MS = 1_500;
const OTHER_MS = [2_000, 9_000] as const;

/** What happens to a process that was started, at its time. */
const goOn = (world: World, machine: Machine, life: Life): void => {
  const {faults, role} = machine;
  const [low, high] = role === 'master' ? MASTER_MS : OTHER_MS;
  const readyAt = life.startedAt + between(world.chance, low, high) * (faults.has('slow-start') ? 5 : 1);
  const endAt = (at: number): void =>
    world.timeline.later(at, () => {
      if (lifeOf(machine) === life) endLife(world, machine, at);
    });
  if (faults.delete('start-dies')) endAt(between(world.chance, life.startedAt + 300, readyAt - 1));
  const journal = world.journals.get(machine.node.id);
  world.timeline.later(life.startedAt + OPENS_MS, () => {
    if (lifeOf(machine) !== life || journal === undefined) return;
    journal.opened = partOf(life.version, world.journalType);
    journal.writer = life.version;
  });
  // Its ports are taken.
  if (liedOf(world, machine, 'stranger-serves') !== null) endAt(life.startedAt + 1_000);
  if (faults.has('start-hangs')) return;
  world.timeline.later(readyAt, () => {
    becomeReady(world, machine, life, readyAt);
    if (faults.delete('dies-when-ready')) endAt(readyAt + between(world.chance, 500, 4_000));
  });
};

/** Starts one process as our own script does: refused where a journal is missing, or where `-i` would be ignored. */
export const start: Act = async ({world, machine, script}) => {
  const running = lifeOf(machine);
  if (running !== null) return did(`process ${running.pid} runs already: nothing is started`);
  const journal = world.journals.get(machine.node.id);
  const backup = machine.role === 'master' ? wordOf(script, 'backup') : '';
  if (journal?.there === false && wordOf(script, 'journal') !== '') return refused('the journal is none');
  if (journal !== undefined && backup !== '' && hinders(journal))
    return refused('the journal is not empty: -i would be ignored');
  if (journal !== undefined && backup !== '') journal.begun = true;
  return launch(world, machine, backup);
};

/** What the product's own start does: whatever the journal is. */
export const launch = async (world: World, machine: Machine, backup: string): Promise<Told> => {
  const {home, node, faults} = machine;
  const journal = world.journals.get(node.id);
  const place = (faults.has('wrong-version') ? oldPlace(machine, world.from) : null) ?? realOf(home);
  const version = versionAt(home, place);
  if (version === null) return refused(`${place} is none`);
  const embedded = world.journalType === 'EMBEDDED';
  if (journal?.there === false && embedded && compareVersions(version, '2.4.0') < 0)
    formatAll(world, machine, journal);
  if (journal !== undefined && journal.writer !== '' && compareVersions(version, journal.writer) < 0)
    effect(world, machine, 'reads-newer');
  if (machine.role === 'worker' && meetsOthers(world)) effect(world, machine, 'start-unproved');
  const missing = [...machine.owes].filter(block => !machine.blocks.has(block)).length;
  if (missing > 0) effect(world, machine, 'blocks-missing', world.clock.now(), String(missing));
  const life: Life = {
    pid: world.nextPid,
    startedAt: world.clock.now(),
    version,
    from: place,
    backup,
    readyAt: null,
    endAt: null,
    stopping: false,
    ops: 0,
    log: [],
  };
  world.nextPid += 1;
  Object.assign(machine, {lost: false, renewed: true});
  machine.lives.push(life);
  effect(world, machine, 'start');
  goOn(world, machine, life);
  await world.clock.sleep(between(world.chance, 500, 3_000));
  world.timeline.catchUp();
  return did(`Starting ${machine.role} @ ${node.host}`);
};
