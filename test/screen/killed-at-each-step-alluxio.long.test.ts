import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {alluxioKit} from '../../src/fakes/alluxio/kit.ts';
import {type DemoCluster, startDemoCluster} from '../../src/sim/demo-cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {standingOf} from '../terminal/kept.ts';
import {killAtWork} from '../terminal/killing.ts';
import {agreeToAll, answerAll, nextQuestion} from '../terminal/person.ts';
import {expectRead, isRead, type Standing} from '../terminal/reading.ts';
import {lastLine} from '../terminal/terminal.ts';

const CLUSTER = 'lake-cache';

/** Of each kind of server two, so that one stands beside each that is stopped. */
const NODES = [
  ...['m-1', 'm-2', 'm-3'].map(name => ({name, role: 'master', host: name})),
  ...['m-1', 'm-2', 'm-3'].map(host => ({name: `j${host}`, role: 'job-master', host})),
  ...['w-1', 'w-2'].map(name => ({name, role: 'worker', host: name})),
  ...['w-1', 'w-2'].map(host => ({name: `j${host}`, role: 'job-worker', host})),
];

/** During which step lakeup is killed, and how many of the ten are out of service by then: nodes of a phase stop and start side by side. */
const KILLS = [
  {step: /\/stage@/, least: 0, most: 0},
  {step: /\/backup@/, least: 0, most: 0},
  {step: /\/stop@w-/, least: 1, most: 7},
  {step: /\/stop@m-/, least: 8, most: 10},
  {step: /\/keep-journal@/, least: 10, most: 10},
  {step: /\/install@/, least: 10, most: 10},
  {step: /\/format@/, least: 10, most: 10},
  {step: /\/start@m-/, least: 7, most: 10},
  {step: /\/start@w-/, least: 2, most: 6},
] as const;

let cluster: DemoCluster;
let desk: Desk;

beforeAll(async () => {
  desk = makeDesk();
  cluster = await startDemoCluster({
    kit: {...alluxioKit, layouts: {...alluxioKit.layouts, own: NODES}},
    cluster: CLUSTER,
    program: join(import.meta.dirname, '../../dist/fake-alluxio.mjs'),
    speed: 50,
    layout: 'own',
    from: '2.3.0',
    bootWithinMs: 240_000,
    toYaml: stringify,
  });
});
afterAll(async () => {
  await desk?.close();
  await cluster?.stop();
});

test('lakeup killed at each step of Alluxio says who is down when it comes back, and goes on', {
  timeout: 900_000,
}, async () => {
  let terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
  for (const {step, least, most} of KILLS) {
    await nextQuestion(terminal);
    const [run = ''] = desk.runs();
    const killing = terminal;
    const {killed} = await killAtWork(cluster, run, terminal, step, () => answerAll(killing, CLUSTER));
    terminal = await desk.open(['resume']);
    await nextQuestion(terminal);
    // Of many at work at once a question may stand before each was looked at; and then it says whom nobody knows about yet.
    const standing = (): Standing => standingOf(cluster, run, {role: 'master', least: 2});
    const screen = await terminal
      .waitFor(seen => isRead(seen, standing()))
      .catch(() => terminal.screen().join('\n'));
    expectRead(screen, standing());
    expect(standing().out.length, `${killed} was at work`).toBeGreaterThanOrEqual(least);
    expect(standing().out.length).toBeLessThanOrEqual(most);
  }
  // Behind the last step of all nothing may be left to ask.
  const [run = ''] = desk.runs();
  const killing = terminal;
  await killAtWork(cluster, run, terminal, /\/start@jw-/, () => answerAll(killing, CLUSTER));
  terminal = await desk.open(['resume']);
  expect(await agreeToAll(terminal)).toBe(0);
  expect(lastLine(terminal)).toBe('10 of 10 nodes verified: lake-cache runs 2.9.4');
});
