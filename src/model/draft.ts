import type {GateId, PhaseId, StepId} from './ids.ts';
import {
  type GateState,
  type Hold,
  type PhaseState,
  phaseState,
  type RunState,
  type StepState,
} from './state.ts';

type Records = Pick<
  RunState,
  'phases' | 'gates' | 'steps' | 'nodes' | 'rounds' | 'otherwise' | 'skipped' | 'down'
>;

/**
 * A state in the making. A record is copied before it is written to for the first time: folding one event copies what that
 * event touches, folding a whole journal copies each record once. Nobody sees a draft before it is done.
 */
export class Draft {
  state: RunState;
  readonly #own = new Set<keyof Records>();

  constructor(state: RunState) {
    this.state = state;
  }

  set(change: Partial<Omit<RunState, keyof Records>>): void {
    this.state = {...this.state, ...change};
  }

  /** Copies a record, once. */
  #take(record: keyof Records): void {
    if (this.#own.has(record)) return;
    this.#own.add(record);
    this.state = {...this.state, [record]: {...this.state[record]}};
  }

  put<K extends keyof Records, Id extends keyof Records[K]>(record: K, id: Id, value: Records[K][Id]): void {
    this.#take(record);
    const own: {-readonly [I in keyof Records[K]]: Records[K][I]} = this.state[record];
    own[id] = value;
  }

  /** Keeps only the entries that are wanted. */
  keep<K extends 'gates' | 'nodes' | 'rounds' | 'skipped' | 'down'>(
    record: K,
    wanted: (id: string) => boolean,
  ): void {
    this.#own.add(record);
    const kept = Object.entries(this.state[record]).filter(([id]) => wanted(id));
    this.state = {...this.state, [record]: Object.fromEntries(kept)};
  }

  /** Forgets what is known of some gates: on a thousand nodes each costs what it costs on ten. */
  dropGates(ids: readonly GateId[]): void {
    this.#take('gates');
    const own: {[id in GateId]?: GateState} = this.state.gates;
    for (const id of ids) delete own[id];
  }

  step(id: StepId, next: StepState): void {
    this.put('steps', id, next);
  }

  gate(id: GateId, next: GateState): void {
    this.put('gates', id, next);
  }

  phase(id: PhaseId, change: Partial<PhaseState>): void {
    this.put('phases', id, {...phaseState(this.state, id), ...change});
  }

  hold(hold: Hold): void {
    this.set({holds: [...this.state.holds, hold]});
  }
}
