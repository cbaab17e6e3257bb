import {parseWhole} from '../../../lib/whole.ts';

/** A master in the quorum, as the leader tells of it. */
export type Member = {readonly available: boolean; readonly address: string};

/** Who keeps the journal together. `leader`: null where it is not told (2.3.0) or not known. */
export type Quorum = {
  readonly size: number;
  readonly leader: string | null;
  readonly members: readonly Member[];
};

/** 2.9 has columns between bars, and a priority; 2.3.0 has blanks (recorded). */
const MEMBER = /^(AVAILABLE|UNAVAILABLE)\b[\s|]+(?:\d+\s*\|\s*)?(\S+:\d+)$/;

/** `fsadmin journal quorum info`; null for anything else, such as a journal that has no quorum. */
export const parseQuorum = (lines: readonly string[]): Quorum | null => {
  const named = (name: string): string | undefined =>
    lines
      .map(line => new RegExp(`^Quorum ${name}\\s*:\\s*(\\S+)$`).exec(line)?.[1])
      .find(value => value !== undefined);
  const size = parseWhole(named('size'));
  if (size === null) return null;
  const leader = named('leader');
  return {
    size,
    leader: leader === undefined || leader === 'UNKNOWN' ? null : leader,
    members: lines.flatMap(line => {
      const [, state, address] = MEMBER.exec(line) ?? [];
      return address === undefined ? [] : [{available: state === 'AVAILABLE', address}];
    }),
  };
};
