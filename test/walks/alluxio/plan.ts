import type {Facts} from '../../../src/model/facts.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {Node} from '../../../src/model/inventory.ts';
import {Plan} from '../../../src/model/plan.ts';
import type {GateRecipe, Move, Procedure} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import {makePlan} from '../../../src/plan/make-plan.ts';
import * as checks from './checks.ts';
import {clientMoves} from './clients.ts';
import {cluster, ofRole, PLACES, target} from './cluster.ts';
import {action, around, back, confirm, holds, listed, move, nothing} from './parts.ts';
import * as scripts from './scripts.ts';
import {stop} from './stop.ts';

const {stamp, from, to} = target;
const MINUTES = 60_000;

/** Installation is a matter of the host: one node speaks for those that share its home. */
const installed = (): readonly Node[] => ofRole('master', 'worker');

const stage = listed({
  name: 'stage',
  title: text('Stage', '暂存新版本'),
  role: 'master',
  width: 5,
  nodes: installed,
  gates: () =>
    around(
      confirm(
        text(
          `Unpack ${to} beside ${from}? Everything goes on running.`,
          `在 ${from} 旁解包 ${to}？服务不受影响。`,
        ),
      ),
      checks.wellAt(from),
    ),
  steps: node => [
    move(
      'stage',
      text('unpack beside the old version', '在旧版本旁解包'),
      action('stage', scripts.stage(), {timeoutMs: 30 * MINUTES}),
      [checks.staged(node)],
      back(action('unstage', scripts.unstage()), checks.linked(node, from)),
      {typicalMs: 30_000},
    ),
  ],
});

const backup = listed({
  name: 'backup',
  title: text('Back up', '备份'),
  role: 'master',
  nodes: () => ofRole('master').slice(0, 1),
  gates: () => [
    ...holds(checks.wellAt(from)),
    confirm(
      text(
        'Have you stopped every application that writes? What is written after the backup is lost.',
        '是否已停止所有写入的应用？备份之后写入的内容会丢失。',
      ),
      [text('applications cannot write from here to the end', '从现在到结束应用都不能写入')],
    ),
    ...holds(checks.still),
  ],
  steps: () => [
    move(
      'mark',
      text('mark the last write', '标记最后一次写入'),
      action('mark', scripts.mark(stamp)),
      [checks.marked],
      nothing('a mark hurts nobody', '标记无害'),
      {typicalMs: 15_000},
    ),
    move(
      'backup',
      text('back up the metadata', '备份元数据'),
      action('backup', scripts.backup(stamp), {timeoutMs: 60 * MINUTES}),
      [checks.backedUp, checks.unchanged, checks.recorded],
      nothing('a backup more hurts nobody', '多一份备份无害'),
      {typicalMs: 60_000},
    ),
  ],
});

const install = listed({
  name: 'install',
  title: text('Install', '安装'),
  role: 'master',
  nodes: installed,
  gates: () =>
    around(confirm(text(`Let ${PLACES.home} be ${to}?`, `将 ${PLACES.home} 指向 ${to}？`)), checks.silence),
  steps: node => [
    move(
      'link',
      text('let the home be the new version', '切换安装目录'),
      action('link-new', scripts.link('new')),
      [checks.linked(node, to)],
      back(action('link-old', scripts.link('old')), checks.linked(node, from), [checks.silence]),
      {down: true, typicalMs: 1_000},
    ),
  ],
});

/** No proof, no format: the backup on every master, every copy counted, and nothing that runs. */
const proofs = (node: Node): GateRecipe[] =>
  holds(
    ...checks.proved(),
    checks.journalKept(node),
    ...ofRole('worker').map(checks.cacheStillKept),
    checks.silence,
  );

