import {formatDuration} from '../lib/duration.ts';
import {never} from '../lib/never.ts';
import {describeFailure} from './describe.ts';
import {describeFacts} from './describe-facts.ts';
import {describeFanOut} from './describe-fan-out.ts';
import {describeReopened, notAsChecked, notAsWanted} from './describe-otherwise.ts';
import {describePruning, describeRoute} from './describe-prune.ts';
import {describeReattached} from './describe-reattached.ts';
import {describeDownSeen, nameNodes} from './describe-service.ts';
import {describeCounts} from './describe-skip.ts';
import type {Event} from './event.ts';
import type {GateId, NodeId} from './ids.ts';
import {confirmGateOf, gateOwner, stepOf, titleBefore} from './in-plan.ts';
import {LEFT_BEHIND} from './left-behind.ts';
import {describeReasons} from './reason.ts';
import {isReopened, type RunState, stepState} from './state.ts';
import {both, type Text, text} from './text.ts';

export type EventLevel = 'info' | 'good' | 'warn' | 'bad';
/** An event in words: whom it is about, how it is to be taken, and one line. */
export type EventWords = {readonly node: NodeId | null; readonly level: EventLevel; readonly words: Text};

const about = (node: NodeId | null, level: EventLevel, words: Text): EventWords => ({node, level, words});

const ofGate = (event: Extract<Event, {gate: GateId}>, state: RunState): EventWords | null => {
  const owner = gateOwner(state, event.gate);
  if (owner === null) return null;
  const node = owner.step?.node ?? null;
  const title = owner.step?.title ?? owner.phase.title;
  const confirm = confirmGateOf(state, event.gate) !== null;
  switch (event.type) {
    case 'gate.reached':
      return confirm
        ? about(node, 'warn', text(`${title.en}: waiting for you`, `${title.zh}：等待你的确认`))
        : null;
    case 'gate.drifted':
      return about(
        node,
        'warn',
        text(
          `${title.en}: what would be hit has changed; asking again`,
          `${title.zh}：影响范围已变化，重新确认`,
        ),
      );
    case 'gate.opened':
      return confirm ? about(node, 'info', text(`${title.en}: confirmed`, `${title.zh}：已确认`)) : null;
    case 'gate.stuck':
      return about(
        node,
        'bad',
        both(
          (pick, lang) => pick(title) + (lang === 'en' ? ': ' : '：') + pick(describeFailure(event.failure)),
        ),
      );
    case 'lane.deferred': {
      const gate = (owner.step ?? owner.phase).gates.find(({id}) => id === event.gate);
      const wanted = gate?.kind === 'check' ? gate.check.title : title;
      const seen = describeFacts(notAsWanted(event.seen, gate));
      return about(
        event.node,
        'warn',
        text(
          `goes back in the queue, this does not hold: ${wanted.en} (${seen.en})`,
          `退回排队，以下条件不成立：${wanted.zh}（${seen.zh}）`,
        ),
      );
    }
    case 'step.reopened': {
      const gate = (owner.step ?? owner.phase).gates.find(({id}) => id === event.gate);
      const wanted = gate?.kind === 'check' ? gate.check.title : title;
      const seen = describeReopened(event, gate);
      const step = stepOf(state, event.step);
      return about(
        step.node,
        'warn',
        text(
          `"${step.title.en}" and what follows is done again, for this is not so any more: ${wanted.en} (${seen.en})`,
          `从“${step.title.zh}”起重新执行，因为以下条件已不再成立：${wanted.zh}（${seen.zh}）`,
        ),
      );
    }
    default:
      return never(event);
  }
};

const took = (event: Extract<Event, {type: 'step.done'}>, state: RunState): string => {
  const step = state.steps[event.step];
  return step?.status === 'done' ? formatDuration(step.ms) : '';
};

