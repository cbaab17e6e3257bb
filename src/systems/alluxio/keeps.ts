import {actionName} from '../../model/action-name.ts';
import {type Facts, listOf} from '../../model/facts.ts';
import {actionRefs, fillCopy, missingRef} from '../../model/given.ts';
import {NodeId} from '../../model/ids.ts';
import type {Kept, KeptKind} from '../../model/kept.ts';
import type {Action} from '../../model/plan.ts';
import type {System} from '../../model/system.ts';

type Vars = Readonly<Record<string, unknown>>;

const varsOf = (action: Action): Vars => (action.kind === 'script' ? action.vars : {});

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of a place that has a name; the size where it was measured. */
const at = (kind: KeptKind, path: string, bytes: unknown = null): readonly Kept[] =>
  path.startsWith('/') ? [{path, bytes: typeof bytes === 'number' ? bytes : null, kind}] : [];

/** A home that is a link leaves the old version where it was; a directory is set aside under a name of the run. */
const oldVersion = ({home, old, stamp}: Vars, {kind}: Facts): readonly Kept[] =>
  at('version', kind === 'dir' ? `${word(home)}_backup_${word(stamp)}` : word(old));

const oldJar = ({jar, stamp}: Vars): readonly Kept[] => {
  const path = word(jar);
  return at(
    'client',
    `${path.endsWith('.jar') ? path : `${path}/alluxio-*-client.jar`}_backup_${word(stamp)}`,
  );
};

const copyOf = (folder: unknown, stamp: unknown): readonly Kept[] =>
  word(folder) === '' ? [] : at('journal', `${word(folder)}_copy_${word(stamp)}`);

/** Where masters have disks of their own the one that wrote it is found, and told. */
const backup = (_: Vars, {path, bytes, backupNode}: Facts): readonly Kept[] => {
  const writer = NodeId.safeParse(backupNode);
  return at('backup', word(path), bytes).map(kept => (writer.success ? {...kept, on: writer.data} : kept));
};

/** What a step of this name leaves: names are those of scripts/names.ts and of the scripts themselves. */
const LEAVES: Readonly<Record<string, (vars: Vars, facts: Facts) => readonly Kept[]>> = {
  backup,
  install: oldVersion,
  'keep-journal': ({journal, metastore, stamp}) => [...copyOf(journal, stamp), ...copyOf(metastore, stamp)],
  'keep-cache': ({path, stamp}) =>
    at('cache', word(path)).map(kept => ({...kept, knownBy: `.lakeup-cache-${word(stamp)}`})),
  jar: oldJar,
  // On the way back: what the new version wrote, where it was put aside.
  'journal-back': (_, facts) => listOf(facts, 'aside').flatMap(path => at('journal', path)),
};

/** The backup of the metadata and its copies, cold copies of journals and ramdisks, the old version and the old client. */
export const keeps: NonNullable<System['keeps']> = ({action, name}, facts, factsOf = () => undefined) => {
  if (action.kind === 'copy')
    return missingRef(actionRefs(action), factsOf) === null
      ? at('backup', fillCopy(action, factsOf).to, facts.bytes)
      : [];
  const verb = actionName(action).split('.').at(-1) ?? '';
  const isOwn = verb === name || verb === 'journal-back';
  return isOwn ? (LEAVES[verb]?.(varsOf(action), facts) ?? []) : [];
};

/** This run's own folder, in the old version, which is the home again once it was taken back. */
const folderOf = ({home, old, stamp}: Vars): readonly Kept[] =>
  at('backup', `${word(old) === '' ? word(home) : word(old)}/.lakeup-${word(stamp)}`);

/** Backups and copies are no way back any more once it was gone, and nothing of the way back removes them. */
export const remains: NonNullable<System['remains']> = (step, facts, factsOf) => {
  if (step.name === 'mark') return folderOf(varsOf(step.action));
  const stays = step.action.kind === 'copy' || ['backup', 'keep-journal', 'keep-cache'].includes(step.name);
  return stays ? keeps(step, facts, factsOf) : [];
};
