import type {FilledCheck} from '../model/plan.ts';
import {notWaitedFor, skipOf, skippedAs, stillStopping} from '../model/skip.ts';
import type {RunState} from '../model/state.ts';
import type {System} from '../model/system.ts';
import type {SkipAnswer} from '../model/world.ts';
import type {Context} from './context.ts';

/**
 * Takes nodes out of the run by the operator's word. Asked once more whether that may be: what the screen offered may be old. Where it
 * may not, nothing happens, and the hold is put again.
 */
export const skipNodes = async (
  {ledger, looker: {system, cluster}}: Context,
  {skip: nodes, because, agreedDown}: SkipAnswer,
): Promise<void> => {
  const may = (state: RunState): boolean => {
    const notServing = new Set(agreedDown);
    const said = skipOf(state, system, {nodes, all: cluster.nodes, notServing});
    return said?.kind === 'may' && said.down.every(node => notServing.has(node));
  };
  const state = ledger.state();
  const out = nodes.map(node => ({node, as: skippedAs(state, node), agreedDown: agreedDown.includes(node)}));
  await ledger.emitWhen(may, {type: 'nodes.skipped', nodes: out, because: because.trim()});
};

/** A gate's check, told of whom nobody waits for, where its probe takes that. */
export const toldOfSkipped = (
  state: RunState,
  {skip}: Pick<System, 'skip'>,
  check: FilledCheck,
): FilledCheck => {
  const skipped = notWaitedFor(state);
  if (skipped.length === 0 || skip?.toldTo.includes(check.probe) !== true) return check;
  const stopping = stillStopping(state);
  return {...check, given: {...check.given, skipped, ...(stopping.length === 0 ? {} : {stopping})}};
};
