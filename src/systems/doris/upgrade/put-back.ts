import {sameMinor} from '../../../lib/version.ts';
import type {Expect} from '../../../model/facts.ts';
import {StepId} from '../../../model/ids.ts';
import type {GateRecipe, Move, PlanContext, UndoRecipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {noWayBack, script, wayBack} from '../../../recipe/actions.ts';
import {check} from '../../../recipe/check.ts';
import {hold} from '../../../recipe/gates.ts';
import {isTakenOn} from '../cut.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {PARTS} from '../parse/cut.ts';
import {javaHomeOf} from '../probes/survey.ts';
import {actionVars} from '../scripts/begin.ts';
import {putBackBody} from '../scripts/put-back.ts';
import {bringBackAction} from './actions.ts';
import {started} from './checks.ts';
import {cutPhaseName, phaseName, RENAME_TIMEOUT_MS} from './names.ts';
import {safeToStop} from './safe.ts';

type Context = PlanContext<Doris>;

const VERSION_WITHIN_MS = 180_000;

/** The step that takes the digest of the old bin and lib: the last one before anything new takes their place. */
export const digestStep = (node: DorisNode, context: Context): StepId => {
  const {role} = node.fields;
  const phase = isTakenOn(node, context) ? cutPhaseName(role) : phaseName(role);
  return StepId.parse(`${phase}/stop@${node.id}`);
};

const stampOf = (node: DorisNode, context: Context): string =>
  String(context.facts.get(node.id)?.['cut.stamp'] ?? '');

const given = (node: DorisNode, context: Context) => {
  const javaHome = javaHomeOf(node, context.facts.get(node.id) ?? {});
  return {stamp: stampOf(node, context), ...(javaHome === null ? {} : {javaHome})};
};

/** Whoever started it meanwhile is not stopped for that: it is looked at anew. */
const down = (node: DorisNode) =>
  check(node, 'process', text('no process of it runs', '没有它的进程在运行'), {running: false}, 20_000);

/** Its files lie as the plan has to find them, or as a renaming that was cut leaves them, and the old ones are the old version. */
const known = (node: DorisNode, context: Context, more: Expect = {}) => {
  const anywhere = {oneOf: ['old', 'moved', 'new']};
  return check(
    node,
    'cut',
    text(
      `its old bin and lib are ${context.target.from}, wherever that upgrade left them`,
      `无论那次升级把旧的 bin 和 lib 留在何处，其版本均为 ${context.target.from}`,
    ),
    {bin: anywhere, lib: anywhere, version: context.target.from, ...more},
    VERSION_WITHIN_MS,
    {given: given(node, context)},
  );
};

/** Before the first rename neither is the package's: afterwards one that did not change may well be. */
const asFound = (node: DorisNode, context: Context) => known(node, context, {newAlone: []});

/**
 * Nothing is taken from service by its put-back: it is down. What has to be so before a stop has to be so there all the same, for nobody
 * else may be down beside it; nobody waits for a turn, for it goes first.
 */
export const safeBeside = (node: DorisNode, context: Context): readonly GateRecipe[] =>
  safeToStop(node, context).flatMap(gate =>
    gate.kind === 'check' && gate.check.probe !== 'fe-left-behind' ? [hold(gate.check)] : [],
  );

const startOld = (node: DorisNode, context: Context): UndoRecipe => {
  const {from, to} = context.target;
  const facts = context.facts.get(node.id) ?? {};
  const mayHaveRun = PARTS.every(part => facts[`cut.${part}`] === 'new');
  return node.role === 'fe' && !sameMinor(from, to) && mayHaveRun
    ? noWayBack(
        text(
          `A frontend of ${to} may have run here before this run began: it writes metadata that ${from} cannot read.`,
          `在本次运行之前，${to} 的 FE 可能已在此运行：它写入的元数据 ${from} 无法读取。`,
        ),
        text('finish the upgrade', '请完成升级'),
      )
    : wayBack(
        text(
          'put the old bin and lib back, start them and wait until they serve',
          '放回旧的 bin 和 lib，启动并等待就绪',
        ),
        bringBackAction(node, context, stampOf(node, context)),
        started(node, context.cluster, from, {}),
        [known(node, context)],
      );
};

/**
 * The first step of a node that is down in the middle of an upgrade: renames that bring its files back to where they were before
 * that upgrade's first one. It is out of service from there on. Its way back finishes them where they were cut between, and starts
 * the old version.
 */
export const putBack = (node: DorisNode, context: Context): Move => {
  const {from, stamp} = context.target;
  return {
    name: 'put-back',
    title: text('put the old bin and lib back in their places', '把旧的 bin 和 lib 放回原处'),
    gates: [hold(down(node)), hold(asFound(node, context)), ...safeBeside(node, context)],
    action: script(
      putBackBody(node.fields.role),
      {...actionVars(node, stamp), cut: stampOf(node, context)},
      RENAME_TIMEOUT_MS,
    ),
    // Who starts the old files from now on is stopped by the stop.
    done: [
      check(
        node,
        'cut',
        text(
          `bin and lib are ${from}, and nothing else is left of that upgrade`,
          `bin 和 lib 为 ${from}，那次升级没有留下其他内容`,
        ),
        {bin: 'old', lib: 'old', stage: 'none', version: from},
        VERSION_WITHIN_MS,
        {given: given(node, context)},
      ),
    ],
    undo: startOld(node, context),
    typicalMs: 2_000,
    service: 'leaves',
  };
};
