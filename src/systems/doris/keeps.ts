import {actionName} from '../../model/action-name.ts';
import type {Kept} from '../../model/kept.ts';
import type {Action} from '../../model/plan.ts';
import type {System} from '../../model/system.ts';
import {backupName, sizeFact} from './parse/tree.ts';

/** The end of the name of a script that leaves something, and what that is called beside `bin` and `lib`. */
const LEAVES: Readonly<Record<string, (part: 'bin' | 'lib', stamp: string) => string>> = {
  backup: backupName,
  undeploy: (part, stamp) => `${part}_failed_${stamp}`,
};

const varsOf = (action: Action): Readonly<Record<string, unknown>> =>
  action.kind === 'script' ? action.vars : {};

/** `bin` and `lib` of the old version, or on the way back of the new one, under their own names in the home. */
export const keeps: NonNullable<System['keeps']> = ({action}): readonly Kept[] => {
  const named = LEAVES[actionName(action).split('.').at(-1) ?? ''];
  const {home, stamp} = varsOf(action);
  if (named === undefined || typeof home !== 'string' || typeof stamp !== 'string') return [];
  return (['bin', 'lib'] as const).map(part => ({
    path: `${home}/${named(part, stamp)}`,
    bytes: null,
    kind: 'version',
  }));
};

/** What the last look at the node said of the room that a backup takes. */
export const keptBytes: NonNullable<System['keptBytes']> = (path, facts) => {
  const kb = facts[sizeFact(path.slice(path.lastIndexOf('/') + 1))];
  return typeof kb === 'number' ? kb * 1024 : null;
};
