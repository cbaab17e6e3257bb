import type {Event} from './event.ts';

/** A time in which the run stood still for a person. `away`: no lakeup carried it out. */
export type Wait = {readonly kind: 'asked' | 'held' | 'away'; readonly from: number; readonly to: number};

const HOLDS: ReadonlySet<Event['type']> = new Set([
  'step.failed',
  'gate.stuck',
  'order.stuck',
  'node.unverified',
  'run.held',
]);

/**
 * When the run waited for a person: a question was open, something held it, or it had been left. `asks`: the gates that a
 * person opens. What is open when lakeup ends is waited for no longer than that.
 */
export const waitsOf = (events: readonly Event[], asks: ReadonlySet<string>): readonly Wait[] => {
  const waits: Wait[] = [];
  const asked = new Map<string, number>();
  let heldSince = 0;
  let holds = 0;
  let before: Event | undefined;
  const end = (at: number): void => {
    for (const from of asked.values()) waits.push({kind: 'asked', from, to: at});
    asked.clear();
    if (holds > 0) waits.push({kind: 'held', from: heldSince, to: at});
  };
  for (const event of events) {
    const {at} = event;
    if (event.type === 'gate.reached' && asks.has(event.gate)) {
      if (!asked.has(event.gate)) asked.set(event.gate, at);
    } else if (event.type === 'gate.opened') {
      const from = asked.get(event.gate);
      if (from !== undefined) waits.push({kind: 'asked', from, to: at});
      asked.delete(event.gate);
    } else if (HOLDS.has(event.type)) {
      if (holds === 0) heldSince = at;
      holds += 1;
    } else if (event.type === 'run.released') {
      if (holds === 1) waits.push({kind: 'held', from: heldSince, to: at});
      holds = Math.max(0, holds - 1);
    } else if (event.type === 'run.left') end(at);
    else if (event.type === 'run.resumed' && before !== undefined) {
      if (before.type !== 'run.left') end(before.at);
      waits.push({kind: 'away', from: before.at, to: at});
      // What held it holds it still.
      heldSince = at;
    }
    before = event;
  }
  if (before !== undefined && before.type !== 'run.left') end(before.at);
  return waits.toSorted((a, b) => a.from - b.from);
};

/** How much of a time was spent waiting, however many waits there were at once. */
export const waitedMs = (
  waits: readonly Pick<Wait, 'from' | 'to'>[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): number => {
  let ms = 0;
  let until = from;
  for (const wait of waits) {
    const [begin, end] = [Math.max(wait.from, until), Math.min(wait.to, to)];
    if (end <= begin) continue;
    ms += end - begin;
    until = end;
  }
  return ms;
};
