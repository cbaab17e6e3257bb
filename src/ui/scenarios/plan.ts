import {lines, type Sh, sh} from '../../lib/sh.ts';
import {GateId, type NodeId, PhaseId, StepId} from '../../model/ids.ts';
import type {FilledCheck, Gate, Lane, Phase, Plan, Service, Step} from '../../model/plan.ts';
import {plain, type Text, text} from '../../model/text.ts';
import type {ScreenCluster, ScreenRole} from '../../store/state.ts';
import {type Cast, type Placed, place} from './cast.ts';

const FROM = '3.0.6';
const TO = '3.1.2';
const STAMP = '20261122_021500';

const check = (node: NodeId, title: Text, expect: FilledCheck['expect'], withinMs: number): FilledCheck => ({
  title,
  node,
  probe: 'status',
  expect,
  withinMs,
  pollMs: 500,
});

type Move = {
  readonly name: string;
  readonly title: Text;
  readonly script: Sh;
  readonly typicalMs: number;
  readonly service?: Service;
  readonly check: (node: NodeId) => FilledCheck;
};

const MOVES: readonly Move[] = [
  {
    name: 'stage',
    title: text('stage', '预置'),
    typicalMs: 6_000,
    script: lines(sh`cp -a "$home-$to/bin" "$home/bin_new"`, sh`cp -a "$home-$to/lib" "$home/lib_new"`),
    check: node => check(node, text('package in place', '软件包就位'), {staged: TO}, 60_000),
  },
  {
    name: 'stop',
    title: text('stop', '停止'),
    typicalMs: 9_000,
    service: 'leaves',
    script: sh`bash "$home/bin/stop.sh"`,
    check: node =>
      check(
        node,
        text('process gone, ports free', '进程已退出，端口空闲'),
        {running: false, ports: 'free'},
        120_000,
      ),
  },
  {
    name: 'back-up',
    title: text('back up', '备份'),
    typicalMs: 1_000,
    script: lines(sh`mv "$home/bin" "$home/bin_backup_$stamp"`, sh`mv "$home/lib" "$home/lib_backup_$stamp"`),
    check: node => check(node, text('backup complete', '备份完整'), {backup: STAMP}, 30_000),
  },
  {
    name: 'deploy',
    title: text('deploy', '部署'),
    typicalMs: 1_000,
    script: lines(sh`mv "$home/bin_new" "$home/bin"`, sh`mv "$home/lib_new" "$home/lib"`),
    check: node => check(node, text('new version in lib', 'lib 中为新版本'), {installed: TO}, 30_000),
  },
  {
    name: 'start',
    title: text('start', '启动'),
    typicalMs: 24_000,
    service: 'returns',
    script: sh`bash "$home/bin/start.sh" --daemon`,
    check: node =>
      check(
        node,
        text('alive with the new version', '以新版本存活'),
        {health: 'ok', version: TO, alive: true},
        600_000,
      ),
  },
];

const bodyName = (what: string): string => `demo.${what}`;

const SCRIPTS = Object.fromEntries([
  ...MOVES.map(({name, script}) => [bodyName(name), script]),
  ...MOVES.map(({name}) => [bodyName(`take-back-${name}`), sh`true`]),
]);

const varsOf = ({role}: Placed) => ({home: `/opt/${role}`, to: TO, stamp: STAMP});

const stepOf = (phase: string, node: Placed, move: Move, cast: Cast): Step => {
  const id = StepId.parse(`${phase}/${move.name}@${node.id}`);
  const destroys = move.name === 'back-up' ? cast.destroys : undefined;
  const gates: Gate[] =
    move.name === 'stop'
      ? [
          {
            kind: 'check',
            id: GateId.parse(`${id}#0`),
            check: check(node.id, text('safe to stop', '可以停止'), {health: 'ok'}, 60_000),
            otherwise: 'hold',
          },
        ]
      : [];
  const byHand = move.name === 'deploy' ? cast.byHand : undefined;
  return {
    id,
    node: node.id,
    name: move.name,
    title: move.title,
    gates:
      destroys === undefined
        ? gates
        : [
            ...gates,
            {
              kind: 'confirm',
              id: GateId.parse(`${id}#${gates.length}`),
              danger: 'destructive',
              phrase: 'lake-demo',
              outages: [],
              ask: text(`Remove the data of ${node.id}?`, `删除 ${node.id} 的数据？`),
              blast: [{node: node.id, probe: 'blast'}],
            },
          ],
    action:
      byHand === undefined
        ? {
            kind: 'script',
            body: bodyName(move.name),
            vars: varsOf(node),
            timeoutMs: 120_000,
            trust: 'facts',
          }
        : {kind: 'manual', name: move.name, instructions: byHand},
    done: [move.check(node.id)],
    ...(destroys === undefined ? {} : {destroys}),
    undo:
      destroys !== undefined
        ? {kind: 'impossible', because: text('the data is gone', '数据已删除')}
        : move.name === 'stage'
          ? {kind: 'nothing', because: text('files beside the old ones hurt nobody', '旁边的文件无害')}
          : {
              kind: 'action',
              action: {
                kind: 'script',
                body: bodyName(`take-back-${move.name}`),
                vars: varsOf(node),
                timeoutMs: 60_000,
                trust: 'facts',
              },
              done: [check(node.id, text('as before', '与之前相同'), {health: 'ok'}, 60_000)],
            },
    typicalMs: move.typicalMs,
    ...(move.service === undefined ? {} : {service: move.service}),
  };
};

