import {askLines, seen, silent} from '../../../host/ask.ts';
import type {Reason} from '../../../model/reason.ts';
import type {Probe} from '../../../model/system.ts';
import {nodesOf, SERVERS, type Servers} from '../fields.ts';
import {processFacts} from '../parse/process.ts';
import {askProcess} from '../scripts/look.ts';

/** Whether the node's process runs and its ports are free: the judge of every stop. */
export const processProbe: Probe<Servers> = {
  roles: SERVERS,
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, askProcess(node));
    return answer.ok ? seen(processFacts(node, answer.value.lines)) : silent(answer);
  },
};

/**
 * Who of the whole cluster runs (`running`), who does not (`down`), as ids, and which `roles` have anybody that runs: asked of
 * every host, for no master knows of a process that was started by hand. Silent while one host does not answer.
 */
export const processesProbe: Probe<Servers> = {
  roles: ['master'],
  look: async (_node, cluster, ask) => {
    const looks = await Promise.all(
      nodesOf(cluster, ...SERVERS).map(async node => ({
        node,
        look: await processProbe.look(node, cluster, ask, {}),
      })),
    );
    const [first, ...more] = looks.flatMap(({look}): readonly Reason[] =>
      look.kind === 'silent' ? look.reasons : [],
    );
    if (first !== undefined) return silent({reasons: [first, ...more]});
    const runs = Map.groupBy(looks, ({look}) => look.kind === 'seen' && look.facts.running === true);
    const [running = [], down = []] = [runs.get(true), runs.get(false)];
    return seen({
      running: running.map(({node}) => node.id),
      down: down.map(({node}) => node.id),
      roles: SERVERS.filter(role => running.some(({node}) => node.role === role)),
    });
  },
};
