import {begin, type Unmade} from '../../../host/alone.ts';
import type {Kind} from '../../../host/identity.ts';
import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {javaVars, withJava} from './command.ts';
import {atReal, names, versionOf} from './names.ts';
import {KEPT_ENV, nodeVars} from './role.ts';

/**
 * The beginning of every action: alone on the directory the home is, with the run's names at hand. Of a link home
 * `home` is the version it leads to.
 */
export const beginAction = (kind: Kind, verb: string, unmade: Unmade = 'refuse'): Sh =>
  lines(atReal, begin(kind, verb, unmade), names, versionOf);

/**
 * Where the old version lies: what the link led to when it was surveyed. A home that is a directory of its own is the old
 * version itself, until it is set aside.
 */
export const oldOf = ({id, home}: ServerNode, {facts}: Pick<Context, 'facts'>): string => {
  const {homeKind, homeReal} = facts.get(id) ?? {};
  return homeKind === 'link' && typeof homeReal === 'string' ? homeReal : home;
};

/** What every action and every look at a home is told: its node, from where to where, and the old version's place. */
export const actionVars = (node: ServerNode, context: Context): Vars => {
  const {from, to, stamp} = context.target;
  return {...nodeVars(node), from, to, stamp, old: oldOf(node, context)};
};

/**
 * Gives what is run next the environment that the old process had, and the Java that the inventory names. Ours before, for
 * sort and ls, is taken away: a JVM takes the bytes of its texts and file names from the locale.
 */
export const setEnv: Sh = lines(
  sh`unset LC_ALL`,
  ...KEPT_ENV.map(name => {
    const [variable, given] = [raw(name as Sh), raw(`env_${name}` as Sh)];
    return sh`if [ -n "\${${given}+set}" ]; then export ${variable}="$${given}"; fi`;
  }),
  withJava,
);

/** The environment of the process that was surveyed, as variables for `setEnv`. */
export const envVars = (node: ServerNode, {facts}: Pick<Context, 'facts'>): Vars => {
  const seen = facts.get(node.id) ?? {};
  const kept = KEPT_ENV.flatMap(name => {
    const value = seen[`env.${name}`];
    return typeof value === 'string' ? [[`env_${name}`, value] as const] : [];
  });
  return {...Object.fromEntries(kept), ...javaVars(node)};
};
