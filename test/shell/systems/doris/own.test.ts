import {spawn} from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {ownFacts} from '../../../../src/systems/doris/parse/own.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {askSurvey} from '../../../../src/systems/doris/scripts/look.ts';
import {children} from '../../made.ts';
import {install, linux, makeBackend, type Place, program, run, shells} from './homes.ts';

const RELEASED = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-03-01T00:00:00Z');

const surveyOf = ({node}: Place, shell = 'sh'): Facts => {
  const told = run(askSurvey(node).script, shell);
  expect(`${told.code} ${told.stderr}`).toBe('0 ');
  return parseSurvey(node, parseLines(told.stdout));
};

const write = (base: string, path: string, text: string, changed = RELEASED): void => {
  const file = join(base, path);
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(file, text);
  chmodSync(file, path.endsWith('.sh') ? 0o755 : 0o644);
  utimesSync(file, changed, changed);
};

/** A script of a version: most lines are the same from one to the next. */
const script = (version: string): string =>
  [
    '#!/usr/bin/env bash',
    '# a licence',
    'set -eo pipefail',
    ...Array.from({length: 40}, (_, i) => `step ${i}`),
    `version=${version}`,
    'nohup "$DORIS_HOME/lib/doris_be" "$@" >>"$LOG_DIR/be.out" 2>&1 </dev/null &',
    '',
  ].join('\n');

/** A home and a package as they are unpacked: times of the release, and scripts that differ as versions do. */
const released = (): Place => {
  const place = install('be');
  for (const [base, version] of [
    [place.home, '3.0.6'],
    [place.package, '3.1.2'],
  ] as const) {
    for (const name of ['start_be.sh', 'stop_be.sh']) write(base, `bin/${name}`, script(version));
    for (const path of [
      'lib/version',
      'lib/deep er/a "b" c.jar',
      `lib/hadoop-common-${version}.jar`,
      'lib/doris_be',
    ])
      write(base, path, `${path} ${version}`);
  }
  return place;
};

describe.runIf(linux)('scripts of bin that were edited', () => {
  test('versions differ, and that is no edit', () => {
    expect(surveyOf(released())).toMatchObject({
      edited: [],
      siteFiles: [],
      brings: [],
      others: [],
      extras: [],
    });
  });

  test.each<[string, (place: Place) => void, string[]]>([
    [
      'as the product’s own page on supervisors wants it: it stays in the foreground',
      ({home}) => write(home, 'bin/start_be.sh', script('3.0.6').replace(' &\n', '\n'), LATER),
      ['start_be.sh newer'],
    ],
    [
      'with a path of the site, be it as old as the rest',
      ({home}) => write(home, 'bin/stop_be.sh', `${script('3.0.6')}rm -f ${home}/log/up\n`),
      ['stop_be.sh path'],
    ],
    [
      'that is another script altogether',
      ({home}) => write(home, 'bin/start_be.sh', '#!/bin/sh\nulimit -n 655350\nexec /opt/site/start "$@"\n'),
      ['start_be.sh unlike'],
    ],
    [
      'both',
      ({home}) => {
        write(home, 'bin/start_be.sh', '#!/bin/sh\nexec /opt/site/start "$@"\n', LATER);
        write(home, 'bin/stop_be.sh', `${script('3.0.6')}kill "${home}"\n`);
      },
      ['start_be.sh newer', 'stop_be.sh path'],
    ],
    [
      'in the way the package has it already: nothing is lost',
      place => {
        for (const base of [place.home, place.package]) write(base, 'bin/start_be.sh', 'exec site\n', LATER);
      },
      [],
    ],
    [
      'not at all, but the whole home was copied by hand',
      ({home}) => {
        for (const name of ['bin/start_be.sh', 'bin/stop_be.sh', 'lib/version', 'lib/deep er/a "b" c.jar'])
          utimesSync(join(home, name), LATER, LATER);
        utimesSync(join(home, 'bin/stop_be.sh'), LATER, new Date(LATER.getTime() + 30_000));
      },
      [],
    ],
  ])('%s', (_, edit, edited) => {
    const place = released();
    edit(place);
    expect(surveyOf(place).edited).toEqual(edited);
  });
});

describe.runIf(linux)('files of the site in lib', () => {
  test.each<[string, (place: Place) => void, string[]]>([
    [
      'a driver, whenever it came',
      ({home}) => write(home, 'lib/mysql-connector-j-8.0.33.jar', ''),
      ['mysql-connector-j-8.0.33.jar'],
    ],
    ['a jar that came later', ({home}) => write(home, 'lib/own-udf.jar', '', LATER), ['own-udf.jar']],
    [
      'one in a folder, with blanks',
      ({home}) => write(home, 'lib/java_extensions/own udf.jar', '', LATER),
      ['java_extensions/own udf.jar'],
    ],
    [
      'a link to one',
      ({home, root}) => {
        write(root, 'ojdbc8.jar', '');
        symlinkSync(join(root, 'ojdbc8.jar'), join(home, 'lib/ojdbc8.jar'));
      },
      ['ojdbc8.jar'],
    ],
    ['a library that the next version left out', ({home}) => write(home, 'lib/old-thing-1.2.jar', ''), []],
    ['a library of another version', ({home}) => write(home, 'lib/hadoop-common-2.9.jar', '', LATER), []],
    [
      'one that the package has, elsewhere',
      place => {
        write(place.home, 'lib/moved-1.0.jar', '', LATER);
        write(place.package, 'lib/deeper/moved-1.1.jar', '');
      },
      [],
    ],
  ])('%s', (_, make, siteFiles) => {
    const place = released();
    make(place);
    expect(surveyOf(place).siteFiles).toEqual(siteFiles);
  });
});