const laneOf = (phase: string, node: Placed, cast: Cast): Lane => {
  const [first, ...rest] = MOVES.map(move => stepOf(phase, node, move, cast));
  if (first === undefined) throw new Error('a lane holds at least one step');
  return {node: node.id, steps: [first, ...rest]};
};

const phaseOf = (cast: Cast, nodes: readonly Placed[], width: number): Phase => {
  const rank = (node: Placed): number => cast.asked?.indexOf(node.mark) ?? 0;
  const ordered = [...nodes].sort((a, b) => rank(a) - rank(b));
  const outages = cast.outages ?? [];
  return {
    id: PhaseId.parse(cast.role),
    title: cast.title,
    role: cast.role,
    gates: [
      {
        kind: 'confirm',
        id: GateId.parse(`${cast.role}#0`),
        danger: outages.length > 0 ? 'outage' : 'phase',
        outages,
        blast: [],
        ask: text(
          `Upgrade ${nodes.length} ${cast.title.en} ${nodes.length === 1 ? 'node' : 'nodes'}?`,
          `升级 ${nodes.length} 个${cast.title.zh}节点？`,
        ),
      },
    ],
    order:
      cast.asked === undefined
        ? {kind: 'listed'}
        : {kind: 'asked', probe: 'status', fact: 'role', ranks: cast.asked, withinMs: 30_000, pollMs: 500},
    width,
    lanes: ordered.map(node => laneOf(cast.role, node, cast)),
  };
};

/** What a scenario plays on: a plan, the cluster as the screen knows it, and the mark of each node. */
export type Stage = {
  readonly plan: Plan;
  readonly cluster: ScreenCluster;
  readonly marks: ReadonlyMap<NodeId, string>;
};

/** A whole plan for a made-up cluster, `width` nodes of a phase at once. */
export const makeStage = (casts: readonly Cast[], width = 1): Stage => {
  const nodes = place(casts);
  const roles: ScreenRole[] = casts.map(({role, title}) => ({
    name: role,
    title,
    status: 'status',
    columns: ['role'],
  }));
  const plan: Plan = {
    format: 2,
    direction: 'forward',
    out: [],
    rule: {
      says: text(
        'from 3.0 to 3.1 node by node, in the order of the guide',
        '3.0 到 3.1：按指南的顺序逐个节点升级',
      ),
      source: text('upgrade guide, part 2', '升级指南第 2 部分'),
    },
    scripts: SCRIPTS,
    cluster: 'lake-demo',
    system: 'demo',
    procedure: 'upgrade',
    title: plain('upgrade'),
    from: FROM,
    to: TO,
    stamp: STAMP,
    phases: casts.map(cast =>
      phaseOf(
        cast,
        nodes.filter(node => node.cast === cast),
        width,
      ),
    ),
    verify: nodes.map(({id}) => ({
      node: id,
      checks: [
        check(id, text('well, with the new version', '正常且为新版本'), {health: 'ok', version: TO}, 60_000),
      ],
    })),
    survey: {},
  };
  const screenNodes = nodes.map(({id, role, host, group}) => ({
    id,
    role,
    host,
    ...(group === undefined ? {} : {group}),
  }));
  return {
    plan,
    cluster: {name: 'lake-demo', nodes: screenNodes, roles},
    marks: new Map(nodes.map(({id, mark}) => [id, mark])),
  };
};
