import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {RECEIPT} from '../../../../src/host/receipt-names.ts';
import {renderScript, type Vars} from '../../../../src/model/script.ts';
import {othersIn, parseFanOut} from '../../../../src/systems/alluxio/parse/fan-out.ts';
import {fanOutBody, fanOutVars} from '../../../../src/systems/alluxio/scripts/fan-out.ts';
import {askFanOut, askPlace} from '../../../../src/systems/alluxio/scripts/look-fan-out.ts';
import {children} from '../../made.ts';
import {install, javaOf, linux, type Place, run, shells, type Told, treeOf, write} from './homes.ts';
import {lookOf} from './looked.ts';

const NAMES = {'fanOut.masters': ['m1', 'm2'], 'fanOut.workers': ['w1']};

/** A home whose cluster-wide commands note what they were called with, and end as `exit` says. */
const wide = (options: Parameters<typeof install>[0] = {}): Place => {
  const place = install({...options, facts: {...NAMES, ...options.facts}});
  for (const name of ['alluxio-start.sh', 'alluxio-stop.sh'])
    write(
      join(place.old, 'bin', name),
      `#!/usr/bin/env bash
home=$(cd "$(dirname "$0")/.." && pwd)
if [ "$1" = -h ]; then echo 'Usage: x'; exit 0; fi
mkdir -p "$home/logs"
printf '%s\\n' "$0 $*" >>"$home/logs/calls"
if [ -e "$home/waits" ]; then sleep 30 & wait; fi
echo 'All tasks finished'
exit "$(cat "$home/exit" 2>/dev/null || echo 0)"
`,
      0o755,
    );
  write(join(place.old, 'conf/workers'), '# the racks\n w1 # first\n\n');
  return place;
};

const callsOf = ({old, home}: Place): readonly string[] => {
  const file = join(old, 'logs/calls');
  const said = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return said.map(line => line.replace(`${home}/`, ''));
};

const sent = (
  place: Place,
  does: 'start' | 'stop',
  commands: readonly string[],
  more: Vars = {},
  shell?: string[],
): Told => {
  const made = fanOutVars({...place.context}, does, commands) as Vars;
  return run(fanOutBody, {...made, ...more}, shell);
};

const refused = (place: Place, act: () => Told): string => {
  const before = treeOf(place.root);
  const {code, stderr} = act();
  expect(`${code} ${stderr}`).toMatch(/^97 ./);
  expect(treeOf(place.root)).toEqual(before);
  return stderr;
};

describe.runIf(linux)('cluster-wide commands', () => {
  test.each(shells)('by $name: run one after the other, by the path of the inventory', ({words}) => {
    const place = wide();
    const told = sent(place, 'stop', ['job_workers -s', 'workers -s'], {}, words);
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(told.stdout).toContain('bin/alluxio-stop.sh workers -s\nAll tasks finished');
    expect(callsOf(place)).toEqual(['bin/alluxio-stop.sh job_workers -s', 'bin/alluxio-stop.sh workers -s']);
    expect(treeOf(place.old).some(line => line.includes(RECEIPT))).toBe(false);
  });

  test.each(shells)('by $name: a backup stands before the action, on a journal that is empty', ({words}) => {
    const place = wide();
    const backup = 'file:///b/alluxio-backup.gz';
    const more = {backup, journal: place.journal};
    expect(refused(place, () => sent(place, 'start', ['-a masters'], more, words))).toContain(
      'would be ignored',
    );
    rmSync(place.journal, {recursive: true});
    expect(refused(place, () => sent(place, 'start', ['-a masters'], more, words))).toContain('would format');
    mkdirSync(place.journal);
    expect(sent(place, 'start', ['-a masters'], more, words)).toMatchObject({code: 0, stderr: ''});
    expect(callsOf(place)).toEqual([`bin/alluxio-start.sh -i ${backup} -a masters`]);
  });

  test('where one ends with an error, the next is not run', () => {
    const place = wide();
    write(join(place.old, 'exit'), '3\n');
    expect(sent(place, 'stop', ['job_workers', 'workers'])).toMatchObject({code: 3});
    expect(callsOf(place)).toHaveLength(1);
    // None of the codes that say that nothing was done.
    write(join(place.old, 'exit'), '97\n');
    expect(sent(place, 'stop', ['workers'])).toMatchObject({code: 1});
  });

  test('names that are others than those that were looked at are refused', () => {
    const place = wide();
    write(join(place.old, 'conf/masters'), 'm1\nm2\nm3\n');
    expect(refused(place, () => sent(place, 'stop', ['workers']))).toContain(
      'conf/masters names other hosts',
    );
    write(join(place.old, 'conf/masters'), 'm2\nm1\n');
    write(join(place.old, 'conf/workers'), '#w1\n');
    expect(refused(place, () => sent(place, 'stop', ['workers']))).toContain(
      'conf/workers names other hosts',
    );
    write(join(place.old, 'conf/workers'), 'w1\n');
    expect(sent(place, 'stop', ['workers'])).toMatchObject({code: 0});
  });

  test('a path that the scripts would tear apart is refused', () => {
    const place = wide();
    for (const backup of ['file:///b/a b.gz', 'file:///b/$(x).gz', 'file:///b/*.gz'])
      expect(refused(place, () => sent(place, 'start', ['-a masters'], {backup}))).toContain(
        'pass on no path',
      );
  });

  test('what a cut link left running is seen as at work, and waited for', async () => {
    const place = wide();
    write(join(place.old, 'waits'), '');
    const vars = fanOutVars(place.context, 'stop', ['workers']) as Vars;
    const first = spawn('sh', ['-c', renderScript({body: fanOutBody, vars})], {
      stdio: 'ignore',
      detached: true,
    });
    children.push(first);
    while (callsOf(place).length === 0) await new Promise(resolve => setTimeout(resolve, 20));
    // Its own shell is gone; what it began goes on.
    first.kill('SIGKILL');
    const told = sent(place, 'stop', ['workers']);
    expect(told).toMatchObject({code: 98, stderr: expect.stringContaining('fan-out')});
    expect(callsOf(place)).toHaveLength(1);
    if (first.pid !== undefined) process.kill(-first.pid, 'SIGKILL');
  });
});

