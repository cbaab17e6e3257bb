import {lines, type Sh, sh} from '../lib/sh.ts';

/** dash runs no EXIT trap where a signal ends it: so the signal ends nothing, and the script ends itself. */
export const endsAtSignals: Sh = sh`trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM`;

/**
 * Makes `$temp`, a directory for what a script notes down for itself. It goes at every end of the script, and with it the receipt
 * of an action that made its own: a shell has one trap for its end, so this stands after an action's beginning, and once.
 */
export const temporary = (of: 'look' | 'action'): Sh =>
  lines(
    endsAtSignals,
    sh`temp=$(mktemp -d)`,
    of === 'action' ? sh`trap 'rm -rf "$temp"; unreceipt' EXIT` : sh`trap 'rm -rf "$temp"' EXIT`,
  );
