import {raw, type Sh, sh} from '../../../src/lib/sh.ts';
import type {Expect} from '../../../src/model/facts.ts';
import type {Node} from '../../../src/model/inventory.ts';
import type {Check, ScriptAction} from '../../../src/model/plan.ts';
import type {GateRecipe, Move, PlanContext, Procedure} from '../../../src/model/system.ts';
import {type Text, text} from '../../../src/model/text.ts';

type CheckParts = Omit<Check, 'node' | 'title' | 'withinMs' | 'pollMs'> & {readonly withinMs?: number};

const check = (node: Node, title: Text, parts: CheckParts): Check => ({
  withinMs: 60_000,
  pollMs: 500,
  ...parts,
  title,
  node: node.id,
});

const action = (name: string, script: Sh): ScriptAction => ({
  kind: 'script',
  name,
  script,
  timeoutMs: 30_000,
  trust: 'exit',
});

const inHome = (node: Node, script: Sh): Sh => sh`set -eu
cd ${node.home}
${raw(script)}`;

const status = (node: Node, title: Text, expect: Expect, more: Partial<CheckParts> = {}): Check =>
  check(node, title, {probe: 'status', expect, ...more});

const up = (node: Node, version: string): Check =>
  status(
    node,
    text('runs the new version', '运行新版本'),
    {health: 'ok', version},
    {pending: {health: 'starting'}},
  );

const stop = (node: Node, gates: readonly GateRecipe[]): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates,
  action: action('vault.stop', inHome(node, sh`sh bin/ctl stop`)),
  done: [status(node, text('is really gone', '进程已退出'), {health: 'down'})],
  undo: {
    kind: 'action',
    action: action('vault.start', inHome(node, sh`sh bin/ctl start`)),
    done: [status(node, text('is up', '已启动'), {health: 'ok'})],
  },
  typicalMs: 1_000,
  down: true,
});

/** Both renames, each only where it has not been made yet. */
const deploy = (node: Node, {target}: PlanContext): Move => ({
  name: 'deploy',
  title: text('replace lib', '替换 lib'),
  gates: [],
  action: action(
    'vault.deploy',
    inHome(
      node,
      sh`[ -e ${`lib_backup_${target.stamp}`} ] || mv lib ${`lib_backup_${target.stamp}`}
[ -e lib ] || cp -R ${`${node.fields.package}/lib`} lib`,
    ),
  ),
  done: [
    check(node, text('has the new lib', '已换上新 lib'), {
      probe: 'tree',
      expect: {lib: target.to, backup: target.from},
    }),
  ],
  undo: {
    kind: 'action',
    action: action(
      'vault.undeploy',
      inHome(
        node,
        sh`[ ! -e ${`lib_backup_${target.stamp}`} ] || { rm -rf lib; mv ${`lib_backup_${target.stamp}`} lib; }`,
      ),
    ),
    done: [check(node, text('has the old lib', '已恢复旧 lib'), {probe: 'tree', expect: {lib: target.from}})],
  },
  typicalMs: 500,
  down: true,
});

const start = (node: Node, {target}: PlanContext): Move => ({
  name: 'start',
  title: text('start', '启动'),
  gates: [],
  action: {...action('vault.start', inHome(node, sh`sh bin/ctl start`)), trust: 'facts'},
  done: [up(node, target.to)],
  undo:
    node.role === 'store'
      ? {
          kind: 'impossible',
          because: text(
            'a store rewrites its files in the new format when it starts',
            '存储节点启动时会把文件改写为新格式',
          ),
        }
      : {
          kind: 'action',
          action: action('vault.stop', inHome(node, sh`sh bin/ctl stop`)),
          done: [status(node, text('is gone', '已停止'), {health: 'down'})],
        },
  typicalMs: 2_000,
  down: true,
});

const othersUp = (node: Node): GateRecipe => ({
  kind: 'check',
  check: check(node, text('the two others are up', '另外两个节点正常'), {probe: 'others', expect: {up: 2}}),
  otherwise: 'hold',
});

/** The primary may have moved since the order was asked: looked at last, right before the stop. */
const itsTurn = (node: Node): GateRecipe => ({
  kind: 'check',
  check: check(node, text('it is not the primary, or the last one left', '它不是主节点，或是最后一个'), {
    probe: 'turn',
    expect: {turn: 'now'},
  }),
  otherwise: 'defer',
});

const everyoneUp = ({cluster}: PlanContext): GateRecipe[] =>
  cluster.nodes.map(node => ({
    kind: 'check',
    check: status(node, text(`${node.id} is up`, `${node.id} 正常`), {health: 'ok'}),
    otherwise: 'hold',
  }));

const ask = (role: string): GateRecipe => ({
  kind: 'confirm',
  ask: text(`Upgrade every ${role}?`, `升级所有 ${role}？`),
  danger: role === 'router' ? 'outage' : 'phase',
  outages: role === 'router' ? [text('the only router is down meanwhile', '唯一的 router 期间不可用')] : [],
  blast: [],
});

const wipe = (node: Node, {cluster}: PlanContext): Move => ({
  name: 'wipe',
  title: text('wipe the route cache', '清空路由缓存'),
  destroys: text('the route cache', '路由缓存'),
  gates: [
    {
      kind: 'confirm',
      ask: text('Wipe the route cache? It cannot come back.', '清空路由缓存？无法恢复。'),
      danger: 'destructive',
      outages: [],
      phrase: cluster.name,
      blast: [{node: node.id, probe: 'cache'}],
    },
  ],
  action: action('vault.wipe', inHome(node, sh`rm -rf ${`${node.home}/cache`}; mkdir cache`)),
  done: [check(node, text('the cache is empty', '缓存为空'), {probe: 'cache', expect: {files: 0}})],
  undo: {kind: 'impossible', because: text('what was in the cache is gone', '缓存内容已不存在')},
  typicalMs: 500,
  down: true,
});

/** Replicas before the primary, then the router with a fresh route cache. */
export const upgrade: Procedure = {
  name: 'upgrade',
  title: text('Upgrade', '升级'),
  phases: [
    {
      name: 'stores',
      title: text('Stores', '存储'),
      role: 'store',
      order: () => ({
        kind: 'asked',
        probe: 'standing',
        fact: 'is',
        ranks: ['replica', 'primary'],
        withinMs: 60_000,
        pollMs: 500,
      }),
      width: 1,
      gates: context => [...everyoneUp(context), ask('store'), ...everyoneUp(context)],
      steps: (node, context) => [
        stop(node, [othersUp(node), itsTurn(node)]),
        deploy(node, context),
        start(node, context),
      ],
    },
    {
      name: 'routers',
      title: text('Routers', '路由'),
      role: 'router',
      order: () => ({kind: 'listed'}),
      width: 1,
      gates: context => [...everyoneUp(context), ask('router'), ...everyoneUp(context)],
      steps: (node, context) => [
        stop(node, []),
        wipe(node, context),
        deploy(node, context),
        start(node, context),
      ],
    },
  ],
  verify: (node, {target}) => [up(node, target.to)],
};
