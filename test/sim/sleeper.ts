import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {HostId} from '../../src/model/ids.ts';
import type {World} from '../../src/model/world.ts';

/** A world whose machine can be closed: what was sent goes on over there, and nothing here goes on before it is opened again. */
export type Sleeper = {readonly world: World; sleep(): void; wake(): void};

export const makeSleeper = (world: World): Sleeper => {
  let isAsleep = false;
  let open = (): void => undefined;
  let opened = Promise.resolve();
  const awake = async <T>(value: Promise<T>): Promise<T> => {
    const come = await value;
    while (isAsleep) await opened;
    return come;
  };
  const {clock, operator, journal, transport} = world;
  return {
    world: {
      ...world,
      clock: {...clock, sleep: (ms, signal) => awake(clock.sleep(ms, signal))},
      operator: {
        ...operator,
        confirm: (gate, state, signal) => awake(operator.confirm(gate, state, signal)),
        choose: (state, signal) => awake(operator.choose(state, signal)),
        manual: (step, state, signal) => awake(operator.manual(step, state, signal)),
      },
      journal: {append: event => awake(journal.append(event))},
      transport: {
        ...transport,
        ask: <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> =>
          awake(transport.ask(host, request)),
        copy: (...copied) => awake(transport.copy(...copied)),
      },
    },
    sleep: () => {
      isAsleep = true;
      opened = new Promise(resolve => {
        open = resolve;
      });
    },
    wake: () => {
      isAsleep = false;
      open();
    },
  };
};
