import {Box} from 'ink';
import {memo, type ReactElement, useRef} from 'react';
import type {NodeId} from '../../model/ids.ts';
import {type CellFacts, cellFacts, statusOfNode} from '../../store/node-status.ts';
import type {ScreenNode, State} from '../../store/state.ts';
import {sameFields, useScreen} from '../../store/use-screen.ts';
import {cellLines} from '../cell.ts';
import {type GridLayout, type GridRow, hasCounts, placeOf, roleLabel, rowsSeen} from '../grid-layout.ts';
import {EMPTY, joined, type Line, line, padLine, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {countsLine} from '../screens/counts.ts';
import {currentNode} from '../select.ts';
import {pad, padLeft} from '../width.ts';
import {Lines, LineView} from './lines.tsx';
import {type PaneProps, useLines} from './use-lines.ts';

const DONE: ReadonlySet<string> = new Set(['upgraded', 'taken-back', 'verified']);
const WELL: ReadonlySet<string> = new Set(['ok', 'upgraded', 'taken-back', 'verified', 'waiting', 'working']);

/** "3/3": how many of a group are done, or, without a run, well. */
const countOf = (state: State, row: GridRow): string => {
  const good = state.run === null ? WELL : DONE;
  return `${row.group.nodes.filter(({id}) => good.has(statusOfNode(state, id))).length}/${row.group.nodes.length}`;
};

/** A cell as it was drawn last, and what from. */
type Drawn = {
  readonly facts: CellFacts;
  readonly selected: boolean;
  readonly pulse: number;
  readonly lines: readonly Line[];
};

/** The lines of one cell; the same as before where it says the same. */
const drawCell = (
  state: State,
  node: ScreenNode,
  selected: boolean,
  before: Drawn | undefined,
  layout: GridLayout,
  pen: Pen,
): Drawn => {
  const facts = cellFacts(state, node);
  const pulse = facts.status === 'working' && facts.seconds !== null ? state.pulse : 0;
  if (before?.selected === selected && before.pulse === pulse && sameFields(before.facts, facts))
    return before;
  return {facts, selected, pulse, lines: cellLines({facts, name: node.id, selected, pulse}, layout, pen)};
};

/** Role, group and count, as wide as the layout says; the role only where it is not the one above. */
const labelLine = (state: State, {layout, row, first, width, pen}: RowProps): Line => {
  const {label, groups} = layout;
  const sameRole =
    !first && groups.findIndex(({role}) => role === row.group.role) !== groups.indexOf(row.group);
  const count = countOf(state, row);
  const [done, all] = count.split('/');
  return line(
    ' ',
    span(pad(sameRole ? '' : roleLabel(state, row.group.role, pen, width), label.role), 'strong'),
    label.group > 0 ? ` ${pad(row.group.group ?? '', label.group)}` : '',
    span(` ${padLeft(count, label.count)}`, done === all ? 'good' : 'muted'),
  );
};

type RowProps = PaneProps & {
  readonly layout: GridLayout;
  readonly row: GridRow;
  /** The first row that is seen. */
  readonly first: boolean;
  /** The selected node when it stands in this row. */
  readonly selected: NodeId | null;
};

/** One row of cells. It is drawn as whole lines: hundreds of cells are on the screen, and every piece of text costs. */
const Row = memo((props: RowProps): ReactElement => {
  const {layout, row, first, selected, width, height, pen} = props;
  const drawn = useRef<{readonly for: GridLayout; readonly cells: Drawn[]}>({for: layout, cells: []});
  const lines = useLines(props, state => {
    const before = drawn.current.for === layout ? drawn.current.cells : [];
    const cells = row.cells.map((node, i) =>
      drawCell(state, node, node.id === selected, before[i], layout, pen),
    );
    drawn.current = {for: layout, cells};
    const label = row.head || first ? labelLine(state, props) : EMPTY;
    return Array.from({length: layout.rowHeight}, (_, y) =>
      joined([
        ...padLine(y === 0 ? label : EMPTY, layout.labelWidth),
        ...cells.flatMap(({lines: cell}, i) =>
          i === cells.length - 1 ? (cell[y] ?? EMPTY) : padLine(cell[y] ?? EMPTY, layout.cellWidth),
        ),
      ]),
    );
  });
  return <Lines lines={lines} width={width} height={height} theme={pen.theme} />;
});

type CountsProps = PaneProps & {
  readonly layout: GridLayout;
  readonly top: number;
  readonly rowsShown: number;
};

const nodesOf = (rows: readonly GridRow[]): readonly ScreenNode[] => rows.flatMap(({cells}) => cells);

/** In words what the cells of a full grid have no room for, and what of it is not to be seen. */
const Counts = (props: CountsProps): ReactElement => {
  const {layout, top, rowsShown, width, pen} = props;
  const lines = useLines(props, state => {
    const above = nodesOf(layout.rows.slice(0, top));
    const below = nodesOf(layout.rows.slice(top + rowsShown));
    return [countsLine(state, {above, below}, pen, width)];
  });
  return <Lines lines={lines} width={width} height={1} theme={pen.theme} />;
};

type GridProps = PaneProps & {readonly layout: GridLayout};

/** The nodes, by role and group: the rows that fit, with the selected one always among them. */
export const Grid = ({store, layout, width, height, pen}: GridProps): ReactElement => {
  const selected = useScreen(store, currentNode);
  const top = useRef(0);
  const counts = hasCounts(layout, height);
  const rowsShown = rowsSeen(layout, height);
  const place = placeOf(layout, selected);
  if (place !== null) top.current = Math.min(Math.max(top.current, place.row - rowsShown + 1), place.row);
  top.current = Math.max(0, Math.min(top.current, layout.rows.length - rowsShown));
  const rows = layout.rows.slice(top.current, top.current + rowsShown);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      {counts && (
        <Counts
          store={store}
          pen={pen}
          width={width}
          height={1}
          layout={layout}
          top={top.current}
          rowsShown={rowsShown}
        />
      )}
      {rows.length === 0 && (
        <LineView spans={line(' ', pen.say(messages.noMatch, 'muted'))} theme={pen.theme} />
      )}
      {rows.map((row, i) => (
        <Row
          key={row.cells[0]?.id}
          store={store}
          layout={layout}
          row={row}
          first={i === 0}
          selected={place?.row === top.current + i ? selected : null}
          width={width}
          height={layout.rowHeight}
          pen={pen}
        />
      ))}
    </Box>
  );
};
