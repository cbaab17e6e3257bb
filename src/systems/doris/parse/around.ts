import type {Facts} from '../../../model/facts.ts';
import {allSaid, type Said, said} from './lines.ts';
import {parseRoles} from './process.ts';

/** What the service manager says of the process's unit; no fact where it was not asked or did not answer. */
export const unitFacts = (lines: Said): Facts => {
  const [unit, restart, main] = [said(lines, 'unit'), said(lines, 'unitRestart'), said(lines, 'unitMain')];
  return {
    ...(unit === null ? {} : {unit}),
    ...(restart === null ? {} : {unitRestart: restart}),
    ...(main === null || !/^\d+$/.test(main) ? {} : {unitMain: Number(main)}),
  };
};

/** A MetaService or Recycler that was seen on a host beside the node that was looked for. */
export type Beside = {readonly pid: number; readonly roles: string; readonly home: string};

/** As one fact: a line each. */
export const besideFact = (lines: Said): Facts => {
  const seen = allSaid(lines, 'beside').flatMap(line => {
    const [, pid, flags, home] = /^(\d+) (\S+) (.+)$/.exec(line) ?? [];
    return pid === undefined || flags === undefined ? [] : [`${pid} ${parseRoles(flags.split(','))} ${home}`];
  });
  return seen.length === 0 ? {} : {beside: seen.join('\n')};
};

/** And read again. */
export const parseBeside = (facts: Facts): Beside[] =>
  String(facts.beside ?? '')
    .split('\n')
    .flatMap(line => {
      const [, pid, roles, home] = /^(\d+) (\S+) (.+)$/.exec(line) ?? [];
      return pid === undefined || roles === undefined || home === undefined
        ? []
        : [{pid: Number(pid), roles, home}];
    });
