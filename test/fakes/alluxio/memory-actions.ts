import {did, failed, notAsSeen, refused, type Told} from '../common/memory-replies.ts';
import {wordOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import {backUp, isBackedUp, keptOf, mark as makeMark, unproved} from './memory-backup.ts';
import {CACHE_ACTS} from './memory-caches.ts';
import {fanOut} from './memory-fan-out.ts';
import {installIn, isInstalled, realOf, stagedAt, versionAt} from './memory-homes.ts';
import {format as formatJournal, stateOf} from './memory-journal.ts';
import {endLife} from './memory-lives.ts';
import {start} from './memory-start.ts';
import {type Act, type Acting, journalIn, namesOf, stillRuns, UNDOS} from './memory-undo.ts';
import {effect, type Life, lifeOf, type Machine, type World} from './memory-world.ts';

/** The release that lies where the package was. */
const EXCHANGED = '2.9.3';

const NO_ROOM = 'cp: error writing: No space left on device\n';

const stage: Act = async ({world, machine, names}) => {
  const {home, faults} = machine;
  const place = stagedAt(home, names);
  if (isInstalled(home, names)) return refused(`${home.path} is ${names.to} already: it is past staging`);
  if (versionAt(home, place) !== null) return did(`${place} is there already`);
  await world.clock.sleep(between(world.chance, 4_000, 20_000));
  world.timeline.catchUp();
  if (faults.has('disk-full')) return failed(1, '', NO_ROOM);
  if (faults.has('package-exchanged')) return failed(1, '', `the package is ${EXCHANGED}, not ${names.to}\n`);
  home.places.set(place, home.package);
  effect(world, machine, 'stage');
  return did(`staged ${place}`);
};

const mark: Act = async ({world, machine, names}) => {
  makeMark(world, machine, names.stamp);
  effect(world, machine, 'mark');
  return did('marked');
};

const backup: Act = async ({world, machine, names, script, onSaid}) => {
  const kept = keptOf(world, machine, names.stamp);
  if (kept === undefined) return refused('nothing is marked');
  if (isBackedUp(world, machine, kept)) return did('backed up already');
  if (isInstalled(machine.home, names)) return refused(`${machine.home.path} is ${names.to}`);
  Object.assign(kept, {going: true, lines: null, exit: null});
  const {lines, exit} = await backUp(world, machine, wordOf(script, 'directory'), onSaid);
  Object.assign(kept, {going: false, lines, exit});
  return exit === 0 ? did('backed up') : failed(exit ?? 1, (lines ?? []).join('\n'));
};

const endLater = (world: World, machine: Machine, life: Life, at: number): void =>
  world.timeline.later(at, () => {
    if (lifeOf(machine) === life) endLife(world, machine, at);
  });

const stop: Act = async ({world, machine, script}) => {
  const life = lifeOf(machine);
  if (life === null) return did(`no process of ${machine.node.home} runs`);
  const other = notAsSeen(script, life.pid);
  if (other !== null) return other;
  if (!life.stopping) effect(world, machine, 'stop');
  life.stopping = true;
  if (machine.faults.has('stop-hangs')) {
    await world.clock.sleep(machine.node.fields.stopWithinMs);
    return failed(124, '', `process ${life.pid} still runs\n`);
  }
  const drain = between(world.chance, 500, 6_000);
  endLater(world, machine, life, world.clock.now() + drain);
  await world.clock.sleep(drain + 200);
  world.timeline.catchUp();
  return did(`process ${life.pid} has ended`);
};

const keepJournal: Act = async acting => {
  const {world, machine, names} = acting;
  const [runs, journal] = [stillRuns(acting), journalIn(acting)];
  if (runs !== null) return runs;
  if (!journal.there) return refused('the journal is none');
  if (journal.copies.has(names.stamp)) return did('the journal is copied already');
  await world.clock.sleep(between(world.chance, 500, 4_000));
  world.timeline.catchUp();
  if (machine.faults.has('disk-full')) return failed(1, '', NO_ROOM);
  if (stillRuns(acting) !== null) return failed(1, '', 'it was started while the journal was copied\n');
  journal.copies.set(names.stamp, stateOf(journal));
  effect(world, machine, 'keep-journal');
  return did('copied the journal');
};

const install: Act = async acting => {
  const {world, machine, names} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  if (isInstalled(machine.home, names)) return did('installed already');
  const problem = installIn(machine.home, names);
  if (problem !== null) return refused(problem);
  effect(world, machine, 'install');
  return did(`${machine.home.path} is ${versionAt(machine.home, realOf(machine.home))}`);
};

const format: Act = async acting => {
  const {world, machine, names} = acting;
  const [runs, journal] = [stillRuns(acting), journalIn(acting)];
  if (runs !== null) return runs;
  if (!isInstalled(machine.home, names)) return refused(`${names.to} is not installed`);
  if (!journal.copies.has(names.stamp)) return refused('there is no copy of the journal');
  await world.clock.sleep(between(world.chance, 1_500, 5_000));
  world.timeline.catchUp();
  const problem = unproved(world);
  const leaves = machine.faults.delete('format-leaves');
  effect(world, machine, 'format');
  if (problem !== null) effect(world, machine, 'format-unproved', world.clock.now(), problem);
  formatJournal(journal, world.journalType, world.clock.now(), leaves);
  return leaves
    ? failed(1, '', `formatJournal has left ${journal.foreign.join()}`)
    : did('Formatting complete');
};

const ACTS: Readonly<Record<string, Act>> = {
  stage,
  mark,
  backup,
  stop,
  'keep-journal': keepJournal,
  install,
  format,
  start,
  'fan-out': fanOut,
  ...CACHE_ACTS,
  ...UNDOS,
};

/** Carries out an action, as its script would. Throws for a verb that the fake does not know. */
export const carryOut = (
  world: World,
  machine: Machine,
  verb: string,
  script: Acting['script'],
  onSaid: Acting['onSaid'],
): Promise<Told> => {
  const act = ACTS[verb];
  if (act === undefined) throw new Error(`the fake does not know ${script.body.name}`);
  const {host} = machine.node;
  const names = namesOf(script);
  return world.alone(host, realOf(machine.home), verb, () => act({world, machine, names, script, onSaid}));
};
