import {formatDuration} from '../lib/duration.ts';
import {never} from '../lib/never.ts';
import {describeFacts} from './describe-facts.ts';
import type {Failure} from './event.ts';
import {type Fact, type Facts, isList, meets, meetsCheck, mismatches} from './facts.ts';
import {whoLead} from './leading.ts';
import {planSteps, type Step} from './plan.ts';
import {describeReasons, silenceOf} from './reason.ts';
import type {Hold, RunState} from './state.ts';
import {both, type Text, text} from './text.ts';
import {describeTrouble} from './trouble.ts';
import {vainOf} from './vain.ts';

type Unsettled = Extract<Failure, {kind: 'unsettled'}>;

/** What `timeout` ends with: a script's own limit has passed, and it did not come to its end. */
export const LIMIT_EXIT = 124;

/** What made waiting any longer useless, and for how long it was seen; null when a check's whole patience was waited for. */
export const hopelessly = ({
  check,
  seen,
}: Unsettled): {readonly facts: Facts; readonly afterMs: number} | null => {
  const why = seen === null ? undefined : vainOf(check).find(each => meets(seen, each.seen));
  if (seen === null || why === undefined) return null;
  const names = Object.keys(why.seen);
  const facts = Object.fromEntries(Object.entries(seen).filter(([name]) => names.includes(name)));
  return {facts, afterMs: why.afterMs};
};

/** Whether it was seen, and did not hold for as long as it has to. */
export const isBroken = ({check, seen, looks}: Unsettled): boolean =>
  looks !== undefined || (seen !== null && meetsCheck(seen, check));

/** How many facts a sentence names, and how much of a list. */
const ODD_MOST = 3;

const shortened = (value: Fact): Fact =>
  isList(value) && value.length > ODD_MOST ? [...value.slice(0, ODD_MOST), '…'] : value;

/**
 * What was seen instead, as far as it is known, by the alternative that is nearest of those of which something is: the first
 * of it.
 */
const oddFacts = ({check, seen}: Unsettled): Facts => {
  if (seen === null) return {};
  const odd = [check.expect, ...(check.or ?? [])]
    .map(expect => mismatches(seen, expect))
    .sort((a, b) => a.length - b.length)
    .map(all =>
      all.flatMap(({name, seen: value}) => (value === null ? [] : [[name, shortened(value)] as const])),
    );
  return Object.fromEntries((odd.find(known => known.length > 0) ?? []).slice(0, ODD_MOST));
};

/** That nothing was seen: nobody answered, or what they answered does not tell. */
const NOTHING_SEEN: Readonly<Record<ReturnType<typeof silenceOf>, Text>> = {
  missing: text('nobody answered', '没有应答'),
  contradict: text('the answers contradict each other', '各方的应答互相矛盾'),
  undecided: text('the answers do not tell', '应答无法说明'),
};

/** The same in words; null where nothing of it is known. */
const describeOdd = (failure: Unsettled): Text | null => {
  if (failure.seen === null) return NOTHING_SEEN[silenceOf(failure.silent)];
  const facts = {...oddFacts(failure), ...whoLead(failure.seen)};
  return Object.keys(facts).length === 0 ? null : describeFacts(facts);
};

/** What kept it from being seen to hold; null where an older journal does not say it. */
const describeBut = (failure: Unsettled): Text | null => {
  const {check, seen, silent, looks} = failure;
  if (silent !== null) return describeReasons(silent, check.node);
  const but = looks?.but;
  switch (but) {
    case 'restarted':
      return text('another process runs since', '此后运行的是另一个进程');
    case 'paused':
      return text('nobody looked for a while in between', '其间有一段时间没有查看');
    case 'stood':
    case undefined:
      return seen === null || meetsCheck(seen, check) ? null : describeOdd(failure);
    default:
      return never(but);
  }
};

/** What was seen, but did not hold for as long as it has to; null when it was not seen at all. */
const describeBroken = (failure: Unsettled): Text | null => {
  if (!isBroken(failure)) return null;
  const {title, steadyMs = 0, follows = {}} = failure.check;
  const {looks, silent} = failure;
  const [own, theirs] = [Object.keys(follows).join(', '), Object.values(follows).join(', ')];
  if (looks?.but === 'stood' && silent === null)
    return text(
      `"${title.en}" was seen, but ${own} stood still while ${theirs} went on.`,
      `看到了“${title.zh}”，但 ${theirs} 在前进而 ${own} 停滞。`,
    );
  const span = formatDuration(steadyMs);
  // Older journals do not tell which of the two it was.
  if (looks === undefined && own !== '' && silent === null)
    return text(
      `"${title.en}" was seen, but ${own} stood still while ${theirs} went on, or it did not stay so for ${span}.`,
      `看到了“${title.zh}”，但 ${theirs} 在前进而 ${own} 停滞，或者没有持续 ${span}。`,
    );
  const why = describeBut(failure);
  const because = why === null ? text('', '') : text(`: ${why.en}`, `：${why.zh}`);
  const [en, zh] =
    looks === undefined || looks.good === looks.all
      ? ['', '']
      : [` in ${looks.good} of ${looks.all} looks`, `（${looks.all} 次查看中有 ${looks.good} 次）`];
  return text(
    `"${title.en}" was seen${en}, but it did not stay so for ${span}${because.en}.`,
    `看到了“${title.zh}”${zh}，但没有持续 ${span}${because.zh}。`,
  );
};

