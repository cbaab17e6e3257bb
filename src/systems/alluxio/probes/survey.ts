import {askLines, seen, silent} from '../../../host/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {SERVERS, type Servers} from '../fields.ts';
import {parseSurvey} from '../parse/survey.ts';
import {askSurvey} from '../scripts/look-survey.ts';
import {clusterProbe} from './cluster.ts';
import {statusProbe} from './status.ts';

/** All that a plan and preflight need to know of one node: its host, its status, and from the leader what its cluster is. */
export const surveyProbe: Probe<Servers> = {
  roles: SERVERS,
  look: async (node, cluster, ask) => {
    const answer = await askLines(ask, node, askSurvey(node, cluster));
    if (!answer.ok) return silent(answer);
    const own = parseSurvey(node, answer.value.lines);
    const status = await statusProbe.look(node, cluster, ask, {});
    if (status.kind === 'silent') return status;
    const leads = node.role === 'master' && status.facts.master === 'leader';
    const whole = leads ? await clusterProbe.look(node, cluster, ask, {}) : null;
    const told: Facts = whole?.kind === 'seen' ? whole.facts : {};
    return seen({...told, ...own, ...status.facts});
  },
};
