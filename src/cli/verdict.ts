import {describeFailure} from '../model/describe.ts';
import {
  type DownNow,
  describeDownNow,
  describeNotServing,
  describeUnwellNow,
  nameNodes,
  type ServiceKnown,
  type Unwell,
} from '../model/describe-service.ts';
import {describeCounts, describeSkipped} from '../model/describe-skip.ts';
import {planSteps, type Step} from '../model/plan.ts';
import {laterOf} from '../model/skip.ts';
import {outOfService, type RunState, type StepState, stepState} from '../model/state.ts';
import type {Skips} from '../model/system.ts';
import {both, joinTexts, plain, type Text, text} from '../model/text.ts';
import {describeNoWayBack, wayBackOfRun} from '../model/way-back.ts';
import type {GoingOn} from '../store/state.ts';
import {isUnseen} from './at-work.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {SIGNAL_CODES, type Signal} from './signals.ts';
import {prunesOf, type Standing, takesBackOf} from './standing.ts';

/** How a run ended, for its last line and its exit code. */
export type Ending = {readonly words: Text; readonly code: ExitCode};

/** What is known of a step that is left in hand: that its action has ended, where it has, or that this was not seen. */
const describeInHand = ({node, title}: Step, step: StepState): Text => {
  const outcome = step.status === 'running' ? step.outcome : null;
  return outcome === null
    ? text(
        `${node}: "${title.en}" was begun and its end not seen; what was begun there goes on by itself.`,
        `${node}：“${title.zh}”已开始但未看到结束；已开始的操作会在主机上自行继续。`,
      )
    : text(
        `${node}: the action of "${title.en}" has ended with exit code ${outcome.code}; what it is to bring about was not seen yet.`,
        `${node}：“${title.zh}”的动作已结束，退出码 ${outcome.code}；尚未看到其效果。`,
      );
};

/** Who is down or not well now, and not because of the run: a sentence each. */
const troublesNow = ({down, unwell, known}: Besides): readonly Text[] => [
  ...describeDownNow(down, known),
  ...describeUnwellNow(unwell, known),
];

/**
 * What the operator leaves behind, a line for each: a step whose end was not seen, the nodes that are out of service, one
 * that the last look did not find well.
 */
const openEnds = (state: RunState, besides: Besides): Text => {
  const inHand = planSteps(state.plan).filter(({id}) => isUnseen(stepState(state, id)));
  const notServing = describeNotServing(outOfService(state), {
    all: state.plan.verify.length,
    known: besides.known,
  });
  const ends = [
    ...inHand.map(step => describeInHand(step, stepState(state, step.id))),
    ...[...(notServing === null ? [] : [notServing]), ...troublesNow(besides)].map(words =>
      text(`${words.en}.`, `${words.zh}。`),
    ),
    ...Object.entries(state.nodes).flatMap(([node, last]) => {
      if (last.verified) return [];
      const why = describeFailure(last.failure);
      return [text(`${node}: not verified: ${why.en}`, `${node}：验证未通过：${why.zh}`)];
    }),
  ];
  return both(pick => ends.map(end => `  ! ${pick(end)}\n`).join(''));
};

/** What is known besides the journal: who was seen down, or not well, by itself, who serves, and how this program is called. */
export type Besides = {
  readonly down: readonly DownNow[];
  /** Who was seen not to be well by itself. */
  readonly unwell: readonly Unwell[];
  /** Where the nodes are, and who else of their kinds was seen to serve. */
  readonly known: ServiceKnown;
  readonly program: string;
  /** What the system says of nodes that were left out; undefined where it says nothing. */
  readonly skip: Skips | undefined;
};

/** How the operator goes on after leaving, as the last line says it. */
const waysOn = ({run}: RunState, program: string): Readonly<Record<GoingOn, Text>> => ({
  command: text(` To go on: ${program} resume ${run}`, `继续请运行：${program} resume ${run}`),
  here: text('', ''),
  never: text(' The demo ends here, and its run with it.', '演示到此结束，其运行也随之结束。'),
});

/** How what was begun is taken back instead, or that it cannot be any more: a line of its own. */
const wayBack = (state: RunState, goingOn: GoingOn, program: string): Text => {
  const way = wayBackOfRun(state);
  if (goingOn !== 'command' || way.kind === 'nothing') return plain('');
  return way.kind === 'open'
    ? text(
        `To take back what was done: ${program} undo ${state.run}\n`,
        `撤销已做的改动：${program} undo ${state.run}\n`,
      )
    : both(pick => `${pick(describeNoWayBack(way.because))}\n`);
};

