import {type Sh, sh} from '../lib/sh.ts';

/**
 * Shell function `briefly COMMAND…`: one look among many, which may wait for a directory service or a file system that does
 * not answer, has 5 s, where the host has `timeout` (busybox before 1.30 has one with other arguments).
 */
export const briefly: Sh = sh`if timeout 5 true 2>/dev/null; then
  briefly() { timeout 5 "$@"; }
else
  briefly() { "$@"; }
fi`;
