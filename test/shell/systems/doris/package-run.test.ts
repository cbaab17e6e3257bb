import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {arch, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {packageRunFacts} from '../../../../src/systems/doris/parse/package-run.ts';
import {askVersion} from '../../../../src/systems/doris/scripts/look-version.ts';
import {install, linux, type Place, program, run} from './homes.ts';

const asked = ({node}: Place, java: string | null = null) => run(askVersion(node, 'package', java).script);
const factsOf = (place: Place, java: string | null = null): Facts =>
  packageRunFacts(parseLines(asked(place, java).stdout));

const put = (base: string, path: string, text: string): void => {
  mkdirSync(dirname(join(base, path)), {recursive: true});
  program(join(base, path), text);
};

const CLOUD = '#!/bin/sh\n[ "$1" = --version ] && echo "version:{3.1.2-release} code_version:{commit=x}"\n';
const BE = '#!/bin/sh\n[ "$1" = --version ] && echo "doris-3.1.2-rc01-abc(AVX2) RELEASE"\n';

/** MetaService's start script in the manner of the real one: it wants a JDK unless custom_start.sh lets it go without. */
const START_CLOUD = `#!/usr/bin/env bash
home="$(cd "$(dirname "$0")/.." && pwd)"
cd "$home" || exit 1
if [[ ! -d bin || ! -d conf || ! -d lib ]]; then echo "$0 must be invoked elsewhere"; exit 1; fi
if [[ -f bin/custom_start.sh ]]; then source bin/custom_start.sh; fi
while read -r line; do
  if [[ "$line" =~ ^[A-Z_]+\\ *= ]]; then eval "export \${line// = /=}"; fi
done <conf/doris_cloud.conf
if [[ "\${enable_hdfs:-1}" -eq 1 && -z "$JAVA_HOME" ]]; then
  echo 'The JAVA_HOME environment variable is not defined correctly'
  echo 'You can set it in doris_cloud.conf'
  exit 1
fi
if [[ ! -x lib/doris_cloud ]]; then chmod 550 lib/doris_cloud; fi
lib/doris_cloud --version
exit 0
`;

const cloud = (): Place => {
  const place = install('ms');
  put(place.package, 'bin/start.sh', START_CLOUD);
  put(place.package, 'lib/doris_cloud', CLOUD);
  put(place.home, 'conf/doris_cloud.conf', 'brpc_listen_port = 5000\n');
  return place;
};

describe.runIf(linux)('what the package’s own start script says', () => {
  test('the home went without a JDK, by a file that goes with its bin', () => {
    const place = cloud();
    put(place.home, 'bin/custom_start.sh', 'export enable_hdfs=0\n');
    expect(factsOf(place)).toMatchObject({
      packageVersion: '3.1.2',
      packageRefused: true,
      packageCause: 'no-java',
      packageSaid: [
        'The JAVA_HOME environment variable is not defined correctly',
        'You can set it in doris_cloud.conf',
      ],
    });
  });

  test.each<[string, (place: Place) => string | null]>([
    [
      'the conf of the home sets JAVA_HOME',
      ({home}) => {
        put(home, 'conf/doris_cloud.conf', 'JAVA_HOME = /opt/jdk\n');
        return null;
      },
    ],
    ['the process has one', () => '/opt/jdk'],
    [
      'the package goes without one too',
      ({package: base}) => {
        put(base, 'bin/custom_start.sh', 'enable_hdfs=0\n');
        return null;
      },
    ],
    [
      'the script does not know the option',
      ({package: base}) => {
        put(base, 'bin/start.sh', '#!/bin/bash\necho "$0: unrecognized option \'--version\'" >&2\nexit 1\n');
        return null;
      },
    ],
    [
      'the script says nothing, and the binary does',
      ({package: base}) => {
        put(base, 'bin/start.sh', '#!/bin/bash\nexit 1\n');
        return null;
      },
    ],
    [
      'the script speaks of the host: that is a matter of its own',
      ({package: base}) => {
        put(base, 'bin/start.sh', '#!/bin/bash\necho "Disable swap memory before starting be"; exit 1\n');
        return null;
      },
    ],
    [
      'the home has no conf yet, the package has',
      place => {
        put(place.package, 'conf/doris_cloud.conf', 'JAVA_HOME = /opt/jdk\n');
        return '/opt/jdk';
      },
    ],
  ])('is no objection where %s', (_, make) => {
    const place = cloud();
    const java = make(place);
    const facts = factsOf(place, java);
    expect(facts).toMatchObject({packageVersion: '3.1.2'});
    expect(facts.packageRefused).toBeUndefined();
  });

  test('its words are kept, and nothing of the conf', () => {
    const place = cloud();
    put(place.home, 'conf/doris_cloud.conf', 'http_token = hidden\nSOME_KEY = secret\n');
    put(
      place.package,
      'bin/start.sh',
      '#!/bin/bash\ncat conf/doris_cloud.conf >/dev/null && echo "no such luck"; exit 3\n',
    );
    const tmp = join(place.root, 'tmp');
    mkdirSync(tmp);
    const told = run(
      sh`TMPDIR=${tmp}; export TMPDIR; eval ${renderScript(askVersion(place.node, 'package', null).script)}`,
    );
    expect(packageRunFacts(parseLines(told.stdout))).toMatchObject({
      packageCause: 'said',
      packageSaid: ['no such luck'],
    });
    expect(told.stdout).not.toMatch(/hidden|secret/);
    expect(readdirSync(tmp)).toEqual([]);
  });
});

/** For JDKs: a conf is no place for the blanks and quotes of the homes. */
const plain = mkdtempSync(join(tmpdir(), 'lakeup-jdks-'));
afterAll(() => rmSync(plain, {recursive: true, force: true}));

const START_FE = `#!/usr/bin/env bash
home="$(cd "$(dirname "$0")/.." && pwd)"
while read -r line; do
  if [[ "$line" =~ ^([A-Z_0-9]+)\\ *=\\ *(.*) ]]; then eval "export \${BASH_REMATCH[1]}=\${BASH_REMATCH[2]}"; fi
done <"$home/conf/fe.conf"
version="$("$JAVA_HOME/bin/java" -version 2>&1 | sed 's/[^"]*"\\([0-9]*\\).*/\\1/')"
if [[ "$version" -ne 17 ]]; then echo "ERROR: The jdk_version is $version, must be 17."; exit 1; fi
if [[ -z "$JAVA_OPTS_FOR_JDK_17" ]]; then echo 'JAVA_OPTS_FOR_JDK_17 is not set in fe.conf'; exit 1; fi
echo "RuntimeLogger x INFO (main|1) [DorisFE] Build version: doris-3.1.2-rc01"
`;

describe.runIf(linux)('a frontend’s own start script', () => {
  const fe = (number: string, conf: (jdk: string) => string): Place => {
    const place = install('fe');
    const jdk = mkdtempSync(join(plain, 'jdk-'));
    put(jdk, 'bin/java', `#!/bin/sh\necho 'openjdk version "${number}.0.2"' >&2\n`);
    put(place.home, 'conf/fe.conf', conf(jdk));
    put(place.package, 'bin/start_fe.sh', START_FE);
    return place;
  };

  test.each<[string, string, (jdk: string) => string, Facts]>([
    [
      'goes on',
      '17',
      jdk => `JAVA_HOME = ${jdk}\nJAVA_OPTS_FOR_JDK_17 = "-Xmx8g"\n`,
      {packageVersion: '3.1.2'},
    ],
    [
      'goes on with a JDK that has a remark behind it',
      '17',
      jdk => `JAVA_HOME = ${jdk} # for 3.x\nJAVA_OPTS_FOR_JDK_17 = "-Xmx8g"\n`,
      {packageVersion: '3.1.2'},
    ],
    [
      'refuses the JDK',
      '11',
      jdk => `JAVA_HOME = ${jdk}\nJAVA_OPTS_FOR_JDK_17 = "-Xmx8g"\n`,
      {
        packageCause: 'wrong-jdk',
        packageSaid: ['ERROR: The jdk_version is 11, must be 17.'],
        packageRefused: true,
      },
    ],
    [
      'lacks options, in a conf that is older',
      '17',
      jdk => `JAVA_HOME = ${jdk}\nJAVA_OPTS = "-Xmx8g"\n`,
      {packageCause: 'no-java-options', packageRefused: true},
    ],
  ])('%s', (_, number, conf, facts) => {
    const told = factsOf(fe(number, conf));
    expect(told).toMatchObject(facts);
    expect(told.packageRefused).toBe(facts.packageRefused);
  });
});

test.runIf(linux).each([
  ['as it is', (jdk: string) => jdk],
  ['in quotes', (jdk: string) => `"${jdk}"`],
  ['with a remark', (jdk: string) => `${jdk} # for 3.x`],
  ['in quotes, with a remark that has some too', (jdk: string) => `"${jdk}"\t# the "new" one`],
])('the JDK of a conf is read: %s', (_, write) => {
  const place = install('be');
  const jdk = mkdtempSync(join(plain, 'jdk-'));
  put(jdk, 'bin/java', `#!/bin/sh\necho 'openjdk version "17.0.2"' >&2\n`);
  put(place.home, 'conf/be.conf', `JAVA_HOME = ${write(jdk)}\n`);
  put(place.package, 'lib/doris_be', BE);
  expect(factsOf(place)).toMatchObject({java: 'ok', javaHome: jdk, jdk: 17});
});

const FOREIGN = arch() === 'x64' ? 183 : 62;

describe.runIf(linux)('a package that cannot run here', () => {
  const be = (make: (file: string) => void): Place => {
    const place = install('be');
    const file = join(place.package, 'lib/doris_be');
    program(file, BE);
    make(file);
    put(
      place.package,
      'bin/start_be.sh',
      '#!/usr/bin/env bash\nset -e\ncd "$(dirname "$0")/.."\nlib/doris_be --version\n',
    );
    return place;
  };
  const real = (file: string): void => copyFileSync(realpathSync('/bin/sleep'), file);
  const says = (words: string, code: number) => (file: string) =>
    program(file, `#!/bin/sh\ncat >&2 <<'END'\n${words}\nEND\nexit ${code}\n`);

  test.each<[string, (file: string) => void, Facts]>([
    [
      'for another machine',
      file => {
        real(file);
        const bytes = readFileSync(file);
        bytes.writeUInt16LE(FOREIGN, 18);
        writeFileSync(file, bytes);
      },
      {packageCause: 'wrong-machine', packageMachine: FOREIGN === 183 ? 'aarch64' : 'x86_64'},
    ],
    [
      'cut off in the middle',
      file => {
        real(file);
        truncateSync(file, 20_000);
      },
      {packageCause: 'truncated', packageRefused: true},
    ],
    ['cut off in its head', file => writeFileSync(file, '\x7fELF\x02\x01'), {packageCause: 'truncated'}],
    ['empty', file => writeFileSync(file, ''), {packageCause: 'truncated'}],
    [
      'without a library',
      says(
        'doris_be: error while loading shared libraries: libcurl.so.4: cannot open shared object file',
        127,
      ),
      {packageCause: 'library'},
    ],
    [
      'without the JVM’s library',
      says('doris_be: error while loading shared libraries: libjvm.so: cannot open shared object file', 127),
      {packageCause: 'no-java'},
    ],
    [
      'with a library that is cut off',
      says('doris_be: error while loading shared libraries: libfdb_c.so: file too short', 127),
      {packageCause: 'truncated'},
    ],
    [
      'for a newer C library',
      says("lib/doris_be: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by lib/doris_be)", 1),
      {packageCause: 'libc'},
    ],
    [
      'for another processor',
      file => program(file, '#!/bin/sh\nkill -ILL $$\n'),
      {packageCause: 'instruction'},
    ],
    [
      'that says nothing',
      file => program(file, '#!/bin/sh\nexit 0\n'),
      {packageCause: 'silent', packageSaid: []},
    ],
  ])('%s', (_, make, facts) => {
    const told = factsOf(be(make));
    expect(told).toMatchObject(facts);
    expect(told.packageVersion).toBeUndefined();
  });

  /** What lies in the throw-away home cannot be called there, as where /tmp is mounted noexec; the package can. */
  const onNoexec = ({node}: Place): string =>
    run(sh`chmod() { :; }
eval ${renderScript(askVersion(node, 'package', null).script)}`).stdout;

  test('it can, where /tmp is mounted noexec', () => {
    const told = onNoexec(be(() => {}));
    expect(told).toMatch(/^tmp=noexec$/m);
    const facts = packageRunFacts(parseLines(told));
    expect(facts).toMatchObject({packageVersion: '3.1.2'});
    expect(facts.packageRefused).toBeUndefined();
  });

  test('a binary that lacks a library is found out where /tmp is mounted noexec', () => {
    const words = 'doris_be: error while loading shared libraries: libcurl.so.4: cannot open it';
    expect(packageRunFacts(parseLines(onNoexec(be(says(words, 127)))))).toMatchObject({
      packageCause: 'library',
      packageSaid: [words],
    });
  });

  test('a binary that is whole is known by its head', () => {
    expect(asked(be(real)).stdout).toMatch(/^elf=\d+ whole$/m);
  });
});