/** What is said of a run that has ended: every node was verified, and what that means. */
export const verifiedWords = ({
  cluster,
  to,
  verified,
  skipped = [],
  takesBack,
  prunes,
}: Pick<Standing, 'cluster' | 'to' | 'takesBack' | 'prunes' | 'skipped'> & {
  readonly verified: number;
}): Text => {
  const counted = describeCounts(verified, skipped.length);
  const means = describeEnd({cluster, to, takesBack, prunes});
  const names = nameNodes(skipped.map(({node}) => node));
  return both((pick, lang) => {
    const said = `${pick(counted)}${lang === 'en' ? ': ' : '：'}${pick(means)}`;
    if (skipped.length === 0) return said;
    return lang === 'en' ? `${said}, but for ${pick(names)}` : `${said}，${pick(names)} 除外`;
  });
};

const describeEnd = ({
  cluster,
  to,
  takesBack,
  prunes,
}: Pick<Standing, 'cluster' | 'to' | 'takesBack' | 'prunes'>): Text => {
  if (prunes !== undefined)
    return prunes.whole
      ? text(
          `${cluster} runs ${to}, and what run ${prunes.run} had kept on the hosts is gone`,
          `${cluster} 正在运行 ${to}，运行 ${prunes.run} 保留在主机上的内容已清除`,
        )
      : text(
          `${cluster} runs ${to}, and of what run ${prunes.run} had kept is gone what was asked about; the rest stays: lakeup runs ${prunes.run}`,
          `${cluster} 正在运行 ${to}，运行 ${prunes.run} 保留的内容中已确认的部分已清除，其余保留：lakeup runs ${prunes.run}`,
        );
  if (takesBack === undefined) return text(`${cluster} runs ${to}`, `${cluster} 正在运行 ${to}`);
  const {run, whole, nodes} = takesBack;
  if (whole)
    return text(
      `${cluster} runs ${to} again, run ${run} is taken back`,
      `${cluster} 重新运行 ${to}，运行 ${run} 已撤销`,
    );
  const names = nameNodes(nodes);
  return text(
    `what run ${run} did to ${names.en} is taken back. To go on with it: lakeup resume ${run}`,
    `运行 ${run} 对 ${names.zh} 的改动已撤销。继续该运行：lakeup resume ${run}`,
  );
};

/**
 * "14 of 14 nodes verified: …". The last looks decide, not the steps; and a signal that comes after them changes nothing
 * any more.
 */
export const endingOf = (
  state: RunState,
  signal: Signal | null,
  goingOn: GoingOn,
  besides: Besides,
): Ending => {
  const {program, skip} = besides;
  const {verdict, plan} = state;
  if (verdict === null) {
    const [open, back, on] = [
      openEnds(state, besides),
      wayBack(state, goingOn, program),
      waysOn(state, program)[goingOn],
    ];
    const words = text(
      `${open.en}${back.en}Left: lakeup does nothing more on any node.${on.en}`,
      `${open.zh}${back.zh}已离开：lakeup 不再对任何节点做任何事。${on.zh}`,
    );
    return {words, code: signal === null ? EXIT.held : SIGNAL_CODES[signal]};
  }
  const {cluster, to} = plan;
  const {verified, skipped = []} = verdict;
  const ended = verifiedWords({
    cluster,
    to,
    verified: verified.length,
    skipped,
    ...takesBackOf(plan),
    ...prunesOf(plan),
  });
  // The last looks were some time ago: who went down since is named with what they found.
  const words = joinTexts([ended, ...troublesNow(besides)], text('. ', '。'));
  if (skipped.length === 0) return {words, code: EXIT.verified};
  const each = both(pick => skipped.map(node => `  ! ${pick(describeSkipped(node))}\n`).join(''));
  const later = laterOf(plan, skip, skipped, `${program} upgrade ${cluster} -i FILE`);
  const on = later === null ? text('', '') : text(`. ${later.en}`, `。${later.zh}`);
  return {words: both(pick => pick(each) + pick(words) + pick(on)), code: EXIT.skipped};
};
