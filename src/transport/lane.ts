import type {Lost, Refused} from '../model/ask.ts';
import type {Clock} from '../model/world.ts';
import type {LoopReply, LoopRequest, ShellLoop} from './shell-loop.ts';
import {makeSlots} from './slots.ts';
import {within} from './within.ts';

/** One far shell whose requests run one after another. The shell is opened when needed, and again after it was lost. */
export type Lane = {
  run(request: LoopRequest, signal?: AbortSignal): Promise<LoopReply | Refused | Lost>;
  drop(): void;
};

type Options = {
  readonly clock: Clock;
  /** How long a request may stand in line. */
  readonly lineMs: number;
  readonly open: () => Promise<ShellLoop | Refused>;
};

export const makeLane = ({clock, lineMs, open}: Options): Lane => {
  const place = makeSlots(1);
  let loop: ShellLoop | null = null;

  const wait = async (signal: AbortSignal | undefined): Promise<(() => void) | Refused> => {
    const taking = place.take();
    const taken = await within(clock, lineMs, signal, taking);
    if (taken.kind === 'ok') return taken.value;
    void taking.then(release => release());
    const detail = `stood in line for ${lineMs / 1000} s behind other requests to this host`;
    return taken.kind === 'timeout'
      ? {kind: 'refused', trouble: 'timeout', detail}
      : {kind: 'refused', trouble: 'cancelled', detail: 'called off before it was sent'};
  };

  const ready = async (): Promise<ShellLoop | Refused> => {
    if (loop?.alive() === true) return loop;
    const opened = await open();
    loop = 'kind' in opened ? null : opened;
    return opened;
  };

  return {
    drop: () => loop?.drop(),
    run: async (request, signal) => {
      const release = place.tryTake() ?? (await wait(signal));
      if (typeof release !== 'function') return release;
      try {
        const shell = await ready();
        return 'kind' in shell ? shell : await shell.run(request, signal);
      } finally {
        release();
      }
    },
  };
};
