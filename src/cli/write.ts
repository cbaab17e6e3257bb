import {visible, visibleLines} from '../ui/control.ts';

type Stream = Pick<NodeJS.WriteStream, 'write'>;

/**
 * The one way by which a command's words reach a terminal: what hosts, servers and files put into them is shown, never obeyed.
 * The screen has a way of its own (`drawn` in ui/theme.ts).
 */
export const write = (stream: Stream, words: string): void => void stream.write(visibleLines(words));

/** Writes over the line that the cursor stands in; without words it only clears that. */
export const writeOver = (stream: Stream, words: string): void =>
  void stream.write(words === '' ? '\r\x1b[K' : `\r${visible(words)}`);
