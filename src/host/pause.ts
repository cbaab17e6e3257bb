import {type Sh, sh} from '../lib/sh.ts';

/** So many of the first rounds are short ones: most actions are over in a moment, and a node is down meanwhile. */
const SHORT_ROUNDS = 10;

/** Shell function `pause ROUND LONG`: waits for the next round, in seconds; whole ones where the host's `sleep` knows no others. */
export const pause: Sh = sh`pause() {
  if [ "$1" -lt ${SHORT_ROUNDS} ]; then sleep 0.01 2>/dev/null || sleep 1; else sleep "$2" 2>/dev/null || sleep 1; fi
}`;
