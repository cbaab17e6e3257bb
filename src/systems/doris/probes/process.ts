import {askLines, seen, silent} from '../../../host/ask.ts';
import {processFacts} from '../../../host/process-probe.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, portsOf} from '../fields.ts';
import {BINARIES} from '../parse/tree.ts';
import {askProcess} from '../scripts/look.ts';

/** Whether the node's process runs and its ports are free: the judge of every stop. */
export const processProbe: Probe<Doris> = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, askProcess(node));
    return answer.ok
      ? seen(processFacts(node.home, BINARIES, portsOf(node), answer.value.lines))
      : silent(answer);
  },
};