/** What the screen, the log and plain output say about an event; null when it says nothing new to a person. */
export const describeEvent = (event: Event, state: RunState): EventWords | null => {
  switch (event.type) {
    case 'run.planned': {
      const route = describeRoute(event.plan);
      return about(null, 'info', text(`run ${event.run}: ${route}`, `运行 ${event.run}：${route}`));
    }
    case 'run.resumed':
      return about(
        null,
        'info',
        text('resumed: every open step is looked at first', '已恢复：先查看每个未完的步骤'),
      );
    case 'gate.reached':
    case 'gate.drifted':
    case 'gate.opened':
    case 'gate.stuck':
    case 'lane.deferred':
    case 'step.reopened':
      return ofGate(event, state);
    case 'lane.begun':
      return event.ranks[event.node] === LEFT_BEHIND
        ? about(
            event.node,
            'warn',
            text(
              'goes next: it has ended beside a newer frontend. Its old version may not start any more, and its upgrade brings it back',
              '轮到它了：它在出现更新版本的 FE 之后退出，旧版本可能无法再启动，升级后恢复',
            ),
          )
        : about(event.node, 'info', text('goes next', '轮到它了'));
    case 'order.stuck': {
      const why = describeReasons(event.reasons);
      return about(
        null,
        'bad',
        text(`which node goes next cannot be told: ${why.en}`, `无法确定下一个节点：${why.zh}`),
      );
    }
    case 'step.started': {
      const {node, title} = stepOf(state, event.step);
      const again = event.attempt > 1 ? ` (${event.attempt})` : '';
      return about(node, 'info', text(`${title.en} …${again}`, `${title.zh} …${again}`));
    }
    case 'step.acted':
      return null;
    case 'fanOut.begun':
    case 'fanOut.ended':
    case 'fanOut.passed':
      return describeFanOut(event, state.plan);
    case 'step.busy': {
      const {node, title} = stepOf(state, event.step);
      const limit = formatDuration(event.withinMs);
      return about(
        node,
        'warn',
        text(
          `${title.en}: waits, at most ${limit}, for an earlier action: ${event.told}`,
          `${title.zh}：等待较早的动作结束，最长 ${limit}：“${event.told}”`,
        ),
      );
    }
    case 'step.reattached': {
      const {node, title} = stepOf(state, event.step);
      return about(node, 'info', describeReattached(title, event.state));
    }
    case 'step.reset': {
      const {node, title} = stepOf(state, event.step);
      if (event.told !== undefined)
        return about(
          node,
          'warn',
          text(
            `${title.en}: not begun, it moved just then; its gates are looked at again: ${event.told}`,
            `${title.zh}：没有开始，情况刚刚有变；将重新检查其关卡：“${event.told}”`,
          ),
        );
      // What is there of one that was opened again says nothing, so it was not looked at.
      const words = isReopened(stepState(state, event.step))
        ? text(`${title.en}: not done again yet`, `${title.zh}：尚未重新完成`)
        : text(`${title.en}: looked at, not done yet`, `${title.zh}：已查看，尚未完成`);
      return about(node, 'info', words);
    }
    case 'step.lapsed': {
      const {node, title, done} = stepOf(state, event.step);
      const before = titleBefore(state, event.step, event.before);
      const seen = describeFacts(notAsChecked(event.seen, done[0]));
      return about(
        node,
        'warn',
        text(
          `"${title.en}" is done again before "${before.en}", for it is not so any more: ${seen.en}`,
          `在“${before.zh}”之前重新执行“${title.zh}”，因为其结果已不再成立：${seen.zh}`,
        ),
      );
    }
    case 'step.done': {
      const {node, title} = stepOf(state, event.step);
      return event.already
        ? about(node, 'good', text(`${title.en}: was done already`, `${title.zh}：此前已完成`))
        : about(
            node,
            'good',
            both(pick => `${pick(title)} ✓ ${took(event, state)}`),
          );
    }
    case 'step.failed': {
      const {node, title} = stepOf(state, event.step);
      return about(
        node,
        'bad',
        both(
          (pick, lang) => pick(title) + (lang === 'en' ? ': ' : '：') + pick(describeFailure(event.failure)),
        ),
      );
    }
    case 'lease.wanted':
      return null;
    case 'lease.busy':
      return about(
        null,
        'warn',
        text(
          `taken over; what was begun before is waited for: ${event.told}`,
          `已接管；正在等待先前开始的操作结束：“${event.told}”`,
        ),
      );
    case 'lease.taken': {
      const {token, places, from} = event;
      const [en, zh] = from === null ? ['', ''] : [`, from run ${from}`, `，接管自运行 ${from}`];
      return about(
        null,
        'info',
        text(
          `the lease is this run's: number ${token} in ${places} places${en}`,
          `租约已归本次运行：${places} 处，编号 ${token}${zh}`,
        ),
      );
    }
    case 'lease.refused':
      return about(
        null,
        'bad',
        both(
          (pick, lang) => (lang === 'en' ? 'the lease: ' : '租约：') + pick(describeFailure(event.failure)),
        ),
      );
    case 'run.held':
      return about(null, 'warn', text('held, as you asked', '已按你的要求暂停'));
    case 'run.released':
      return about(null, 'info', text('going on', '继续'));
    case 'run.left':
      return about(null, 'warn', text('left: nothing more is begun', '已离开：不再开始任何动作'));
    case 'run.yielded':
      return about(
        null,
        'warn',
        text(`run ${event.to} takes this one back`, `运行 ${event.to} 正在撤销此次运行`),
      );
    case 'run.pruning':
    case 'run.pruned':
      return about(null, event.type === 'run.pruning' ? 'warn' : 'info', describePruning(event));
    case 'run.takenBack':
      return about(
        null,
        'info',
        event.whole
          ? text(`taken back by run ${event.by}`, `已由运行 ${event.by} 撤销`)
          : text(`taken back in part by run ${event.by}`, `已由运行 ${event.by} 撤销一部分`),
      );
    case 'run.abandoned':
      return about(null, 'warn', text(`given up: ${event.because}`, `已放弃：“${event.because}”`));
    case 'nodes.skipped': {
      const names = nameNodes(event.nodes.map(({node}) => node));
      const [first, ...others] = event.nodes;
      return about(
        others.length === 0 ? (first?.node ?? null) : null,
        'warn',
        text(`skipped, ${names.en}: ${event.because}`, `已跳过 ${names.zh}：${event.because}`),
      );
    }
    case 'node.verified':
      return about(event.node, 'good', text('verified', '验证通过'));
    case 'node.unverified':
      return about(
        event.node,
        'bad',
        both(
          (pick, lang) =>
            (lang === 'en' ? 'not verified: ' : '验证未通过：') + pick(describeFailure(event.failure)),
        ),
      );
    case 'node.down':
    case 'node.up': {
      const said = describeDownSeen(event, true);
      return said === null ? null : about(event.node, said.level, said.words);
    }
    case 'run.ended': {
      const {verified, skipped = []} = event.verdict;
      const words = describeCounts(verified.length, skipped.length);
      return about(null, skipped.length === 0 ? 'good' : 'warn', words);
    }
    default:
      return never(event);
  }
};
