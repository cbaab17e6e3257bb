import {quote} from '../../lib/sh.ts';
import {isList} from '../../model/facts.ts';
import type {NodeId} from '../../model/ids.ts';
import {type Plan, planSteps, type ScriptAction} from '../../model/plan.ts';
import type {StandsAs} from '../../model/system.ts';

const STARTS = /^doris\.(cloud|be|fe)\.(start|bring-back)$/;

/** The action by which the plan itself starts that node; it knows how its process was started. */
const startOf = (plan: Plan, node: NodeId): ScriptAction | null =>
  planSteps(plan)
    .filter(step => step.node === node)
    .flatMap(({action}) => (action.kind === 'script' && STARTS.test(action.body) ? [action] : []))[0] ?? null;

/** Its environment as it stands before a command. */
const environment = (vars: ScriptAction['vars']): readonly string[] =>
  Object.entries(vars).flatMap(([name, value]) =>
    name.startsWith('env_') && typeof value === 'string' ? [`${name.slice(4)}=${quote(value)}`] : [],
  );

/**
 * How a node that ended by itself is started by hand: by its own script, with the flags, the environment and the limit that the
 * run would start it with. None for a frontend of the version that others have left: beside a newer master it ends again
 * (domain 0b.1), and the run takes it next.
 */
export const startLine = (plan: Plan, node: NodeId, {files, othersWentOn}: StandsAs): string | null => {
  const action = startOf(plan, node);
  if (action === null || (othersWentOn && action.body.startsWith('doris.fe.'))) return null;
  const {home, flags, nofile} = action.vars;
  const isNew = (files === 'after') === (plan.direction === 'forward');
  const script = plan.survey[node]?.[isNew ? 'packageStart' : 'homeStart'];
  if (typeof home !== 'string' || typeof script !== 'string' || script === '') return null;
  const words = flags !== undefined && isList(flags) ? flags.map(flag => quote(String(flag))) : [];
  const start = [...environment(action.vars), `bash bin/${quote(script)} --daemon`, ...words].join(' ');
  const limit = nofile === undefined || nofile === '' ? '' : `ulimit -n ${quote(String(nofile))}; `;
  return `cd ${quote(home)} && (${limit}${start})`;
};
