import {type Text, text} from '../../../model/text.ts';
import type {RoleName} from '../fields.ts';

/** The order of an upgrade: each role waits until those before it run the new version. */
export const ORDER: readonly RoleName[] = ['ms', 'recycler', 'be', 'fe'];

/** What a role's nodes are called in a sentence. */
export const roleTitle = (role: RoleName): Text =>
  ({
    ms: text('MetaService', '元数据服务'),
    recycler: text('Recycler', '回收服务'),
    be: text('Backends', 'BE 后端'),
    fe: text('Frontends', 'FE 前端'),
  })[role];

/** The id of a role's phase. */
export const phaseName = (role: RoleName): string =>
  ({ms: 'metaservice', recycler: 'recycler', be: 'backends', fe: 'frontends'})[role];

/** The id of the phase for those of a role that are taken on in the middle of an upgrade. */
export const cutPhaseName = (role: RoleName): string => `${phaseName(role)}-cut`;

/** Longest time of a script that only renames. */
export const RENAME_TIMEOUT_MS = 60_000;
/** start.sh waits 3 s, the others return at once; a loaded host takes tens of seconds (recorded). */
export const START_TIMEOUT_MS = 90_000;