const format = listed({
  name: 'format',
  title: text('Format the masters', '格式化 master'),
  role: 'master',
  gates: () => [
    confirm(
      text(
        'Format the masters’ journals? Caches are left alone. Each master is asked for by itself.',
        '格式化 master 日志？缓存不受影响。每个 master 单独确认。',
      ),
    ),
  ],
  steps: node => [
    move(
      'format',
      text('format the journal', '格式化日志'),
      action('format', scripts.format()),
      [checks.journalIs(node, 'empty')],
      back(action('journal-back', scripts.putJournalBack(stamp)), checks.journalIs(node, 'old'), [
        checks.silence,
      ]),
      {
        down: true,
        destroys: text(`the journal of ${from} on ${node.id}`, `${node.id} 上 ${from} 的日志`),
        gates: [
          ...proofs(node),
          {
            kind: 'confirm',
            ask: text(`Format the journal of ${node.id}?`, `格式化 ${node.id} 的日志？`),
            danger: 'destructive',
            outages: [],
            phrase: cluster.name,
            blast: [
              {
                node: node.id,
                probe: 'journal-blast',
                given: {stamp, backup: {from: {step: checks.BACKUP_STEP, fact: 'path'}}},
              },
            ],
          },
          ...proofs(node),
        ],
      },
    ),
  ],
});

/** All masters side by side: one alone has no majority and would wait for the others. */
const masters = listed({
  name: 'masters',
  title: text('Masters', 'Master'),
  role: 'master',
  width: 3,
  gates: () =>
    around(
      confirm(
        text(
          `Start the masters at ${to} from the backup? Workers stay down.`,
          `以 ${to} 从备份启动 master？worker 保持停止。`,
        ),
      ),
      ...checks.everyMaster(master => checks.journalIs(master, 'empty')),
      ...checks.proved(),
    ),
  steps: node => [
    move(
      'start',
      text('start from the backup', '从备份启动'),
      action('master.start-from', scripts.startFromBackup(), {
        trust: 'facts',
        given: {BACKUP: {step: checks.BACKUP_STEP, fact: 'uri'}},
      }),
      [checks.runsAt(node, to)],
      back(action('master.stop', scripts.stop('master'), {trust: 'facts'}), checks.gone(node)),
      {down: true, typicalMs: 60_000},
    ),
  ],
});

const startMove = (node: Node): Move =>
  move(
    'start',
    text('start', '启动'),
    action(`${node.role}.start`, scripts.start(node.role), {trust: 'facts'}),
    node.role === 'worker' ? [checks.runsAt(node, to), checks.joined(node)] : [checks.runsAt(node, to)],
    back(action(`${node.role}.stop`, scripts.stop(node.role), {trust: 'facts'}), checks.gone(node)),
    {down: true, gates: node.role === 'worker' ? holds(checks.cacheMounted(node), checks.restored) : []},
  );

const rest = listed({
  name: 'rest',
  title: text('Job masters and workers', 'Job master 与 worker'),
  role: 'worker',
  nodes: () => ofRole('job-master', 'worker', 'job-worker'),
  gates: () =>
    around(
      confirm(
        text(
          'Everything is restored. Start job masters and workers?',
          '已全部恢复。启动 job master 与 worker？',
        ),
      ),
      checks.restored,
    ),
  steps: node => [startMove(node)],
});

const clients = listed({
  name: 'clients',
  title: text('Clients', '客户端'),
  role: 'client',
  gates: () =>
    around(
      confirm(
        text('Give the applications their new client and start them again?', '为应用更换客户端并重启？'),
        [text('each application restarts', '每个应用都会重启')],
      ),
      checks.wellAt(to),
    ),
  steps: clientMoves,
});

/** Backup – format – restore, with caches kept in place and copied aside as well. */
export const procedure: Procedure = {
  name: 'backup-format-restore',
  title: text('Back up, format, restore', '备份 – 格式化 – 恢复'),
  phases: [stage, backup, stop, install, format, masters, rest, clients],
  verify: node => checks.verified(node),
};

/** The plan as it would be made: every process was seen at the old version. */
export const plan: Plan = Plan.parse(
  makePlan(procedure, {
    cluster,
    facts: new Map<NodeId, Facts>(cluster.nodes.map(({id}) => [id, {health: 'ok', version: from}])),
    target,
  }),
);
