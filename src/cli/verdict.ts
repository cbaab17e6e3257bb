import {describeFailure} from '../model/describe.ts';
import {describeNotServing, nameNodes} from '../model/describe-service.ts';
import type {NodeId} from '../model/ids.ts';
import {planSteps} from '../model/plan.ts';
import {outOfService, type RunState, type StepState, stepState} from '../model/state.ts';
import {both, type Text, text} from '../model/text.ts';
import type {GoingOn} from '../store/state.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {SIGNAL_CODES, type Signal} from './signals.ts';

/** How a run ended, for its last line and its exit code. */
export type Ending = {readonly words: Text; readonly code: ExitCode};

/** Begun, and perhaps still at work: running, lost, or in the way of its own retry. */
const isUnseen = (step: StepState): boolean => {
  if (step.status !== 'failed') return step.status === 'running';
  const {failure} = step;
  return failure.kind === 'lost' || (failure.kind === 'refused' && failure.trouble === 'still-running');
};

/**
 * What the operator leaves behind, a line for each: a step whose end was not seen, the nodes that are out of service, one
 * that the last look did not find well.
 */
const openEnds = (state: RunState, down: readonly NodeId[]): Text => {
  const inHand = planSteps(state.plan).filter(({id}) => isUnseen(stepState(state, id)));
  const notServing = describeNotServing(outOfService(state), {all: state.plan.verify.length});
  const ends = [
    ...inHand.map(({node, title}) =>
      text(
        `${node}: "${title.en}" was begun and its end not seen; what was begun there goes on by itself.`,
        `${node}：“${title.zh}”已开始但未看到结束；已开始的操作会在主机上自行继续。`,
      ),
    ),
    ...(notServing === null ? [] : [text(`${notServing.en}.`, `${notServing.zh}。`)]),
    ...(down.length === 0 ? [] : [downWords(nameNodes(down))]),
    ...Object.entries(state.nodes).flatMap(([node, last]) => {
      if (last.verified) return [];
      const why = describeFailure(last.failure);
      return [text(`${node}: not verified: ${why.en}`, `${node}：验证未通过：${why.zh}`)];
    }),
  ];
  return both(pick => ends.map(end => `  ! ${pick(end)}\n`).join(''));
};

const downWords = (names: Text): Text =>
  text(`Down, and not because of the run: ${names.en}.`, `已宕机，并非此次运行所致：${names.zh}。`);

/** What is known besides the journal: who was seen down by itself, and how this program is called. */
export type Besides = {readonly down: readonly NodeId[]; readonly program: string};

/** How the operator goes on after leaving, as the last line says it. */
const waysOn = ({run}: RunState, program: string): Readonly<Record<GoingOn, Text>> => ({
  command: text(` To go on: ${program} resume ${run}`, `继续请运行：${program} resume ${run}`),
  here: text('', ''),
  never: text(' The demo ends here, and its run with it.', '演示到此结束，其运行也随之结束。'),
});

/** What is said of a run that has ended: every node was verified. */
export const verifiedWords = (cluster: string, to: string, count: number): Text =>
  text(
    `${count} of ${count} nodes verified: ${cluster} runs ${to}`,
    `${count}/${count} 个节点已验证：${cluster} 正在运行 ${to}`,
  );

/**
 * "14 of 14 nodes verified: …". The last looks decide, not the steps; and a signal that comes after them changes nothing
 * any more.
 */
export const endingOf = (
  state: RunState,
  signal: Signal | null,
  goingOn: GoingOn,
  {down, program}: Besides,
): Ending => {
  const {verdict, plan} = state;
  if (verdict === null) {
    const [open, on] = [openEnds(state, down), waysOn(state, program)[goingOn]];
    const words = text(
      `${open.en}Left: lakeup does nothing more on any node.${on.en}`,
      `${open.zh}已离开：lakeup 不再对任何节点做任何事。${on.zh}`,
    );
    return {words, code: signal === null ? EXIT.held : SIGNAL_CODES[signal]};
  }
  return {words: verifiedWords(plan.cluster, plan.to, verdict.verified.length), code: EXIT.verified};
};
