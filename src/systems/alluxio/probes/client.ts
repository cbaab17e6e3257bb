import {askLines, seen, silent} from '../../../host/ask.ts';
import {listOf} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {type Alluxio, isClient, isServer, SERVERS} from '../fields.ts';
import {clientFacts, clientSurveyFacts} from '../parse/client.ts';
import {askClient, askClientSurvey} from '../scripts/look-client.ts';
import {serversOf} from '../servers.ts';
import {SURVEY_TAKES_MS, surveyProbe} from './survey.ts';

/**
 * An application's client: the jar in place, and who has which loaded. Given `before`, processes that loaded the client before
 * it was replaced, those count as old that run on; given `stamp`, how the restart command of that run ended.
 */
export const clientProbe: Probe<Alluxio> = {
  roles: ['client'],
  look: async (node, _cluster, ask, given) => {
    if (!isClient(node)) throw new Error(`${node.id} is no client`);
    const {stamp} = given;
    const answer = await askLines(ask, node, askClient(node, typeof stamp === 'string' ? stamp : ''));
    return answer.ok ? seen(clientFacts(node, answer.value.lines, listOf(given, 'before'))) : silent(answer);
  },
};

/** All that a plan and preflight need to know of any node. */
export const nodeSurveyProbe: Probe<Alluxio> = {
  roles: [...SERVERS, 'client'],
  takesMs: () => SURVEY_TAKES_MS,
  look: async (node, cluster, ask, given) => {
    if (isServer(node)) return surveyProbe.look(node, serversOf(cluster), ask, given);
    if (!isClient(node)) throw new Error(`${node.id} has no role`);
    const answer = await askLines(ask, node, askClientSurvey(node));
    return answer.ok ? seen(clientSurveyFacts(node, answer.value.lines)) : silent(answer);
  },
};
