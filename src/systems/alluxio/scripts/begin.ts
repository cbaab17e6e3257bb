import type {Kind} from '../../../host/identity.ts';
import {begin, type Unmarked} from '../../../host/mark.ts';
import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {AlluxioNode, Context} from '../fields.ts';
import {atReal, names, versionOf} from './names.ts';
import {KEPT_ENV, type KeptEnv, nodeVars} from './role.ts';

/**
 * The beginning of every action: alone on the directory the home is, with the run's names at hand. Of a link home the mark
 * lies in the version it leads to, as every node that shares the home sees it.
 */
export const beginAction = (kind: Kind, verb: string, unmarked: Unmarked = 'refuse'): Sh =>
  lines(atReal, begin(kind, verb, unmarked), names, versionOf);

/**
 * Where the old version lies: what the link led to when it was surveyed. A home that is a directory of its own is the old
 * version itself, until it is set aside.
 */
export const oldOf = ({id, home}: AlluxioNode, {facts}: Pick<Context, 'facts'>): string => {
  const {homeKind, homeReal} = facts.get(id) ?? {};
  return homeKind === 'link' && typeof homeReal === 'string' ? homeReal : home;
};

/** What every action and every look at a home is told: its node, from where to where, and the old version's place. */
export const actionVars = (node: AlluxioNode, context: Context): Vars => {
  const {from, to, stamp} = context.target;
  return {...nodeVars(node), from, to, stamp, old: oldOf(node, context)};
};

/**
 * Gives what is run next the environment that the old process had. Ours before, for sort and ls, is taken away: a JVM takes
 * the bytes of its texts and file names from the locale.
 */
export const setEnv: Sh = lines(
  sh`unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
unset LC_ALL`,
  ...KEPT_ENV.map(name => {
    const [variable, given] = [raw(name as Sh), raw(`env_${name}` as Sh)];
    return sh`if [ -n "\${${given}+set}" ]; then export ${variable}="$${given}"; fi`;
  }),
);

/** What of its environment a process is given. */
export type KeptEnvironment = Readonly<Partial<Record<KeptEnv, string>>>;

/** The environment of the process that was surveyed, with the inventory's JAVA_HOME before its own. */
export const environmentOf = (node: AlluxioNode, {facts}: Pick<Context, 'facts'>): KeptEnvironment => {
  const seen = facts.get(node.id) ?? {};
  const {javaHome} = node.fields;
  return {
    ...Object.fromEntries(
      KEPT_ENV.flatMap(name => {
        const value = seen[`env.${name}`];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    ),
    ...(javaHome === undefined ? {} : {JAVA_HOME: javaHome}),
  };
};

/** The environment as variables for `setEnv`. */
export const envVars = (node: AlluxioNode, context: Pick<Context, 'facts'>): Vars =>
  Object.fromEntries(
    Object.entries(environmentOf(node, context)).map(([name, value]) => [`env_${name}`, value]),
  );
