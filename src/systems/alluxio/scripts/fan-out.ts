import {foreignExit} from '../../../host/guard.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {Given} from '../../../model/plan.ts';
import {type Body, body} from '../../../model/script.ts';
import {launcherOf} from '../fan-out.ts';
import type {Context} from '../fields.ts';
import {actionVars, beginAction, envVars, setEnv} from './begin.ts';
import {processOf} from './role.ts';
import {journalIsRight} from './start.ts';

/** Shell function `listed FILE`: the names in conf/masters or conf/workers, as the product's own scripts read them. */
export const listed: Sh = sh`listed() {
  sed 's/#.*$//' "$home/conf/$1" 2>/dev/null | tr -s '[:space:]' '\\n' | sed '/^$/d'
}`;

/**
 * Runs the product's cluster-wide commands, one a line of `commands`, one after the other. They go by ssh to every host that
 * conf/masters and conf/workers name, so those names have to be the ones that were looked at. Called by the home's own path, which
 * is the one that the other hosts are told. They carry this action's receipt: whoever looks sees that they are at work until the last
 * of them has ended, also after this script. Their exit code says nothing of any node (recorded: 0 where a host was not reached).
 */
export const fanOutBody: Body = body(
  'alluxio.master.fan-out',
  beginAction(processOf('master'), 'fan-out'),
  listed,
  sh`script=$link/bin/alluxio-$does.sh
if [ ! -f "$script" ]; then refuse "$link holds no bin/alluxio-$does.sh"; fi
for kind in masters workers; do
  case $kind in masters) known=$masters ;; *) known=$workers ;; esac
  if [ "$(listed "$kind" | sort)" != "$(printf '%s\\n' "$known" | sort)" ]; then
    refuse "$link/conf/$kind names other hosts by now: $(listed "$kind" | tr '\\n' ' ')"
  fi
done
case $backup in *[!A-Za-z0-9:/._+=%@,-]*) refuse "the scripts pass on no path such as $backup" ;; esac`,
  journalIsRight,
  setEnv,
  foreignExit,
  sh`result=0
while read -r words; do
  set -- $words
  if [ -n "$backup" ]; then set -- -i "$backup" "$@"; fi
  echo "bin/alluxio-$does.sh $*"
  bash "$script" "$@" </dev/null || result=$?
  if [ "$result" -ne 0 ]; then break; fi
done <<END
$commands
END
foreign_exit "$result"`,
);

/** What `listed` told of the launcher's files when it was surveyed. */
const namesOf = ({cluster, facts}: Context, fact: string): readonly string[] => {
  const value = facts.get(launcherOf(cluster).id)?.[fact];
  return Array.isArray(value) ? value.map(String) : [];
};

/** `journal` and `backup` are for masters: what they are started on. */
export const fanOutVars = (
  context: Context,
  does: 'start' | 'stop',
  commands: readonly string[],
  {journal = '', backup = ''}: {readonly journal?: string; readonly backup?: Given[string]} = {},
): Given => {
  const launcher = launcherOf(context.cluster);
  return {
    ...actionVars(launcher, context),
    ...envVars(launcher, context),
    does,
    commands: commands.join('\n'),
    masters: namesOf(context, 'fanOut.masters'),
    workers: namesOf(context, 'fanOut.workers'),
    journal,
    backup,
  };
};
