import type {Kind} from '../../../host/identity.ts';
import {never} from '../../../lib/never.ts';
import type {Sh} from '../../../lib/sh.ts';
import {type Body, body} from '../../../model/script.ts';
import type {RoleName} from '../fields.ts';
import {BINARIES} from '../parse/tree.ts';

/** How the product's scripts of one role are called. */
export type RoleScripts = {
  /** Scripts that may start and stop it; the first that exists is taken (domain: vendors rename MetaService's). */
  readonly starts: readonly string[];
  readonly stops: readonly string[];
  /** The binary in lib that is the process; a frontend is a JVM. */
  readonly binary: 'doris_cloud' | 'doris_be' | null;
  /** How its process is known. Domain: pid files lie, and stop scripts kill whatever stands in them. */
  readonly process: Kind;
  readonly pidFiles: readonly string[];
  readonly conf: string;
  /** --grace is SIGTERM; without it backends and frontends are killed (domain: stop_be.sh). */
  readonly stopArgs: readonly string[];
  /** What a verified process is sent when its pid file is of no use. */
  readonly signal: 'INT' | 'TERM';
};

/** A process with one of these only prints something and ends. */
const PASSING = ['--version', '--image'];

const CLOUD: RoleScripts = {
  starts: ['start_ms.sh', 'start.sh'],
  stops: ['stop_ms.sh', 'stop.sh'],
  binary: 'doris_cloud',
  process: {kind: 'native', binary: 'doris_cloud', ...BINARIES, passing: PASSING},
  pidFiles: ['doris_cloud.pid', 'selectdb_cloud.pid'],
  conf: 'doris_cloud.conf',
  stopArgs: [],
  signal: 'INT',
};

const BACKEND: RoleScripts = {
  starts: ['start_be.sh'],
  stops: ['stop_be.sh'],
  binary: 'doris_be',
  process: {kind: 'native', binary: 'doris_be', ...BINARIES, passing: PASSING},
  pidFiles: ['be.pid'],
  conf: 'be.conf',
  stopArgs: ['--grace'],
  signal: 'TERM',
};

const FRONTEND: RoleScripts = {
  starts: ['start_fe.sh'],
  stops: ['stop_fe.sh'],
  binary: null,
  process: {
    kind: 'jvm',
    mainClasses: ['org.apache.doris.DorisFE'],
    homeIn: {variable: 'DORIS_HOME'},
    passing: PASSING,
  },
  pidFiles: ['fe.pid'],
  conf: 'fe.conf',
  stopArgs: ['--grace'],
  signal: 'TERM',
};

/** MetaService and Recycler are one program, and have the same scripts. */
type ScriptKind = 'cloud' | 'be' | 'fe';

const KINDS: Readonly<Record<ScriptKind, RoleScripts>> = {cloud: CLOUD, be: BACKEND, fe: FRONTEND};

const kindOf = (role: RoleName): ScriptKind => {
  switch (role) {
    case 'ms':
    case 'recycler':
      return 'cloud';
    case 'be':
    case 'fe':
      return role;
    default:
      return never(role);
  }
};

export const roleScripts = (role: RoleName): RoleScripts => KINDS[kindOf(role)];

/**
 * The same script for each kind of node, under the name doris.KIND.VERB: its text is made once, and what differs between
 * two nodes of a kind are its variables.
 */
export const forEachKind = (
  verb: string,
  text: (scripts: RoleScripts, kind: ScriptKind) => readonly Sh[],
): ((role: RoleName) => Body) => {
  const made = (kind: ScriptKind): Body => body(`doris.${kind}.${verb}`, ...text(KINDS[kind], kind));
  const bodies = {cloud: made('cloud'), be: made('be'), fe: made('fe')};
  return role => bodies[kindOf(role)];
};
