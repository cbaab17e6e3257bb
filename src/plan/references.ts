import {actionRefs, checkRefs, gateRefs, stepRefs} from '../model/given.ts';
import type {FactRef, Phase, Plan, Verification} from '../model/plan.ts';
import {plain, type Text, text} from '../model/text.ts';

const unknown = (who: Text, refs: readonly FactRef[], known: readonly ReadonlySet<string>[]): Text[] =>
  refs
    .filter(({step}) => !known.some(steps => steps.has(step)))
    .map(({step}) =>
      text(
        `${who.en} takes a fact of ${step}, which does not come before it.`,
        `${who.zh} 使用了 ${step} 的事实，而该步骤并不在它之前。`,
      ),
    );

/**
 * Facts that are taken of steps which are not certainly done by then: only those of earlier phases are, of the same lane,
 * and, where lanes go one after the other as listed, of the lanes before.
 */
export const referenceProblems = (plan: Plan): Text[] => {
  const before = new Set<string>();
  const inPhase = (phase: Phase): Text[] => {
    const inOrder = phase.order.kind === 'listed' && phase.width === 1;
    const found = phase.gates.flatMap(gate => unknown(plain(gate.id), gateRefs(gate), [before]));
    if (phase.fanOut !== undefined)
      found.push(...unknown(phase.fanOut.title, actionRefs(phase.fanOut.action), [before]));
    const done = new Set<string>();
    for (const {steps} of phase.lanes) {
      const own = new Set<string>();
      const known = inOrder ? [before, done, own] : [before, own];
      for (const step of steps) {
        found.push(...step.gates.flatMap(gate => unknown(plain(gate.id), gateRefs(gate), known)));
        found.push(...unknown(plain(step.id), stepRefs(step), known));
        own.add(step.id);
      }
      for (const id of own) done.add(id);
    }
    for (const id of done) before.add(id);
    return found;
  };
  const last = ({node, checks}: Verification): Text[] =>
    unknown(text(`The verification of ${node}`, `对 ${node} 的验证`), checks.flatMap(checkRefs), [before]);
  return [...plan.phases.flatMap(inPhase), ...plan.verify.flatMap(last)];
};
