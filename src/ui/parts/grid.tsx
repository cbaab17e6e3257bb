import {Box} from 'ink';
import {memo, type ReactElement, useRef} from 'react';
import {cellFacts, statusOfNode} from '../../store/node-status.ts';
import type {ScreenNode, State} from '../../store/state.ts';
import type {ScreenStore} from '../../store/store.ts';
import {useScreen, useScreenFields} from '../../store/use-screen.ts';
import {cellLines} from '../cell.ts';
import {type GridLayout, type GridRow, labelColumns, placeOf, roleLabel} from '../grid-layout.ts';
import {type Line, line, span} from '../line.ts';
import {messages, STATUS_WORDS} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {currentNode} from '../select.ts';
import {pad, padLeft} from '../width.ts';
import {Lines, LineView} from './lines.tsx';
import {type PaneProps, useLines} from './use-lines.ts';

type CellProps = {
  readonly store: ScreenStore;
  readonly node: ScreenNode;
  readonly layout: GridLayout;
  readonly pen: Pen;
  readonly selected: boolean;
};

const Cell = memo(({store, node, layout, pen, selected}: CellProps): ReactElement => {
  const facts = useScreenFields(store, state => cellFacts(state, node));
  const spins = facts.status === 'working' && facts.seconds !== null;
  const pulse = useScreen(store, state => (spins ? state.pulse : 0));
  const lines = cellLines({facts, name: node.id, selected, pulse}, layout, pen);
  return (
    <Box flexDirection="column" width={layout.cellWidth} height={layout.rowHeight} flexShrink={0}>
      {lines.map((spans, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the first and the second line of a cell
        <LineView key={i} spans={spans} theme={pen.theme} />
      ))}
    </Box>
  );
});

const DONE: ReadonlySet<string> = new Set(['upgraded', 'verified']);
const WELL: ReadonlySet<string> = new Set(['ok', 'upgraded', 'verified', 'waiting', 'working']);

/** "3/3": how many of a group are done, or, without a run, well. */
const countOf = (state: State, row: GridRow): string => {
  const good = state.run === null ? WELL : DONE;
  return `${row.group.nodes.filter(({id}) => good.has(statusOfNode(state, id))).length}/${row.group.nodes.length}`;
};

type LabelProps = {
  readonly store: ScreenStore;
  readonly layout: GridLayout;
  readonly row: GridRow;
  readonly first: boolean;
  readonly width: number;
  readonly pen: Pen;
};

const Label = memo(({store, layout, row, first, width, pen}: LabelProps): ReactElement => {
  const count = useScreen(store, state => countOf(state, row));
  const state = store.getState();
  const columns = labelColumns(state, layout.groups, pen, width);
  const sameRole =
    !first &&
    layout.groups.findIndex(({role}) => role === row.group.role) !== layout.groups.indexOf(row.group);
  const [done, all] = count.split('/');
  const spans = line(
    ' ',
    span(pad(sameRole ? '' : roleLabel(state, row.group.role, pen, width), columns.role), 'strong'),
    columns.group > 0 ? ` ${pad(row.group.group ?? '', columns.group)}` : '',
    span(` ${padLeft(count, columns.count)}`, done === all ? 'good' : 'muted'),
  );
  return <LineView spans={spans} theme={pen.theme} />;
});

/** How many nodes are in which status, in words: for grids that are too full to say it in each cell. */
const countsLine = (state: State, pen: Pen): Line => {
  const counts = new Map<string, number>();
  for (const {id} of state.cluster.nodes) {
    const status = statusOfNode(state, id);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return (Object.keys(pen.theme.status) as (keyof typeof pen.theme.status)[]).flatMap(status => {
    const n = counts.get(status) ?? 0;
    const {glyph, tone} = pen.theme.status[status];
    return n === 0 ? [] : [span(` ${glyph} `, tone), span(`${pen.t(STATUS_WORDS[status])} ${n}  `, tone)];
  });
};

const Counts = (place: PaneProps): ReactElement => (
  <Lines
    lines={useLines(place, state => [countsLine(state, place.pen)])}
    width={place.width}
    height={1}
    theme={place.pen.theme}
  />
);

type GridProps = PaneProps & {readonly layout: GridLayout};

/** The nodes, by role and group: the rows that fit, with the selected one always among them. */
export const Grid = ({store, layout, width, height, pen}: GridProps): ReactElement => {
  const selected = useScreen(store, currentNode);
  const top = useRef(0);
  const dense = layout.density === 'dense';
  const rowsShown = Math.max(1, Math.floor((height - (dense ? 1 : 0)) / layout.rowHeight));
  const place = placeOf(layout, selected);
  if (place !== null) top.current = Math.min(Math.max(top.current, place.row - rowsShown + 1), place.row);
  top.current = Math.max(0, Math.min(top.current, layout.rows.length - rowsShown));
  const rows = layout.rows.slice(top.current, top.current + rowsShown);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      {dense && <Counts store={store} pen={pen} width={width} height={1} />}
      {rows.length === 0 && (
        <LineView spans={line(' ', pen.say(messages.noMatch, 'muted'))} theme={pen.theme} />
      )}
      {rows.map((row, i) => (
        <Box key={row.cells[0]?.id} width={width} height={layout.rowHeight} flexShrink={0}>
          <Box width={layout.labelWidth} flexShrink={0}>
            {(row.head || i === 0) && (
              <Label store={store} layout={layout} row={row} first={i === 0} width={width} pen={pen} />
            )}
          </Box>
          {row.cells.map(node => (
            <Cell
              key={node.id}
              store={store}
              node={node}
              layout={layout}
              pen={pen}
              selected={node.id === selected}
            />
          ))}
        </Box>
      ))}
    </Box>
  );
};
