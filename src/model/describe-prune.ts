import type {Event} from './event.ts';
import type {Plan} from './plan.ts';
import {type Text, text} from './text.ts';

/** Which cluster a plan brings from where to where; or what it prunes there. */
export const describeRoute = ({cluster, from, to, prunes}: Plan): string =>
  `${cluster} ${prunes === undefined ? `${from} → ${to}` : `${to}, prune ${prunes.run}`}`;

/** What a run hears of the one that prunes it. */
export const describePruning = ({type, by}: Extract<Event, {type: 'run.pruning' | 'run.pruned'}>): Text =>
  type === 'run.pruning'
    ? text(
        `run ${by} was made to remove what this one has kept on the hosts`,
        `已生成运行 ${by}，用于清除此运行保留在主机上的内容`,
      )
    : text(
        `run ${by} has removed from the hosts what was agreed to of what this one had kept`,
        `运行 ${by} 已从主机上清除此运行保留的内容中已确认的部分`,
      );
