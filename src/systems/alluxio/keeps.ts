import {actionName} from '../../model/action-name.ts';
import type {Facts} from '../../model/facts.ts';
import type {Action} from '../../model/plan.ts';
import type {Kept} from '../../model/report.ts';
import type {System} from '../../model/system.ts';

type Vars = Readonly<Record<string, unknown>>;

const varsOf = (action: Action): Vars => (action.kind === 'script' ? action.vars : {});

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of a place that has a name; the size where it was measured. */
const at = (path: string, bytes: unknown = null): readonly Kept[] =>
  path.startsWith('/') ? [{path, bytes: typeof bytes === 'number' ? bytes : null}] : [];

/** A home that is a link leaves the old version where it was; a directory is set aside under a name of the run. */
const oldVersion = ({home, old, stamp}: Vars, {kind}: Facts): readonly Kept[] =>
  at(kind === 'dir' ? `${word(home)}_backup_${word(stamp)}` : word(old));

const oldJar = ({jar, stamp}: Vars): readonly Kept[] => {
  const path = word(jar);
  return at(`${path.endsWith('.jar') ? path : `${path}/alluxio-*-client.jar`}_backup_${word(stamp)}`);
};

const copyOf = (folder: unknown, stamp: unknown): readonly Kept[] =>
  word(folder) === '' ? [] : at(`${word(folder)}_copy_${word(stamp)}`);

/** What a step of this name leaves: names are those of scripts/names.ts and of the scripts themselves. */
const LEAVES: Readonly<Record<string, (vars: Vars, facts: Facts) => readonly Kept[]>> = {
  backup: (_, {path, bytes}) => at(word(path), bytes),
  install: oldVersion,
  'keep-journal': ({journal, metastore, stamp}) => [...copyOf(journal, stamp), ...copyOf(metastore, stamp)],
  'keep-cache': ({path}) => at(word(path)),
  jar: oldJar,
};

/** The backup of the metadata and its copies, cold copies of journals and ramdisks, the old version and the old client. */
export const keeps: NonNullable<System['keeps']> = ({action, name}, facts) => {
  // A copy proves with the same facts as the backup that it is the same.
  if (action.kind === 'copy') return at(word(facts.path), facts.bytes);
  const isOwn = actionName(action).endsWith(`.${name}`);
  return isOwn ? (LEAVES[name]?.(varsOf(action), facts) ?? []) : [];
};
