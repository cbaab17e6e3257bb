import {Box} from 'ink';
import type {ReactElement} from 'react';
import {useScreen} from '../../store/use-screen.ts';
import {mainLayout} from '../main-layout.ts';
import {Grid} from '../parts/grid.tsx';
import {DialogPane, LogPane, StepsPane} from '../parts/panes.tsx';
import type {PaneProps} from '../parts/use-lines.ts';

/** Grid above; below it what is asked, else the steps in hand and the log. */
export const MainScreen = ({store, width, height, pen}: PaneProps): ReactElement => {
  const layout = useScreen(store, state => mainLayout(state, pen, {width, height}));
  const {cells, grid, panel, steps, log, sideBySide} = layout;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Grid store={store} layout={cells} {...grid} pen={pen} />
      {panel.height > 0 && <DialogPane store={store} {...panel} pen={pen} />}
      <Box flexDirection={sideBySide ? 'row' : 'column'} flexShrink={0}>
        {steps.height > 0 && <StepsPane store={store} {...steps} pen={pen} />}
        {log.height > 0 && <LogPane store={store} {...log} pen={pen} />}
      </Box>
    </Box>
  );
};
