import type {Failure, Happening} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {fillCheck} from '../../src/model/given.ts';
import {GateId, NodeId, PhaseId, StepId} from '../../src/model/ids.ts';
import {type Check, type Plan, planSteps} from '../../src/model/plan.ts';
import {reason} from '../../src/model/reason.ts';
import type {Hold} from '../../src/model/state.ts';
import {plain, text} from '../../src/model/text.ts';

/** What is to be read, in both languages. */
type Said = {readonly en: readonly string[]; readonly zh: readonly string[]};

/** A run that is held while be-3 is stopped: why, and what has to be read of it. */
export type HeldRow = {
  readonly name: string;
  readonly happenings: (plan: Plan) => readonly Happening[];
  /** The cause, what is known, what is not, and a way on. */
  readonly says: Said;
  /** The node that it is about, of which it is said where it stands; null where it is about no node. */
  readonly about: string | null;
  /** Frames of it are kept. */
  readonly kept?: true;
};

const NODE = 'be-3';
const START = StepId.parse(`backends/start@${NODE}`);
const STAGE = StepId.parse('backends/stage@be-4');

const failed = (failure: Failure, before: readonly Happening[] = [], step = START): readonly Happening[] => [
  {type: 'step.started', step, attempt: 1},
  ...before,
  {type: 'step.failed', step, failure},
];

const acted = (code: number, stderr = ''): Happening => ({
  type: 'step.acted',
  step: START,
  outcome: {code, ms: 900, stdout: '', stderr, cut: false},
});

/** What the step that starts be-3 waits for. */
const doneOf = (plan: Plan): Check => {
  const check = planSteps(plan)
    .find(({id}) => id === START)
    ?.done.find(({expect}) => 'version' in expect);
  if (check === undefined) throw new Error('nobody waits for a version');
  return check;
};

const unsettled = (
  check: Check,
  seen: Facts | null,
  silent: string | null = null,
): Extract<Failure, {kind: 'unsettled'}> => ({
  kind: 'unsettled',
  check: fillCheck(check, () => undefined),
  seen,
  silent: silent === null ? null : [reason(text(silent, '没有回应'))],
});

const started = (failure: (plan: Plan) => Failure) => (plan: Plan) => failed(failure(plan), [acted(0)]);

const gateOf = (plan: Plan, id: GateId): Check => {
  const gate = [
    ...plan.phases.flatMap(({gates}) => gates),
    ...planSteps(plan).flatMap(({gates}) => gates),
  ].find(each => each.id === id);
  if (gate?.kind !== 'check') throw new Error(`nothing is looked at at ${id}`);
  return gate.check;
};

const stuck =
  (id: string, seen: Facts) =>
  (plan: Plan): readonly Happening[] => {
    const gate = GateId.parse(id);
    return [{type: 'gate.stuck', gate, failure: unsettled(gateOf(plan, gate), seen)}];
  };

const WAYS = {
  mend: {en: 'Its log on the host says what keeps it', zh: '其主机上的日志会说明受阻原因'},
  acts: {en: 'a retry looks again for as long', zh: '重试会再查看同样长的时间'},
} as const;

