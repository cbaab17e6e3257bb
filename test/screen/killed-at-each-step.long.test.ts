import {afterAll, beforeAll, expect, test} from 'vitest';
import type {KitNode} from '../../src/model/kit.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {eachOnce, stopsAndStarts} from '../end-to-end/calls.ts';
import {bootCluster, CLUSTER} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {standingOf} from '../terminal/kept.ts';
import {killAtWork} from '../terminal/killing.ts';
import {agreeToAll, agreeUntil, nextQuestion, pressYes} from '../terminal/person.ts';
import {expectRead} from '../terminal/reading.ts';
import {lastLine} from '../terminal/terminal.ts';

const NODES: readonly KitNode[] = [
  {name: 'ms-1', role: 'ms'},
  {name: 'ms-2', role: 'ms'},
  {name: 'rc-1', role: 'recycler'},
  {name: 'be-1', role: 'be', group: 'cg_etl'},
  {name: 'be-2', role: 'be', group: 'cg_etl'},
  {name: 'fe-1', role: 'fe'},
  {name: 'fe-2', role: 'fe'},
  {name: 'fe-3', role: 'fe'},
];

/** The steps of a lane, in order. */
const STEPS = ['stage', 'stop', 'backup', 'deploy', 'start'] as const;

/** During which step lakeup is killed, and in the lane of which node: what is at work is carried on to its end before anything is asked. */
const KILLS = [
  {phase: 'MetaService', at: 'stop', node: 'ms-1'},
  {phase: 'MetaService', at: 'start', node: 'ms-1'},
  {phase: 'Recycler', at: 'stop', node: 'rc-1'},
  {phase: 'Recycler', at: 'start', node: 'rc-1'},
  {phase: 'Backends', at: 'stage', node: 'be-1'},
  {phase: 'Backends', at: 'stop', node: 'be-1'},
  {phase: 'Backends', at: 'backup', node: 'be-1'},
  {phase: 'Backends', at: 'deploy', node: 'be-1'},
  {phase: 'Backends', at: 'start', node: 'be-1'},
  // Who goes first among frontends is asked.
  {phase: 'Frontends', at: 'stop', node: 'fe-\\d'},
  {phase: 'Frontends', at: 'start', node: 'fe-\\d'},
] as const;

let cluster: DemoCluster;
let desk: Desk;

beforeAll(async () => {
  desk = makeDesk();
  cluster = await bootCluster(NODES);
});
afterAll(async () => {
  await desk?.close();
  await cluster?.stop();
});

test('lakeup killed at each step of a lane says who is down when it comes back, and goes on with the next step', {
  timeout: 900_000,
}, async () => {
  let terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
  let goesOn = '';
  for (const {phase, at, node} of KILLS) {
    const question = await agreeUntil(terminal, phase);
    const [run = ''] = desk.runs();
    const step = new RegExp(`/${at}@${node}$`);
    const {killed, first} = await killAtWork(cluster, run, terminal, step, () =>
      pressYes(terminal, question),
    );
    const [, name = ''] = killed.split('@');
    // The question said how far the node is: its key began what comes next.
    if (goesOn.endsWith(name)) expect(first.split('/')[1]).toBe(goesOn);

    terminal = await desk.open(['resume']);
    const screen = await nextQuestion(terminal);
    const standing = standingOf(cluster, run);
    const isOut = at !== 'stage' && at !== 'start';
    expect(standing.out.map(each => each.node)).toEqual(isOut ? [name] : []);
    expectRead(screen, standing);
    expect(screen).toMatch(/[│┃] [yB] {2}begin.* {5}n {2}leave; nothing more is changed/);
    const done = STEPS.indexOf(at) + 1;
    // The Recycler is alone in its phase: with its last step the next phase is asked about.
    if (screen.includes(` · ${phase} `)) expect(screen).toContain(` ${name} (${done} of 5 steps)`);
    else expect([at, name]).toEqual(['start', 'rc-1']);
    goesOn = `${STEPS[done]}@${name}`;
  }
  expect(await agreeToAll(terminal)).toBe(0);
  expect(lastLine(terminal)).toBe('8 of 8 nodes verified: lake-doris runs 3.1.2');
  const calls = stopsAndStarts(cluster.events());
  const order = calls.flatMap(call => /^stop (.*)/.exec(call)?.[1] ?? []);
  expect(order.toSorted()).toEqual(NODES.map(({name}) => name).toSorted());
  expect(calls, 'each exactly once, one after the other').toEqual(eachOnce(...order));
});
