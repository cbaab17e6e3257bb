import {Box, useWindowSize} from 'ink';
import type {ReactElement} from 'react';
import {openQuestion} from '../store/state.ts';
import {useScreen, useScreenFields} from '../store/use-screen.ts';
import {type Line, line} from './line.ts';
import {messages} from './messages.ts';
import {Lines} from './parts/lines.tsx';
import {Footer, Header} from './parts/panes.tsx';
import {type RootProps, useHands} from './parts/use-hands.ts';
import {type Pen, penOf} from './pen.ts';
import {headerRows} from './screens/header.ts';
import {Body} from './screens/views.tsx';

/** The smallest terminal that shows a whole question. */
export const LEAST = {columns: 60, rows: 16} as const;

const FOOTER_ROWS = 1;

const tooSmallLines = (waits: boolean, pen: Pen, columns: number, rows: number): Line[] => [
  line(pen.say(messages.tooSmall, 'strong')),
  line(pen.say(messages.tooSmallHas(columns, rows))),
  waits ? line(pen.say(messages.tooSmallWaits, 'warn')) : line(pen.say(messages.tooSmallGoes, 'muted')),
];

/**
 * The root: one size, one input, one frame of exactly the terminal's size. Where that becomes narrower, Ink draws once more what was
 * there before: cut by the terminal's own width, for what goes on in the next row would stay there.
 */
export const App = (props: RootProps): ReactElement => {
  const {store} = props;
  const {columns, rows} = useWindowSize();
  const small = columns < LEAST.columns || rows < LEAST.rows;
  const {lang, theme, view} = useScreenFields(store, state => ({
    lang: state.lang,
    theme: state.theme,
    view: state.view,
  }));
  const waits = useScreen(store, state => openQuestion(state) !== null);
  const pen = penOf(lang, theme);
  const header = useScreen(store, headerRows);
  const body = {width: columns, height: rows - header - FOOTER_ROWS};
  useHands(props, {body, readable: !small});

  if (small) {
    return (
      <Box width="100%" height={rows} overflow="hidden">
        <Lines
          lines={tooSmallLines(waits, pen, columns, rows)}
          width={columns}
          height={rows}
          theme={pen.theme}
        />
      </Box>
    );
  }
  return (
    <Box flexDirection="column" width="100%" height={rows} overflow="hidden">
      <Header store={store} width={columns} height={header} pen={pen} />
      <Body store={store} view={view} {...body} pen={pen} />
      <Footer store={store} width={columns} height={FOOTER_ROWS} pen={pen} />
    </Box>
  );
};
