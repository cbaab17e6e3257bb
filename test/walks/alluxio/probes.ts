import {askLines, seen, silent} from '../../../src/host/ask.ts';
import {place} from '../../../src/host/files.ts';
import {identity} from '../../../src/host/identity.ts';
import {allSaid, type Said, said} from '../../../src/host/lines.ts';
import {look} from '../../../src/host/look.ts';
import {brief, eachBrief, eachFull, full} from '../../../src/host/process.ts';
import {processFacts} from '../../../src/host/process-probe.ts';
import {hexPorts, sockets} from '../../../src/host/sockets.ts';
import {loginAndHome, loginAndHomeFacts, processSurveyFacts} from '../../../src/host/survey.ts';
import {unitFacts, unitOf} from '../../../src/host/unit.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {Ask} from '../../../src/model/ask.ts';
import type {Fact, Facts, Look} from '../../../src/model/facts.ts';
import type {Reasons} from '../../../src/model/reason.ts';
import {type Body, body} from '../../../src/model/script.ts';
import type {Probe} from '../../../src/model/system.ts';
import {
  type Alluxio,
  type AlluxioNode,
  homeOf,
  nodeVars,
  ofRole,
  ROLES,
  type RoleName,
  SERVERS,
  type ServerRole,
} from './fields.ts';
import {own} from './scripts.ts';

/** Its processes are Java's: nothing of the home is their exe. */
const JARS = {folder: 'lib', movedTo: []};

/** Which process of the role runs out of the home, and who listens on its port. */
const processBody = (role: ServerRole): Body =>
  body(`alluxio.${role}.look.process`, identity(own(role)), brief, eachBrief, sockets);

/** The same with what a plan has to know of the host: login, home, unit, and the kind of the journal. */
const surveyBody = (role: ServerRole): Body =>
  body(
    `alluxio.${role}.look.survey`,
    identity(own(role)),
    brief,
    full(['JAVA_HOME']),
    place,
    unitOf,
    eachFull,
    sh`for pid in $(pids); do unit_of "$pid"; done`,
    loginAndHome,
    sh`echo "journalType=$(sed -n 's/^alluxio.master.journal.type=//p' "$home/conf/alluxio-site.properties" | tail -n 1)"`,
  );

/** The version stands in the name of the jar that a process was started with. */
const versionOf = (lines: Said): Facts => {
  const [, version] = /alluxio-server-(\d+\.\d+\.\d+)\.jar/.exec(allSaid(lines, 'arg').join(' ')) ?? [];
  return version === undefined ? {} : {version};
};

const isServer = (role: RoleName): role is ServerRole => role !== 'client';

const portsOf = ({fields}: AlluxioNode): readonly number[] => ('port' in fields ? [fields.port] : []);

const serverLook = async (
  node: AlluxioNode,
  ask: Ask,
  bodyOf: (role: ServerRole) => Body,
  factsOf: (lines: Said) => Facts,
): Promise<Look> => {
  const {role} = node.fields;
  if (!isServer(role)) throw new Error(`${node.id} is no server`);
  const answer = await askLines(
    ask,
    node,
    look(bodyOf(role), {...nodeVars(node), ports: hexPorts(portsOf(node))}),
  );
  return answer.ok
    ? seen({...factsOf(answer.value.lines), ...versionOf(answer.value.lines)})
    : silent(answer);
};

const processProbe: Probe<Alluxio> = {
  roles: SERVERS,
  look: (node, _cluster, ask) =>
    serverLook(node, ask, processBody, lines => processFacts(homeOf(node), JARS, portsOf(node), lines)),
};

/** Nobody's process: asked of every server, for no master knows of one that somebody started by hand. */
const processes: Probe<Alluxio> = {
  roles: ['master'],
  look: async (_node, cluster, ask) => {
    const servers = ofRole(cluster, ...SERVERS);
    const looks = await Promise.all(servers.map(server => processProbe.look(server, cluster, ask, {})));
    const [unknown, ...more] = looks.flatMap(one => (one.kind === 'silent' ? one.reasons : []));
    if (unknown !== undefined) return silent({reasons: [unknown, ...more] satisfies Reasons});
    const runs = looks.map(one => one.kind === 'seen' && one.facts.running === true);
    return seen({running: servers.filter((_, i) => runs[i]).map(({id}) => id)});
  },
};

