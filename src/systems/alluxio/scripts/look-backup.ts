import {underWay} from '../../../host/alone.ts';
import {place} from '../../../host/files.ts';
import {births} from '../../../host/identity.ts';
import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {BACKUP} from './backup.ts';
import {clean, quiet} from './command.ts';
import {names} from './names.ts';
import {printedUri} from './printed-uri.ts';
import {nodeVars} from './role.ts';

/** Reading a backup of many million entries twice takes minutes. */
export const PROOF_TIMEOUT_MS = 1_800_000;

/**
 * Shell function `proof PATH`: whether a backup lies there, can be read, and is whole: its size, what gzip says of it, its
 * sha256, and whether the mark of a complete one stands beside it (from 2.4 or so on).
 */
const proof: Sh = sh`proof() {
  if [ ! -f "$1" ]; then echo file=no && return 0; fi
  echo file=yes
  echo "bytes=$(wc -c <"$1" 2>/dev/null | tr -d ' ')"
  if [ -e "$1.complete" ]; then echo complete=yes; else echo complete=no; fi
  if [ ! -r "$1" ]; then echo readable=no && return 0; fi
  echo readable=yes
  if command -v gzip >/dev/null 2>&1; then
    if gzip -t <"$1" 2>/dev/null; then echo gzip=ok; else echo gzip=broken; fi
  fi
  if command -v sha256sum >/dev/null 2>&1; then echo "sha256=$(sha256sum <"$1" | cut -c 1-64)"; fi
}`;

const proofBody = body('alluxio.master.look.proof', quiet, proof, sh`proof "$path"`);

/** What lies at a path of a master's own host that another master named as the backup. */
export const askProof = (node: ServerNode, path: string): ShellRequest =>
  look(proofBody, {...nodeVars(node), path}, PROOF_TIMEOUT_MS);

/**
 * Only what the command printed names the backup: "the newest there" may be what a failed restore left (recorded: 32 bytes,
 * with the mark of a complete one).
 */
const backupBody = body(
  'alluxio.master.look.backup',
  quiet,
  births,
  underWay,
  place,
  sh`link=$home`,
  names,
  clean,
  printedUri,
  proof,
  sh`echo "folder=$(place "$kept")"
if under_way "$earlier" ${BACKUP}; then
  echo going=yes
  if [ -f "$kept/backup.part" ]; then echo "says=$(tail -c 1000 "$kept/backup.part" | clean | tail -n 1)"; fi
else
  echo going=no
fi
if [ -f "$kept/backup.out" ]; then
  clean <"$kept/backup.out" | sed 's/^/out=/'
  path=$(path_of "$(printed_uri "$kept/backup.out")")
  if [ -n "$path" ]; then proof "$path"; fi
fi
if [ -f "$kept/backup.exit" ]; then echo "exit=$(head -n 1 "$kept/backup.exit")"; fi`,
);

/** This run's own folder, what the backup command printed into it and, where it names a file of this host, what is to be seen of that. */
export const askBackup = (node: ServerNode, {stamp, old}: {stamp: string; old: string}): ShellRequest =>
  look(backupBody, {...nodeVars(node), stamp, old}, PROOF_TIMEOUT_MS);
