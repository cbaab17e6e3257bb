import {limitLines} from '../../../host/cgroup.ts';
import {cronFacts} from '../../../host/cron.ts';
import {numberFact} from '../../../host/fact.ts';
import {parsePlace} from '../../../host/files.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import {lastWordsFact} from '../../../host/log.ts';
import {logoutFacts} from '../../../host/logout.ts';
import {parseBusyPorts} from '../../../host/sockets.ts';
import {starterFacts} from '../../../host/starter.ts';
import {loginAndHomeFacts, processSurveyFacts} from '../../../host/survey.ts';
import {unitFacts} from '../../../host/unit.ts';
import type {Facts} from '../../../model/facts.ts';
import {type DorisNode, portsOf} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';
import {besideFact} from './beside.ts';
import {demandFacts} from './demands.ts';
import {ownFacts} from './own.ts';
import {parseRoles, roleFlags} from './roles.ts';
import {BINARIES} from './tree.ts';

const processFacts = (node: DorisNode, lines: Said): Facts => {
  const {facts, first} = processSurveyFacts(node.home, BINARIES, lines);
  const cloud = node.role === 'ms' || node.role === 'recycler';
  if (first === null || !cloud) return facts;
  return {...facts, roles: parseRoles(first.args), flags: roleFlags(first.args)};
};

/**
 * What the survey script saw of a node's host, as facts. Environment variables of the process have names beginning with
 * `env.`; lists are lists.
 */
export const parseSurvey = (node: DorisNode, lines: Said): Facts => {
  const text = (key: string): string => said(lines, key) ?? '';
  const process = processFacts(node, lines);
  return {
    ...process,
    ...demandFacts(lines, process),
    ...unitFacts(lines),
    ...starterFacts(lines, script => roleScripts(node.fields.role).starts.includes(script)),
    ...cronFacts(lines),
    ...logoutFacts(lines),
    limits: limitLines(lines),
    ...loginAndHomeFacts(lines),
    ...besideFact(lines),
    pidFile: text('pidfile'),
    ...lastWordsFact(lines),
    ...(allSaid(lines, 'conf.https').at(-1) === 'true' ? {https: true} : {}),
    bin: parsePlace(said(lines, 'bin')),
    lib: parsePlace(said(lines, 'lib')),
    conf: parsePlace(said(lines, 'conf')),
    packageBin: parsePlace(said(lines, 'package.bin')),
    packageLib: parsePlace(said(lines, 'package.lib')),
    homeStart: text('homeStart'),
    homeStop: text('homeStop'),
    packageStart: text('packageStart'),
    packageStop: text('packageStop'),
    ...numberFact('packageKb', said(lines, 'packageKb')),
    extras: allSaid(lines, 'extra'),
    ...ownFacts(lines),
    busyPorts: parseBusyPorts(lines, portsOf(node)),
  };
};
