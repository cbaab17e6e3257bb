import {Box, Text} from 'ink';
import {memo, type ReactElement} from 'react';
import {cutLine, type Line} from '../line.ts';
import {drawn, type Theme} from '../theme.ts';

type LineProps = {readonly spans: Line; readonly theme: Theme};

/** One line: exactly one row high. An empty one costs no text. */
export const LineView = memo(({spans, theme}: LineProps): ReactElement => {
  if (spans.length === 0) return <Box height={1} flexShrink={0} />;
  return (
    <Text wrap="truncate">
      {spans.map(({text, tone}, i) =>
        tone === 'plain' ? (
          drawn(text, theme)
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans of a line have no other name
          <Text key={i} {...theme.tones[tone]}>
            {drawn(text, theme)}
          </Text>
        ),
      )}
    </Text>
  );
});

type LinesProps = {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

/** Lines in a place of exactly that size: cut on the right and below, empty rows where there are fewer. */
export const Lines = ({lines, width, height, theme}: LinesProps): ReactElement => (
  <Box flexDirection="column" width={width} height={height} flexShrink={0}>
    {lines.slice(0, height).map((spans, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
      <LineView key={i} spans={cutLine(spans, width)} theme={theme} />
    ))}
  </Box>
);
