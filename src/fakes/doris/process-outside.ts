import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type Self, sleep} from '../common/process-node.ts';
import type {Group} from './process-group.ts';

// What happens to a process from outside, or to the group behind everybody's back.

/** What was written into the cluster's own log since a moment. */
const notedSince = (env: NodeJS.ProcessEnv, since: number): readonly string[] => {
  try {
    return readFileSync(env.EVENTS ?? '', 'utf8')
      .split('\n')
      .map(line => line.split('\t'))
      .flatMap(([at, , , what]) => (what !== undefined && Number(at) >= since ? [what] : []));
  } catch {
    return [];
  }
};

const OFFICE = 'takes office';

/**
 * Called whenever a frontend is asked what it is; with TAKES_OFFICE=yes a follower becomes the master right then, once in its
 * cluster. The first one who asks makes a plan: it is not before it is asked again.
 */
export const makeTakingOffice = (self: Self, group: Group, env: NodeJS.ProcessEnv): (() => void) => {
  const may = self.knob('TAKES_OFFICE') === 'yes';
  let asked = 0;
  return () => {
    asked += 1;
    if (!may || asked < 2 || group.status().role !== 'FOLLOWER') return;
    if (notedSince(env, 0).includes(OFFICE)) return;
    self.note(OFFICE);
    group.takeOffice();
  };
};

const STOP_OF: Readonly<Record<'cloud' | 'be' | 'fe', RegExp>> = {
  cloud: /^call stop(_ms)?\.sh/,
  be: /^call stop_be\.sh/,
  fe: /^call stop_fe\.sh/,
};

/** Until a node of another kind is told to stop: whoever is to die beside it was well when everybody was asked. */
export const untilOtherStops = async (
  self: Self,
  own: 'cloud' | 'be',
  env: NodeJS.ProcessEnv,
): Promise<void> => {
  const others = Object.entries(STOP_OF).flatMap(([kind, call]) => (kind === own ? [] : [call]));
  while (!notedSince(env, self.startedAt).some(what => others.some(call => call.test(what))))
    await sleep(100);
};

/**
 * Starts the node again as soon as nobody holds the other end of its input; where its files are away just then, or nobody owns the
 * cluster any more, it gives up.
 */
const AGAIN = [
  'read -r _',
  '[ -z "$LAKEUP_SIM_OWNER" ] || kill -0 "$LAKEUP_SIM_OWNER" 2>/dev/null || exit 0',
  'cd "$1" && shift && exec bash "$@" </dev/null',
].join('\n');

/**
 * With SUPERVISED=yes somebody looks after this process, as a site's own tooling does: from beside it, so that nothing that stands
 * above the process tells of it. Whoever starts it again is looked after in the same way.
 */
export const supervise = (
  home: string,
  kind: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): void => {
  if (env.SUPERVISED !== 'yes') return;
  const scripts = kind === 'cloud' ? ['start_ms.sh', 'start.sh'] : [`start_${kind}.sh`];
  const script = scripts.find(name => existsSync(join(home, 'bin', name)));
  if (script === undefined) return;
  // It was not started by the action that may have started its process.
  const {LAKEUP_RECEIPT: _, LAKEUP_AT_WORK: __, ...own} = env;
  // A JVM's own words are none of its script's.
  const flags = kind === 'cloud' ? args : [];
  const words = [home, `bin/${script}`, ...flags, '--daemon'];
  const child = spawn('bash', ['-c', AGAIN, 'watch', ...words], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: own,
  });
  child.unref();
};
