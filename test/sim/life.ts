import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import {heldAlike} from '../../src/model/held-alike.ts';
import type {GateId, HostId} from '../../src/model/ids.ts';
import type {RunState} from '../../src/model/state.ts';
import type {Clock, Operator, SkipAnswer, Transport, World} from '../../src/model/world.ts';
import type {Swarm} from './swarm.ts';

export type Surroundings = {
  readonly clock: Clock;
  /** By how much the date of lakeup's machine is off: somebody sets it. */
  readonly dateOff: () => number;
  readonly chance: () => number;
  readonly swarm: Swarm;
  readonly network: Transport;
  /** From now on nothing goes wrong any more. */
  readonly healed: () => boolean;
  /** The disk: what was handed over here survives a crash. */
  readonly keep: (event: Event) => void;
  readonly beforeRequest: () => void;
  readonly afterRequest: () => void;
  readonly onCrash: () => void;
  /** The operator is asked what to do about a hold; null: they retry, or leave. */
  readonly onHold: (state: RunState) => SkipAnswer | null;
  /** How much longer than a minute at most the question of a phase stands before it is answered, in ms. */
  readonly thinksMs: () => number;
  /** The operator is asked what must not be asked: a sentence. */
  readonly blame: (problems: readonly string[]) => void;
};

/** One process of lakeup: its world, and whether it has crashed. */
export type Life = {
  readonly world: World;
  readonly crashed: () => boolean;
  /** The operator may get a wish. */
  readonly maybeWish: () => void;
  /** It dies now, whatever it is at. */
  readonly kill: () => void;
};

/** lakeup may die while an action is carried out, within this time from its beginning. */
const DIES_WITHIN_MS = 5_000;

/** The same of a copy, which takes longer. */
const DIES_COPYING_WITHIN_MS = 20_000;

/** What never comes. A new one each time: one for all would keep everybody who ever waited for it. */
const never = (): Promise<never> => new Promise(() => undefined);

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
};

type Wish = ReturnType<Operator['wish']>;

/** An operator who answers anything: late, wrong, with "no", and out of turn. Once healed, they only say yes. */
const makeOperator = (around: Surroundings, sleep: Clock['sleep']) => {
  const {chance, swarm, healed} = around;
  let wish: Wish = 'go';
  const listeners = new Set<() => void>();
  /** The questions of phases that stand on the screen, each with what withdraws it. */
  const standing = new Map<AbortSignal, GateId>();
  const happens = (odds: number): boolean => !healed() && chance() < odds;
  const operator: Operator = {
    confirm: async (gate, state, signal) => {
      standing.set(signal, gate);
      await sleep(chance() * 60_000 + around.thinksMs(), signal);
      standing.delete(signal);
      if (happens(swarm.leave)) return {answer: 'leave'};
      return {answer: 'yes', typed: happens(swarm.wrongWord) ? 'wrong' : state.plan.cluster};
    },
    choose: async (state, signal) => {
      const stale = [...standing].flatMap(([of, gate]) => (of.aborted ? [] : [gate]));
      around.blame(stale.map(gate => `the run was held, and ${gate} was still asked before that`));
      const skip = around.onHold(state);
      await sleep(chance() * 120_000, signal);
      if (happens(swarm.leave)) return 'leave';
      if (skip !== null) return skip;
      wish = 'go';
      // No chance is taken for it: every other time all at once that wait for the same.
      return state.seq % 2 === 0 ? {retry: heldAlike(state)} : 'retry';
    },
    manual: async (_step, _state, signal) => {
      await sleep(chance() * 120_000, signal);
      return happens(swarm.leave) ? 'leave' : 'done';
    },
    wish: () => wish,
    onWish: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const maybeWish = (): void => {
    if (wish !== 'go' || !happens(swarm.wish)) return;
    wish = chance() < 0.5 ? 'hold' : 'leave';
    for (const listener of listeners) listener();
  };
  return {operator, maybeWish};
};

/** A process that lives until it crashes before or after an append, or while an action is carried out; then nothing it waits for ever comes. */
export const makeLife = (around: Surroundings): Life => {
  const {clock, chance, swarm, network, healed, keep} = around;
  let dead = false;
  const unlessDead = async <T>(promise: Promise<T>): Promise<T> => {
    const value = await promise;
    return dead ? never() : value;
  };
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => unlessDead(clock.sleep(ms, signal));
  const crash = (): Promise<never> => {
    dead = true;
    around.onCrash();
    return never();
  };
  const crashes = (): boolean => !healed() && chance() < swarm.crash / 2;
  const {operator, maybeWish} = makeOperator(around, sleep);
  const world: World = {
    clock: {now: () => clock.now() + around.dateOff(), ticks: clock.ticks, sleep},
    chance,
    operator,
    journal: {
      append: async event => {
        await sleep(1);
        if (crashes()) return crash();
        // A copy, as on a disk, that nobody can change any more.
        keep(deepFreeze(structuredClone(event)));
        if (crashes()) await crash();
      },
    },
    transport: {
      ask: async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
        if (dead) return never();
        around.beforeRequest();
        const asked = network.ask(host, request);
        // What was begun over there goes on without us.
        if (request.kind === 'shell' && request.shell === 'act' && crashes()) {
          await Promise.race([asked, clock.sleep(DIES_WITHIN_MS * chance())]);
          return crash();
        }
        const reply = await asked;
        around.afterRequest();
        return dead ? never() : reply;
      },
      copy: async (request, onProgress, signal, mayBegin) => {
        if (dead) return never();
        around.beforeRequest();
        // What goes through lakeup ends with it.
        const death = new AbortController();
        const all = AbortSignal.any([death.signal, ...(signal ? [signal] : [])]);
        const asked = network.copy(request, onProgress, all, mayBegin);
        if (crashes()) {
          await Promise.race([asked, clock.sleep(DIES_COPYING_WITHIN_MS * chance())]);
          death.abort('dead');
          return crash();
        }
        const reply = await asked;
        around.afterRequest();
        return dead ? never() : reply;
      },
      retryLogins: () => undefined,
      close: async () => undefined,
    },
  };
  const kill = (): void => {
    dead = true;
  };
  return {world, crashed: () => dead, maybeWish, kill};
};
