/** A cell as it stands on the frame. */
export type DrawnCell = {
  readonly name: string;
  readonly row: number;
  readonly column: number;
  /** It carries the mark of selection. */
  readonly selected: boolean;
};

/** The lines between the header and what is asked or in hand. */
const gridLines = (lines: readonly string[]): readonly string[] =>
  lines.slice(
    3,
    lines.findIndex(words => /^ ?[╭┏─][─━]/.test(words)),
  );

const isCounts = (words: string): boolean => /[↑↓] \d/.test(words);

/** The cells of the grid, in reading order. */
export const drawnCells = (lines: readonly string[]): readonly DrawnCell[] =>
  gridLines(lines).flatMap((words, row) =>
    isCounts(words)
      ? []
      : [...words.matchAll(/(?<=^.{9,})([ ▸])\S ([a-z]+-\d+)/g)].map(({index, 1: mark, 2: name = ''}) => ({
          name,
          row,
          column: index,
          selected: mark === '▸',
        })),
  );

/** Whether the line that counts the nodes says that some stand above or below those that are drawn. */
export const hidesNodes = (lines: readonly string[], where: 'above' | 'below'): boolean =>
  gridLines(lines).some(words => (where === 'above' ? /↑ \d/ : /↓ \d/).test(words));
