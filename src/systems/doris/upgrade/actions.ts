import {type Facts, listOf} from '../../../model/facts.ts';
import type {ActionRecipe, PlanContext} from '../../../model/procedure.ts';
import type {Body} from '../../../model/script.ts';
import {onProcess, script, untrusted} from '../../../recipe/actions.ts';
import {cutOffOf} from '../cut.ts';
import type {Doris, DorisNode, RoleName} from '../fields.ts';
import {javaHomeOf} from '../probes/survey.ts';
import {actionVars} from '../scripts/begin.ts';
import {bringBackBody} from '../scripts/put-back.ts';
import {SPOT_FACTS} from '../scripts/spot.ts';
import {KEPT_ENV, type StartAs, startBody, startVars} from '../scripts/start.ts';
import {stopBody, stopVars} from '../scripts/stop.ts';
import {RENAME_TIMEOUT_MS, START_TIMEOUT_MS} from './names.ts';

// The actions that several steps of a node have, forward and on their ways back.

type Context = PlanContext<Doris>;

/** What was seen of a node; of one that is taken on in the middle of an upgrade, with what it is known to have been started with. */
export const surveyed = (node: DorisNode, context: Context): Facts => {
  const facts = context.facts.get(node.id) ?? {};
  const cut = cutOffOf(node, context);
  return cut?.kind === 'taken on' ? {...facts, ...cut.started} : facts;
};

/** As many open files as the old process had, and as many as the new start script asks for. */
const openFiles = ({nofile, demandsFiles}: Facts): number | null => {
  const wanted = [nofile, demandsFiles].filter(value => typeof value === 'number');
  return wanted.length === 0 ? null : Math.max(...wanted);
};

/** Flags, environment and limits the running process was seen to have when the plan was made. */
export const startAs = (node: DorisNode, facts: Facts): StartAs => {
  const {role} = node.fields;
  const seenFlags = listOf(facts, 'flags');
  const env = Object.fromEntries(
    KEPT_ENV.flatMap(name => {
      const value = name === 'JAVA_HOME' ? javaHomeOf(node, facts) : facts[`env.${name}`];
      return typeof value === 'string' && value !== '' ? [[name, value]] : [];
    }),
  );
  return {
    // A Recycler of its own is one only with the flag; a MetaService keeps what it had, none included.
    flags: role === 'recycler' && seenFlags.length === 0 ? ['--recycler'] : seenFlags,
    env,
    nofile: openFiles(facts),
  };
};

/** A script that only renames: it is quick, and its exit code counts. */
export const renaming = (bodyOf: (role: RoleName) => Body, node: DorisNode, stamp: string) =>
  script(bodyOf(node.fields.role), actionVars(node, stamp), RENAME_TIMEOUT_MS);

export const stopAction = (node: DorisNode, stamp: string, isAsked = false): ActionRecipe => ({
  ...onProcess(
    'process',
    stopBody(node.fields.role),
    stopVars(node, stamp, isAsked),
    node.fields.stopWithinMs + 60_000,
  ),
  ...(isAsked ? {spot: SPOT_FACTS} : {}),
});

/** What every start of that node is told. */
const startingVars = (node: DorisNode, context: Context) =>
  startVars(node, context.target.stamp, startAs(node, surveyed(node, context)));

export const startAction = (node: DorisNode, context: Context) =>
  untrusted(startBody(node.fields.role), startingVars(node, context), START_TIMEOUT_MS);

/** Puts back what the upgrade of the stamp `cut` has moved, and starts it. */
export const bringBackAction = (node: DorisNode, context: Context, cut: string) =>
  untrusted(
    bringBackBody(node.fields.role),
    {...startingVars(node, context), cut},
    RENAME_TIMEOUT_MS + START_TIMEOUT_MS,
  );
