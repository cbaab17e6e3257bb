import {Box} from 'ink';
import {type ReactElement, useMemo} from 'react';
import {useScreen, useScreenFields} from '../../store/use-screen.ts';
import {dialogRows, dialogWidth} from '../dialogs/dialog.ts';
import {layoutGrid} from '../grid-layout.ts';
import {Grid} from '../parts/grid.tsx';
import {DialogPane, LogPane, panelOf, StepsPane} from '../parts/panes.tsx';
import type {PaneProps} from '../parts/use-lines.ts';

/** From this width on, steps and log stand side by side. */
const SIDE_BY_SIDE = 116;

type Split = {readonly grid: number; readonly panel: number; readonly panes: number};

/** Shares the rows: a question takes what it needs, the grid what it can use, steps and log the rest. */
export const splitRows = (height: number, gridWanted: number, panelWanted: number, wide: boolean): Split => {
  if (panelWanted > 0) {
    const panel = panelWanted;
    const grid = Math.min(gridWanted + 1, height - panel);
    const rest = height - panel - grid;
    return {panel, grid, panes: rest >= 4 ? rest : 0};
  }
  const panesLeast = Math.floor(height * (wide ? 0.48 : 0.5));
  const grid = Math.min(gridWanted + 1, height - panesLeast);
  return {panel: 0, grid, panes: height - grid};
};

/** Rows of the panes when they stand one below the other. */
const stacked = (panes: number): {readonly steps: number; readonly log: number} => {
  const steps = panes < 9 ? panes : Math.max(5, Math.ceil(panes * 0.55));
  return {steps, log: panes - steps};
};

/** Grid above; below it what is asked, else the steps in hand and the log. */
export const MainScreen = ({store, width, height, pen}: PaneProps): ReactElement => {
  const panelWanted = useScreen(store, state => {
    const panel = panelOf(state, pen, dialogWidth(width).text);
    return panel === null ? 0 : dialogRows(panel, height);
  });
  const {cluster, filter, run, looks} = useScreenFields(store, state => ({
    cluster: state.cluster,
    filter: state.filter,
    // Only a filter by status depends on what is seen.
    run: state.filter === '' ? null : state.run,
    looks: state.filter === '' ? null : state.looks,
  }));
  const wide = width >= SIDE_BY_SIDE;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what of the state the layout reads is listed
  const layout = useMemo(() => {
    // The same share with and without a question, so that cells keep their shape when one appears.
    const share = Math.floor(height * 0.52);
    const most = panelWanted > 0 ? Math.min(share, height - panelWanted) : share;
    return layoutGrid(store.getState(), pen, width, most);
  }, [cluster, filter, run, looks, panelWanted, width, height, pen]);
  const split = splitRows(height, layout.height, panelWanted, wide);
  const rows = stacked(split.panes);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Grid store={store} layout={layout} width={width} height={split.grid} pen={pen} />
      {split.panel > 0 && <DialogPane store={store} width={width} height={split.panel} pen={pen} />}
      {split.panel > 0 && split.panes > 0 && (
        <LogPane store={store} width={width} height={split.panes} pen={pen} />
      )}
      {split.panel === 0 && wide && (
        <Box width={width} height={split.panes} flexShrink={0}>
          <StepsPane store={store} width={Math.floor(width * 0.55)} height={split.panes} pen={pen} />
          <LogPane store={store} width={width - Math.floor(width * 0.55)} height={split.panes} pen={pen} />
        </Box>
      )}
      {split.panel === 0 && !wide && <StepsPane store={store} width={width} height={rows.steps} pen={pen} />}
      {split.panel === 0 && !wide && rows.log > 0 && (
        <LogPane store={store} width={width} height={rows.log} pen={pen} />
      )}
    </Box>
  );
};
