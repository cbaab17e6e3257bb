import {never} from '../../../lib/never.ts';
import type {RoleName} from '../fields.ts';

/** How the product's scripts of one role are called. */
export type RoleScripts = {
  /** Scripts that may start and stop it; the first that exists is taken (domain: vendors rename MetaService's). */
  readonly starts: readonly string[];
  readonly stops: readonly string[];
  /** The binary in lib that is the process; a frontend is a JVM. */
  readonly binary: 'doris_cloud' | 'doris_be' | null;
  readonly pidFiles: readonly string[];
  readonly conf: string;
  /** --grace is SIGTERM; without it backends and frontends are killed (domain: stop_be.sh). */
  readonly stopArgs: readonly string[];
  /** What a verified process is sent when its pid file is of no use. */
  readonly signal: 'INT' | 'TERM';
};

const CLOUD: RoleScripts = {
  starts: ['start_ms.sh', 'start.sh'],
  stops: ['stop_ms.sh', 'stop.sh'],
  binary: 'doris_cloud',
  pidFiles: ['doris_cloud.pid', 'selectdb_cloud.pid'],
  conf: 'doris_cloud.conf',
  stopArgs: [],
  signal: 'INT',
};

export const roleScripts = (role: RoleName): RoleScripts => {
  switch (role) {
    case 'ms':
    case 'recycler':
      return CLOUD;
    case 'be':
      return {
        starts: ['start_be.sh'],
        stops: ['stop_be.sh'],
        binary: 'doris_be',
        pidFiles: ['be.pid'],
        conf: 'be.conf',
        stopArgs: ['--grace'],
        signal: 'TERM',
      };
    case 'fe':
      return {
        starts: ['start_fe.sh'],
        stops: ['stop_fe.sh'],
        binary: null,
        pidFiles: ['fe.pid'],
        conf: 'fe.conf',
        stopArgs: ['--grace'],
        signal: 'TERM',
      };
    default:
      return never(role);
  }
};
