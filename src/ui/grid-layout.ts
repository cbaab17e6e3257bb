import type {NodeId} from '../model/ids.ts';
import {statusOfNode} from '../store/node-status.ts';
import type {ScreenNode, State} from '../store/state.ts';
import type {Pen} from './pen.ts';
import {STATUS_WORDS} from './status-words.ts';
import {widthOf} from './width.ts';

/** What of the state the grid is cut from; run and looks only matter to a filter by status. */
export type GridSource = Pick<State, 'cluster' | 'filter' | 'run' | 'looks'>;

/** Nodes of one role and group, in the order of the inventory. */
export type NodeGroup = {
  readonly role: string;
  readonly group: string | null;
  readonly nodes: readonly ScreenNode[];
};

/** One row of cells. `head`: the first row of its group, which carries the label. */
export type GridRow = {
  readonly group: NodeGroup;
  readonly head: boolean;
  readonly cells: readonly ScreenNode[];
};

/** How the grid is cut up. A rich cell has two lines and a gap below, the others one line. */
export type GridLayout = {
  readonly density: 'rich' | 'line' | 'dense';
  readonly groups: readonly NodeGroup[];
  readonly rows: readonly GridRow[];
  readonly rowHeight: number;
  /** Columns of the label's three parts, and of all of it. */
  readonly label: {readonly role: number; readonly group: number; readonly count: number};
  readonly labelWidth: number;
  readonly cellWidth: number;
  readonly nameWidth: number;
  readonly height: number;
};

const matches = (state: GridSource, node: ScreenNode, wanted: string): boolean => {
  if (wanted === '') return true;
  const words = STATUS_WORDS[statusOfNode(state, node.id)];
  const role = state.cluster.roles.find(({name}) => name === node.role);
  return [
    node.id,
    node.role,
    node.group ?? '',
    node.host,
    words.en,
    words.zh,
    role?.title.en ?? '',
    role?.title.zh ?? '',
  ].some(word => word.toLowerCase().includes(wanted));
};

/** Nodes in the order of roles, then of groups; those that the filter leaves. */
const groupNodes = (state: GridSource): NodeGroup[] => {
  const wanted = state.filter.trim().toLowerCase();
  return state.cluster.roles.flatMap(role => {
    const groups = new Map<string | null, ScreenNode[]>();
    for (const node of state.cluster.nodes) {
      if (node.role !== role.name || !matches(state, node, wanted)) continue;
      const nodes = groups.get(node.group ?? null) ?? [];
      nodes.push(node);
      groups.set(node.group ?? null, nodes);
    }
    return [...groups].map(([group, nodes]) => ({role: role.name, group, nodes}));
  });
};

const longest = (words: readonly string[]): number =>
  words.reduce((most, word) => Math.max(most, widthOf(word)), 0);

/** Narrow screens name the role by its short name. */
export const roleLabel = (state: Pick<State, 'cluster'>, role: string, pen: Pen, width: number): string => {
  const title = state.cluster.roles.find(({name}) => name === role)?.title;
  return width < 100 || title === undefined ? role : pen.t(title);
};

const chunks = (nodes: readonly ScreenNode[], size: number): ScreenNode[][] => {
  const rows: ScreenNode[][] = [];
  for (let i = 0; i < nodes.length; i += size) rows.push(nodes.slice(i, i + size));
  return rows;
};

/** A full row of cells is no longer read, and each visible cell costs. */
const MOST_PER_ROW = 7;
const MARGIN = 1;
const GAP = 2;

const labelColumns = (
  state: GridSource,
  groups: readonly NodeGroup[],
  pen: Pen,
  width: number,
): GridLayout['label'] => {
  const role = longest(groups.map(group => roleLabel(state, group.role, pen, width)));
  const group = longest(groups.map(each => each.group ?? ''));
  const count = longest(groups.map(({nodes}) => `${nodes.length}/${nodes.length}`));
  return {role, group, count};
};

/** Cuts the grid for a place of that size: rich cells when they fit, else one line, else the least that says enough. */
export const layoutGrid = (state: GridSource, pen: Pen, width: number, height: number): GridLayout => {
  const groups = groupNodes(state);
  const label = labelColumns(state, groups, pen, width);
  const labelWidth = MARGIN + label.role + (label.group > 0 ? label.group + 1 : 0) + label.count + 1 + GAP;
  const nameWidth = longest(groups.flatMap(({nodes}) => nodes.map(({id}) => id)));
  const room = width - labelWidth - MARGIN;
  const make = (density: GridLayout['density'], least: number, most: number): GridLayout => {
    const perRow = Math.max(1, Math.min(MOST_PER_ROW, Math.floor(room / least)));
    const cellWidth = Math.min(room, Math.max(least, Math.min(most, Math.floor(room / perRow))));
    const rows = groups.flatMap(group =>
      chunks(group.nodes, perRow).map((cells, i) => ({group, head: i === 0, cells})),
    );
    const rowHeight = density === 'rich' ? 3 : 1;
    return {
      density,
      groups,
      rows,
      rowHeight,
      label,
      labelWidth,
      cellWidth,
      nameWidth,
      height: rows.length * rowHeight,
    };
  };
  const rich = make('rich', Math.max(22, nameWidth + 17), 34);
  if (width >= 100 && rich.height <= height) return rich;
  const lines = make('line', nameWidth + 24, 40);
  if (lines.height <= height) return lines;
  return make('dense', nameWidth + 13, nameWidth + 18);
};

/** Where a node stands in the grid, or null. */
export const placeOf = (
  layout: GridLayout,
  node: NodeId | null,
): {readonly row: number; readonly column: number} | null => {
  for (const [row, {cells}] of layout.rows.entries()) {
    const column = cells.findIndex(({id}) => id === node);
    if (column >= 0) return {row, column};
  }
  return null;
};

/** The least cells do not say enough, and nothing is hidden without a word: then the first row of the grid counts them. */
export const hasCounts = (layout: GridLayout, height: number): boolean =>
  layout.density === 'dense' || layout.height > height;

/** How many rows of cells are seen in a grid of that height. */
export const rowsSeen = (layout: GridLayout, height: number): number =>
  Math.max(1, Math.floor((height - (hasCounts(layout, height) ? 1 : 0)) / layout.rowHeight));

/** The node so many cells to the side, or rows up or down; the last one there when there are fewer. */
export const neighbour = (layout: GridLayout, from: NodeId | null, dx: number, dy: number): NodeId | null => {
  const place = placeOf(layout, from);
  if (place === null) return layout.rows[0]?.cells[0]?.id ?? null;
  if (dx !== 0) {
    const nodes = layout.rows.flatMap(({cells}) => cells);
    const at = nodes.findIndex(({id}) => id === from);
    return nodes[at + dx]?.id ?? from;
  }
  const row = Math.max(0, Math.min(layout.rows.length - 1, place.row + dy));
  const cells = layout.rows[row]?.cells ?? [];
  return cells[Math.min(place.column, cells.length - 1)]?.id ?? from;
};