describe.runIf(linux)('more files of lib that do not come with an upgrade', () => {
  test.each<[string, (place: Place) => void, number]>([
    ['none', () => {}, 0],
    [
      'a jar as old as it always was, all of lib given to another user since',
      ({home}) => write(home, 'lib/own-udf.jar', '', new Date('2020-01-01T00:00:00Z')),
      1,
    ],
    ['one that the next version left out', ({home}) => write(home, 'lib/old-thing-1.2.jar', ''), 1],
    ['of those that are told by name none', ({home}) => write(home, 'lib/ojdbc8.jar', ''), 0],
    [
      'more than would be listed',
      ({home}) => {
        for (let i = 0; i < 230; i++)
          write(home, `lib/x/${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i)}.jar`, '');
      },
      230,
    ],
  ])('%s', (_, make, libOthers) => {
    const place = released();
    make(place);
    for (const shell of shells) expect(surveyOf(place, shell).libOthers).toBe(libOthers);
  });
});

describe.runIf(linux)('what the package brings beside bin and lib', () => {
  test.each<[string, (place: Place) => void, string[]]>([
    [
      'dictionaries and pages',
      place => {
        write(place.home, 'dict/chinese/a', '');
        for (const name of ['chinese', 'icu', 'ik', 'pinyin']) write(place.package, `dict/${name}/a`, '');
        write(place.package, 'www/index.html', '');
      },
      ['dict/icu', 'dict/ik', 'dict/pinyin', 'www'],
    ],
    ['a name with blanks', place => write(place.package, 'new thing/deep/a', ''), ['new thing']],
    [
      'an empty folder is nothing',
      place => mkdirSync(join(place.package, 'plugins/java'), {recursive: true}),
      [],
    ],
    ['conf and log are the home’s own', place => write(place.package, 'conf/new/a', ''), []],
    [
      'what the home has, be it a link',
      place => {
        write(place.package, 'storage/a', '');
        symlinkSync('/nowhere/at/all', join(place.home, 'storage'));
        write(place.package, 'plugins/jni/a', '');
        mkdirSync(join(place.home, 'plugins/jni'), {recursive: true});
      },
      ['storage'],
    ],
  ])('%s', (_, make, brings) => {
    const place = released();
    make(place);
    expect(surveyOf(place).brings).toEqual(brings);
  });
});

describe.runIf(linux)('a process of another name', () => {
  const begin = (file: string, cwd: string): number => {
    const child = spawn(file, ['600'], {cwd, stdio: 'ignore'});
    children.push(child);
    return child.pid ?? 0;
  };
  const binary = (file: string): string => {
    copyFileSync(realpathSync('/bin/sleep'), file);
    chmodSync(file, 0o755);
    return file;
  };

  test.each([
    'export process_name=selectdb_cloud\n',
    'enable_hdfs=0\nprocess_name="selectdb_cloud"\n',
    "  export  process_name='selectdb_cloud' # ours\n",
  ])('that custom_start.sh asks for: %j', async custom => {
    const place = install('ms');
    writeFileSync(join(place.home, 'bin/custom_start.sh'), custom);
    const pid = begin(binary(join(place.home, 'lib/selectdb_cloud')), place.home);
    await expect.poll(() => surveyOf(place).others).toEqual([`${pid} selectdb_cloud`]);
    expect(surveyOf(place)).toMatchObject({process: 'none', processName: 'selectdb_cloud'});
  });

  test('that was begun by a relative path, known by its exe', async () => {
    const place = install('ms');
    writeFileSync(join(place.home, 'bin/custom_start.sh'), 'process_name=site_cloud\n');
    binary(join(place.home, 'lib/site_cloud'));
    const pid = begin('lib/site_cloud', place.home);
    await expect.poll(() => surveyOf(place).others).toEqual([`${pid} site_cloud`]);
  });

  test('that nobody told of, a script, beside the one that is known', async () => {
    const place = install('be');
    makeBackend(place);
    for (const name of ['doris_be', 'doris_be_asan'])
      program(join(place.home, 'lib', name), '#!/bin/sh\nwhile :; do sleep 0.1; done\n');
    begin(join(place.home, 'lib/doris_be'), place.root);
    const pid = begin(join(place.home, 'lib/doris_be_asan'), place.root);
    await expect.poll(() => surveyOf(place).others).toEqual([`${pid} doris_be_asan`]);
    expect(surveyOf(place)).toMatchObject({process: 'running'});
  });

  test('that only names a file of lib is none, nor one of another home', async () => {
    const [place, other] = [install('be'), install('be')];
    const reader = spawn('sh', ['-c', 'exec tail -f "$0"', join(place.home, 'lib/version')], {
      cwd: place.home,
      stdio: 'ignore',
    });
    children.push(reader);
    begin(binary(join(other.home, 'lib/elsewhere')), place.home);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(surveyOf(place).others).toEqual([]);
  });
});

test.runIf(linux).each(shells)('%s tells all of it alike', shell => {
  const place = released();
  write(place.home, 'bin/start_be.sh', `exec ${place.home}/x\n`, LATER);
  write(place.home, 'lib/own.jar', '', LATER);
  write(place.package, 'www/a', '');
  expect(surveyOf(place, shell)).toMatchObject({
    edited: ['start_be.sh path'],
    siteFiles: ['own.jar'],
    brings: ['www'],
  });
});

test('where times cannot be told, only what is certain is', () => {
  const lines = parseLines(
    ['script=- differs 40 38 0 start_be.sh', 'script=- - 0 0 0 stop_be.sh', 'lib.other=x y z'].join('\n'),
  );
  expect(ownFacts(lines)).toEqual({edited: [], siteFiles: [], brings: [], others: []});
});
