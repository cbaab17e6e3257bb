import {allSaid, type Said} from '../../../host/lines.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import {type ProcessRole, roleOfClass} from '../scripts/role.ts';

/** A process of the product that runs out of a node's home or of one beside it, whoever it belongs to. */
export type Server = {
  readonly pid: number;
  readonly startTicks: number;
  readonly role: ProcessRole;
  /** What it was started from, as it says itself. */
  readonly home: string;
};

/** Where it was seen, and of which node the pid and its birth are known: a node whose process does not run has none. */
type Place = {readonly host: string; readonly home: string};
type Seen = {readonly node: Place; readonly facts: Facts};

const LINE = /^(\d+) (\d+) (\S+) (.*)$/;

const parse = (lines: readonly string[]): readonly Server[] =>
  lines.flatMap(line => {
    const [, pid, ticks, name = '', home = ''] = LINE.exec(line) ?? [];
    const role = roleOfClass(name);
    return role === null ? [] : [{pid: Number(pid), startTicks: Number(ticks), role, home}];
  });

/** What was printed of them, as a fact: one item each. */
export const serversFact = (lines: Said): Facts => ({servers: allSaid(lines, 'server')});
export const serversOf = (facts: Facts): readonly Server[] => parse(listOf(facts, 'servers'));

/**
 * Whether a node of the inventory is this process: the same pid of the same birth, on the same host, or on one that the
 * inventory calls otherwise and that has the same home.
 */
const isNode = ({host, home}: Place, {pid, startTicks}: Server, {node, facts}: Seen): boolean =>
  facts.pid === pid && facts.startTicks === startTicks && (node.host === host || node.home === home);

/** Processes that none of the nodes is, each with the first node that it was seen beside. */
export const strangersAmong = <S extends Seen>(
  all: readonly S[],
): readonly {readonly beside: S; readonly server: Server}[] => {
  const pids = Map.groupBy(all, ({facts}) => facts.pid);
  const told = new Set<string>();
  return all.flatMap(beside =>
    serversOf(beside.facts)
      .filter(server => !(pids.get(server.pid) ?? []).some(other => isNode(beside.node, server, other)))
      .filter(({pid}) => {
        const name = `${beside.node.host} ${pid}`;
        return !told.has(name) && told.add(name);
      })
      .map(server => ({beside, server})),
  );
};
