import {begin, type Unmade} from '../../../host/alone.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {DorisNode} from '../fields.ts';
import type {RoleScripts} from './role.ts';

/**
 * The names of one run below a home (parse/tree.ts knows them too). One stamp makes bin and lib a pair.
 */
const names: Sh = sh`parts='bin lib'
stage=$home/.lakeup-stage-$stamp
bin_backup=$home/bin_backup_$stamp
lib_backup=$home/lib_backup_$stamp`;

/** The beginning of every action of this system: alone on the home, with the run's names at hand. */
export const beginAction = ({process}: RoleScripts, verb: string, unmade: Unmade = 'refuse'): Sh =>
  lines(begin(process, verb, unmade), names);

/** The variables that every action takes. */
export const actionVars = ({home, fields}: DorisNode, stamp: string): Vars => ({
  home,
  package: fields.package,
  stamp,
});
