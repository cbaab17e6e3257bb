import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Node} from '../../../model/inventory.ts';
import {packageOf} from '../fields.ts';
import {backupName, failedName, stageName} from '../parse/tree.ts';
import {place, refuse} from './files.ts';
import {identity} from './identity.ts';

/** The names of one run below a home, as shell variables. One stamp makes bin and lib a pair. */
const names = (node: Node, stamp: string): Sh => sh`package=${packageOf(node)}
stage=$home/${stageName(stamp)}
bin_backup=$home/${backupName('bin', stamp)}
lib_backup=$home/${backupName('lib', stamp)}
bin_failed=$home/${failedName('bin', stamp)}
lib_failed=$home/${failedName('lib', stamp)}`;

/** The beginning of every action: stop at the first error, know the process, and what may not be touched. */
export const begin = (node: Node, stamp: string): Sh =>
  lines(
    identity(node),
    refuse,
    place,
    names(node, stamp),
    sh`if [ "$(place "$home")" != dir ]; then refuse "$home is $(place "$home"), not a directory"; fi`,
  );

/** Only a node whose process is gone may have its bin and lib moved. */
export const nothingRuns: Sh = sh`running=$(pids)
if [ -n "$running" ]; then refuse "process $running of $home still runs"; fi`;
