import type {Kind} from '../../../host/identity.ts';
import type {Sh} from '../../../lib/sh.ts';
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

/** It writes checkpoints into the journal of a master that is not highly available; no role here. */
const SECONDARY = 'alluxio.master.AlluxioSecondaryMaster';

/** In this property alluxio-config.sh writes where it lies itself, links resolved (recorded: ps). */
export const HOME_PROPERTY = 'alluxio.home';

const kindOf = (mainClasses: readonly string[]): Kind => ({
  kind: 'jvm',
  mainClasses,
  homeIn: {property: HOME_PROPERTY, beside: true},
  passing: [],
});

/** The process of one role; of any, for whoever moves what they all run from. */
export const processOf = (role: ServerRole): Kind => kindOf([MAIN_CLASSES[role]]);
export const ANY_PROCESS: Kind = kindOf([...Object.values(MAIN_CLASSES), SECONDARY]);

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
