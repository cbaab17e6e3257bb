import {readFileSync} from 'node:fs';

/**
 * One line of a simulated cluster's own log: what a script was called with (`call …`), how it ended (`exit … CODE`), and
 * what processes say of themselves (`process begins|up|ends …`, `role …`). Written by the nodes, never by lakeup.
 */
export type SimEvent = {
  readonly at: number;
  readonly host: string;
  readonly node: string;
  readonly what: string;
};

/** A line is four fields between tabs; a line that is still being written is left out. */
export const parseEvents = (log: string): SimEvent[] =>
  log
    .split('\n')
    .slice(0, -1)
    .flatMap(line => {
      const [at, host, node, ...what] = line.split('\t');
      if (at === undefined || host === undefined || node === undefined || what.length === 0) return [];
      return [{at: Number(at), host, node, what: what.join('\t')}];
    });

/** The log so far, in the order in which it was written. */
export const readEvents = (path: string): SimEvent[] => parseEvents(readFileSync(path, 'utf8'));
