import {askLines, seen, silent} from '../../../host/ask.ts';
import {lastWordsAsked} from '../../../host/log.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Reason} from '../../../model/reason.ts';
import type {Probe} from '../../../model/system.ts';
import {nodesOf, SERVERS, type Servers} from '../fields.ts';
import {processFacts} from '../parse/process.ts';
import {serversFact, strangersAmong} from '../parse/servers.ts';
import {askProcess} from '../scripts/look.ts';
import {PROCESS_ROLES} from '../scripts/role.ts';

/** Whether the node's process runs and its ports are free: the judge of every stop. Of a start, what it said last where it is gone. */
export const processProbe: Probe<Servers> = {
  roles: SERVERS,
  look: async (node, _cluster, ask, given) => {
    const answer = await askLines(ask, node, askProcess(node));
    if (!answer.ok) return silent(answer);
    const {lines} = answer.value;
    return seen({...processFacts(node, lines), ...lastWordsAsked(given, lines)});
  },
};

/**
 * Who of the whole cluster runs (`running`), who does not (`down`), as ids, and which `roles` have anybody that runs: asked of
 * every host, for no master knows of a process that was started by hand. One that no node is runs too: it is told by its role,
 * pid and host. Silent while one host does not answer.
 */
export const processesProbe: Probe<Servers> = {
  roles: ['master'],
  look: async (_node, cluster, ask) => {
    const nodes = nodesOf(cluster, ...SERVERS);
    const looks = await Promise.all(
      nodes.map(async node => ({node, answer: await askLines(ask, node, askProcess(node))})),
    );
    const [first, ...more] = looks.flatMap(({answer}): readonly Reason[] =>
      answer.ok ? [] : answer.reasons,
    );
    if (first !== undefined) return silent({reasons: [first, ...more]});
    const told = looks.flatMap(({node, answer}) => {
      if (!answer.ok) return [];
      const {lines} = answer.value;
      const facts: Facts = {...processFacts(node, lines), ...serversFact(lines)};
      return [{node, facts}];
    });
    const runs = Map.groupBy(told, ({facts}) => facts.running === true);
    const [running = [], down = []] = [runs.get(true), runs.get(false)];
    const strangers = strangersAmong(told).map(({beside: {node}, server: {role, pid}}) => ({
      role,
      name: `${role} ${pid} on ${node.host}`,
    }));
    const roles = new Set<string>([
      ...running.map(({node}) => node.role),
      ...strangers.map(({role}) => role),
    ]);
    return seen({
      running: [...running.map(({node}) => node.id), ...strangers.map(({name}) => name)],
      down: down.map(({node}) => node.id),
      roles: PROCESS_ROLES.filter(role => roles.has(role)),
    });
  },
};
