import type {Script} from '../../../src/model/script.ts';
import {PARTS} from '../../../src/systems/doris/parse/cut.ts';
import {backupName, failedName, stageName} from '../../../src/systems/doris/parse/tree.ts';
import {did, refused, type Told} from '../common/memory-replies.ts';
import {wordOf} from '../common/memory-script.ts';
import {effect, lifeOf, type Machine, type World} from './memory-world.ts';

export type Acting = {
  readonly world: World;
  readonly machine: Machine;
  readonly stamp: string;
  readonly script: Script;
};
export type Act = (acting: Acting) => Promise<Told>;

export const stillRuns = ({machine}: Acting): Told | null => {
  const life = lifeOf(machine);
  return life === null ? null : refused(`process ${life.pid} of ${machine.node.home} still runs`);
};

const unstage: Act = async ({world, machine, stamp}) => {
  if (machine.stages.delete(stageName(stamp))) effect(world, machine, 'unstage');
  return did(`removed ${stageName(stamp)}`);
};

const restore: Act = async acting => {
  const {world, machine, stamp} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  for (const part of ['bin', 'lib'] as const) {
    const kept = machine.aside.get(backupName(part, stamp));
    if (kept === undefined) {
      if (machine[part] === null) return refused(`there is no backup of ${part}`);
      continue;
    }
    if (machine[part] !== null) return refused(`${part} is still there`);
    machine[part] = kept;
    machine.aside.delete(backupName(part, stamp));
  }
  effect(world, machine, 'restore');
  return did('restored bin and lib');
};

const undeploy: Act = async acting => {
  const {world, machine, stamp} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  let moved = false;
  for (const part of ['bin', 'lib'] as const) {
    if (!machine.aside.has(backupName(part, stamp))) return refused('there is nothing to go back to');
    const content = machine[part];
    if (content === null) continue;
    machine.aside.set(failedName(part, stamp), content);
    machine[part] = null;
    moved = true;
  }
  if (moved) effect(world, machine, 'undeploy');
  return did('put aside bin and lib');
};

/** Brings the files of a node that another upgrade left in the middle back; that one's stage gets the name of this run. */
export const putBack: Act = async acting => {
  const {world, machine, stamp, script} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  const cut = wordOf(script, 'cut');
  for (const part of PARTS)
    if (
      machine[part] !== null &&
      machine.aside.has(backupName(part, cut)) &&
      machine[part] !== machine.package
    )
      return refused(`${part} is not the package's`);
  const staged = machine.stages.get(stageName(cut));
  const isNew = PARTS.some(part => machine[part] !== null && machine.aside.has(backupName(part, cut)));
  const copy =
    staged ?? (isNew ? {version: machine.package, whole: true, unproved: true as const} : undefined);
  const isMoved = PARTS.some(part => machine.aside.has(backupName(part, cut)));
  for (const part of PARTS) {
    const kept = machine.aside.get(backupName(part, cut));
    if (kept === undefined) continue;
    machine[part] = kept;
    machine.aside.delete(backupName(part, cut));
  }
  machine.stages.delete(stageName(cut));
  if (copy !== undefined) machine.stages.set(stageName(stamp), copy);
  if (isMoved || copy !== undefined) effect(world, machine, 'put-back');
  return did('put back bin and lib');
};

/** The ways back, by the name of the action. */
export const UNDOS: Readonly<Record<string, Act>> = {unstage, restore, undeploy};
