import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {lines, sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {demandFacts} from '../../../../src/systems/doris/parse/demands.ts';
import {demands} from '../../../../src/systems/doris/scripts/demands.ts';
import {roleScripts} from '../../../../src/systems/doris/scripts/role.ts';
import {install, linux, program, shells} from './homes.ts';

// Pieces of start scripts, in the manner of the versions that have them.
const MAPS = `    MAX_MAP_COUNT="$(cat /proc/sys/vm/max_map_count)"
    if [[ "\${MAX_MAP_COUNT}" -lt 2000000 ]]; then echo "Set vm.max_map_count"; exit 1; fi`;
const SWAP = `    if [[ "$(swapon -s | wc -l)" -gt 1 ]]; then echo "Disable swap memory"; exit 1; fi`;
const FILES = `MAX_FILE_COUNT="$(ulimit -n)"
if [[ "\${MAX_FILE_COUNT}" -lt 60000 ]]; then
    echo "and then run 'ulimit -n 655350' to take effect on current session."
    exit 1
fi`;
const CONF = `while read -r line; do :; done <"\${DORIS_HOME}/conf/be.conf"`;
const JAVA = `if [[ -z "\${JAVA_HOME}" ]]; then echo "The JAVA_HOME environment variable is not set correctly"; exit 1; fi`;
const JDK = `echo "ERROR: The jdk_version is \${java_version}, it must be 17." >>"\${LOG_DIR}/be.out"`;
const skipping = (...checks: string[]): string =>
  [`if [[ "\${SKIP_CHECK_ULIMIT:-false}" != "true" ]]; then`, ...checks, 'fi'].join('\n');

/** A blank would be the end of a word there. */
const asInMounts = (path: string): string => path.replaceAll(' ', '\\040');

const ALL = {demandsMaps: 2_000_000, demandsSwapOff: true, demandsFiles: 60_000, demandsJava: true};
const HOST = {maps: 65_530, swaps: 1};

describe.runIf(linux).each(shells)('what a start script will ask for, seen by %s', shell => {
  const told = (
    script: string,
    conf = '',
    env: Facts = {},
    mounts: (home: string, root: string) => readonly string[] = () => [],
  ): Facts => {
    const place = install('be');
    program(join(place.package, 'bin/start_be.sh'), `#!/usr/bin/env bash\n${script}\n`);
    writeFileSync(join(place.home, 'conf/be.conf'), conf);
    mkdirSync(join(place.root, 'proc/sys/vm'), {recursive: true});
    writeFileSync(join(place.root, 'proc/sys/vm/max_map_count'), '65530\n');
    writeFileSync(
      join(place.root, 'proc/swaps'),
      'Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n',
    );
    const [home, root] = [place.home, place.root].map(asInMounts);
    const table = mounts(home ?? '', root ?? '').map(words => `/dev/sda1 ${words} 0 0\n`);
    writeFileSync(join(place.root, 'proc/mounts'), table.join(''));
    mkdirSync(join(place.root, 'own-bin'));
    program(join(place.root, 'own-bin/swapon'), '#!/bin/sh\n');
    const input = renderScript({
      body: {
        name: 'doris.be.look.part',
        text: lines(sh`set -eu`, demands(roleScripts('be')), sh`demands ${place.root}`),
      },
      vars: {home: place.home, package: place.package},
    });
    const {stdout, stderr, status} = spawnSync(shell, [], {
      input,
      encoding: 'utf8',
      env: {PATH: `${join(place.root, 'own-bin')}:${process.env.PATH}`},
    });
    expect(`${status} ${stderr}`).toBe('0 ');
    return demandFacts(parseLines(stdout), env);
  };

  const BEFORE = [CONF, MAPS, SWAP, FILES, JAVA, JDK].join('\n');
  const ENV_ONLY = [skipping(MAPS, SWAP, FILES), CONF, JAVA].join('\n');
  const FROM_CONF = [CONF, skipping(MAPS, SWAP, FILES), JAVA, JDK].join('\n');
  const YES = 'be_port = 9060\nSKIP_CHECK_ULIMIT = true\n';

  test.each<[string, Facts, Facts]>([
    [
      'everything, with no way around it',
      told(BEFORE, YES, {'env.SKIP_CHECK_ULIMIT': 'true'}),
      {...ALL, demandsJdk: 17},
    ],
    ['a way around by the environment, not taken', told(ENV_ONLY, YES), {...ALL, skip: 'env'}],
    [
      'a way around by the environment, taken',
      told(ENV_ONLY, '', {'env.SKIP_CHECK_ULIMIT': 'true'}),
      {skip: 'env', skipsLimits: true, demandsJava: true},
    ],
    [
      'anything but the very word',
      told(ENV_ONLY, '', {'env.SKIP_CHECK_ULIMIT': 'yes'}),
      {...ALL, skip: 'env'},
    ],
    [
      'a way around by the conf, taken',
      told(FROM_CONF, YES),
      {skip: 'conf', skipsLimits: true, demandsJava: true, demandsJdk: 17},
    ],
    [
      'a conf that says no after an environment that says yes',
      told(FROM_CONF, 'SKIP_CHECK_ULIMIT="false"\n', {'env.SKIP_CHECK_ULIMIT': 'true'}),
      {...ALL, skip: 'conf', demandsJdk: 17},
    ],
    [
      'a script that asks for less',
      told([CONF, MAPS.replace('2000000', '262144')].join('\n')),
      {demandsMaps: 262_144},
    ],
    ['a remark is no demand', told(`# ${SWAP}\n# SKIP_CHECK_ULIMIT\n${CONF}`), {}],
    ['a script that asks for nothing', told('exec lib/doris_be'), {}],
  ])('%s', (_, facts, wanted) => {
    expect(facts).toEqual({...HOST, ...wanted});
  });

  const NOTHING = 'exec lib/doris_be';

  test.each<[string, (home: string, root: string) => readonly string[], boolean]>([
    ['the root alone', () => ['/ ext4 rw,noexec'], true],
    ['a mount above the home', (_, root) => ['/ ext4 rw', `${root} xfs rw,nosuid,noexec,relatime`], true],
    ['the home itself', home => ['/ ext4 rw', `${home} ext4 rw,noexec`], true],
    ['another, whose path begins alike', home => ['/ ext4 rw', `${home.slice(0, -1)} ext4 noexec`], false],
    ['one that has another on it', home => ['/ ext4 noexec', `${home} xfs rw,relatime`], false],
    ['one that was mounted over', home => [`${home} xfs rw,noexec`, `${home} xfs rw`], false],
    ['a word that only looks so', () => ['/ ext4 rw,noexecutive'], false],
  ])('whether programs may be run from the home: %s', (_, mounts, forbids) => {
    const {noexec, ...others} = told(NOTHING, '', {}, mounts);
    expect(typeof noexec === 'string').toBe(forbids);
    expect(others).toEqual(HOST);
  });
});