/** What lasted, and before it what is not so, where all that lasted is as it should be. */
const lasting = (failure: Unsettled, lasted: Facts): Facts => {
  const {expect} = failure.check;
  const isWell =
    Object.keys(lasted).every(name => name in expect) &&
    mismatches(lasted, expect).every(({name}) => !(name in lasted));
  return isWell ? {...oddFacts(failure), ...lasted} : lasted;
};

/** Whether it is proved that a lost action had begun, and not only that it was sent. */
export const hadBegun = ({begun, trouble}: Extract<Failure, {kind: 'lost'}>): boolean =>
  begun === true || trouble === 'cut-off';

/** One sentence: what went wrong. */
export const describeFailure = (failure: Failure): Text => {
  switch (failure.kind) {
    case 'refused':
      return both(
        (pick, lang) =>
          (lang === 'en' ? 'Refused. ' : '被拒绝。') + pick(describeTrouble(failure.trouble).what),
      );
    case 'lost':
      return both(
        pick =>
          pick(
            hadBegun(failure)
              ? text('Lost: it had begun. ', '失联：已经开始。')
              : text('Lost: it may have begun. ', '失联：可能已经开始。'),
          ) + pick(describeTrouble(failure.trouble).what),
      );
    case 'exit':
      return text(`The action ended with exit code ${failure.code}.`, `动作退出码为 ${failure.code}。`);
    case 'unsettled': {
      const {title, withinMs} = failure.check;
      const why = hopelessly(failure);
      if (why !== null) {
        const seen = describeFacts({...lasting(failure, why.facts), ...whoLead(failure.seen ?? {})});
        const span = formatDuration(why.afterMs);
        // What is hopeless as soon as it is seen has lasted for no time.
        const [en, zh] = why.afterMs === 0 ? ['', ''] : [`, for ${span}`, `，已持续 ${span}`];
        return text(
          `"${title.en}" cannot come true any more: ${seen.en}${en}.`,
          `“${title.zh}”已不可能实现：${seen.zh}${zh}。`,
        );
      }
      const broken = describeBroken(failure);
      if (broken !== null) return broken;
      const limit = formatDuration(withinMs);
      const odd = describeOdd(failure);
      return text(
        `"${title.en}" was not seen within ${limit}${odd === null ? '' : `: ${odd.en}`}.`,
        `${limit} 内没有看到“${title.zh}”${odd === null ? '' : `：${odd.zh}`}。`,
      );
    }
    default:
      return never(failure);
  }
};

/** The step a hold is about, if it is about one. */
export const stepOfHold = (hold: Hold, state: RunState): Step | null => {
  if (hold.kind !== 'step' && hold.kind !== 'gate') return null;
  const about = (step: Step): boolean =>
    hold.kind === 'step' ? step.id === hold.step : step.gates.some(gate => gate.id === hold.gate);
  return planSteps(state.plan).find(about) ?? null;
};

/** What failed behind a hold, if something did. */
export const failureOfHold = (hold: Hold, state: RunState): Failure | null => {
  if (hold.kind === 'step') {
    const step = state.steps[hold.step];
    return step?.status === 'failed' ? step.failure : null;
  }
  if (hold.kind === 'node') {
    const last = state.nodes[hold.node];
    return last?.verified === false ? last.failure : null;
  }
  if (hold.kind === 'lease') return state.lease.failure;
  if (hold.kind !== 'gate') return null;
  const gate = state.gates[hold.gate];
  return gate?.status === 'stuck' ? gate.failure : null;
};

const describePhaseHold = (hold: Hold, {plan}: RunState): Text => {
  const gates = hold.kind === 'gate' ? [hold.gate] : [];
  const phase = plan.phases.find(each => each.gates.some(({id}) => gates.includes(id)));
  return phase === undefined
    ? text('Something that has to be seen first was not.', '没有看到必须先满足的条件。')
    : text(`${phase.title.en} may not begin yet.`, `${phase.title.zh}阶段现在还不能开始。`);
};

/** One sentence: why the run waits. */
export const describeHold = (hold: Hold, state: RunState): Text => {
  switch (hold.kind) {
    case 'operator':
      return text('Held because you asked for it.', '按你的要求暂停。');
    case 'lease':
      return text('This run does not hold the lease of the cluster.', '本次运行未持有此集群的租约。');
    case 'order': {
      const why = describeReasons(state.phases[hold.phase]?.stuck ?? []);
      return text(`Which node goes next cannot be told: ${why.en}`, `无法确定下一个节点：${why.zh}`);
    }
    case 'node':
      return text(
        `${hold.node} is upgraded, but the last look at it did not find what it should.`,
        `${hold.node} 已升级，但最后一次检查不符合预期。`,
      );
    case 'gate':
    case 'step': {
      const step = stepOfHold(hold, state);
      if (step === null) return describePhaseHold(hold, state);
      return hold.kind === 'step'
        ? text(`${step.node}: "${step.title.en}" failed.`, `${step.node}：“${step.title.zh}”失败。`)
        : text(
            `${step.node}: it is not safe to "${step.title.en}" yet.`,
            `${step.node}：现在“${step.title.zh}”并不安全。`,
          );
    }
    default:
      return never(hold);
  }
};
