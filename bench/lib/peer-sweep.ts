import type {Command} from '../child/commands.ts';
import type {Cleanup} from './cleanup.ts';
import type {Fleet} from './fleet.ts';
import type {PeerName} from './needs.ts';
import {measure, type Took} from './proc.ts';

/** Hosts at once; pdsh's own default is 32, clush's 64. */
const FANOUT = '64';

type Line = {readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>>};

const LINES: Readonly<Record<PeerName, (fleet: Fleet, config: string, script: string) => Line>> = {
  pdsh: ({range, spec}, config, script) => ({
    argv: ['pdsh', '-R', 'ssh', '-f', FANOUT, '-l', spec.user, '-w', range, script],
    env: {PDSH_RCMD_TYPE: 'ssh', PDSH_SSH_ARGS_APPEND: `-F ${config}`},
  }),
  clush: ({range}, config, script) => ({
    argv: ['clush', '-q', '-f', FANOUT, '-o', `-F ${config}`, '-w', range, script],
    env: {},
  }),
};

/** Lets a peer ask every host; throws unless every host gave the right answer. */
export const peerSweep = async (
  cleanup: Cleanup,
  name: PeerName,
  {fleet, config, command}: {readonly fleet: Fleet; readonly config: string; readonly command: Command},
): Promise<Took> => {
  const {argv, env} = LINES[name](fleet, config, command.script);
  const took = await measure(cleanup, argv, {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LC_ALL: 'C',
    ...env,
  });
  const right = took.stdout.split('\n').filter(line => line.endsWith(`: ${command.last}`)).length;
  if (right !== fleet.spec.hosts.length)
    throw new Error(
      `${name}: ${right} of ${fleet.spec.hosts.length} hosts answered: ${took.stdout.slice(0, 400)}`,
    );
  return took;
};
