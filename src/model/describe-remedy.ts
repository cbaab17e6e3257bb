import {never} from '../lib/never.ts';
import {hopelessly, isBroken, LIMIT_EXIT} from './describe.ts';
import type {Failure} from './event.ts';
import {meetsCheck} from './facts.ts';
import {contradicts} from './leading.ts';
import {silenceOf} from './reason.ts';
import {type StartedAgain, startedAgain} from './started-again.ts';
import {type Hold, type RunState, stepState} from './state.ts';
import {type Text, text} from './text.ts';
import {describeTrouble} from './trouble.ts';

const ofExit = (code: number): Text =>
  code === LIMIT_EXIT
    ? text(
        'Find out on its host what it waited for. A retry looks first, and gives it its whole time once more; the limit is that of the plan, and one that the inventory gives holds for later runs.',
        '请在其主机上查明它在等待什么。重试会先查看，再给它同样的时间；时限取自计划，在清单中更改只对以后的运行生效。',
      )
    : text(
        'Read the last output, and put right on the host what it names; then retry, which looks first.',
        '请阅读最后的输出，并在主机上处理其所述问题；然后重试，重试会先查看。',
      );

/** So many are named in one sentence. */
const NAMED_AT_MOST = 6;

const namesOf = (all: readonly string[]): Text => {
  const [names, more] = [all.slice(0, NAMED_AT_MOST), all.length - NAMED_AT_MOST];
  const [en, zh] = [names.join(', '), names.join('、')];
  return more > 0 ? text(`${en} and ${more} more`, `${zh} 等 ${all.length} 个`) : text(en, zh);
};

/** What runs and may not: who started it is not known, nor what it did meanwhile. */
const ofStarted = ({stops, others}: StartedAgain): Text => {
  const again = namesOf(stops.map(({node}) => node));
  const theirs = namesOf(others);
  if (others.length === 0)
    return text(
      `Running again after the stop: ${again.en}. Find out who started each, and see that nobody does so again. Then retry: what still runs of these is stopped once more, and the gate looks again.`,
      `停止之后又在运行：${again.zh}。请查明是谁启动的，并确保不再发生。然后重试：其中仍在运行的会再次停止，并再次查看。`,
    );
  const end = text(
    `Running, and yours to end: ${theirs.en}. Find out who started each, and end it on its host: what was counted and backed up knows nothing of what it did since.`,
    `正在运行，需由你结束：${theirs.zh}。请查明是谁启动的，并在其主机上结束：此前的清点与备份都不包含它此后所做的事。`,
  );
  return stops.length === 0
    ? text(`${end.en} Then retry, which looks again.`, `${end.zh}然后重试，会再次查看。`)
    : text(
        `${end.en} Then retry: what still runs of ${again.en} is stopped once more, and the gate looks again.`,
        `${end.zh}然后重试：${again.zh} 中仍在运行的会再次停止，并再次查看。`,
      );
};

/** The process that runs behind a stop that has ended well: somebody has started it. */
const startedBySomebody = (
  {check, seen}: Extract<Failure, {kind: 'unsettled'}>,
  why: ReturnType<typeof hopelessly>,
): string | null =>
  why?.facts.running === true && check.expect.running === false ? String(seen?.pid ?? '') : null;

/** Whether the action of the step that failed said something before it ended. */
const hasPrinted = (hold: Hold, state: RunState): boolean => {
  const step = hold.kind === 'step' ? stepState(state, hold.step) : null;
  const outcome = step?.status === 'failed' ? step.outcome : null;
  return outcome !== null && `${outcome.stdout}${outcome.stderr}`.trim() !== '';
};

/** What a gate asks for and did not see. `isVain`: it does not come by itself; `isBroken`: it was seen, and did not stay so. */
const ofGate = (isVain: boolean, isBroken: boolean): Text => {
  if (isVain)
    return text(
      'Put right what is named above; then retry, which asks again.',
      '请处理上述问题；然后重试，会再次询问。',
    );
  return isBroken
    ? text(
        'It comes and goes: find out why, and put that right; then retry, which asks again.',
        '情况时好时坏：请查明原因并处理；然后重试，会再次询问。',
      )
    : text(
        'Put right what is named above, or wait until it is so; then retry, which asks again.',
        '请处理上述问题，或等待其满足；然后重试，会再次询问。',
      );
};

