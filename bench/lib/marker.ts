import xterm from '@xterm/headless';
import {themes} from '../../src/ui/theme.ts';
import {COLUMNS, ROWS, type Terminal} from './terminal.ts';

const {selected} = themes.dark.marks;

/** Follows the mark of selection on a screen that is really drawn. */
export type Marker = {
  /** Where it stands, "row:column"; '' while it is not to be seen. */
  place(): string;
  /** Resolves with the moment the bytes came after which it stood elsewhere; rejects after `withinMs`. */
  moved(withinMs: number): Promise<number>;
};

export const followMarker = (terminal: Terminal): Marker => {
  const emulator = new xterm.Terminal({cols: COLUMNS, rows: ROWS, scrollback: 0, allowProposedApi: true});
  let place = '';
  let waiting: ((at: number) => void) | null = null;
  const look = (): string => {
    for (let row = 0; row < ROWS; row += 1) {
      const column = emulator.buffer.active.getLine(row)?.translateToString(true).indexOf(selected) ?? -1;
      if (column >= 0) return `${row}:${column}`;
    }
    return '';
  };
  // What the program asks of its terminal is answered as a terminal does.
  emulator.onData(answer => terminal.write(answer));
  terminal.onData((data, at) => {
    emulator.write(data, () => {
      const now = look();
      // Between two halves of a frame it may stand nowhere.
      if (now === place || now === '') return;
      place = now;
      waiting?.(at);
    });
  });
  return {
    place: () => place,
    moved: withinMs =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting = null;
          const {active} = emulator.buffer;
          const shown = Array.from(
            {length: ROWS},
            (_, i) => active.getLine(i)?.translateToString(true) ?? '',
          );
          reject(new Error(`a key moved nothing in ${withinMs} ms; the screen:\n${shown.join('\n')}`));
        }, withinMs);
        waiting = at => {
          clearTimeout(timer);
          waiting = null;
          resolve(at);
        };
      }),
  };
};
