import {momentOf} from '../lib/moment.ts';
import {describeOutBy} from '../model/describe-service.ts';
import type {NodeId, RunId} from '../model/ids.ts';
import {text} from '../model/text.ts';
import type {NewLine} from './log.ts';
import {outSeen} from './out-seen.ts';
import type {State} from './state.ts';

/** A line for each node that a run which the screen does not show has out of service, and one when it is seen well again. */
export const makeOutTeller = (): ((seen: readonly NodeId[], state: State) => readonly NewLine[]) => {
  const told = new Map<NodeId, RunId>();
  return (seen, {run, looks}) => {
    if (run !== null) return [];
    const out = outSeen(run, looks);
    return seen.flatMap((node): NewLine[] => {
      const {status = null, outBy} = looks.get(node) ?? {};
      if (status === null) return [];
      const {at, look} = status;
      if (outBy !== undefined && out.has(node) && told.get(node) !== outBy.run) {
        told.set(node, outBy.run);
        return [
          {
            at,
            node,
            level: 'warn',
            words: describeOutBy(outBy.run, momentOf(outBy.since, at), outBy.atLeast),
          },
        ];
      }
      if (look.kind !== 'seen' || look.facts.health !== 'ok' || !told.delete(node)) return [];
      return [{at, node, level: 'good', words: text('is up again (ok)', '已重新运行（ok）')}];
    });
  };
};
