import {identity, type Kind, onlyOf} from '../../../host/identity.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import {type Body, body, type Vars} from '../../../model/script.ts';
import {SERVERS, type ServerNode, type ServerRole} from '../fields.ts';

/** How the product's scripts call a role: `alluxio-start.sh job_master`, logs/job_master.log. */
export const WORDS: Readonly<Record<ServerRole, string>> = {
  master: 'master',
  'job-master': 'job_master',
  worker: 'worker',
  'job-worker': 'job_worker',
  proxy: 'proxy',
};

/** What a role's process is: the scripts keep no pid files, and find it by this name alone (domain 1.1). */
const MAIN_CLASSES: Readonly<Record<ServerRole, string>> = {
  master: 'alluxio.master.AlluxioMaster',
  'job-master': 'alluxio.master.AlluxioJobMaster',
  worker: 'alluxio.worker.AlluxioWorker',
  'job-worker': 'alluxio.worker.AlluxioJobWorker',
  proxy: 'alluxio.proxy.AlluxioProxy',
};

/** What the product's own scripts know a worker by: any of this host, of whatever install. */
export const WORKER_CLASS = MAIN_CLASSES.worker;

/** It writes checkpoints into the journal of a master that is not highly available; no role here. */
const SECONDARY = 'alluxio.master.AlluxioSecondaryMaster';

/** In this property alluxio-config.sh writes where it lies itself, links resolved (recorded: ps). */
const HOME_PROPERTY = 'alluxio.home';
/** For sed: the argument that holds it, as that home alone. */
export const HOME_ARGUMENT = `s/^-D${HOME_PROPERTY.replaceAll('.', '\\.')}=//p`;

const kindOf = (mainClasses: readonly string[]): Kind => ({
  kind: 'jvm',
  mainClasses,
  homeIn: {property: HOME_PROPERTY, beside: true},
  passing: [],
});

const ALL_CLASSES: readonly string[] = [...Object.values(MAIN_CLASSES), SECONDARY];

/** The process of one role; of any, for whoever moves what they all run from. */
export const processOf = (role: ServerRole): Kind => kindOf([MAIN_CLASSES[role]]);
export const ANY_PROCESS: Kind = kindOf(ALL_CLASSES);

/** What a process is by its main class: one of the roles, or what has none here. */
export const PROCESS_ROLES = [...SERVERS, 'secondary-master'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

export const roleOfClass = (mainClass: string): ProcessRole | null =>
  mainClass === SECONDARY
    ? 'secondary-master'
    : (SERVERS.find(role => MAIN_CLASSES[role] === mainClass) ?? null);

/**
 * Tells of each process of any role that runs out of the home or of one beside it: the very ones that the scripts which move,
 * copy or format something refuse to work beside. Then `pids` finds those of this role alone. Needs nothing before it.
 */
export const eachServer = (role: ServerRole, whose: 'node' | 'anybody' = 'node'): Sh =>
  lines(
    identity(ANY_PROCESS, whose),
    sh`for pid in $(anybodys); do
  born=$(ticks "$pid")
  class=$(arguments "$pid" | grep -xF ${ALL_CLASSES.map(name => `-e${name}`)} | head -n 1) || class=
  named=$(arguments "$pid" | sed -n ${HOME_ARGUMENT} | head -n 1)
  if [ -n "$born" ] && [ -n "$class" ]; then echo "server=$pid $born $class $named"; fi
done`,
    onlyOf([MAIN_CLASSES[role]]),
  );

/**
 * Tells of each process of any role on this host that runs out of another install: the product's own stop knows processes by
 * their class alone, and would end them too.
 */
export const otherInstalls: Sh = lines(
  identity(ANY_PROCESS, 'anybody'),
  sh`ours=" $(anybodys | tr '\\n' ' ')"
candidates 2>/dev/null | while IFS=/ read -r _ _ pid _; do
  case $ours in *" $pid "*) continue ;; esac
  class=$(arguments "$pid" | grep -xF ${ALL_CLASSES.map(name => `-e${name}`)} | head -n 1) || class=
  named=$(arguments "$pid" | sed -n ${HOME_ARGUMENT} | head -n 1)
  if [ -n "$class" ]; then echo "other=$pid $class $named"; fi
done`,
);

/**
 * What of a process's environment is shown and given to its successor. No name here may hold a secret, so no *_JAVA_OPTS;
 * and none that names the old home, so neither ALLUXIO_HOME nor ALLUXIO_CONF_DIR.
 */
export const KEPT_ENV = [
  'JAVA_HOME',
  'ALLUXIO_RAM_FOLDER',
  'HADOOP_CONF_DIR',
  'HADOOP_USER_NAME',
  'KRB5_CONFIG',
  'TZ',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
] as const;

/** What every script is told of its node. */
export const nodeVars = ({home, fields}: ServerNode): Vars => ({home, role: WORDS[fields.role]});

/** The same script for each role, under the name alluxio.ROLE.VERB: its text is made once. */
export const forEachRole = (
  verb: string,
  text: (role: ServerRole) => readonly Sh[],
): ((role: ServerRole) => Body) => {
  const bodies = new Map(SERVERS.map(role => [role, body(`alluxio.${role}.${verb}`, ...text(role))]));
  return role => {
    const made = bodies.get(role);
    if (made === undefined) throw new Error(`${role} has no ${verb}`);
    return made;
  };
};
