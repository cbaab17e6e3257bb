import type {Event} from '../../src/model/event.ts';
import type {Sighting} from '../../src/model/facts.ts';
import type {GateId} from '../../src/model/ids.ts';
import type {ConfirmGate, Plan} from '../../src/model/plan.ts';

/**
 * What a question shows was measured when it was put and once more before its gate opened: every place of it, twice since it was
 * shut last. Told by what was looked at: what the engine says it has measured is not believed. To be told every sighting and every
 * event in order.
 */
export const makeMeasuredRule = (plan: Plan) => {
  const gates = new Map<GateId, ConfirmGate>(
    [...plan.phases, ...plan.phases.flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))].flatMap(owner =>
      owner.gates.flatMap(gate => (gate.kind === 'confirm' ? [[gate.id, gate] as const] : [])),
    ),
  );
  let sinceReached = new Map<string, number>();
  return {
    saw: ({node, probe}: Sighting): void => {
      const key = `${node} ${probe}`;
      sinceReached.set(key, (sinceReached.get(key) ?? 0) + 1);
    },
    happened: (event: Event): readonly string[] => {
      if (event.type === 'gate.reached' || event.type === 'gate.drifted') sinceReached = new Map();
      if (event.type !== 'gate.opened' || event.by !== 'operator') return [];
      const blast = gates.get(event.gate)?.blast ?? [];
      const wanted = Map.groupBy(blast, ({node, probe}) => `${node} ${probe}`);
      const unseen = [...wanted].filter(([key, each]) => (sinceReached.get(key) ?? 0) < each.length);
      return unseen.map(
        ([key]) =>
          `${event.gate} was opened, and ${key} was not measured once more after the key was pressed`,
      );
    },
  };
};
