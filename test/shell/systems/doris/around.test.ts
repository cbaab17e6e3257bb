import {spawn, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {unitFacts, unitOf} from '../../../../src/host/unit.ts';
import {lines, sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {besidesOf} from '../../../../src/systems/doris/parse/beside.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {askSurvey} from '../../../../src/systems/doris/scripts/look.ts';
import {children, install, linux, type Place, program, run} from './homes.ts';

const conf = ({home}: Place, fdb: string): void =>
  writeFileSync(join(home, 'conf/doris_cloud.conf'), `brpc_listen_port = 5000\nfdb_cluster = ${fdb}\n`);

/** A process of the home by the product's name, started as start.sh does: in the home. */
const startCloud = ({home}: Place, ...flags: string[]): number => {
  const binary = join(home, 'lib/doris_cloud');
  program(binary, '#!/bin/sh\nwhile :; do sleep 0.1; done\n');
  const child = spawn(binary, flags, {cwd: home, stdio: 'ignore'});
  children.push(child);
  return child.pid ?? 0;
};

const surveyOf = ({node}: Place): Facts => parseSurvey(node, parseLines(run(askSurvey(node).script).stdout));

describe.runIf(linux)('what runs beside a MetaService', () => {
  test('a Recycler of the same FoundationDB, with its home and roles; not one of another cluster', async () => {
    const [ms, recycler, both, foreign] = [install('ms'), install('recycler'), install('ms'), install('ms')];
    const fdb = `own:${process.pid}@127.0.0.1:4500`;
    for (const place of [ms, recycler, both]) conf(place, fdb);
    conf(foreign, `other:${process.pid}@127.0.0.1:4500`);
    startCloud(ms, '--meta-service');
    startCloud(foreign, '--recycler');
    const pids = [startCloud(recycler, '--recycler'), startCloud(both)];
    const mine = (): unknown[] =>
      besidesOf(surveyOf(ms)).filter(({home}) =>
        [ms, recycler, both, foreign].some(place => place.home === home),
      );
    await expect.poll(mine).toEqual(
      expect.arrayContaining([
        {pid: pids[0], roles: 'recycler', home: recycler.home},
        {pid: pids[1], roles: 'ms+recycler', home: both.home},
      ]),
    );
    expect(mine()).toHaveLength(2);
  });
});

describe.runIf(linux)('the unit of a process', () => {
  /** What the function says where the cgroup file holds this and systemctl answers that. */
  const told = (cgroup: string, systemctl: string | null): Facts => {
    const bin = mkdtempSync(join(tmpdir(), 'lakeup-unit-'));
    mkdirSync(join(bin, 'own'));
    // Only the file is another one: /proc cannot be written.
    program(join(bin, 'own/sed'), `#!/bin/sh\nprintf '%s\\n' '${cgroup}' | /bin/sed "$1" "$2"\n`);
    const answer = systemctl === null ? 'exit 1' : `echo "$1" >&2; printf '${systemctl}'`;
    program(join(bin, 'own/systemctl'), `#!/bin/sh\n${answer}\n`);
    const {stdout} = spawnSync('sh', [], {
      input: lines(sh`set -eu`, unitOf, sh`unit_of 1`),
      encoding: 'utf8',
      env: {PATH: `${join(bin, 'own')}${delimiter}${process.env.PATH}`},
    });
    rmSync(bin, {recursive: true});
    return unitFacts(parseLines(stdout));
  };

  test.each([
    [
      '0::/system.slice/doris-be.service',
      'Restart=always\\nLoadState=loaded\\nMainPID=12\\n',
      {unit: 'doris-be.service', unitRestart: 'always', unitMain: 12},
    ],
    [
      '0::/system.slice/doris-be.service',
      'Restart=no\\nLoadState=not-found\\nMainPID=0\\n',
      {unit: 'doris-be.service'},
    ],
    ['0::/system.slice/doris-be.service', null, {unit: 'doris-be.service'}],
    ['0::/user.slice/user-1000.slice/session-3.scope', 'Restart=no\\nLoadState=loaded\\nMainPID=0\\n', {}],
    ['0::/', null, {}],
    ['12:pids:/system.slice/cron.service', null, {unit: 'cron.service'}],
  ])('%s', (cgroup, systemctl, facts) => {
    expect(told(cgroup, systemctl)).toEqual(facts);
  });
});
