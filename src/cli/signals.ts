import {EXIT, type ExitCode} from './exit-code.ts';

/** The signals by which a terminal, a person or a system ends a program. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Signal = (typeof SIGNALS)[number];

/** What a shell says of a program that a signal ended: 128 and the signal's number. */
export const SIGNAL_CODES: Readonly<Record<Signal, ExitCode>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
};

/** How many programs of the operator's have the terminal just now. */
let lent = 0;

/** While somebody else has the terminal, what is typed there is theirs: the SIGINT of a Ctrl-C that the terminal sends to all alike. */
export const whileDeaf = async <T>(work: () => Promise<T>): Promise<T> => {
  lent += 1;
  try {
    return await work();
  } finally {
    lent -= 1;
  }
};

/** Whether somebody else has the terminal. */
export const isDeaf = (): boolean => lent > 0;

/** Signals that do not end the process while they are listened to. */
export type Signals = {
  /** The first that came, or null. */
  first(): Signal | null;
  /** Resolves with the first, and with the next after that; but a closed terminal sends SIGHUP twice, which counts once. */
  readonly once: Promise<Signal>;
  readonly twice: Promise<Signal>;
  stop(): void;
};

/** Listens until stopped; `onSignal` hears each. */
export const listenToSignals = (onSignal: (signal: Signal) => void = () => undefined): Signals => {
  const came: Signal[] = [];
  const once = Promise.withResolvers<Signal>();
  const twice = Promise.withResolvers<Signal>();
  const listeners = SIGNALS.map(signal => {
    const listener = (): void => {
      if (signal === 'SIGINT' && isDeaf()) return;
      came.push(signal);
      onSignal(signal);
      if (came.length === 1) once.resolve(signal);
      else if (signal !== 'SIGHUP') twice.resolve(signal);
    };
    process.on(signal, listener);
    return () => void process.off(signal, listener);
  });
  return {
    first: () => came[0] ?? null,
    once: once.promise,
    twice: twice.promise,
    stop: () => {
      for (const off of listeners) off();
    },
  };
};

/** Does something that a signal may end; the exit code tells whether one did. */
export const untilSignal = async (work: (signals: Signals) => Promise<unknown>): Promise<ExitCode> => {
  const signals = listenToSignals();
  try {
    await work(signals);
    const signal = signals.first();
    return signal === null ? EXIT.verified : SIGNAL_CODES[signal];
  } finally {
    signals.stop();
  }
};
