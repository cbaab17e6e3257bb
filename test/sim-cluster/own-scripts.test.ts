import {afterAll, beforeAll, expect, test} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {actionName} from '../../src/model/action-name.ts';
import {type Facts, meets} from '../../src/model/facts.ts';
import {fillCheck, fillVars} from '../../src/model/given.ts';
import {NodeId} from '../../src/model/ids.ts';
import {type Cluster, nodeOf} from '../../src/model/inventory.ts';
import {bodyOf, type Plan, planSteps, type Step} from '../../src/model/plan.ts';
import {describeReasons} from '../../src/model/reason.ts';
import {renderScript, type Vars} from '../../src/model/script.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import type {Doris} from '../../src/systems/doris/fields.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {asInventory, askOn} from './ask.ts';
import {boot, placeOf, type Ran, run} from './support.ts';

const STAMP = '20261122_010203';
const BLIND = {STOP_BLIND: 'yes', DRAIN_MS: '2000'};

let demo: DemoCluster;
let plan: Plan;
let inventory: Cluster<Doris>;

const NOTHING = (): undefined => undefined;

const lookAt = async (
  id: string,
  probe: string,
  given: Facts = {},
  on = demo,
  cluster = inventory,
): Promise<Facts> => {
  const look = await doris.probes[probe]?.look(nodeOf(cluster, NodeId.parse(id)), cluster, askOn(on), given);
  if (look?.kind !== 'seen') throw new Error(look === undefined ? probe : describeReasons(look.reasons).en);
  return look.facts;
};

beforeAll(async () => {
  demo = await boot({layout: 'small', knobs: {'ms-1': BLIND, 'be-1': BLIND, 'fe-1': BLIND}});
  inventory = asInventory(demo);
  const facts = new Map<NodeId, Facts>();
  for (const {id} of inventory.nodes) facts.set(id, await lookAt(id, doris.survey));
  const choice = doris.choose({cluster: inventory, facts});
  if (choice.kind === 'refused') throw new Error(choice.because.en);
  const {from, to} = choice;
  plan = makePlan(choice, {cluster: inventory, facts, target: {from, to, stamp: STAMP}});
});
afterAll(async () => {
  await demo.stop();
});

const stepOf = (node: string, name: string): Step => {
  const step = planSteps(plan).find(found => found.node === node && found.name === name);
  if (step === undefined) throw new Error(`the plan does not ${name} ${node}`);
  return step;
};

/** Runs a step's own script on the node's host; `seen` is what its gates saw. */
const perform = ({node, action}: Step, seen: Vars = {}): Promise<Ran> => {
  if (action.kind !== 'script') throw new Error(`${actionName(action)} is no script`);
  const vars = {...fillVars(action, NOTHING), ...seen};
  return run(demo, node, renderScript({body: bodyOf(plan, action), vars}));
};

test.each(['ms-1', 'be-1', 'fe-1'])('the copy of %s tells its version while the old one runs', async name => {
  const step = stepOf(name, 'stage');
  expect(await perform(step)).toMatchObject({code: 0, stderr: ''});
  for (const check of step.done) {
    const {node, probe, given, expect: expected} = fillCheck(check, NOTHING);
    const facts = await lookAt(node, probe, given);
    expect(meets(facts, expected), `${check.title.en}: ${JSON.stringify(facts)}`).toBe(true);
  }
});

test('a master whose gates did not see it as the last one left is not stopped', async () => {
  const told = await perform(stepOf('fe-1', 'stop'), {seen_fe: 'follower', tried: 'no'});
  expect(told).toMatchObject({code: 96, stderr: expect.stringContaining('it has become the master')});
  expect(await lookAt('fe-1', 'status')).toMatchObject({health: 'ok', fe: 'master'});
});

test.each([
  ['ms-1', 'no doris_cloud.pid found', 'SIGINT'],
  ['be-1', 'be.pid does not exist', 'SIGTERM'],
  ['fe-1', 'fe.pid does not exist', 'SIGTERM'],
] as const)('%s ends although its own stop script finds no pid file', async (name, words, signal) => {
  const told = await perform(stepOf(name, 'stop'), {seen_fe: 'master', tried: 'no'});
  expect(`${told.code} ${told.stderr}`).toBe('0 ');
  expect(told.stdout).toContain(words);
  expect(told.stdout).toContain('has ended with exit code 1');
  expect(told.stdout).toContain(signal);
  expect(told.stdout).toMatch(/process \d+ has ended\n$/);
  const ends = demo.events().filter(({node, what}) => node === name && what.startsWith('process ends'));
  expect(ends.map(({what}) => what)).toEqual([`process ends ${signal}`]);
});

test('a MetaService sees the Recycler of its own cluster beside it, and none of another', async () => {
  const layout = [
    {name: 'ms-1', role: 'ms'},
    {name: 'rc-1', role: 'recycler'},
  ];
  const two = await boot({kit: {...dorisKit, layouts: {demo: layout}}});
  try {
    const {home} = placeOf(two, 'rc-1');
    const {beside} = await lookAt('ms-1', doris.survey, {}, two, asInventory(two));
    expect(JSON.stringify(beside)).toContain(home);
    // Clusters of other tests come and go on this machine; a process that is just ending cannot be told from one of ours.
    const others = await lookAt('ms-1', doris.survey);
    expect(JSON.stringify(others.beside ?? '')).not.toContain(home);
  } finally {
    await two.stop();
  }
});
