import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Probe} from '../../../model/system.ts';
import {portsOf} from '../fields.ts';
import type {Said} from '../parse/lines.ts';
import {parseBinary, parseBusyPorts, parseProcesses, parseRoles} from '../parse/process.ts';
import {askProcess} from '../scripts/look.ts';
import {askLines, seen, silent} from './answers.ts';

/**
 * `running`, how many (`count`), `pid` and `startTicks` of the oldest, `binary` (old: what was moved away still runs),
 * `roles` of a MetaService program, and the node's ports: `portsFree`, `busyPorts`.
 */
export const processFacts = (node: Node, lines: Said): Facts => {
  const processes = parseProcesses(lines);
  const busy = parseBusyPorts(lines, portsOf(node));
  const [first] = processes;
  return {
    running: first !== undefined,
    count: processes.length,
    portsFree: busy.length === 0,
    ...(busy.length === 0 ? {} : {busyPorts: busy.join(' ')}),
    ...(first === undefined
      ? {}
      : {pid: first.pid, startTicks: first.startTicks, binary: parseBinary(first.exe, node.home)}),
    ...(first !== undefined && (node.role === 'ms' || node.role === 'recycler')
      ? {roles: parseRoles(first.args)}
      : {}),
  };
};

/** Whether the node's process runs and its ports are free: the judge of every stop. */
export const processProbe: Probe = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, askProcess(node));
    return answer.ok ? seen(processFacts(node, answer.value.lines)) : silent(answer.reason);
  },
};
