import {asSeen, oneProcess, patience} from '../../../host/signal.ts';
import {sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {actionVars, beginAction} from './begin.ts';
import {forEachRole, processOf} from './role.ts';

/**
 * Ends the one process of this role with SIGTERM, as its own script would, and waits. That script is not used: it signals
 * every process of the class on the host, of any install, and kills outright what takes longer than two minutes (domain 1.1).
 */
export const stopBody = forEachRole('stop', role => [
  beginAction(processOf(role), 'stop', 'go on'),
  sh`set -- $(pids)
# Whoever begins a command is there twice for a moment, under the same words.
if [ $# -gt 1 ]; then sleep 1 && set -- $(pids); fi
if [ $# -eq 0 ]; then echo "no $role of $link runs" && exit 0; fi
if [ $# -gt 1 ]; then refuse "more than one $role of $link runs: $*"; fi
pid=$1
born=$(ticks "$pid")`,
  asSeen,
  oneProcess('TERM'),
  patience,
  sh`signal_it
wait_until "$within_s"
if gone; then echo "process $pid has ended" && exit 0; fi
echo "process $pid still runs" >&2
exit 1`,
]);

/** How long a process may take to end stands in the inventory. */
export const stopVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  within_s: Math.ceil(node.fields.stopWithinMs / 1000),
});
