import {StepId} from '../../../src/model/ids.ts';
import type {Check} from '../../../src/model/plan.ts';
import type {GateRecipe, Move, PlanContext, Procedure, Recipe} from '../../../src/model/procedure.ts';
import type {Body} from '../../../src/model/script.ts';
import {type Text, text} from '../../../src/model/text.ts';
import {byHand, harmless, noWayBack, script, untrusted, wayBack} from '../../../src/recipe/actions.ts';
import {check} from '../../../src/recipe/check.ts';
import {again, around, confirm, confirmDestruction, defer, hold} from '../../../src/recipe/gates.ts';
import type {Vault, VaultNode} from './fields.ts';
import {
  actionVars,
  deployBody,
  markBody,
  saveBody,
  startBody,
  stopBody,
  undeployBody,
  wipeBody,
} from './scripts.ts';

type Context = PlanContext<Vault>;

const MINUTE = 60_000;

const run = (body: Body, node: VaultNode, {target}: Context) =>
  script(body, actionVars(node, target.stamp), MINUTE);

const up = (node: VaultNode, version: string): Check =>
  check(node, 'status', text(`is up at ${version}`, `以 ${version} 运行`), {health: 'ok', version}, MINUTE, {
    pending: {health: 'starting'},
  });

const gone = (node: VaultNode): Check =>
  check(node, 'status', text('is really gone', '进程已退出'), {health: 'down'}, MINUTE);

const libIs = (node: VaultNode, expect: Check['expect']): Check =>
  check(node, 'tree', text('lib is as wanted', 'lib 符合预期'), expect, MINUTE);

/** The primary may have moved since the order was asked: that is looked at last, right before the stop. */
const safeToStop = (node: VaultNode): readonly GateRecipe[] => {
  const others = text('the other stores are up', '其他存储节点正常');
  const turn = text('it is not the primary, or the last one left', '它不是主节点，或是最后一个');
  return [
    hold(check(node, 'standing', others, {othersDown: []}, MINUTE)),
    defer(check(node, 'standing', turn, {turn: 'now', othersDown: []}, MINUTE, {hopeless: {turn: 'later'}})),
  ];
};

const stop = (node: VaultNode, context: Context): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates: node.role === 'store' ? [...safeToStop(node), ...unwritten(context)] : [],
  action: run(stopBody, node, context),
  done: [gone(node)],
  undo: wayBack(text('start', '启动'), run(startBody, node, context), [up(node, context.target.from)]),
  typicalMs: 1_000,
  service: 'leaves',
});

const replaceByHand = ({home, fields}: VaultNode, {target}: Context) => {
  const backup = `lib_backup_${target.stamp}`;
  return byHand(
    'deploy',
    text(
      `In ${home}, with your own tool: rename lib to ${backup}, then put ${fields.package}/lib there as lib.`,
      `请在 ${home} 中使用你自己的工具：将 lib 改名为 ${backup}，再把 ${fields.package}/lib 放到该处作为 lib。`,
    ),
  );
};

const deploy = (node: VaultNode, context: Context): Move => {
  const {from, to} = context.target;
  return {
    name: 'deploy',
    title: text('replace lib', '替换 lib'),
    gates: [],
    action:
      context.cluster.settings.deployBy === 'hand'
        ? replaceByHand(node, context)
        : run(deployBody, node, context),
    done: [libIs(node, {lib: to, backup: from})],
    undo: wayBack(text('undeploy', '撤下'), run(undeployBody, node, context), [libIs(node, {lib: from})]),
    typicalMs: 500,
  };
};

const start = (node: VaultNode, context: Context): Move => ({
  name: 'start',
  title: text('start', '启动'),
  gates: [],
  action: untrusted(startBody, actionVars(node, context.target.stamp), MINUTE),
  done: [up(node, context.target.to)],
  undo:
    node.role === 'store'
      ? noWayBack(
          text(
            'a store rewrites its files in the new format when it starts',
            '存储节点启动时会把文件改写为新格式',
          ),
        )
      : wayBack(text('stop', '停止'), run(stopBody, node, context), [gone(node)]),
  typicalMs: 2_000,
  service: 'returns',
});

