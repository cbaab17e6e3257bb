import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {sh} from '../../../../src/lib/sh.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {packageRunFacts} from '../../../../src/systems/doris/parse/package-run.ts';
import {askVersion} from '../../../../src/systems/doris/scripts/look-version.ts';
import {install, linux, type Place, program, run, shells} from './homes.ts';

const put = (base: string, path: string, text: string): void => {
  mkdirSync(dirname(join(base, path)), {recursive: true});
  program(join(base, path), text);
};

const BE = '#!/bin/sh\n[ "$1" = --version ] && echo "doris-3.1.2-rc01-abc(AVX2) RELEASE"\n';

/** A conf is no place for the blanks and quotes of the homes. */
const plain = mkdtempSync(join(tmpdir(), 'lakeup-jdks-'));
afterAll(() => rmSync(plain, {recursive: true, force: true}));

describe.runIf(linux).each(shells)('the JDK of a backend, seen by %s', shell => {
  const be = (): Place => {
    const place = install('be');
    put(place.package, 'lib/doris_be', BE);
    put(
      place.package,
      'bin/start_be.sh',
      '#!/usr/bin/env bash\n"$(dirname "$0")/../lib/doris_be" --version\n',
    );
    return place;
  };
  /** A JDK that tells its number by its release file, or only when it is asked. */
  const jdkAt = (version: string, by: 'file' | 'word', path = mkdtempSync(join(plain, 'jdk-'))): string => {
    put(path, 'bin/java', `#!/bin/sh\necho 'openjdk version "${by === 'word' ? version : '0'}" x' >&2\n`);
    if (by === 'file') put(path, 'release', `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
    return path;
  };
  const conf = ({home}: Place, text: string): void => put(home, 'conf/be.conf', `be_port = 9060\n${text}\n`);

  test.each<[string, (place: Place) => string | null, string]>([
    ['of the environment', () => jdkAt('17.0.2', 'file'), 'ok 17'],
    ['that has to be asked', () => jdkAt('11.0.1', 'word'), 'ok 11'],
    ['of the old way of counting', () => jdkAt('1.8.0_202', 'file'), 'ok 8'],
    [
      'of the conf, before that of the environment',
      place => {
        conf(place, `JAVA_HOME = "${jdkAt('11.0.1', 'file')}"  `);
        return jdkAt('17.0.2', 'file');
      },
      'ok 11',
    ],
    [
      'below the home',
      place => {
        jdkAt('17.0.9', 'file', join(place.home, 'jdk'));
        conf(place, ['JAVA_HOME=', '{DORIS_HOME}/jdk'].join('$'));
        return null;
      },
      'ok 17',
    ],
    [
      'that only the script itself can tell',
      place => {
        conf(place, ['JAVA_HOME=', '{JDK_DIR}/17'].join('$'));
        return jdkAt('11.0.1', 'file');
      },
      'undefined undefined',
    ],
    ['that is not there', () => '/nonexistent/jdk', 'broken undefined'],
    ['that nobody names', () => null, 'none undefined'],
  ])('%s', (_, make, wanted) => {
    const place = be();
    const java = make(place);
    const script = renderScript(askVersion(place.node, 'package', java).script);
    const told = packageRunFacts(parseLines(run(sh`unset JAVA_HOME; eval ${script}`, shell).stdout));
    expect(told.packageVersion).toBe('3.1.2');
    expect(`${told.java} ${told.jdk}`).toBe(wanted);
  });
});
