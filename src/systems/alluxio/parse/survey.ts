import {limitLines} from '../../../host/cgroup.ts';
import {cronFacts} from '../../../host/cron.ts';
import {numberFact, textFact, yesFact} from '../../../host/fact.ts';
import {parsePlace} from '../../../host/files.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import {logoutFacts} from '../../../host/logout.ts';
import {parseBusyPorts} from '../../../host/sockets.ts';
import {starterFacts} from '../../../host/starter.ts';
import {loginAndHomeFacts, processSurveyFacts} from '../../../host/survey.ts';
import {unitFacts} from '../../../host/unit.ts';
import {parseVersion} from '../../../lib/version.ts';
import type {Facts} from '../../../model/facts.ts';
import {portsOf, type ServerNode} from '../fields.ts';
import {confSurveyFacts} from './conf.ts';
import {parseHomeKind} from './home.ts';
import {mayTake} from './memory.ts';
import {ofProcess} from './process.ts';
import {serversFact} from './servers.ts';

/** Its processes are Java's: nothing of the home is their exe. */
const JARS = {folder: 'lib', movedTo: []};

const PACKAGES = ['dir', 'tar', 'none', 'other'] as const;

const versionFact = (name: string, value: string | null): Facts => {
  const version = parseVersion(value ?? '');
  return version === null ? {} : {[name]: version};
};

/** What runs put aside beside a home that is a directory: `STAMP VERSION` each, the one put aside last at the end. */
const asidesFact = (lines: Said): Facts => {
  const asides = allSaid(lines, 'aside').flatMap(told => {
    const [, stamp, version = ''] = /^(\d{8}_\d{6}) (.*)$/.exec(told) ?? [];
    return stamp === undefined ? [] : [`${stamp} ${parseVersion(version) ?? 'other'}`];
  });
  return asides.length === 0 ? {} : {asides: asides.toSorted()};
};

/** The folder a process has its conf in, where that is none of its home's: it is not carried over. */
const confDirFact = (args: readonly string[], {at}: Facts): Facts => {
  const [dir] = args.flatMap(arg => /^-Dalluxio\.conf\.dir=(.+)$/.exec(arg)?.[1] ?? []);
  return dir === undefined || at === undefined || dir === `${String(at)}/conf` ? {} : {confDir: dir};
};

const processFacts = (node: ServerNode, lines: Said): {facts: Facts; args: readonly string[]} => {
  const {facts, first} = processSurveyFacts(node.home, JARS, lines);
  const {binary: _, ...known} = facts;
  if (first === null) return {facts: known, args: []};
  const own = ofProcess(lines, first);
  const {args} = first;
  return {facts: {...known, ...own, ...confDirFact(args, own), ...mayTake(args)}, args};
};

/**
 * What the survey script saw of a node's host, as facts. `version` is the process's, or the home's where none runs.
 * Environment variables of the process have names beginning with `env.`, properties with `conf.` and `source.`.
 */
export const parseSurvey = (node: ServerNode, lines: Said): Facts => {
  const {facts: process, args} = processFacts(node, lines);
  return {
    ...versionFact('version', said(lines, 'homeVersion')),
    ...process,
    ...serversFact(lines),
    ...unitFacts(lines),
    // The scripts end once they have launched it, but for `safe`, which starts it again and again.
    ...starterFacts(lines, script => script === 'launch-process'),
    ...cronFacts(lines),
    ...logoutFacts(lines),
    limits: limitLines(lines),
    ...loginAndHomeFacts(lines),
    parentWritable: said(lines, 'parentWritable') === 'yes',
    homeKind: parseHomeKind(said(lines, 'homeKind')),
    ...textFact('homeReal', said(lines, 'homeReal')),
    ...versionFact('homeVersion', said(lines, 'homeVersion')),
    newPlace: parsePlace(said(lines, 'newPlace')),
    ...yesFact('staged', said(lines, 'staged')),
    ...asidesFact(lines),
    package: PACKAGES.find(kind => kind === said(lines, 'package')) ?? 'other',
    ...versionFact('packageVersion', said(lines, 'packageVersion')),
    ...numberFact('packageKb', said(lines, 'packageKb')),
    ...yesFact('backupWritable', said(lines, 'backupWritable')),
    ...numberFact('backupKb', said(lines, 'backupKb')),
    confFiles: allSaid(lines, 'conf'),
    named: [...new Set(allSaid(lines, 'named'))],
    ...textFact('startFlags', said(lines, 'startFlags')),
    ...textFact('javaVersion', said(lines, 'javaVersion')),
    ...numberFact('memoryKb', said(lines, 'memoryKb')),
    ...numberFact('propExit', said(lines, 'propExit')),
    ...textFact('propSaid', said(lines, 'propSaid')),
    ...confSurveyFacts(node.role, lines, args),
    busyPorts: parseBusyPorts(lines, portsOf(node)),
  };
};
