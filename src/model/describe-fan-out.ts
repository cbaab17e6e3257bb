import {formatDuration} from '../lib/duration.ts';
import {never} from '../lib/never.ts';
import type {Event} from './event.ts';
import type {NodeId} from './ids.ts';
import type {Plan} from './plan.ts';
import {amid, type Text, text} from './text.ts';

type OfFanOut = Extract<Event, {type: 'fanOut.begun' | 'fanOut.ended' | 'fanOut.passed'}>;

type Words = {readonly node: NodeId; readonly level: 'info' | 'warn'; readonly words: Text};

/** What is said of a command for many nodes: that it runs, in its own words; and that its end proves nothing yet. */
export const describeFanOut = (event: OfFanOut, {phases}: Plan): Words | null => {
  const fanOut = phases.find(({id}) => id === event.phase)?.fanOut;
  if (fanOut === undefined) return null;
  const {node, title} = fanOut;
  switch (event.type) {
    case 'fanOut.begun':
      return {node, level: 'info', words: text(`$ ${title.en}`, `$ ${title.zh}`)};
    case 'fanOut.ended': {
      const {code, ms} = event.outcome;
      const span = formatDuration(ms);
      return {
        node,
        level: 'info',
        words: text(
          `ended with ${code} after ${span}; now each node is looked at`,
          `耗时 ${span}，退出码 ${code}；接下来逐个查看节点`,
        ),
      };
    }
    case 'fanOut.passed':
      return {
        node,
        level: 'warn',
        words: text(
          `node by node instead of ${title.en}: ${event.step} was done, or may have been begun, before, or its node is skipped`,
          `改为逐个节点执行，而不是${amid(title.zh).trimEnd()}：${event.step} 此前已完成或可能已开始，或其节点被略过`,
        ),
      };
    default:
      return never(event);
  }
};
