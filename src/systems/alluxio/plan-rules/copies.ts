import type {Gate} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {nodesOf, type ServerNode} from '../fields.ts';
import {tiersOf} from '../upgrade/known.ts';
import {type Doing, is, left, named, type Reading, returns, says, type Wanted} from './reading.ts';

// Rules about ramdisks: who copies them to where, and what puts them back or fills them.

export const pathOf = ({fields}: ServerNode): string =>
  fields.role === 'worker' ? String(fields.cachePath ?? '') : '';

/** The workers whose ramdisks are copied, by what the inventory says and the survey saw. */
export const copiedOf = ({cluster, context}: Reading): readonly ServerNode[] =>
  cluster.settings.caches === 'copy'
    ? nodesOf(cluster, 'worker').filter(node => tiersOf(node, context).memories.length > 0)
    : [];

export const cacheSaved = (reading: Reading, node: ServerNode): Wanted => ({
  that: text('all that its ramdisks held was copied', '其内存盘内容已全部复制'),
  probe: 'cache-copy',
  node: node.id,
  given: {
    path: is(pathOf(node)),
    stamp: is(reading.plan.stamp),
    memories: is([...tiersOf(node, reading.context).memories]),
  },
  expect: {
    copied: is(true),
    differs: is([]),
    blocks: left(reading, {name: 'stop', fact: 'memoryBlocks', node: node.id}),
    bytes: left(reading, {name: 'stop', fact: 'memoryBytes', node: node.id}),
  },
});

export type Question = Extract<Gate, {kind: 'confirm'}>;

export const questionOf = ({cluster}: Reading, {step}: Doing): Question | undefined =>
  step.gates.find(
    (gate): gate is Question =>
      gate.kind === 'confirm' && gate.danger === 'destructive' && gate.phrase === cluster.name,
  );

export const measures = (question: Question | undefined, node: ServerNode, path: string): boolean =>
  question?.blast.some(
    ({node: of, probe, given}) => of === node.id && probe === 'folder-blast' && given?.path === path,
  ) === true;

/** What lies where a copy goes is overwritten only by a step that asks for it by itself. */
const overwritten = (reading: Reading): Text[] =>
  reading.steps.filter(named('keep-cache')).flatMap(doing => {
    const {step, node, action} = doing;
    if (action.kind !== 'script' || action.vars.overwrite === 'no') return [];
    const asked = measures(questionOf(reading, doing), node, pathOf(node)) && step.destroys !== undefined;
    return asked
      ? []
      : [
          says(
            step.id,
            'overwrites without a question of its own, the cluster’s name typed and that place measured',
            '覆盖前没有单独确认（输入集群名并测量该位置）',
          ),
        ];
  });

/** Blocks are put back before the worker is started that had them. */
const lateRestores = ({steps}: Reading): Text[] =>
  steps.filter(named('restore-cache')).flatMap(({step, node}) => {
    const start = steps.findIndex(doing => doing.node.id === node.id && returns(doing));
    const own = steps.findIndex(doing => doing.step.id === step.id);
    return start >= 0 && start < own
      ? [says(step.id, 'stands behind the start of its worker', '排在其 worker 的启动之后')]
      : [];
  });

export const copyRules = (reading: Reading): readonly Text[] => [
  ...overwritten(reading),
  ...lateRestores(reading),
];
