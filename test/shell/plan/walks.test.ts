import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {actionName} from '../../../src/model/action-name.ts';
import {fillVars} from '../../../src/model/given.ts';
import {type Action, bodyOf, type Plan} from '../../../src/model/plan.ts';
import {renderScript} from '../../../src/model/script.ts';
import {bootAlluxio} from '../../walks/alluxio-cluster.ts';
import {planFor} from '../../walks/drive.ts';
import {halfDone, undoPlanOf} from '../../walks/undo-story.ts';

describe('a plan of Alluxio', async () => {
  const plans = [
    await planFor(bootAlluxio()),
    await planFor(bootAlluxio({before: {from: '2.8.0'}, shape: {proxies: 1}})),
  ];
  const scripts = new Map(plans.flatMap(({scripts}) => Object.entries(scripts)));
  it.each([...scripts])('has in %s a script that a POSIX shell reads', (_name, text) => {
    execFileSync('sh', ['-n', '-c', text]);
  });
});

describe.runIf(process.platform === 'linux')('a deploy that was torn between its two renames', () => {
  let folder = '';
  let home = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lakeup-undo-'));
    home = join(folder, 'be');
  });
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  const write = (path: string, text: string): void => {
    mkdirSync(join(path, '..'), {recursive: true});
    writeFileSync(path, text);
  };
  /** The script of the plan, with its variables as the plan has them but the home. */
  const carryOut = (plan: Plan, action: Action): number => {
    if (action.kind !== 'script') throw new Error(`${actionName(action)} is no script`);
    const vars = {...fillVars(action, () => undefined), home};
    const script = renderScript({body: bodyOf(plan, action), vars});
    return spawnSync('sh', ['-c', script], {encoding: 'utf8'}).status ?? -1;
  };
  const tree = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(home, {recursive: true, withFileTypes: true})
        .filter(entry => entry.isFile())
        .map(entry => {
          const path = join(entry.parentPath, entry.name);
          return [relative(home, path), readFileSync(path, 'utf8')];
        }),
    );

  it('comes back byte by byte, by the scripts of the very undo plan', async () => {
    const story = await halfDone({lose: {node: 'be-2', name: 'doris.be.deploy'}});
    const {stamp} = story.state.plan;
    for (const part of ['bin', 'lib']) write(join(home, part, 'version'), `old ${part}\0\n`);
    write(join(home, 'conf/be.conf'), 'kept');
    const before = tree();
    for (const part of ['bin', 'lib']) renameSync(join(home, part), join(home, `${part}_backup_${stamp}`));
    write(join(home, 'bin/version'), 'new bin');
    write(join(home, `.lakeup-stage-${stamp}/lib/version`), 'new lib');
    const plan = undoPlanOf(story, 'backends');
    const lane = plan.phases[0]?.lanes.find(({node}) => node === 'be-2');
    for (const name of ['undo-deploy', 'undo-backup', 'undo-stage']) {
      const action = lane?.steps.find(step => step.name === name)?.action;
      if (action === undefined) throw new Error(`there is no ${name}`);
      // Twice: an action whose answer was lost may be sent again.
      expect([carryOut(plan, action), carryOut(plan, action)], name).toEqual([0, 0]);
    }
    const after = tree();
    expect(after).toMatchObject(before);
    expect(Object.keys(after).filter(path => !(path in before))).toEqual([`bin_failed_${stamp}/version`]);
  });
});
