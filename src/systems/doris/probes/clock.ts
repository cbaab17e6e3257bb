import {askLines} from '../../../host/ask.ts';
import {type Ahead, aheadOf, bothAhead, type Moment, parseClock} from '../../../host/clock.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import {type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {askClock} from '../scripts/look.ts';

const TRIES = 3;
/** Wider than this tells little of a difference of seconds. */
const CLOSE_MS = 500;

const momentOf = async (node: DorisNode, ask: Ask): Promise<Moment | null> => {
  const answer = await askLines(ask, node, askClock(node));
  return answer.ok ? parseClock(answer.value.lines) : null;
};

/** Asks the reference, the node and the reference again; more than once where a busy host let one of them wait. */
const measure = async (reference: DorisNode, node: DorisNode, ask: Ask): Promise<Ahead | null> => {
  let known: Ahead | null = null;
  let before = await momentOf(reference, ask);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const its = await momentOf(node, ask);
    const after = await momentOf(reference, ask);
    if (before === null || its === null || after === null) return null;
    const now = aheadOf(before, its, after);
    known = known === null ? now : bothAhead(known, now);
    if (known.most - known.least <= CLOSE_MS) return known;
    before = after;
  }
  return known;
};

/**
 * How far a frontend's clock is ahead of the first one's, as facts: `clockLeast` and `clockMost` in ms. None where it
 * cannot be told, or a clock was set while it was looked at.
 */
export const clockFacts = async (node: DorisNode, cluster: DorisCluster, ask: Ask): Promise<Facts> => {
  const [reference] = nodesOf(cluster, 'fe');
  if (reference === undefined) return {};
  const ahead = reference.host === node.host ? {least: 0, most: 0} : await measure(reference, node, ask);
  return ahead === null || ahead.least > ahead.most ? {} : {clockLeast: ahead.least, clockMost: ahead.most};
};