const wipe = (node: VaultNode, context: Context): Move => ({
  name: 'wipe',
  title: text('wipe the route cache', '清空路由缓存'),
  destroys: text('the route cache', '路由缓存'),
  gates: [
    confirmDestruction(
      text('Wipe the route cache? It cannot come back.', '清空路由缓存？无法恢复。'),
      context.cluster.name,
      [{node: node.id, probe: 'cache'}],
    ),
  ],
  action: run(wipeBody, node, context),
  done: [check(node, 'cache', text('the cache is empty', '缓存为空'), {files: 0}, MINUTE)],
  undo: noWayBack(text('what was in the cache is gone', '缓存内容已不存在')),
  typicalMs: 500,
});

/** What the router counted when it was marked is what it counts now. */
const unwritten = ({cluster}: Context): readonly GateRecipe[] =>
  cluster.nodes
    .filter(({role}) => role === 'router' && cluster.settings.save === true)
    .map(node => {
      const mark = StepId.parse(`save/mark@${node.id}`);
      const title = text('nothing was written since the mark', '标记之后没有写入');
      return again(
        check(node, 'written', title, {written: {from: {step: mark, fact: 'written'}}}, 5_000),
        mark,
      );
    });

const note = (
  name: string,
  body: Body,
  title: Text,
  node: VaultNode,
  context: Context,
  fact: string,
): Move => ({
  name,
  title,
  gates: [],
  action: run(body, node, context),
  done: [check(node, 'written', title, {[fact]: 'yes'}, MINUTE)],
  undo: harmless('a note beside the cache', '只是缓存旁的一个记录'),
  typicalMs: 500,
});

const save: Recipe<Vault> = {
  name: 'save',
  title: text('Save', '保存'),
  role: 'router',
  order: () => ({kind: 'listed'}),
  width: 1,
  gates: () => [confirm(text('Save what was written?', '保存已写入的内容？'))],
  steps: (node, context) => [
    note('mark', markBody, text('mark what was written', '标记已写入的内容'), node, context, 'mark'),
    note('save', saveBody, text('save what was written', '保存已写入的内容'), node, context, 'saved'),
  ],
};

const everyoneUp = ({cluster}: Context): Check[] =>
  cluster.nodes.map(node =>
    check(node, 'status', text(`${node.id} is up`, `${node.id} 正常`), {health: 'ok'}, MINUTE),
  );

const stores: Recipe<Vault> = {
  name: 'stores',
  title: text('Stores', '存储'),
  role: 'store',
  order: () => ({
    kind: 'asked',
    probe: 'standing',
    fact: 'is',
    ranks: ['replica', 'primary'],
    withinMs: MINUTE,
    pollMs: 500,
  }),
  width: 1,
  gates: context =>
    around(
      confirm(text('Upgrade every store?', '升级所有存储节点？')),
      ...everyoneUp(context),
      ...unwritten(context),
    ),
  steps: (node, context) => [stop(node, context), deploy(node, context), start(node, context)],
};

const routers: Recipe<Vault> = {
  name: 'routers',
  title: text('Routers', '路由'),
  role: 'router',
  order: () => ({kind: 'listed'}),
  width: 1,
  gates: context =>
    around(
      confirm(text('Upgrade the router?', '升级路由？'), [
        text('the only router is down meanwhile', '唯一的 router 期间不可用'),
      ]),
      ...everyoneUp(context),
    ),
  steps: (node, context) => [
    stop(node, context),
    wipe(node, context),
    deploy(node, context),
    start(node, context),
  ],
};

/** Replicas before the primary, then the router with a fresh route cache. */
export const upgrade: Procedure<Vault> = {
  name: 'upgrade',
  title: text('Upgrade', '升级'),
  phases: [stores, routers],
  verify: (node, {target}) => [up(node, target.to)],
};

/** The same, once what was written is saved, and saved again whenever something was written since. */
export const saveAndUpgrade: Procedure<Vault> = {
  ...upgrade,
  name: 'save-and-upgrade',
  phases: [save, ...upgrade.phases],
};
