import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {fakes} from '../../../src/fakes/index.ts';
import {systems} from '../../../src/systems/index.ts';
import {runCli} from './outside.ts';

const EXAMPLE = fileURLToPath(new URL('../../../inventory.example.yaml', import.meta.url));

const rehearse = (...argv: readonly string[]) =>
  runCli(['rehearse', ...argv, '-i', EXAMPLE], {}, {systems, fakes});

test.each([
  [['lake-doris'], /no terminal to press it on/],
  [['elsewhere', '--from', '3.0.6', '--autopilot'], /elsewhere/],
  [['lake-alluxio', '--from', '4.0.0', '--autopilot'], /no twin of alluxio knows 4\.0\.0\nto do: .*--from/],
  [['lake-doris', '--from', '3.0.6', '--autopilot', '--fault', 'fire'], /doris has no fault "fire"/],
  [['lake-doris', '--from', '3.0.6', '--autopilot', '--fault', 'swap@ms-1'], /it can on: be-/],
  [['lake-doris', '--from', '3.0.6', '--autopilot', '--speed', '0'], /a number from/],
])('%j is refused, and nothing is started', async (argv, words) => {
  const {code, stdout, stderr} = await rehearse(...argv);
  expect({code, stdout}).toEqual({code: 2, stdout: ''});
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('Starting a simulated cluster');
});

test('the faults of a twin are listed by the names of the inventory, and nobody is asked', async () => {
  const {code, stdout} = await rehearse('lake-alluxio', '--fault', 'list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^backup-fails +on am-1, am-2, am-3$/m);
});

test('hosts that cannot be reached: said as `upgrade` says it, and how to rehearse all the same', async () => {
  const {code, stderr} = await rehearse('lake-doris', '--autopilot');
  expect(code).toBe(2);
  expect(stderr).toMatch(/--from/);
});
