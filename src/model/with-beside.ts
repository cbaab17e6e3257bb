import type {Look} from './facts.ts';
import type {Beside} from './system.ts';

/** How a node is by its status and by what was asked beside: who did not answer that is not known to be well. */
export const withBeside = ({with: join}: Pick<Beside, 'with'>, status: Look, seen: Look): Look => {
  if (status.kind === 'silent') return status;
  return seen.kind === 'silent' ? seen : {kind: 'seen', facts: join(status.facts, seen.facts)};
};
