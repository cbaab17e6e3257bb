import {quote} from '../../lib/sh.ts';
import type {KitContext, KitFile, Place} from '../../model/kit.ts';

/** Where below its home a node's knobs lie, unless it shares the home: then each has a file of its own. */
const KNOBS = 'conf/fake.env';

const seconds = (real: number, speed: number, least: number): string =>
  Math.max(real / speed, least).toFixed(2);

/**
 * The node's own settings, read by its scripts at every call (scriptHead) and by its process when it starts (Self). A
 * product has knobs of its own beside the two that count for every one: REPORTS=<version string>, and AT_VERSION=x.y.z
 * (the others count only at that version).
 */
export const knobsFile = (place: Place, context: KitContext, below = KNOBS): KitFile => {
  const values: Readonly<Record<string, string>> = {
    ...context.marks,
    NODE_NAME: place.name,
    HOST_NAME: place.address,
    EVENTS: context.events,
    SPEED: String(context.speed),
    WAIT_1S: seconds(1, context.speed, 0.1),
    WAIT_2S: seconds(2, context.speed, 0.1),
    // Never so short that a busy machine's honest start reads as a failed one.
    WAIT_3S: seconds(3, context.speed, 1.2),
    ...context.knobs[place.name],
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`);
  return {path: `${place.home}/${below}`, text: lines.join(''), mode: 0o600};
};

/**
 * What scripts in a home's bin begin with: where the home is, and the node's own settings. Bash, like most products'
 * own. `note` writes a line of the cluster's own log; the call and its end are written by themselves. `first` comes before
 * the knobs are read: where nodes share a home, it finds out whose knobs they are.
 */
export const scriptHead = (knobs = KNOBS, first = ''): string => `#!/usr/bin/env bash
set -eo pipefail
${first}curdir="$(cd "$(dirname "$0")" && pwd)"
home="$(cd "$curdir/.." && pwd)"
if [[ -f "$home/${knobs}" ]]; then
  set -a
  . "$home/${knobs}"
  set +a
fi
note() {
  if [[ -n "$EVENTS" ]]; then
    local at="$EPOCHREALTIME"
    at="\${at/[.,]/}"
    if [[ -n "$at" ]]; then at="\${at%???}"; else at="$(date +%s)000"; fi
    printf '%s\\t%s\\t%s\\t%s\\n' "$at" "$HOST_NAME" "$NODE_NAME" "$1" >>"$EVENTS" || true
  fi
}
# A process that ended but was not yet collected by its parent is gone, even where nobody collects.
running() {
  [[ -n "$1" ]] && kill -0 "$1" >/dev/null 2>&1 && [[ "$(ps -p "$1" -o stat= 2>/dev/null)" != Z* ]]
}
note "call \${0##*/}\${*:+ $*}"
trap 'note "exit \${0##*/} $?"' EXIT
`;
