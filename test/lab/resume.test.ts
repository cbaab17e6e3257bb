import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {eachOnce, stopsAndStarts} from '../end-to-end/calls.ts';
import {agree, finish} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {until} from './command.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {labProblem} from './need.ts';
import {sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

describe.skipIf(problem !== null)('what is in hand when something breaks', () => {
  let lab: Lab;
  let demo: Installed;
  let terminal: Terminal | null = null;

  beforeAll(async () => {
    const hosts = dorisKit.layouts.small?.map(({name}) => name) ?? [];
    lab = await startLab({hosts, user: 'doris'});
    demo = await installKit(lab, {kit: dorisKit, cluster: 'lake-doris', layout: 'small', speed: 10});
  }, 600_000);

  afterAll(async () => {
    await terminal?.close();
    await lab?.stop();
  });

  const begun = (what: string): Promise<unknown> =>
    until(what, async () => stopsAndStarts(await demo.events()).includes(what), 300_000);

  test('is done once: a cable pulled during a stop, lakeup killed during a start', {
    timeout: 1_800_000,
  }, async () => {
    terminal = await sit(lab, demo, ['upgrade']);
    await agree(terminal, 1);
    await agree(terminal, 2);
    await begun('stop be-1');
    await lab.cut('be-1');
    // The stop goes on by itself; nobody hears of it. lakeup gives the connection up.
    const address = lab.hosts.find(({name}) => name === 'be-1')?.address ?? '';
    await until('lakeup gave its connection up', async () => {
      const {stdout} = await lab.operator(['ss', '-Htn', 'state', 'established', 'dst', address]);
      return stdout.trim() === '';
    });
    await lab.mend('be-1');
    // It looks what became of the stop, and goes on: no key is asked for.
    await begun('start be-2').catch(error => {
      throw new Error(`${error.message}\n${terminal?.screen().join('\n')}`);
    });
    // As kill -9: no chance to write or to say anything.
    terminal.kill('SIGKILL');
    expect(await terminal.exited()).toBe(137);

    terminal = await sit(lab, demo, ['resume']);
    await agree(terminal, 3, 600_000);
    expect(await finish(terminal, 900_000)).toBe(0);
    expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');

    const all = stopsAndStarts(await demo.events());
    expect(all.slice(0, 6)).toEqual(eachOnce('ms-1', 'be-1', 'be-2'));
    expect(all.toSorted()).toEqual(eachOnce('ms-1', 'be-1', 'be-2', 'fe-1', 'fe-2', 'fe-3').toSorted());
  });
});