/** An ssh that runs the command on this host, as whoever the name says; `w9` is not to be reached. */
const withSsh = (place: Place): Readonly<Record<string, string>> => {
  write(
    join(place.root, 'tools/ssh'),
    `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in -o) shift 2 ;; -T) shift ;; *) break ;; esac
done
case $1 in w9) echo 'alluxio@w9: Permission denied (publickey).' >&2; exit 255 ;; esac
exec sh -c "$2"
`,
    0o755,
  );
  return {PATH: `${join(place.root, 'tools')}:${process.env.PATH ?? ''}`};
};

describe.runIf(linux)('whom they would reach', () => {
  test.each(shells)('by $name: each name, where it leads, and why one leads nowhere', ({words}) => {
    const place = wide();
    write(join(place.old, 'conf/workers'), 'w1\nw9 \n-oProxyCommand=x\n');
    const before = treeOf(place.root).filter(line => !line.includes('tools'));
    const env = withSsh(place);
    const told = lookOf(askFanOut(place.node), words.join(' '), env);
    expect(told).toMatchObject({code: 0, stderr: ''});
    const {masters, workers, soft, reached} = parseFanOut(told.lines);
    expect({masters, workers, soft}).toEqual({
      masters: ['m1', 'm2'],
      workers: ['w1', 'w9', '-oProxyCommand=x'],
      soft: false,
    });
    const {dev, ino} = statSync(place.home);
    expect(reached.get('w1')).toMatchObject({why: null, runs: true});
    expect(reached.get('w1')?.place).toMatch(new RegExp(`^[0-9a-f]+:${dev}:${ino}$`));
    expect(reached.get('w9')?.why).toBe('alluxio@w9: Permission denied (publickey)., exit 255');
    expect(reached.get('-oProxyCommand=x')?.why).toBe('no name of a host');
    expect(lookOf(askPlace(place.node), words.join(' ')).lines).toContainEqual([
      'place',
      reached.get('m1')?.place,
    ]);
    expect(treeOf(place.root).filter(line => !line.includes('tools') && !line.includes('ssh'))).toEqual(
      before,
    );
  });

  test('a stop that can be told to kill nothing is known by its usage', () => {
    const place = wide();
    write(
      join(place.old, 'bin/alluxio-stop.sh'),
      "#!/bin/sh\nprintf -- '-s         never forcibly\\n'\n",
      0o755,
    );
    expect(parseFanOut(lookOf(askFanOut(place.node), 'sh', withSsh(place)).lines).soft).toBe(true);
  });

  test('scripts that find no Java there are told of', () => {
    const place = wide();
    write(
      join(place.old, 'bin/alluxio-start.sh'),
      '#!/bin/sh\necho "Error: Cannot find java"\nexit 1\n',
      0o755,
    );
    const {reached} = parseFanOut(lookOf(askFanOut(place.node), 'sh', withSsh(place)).lines);
    expect(reached.get('w1')?.runs).toBe(false);
  });

  test.each(shells)(
    'by $name: processes of another install are told of, its own are not',
    async ({words}) => {
      const [place, other] = [wide(), join('/opt', `other-${process.pid}`)];
      await javaOf(place.old);
      const pid = await javaOf(other, 'alluxio.worker.AlluxioWorker');
      const others = othersIn(lookOf(askPlace(place.node), words.join(' ')).lines);
      expect(others).toContain(`worker ${pid} of ${other}`);
      expect(others.some(words => words.includes(place.old))).toBe(false);
      writeFileSync(join(place.root, 'done'), '');
    },
  );
});
