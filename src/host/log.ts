import {type Sh, sh} from '../lib/sh.ts';

const TAIL_BYTES = 65_536;

/** Prints the end of the file `$home/$log`, or nothing where there is none. */
export const logTail: Sh = sh`if [ -f "$home/$log" ]; then tail -c ${TAIL_BYTES} "$home/$log"; fi`;
