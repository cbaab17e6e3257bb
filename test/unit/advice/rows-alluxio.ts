import {type Change, changed, healthy, type Survey, silenced} from '../systems/alluxio/preflight/support.ts';
import type {Row} from './closed.ts';

const on = (
  check: string,
  level: Row<Survey>['level'],
  node: string | null,
  change: Change,
  seen: RegExp,
): Row<Survey> => ({check, level, node, survey: changed(change), seen});
const TIER = 'conf.alluxio.worker.tieredstore.level0.dirs.path';
const choice = (change: Change, seen: RegExp): Row<Survey> => on('procedure', 'block', null, change, seen);
const of = (version: string) => ({all: {version, homeVersion: version}});

/** Findings whose advice no row of the checks themselves prints, and values that are odd. */
export const ALLUXIO_MORE: readonly Row<Survey>[] = [
  {check: 'reachable', level: 'block', node: 'w-1', survey: silenced(healthy, 'w-1'), seen: /did not answer/},
  // Masters whose journals lie in different places: `conf` cannot name both.
  on(
    'outside-home',
    'block',
    'm-1',
    {facts: {'m-1': {journalFolder: '/opt/alluxio-2.3.0/journal'}}},
    /: \/opt\/alluxio-2\.3\.0\/journal$/,
  ),
  // Two folders of one tier, both below the version that a link leads to, and one of two.
  on(
    'outside-home',
    'block',
    'w-1',
    {facts: {workers: {[TIER]: '/opt/alluxio-2.3.0/a,/opt/alluxio-2.3.0/b'}}},
    /\/a \/opt\/alluxio-2\.3\.0\/b$/,
  ),
  on(
    'outside-home',
    'block',
    'w-1',
    {facts: {workers: {[TIER]: '/mnt/ramdisk,/opt/alluxio-2.3.0/ssd'}}},
    /: \/opt\/alluxio-2\.3\.0\/ssd$/,
  ),
  on(
    'outside-home',
    'block',
    'm-1',
    {facts: {masters: {journalFolder: '/opt/alluxio-2.3.0/the journal'}}},
    /the journal$/,
  ),
  // The home's user, on a host that two nodes share.
  on('same-user', 'block', 'm-1', {facts: {'m-1': {owner: '0', ownerName: 'root'}}}, /root/),
  choice({settings: {version: '2.3.0'}, facts: {all: {packageVersion: '2.3.0'}}}, /runs 2\.3\.0 already/),
  // Where nobody runs what lies in the homes is no version that runs.
  choice(
    {
      settings: {version: '2.3.0'},
      facts: {
        all: {packageVersion: '2.3.0', process: 'none', health: 'down', causes: ['no-process'], servers: []},
      },
    },
    /^No server process runs; what lies in the homes is 2\.3\.0\.$/,
  ),
  choice({facts: of('2.9.5')}, /is older than 2\.9\.5/),
  choice({settings: {version: '3.0.0'}}, /DORA/),
  choice({facts: of('1.8.0'), without: ['jm-1', 'jw-1']}, /has no backup command/),
  choice({facts: {all: {version: undefined}}}, /No node says/),
  choice({facts: {'w-1': {version: '2.2.0', homeVersion: '2.2.0'}}}, /run several versions/),
  choice({facts: {'m-2': {journalType: 'UFS'}}}, /do not tell one type of journal/),
  choice({facts: {masters: {journalFolder: '/'}}}, /can be neither measured nor copied/),
];