/** One row for each kind of failure, and more where a kind is said in several ways. */
export const OF_FAILURE: Readonly<Record<Failure['kind'], readonly HeldRow[]>> = {
  refused: [
    {
      name: 'refused',
      kept: true,
      happenings: () =>
        failed({kind: 'refused', trouble: 'unreachable', detail: text('no route to host', '没有路由')}),
      says: {
        en: [
          'Refused. The host does not answer at all.',
          'certainly not begun',
          'no route to host',
          'Check power, network',
        ],
        zh: ['被拒绝。主机完全没有响应。', '动作确定没有开始。', '没有路由', '请检查主机电源'],
      },
      about: NODE,
    },
    {
      name: 'refused after an attempt that began',
      happenings: () => [
        ...failed({kind: 'lost', trouble: 'dropped', detail: plain('gone')}),
        {type: 'run.released'},
        {type: 'step.started', step: START, attempt: 2},
        {
          type: 'step.failed',
          step: START,
          failure: {kind: 'refused', trouble: 'unreachable', detail: plain('no route')},
        },
      ],
      says: {
        en: ['This attempt began nothing.', 'What an earlier attempt brought about.'],
        zh: ['这次尝试没有开始任何动作。', '之前的尝试带来了什么。'],
      },
      about: NODE,
    },
    {
      name: 'an earlier action at work',
      happenings: () =>
        failed({kind: 'refused', trouble: 'still-running', detail: plain('start (process 7)')}),
      says: {
        en: ['still running', 'start (process 7)', 'A retry waits for its end and looks.'],
        zh: ['start (process 7)', '重试会等它结束，然后查看。'],
      },
      about: NODE,
    },
  ],
  lost: [
    {
      name: 'lost',
      kept: true,
      happenings: () => failed({kind: 'lost', trouble: 'dropped', detail: text('read: reset', '读取：重置')}),
      says: {
        en: [
          'Lost: it may have begun. The connection was lost.',
          'The action was sent, and may have begun.',
          'Whether it began, and came to its end.',
          'read: reset',
          'A retry looks first',
        ],
        zh: [
          '失联：可能已经开始。连接已断开。',
          '动作已发出，可能已经开始。',
          '是否已开始并执行完毕。',
          '读取：重置',
          '重试会先查看',
        ],
      },
      about: NODE,
    },
  ],
  exit: [
    {
      name: 'exit',
      kept: true,
      happenings: () =>
        failed({kind: 'exit', code: 3, tail: 'no space left'}, [
          acted(3, 'bin/start_be.sh: no space left\n'),
        ]),
      says: {
        en: [
          'exit code 3',
          'ran to its end and said it failed',
          'What it changed before it failed.',
          'no space left',
          'Read the last output',
        ],
        zh: [
          '动作退出码为 3。',
          '动作已执行完毕，并报告失败。',
          '失败之前已经改变了什么。',
          'no space left',
          '请阅读最后的输出',
        ],
      },
      about: NODE,
    },
    {
      name: 'its limit',
      happenings: () => failed({kind: 'exit', code: 124, tail: ''}, [acted(124)]),
      says: {
        en: ['exit code 124', 'ended when its limit had passed', 'Find out on its host what it waited for.'],
        zh: ['动作退出码为 124。', '在达到时限时被终止', '请在其主机上查明它在等待什么。'],
      },
      about: NODE,
    },
  ],
  unsettled: [
    {
      name: 'unsettled',
      kept: true,
      happenings: started(plan =>
        unsettled(doneOf(plan), {health: 'starting', causes: ['http=closed'], version: '3.1.2'}),
      ),
      says: {
        en: [
          'was not seen within 10m: health starting',
          'The action ran; what was seen since is not as expected.',
          'Whether it only needs more time.',
          'http=closed',
          WAYS.mend.en,
          WAYS.acts.en,
        ],
        zh: [
          '10m 内没有看到',
          '动作已执行；之后看到的不符合预期。',
          '是否只是需要更多时间。',
          'http=closed',
          WAYS.mend.zh,
          WAYS.acts.zh,
        ],
      },
      about: NODE,
    },
    {
      name: 'nobody answers',
      happenings: started(plan => unsettled(doneOf(plan), null, 'timed out')),
      says: {
        en: [
          'nobody answered',
          'The state of the node: no answer is not "no".',
          'timed out',
          'Make it answer',
        ],
        zh: ['没有应答', '节点的状态：没有应答不等于“没有”。', '没有回应', '请先让它应答'],
      },
      about: NODE,
    },
    {
      name: 'the answers contradict each other',
      happenings: started(plan => ({
        ...unsettled(doneOf(plan), null),
        silent: [reason(text('fe-1, fe-2 each say so', 'fe-1、fe-2 都这样说'), null, 'contradict')],
      })),
      says: {
        en: [
          'the answers contradict each other.',
          'Which of the answers is right.',
          'the answers contradict each other: fe-1, fe-2 each say so',
          'Find out which of them is right',
        ],
        zh: [
          '各方的应答互相矛盾。',
          '哪个应答是对的。',
          '各方的应答互相矛盾：fe-1、fe-2 都这样说',
          '请查明其中谁是对的',
        ],
      },
      about: NODE,
    },
    {
      name: 'cannot come true',
      happenings: started(plan =>
        unsettled(doneOf(plan), {
          health: 'down',
          causes: ['process=none'],
          process: 'none',
          version: '3.1.2',
        }),
      ),
      says: {
        en: [
          'cannot come true any more: process none',
          'Why it is so.',
          'Its log on the host says why it is so: mend that, then retry.',
        ],
        zh: ['已不可能实现：process none', '为什么会这样。', '其主机上的日志会说明原因：请处理，然后重试。'],
      },
      about: NODE,
    },
    {
      name: 'did not stay so',
      happenings: started(plan =>
        unsettled(doneOf(plan), {health: 'ok', causes: [], version: '3.1.2', process: 'running'}),
      ),
      says: {
        en: ['was seen, but it did not stay so for 5s.', 'Do not trust the last look'],
        zh: ['但没有持续 5s。', '不要相信最后一次查看'],
      },
      about: NODE,
    },
  ],
};

