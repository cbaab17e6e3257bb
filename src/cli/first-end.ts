/**
 * How a run ends before the operator's eyes: by itself, by a second signal, or because its screen is closed while something is in hand.
 * Whoever closes that once the run is over has read how it ended: it still gives back its lease, and its report is to be printed.
 */
export const firstEnd = <E, S>(
  running: Promise<E>,
  {closed, twice}: {readonly closed: Promise<'quit' | 'now'>; readonly twice: Promise<S>},
  isOver: () => boolean,
): Promise<E | S | 'quit' | 'now'> => {
  const left = async (): Promise<E | 'quit' | 'now'> => {
    const how = await closed;
    return how === 'quit' && isOver() ? running : how;
  };
  return Promise.race([running, twice, left()]);
};
