import type {Event} from './event.ts';
import type {GateId} from './ids.ts';
import type {RunState} from './state.ts';

/** A time in which the run stood still for a person. `away`: no lakeup carried it out. */
export type Wait = {readonly kind: 'asked' | 'held' | 'away'; readonly from: number; readonly to: number};

/** What is told of each event, and how the run stands after it; once all are, the times of its waits. */
export type WaitsSeen = {
  see(event: Event, after: Pick<RunState, 'gates' | 'holds' | 'left'>): void;
  end(): readonly Wait[];
};

/**
 * When the run waited for a person: a question was open, something held it, or it had been left. `asks`: the gates that a
 * person opens. What is open when lakeup ends is waited for no longer than that.
 */
export const seeWaits = (asks: ReadonlySet<string>): WaitsSeen => {
  const waits: Wait[] = [];
  const asked = new Map<GateId, number>();
  let heldSince: number | null = null;
  let last: number | null = null;
  const endAsked = (gate: GateId, from: number, to: number): void => {
    waits.push({kind: 'asked', from, to});
    asked.delete(gate);
  };
  const endHeld = (to: number): void => {
    if (heldSince !== null) waits.push({kind: 'held', from: heldSince, to});
    heldSince = null;
  };
  const endAll = (to: number): void => {
    for (const [gate, from] of asked) endAsked(gate, from, to);
    endHeld(to);
  };
  return {
    see: (event, {gates, holds, left}) => {
      const {at} = event;
      if (event.type === 'run.resumed' && last !== null) {
        endAll(last);
        waits.push({kind: 'away', from: last, to: at});
      }
      last = at;
      if (left) return endAll(at);
      if (event.type === 'gate.reached' && asks.has(event.gate) && !asked.has(event.gate))
        asked.set(event.gate, at);
      for (const [gate, from] of asked) if (gates[gate]?.status !== 'reached') endAsked(gate, from, at);
      if (holds.length === 0) endHeld(at);
      else heldSince ??= at;
    },
    end: () => {
      if (last !== null) endAll(last);
      return waits.toSorted((a, b) => a.from - b.from);
    },
  };
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