/** How a printed value is read. */
type Shape = Readonly<Record<string, 'word' | 'number' | 'yes' | 'list'>>;

const read = (lines: Said, shape: Shape): Facts =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([name, as]): [string, Fact][] => {
      if (as === 'list') return [[name, allSaid(lines, name)]];
      const value = said(lines, name);
      if (value === null) return [];
      return [[name, as === 'number' ? Number(value) : as === 'yes' ? value === 'yes' : value]];
    }),
  );

/**
 * A look whose command is left to the chapter (a report of the cluster, a listing of the journal): here only its name and
 * its variables count, and the lines that come back.
 */
const telling = (what: string, roles: readonly RoleName[], shape: Shape): Probe<Alluxio> => ({
  roles,
  look: async (node, _cluster, ask, given) => {
    const asked = body(`alluxio.${node.fields.role}.look.${what}`, sh`: "$role"`);
    const answer = await askLines(ask, node, look(asked, {...nodeVars(node), ...given}));
    return answer.ok ? seen(read(answer.value.lines, shape)) : silent(answer);
  },
});

const client = telling('client', ['client'], {
  jar: 'word',
  classpath: 'word',
  classpathVersion: 'word',
  loaded: 'word',
});

const loadedOf = (one: Look): Look =>
  one.kind === 'silent' ? one : seen({...one.facts, health: 'ok', version: one.facts.loaded ?? ''});

const status: Probe<Alluxio> = {
  roles: ROLES,
  look: async (node, cluster, ask, given) => {
    if (node.fields.role === 'client') return loadedOf(await client.look(node, cluster, ask, given));
    const one = await processProbe.look(node, cluster, ask, given);
    return one.kind === 'silent'
      ? one
      : seen({...one.facts, health: one.facts.running === true ? 'ok' : 'down'});
  },
};

const survey: Probe<Alluxio> = {
  roles: ROLES,
  look: async (node, cluster, ask, given) =>
    node.fields.role === 'client'
      ? status.look(node, cluster, ask, given)
      : serverLook(node, ask, surveyBody, lines => {
          const {facts} = processSurveyFacts(homeOf(node), JARS, lines);
          return {
            ...facts,
            ...unitFacts(lines),
            ...loginAndHomeFacts(lines),
            journalType: said(lines, 'journalType') ?? '',
            health: facts.process === 'running' ? 'ok' : 'down',
          };
        }),
};

export const probes: Readonly<Record<string, Probe<Alluxio>>> = {
  status,
  survey,
  process: processProbe,
  processes,
  client,
  home: telling('home', ['master', 'worker'], {version: 'word', staged: 'word', confUnknown: 'list'}),
  cluster: telling('cluster', ['master'], {
    leaders: 'number',
    liveWorkers: 'number',
    lostWorkers: 'list',
    safeMode: 'yes',
    versions: 'list',
  }),
  writes: telling('writes', ['master'], {moving: 'yes', sequence: 'number', marked: 'yes'}),
  backup: telling('backup', ['master'], {
    uri: 'word',
    path: 'word',
    host: 'word',
    gzip: 'word',
    sha256: 'word',
    bytes: 'number',
    entries: 'number',
  }),
  namespace: telling('namespace', ['master'], {files: 'number', mounts: 'list', notPersisted: 'number'}),
  proof: telling('proof', ['master'], {readable: 'yes', gzip: 'word', bytes: 'number', sha256: 'word'}),
  masters: telling('masters', ['master'], {
    running: 'number',
    leaders: 'number',
    quorum: 'number',
    restored: 'number',
    files: 'number',
    mounts: 'list',
    foreign: 'list',
  }),
  journal: telling('journal', ['master'], {state: 'word', foreign: 'list'}),
  'journal-copy': telling('journal-copy', ['master'], {same: 'yes'}),
  'journal-blast': telling('journal-blast', ['master'], {
    path: 'word',
    filesystem: 'word',
    files: 'number',
    bytes: 'number',
    copied: 'yes',
    backup: 'word',
  }),
  cache: telling('cache', ['worker'], {mounted: 'yes', files: 'number'}),
  'cache-copy': telling('cache-copy', ['worker'], {same: 'yes', files: 'number'}),
  worker: telling('worker', ['worker'], {registered: 'yes', version: 'word', blocks: 'number'}),
};
