import {describeFailure} from '../model/describe.ts';
import type {RunState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';

/** How a run ended, for its last line and its exit code. */
export type Ending = {readonly words: Text; readonly code: ExitCode};

/** "14 of 14 nodes verified: …". The last looks decide, not the steps. */
export const endingOf = (state: RunState, interrupted: boolean): Ending => {
  const {verdict, plan, run} = state;
  if (verdict === null) {
    const words = text(
      `Left: nothing more is done on any node. To go on: lakeup resume ${run}`,
      `已离开：不再对任何节点做任何事。继续请运行：lakeup resume ${run}`,
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
