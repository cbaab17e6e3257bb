import {Box, Text} from 'ink';
import type {ReactElement, ReactNode} from 'react';
import {drawn, type Theme, type Tone} from '../theme.ts';
import {cut, widthOf} from '../width.ts';

type FrameProps = {
  readonly title: string;
  readonly tone: Tone;
  readonly loud: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly children: ReactNode;
};

/** A border of exactly that size with its title in the upper edge; inside there is a blank column on both sides. */
export const Frame = ({title, tone, loud, width, height, theme, children}: FrameProps): ReactElement => {
  const border = theme.border[loud ? 'loud' : 'calm'];
  const style = theme.tones[tone];
  const name = ` ${cut(title, width - 8)} `;
  const rest = border.top.repeat(Math.max(0, width - 3 - widthOf(name)));
  const side = Array.from({length: height - 2}, () => border.left).join('\n');
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Text {...style} wrap="truncate">
        {border.topLeft + border.top}
        <Text bold>{drawn(name, theme)}</Text>
        {rest + border.topRight}
      </Text>
      <Box width={width} height={height - 2} flexShrink={0}>
        <Box width={2} flexShrink={0}>
          <Text {...style} aria-hidden>
            {side}
          </Text>
        </Box>
        <Box width={width - 4} height={height - 2} flexDirection="column" flexShrink={0}>
          {children}
        </Box>
        <Box width={2} flexShrink={0} justifyContent="flex-end">
          <Text {...style} aria-hidden>
            {side}
          </Text>
        </Box>
      </Box>
      <Text {...style} wrap="truncate" aria-hidden>
        {border.bottomLeft + border.top.repeat(width - 2) + border.bottomRight}
      </Text>
    </Box>
  );
};
