import type {SimEvent} from '../../src/sim/events-log.ts';

/** Everything that happened to nodes by their product's own stop and start scripts: "stop ms-1", "start ms-1", … */
export const stopsAndStarts = (events: readonly SimEvent[]): string[] =>
  events.flatMap(({node, what}) => {
    const [, verb] = /^call (stop|start)_\w+\.sh(?!.*--version)/.exec(what) ?? [];
    return verb === undefined ? [] : [`${verb} ${node}`];
  });

/** "stop a", "start a", "stop b", …: each node once, one after the other. */
export const eachOnce = (...nodes: readonly string[]): string[] =>
  nodes.flatMap(node => [`stop ${node}`, `start ${node}`]);

/** Who was the master when the first frontend was stopped, as the frontends themselves told it since they were made. */
export const masterAt = (events: readonly SimEvent[]): string => {
  const begins = events.findIndex(({what}) => what.startsWith('call stop_fe.sh'));
  return events.slice(0, begins).findLast(({what}) => what === 'role MASTER')?.node ?? '';
};
