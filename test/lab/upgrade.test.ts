import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import type {Place} from '../../src/model/kit.ts';
import {eachOnce, stopsAndStarts} from '../end-to-end/calls.ts';
import {agree, finish} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {labProblem} from './need.ts';
import {ask, sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

/** What must not change: hashes of configuration and data, and how the log began. */
const keptScript = ({home}: Place): string =>
  `cd ${home} && find . -path ./bin -prune -o -path ./lib -prune -o -path './*_backup_*' -prune -o -path './.lakeup-lease.*' -prune -o -path ./log -prune -o -path ./doris-meta -prune -o -type f -print | sort | xargs sha256sum`;
const logScript = ({home}: Place): string => `cat ${home}/log/*.out`;
const afterScript = ({home}: Place): string => `cd ${home}
ls -d bin_backup_* lib_backup_*
echo "old $(cat lib_backup_*/VERSION lib_backup_*/doris-fe.jar 2>/dev/null | head -n 1)"
echo "new $(cat lib/VERSION lib/doris-fe.jar 2>/dev/null | head -n 1)"
ls -A | grep -v -x -e bin -e lib -e conf -e log -e storage -e doris-meta -e 'bin_backup_.*' -e 'lib_backup_.*' -e '\\.lakeup-lease\\.[0-9]*'
ps -e -o user=,args= | grep '[f]ake-doris.mjs' | grep -v ' store$' | cut -d ' ' -f 1`;

describe.skipIf(problem !== null)('fourteen nodes on fourteen hosts', () => {
  let lab: Lab;
  let demo: Installed;
  let terminal: Terminal | null = null;
  const figures: string[] = [];

  beforeAll(async () => {
    const startedAt = performance.now();
    lab = await startLab({hosts: dorisKit.layouts.demo.map(({name}) => name), user: 'doris'});
    const upAt = performance.now();
    demo = await installKit(lab, {kit: dorisKit, cluster: 'lake-doris', speed: 20});
    const readyAt = performance.now();
    figures.push(`14 hosts up in ${((upAt - startedAt) / 1000).toFixed(1)} s`);
    figures.push(`installed and serving after ${((readyAt - upAt) / 1000).toFixed(1)} s more`);
  }, 600_000);

  afterAll(async () => {
    await terminal?.close();
    await lab?.stop();
    if (figures.length > 0) process.stderr.write(`lab: ${figures.join(', ')}\n`);
  });

  const onAll = (script: (place: Place) => string): Promise<string[]> =>
    Promise.all(
      demo.places.map(async place => {
        const {code, stdout, stderr} = await lab.ssh(place.address, script(place));
        if (code > 1) throw new Error(`${place.name}: ${stderr}`);
        return stdout;
      }),
    );

  test('are upgraded by the keys of a person, in the order of the guide', {timeout: 1_800_000}, async () => {
    const before = await ask(lab, demo, ['status']);
    expect(before.stdout, before.stderr).toMatch(/fe-\d .* fe master/);
    const master = /(fe-\d) .* fe master/.exec(before.stdout)?.[1] ?? '';
    const kept = await onAll(keptScript);
    const logs = await onAll(logScript);

    const startedAt = performance.now();
    terminal = await sit(lab, demo, ['upgrade']);
    const asked: string[] = [];
    for (const phase of [1, 2, 3, 4]) asked.push(await agree(terminal, phase, 900_000));
    const code = await finish(terminal, 900_000);
    figures.push(`upgraded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    expect(lastLine(terminal)).toBe('14 of 14 nodes verified: lake-doris runs 3.1.2');
    expect(code).toBe(0);

    // Each question named what would happen.
    expect(asked[0]).toContain('ms-1 → ms-2 → ms-3');
    expect(asked[1]).toMatch(/Phase 2 of 4 · Recycler/);
    expect(asked[2]).toContain('be-1 → be-2 → be-3 → be-4 → be-5 → be-6');
    expect(asked[3]).toContain('observer → follower → master');

    const followers = ['fe-1', 'fe-2', 'fe-3'].filter(name => name !== master);
    expect(stopsAndStarts(await demo.events())).toEqual([
      ...eachOnce('ms-1', 'ms-2', 'ms-3', 'rc-1'),
      ...eachOnce('be-1', 'be-2', 'be-3', 'be-4', 'be-5', 'be-6'),
      ...eachOnce('fe-4', ...followers, master),
    ]);

    for (const [i, said] of (await onAll(afterScript)).entries()) {
      const name = demo.places[i]?.name;
      const [bin = '', lib, old, now, ...rest] = said.trimEnd().split('\n');
      expect(bin, name).toMatch(/^bin_backup_\d{8}_\d{6}$/);
      expect(lib, name).toBe(bin.replace('bin', 'lib'));
      expect(old, name).toMatch(/^old doris-3\.0\.6-/);
      expect(now, name).toMatch(/^new doris-3\.1\.2-/);
      // Nothing else lies in the home, and the one process runs as before.
      expect(rest, name).toEqual(['doris']);
    }
    expect(await onAll(keptScript)).toEqual(kept);
    for (const [i, log] of (await onAll(logScript)).entries())
      expect(log.startsWith(logs[i] ?? '?'), `log of ${demo.places[i]?.name}`).toBe(true);

    const after = await ask(lab, demo, ['status', '--json']);
    expect(after.code).toBe(0);
    const {nodes} = JSON.parse(after.stdout);
    expect(nodes.map(({facts}: {facts: {version: string}}) => facts.version)).toEqual(
      Array(14).fill('3.1.2'),
    );
  });
});
