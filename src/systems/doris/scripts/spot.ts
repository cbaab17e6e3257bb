import {moved} from '../../../host/guard.ts';
import {page} from '../../../host/page.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import {type DorisNode, feFieldsOf} from '../fields.ts';

/** What its page may take for one answer, and how long it is asked again: a JVM pauses for seconds. */
const ANSWER_S = 5;
const ASKED_S = 10;

/** Facts of a frontend's gates that its stop script is told. */
export const SPOT_FACTS = ['fe', 'voters', 'majority'] as const;

/** The page on which a frontend says what it is, without a login (recorded with 3.0.6.1 and 4.1). */
export const ROLE_PAGE = '/api/show_meta_info?action=SHOW_HA';

/** What another follower may take to accept a connection, and how many are asked at most. */
const CONNECT_S = 1;
const ASKED_MOST = 9;

/** A connection in bash's own words, of `$0` at port `$1`, and no more: nothing is said to whoever accepts it. */
const CONNECT = ': 3<>"/dev/tcp/$0/$1"';

/**
 * Whether the followers that its gates counted on are there still: one may have died since. Each is tried where the group itself reaches
 * it, at its edit_log_port, without a login: members vote over it. Only who refuses is gone, for nobody listens there; who does not answer
 * may be behind a wall. Not asked where its gates saw no majority without it, or it was told to stop before. Needs `moved`.
 */
const askVoters: Sh = sh`if [ "\${tried:-no}" != yes ] && [ -n "\${seen_voters-}" ] && [ -n "\${seen_majority-}" ]; then
  voters=$(printf '%s\n' "$seen_voters" | wc -l)
  remain=$voters
  absent=
  for each in $(printf '%s\n' "$seen_voters" | head -n ${ASKED_MOST}); do
    port=\${each##*:}
    at=\${each%:*}
    at=\${at#[}
    at=\${at%]}
    case $at in '' | *[!0-9A-Za-z.:_-]*) continue ;; esac
    case $port in '' | *[!0-9]*) continue ;; esac
    if ! command -v bash >/dev/null 2>&1; then continue; fi
    case $(LC_ALL=C timeout -k 1 ${CONNECT_S} bash -c ${CONNECT} "$at" "$port" 2>&1 </dev/null) in
      *'Connection refused'*)
        remain=$((remain - 1))
        absent="$absent\${absent:+, }$each"
        ;;
    esac
  done
  if [ "$voters" -ge "$seen_majority" ] && [ "$remain" -lt "$seen_majority" ]; then
    moved "of the other followers $absent refuse a connection now: without it $remain of them would be left, and $seen_majority are needed"
  fi
fi`;

/**
 * The last question before a frontend is signalled: mastership moves by itself, and between the gates' last look and this lie
 * seconds. It is asked on its own page what it is: a master that its gates did not see as the master is left alone, and so is
 * everybody while no master is named or it is not ready (an election). What does not answer is not signalled either: it may be
 * the master. Only of one that was told to stop before (`$tried`) no answer is needed. Needs `refuse` and `seconds`.
 */
const askRole: Sh = lines(
  page,
  sh`# What the page says under a name.
told() {
  printf '%s\\n' "$answer" | sed -n 's/.*"'"$1"'" *: *"\\([^"]*\\)".*/\\1/p' | head -n 1
}
ask_role() {
  asked_since=$(seconds)
  while :; do
    # As the group knows it, as lakeup came here, and by itself: some listen on one address alone.
    for address in $ask_at $(echo "\${SSH_CONNECTION:-}" | cut -s -d ' ' -f 3) 127.0.0.1; do
      answer=$(page "$address" "$ask_port" ${ROLE_PAGE} ${ANSWER_S})
      unheard="$address:$ask_port: $(printf '%s' "$answer" | head -n 1)"
      case $answer in
        *"\${newline}page=0") return 0 ;;
        *"\${newline}page=127") return 1 ;;
      esac
    done
    if [ "\${tried:-no}" = yes ] || [ $(($(seconds) - asked_since)) -ge ${ASKED_S} ]; then return 1; fi
    sleep 1
  done
}
if [ "\${ask_port:-0}" -ne 0 ]; then
  role=
  if ask_role; then
    role=$(told role)
    unheard="it answers something else: $(printf '%s' "$answer" | tr -s '[:space:]' ' ' | cut -c 1-120)"
  fi
  master=$(told master)
  ready=$(told is_ready)
  case $role-\${tried:-no} in
    -yes) echo "it does not say what it is, and was told to stop before: $unheard" ;;
    -*)
      refuse "whether it is the master just now is not known, so it is not stopped: $unheard." \
        "See that its page answers; or stop it by hand once another frontend is the master. Then retry."
      ;;
    MASTER-* | FOLLOWER-* | OBSERVER-*)
      case $ready-$master in
        false-* | *- | *-unknown | *-none | *-null)
          moved "it says that it is $role, and of the master '$master' (ready: $ready): an election may be going on"
          ;;
      esac
      if [ "$role" = MASTER ] && [ "\${seen_fe-}" != master ]; then
        moved "it has become the master since it was looked at last"
      fi
      echo "it says that it is $role, and that the master is $master"
      ;;
    *) moved "it says that it is $role: an election may be going on" ;;
  esac
  began=$(seconds)
fi`,
);

/** What is asked on the spot, before a frontend is signalled; its own role last, for that moves by itself. */
export const askOnTheSpot: Sh = lines(moved, askVoters, askRole);

/** Where the frontend is asked right before its stop; nowhere where it has no page that says what it is. */
export const spotVars = (node: DorisNode, isAsked: boolean): Vars => ({
  ask_port: isAsked ? feFieldsOf(node).httpPort : 0,
  ask_at: node.fields.address === undefined ? [] : [node.fields.address],
});
