import {type Text, text} from '../model/text.ts';
import type {Moment} from '../store/recording.ts';
import type {Wish} from '../store/state.ts';

/** A prepared screen: which recording it shows, and from which moment on. */
export type Scenario = {
  readonly title: Text;
  readonly recording: string;
  /** null: no run, the cluster is only watched. */
  readonly moment: Moment | null;
  readonly wish?: Wish;
  readonly sightingsPerSecond?: number;
};

/** Prepared screens by name, for `lakeup demo --scenario`, frames and terminal stories. */
export const scenarios = {
  watch: {
    title: text('nothing is done, the cluster is watched', '只观察集群，不做任何事'),
    recording: 'whole',
    moment: null,
  },
  start: {
    title: text('the first question', '第一个问题'),
    recording: 'whole',
    // By then every node has been looked at.
    moment: {type: 'gate.reached', afterMs: 5_000},
  },
  confirm: {
    title: text('before the third phase', '第三阶段之前'),
    recording: 'whole',
    moment: {type: 'gate.reached', of: 'backends#1'},
  },
  running: {
    title: text('a node starts', '节点启动中'),
    recording: 'whole',
    moment: {type: 'step.acted', of: 'backends/start@be-3', afterMs: 4_000},
  },
  outage: {
    title: text('a phase with an outage', '会中断服务的阶段'),
    recording: 'lone-backend',
    moment: {type: 'gate.reached', of: 'backends#1'},
  },
  'no-way-back': {
    title: text('before the phase that has no way back', '无法回退的阶段之前'),
    recording: 'whole',
    moment: {type: 'gate.reached', of: 'frontends#1'},
  },
  destructive: {
    title: text('something that cannot come back', '无法恢复的操作'),
    recording: 'destructive',
    moment: {type: 'gate.reached', of: 'routers/wipe@router-1#0'},
  },
  held: {
    title: text('a step failed', '某一步失败'),
    recording: 'held',
    moment: {type: 'step.failed'},
  },
  manual: {
    title: text('a step by hand', '手动步骤'),
    recording: 'by-hand',
    moment: {type: 'step.started', of: 'stores/deploy@store-2'},
  },
  leaving: {
    title: text('leaving after this step', '此步之后离开'),
    recording: 'resumed',
    moment: {type: 'step.started', of: 'backends/stop@be-3', afterMs: 3_000},
    wish: 'leave',
  },
  done: {
    title: text('every node verified', '全部节点已验证'),
    recording: 'whole',
    moment: {type: 'run.ended'},
  },
  unverified: {
    title: text('one node is not as it should be', '一个节点不符合预期'),
    recording: 'unverified',
    moment: {type: 'node.unverified'},
  },
  'node-down': {
    title: text('a node that waits goes down', '等待中的节点宕机'),
    recording: 'node-down',
    moment: {type: 'step.acted', of: 'backends/start@be-3', afterMs: 4_000},
  },
  thousand: {
    title: text('1,000 nodes, 200 updates a second', '1000 个节点，每秒 200 次更新'),
    recording: 'thousand',
    moment: {type: 'step.acted', of: 'backends/start@be-12', afterMs: 4_000},
    sightingsPerSecond: 200,
  },
  'all-out': {
    title: text('before everything stops', '全部停止之前'),
    recording: 'restored',
    moment: {type: 'gate.reached', of: 'stop'},
  },
  format: {
    title: text('a journal is to be formatted', '即将格式化日志'),
    recording: 'restored',
    moment: {type: 'gate.reached', of: 'format/format@am-1'},
  },
  restoring: {
    title: text('masters start from a backup', '从备份启动 master'),
    recording: 'restored',
    moment: {type: 'step.acted', of: 'masters/start@am-3', afterMs: 3_000},
  },
  unreadable: {
    title: text('one master cannot read the backup', '一个 master 无法读取备份'),
    recording: 'unreadable',
    moment: {type: 'gate.stuck'},
  },
  written: {
    title: text('something was written: counted and backed up again', '有写入：重新清点并备份'),
    recording: 'written',
    moment: {type: 'step.reopened', afterMs: 4_000},
  },
  'asked-anew': {
    title: text('asked anew, once it was backed up again', '重新备份之后再次询问'),
    recording: 'written',
    moment: {type: 'gate.reached', of: 'stop'},
  },
  resumed: {
    title: text('killed after the format, and resumed', '格式化后被终止，随后恢复'),
    recording: 'killed',
    moment: {type: 'gate.reached', of: 'masters'},
  },
  'in-place': {
    title: text('upgraded in place, every node verified', '原地升级，全部节点已验证'),
    recording: 'in-place',
    moment: {type: 'run.ended'},
  },
} as const satisfies Record<string, Scenario>;
