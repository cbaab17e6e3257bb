import {begin} from '../../../host/alone.ts';
import {removeKept} from '../../../host/remove-kept.ts';
import {homeFilesLook, keptLook} from '../../../recipe/kept.ts';
import {forEachKind} from './role.ts';

/** Removes one place that a run has kept. It may be what has filled the disk: then there is no receipt. */
export const pruneBody = forEachKind('prune', scripts => [
  begin(scripts.process, 'prune', 'go on'),
  removeKept,
]);

export const keptBody = forEachKind('look.kept', () => [keptLook]);
export const homeFilesBody = forEachKind('look.home-files', () => [homeFilesLook]);
