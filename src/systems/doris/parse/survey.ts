import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import {portsOf} from '../fields.ts';
import {besideFact, unitFacts} from './around.ts';
import {allSaid, type Said, said} from './lines.ts';
import {parseBinary, parseBusyPorts, parseProcesses, parseRoles, roleFlags} from './process.ts';
import {parsePlace} from './tree.ts';

const numberFact = (name: string, value: string | null): Facts => {
  if (value === 'unlimited') return {[name]: Number.MAX_SAFE_INTEGER};
  return value !== null && /^\d+$/.test(value) ? {[name]: Number(value)} : {};
};

const listFact = (name: string, values: readonly string[]): Facts => ({
  [name]: values.length === 0 ? 'none' : values.join(' '),
});

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_SAFE_INTEGER);

const processFacts = (node: Node, lines: Said): Facts => {
  const processes = parseProcesses(lines);
  const [first] = processes;
  if (first === undefined) return {process: 'none', count: 0};
  const cloud = node.role === 'ms' || node.role === 'recycler';
  return {
    process: 'running',
    count: processes.length,
    pid: first.pid,
    startTicks: first.startTicks,
    binary: parseBinary(first.exe, node.home),
    ...(first.user === null ? {} : {owner: first.user}),
    ...(first.nofile === null ? {} : {nofile: finite(first.nofile)}),
    ...(cloud ? {roles: parseRoles(first.args), flags: roleFlags(first.args).join(' ')} : {}),
    ...Object.fromEntries(Object.entries(first.env).map(([name, value]) => [`env.${name}`, value])),
  };
};

/**
 * What the survey script saw of a node's host, as facts. Environment variables of the process have names beginning with
 * `env.`; lists are words with blanks between them, or `none`.
 */
export const parseSurvey = (node: Node, lines: Said): Facts => {
  const text = (key: string): string => said(lines, key) ?? '';
  return {
    ...processFacts(node, lines),
    ...unitFacts(lines),
    ...besideFact(lines),
    pidFile: text('pidfile'),
    login: text('login'),
    home: parsePlace(said(lines, 'home')),
    bin: parsePlace(said(lines, 'bin')),
    lib: parsePlace(said(lines, 'lib')),
    conf: parsePlace(said(lines, 'conf')),
    packageBin: parsePlace(said(lines, 'package.bin')),
    packageLib: parsePlace(said(lines, 'package.lib')),
    writable: text('writable') === 'yes',
    homeStart: text('homeStart'),
    homeStop: text('homeStop'),
    packageStart: text('packageStart'),
    packageStop: text('packageStop'),
    ...numberFact('freeKb', said(lines, 'freeKb')),
    ...numberFact('packageKb', said(lines, 'packageKb')),
    ...numberFact('sessionNofile', said(lines, 'session.nofile')),
    ...numberFact('sessionHard', said(lines, 'session.hard')),
    ...listFact('leftovers', allSaid(lines, 'leftover')),
    ...listFact('extras', allSaid(lines, 'extra')),
    ...listFact('busyPorts', parseBusyPorts(lines, portsOf(node)).map(String)),
  };
};
