import {BUSY_EXIT} from '../lib/exit-codes.ts';
import {lines, type Sh, sh} from '../lib/sh.ts';
import {place} from './files.ts';
import {refuse} from './guard.ts';
import {births, identity, type Kind, tone} from './identity.ts';
import {fence, leaseFile} from './lease.ts';
import {CARRIED, MARK, thisBoot, workers} from './mark-names.ts';

/** Each is cleared by the next action, and may take a look at every process: more than this did not come from lakeup. */
const MARKS_MOST = 64;
/** What a mark says, a verb of ours, is told to people. */
const DOING_CHARACTERS = 100;

/**
 * Shell function `under_way HOME VERB`: whether an action of that name is at work there, or something that it began. Files say
 * that it was begun; that it goes on is told by what dies with its processes. Needs `ticks`.
 */
export const underWay: Sh = lines(
  workers,
  sh`under_way() (
  home=$1`,
  thisBoot,
  sh`for found in "$home"/${MARK}.*; do
    if [ -L "$found" ] && [ "$(readlink "$found")" = "$2" ] && [ -n "$(at_work "$found")" ]; then exit 0; fi
  done
  exit 1
)`,
);

/**
 * What an action does where it cannot make its mark. `refuse`: nothing. `go on`: what has to be possible on a full disk
 * too, a stop, a start, and the removal of what fills it.
 */
export type Unmarked = 'refuse' | 'go on';

/**
 * Lets one action at a time work on a home: after a cut link the first script may still be at it when the next is sent.
 * Each makes a mark of its own, named after boot, process and its birth, and only then looks for others: of two at once
 * both may give way, but never do both go on. What is cleared names an owner that is gone for good. Whoever meets a live
 * one ends with the exit code that means "an earlier action is still at work, nothing was done". Where the lease lies beside the
 * home, which may be exchanged, a second mark lies there too: who takes the lease over sees what is at work under it.
 * Only then is the lease looked at.
 */
const alone = (verb: string, unmarked: Unmarked): Sh =>
  lines(
    thisBoot,
    sh`self=$(exec sh -c 'echo $PPID')
named=$boot.$self.$(ticks "$self")
${CARRIED}=${MARK}.$named
export ${CARRIED}
mark=$home/$${CARRIED}`,
    workers,
    leaseFile,
    sh`lease_mark=
if [ "\${lease_kind:-in}" = beside ]; then lease_mark=\${lease_at%/*}/${MARK}-\${lease_at##*/}.$named; fi
unmarked=
unmark() { rm -f "$mark" \${lease_mark:+"$lease_mark"}; }
trap unmark EXIT
for made in "$mark" \${lease_mark:+"$lease_mark"}; do
  if ! said=$(ln -s ${verb} "$made" 2>&1); then unmarked=\${said:-$made cannot be made}; fi
done
set -- "$home"/${MARK}.*
if [ -n "$lease_mark" ]; then set -- "$@" "\${lease_mark%."$named"}".*; fi
if [ $# -gt ${MARKS_MOST} ]; then refuse "$# names in $home begin with "${MARK}": remove them when nothing is at work there"; fi
for found in "$@"; do
  if [ "$found" = "$mark" ] || [ "$found" = "$lease_mark" ] || [ ! -L "$found" ]; then continue; fi
  doing=$(readlink "$found" | cut -c 1-${DOING_CHARACTERS}) || continue
  worker=$(at_work "$found")
  if [ -n "$worker" ]; then
    echo "$doing (process $worker) of an earlier call is still at work on $home" >&2
    exit ${BUSY_EXIT}
  fi
  rm -f "$found" 2>/dev/null || :
done`,
    unmarked === 'go on'
      ? sh`if [ -n "$unmarked" ]; then echo "going on without a mark: $unmarked" >&2; fi`
      : sh`if [ -n "$unmarked" ]; then refuse "$unmarked"; fi`,
    fence,
  );

/**
 * The beginning of every action on a home, `$home`: stop at the first error, know the processes, know what may not be
 * touched, and be the only one at work there. `verb` is what others are told of it.
 */
export const begin = (kind: Kind, verb: string, unmarked: Unmarked = 'refuse'): Sh =>
  lines(
    identity(kind),
    refuse,
    place,
    sh`if [ "$(place "$home")" != dir ]; then refuse "$home is $(place "$home"), not a directory"; fi`,
    alone(verb, unmarked),
  );

/**
 * The beginning of an action on a directory, `$home`, that is no node's home: the same but for the processes, of which none is
 * its own.
 */
export const beginIn = (verb: string, unmarked: Unmarked = 'refuse'): Sh =>
  lines(
    tone,
    births,
    refuse,
    place,
    sh`if [ "$(place "$home")" != dir ]; then refuse "$home is $(place "$home"), not a directory"; fi`,
    alone(verb, unmarked),
  );

/**
 * Runs the command in `"$@"` without the mark: a daemon that it starts must not keep the mark alive for ever. Not by exec:
 * what was taken for this action is given back after it. Nor is the daemon to see one more SHLVL.
 */
export const withoutMark: Sh = sh`without_mark() {
  sh -c ${`unset ${CARRIED}; if [ -n "$0" ]; then SHLVL=$0; fi; "$@"; exit $?`} "\${SHLVL:-}" "$@"
}`;
