import {readJournal} from '../engine/journal.ts';
import type {Kin} from '../engine/look-lease.ts';
import type {RunId} from '../model/ids.ts';
import {foldEvents} from '../model/reduce.ts';
import type {RunState} from '../model/state.ts';
import type {Outside} from './outside.ts';
import {listRunDirs} from './state-dir.ts';

/** A run with what its journal knows as its own lease. */
export const asKin = ({run, lease: {hands}}: Pick<RunState, 'run' | 'lease'>): Kin => ({run, hands});

/**
 * The runs that this one takes back, and those that took back a part of it, with what their journals know. What cannot be read
 * is nobody's kin: its lease is asked about like any other's.
 */
export const kinOf = async (
  outside: Outside,
  {plan, yielded}: Pick<RunState, 'plan' | 'yielded'>,
): Promise<readonly Kin[]> => {
  const wanted = new Set<RunId>([...yielded, ...(plan.takesBack === undefined ? [] : [plan.takesBack.run])]);
  if (wanted.size === 0) return [];
  const dirs = (await listRunDirs(outside.env)).filter(({id}) => wanted.has(id));
  const kin = dirs.map(async ({journal}) => {
    try {
      return [asKin(foldEvents((await readJournal(journal)).events))];
    } catch {
      return [];
    }
  });
  return (await Promise.all(kin)).flat();
};
