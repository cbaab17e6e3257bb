import {apart, begin, type Unmade} from '../../../src/host/alone.ts';
import {nothingRuns} from '../../../src/host/identity.ts';
import {type Sh, sh} from '../../../src/lib/sh.ts';
import {type Body, body, type Vars} from '../../../src/model/script.ts';
import type {VaultNode} from './fields.ts';

const VAULTD = {
  kind: 'native',
  binary: 'vaultd',
  folder: 'lib',
  movedTo: ['lib_backup_'],
  passing: [],
} as const;

/** An action on a home: the only one at work there, and begun in it. */
const act = (verb: string, unmade: Unmade, ...pieces: readonly Sh[]): Body =>
  body(`vault.${verb}`, begin(VAULTD, verb, unmade), sh`cd "$home"`, ...pieces);

export const stopBody = act('stop', 'go on', sh`sh bin/ctl stop`);

export const startBody = act('start', 'go on', apart, sh`apart sh bin/ctl start`);

/** Both renames, each only where it has not been made yet. */
export const deployBody = act(
  'deploy',
  'refuse',
  nothingRuns,
  sh`[ -e "lib_backup_$stamp" ] || mv lib "lib_backup_$stamp"
[ -e lib ] || cp -R "$package/lib" lib`,
);

export const undeployBody = act(
  'undeploy',
  'refuse',
  nothingRuns,
  sh`[ ! -e "lib_backup_$stamp" ] || { rm -rf lib; mv "lib_backup_$stamp" lib; }`,
);

export const wipeBody = act('wipe', 'refuse', nothingRuns, sh`rm -rf cache && mkdir cache`);

/** Both may be done any time, and bring about everything however often. */
export const markBody = act('mark', 'refuse', sh`: >mark`);
export const saveBody = act('save', 'refuse', sh`rm -rf saved && cp -R cache saved`);

export const actionVars = ({home, fields}: VaultNode, stamp: string): Vars => ({
  home,
  package: fields.package,
  stamp,
});

/** What the node says of itself; with the version of the release that lies ready for it. */
const status = sh`cd "$home" && sh bin/ctl status`;
export const statusBody = body('vault.look.status', status);
export const surveyBody = body(
  'vault.look.survey',
  status,
  sh`echo "packageVersion=$(cat "$package/lib/version")"`,
);

export const treeBody = body(
  'vault.look.tree',
  sh`cd "$home"
echo "lib=$(cat lib/version 2>/dev/null)"
for old in lib_backup_*; do if [ -e "$old" ]; then echo "backup=$(cat "$old/version")"; fi; done`,
);

export const writtenBody = body(
  'vault.look.written',
  sh`cd "$home"
for note in mark saved; do if [ -e "$note" ]; then echo "$note=yes"; else echo "$note=no"; fi; done
echo "written=$(find cache -type f | wc -l | tr -d ' ')"`,
);

export const cacheBody = body(
  'vault.look.cache',
  sh`cd "$home" && echo "path=$PWD/cache"
echo "files=$(find cache -type f | wc -l | tr -d ' ')"
echo "bytes=$(find cache -type f -exec cat {} + | wc -c | tr -d ' ')"`,
);
