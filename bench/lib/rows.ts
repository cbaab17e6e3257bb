import {digits, median} from './stats.ts';

/** One line of the table. `met: null` is told for information and has no budget. */
export type Row = {
  readonly what: string;
  readonly measured: string;
  readonly peer: string | null;
  readonly ratio: string | null;
  readonly budget: string | null;
  readonly met: boolean | null;
};

/** Samples of one figure, each from a round of its own. */
export type Figure = {readonly what: string; readonly unit: string; readonly samples: readonly number[]};

/** "12.3 ms (11.9–14.0, n = 5)". */
export const figureText = ({samples, unit}: Omit<Figure, 'what'>): string =>
  `${digits(median(samples))} ${unit} (${digits(Math.min(...samples))}–${digits(Math.max(...samples))}, n = ${samples.length})`;

/** A figure alone, with the most it may be. */
export const plainRow = (figure: Figure, most: number | null): Row => ({
  what: figure.what,
  measured: figureText(figure),
  peer: null,
  ratio: null,
  budget: most === null ? null : `≤ ${digits(most)} ${figure.unit}`,
  met: most === null ? null : median(figure.samples) <= most,
});

/** A share of a peer: "1/15" where it is less than half, else "1.12 ×". */
const shareText = (share: number): string => (share <= 0.5 ? `1/${digits(1 / share)}` : `${digits(share)} ×`);

/** Who is compared with, and what it took; or why it is missing. */
export type Peer = {readonly name: string; readonly samples: readonly number[] | {readonly missing: string}};

/** A figure beside a peer's, with the largest share of the peer's median that it may be. */
export const peerRow = (figure: Figure, {name, samples}: Peer, most: number | null): Row => {
  const budget = most === null ? null : `≤ ${shareText(most)}`;
  const measured = figureText(figure);
  if ('missing' in samples)
    return {
      what: figure.what,
      measured,
      peer: `${name} is missing: ${samples.missing}`,
      ratio: null,
      budget,
      met: most === null ? null : false,
    };
  const share = median(figure.samples) / median(samples);
  return {
    what: figure.what,
    measured,
    peer: `${name} ${figureText({samples, unit: figure.unit})}`,
    ratio: shareText(share),
    budget,
    met: most === null ? null : share <= most,
  };
};

const HEAD = ['what', 'measured: median (min–max)', 'peer: median (min–max)', 'ratio', 'budget', 'met?'];

const metText = (met: boolean | null): string => (met === null ? 'for information' : met ? 'yes' : '**no**');

/** The rows as a table of Markdown. */
export const tableText = (rows: readonly Row[]): string =>
  [
    HEAD,
    HEAD.map(() => '---'),
    ...rows.map(({what, measured, peer, ratio, budget, met}) => [
      what,
      measured,
      peer ?? '—',
      ratio ?? '—',
      budget ?? '—',
      metText(met),
    ]),
  ]
    .map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
