import type {Event} from './event.ts';
import type {RunState} from './state.ts';

/** A run of which nothing is known but its plan. */
export const plannedRun = (event: Extract<Event, {type: 'run.planned'}>): RunState => ({
  run: event.run,
  inventory: event.inventory,
  plan: event.plan,
  findings: event.findings,
  rehearsed: event.rehearsed ?? null,
  seq: event.seq,
  startedAt: event.at,
  at: event.at,
  phases: {},
  gates: {},
  steps: {},
  nodes: {},
  rounds: {},
  otherwise: {},
  skipped: {},
  lease: {
    token: event.lease?.token ?? 0,
    hands: event.lease === undefined ? [] : [event.lease.hand],
    from: null,
    held: false,
    failure: null,
  },
  leasesSeen: event.leases ?? null,
  holds: [],
  left: false,
  yieldedTo: null,
  yielded: [],
  pruned: null,
  over: null,
  verdict: null,
  down: {},
  watchedAt: event.at,
});
