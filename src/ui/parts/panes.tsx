import {Box} from 'ink';
import type {ReactElement} from 'react';
import {openQuestion} from '../../store/state.ts';
import {useScreenFields} from '../../store/use-screen.ts';
import {type Dialog, dialogWidth, dialogWindow} from '../dialogs/dialog.ts';
import {panelOf} from '../dialogs/pick.ts';
import {EMPTY, type Line, lineWidth, span} from '../line.ts';
import {messages} from '../messages.ts';
import {type Pen, ruleLine, titleRoom} from '../pen.ts';
import {footerLine} from '../screens/footer.ts';
import {headerLines} from '../screens/header.ts';
import {logLines, logPage, logPlace, nameWidth} from '../screens/log.ts';
import {nodeTitle, stepLines} from '../screens/steps.ts';
import {currentNode} from '../select.ts';
import {Frame} from './frame.tsx';
import {Lines, LineView} from './lines.tsx';
import {type PaneProps, useLines, useMade} from './use-lines.ts';

/** Lines that fill their place. */
const Pane = ({lines, place}: {readonly lines: readonly Line[]; readonly place: PaneProps}): ReactElement => (
  <Lines lines={lines} width={place.width} height={place.height} theme={place.pen.theme} />
);

export const Header = (place: PaneProps): ReactElement => (
  <Pane place={place} lines={useLines(place, state => headerLines(state, place.pen, place.width))} />
);

export const Footer = (place: PaneProps): ReactElement => (
  <Pane place={place} lines={useLines(place, state => [footerLine(state, place.pen, place.width)])} />
);

/** The steps of the node in hand, under a rule with its name. */
export const StepsPane = (place: PaneProps): ReactElement => {
  const {width, height, pen} = place;
  const lines = useLines(place, state => {
    const id = currentNode(state);
    const title =
      id === null ? [pen.say(messages.steps, 'strong')] : nodeTitle(state, id, pen, titleRoom(width - 1, 0));
    return [
      ruleLine(pen, title, [], width - 1, lineWidth),
      ...stepLines(state, id, pen, width - 1, height - 1),
    ];
  });
  return <Pane place={place} lines={lines} />;
};

/** The end of the log, under a rule. */
export const LogPane = (place: PaneProps): ReactElement => {
  const {width, height, pen} = place;
  const lines = useLines(place, state => [
    ruleLine(pen, [pen.say(messages.log, 'strong')], [], width - 1, lineWidth),
    ...logLines(state.log, nameWidth(state), pen, height - 1),
  ]);
  return <Pane place={place} lines={lines} />;
};

/** The log on the whole screen. */
export const LogView = (place: PaneProps): ReactElement => {
  const {width, height, pen} = place;
  const lines = useLines(place, state => [
    ruleLine(pen, [pen.say(messages.log, 'strong')], logPlace(state, pen, width), width - 1, lineWidth),
    ...logPage(state, pen, width, height - 1),
  ]);
  return <Pane place={place} lines={lines} />;
};

const contentOf = (dialog: Dialog, from: number, rows: number, pen: Pen): readonly Line[] => {
  const {body, answers, space, above, below} = dialogWindow(dialog, from, rows);
  const {up, down} = pen.theme.marks;
  const cutBelow = below > 0 ? [...body.slice(0, -1), [span(`${down} ${below + 1}  PgDn`, 'muted')]] : body;
  const shown = above > 0 ? [[span(`${up} ${above + 1}  PgUp`, 'muted')], ...cutBelow.slice(1)] : cutBelow;
  return [...shown, ...Array.from({length: space - shown.length}, () => EMPTY), ...answers];
};

/** The question, framed. Its answers are always on the screen; a body that is too long scrolls. */
export const DialogPane = (place: PaneProps): ReactElement => {
  const {store, width, height, pen} = place;
  const dialog = useMade(place, state => panelOf(state, pen, dialogWidth(width).text));
  const {from, id} = useScreenFields(store, state => ({
    from: state.scroll.main,
    id: openQuestion(state)?.id ?? 0,
  }));
  if (dialog === null) return <Box width={width} height={height} />;
  const {title, tone, loud} = dialog;
  return (
    <Box paddingLeft={1} width={width} height={height} flexShrink={0}>
      <Frame
        key={id}
        title={title}
        tone={tone}
        loud={loud}
        width={dialogWidth(width).frame}
        height={height}
        theme={pen.theme}
      >
        {contentOf(dialog, from, height, pen).map((spans, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the dialog is its place
          <LineView key={i} spans={spans} theme={pen.theme} />
        ))}
      </Frame>
    </Box>
  );
};
