import {momentOf} from '../lib/moment.ts';
import {describeUnwellFrom, type UnwellAs} from '../model/describe-service.ts';
import type {NodeId} from '../model/ids.ts';
import {text} from '../model/text.ts';
import type {NewLine} from './log.ts';
import {unwellOf} from './node-status.ts';
import type {State} from './state.ts';

/**
 * A line for each node that has not been well for longer than a few looks, and one when it is well again. Of one that comes and goes
 * it is told once, and once more where it does not even serve; of one whose host cannot be reached not at all: that is told of the host.
 */
export const makeUnwellTeller = (): ((seen: readonly NodeId[], state: State) => readonly NewLine[]) => {
  const told = new Map<NodeId, UnwellAs>();
  const isCut = ({cluster, links}: State, id: NodeId): boolean => {
    const host = cluster.nodes.find(node => node.id === id)?.host;
    const link = host === undefined ? undefined : links.get(host);
    return link !== undefined && link.status !== 'up';
  };
  return (seen, state) =>
    seen.flatMap((node): NewLine[] => {
      const status = state.looks.get(node)?.status ?? null;
      if (status === null) return [];
      const {at, look} = status;
      const health = look.kind === 'seen' ? look.facts.health : null;
      const before = told.get(node);
      if (before !== undefined && (health === 'ok' || health === 'down')) {
        told.delete(node);
        if (health === 'down') return [];
        return [{at, node, level: 'good', words: text('is well again (ok)', '已恢复正常（ok）')}];
      }
      const unwell = unwellOf(state, node);
      if (unwell === null || (unwell.is === 'silent' && isCut(state, node))) return [];
      if (before !== undefined && (before === 'not-serving' || unwell.is !== 'not-serving')) return [];
      told.set(node, unwell.is);
      const clock = momentOf(unwell.at, at);
      return [{at, node, level: 'warn', words: describeUnwellFrom(unwell.is, clock, unwell.first)}];
    });
};
