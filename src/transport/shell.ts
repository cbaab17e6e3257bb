import type {Lost, Refused} from '../model/ask.ts';
import {text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {CALLED_OFF_UNSENT, inSeconds, refused} from './replies.ts';
import type {LoopReply, LoopRequest, ShellLoop} from './shell-loop.ts';
import {makeSlots} from './slots.ts';
import {within} from './within.ts';

/** A far shell whose requests run one after another. It is opened when needed, and again after it was lost. */
export type Shell = {
  run(request: LoopRequest, signal?: AbortSignal): Promise<LoopReply | Refused | Lost>;
  /** Sent at once, behind what is in hand there; whoever waits comes after it. With nothing in hand it is as `run`. */
  behind(request: LoopRequest, signal?: AbortSignal): Promise<LoopReply | Refused | Lost>;
  /** What is in hand ends where it runs; what comes after it is given a shell that is opened anew. */
  renew(): void;
  drop(): void;
};

type Options = {
  readonly clock: Clock;
  /** How long a request may wait for those before it. */
  readonly queueMs: number;
  readonly open: () => Promise<ShellLoop | Refused>;
};

export const makeShell = ({clock, queueMs, open}: Options): Shell => {
  const place = makeSlots(1);
  let loop: ShellLoop | null = null;
  let outdated = false;
  /** The shell in which a request is in hand, and what was sent behind it. */
  let inHand: {readonly shell: ShellLoop; readonly behind: Promise<unknown>[]} | null = null;

  const wait = async (signal: AbortSignal | undefined): Promise<(() => void) | Refused> => {
    const taking = place.take();
    const taken = await within(clock, queueMs, signal, taking);
    if (taken.kind === 'ok') return taken.value;
    void taking.then(release => release());
    if (taken.kind === 'cancelled') return refused('cancelled', CALLED_OFF_UNSENT);
    const span = inSeconds(queueMs);
    return refused(
      'timeout',
      text(
        `waited ${span.en} behind other requests to this host`,
        `排在发往该主机的其他请求之后，等待了 ${span.zh}仍未轮到`,
      ),
    );
  };

  const ready = async (): Promise<ShellLoop | Refused> => {
    if (loop?.alive() === true) return loop;
    const opened = await open();
    loop = 'kind' in opened ? null : opened;
    return opened;
  };

  const giveUp = () => {
    outdated = false;
    loop?.drop();
    loop = null;
  };

  const run: Shell['run'] = async (request, signal) => {
    const release = place.tryTake() ?? (await wait(signal));
    if (typeof release !== 'function') return release;
    const behind: Promise<unknown>[] = [];
    try {
      const shell = await ready();
      if ('kind' in shell) return shell;
      inHand = {shell, behind};
      return await shell.run(request, signal);
    } finally {
      inHand = null;
      void Promise.allSettled(behind).then(() => {
        if (outdated) giveUp();
        release();
      });
    }
  };

  return {
    run,
    behind: (request, signal) => {
      if (inHand === null) return run(request, signal);
      const reply = inHand.shell.run(request, signal);
      inHand.behind.push(reply);
      return reply;
    },
    drop: () => loop?.drop(),
    renew: () => {
      if (place.taken() === 0) giveUp();
      else outdated = true;
    },
  };
};
