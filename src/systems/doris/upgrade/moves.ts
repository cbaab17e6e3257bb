import type {Sh} from '../../../lib/sh.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Action, Undo} from '../../../model/plan.ts';
import type {Move, PlanContext} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {fieldsOf} from '../fields.ts';
import {javaHomeOf} from '../probes/survey.ts';
import {
  backupScript,
  deployScript,
  restoreScript,
  type StartAs,
  stageScript,
  startScript,
  undeployScript,
  unstageScript,
} from '../scripts/act.ts';
import {KEPT_ENV} from '../scripts/look.ts';
import {stopScript} from '../scripts/stop.ts';
import {sameMinor} from '../version.ts';
import {ready, started, stopped} from './checks.ts';
import {backedUp, deployed, putAside, restored, staged, stagedVersion, unstaged} from './checks-files.ts';
import {actionName, RENAME_TIMEOUT_MS, START_TIMEOUT_MS} from './names.ts';
import {safeToStop} from './safe.ts';

const script = (
  node: Node,
  verb: string,
  body: Sh,
  timeoutMs: number,
  trust: 'exit' | 'facts' = 'exit',
): Action => ({kind: 'script', name: actionName(node, verb), script: body, timeoutMs, trust});

const survey = (node: Node, context: PlanContext): Facts => context.facts.get(node.id) ?? {};

/** Flags, environment and limits the running process was seen to have when the plan was made. */
export const startAs = (node: Node, facts: Facts): StartAs => {
  const {role} = fieldsOf(node);
  const seenFlags = typeof facts.flags === 'string' && facts.flags !== '' ? facts.flags.split(' ') : [];
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
    nofile: typeof facts.nofile === 'number' ? facts.nofile : null,
  };
};

const stopAction = (node: Node, stamp: string): Action =>
  script(node, 'stop', stopScript(node, stamp), fieldsOf(node).stopWithinMs + 60_000);

const startAction = (node: Node, context: PlanContext): Action =>
  script(
    node,
    'start',
    startScript(node, context.target.stamp, startAs(node, survey(node, context))),
    START_TIMEOUT_MS,
    'facts',
  );

const stage = (node: Node, context: PlanContext): Move => {
  const {stamp, from, to} = context.target;
  const javaHome = javaHomeOf(node, survey(node, context));
  return {
    name: 'stage',
    title: text('copy the new files beside the old', '在旧文件旁复制新文件'),
    gates: [{kind: 'check', check: ready(node, context.cluster, from), otherwise: 'hold'}],
    action: script(node, 'stage', stageScript(node, stamp), fieldsOf(node).stageWithinMs),
    done: [staged(node, stamp), stagedVersion(node, stamp, to, javaHome)],
    undo: {
      kind: 'action',
      action: script(node, 'unstage', unstageScript(node, stamp), RENAME_TIMEOUT_MS),
      done: [unstaged(node, stamp)],
    },
    typicalMs: 20_000,
    down: false,
  };
};

const stop = (node: Node, context: PlanContext): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates: safeToStop(node, context),
  action: stopAction(node, context.target.stamp),
  done: [stopped(node)],
  undo: {
    kind: 'action',
    action: startAction(node, context),
    done: started(node, context.cluster, context.target.from, {}),
  },
  typicalMs: node.role === 'be' ? 15_000 : 5_000,
  down: true,
});

const backup = (node: Node, context: PlanContext): Move => {
  const {stamp} = context.target;
  return {
    name: 'backup',
    title: text('back up bin and lib', '备份 bin 和 lib'),
    gates: [],
    action: script(node, 'backup', backupScript(node, stamp), RENAME_TIMEOUT_MS),
    done: [backedUp(node, stamp)],
    undo: {
      kind: 'action',
      action: script(node, 'restore', restoreScript(node, stamp), RENAME_TIMEOUT_MS),
      done: [restored(node, stamp)],
    },
    typicalMs: 1_000,
    down: true,
  };
};

const deploy = (node: Node, context: PlanContext): Move => {
  const {stamp} = context.target;
  return {
    name: 'deploy',
    title: text('put the new bin and lib in place', '部署新的 bin 和 lib'),
    gates: [],
    action: script(node, 'deploy', deployScript(node, stamp), RENAME_TIMEOUT_MS),
    done: [deployed(node, stamp)],
    undo: {
      kind: 'action',
      action: script(node, 'undeploy', undeployScript(node, stamp), RENAME_TIMEOUT_MS),
      done: [putAside(node)],
    },
    typicalMs: 1_000,
    down: true,
  };
};

const startUndo = (node: Node, context: PlanContext): Undo => {
  const {from, to, stamp} = context.target;
  if (node.role === 'fe' && !sameMinor(from, to))
    return {
      kind: 'impossible',
      because: text(
        `A frontend of ${to} writes metadata that ${from} cannot read.`,
        `${to} 的 FE 会写入 ${from} 无法读取的元数据。`,
      ),
    };
  // Taking a start back is a stop: the others have to serve, as before any stop.
  const safe = safeToStop(node, context).flatMap(gate =>
    gate.kind === 'check' && gate.otherwise === 'hold' ? [gate.check] : [],
  );
  return {kind: 'action', action: stopAction(node, stamp), safe, done: [stopped(node)]};
};

const TYPICAL_START_MS = {ms: 8_000, recycler: 8_000, be: 60_000, fe: 60_000} as const;

const start = (node: Node, context: PlanContext): Move => ({
  name: 'start',
  title: text('start and wait until it serves', '启动并等待就绪'),
  gates: [],
  action: startAction(node, context),
  done: started(node, context.cluster, context.target.to, survey(node, context)),
  undo: startUndo(node, context),
  typicalMs: TYPICAL_START_MS[fieldsOf(node).role],
  down: true,
});

/** What happens to one node, in order. It serves until `stop`, so a bad package hurts nobody. */
export const movesOf = (node: Node, context: PlanContext): readonly [Move, ...Move[]] => [
  stage(node, context),
  stop(node, context),
  backup(node, context),
  deploy(node, context),
  start(node, context),
];
