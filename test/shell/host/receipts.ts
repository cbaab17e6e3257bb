import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {RECEIPT} from '../../../src/host/receipt-names.ts';

export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);

/** The tick at which a process began. */
export const ticksOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19] ?? '';

/** The end of the name of a receipt whose owner is that process. */
export const ownerName = (pid: number, {boot = bootId(), birth = ticksOf(pid)} = {}): string =>
  `${boot}.${pid}.${birth}`;

/** Leaves a receipt in a directory, of an action that does that; `end`: its name from the first point on. */
export const leaveReceipt = (dir: string, end: string, does = 'stage', of = ''): string => {
  const path = join(dir, `${RECEIPT}.${end}`);
  mkdirSync(path, {mode: 0o700});
  writeFileSync(join(path, 'of'), `${of}does=${does}\n`);
  return path;
};
