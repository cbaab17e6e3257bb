import {expect} from 'vitest';

/** What is so while a question stands, by the hosts and the journal. */
export type Standing = {
  /** Who does not serve, with since when by the journal, and where. */
  readonly out: readonly {readonly node: string; readonly since: string; readonly host: string}[];
  /** How many nodes there are. */
  readonly all: number;
  /** Who serves beside those that do not, kind by kind. */
  readonly beside: readonly {readonly serve: readonly string[]; readonly of: number}[];
};

/** Of so many nodes a dialog says where each is, and since when. */
const TOLD_MOST = 3;

/** What stands between the edges of the dialog, as one line. */
export const dialogOf = (screen: string): string =>
  screen
    .split('\n')
    .flatMap(line => /^ [│┃] (.*) [│┃]$/.exec(line)?.[1] ?? [])
    .join(' ')
    .replaceAll(/\s+/g, ' ');

const earliest = (out: Standing['out']): string => out.map(({since}) => since).toSorted()[0] ?? '';

/**
 * Reads the screen of a question as an operator does who came back: who is down, since when, on which host, how many of its kind
 * serve; or that nobody is.
 */
export const expectRead = (screen: string, {out, all, beside}: Standing): void => {
  const [, , header = ''] = screen.split('\n');
  const said = dialogOf(screen);
  const signed = [...screen.matchAll(/(\S) ([a-z]+-\d+)/g)];
  const names = out.map(({node}) => node);
  // One that is out and that a step is at is drawn as worked on.
  for (const [, sign = '', node = ''] of signed)
    if (names.includes(node)) expect(sign, `${node}\n${screen}`).not.toMatch(/[✓✔○●]/);
    else expect(sign, `${node}\n${screen}`).not.toBe('▽');
  if (out.length === 0) {
    expect(screen).not.toMatch(/\bnot serving|is serving|out (of service )?since/);
    return;
  }
  const sentence =
    out.length === all
      ? `none of the ${all} nodes is serving`
      : out.length === 1
        ? '1 node is not serving'
        : `${out.length} nodes are not serving`;
  for (const place of [header, said]) expect(place, screen).toContain(sentence);
  expect(said, screen).toContain(`since ${earliest(out)}`);
  if (out.length === all) return;
  if (out.length <= TOLD_MOST)
    for (const {node, host, since} of out) expect(said).toContain(`${node} on ${host} since ${since}`);
  for (const {serve, of} of beside) {
    if (of === 1) expect(said).toContain('nobody else of its kind');
    else {
      const words =
        serve.length === 0
          ? `none of ${of} [^;:]+ is seen to serve`
          : `${serve.length} of ${of} [^;:]+ serve: ${serve.join(', ')}`;
      expect(said, screen).toMatch(new RegExp(words));
    }
  }
};

/** Whether it can be read so already. */
export const isRead = (screen: string, standing: Standing): boolean => {
  try {
    expectRead(screen, standing);
    return true;
  } catch {
    return false;
  }
};
