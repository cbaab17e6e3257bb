import {both, describeFailure} from '../model/describe.ts';
import {planSteps} from '../model/plan.ts';
import {nodesDown, type RunState, stepState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';

/** How a run ended, for its last line and its exit code. */
export type Ending = {readonly words: Text; readonly code: ExitCode};

/** What the operator leaves behind, a line for each: a step whose end was not seen, a node that is out of service. */
const openEnds = (state: RunState): Text => {
  const inHand = planSteps(state.plan).filter(({id}) => stepState(state, id).status === 'running');
  const busy = new Set(inHand.map(({node}) => node));
  const ends = [
    ...inHand.map(({node, title}) =>
      text(
        `${node}: "${title.en}" was begun and its end not seen; what was begun there goes on by itself.`,
        `${node}：“${title.zh}”已开始但未看到结束；已开始的操作会在主机上自行继续。`,
      ),
    ),
    ...nodesDown(state)
      .filter(node => !busy.has(node))
      .map(node =>
        text(
          `${node}: in the middle of the upgrade, out of service until it goes on.`,
          `${node}：升级进行到一半，继续之前不提供服务。`,
        ),
      ),
  ];
  return both(pick => ends.map(end => `  ! ${pick(end)}\n`).join(''));
};

/** "14 of 14 nodes verified: …". The last looks decide, not the steps. */
export const endingOf = (state: RunState, interrupted: boolean): Ending => {
  const {verdict, plan, run} = state;
  if (verdict === null) {
    const open = openEnds(state);
    const words = text(
      `${open.en}Left: nothing more is done on any node. To go on: lakeup resume ${run}`,
      `${open.zh}已离开：不再对任何节点做任何事。继续请运行：lakeup resume ${run}`,
    );
    return {words, code: interrupted ? EXIT.interrupted : EXIT.held};
  }
  const all = verdict.verified.length + verdict.unverified.length;
  const count = verdict.verified.length;
  if (verdict.unverified.length === 0) {
    const words = text(
      `${count} of ${all} nodes verified: ${plan.cluster} runs ${plan.to}`,
      `${count}/${all} 个节点已验证：${plan.cluster} 正在运行 ${plan.to}`,
    );
    return {words, code: EXIT.verified};
  }
  const why = (lang: 'en' | 'zh'): string =>
    verdict.unverified
      .map(node => {
        const seen = state.nodes[node];
        return seen === undefined || seen.verified
          ? `  ${node}`
          : `  ${node}: ${describeFailure(seen.failure)[lang]}`;
      })
      .join('\n');
  const words = text(
    `${why('en')}\n${count} of ${all} nodes verified; not verified: ${verdict.unverified.join(', ')}`,
    `${why('zh')}\n${count}/${all} 个节点已验证；未通过：${verdict.unverified.join(', ')}`,
  );
  return {words, code: EXIT.failed};
};
