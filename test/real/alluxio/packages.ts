import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {must} from '../../lab/command.ts';
import type {Prepared, Version} from './prepare.ts';

/** Where hosts see the jars of all versions, the packages, and Java. */
export const JARS_AT = '/opt/alluxio-jars';
export const PACKAGES_AT = '/opt/packages';
export const JAVA_AT = '/opt/java';

export const packageAt = (version: Version): string => `${PACKAGES_AT}/alluxio-${version}-bin.tar.gz`;

const HOME = join(import.meta.dirname, 'home');

/** A manifest's lines hold 72 bytes; what is longer goes on after a blank. */
const folded = (line: string): string => line.replace(/^.{70}|.{69}/g, piece => `${piece}\r\n `);

/** Scripts name one jar of the server; here it holds nothing but the names of those it is made of. */
const writeServerJar = async (jars: string, version: Version, to: string, scratch: string): Promise<void> => {
  const urls = readdirSync(join(jars, version)).map(name => `file:${JARS_AT}/${version}/${name}`);
  mkdirSync(join(scratch, 'META-INF'), {recursive: true});
  const manifest = ['Manifest-Version: 1.0', folded(`Class-Path: ${urls.join(' ')}`), '', ''];
  writeFileSync(join(scratch, 'META-INF/MANIFEST.MF'), manifest.join('\r\n'));
  await must(['python3', '-m', 'zipfile', '-c', to, 'META-INF/'], {cwd: scratch});
};

/** Packs a version as it is downloaded: one folder in one tarball, without the configuration of any site. */
export const pack = async ({jars}: Prepared, version: Version, into: string): Promise<void> => {
  const scratch = mkdtempSync(join(tmpdir(), 'lakeup-package-'));
  const name = `alluxio-${version}`;
  const home = join(scratch, name);
  try {
    cpSync(HOME, home, {recursive: true});
    const config = join(home, 'libexec/alluxio-config.sh');
    const generation = version === '2.3.0' ? 'old' : 'new';
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace('@VERSION@', version).replace('@GENERATION@', generation),
    );
    for (const folder of ['assembly', 'lib', 'extensions']) mkdirSync(join(home, folder));
    await writeServerJar(jars, version, join(home, `assembly/alluxio-server-${version}.jar`), scratch);
    await must([
      'tar',
      '-C',
      scratch,
      '--owner=:0',
      '--group=:0',
      '-czf',
      join(into, `${name}-bin.tar.gz`),
      name,
    ]);
  } finally {
    rmSync(scratch, {recursive: true, force: true});
  }
};
