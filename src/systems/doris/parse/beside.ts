import {allSaid, type Said} from '../../../host/lines.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import {parseRoles} from './roles.ts';

/** A MetaService or Recycler that was seen on a host beside the node that was looked for. */
export type Beside = {readonly pid: number; readonly roles: string; readonly home: string};

const LINE = /^(\d+) (\S+) (.+)$/;

/** What was printed of them, as a fact: one item each. */
export const besideFact = (lines: Said): Facts => ({
  beside: allSaid(lines, 'beside').flatMap(line => {
    const [, pid, flags, home] = LINE.exec(line) ?? [];
    return pid === undefined || flags === undefined ? [] : [`${pid} ${parseRoles(flags.split(','))} ${home}`];
  }),
});

export const besidesOf = (facts: Facts): Beside[] =>
  listOf(facts, 'beside').flatMap(line => {
    const [, pid, roles, home] = LINE.exec(line) ?? [];
    return pid === undefined || roles === undefined || home === undefined
      ? []
      : [{pid: Number(pid), roles, home}];
  });