/** One row for each reason to wait for the operator. */
export const OF_HOLD: Readonly<Record<Hold['kind'], readonly HeldRow[]>> = {
  step: [
    {
      name: 'a step of a node that serves',
      happenings: () => failed({kind: 'exit', code: 1, tail: 'cp: no space'}, [], STAGE),
      says: {
        en: ['be-4: "copy the new files beside the old" failed.', 'exit code 1'],
        zh: ['be-4：“在旧文件旁复制新文件”失败。', '动作退出码为 1。'],
      },
      about: 'be-4',
    },
  ],
  gate: [
    {
      name: 'gate',
      kept: true,
      happenings: stuck('backends/stop@be-4#1', {standIns: 2, unfit: [], othersDown: ['be-3']}),
      says: {
        en: [
          'be-4: it is not safe to "stop" yet.',
          'Nothing was begun: lakeup only looked.',
          'be-3',
          'then retry, which asks again.',
        ],
        zh: [
          'be-4：现在“停止”并不安全。',
          '没有开始任何动作：lakeup 只是查看。',
          'be-3',
          '然后重试，会再次询问。',
        ],
      },
      about: 'be-4',
    },
  ],
  order: [
    {
      name: 'order',
      kept: true,
      happenings: () => [
        {
          type: 'order.stuck',
          phase: PhaseId.parse('frontends'),
          reasons: [
            reason(
              text('two say that they are the master: fe-1, fe-2', '有两个自称主 FE：fe-1、fe-2'),
              NodeId.parse('fe-1'),
            ),
          ],
        },
      ],
      says: {
        en: [
          'Which node goes next cannot be told',
          'two say that they are the master',
          'Wait until it can be told',
          'Nothing new begins until you decide.',
        ],
        zh: ['无法确定下一个节点', '有两个自称主 FE', '请等待其明确', '在你决定之前不会开始任何新的动作。'],
      },
      about: null,
    },
  ],
  node: [
    {
      name: 'node',
      kept: true,
      happenings: plan => {
        const [check] = plan.verify.find(({node}) => node === 'be-1')?.checks ?? [];
        if (check === undefined) throw new Error('nobody looks at be-1 at the end');
        const seen = {
          health: 'degraded',
          causes: ['alive=false'],
          version: '3.1.2',
          alive: false,
          errors: [],
        };
        return [{type: 'node.unverified', node: NodeId.parse('be-1'), failure: unsettled(check, seen)}];
      },
      says: {
        en: [
          'be-1 is upgraded, but the last look at it did not find what it should.',
          'All steps of the node are done',
          'a retry looks again',
        ],
        zh: ['be-1 已升级，但最后一次检查不符合预期。', '该节点的所有步骤都已完成', '重试会再查看'],
      },
      about: 'be-1',
    },
  ],
  lease: [
    {
      name: 'lease',
      kept: true,
      happenings: () => [
        {
          type: 'lease.refused',
          failure: {
            kind: 'refused',
            trouble: 'leased',
            detail: text('run 7 of bob has it', '运行 7（bob）持有'),
          },
        },
      ],
      says: {
        en: [
          'This run does not hold the lease of the cluster.',
          'run 7 of bob has it',
          'Talk to whoever has it',
        ],
        zh: ['本次运行未持有此集群的租约。', '运行 7（bob）持有', '请与租约持有者联系'],
      },
      about: null,
    },
  ],
  operator: [
    {
      name: 'operator',
      kept: true,
      happenings: () => [{type: 'run.held'}],
      says: {
        en: [
          'Held because you asked for it.',
          'Nothing new begins until you decide.',
          'Until the run goes on, 1 node is not serving: be-3 on 10.20.0.18 since 02:',
        ],
        zh: [
          '按你的要求暂停。',
          '在你决定之前不会开始任何新的动作。',
          '运行继续之前，1 个节点未提供服务：be-3（10.20.0.18，自 02:',
        ],
      },
      about: null,
    },
  ],
};
