import {askLines, seen, silent} from '../../../host/ask.ts';
import {lastWordsAsked} from '../../../host/log.ts';
import {processFacts} from '../../../host/process-probe.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, portsOf} from '../fields.ts';
import {BINARIES} from '../parse/tree.ts';
import {askProcess} from '../scripts/look.ts';

/** Whether the node's process runs and its ports are free: the judge of every stop. Of a start, what it said last where it is gone. */
export const processProbe: Probe<Doris> = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  look: async (node, _cluster, ask, given) => {
    const answer = await askLines(ask, node, askProcess(node));
    if (!answer.ok) return silent(answer);
    const {lines} = answer.value;
    return seen({
      ...processFacts(node.home, BINARIES, portsOf(node), lines),
      ...lastWordsAsked(given, lines),
    });
  },
};
