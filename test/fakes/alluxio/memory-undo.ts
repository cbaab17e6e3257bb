import type {Script} from '../../../src/model/script.ts';
import {did, failed, refused, type Told} from '../common/memory-replies.ts';
import {wordOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import {isInstalled, type Names, stagedAt, uninstallIn} from './memory-homes.ts';
import {JOURNAL, type Journal, stateOf, takeState} from './memory-journal.ts';
import {effect, lifeOf, type Machine, type World} from './memory-world.ts';

export type Acting = {
  readonly world: World;
  readonly machine: Machine;
  readonly names: Names;
  readonly script: Script;
  /** Hears what the action says while it is at it. */
  readonly onSaid: (words: string) => void;
};
export type Act = (acting: Acting) => Promise<Told>;

/** A start knows no `to`, and a look none of them: what is not there names nothing. */
export const namesOf = ({vars}: Script): Names => ({
  stamp: String(vars.stamp ?? ''),
  to: String(vars.to ?? ''),
  old: String(vars.old ?? ''),
});

/** Nothing of any role may run from a home that is moved, or whose journal is. */
export const stillRuns = ({world, machine}: Acting): Told | null => {
  const running = [...world.machines.values()].filter(
    other => other.home === machine.home && lifeOf(other) !== null,
  );
  return running.length === 0
    ? null
    : refused(`process ${running.map(other => lifeOf(other)?.pid).join(' ')} still runs`);
};

/** The journal that a script was told of; this cluster keeps it in one place on every master. */
export const journalIn = ({world, machine, script}: Acting): Journal => {
  const journal = world.journals.get(machine.node.id);
  const at = wordOf(script, 'journal');
  if (journal === undefined || at !== JOURNAL)
    throw new Error(`${script.body.name}: ${machine.node.id} has no journal ${at}`);
  return journal;
};

const unstage: Act = async ({world, machine, names}) => {
  if (isInstalled(machine.home, names)) return refused(`${names.to} is installed`);
  if (machine.home.places.delete(stagedAt(machine.home, names))) effect(world, machine, 'unstage');
  return did('unstaged');
};

const uninstall: Act = async acting => {
  const {world, machine, names} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  if (!isInstalled(machine.home, names)) return did('not installed');
  const problem = uninstallIn(machine.home, names);
  if (problem !== null) return refused(problem);
  effect(world, machine, 'uninstall');
  return did('uninstalled');
};

const journalBack: Act = async acting => {
  const {world, machine, names} = acting;
  const [runs, journal] = [stillRuns(acting), journalIn(acting)];
  if (runs !== null) return runs;
  const copy = journal.copies.get(names.stamp);
  if (copy === undefined) return refused('there is no copy of the journal');
  await world.clock.sleep(between(world.chance, 500, 3_000));
  world.timeline.catchUp();
  if (stillRuns(acting) !== null) return failed(1, '', 'it was started while the journal was copied\n');
  if (!journal.aside.has(names.stamp)) journal.aside.set(names.stamp, stateOf(journal));
  takeState(journal, copy, world.clock.now());
  effect(world, machine, 'journal-back');
  return did('the journal is back');
};

/** The ways back, by the name of the action. */
export const UNDOS: Readonly<Record<string, Act>> = {unstage, uninstall, 'journal-back': journalBack};