const UNDECIDED = text(
  'Wait until it can be told (an election takes seconds), or mend the group; then retry, which asks again.',
  '请等待其明确（选举只需数秒），或先修复集群；然后重试，会再次询问。',
);

/** What was not seen because somebody did not answer, or because the answers do not tell it. */
const OF_SILENCE: Readonly<Record<ReturnType<typeof silenceOf>, Text>> = {
  missing: text(
    'Make it answer: why it does not stands above. Then retry, which looks again.',
    '请先让它应答：原因见上。然后重试，会再次查看。',
  ),
  contradict: text(
    'Find out which of them is right, and mend the group first; right after an election it passes by itself. Then retry, which asks again.',
    '请查明其中谁是对的，并先修复集群；若刚刚选举过，会自行恢复。然后重试，会再次询问。',
  ),
  undecided: UNDECIDED,
};

/** What was looked for and not seen: before anything was begun, after an action, or at the very end. */
const ofUnsettled = (hold: Hold, failure: Extract<Failure, {kind: 'unsettled'}>, state: RunState): Text => {
  if (failure.seen === null || (isBroken(failure) && failure.silent !== null))
    return OF_SILENCE[silenceOf(failure.silent)];
  if (contradicts(failure.seen)) return OF_SILENCE.contradict;
  const why = hopelessly(failure);
  const started = startedAgain(state, hold);
  if (started !== null) return ofStarted(started);
  if (hold.kind === 'gate') return ofGate(why !== null, isBroken(failure));
  const pid = startedBySomebody(failure, why);
  if (pid !== null)
    return text(
      `Process ${pid} is not the one that was stopped: somebody has started it since. Find out who (a supervisor, a watchdog, a person), and see that nobody does so again; then retry, which stops it once more.`,
      `进程 ${pid} 不是被停止的那个：此后有人启动了它。请查明是谁（监管程序、看门狗或人），并确保不再发生；然后重试，会再次停止它。`,
    );
  // Nothing but a person ends a process that is well, and is another than was started.
  if (why !== null && (why.facts.health === 'ok' || why.facts.running === true))
    return text(
      'Another version runs there: find out why (who started it, from which files), and end that process on its host by its own stop script; then retry, which starts it anew.',
      '那里运行的是另一个版本：请查明原因（由谁启动、用的是哪些文件），并在其主机上用自带的停止脚本结束该进程；然后重试，会重新启动它。',
    );
  if (why?.facts.cause !== undefined)
    return text(
      'What keeps it from running stands above: put that right where it was copied from, too; then retry, which does it anew.',
      '无法运行的原因见上：请处理，包括其复制的来源；然后重试，会重新执行。',
    );
  if (why !== null)
    return hasPrinted(hold, state)
      ? text(
          'What was printed last, or its log on the host, says why it is so: mend that, then retry.',
          '最后的输出或其主机上的日志会说明原因：请处理，然后重试。',
        )
      : text(
          'Its log on the host says why it is so: mend that, then retry.',
          '其主机上的日志会说明原因：请处理，然后重试。',
        );
  if (isBroken(failure))
    return meetsCheck(failure.seen, failure.check)
      ? text(
          'Do not trust the last look: find out why it does not stay so, then retry.',
          '不要相信最后一次查看：请查明它为何不能保持，然后重试。',
        )
      : text(
          'It was so for a moment only: its log on the host says why. Mend that, then retry.',
          '它只短暂如此：其主机上的日志会说明原因。请处理，然后重试。',
        );
  return text(
    'Its log on the host says what keeps it: mend that, or wait; a retry looks again for as long.',
    '其主机上的日志会说明受阻原因：请处理，或等待；重试会再查看同样长的时间。',
  );
};

/** What an operator may do about what holds the run; null where nothing is wrong. A retry looks first, whatever it was. */
export const describeRemedy = (hold: Hold, failure: Failure | null, state: RunState): Text | null => {
  if (failure === null) return hold.kind === 'order' ? UNDECIDED : null;
  switch (failure.kind) {
    case 'refused':
    case 'lost':
      return describeTrouble(failure.trouble).todo;
    case 'exit':
      return ofExit(failure.code);
    case 'unsettled':
      return ofUnsettled(hold, failure, state);
    default:
      return never(failure);
  }
};
