import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {askSurvey} from '../../../../src/systems/doris/scripts/look.ts';
import {install, linux, makeBackend, type Place, running, startIt} from './homes.ts';

/** What no host goes without, and what one may lack. */
const NEEDED = ['sh', 'grep', 'sed', 'awk', 'tr', 'cat', 'id'];
const OPTIONAL = [
  ...['readlink', 'ls', 'head', 'tail', 'cut', 'stat', 'find', 'cmp', 'df', 'du', 'timeout', 'sort', 'xargs'],
  ...['swapon', 'crontab', 'systemctl'],
];

const pathOf = (name: string): string | undefined =>
  ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map(folder => join(folder, name)).find(existsSync);

type Seen = {readonly code: number | null; readonly stderr: string; readonly facts: Facts};

const look = (place: Place, bin: string, shell: readonly [string, ...string[]]): Seen => {
  const [file, ...args] = shell;
  const {status, stdout, stderr} = spawnSync(file, args, {
    input: renderScript(askSurvey(place.node).script),
    encoding: 'utf8',
    env: {PATH: bin, HOME: place.root},
  });
  return {code: status, stderr, facts: parseSurvey(place.node, parseLines(stdout))};
};

/** The survey where these commands are all there is. */
const lookWith = (place: Place, commands: readonly string[], name: string): Seen => {
  const bin = join(place.root, name);
  mkdirSync(bin);
  for (const command of commands) {
    const path = pathOf(command);
    if (path !== undefined) symlinkSync(path, join(bin, command));
  }
  return look(place, bin, ['/bin/sh']);
};

/** A node that runs, in a home that has something to tell of. */
const telling = (): Place => {
  const place = install('be');
  makeBackend(place);
  startIt(place);
  writeFileSync(join(place.home, 'lib/ojdbc8.jar'), '');
  writeFileSync(join(place.home, 'bin/stop_be.sh'), `exec ${place.home}/own\n`);
  mkdirSync(join(place.package, 'www'));
  writeFileSync(join(place.package, 'www/a'), '');
  return place;
};
const end = (place: Place): void => {
  for (const pid of running(place)) process.kill(pid, 'SIGKILL');
};

/** What belongs to the whole machine, on which other tests are at work. */
// And a daemon that is a shell script is two for a moment, whenever it begins another program.
const SHARED = ['freeKb', 'monit', 'monitFile', 'count', 'pid', 'startTicks'];

const claimsNothing = (value: Facts[string] | undefined): boolean =>
  value === undefined || value === 0 || (Array.isArray(value) && value.length === 0);

describe.runIf(linux)('a host that lacks a command', () => {
  test('is looked at all the same, and nothing is claimed that is not seen', () => {
    const place = telling();
    const all = lookWith(place, [...NEEDED, ...OPTIONAL], 'all');
    expect(all).toMatchObject({
      code: 0,
      facts: {
        ...{
          process: 'running',
          count: 1,
          siteFiles: ['ojdbc8.jar'],
          edited: ['stop_be.sh path'],
          brings: ['www'],
        },
        maps: expect.any(Number),
      },
    });
    for (const lacking of OPTIONAL) {
      const seen = lookWith(
        place,
        [...NEEDED, ...OPTIONAL].filter(name => name !== lacking),
        `without ${lacking}`,
      );
      expect(`${lacking}: ${seen.code}`).toBe(`${lacking}: 0`);
      const other = Object.entries(seen.facts).filter(
        ([name, value]) =>
          !SHARED.includes(name) &&
          JSON.stringify(value) !== JSON.stringify(all.facts[name]) &&
          !claimsNothing(value),
      );
      expect({lacking, other}).toEqual({lacking, other: []});
    }
    end(place);
  });

  const busybox = pathOf('busybox');
  test.runIf(busybox !== undefined)('busybox alone tells the same', () => {
    const box = busybox ?? '';
    const place = telling();
    const all = lookWith(place, [...NEEDED, ...OPTIONAL], 'all');
    const bin = join(place.root, 'busybox');
    mkdirSync(bin);
    const applets = spawnSync(box, ['--list'], {encoding: 'utf8'}).stdout.trim().split('\n');
    for (const applet of applets) symlinkSync(box, join(bin, applet));
    const {code, stderr, facts} = look(place, bin, [box, 'sh']);
    end(place);
    expect(`${code} ${stderr}`).toBe('0 ');
    const told = Object.entries(facts).filter(([name]) => !SHARED.includes(name));
    expect(all.facts).toMatchObject(Object.fromEntries(told));
  });
});
