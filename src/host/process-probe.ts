import type {AbsPath} from '../lib/abs-path.ts';
import type {Facts} from '../model/facts.ts';
import type {Folder} from './identity.ts';
import type {Said} from './lines.ts';
import {parseBinary, parseProcesses} from './process.ts';
import {parseBusyPorts} from './sockets.ts';

/**
 * What a look at a home's processes and ports says, the judge of every stop: `running`, how many (`count`), `pid` and
 * `startTicks` of the oldest, `binary` (old: what was moved away still runs), and the ports: `portsFree`, `busyPorts`.
 */
export const processFacts = (home: AbsPath, folder: Folder, ports: readonly number[], lines: Said): Facts => {
  const processes = parseProcesses(lines);
  const busy = parseBusyPorts(lines, ports);
  const [first] = processes;
  return {
    running: first !== undefined,
    count: processes.length,
    portsFree: busy.length === 0,
    busyPorts: busy,
    ...(first === undefined
      ? {}
      : {pid: first.pid, startTicks: first.startTicks, binary: parseBinary(first.exe, home, folder)}),
  };
};
