const CTRL_C = '\x03';

/** The keyboard, from before the screen is loaded until it reads by itself. */
export type EarlyKeys = {
  /** The screen reads from now on. */
  readonly handOver: () => void;
  /** There is no screen: the terminal echoes again what is typed. */
  readonly giveBack: () => void;
};

/**
 * Takes the keyboard before the screen is loaded. In a terminal that still echoes, what is typed while lakeup starts would stand on
 * its first frame and move it. Nobody can mean a key for a question that they have not seen: what comes that early is dropped, but for
 * Ctrl-C, which ends the program as it does at any other.
 */
export const takeEarlyKeys = (stdin: NodeJS.ReadStream): EarlyKeys => {
  stdin.setRawMode(true);
  const drop = (): void => {
    for (let keys: unknown = stdin.read(); keys !== null; keys = stdin.read())
      if (String(keys).includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
  };
  stdin.on('readable', drop);
  const handOver = (): void => void stdin.off('readable', drop);
  return {
    handOver,
    giveBack: () => {
      handOver();
      stdin.setRawMode(false);
      stdin.unref();
    },
  };
};
