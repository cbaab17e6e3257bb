import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import type {Place} from '../../src/model/kit.ts';
import {agree, agreeToAll, asked} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {labProblem} from './need.ts';
import {ask, sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

/** Every name, kind, mode, link and byte of bin and lib; what a process writes of itself there is left out. */
const treeScript = ({home}: Place): string =>
  `cd ${home} && find bin lib ! -name '*.pid' -printf '%y %m %p %l\n' | sort && find bin lib -type f ! -name '*.pid' -print0 | sort -z | xargs -0 sha256sum`;

const MINUTES_MS = 60_000;

describe.skipIf(problem !== null).each([
  {to: '3.0.8', canGoBack: true},
  {to: '3.1.2', canGoBack: false},
])('an upgrade to $to, taken back', ({to, canGoBack}) => {
  let lab: Lab;
  let demo: Installed;
  let terminal: Terminal | null = null;
  let before: readonly string[] = [];

  beforeAll(async () => {
    const hosts = dorisKit.layouts.small?.map(({name}) => name) ?? [];
    lab = await startLab({hosts, user: 'doris'});
    const kit = {...dorisKit, to};
    demo = await installKit(lab, {kit, cluster: 'lake-doris', layout: 'small', speed: 20});
    before = await trees();
  }, 600_000);

  afterEach(() => terminal?.close());

  afterAll(async () => {
    await lab?.stop();
  });

  const trees = (): Promise<readonly string[]> =>
    Promise.all(
      demo.places.map(async place => {
        const {code, stdout, stderr} = await lab.ssh(place.address, treeScript(place));
        if (code !== 0) throw new Error(`${place.name}: ${stderr}`);
        return stdout;
      }),
    );

  const versions = async (): Promise<readonly string[]> => {
    const {code, stdout, stderr} = await ask(lab, demo, ['status', '--json']);
    expect(code, stderr).toBe(0);
    const {nodes} = JSON.parse(stdout);
    return nodes.map(({facts}: {facts: {version: string}}) => facts.version);
  };

  /** Agrees to so many phases and leaves at the next question; gives the command that the last words name. */
  const leaveAfter = async (phases: number): Promise<readonly string[]> => {
    terminal = await sit(lab, demo, ['upgrade']);
    for (let phase = 1; phase <= phases; phase += 1) await agree(terminal, phase, 10 * MINUTES_MS);
    await asked(terminal, phases + 1, 10 * MINUTES_MS);
    terminal.press('n');
    expect(await terminal.exited()).toBe(3);
    const [, command = ''] =
      /To take back what was done: lakeup (undo \S+)/.exec(terminal.screen().join('\n')) ?? [];
    expect(command).toMatch(/^undo \d/);
    return command.split(' ');
  };

  const comesBack = async (command: readonly string[]): Promise<void> => {
    terminal = await sit(lab, demo, command);
    expect(await agreeToAll(terminal, 10 * MINUTES_MS)).toBe(0);
    expect(lastLine(terminal)).toMatch(/6 of 6 nodes verified: lake-doris runs 3\.0\.6 again/);
    expect(await trees()).toEqual(before);
    expect(await versions()).toEqual(Array(6).fill('3.0.6'));
  };

  test('after its first phase: every node at the old version, byte for byte', {
    timeout: 20 * MINUTES_MS,
  }, async () => {
    await comesBack(await leaveAfter(1));
  });

  test('after its second phase, in the order turned round', {timeout: 20 * MINUTES_MS}, async () => {
    const command = await leaveAfter(2);
    const below = await ask(lab, demo, [...command, '--phase', 'ms']);
    expect(below.code).toBe(2);
    expect(below.stderr).toMatch(/"Backends" was done after it and stands on it/);
    await comesBack(command);
  });

  test.runIf(canGoBack)('after its end', {timeout: 20 * MINUTES_MS}, async () => {
    terminal = await sit(lab, demo, ['upgrade']);
    expect(await agreeToAll(terminal, 10 * MINUTES_MS)).toBe(0);
    const {stdout} = await ask(lab, demo, ['runs']);
    await comesBack(['undo', /^\S+/.exec(stdout)?.[0] ?? '']);
  });

  test.runIf(!canGoBack)(
    'after its end is refused, with the reason and what to do instead, and nothing is changed',
    {
      timeout: 20 * MINUTES_MS,
    },
    async () => {
      terminal = await sit(lab, demo, ['upgrade']);
      expect(await agreeToAll(terminal, 10 * MINUTES_MS)).toBe(0);
      const upgraded = await trees();
      const {stdout} = await ask(lab, demo, ['runs']);
      const refused = await ask(lab, demo, ['undo', /^\S+/.exec(stdout)?.[0] ?? '']);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(
        /A frontend of 3\.1\.2 writes metadata that 3\.0\.6 cannot read\. Nothing was changed/,
      );
      expect(refused.stderr).toMatch(/to do: .*set up anew/);
      expect(await trees()).toEqual(upgraded);
      expect(await versions()).toEqual(Array(6).fill('3.1.2'));
    },
  );
});
