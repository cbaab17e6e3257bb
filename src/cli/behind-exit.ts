/**
 * Tells once all that is done at `exit` is done. Ink gives the terminal back behind every listener of that: signal-exit, by which it does,
 * wraps `emit`. What is told in a listener is told on a screen that goes away.
 */
export const behindExit = (source: NodeJS.Process, tell: () => void): void => {
  source.emit = new Proxy(source.emit, {
    apply: (emit, self, args: readonly unknown[]): unknown => {
      const result: unknown = Reflect.apply(emit, self, args);
      if (args[0] === 'exit') tell();
      return result;
    },
  });
};
