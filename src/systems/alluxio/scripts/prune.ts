import {begin} from '../../../host/alone.ts';
import {removeKept} from '../../../host/remove-kept.ts';
import {lines} from '../../../lib/sh.ts';
import {homeFilesLook, keptLook} from '../../../recipe/kept.ts';
import {atReal} from './names.ts';
import {forEachRole, processOf} from './role.ts';

/** Removes one place that a run has kept. It may be what has filled the disk: then there is no receipt. */
export const pruneBody = forEachRole('prune', role => [
  lines(atReal, begin(processOf(role), 'prune', 'go on')),
  removeKept,
]);

export const keptBody = forEachRole('look.kept', () => [keptLook]);
export const homeFilesBody = forEachRole('look.home-files', () => [homeFilesLook]);
