import {Text} from 'ink';
import {render} from 'ink-testing-library';
import {describe, expect, it} from 'vitest';
import {line, span} from '../../src/ui/line.ts';
import {Frame} from '../../src/ui/parts/frame.tsx';
import {Lines} from '../../src/ui/parts/lines.tsx';
import {themes} from '../../src/ui/theme.ts';
import {widthOf} from '../../src/ui/width.ts';

const theme = themes.plain;

const drawn = (element: Parameters<typeof render>[0]): string[] => {
  const view = render(element);
  const frame = view.lastFrame() ?? '';
  view.unmount();
  return frame.split('\n');
};

const framed = (title: string, width: number, height: number): string[] =>
  drawn(
    <Frame title={title} tone="plain" loud={false} width={width} height={height} theme={theme}>
      <Text>inside</Text>
    </Frame>,
  );

describe('a frame', () => {
  it.each([
    ['Held', 20, 5],
    ['第三阶段 后端', 30, 4],
    ['a title that is longer than the frame is wide', 24, 6],
  ])('"%s" is exactly as large as it was told: %i × %i', (title, width, height) => {
    const rows = framed(title, width, height);
    expect(rows).toHaveLength(height);
    expect(rows.map(widthOf)).toEqual(rows.map(() => width));
  });

  it('shows what is in it, a blank column away from the border', () => {
    expect(framed('t', 20, 3)[1]).toBe('│ inside           │');
  });
});

describe('lines', () => {
  const lines = [line('short'), line(span('状态：'), '节点 be-3 正在启动'), line('third')];
  const rowsOf = (width: number, height: number): string[] =>
    drawn(<Lines lines={lines} width={width} height={height} theme={theme} />);

  it('are cut to their place on the right, never in the middle of a wide character', () => {
    const rows = rowsOf(12, 3);
    expect(rows.every(row => widthOf(row) <= 12)).toBe(true);
    expect(rows[1]).toMatch(/^状态：节点.*…$/);
  });

  it('are cut below, and never run into each other', () => {
    expect(rowsOf(40, 2)).toHaveLength(2);
    expect(rowsOf(40, 2).join('\n')).not.toContain('third');
  });
});
