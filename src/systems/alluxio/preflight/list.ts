import type {Preflight} from '../../../model/system.ts';
import {
  disk,
  onePackage,
  oneProcess,
  outlives,
  reachable,
  sameLimits,
  sameUser,
  unit,
  versionKnown,
  watchdog,
  writable,
} from '../../../recipe/preflight.ts';
import type {Alluxio, Servers} from '../fields.ts';
import {ofServers} from '../servers.ts';
import {BACKUP_CHECKS} from './backup.ts';
import {CACHE_CHECKS} from './caches.ts';
import {CLIENT_CHECKS} from './clients.ts';
import {CLOCK_CHECKS} from './clocks.ts';
import {CONF_CHECKS} from './confs.ts';
import {COPY_CHECKS} from './copies.ts';
import {CUT_OFF, unlessCutOff} from './cut-off.ts';
import {FAN_OUT_CHECKS} from './fan-out.ts';
import {FROM_1_CHECKS} from './from-1.ts';
import {HOME_CHECKS} from './homes.ts';
import {JOB_CHECKS} from './jobs.ts';
import {JOURNAL_CHECKS} from './journals.ts';
import {MEMBER_CHECKS} from './members.ts';
import {MEMORY_CHECKS} from './memory.ts';
import {PLACE_CHECKS} from './places.ts';
import {PORT_CHECKS} from './ports.ts';
import {SITE_CHECKS} from './site.ts';
import {TIER_CHECKS} from './tiers.ts';
import {UNLISTED_CHECKS} from './unlisted.ts';
import {VERSION_CHECKS} from './versions.ts';

const SERVER_CHECKS: readonly Preflight<Servers>[] = [
  ...VERSION_CHECKS,
  onePackage,
  // A wrong port, and a configuration that is gone, are the cause of much that follows.
  ...PORT_CHECKS,
  ...SITE_CHECKS,
  ...MEMBER_CHECKS,
  ...CLOCK_CHECKS,
  ...JOURNAL_CHECKS,
  ...FROM_1_CHECKS,
  ...PLACE_CHECKS,
  ...BACKUP_CHECKS,
  ...TIER_CHECKS,
  ...CACHE_CHECKS,
  ...COPY_CHECKS,
  ...JOB_CHECKS,
  oneProcess,
  ...UNLISTED_CHECKS,
  ...FAN_OUT_CHECKS,
  versionKnown,
  ...HOME_CHECKS,
  ...CONF_CHECKS,
  sameUser,
  writable,
  outlives,
  sameLimits,
  ...MEMORY_CHECKS,
  disk,
  unit<Servers>(),
  watchdog<Servers>(),
];

/** Everything that is checked before a plan is made, in the order it is shown. */
export const PREFLIGHT: readonly Preflight<Alluxio>[] = [
  reachable,
  ofServers(CUT_OFF),
  ...[...SERVER_CHECKS.map(ofServers), ...CLIENT_CHECKS].map(unlessCutOff),
];
