import type {Said} from '../../../host/lines.ts';
import {type Process, parseProcesses} from '../../../host/process.ts';
import {parseBusyPorts} from '../../../host/sockets.ts';
import {parseVersion} from '../../../lib/version.ts';
import type {Facts} from '../../../model/facts.ts';
import {portsOf, type ServerNode} from '../fields.ts';

/** The jar of the server's own classes, whose name holds the version that a process was started with. */
const SERVER_JAR = /alluxio-(?:assembly-)?server-(\d+\.\d+\.\d+)[^/:]*\.jar/;

/** What the home says in which a process was started. The last that is said of a pid counts. */
const homesIn = (lines: Said): ReadonlyMap<number, {readonly at?: string; readonly version?: string}> => {
  const homes = new Map<number, {at?: string; version?: string}>();
  let pid = 0;
  for (const [key, value] of lines) {
    if (key === 'process') pid = Number(value);
    if (key === 'procHome') homes.set(pid, {...homes.get(pid), at: value});
    if (key === 'procVersion') homes.set(pid, {...homes.get(pid), version: value});
  }
  return homes;
};

/**
 * What a process says of itself: `version` and `at`, the home it was started from. The jar among its arguments is what it
 * runs; files of its home may be another version's by now.
 */
export const ofProcess = (lines: Said, {pid, args}: Process): Facts => {
  const {at, version: told = ''} = homesIn(lines).get(pid) ?? {};
  const version = SERVER_JAR.exec(args.join(' '))?.[1] ?? parseVersion(told);
  return {...(version === null ? {} : {version}), ...(at === undefined ? {} : {at})};
};

/**
 * A node's processes and ports as facts, the judge of every stop: `running`, how many (`count`), `pid` and `startTicks` of
 * the oldest, its `version` and the home it is `at`, and the ports: `portsFree`, `busyPorts`.
 */
export const processFacts = (node: ServerNode, lines: Said): Facts => {
  const processes = parseProcesses(lines);
  const busy = parseBusyPorts(lines, portsOf(node));
  const [first] = processes;
  return {
    running: first !== undefined,
    count: processes.length,
    portsFree: busy.length === 0,
    busyPorts: busy,
    ...(first === undefined
      ? {}
      : {pid: first.pid, startTicks: first.startTicks, ...ofProcess(lines, first)}),
  };
};
