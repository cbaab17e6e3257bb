import {allSaid, type Said, said} from '../../../host/lines.ts';
import {roleOfClass} from '../scripts/role.ts';

/** What a host says of itself that is reached from the launcher by one of the names in its files. */
export type Reached = {
  readonly name: string;
  /** Why nobody could be asked for; null where it answered. */
  readonly why: string | null;
  readonly place: string;
  readonly user: string;
  /** The home's scripts find their Java in the shell that commands get there. */
  readonly runs: boolean;
};

export type FanOutSaid = {
  readonly masters: readonly string[];
  readonly workers: readonly string[];
  /** Its stop can be told to kill nothing outright. */
  readonly soft: boolean;
  readonly reached: ReadonlyMap<string, Reached>;
};

const reachedIn = (block: Said): Reached => {
  const [name = '', code = ''] = (said(block, 'reach') ?? '').split(' ');
  const words = said(block, 'far.said') ?? '';
  return {
    name,
    why:
      code === '0'
        ? null
        : code === 'odd'
          ? 'no name of a host'
          : `${words}${words === '' ? '' : ', '}exit ${code}`,
    place: said(block, 'far.place') ?? '',
    user: said(block, 'far.user') ?? '',
    runs: said(block, 'far.runs') === 'yes',
  };
};

/** What the launcher said of its files, and of each host that it reached. */
export const parseFanOut = (lines: Said): FanOutSaid => {
  const starts = lines.flatMap(([key], i) => (key === 'reach' ? [i] : []));
  const reached = starts.map((start, i) => reachedIn(lines.slice(start, starts[i + 1])));
  return {
    masters: allSaid(lines, 'masters'),
    workers: allSaid(lines, 'workers'),
    soft: said(lines, 'soft') === 'yes',
    reached: new Map(reached.map(each => [each.name, each])),
  };
};

/** A process of another install, as its host tells of it: "worker 1234 of /opt/other". */
export const othersIn = (lines: Said): readonly string[] =>
  allSaid(lines, 'other').map(line => {
    const [pid = '', name = '', ...home] = line.split(' ');
    return `${roleOfClass(name) ?? name} ${pid} of ${home.join(' ') || '?'}`;
  });
