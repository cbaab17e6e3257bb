/** Ways to undo what was started, run once each, newest first. */
export type Cleanup = {
  /** Gives the way to do it at once, when it is no longer needed. */
  add(undo: () => void | Promise<void>): () => Promise<void>;
  all(): Promise<void>;
};

export const makeCleanup = (): Cleanup => {
  const undos = new Set<() => void | Promise<void>>();
  const once = async (undo: () => void | Promise<void>): Promise<void> => {
    if (undos.delete(undo)) await undo();
  };
  return {
    add: undo => {
      undos.add(undo);
      return () => once(undo);
    },
    all: async () => {
      for (const undo of [...undos].reverse()) {
        // One that fails keeps no other from being done.
        await once(undo).catch(error => process.stderr.write(`bench: cleaning up: ${error}\n`));
      }
    },
  };
};
