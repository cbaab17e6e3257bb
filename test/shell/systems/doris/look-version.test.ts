import {chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {sh} from '../../../../src/lib/sh.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {parsePackageVersion} from '../../../../src/systems/doris/parse/package-version.ts';
import {askVersion, type Release} from '../../../../src/systems/doris/scripts/look-version.ts';
import {stageScript} from './actions.ts';
import {install, linux, type Place, program, run, STAMP, stageOf, type Told} from './homes.ts';

const STAGE = `.lakeup-stage-${STAMP}`;
const RELEASES: readonly [string, Release, (place: Place) => string][] = [
  ['a package', 'package', place => place.package],
  ['a stage', {stage: STAGE}, ({home}) => join(home, STAGE)],
  ['a home', 'home', ({home}) => home],
];

/** A role's scripts and binary; the start script makes the binary ready before it asks it, as the product's do. */
const SAYS = `cat "$(dirname "$0")/version"`;
const make = (place: Place, says: string = SAYS): void => {
  const [start, binary] =
    place.node.role === 'be' ? ['start_be.sh', 'doris_be'] : ['start.sh', 'doris_cloud'];
  for (const base of [place.home, place.package]) {
    program(join(base, 'lib', binary), `#!/bin/sh\n[ "$1" = --version ] || exit 1\n${says}\n`);
    program(
      join(base, 'bin', start),
      `#!/usr/bin/env bash\nset -e\ncd "$(dirname "$0")/.."\nchmod 550 lib/${binary}\nls lib >/dev/null\nlib/${binary} --version\n`,
    );
  }
};
const modes = (base: string): string[] =>
  readdirSync(base, {recursive: true})
    .map(name => `${name} ${statSync(join(base, String(name))).mode.toString(8)}`)
    .toSorted();

const look = (place: Place, from: Release, java: string | null = null): Told =>
  run(askVersion(place.node, from, java).script);
const versionOf = (told: Told): string | null => parsePackageVersion(parseLines(told.stdout));

describe.runIf(linux).each(['be', 'ms'] as const)('the version of a %s', role => {
  test.each(RELEASES)('%s is asked, and not even a mode of it changes', (_, from, base) => {
    const place = install(role);
    make(place);
    run(stageScript(place.node, STAMP));
    const before = modes(base(place));
    expect(versionOf(look(place, from))).toBe(from === 'home' ? '3.0.6' : '3.1.2');
    expect(modes(base(place))).toEqual(before);
    expect(stageOf(place)[STAGE]).toBe('same');
  });

  test('a binary that is not executable yet is asked in a copy', () => {
    const place = install(role);
    make(place, `echo doris-3.1.2-rc01-abc`);
    for (const name of ['doris_be', 'doris_cloud'].filter(file =>
      readdirSync(join(place.package, 'lib')).includes(file),
    ))
      chmodSync(join(place.package, 'lib', name), 0o640);
    const before = modes(place.package);
    expect(versionOf(look(place, 'package'))).toBe('3.1.2');
    expect(modes(place.package)).toEqual(before);
  });

  test('where the start script does not say it, the binary does, and finds its libraries', () => {
    const place = install(role);
    make(place, `[ "$LD_LIBRARY_PATH" = "$WANTED" ] && ${SAYS}`);
    const asked = renderScript(askVersion(place.node, 'package', '/the/java').script);
    const path = `${place.package}/lib:/the/java/lib/server`;
    expect(versionOf(run(sh`WANTED=${path}; export WANTED; eval ${asked}`))).toBe('3.1.2');
  });

  test('where there is no room for a throw-away home, the binary alone is asked', () => {
    const place = install(role);
    make(place);
    const own = join(place.root, 'own');
    mkdirSync(own);
    for (const name of ['cp', 'ln']) program(join(own, name), '#!/bin/sh\nexit 1\n');
    const asked = renderScript(askVersion(place.node, 'package', null).script);
    expect(versionOf(run(sh`PATH=${own}:$PATH; export PATH; eval ${asked}`))).toBe('3.1.2');
  });

  test('nothing is left behind', () => {
    const place = install(role);
    make(place);
    const tmp = mkdtempSync(join(place.root, 'tmp'));
    const asked = renderScript(askVersion(place.node, 'package', null).script);
    expect(versionOf(run(sh`TMPDIR=${tmp}; export TMPDIR; eval ${asked}`))).toBe('3.1.2');
    expect(readdirSync(tmp)).toEqual([]);
  });
});

test.runIf(linux)('a frontend’s libraries are where its start script looks for them', () => {
  const place = install('fe');
  const jar = 'lib/doris-fe.jar';
  writeFileSync(join(place.package, jar), 'doris-3.1.2-rc01-abc\n');
  program(
    join(place.package, 'bin/start_fe.sh'),
    `#!/usr/bin/env bash\ncd "$(dirname "$0")/.."\n[ -f 'lib/deep er/a "b" c.jar' ] && cat ${jar}\n`,
  );
  expect(versionOf(look(place, 'package'))).toBe('3.1.2');
});
