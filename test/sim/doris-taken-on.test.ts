import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {parseJournal} from '../../src/engine/parse-journal.ts';
import {type Facts, listOf} from '../../src/model/facts.ts';
import type {NodeId} from '../../src/model/ids.ts';
import {planSteps} from '../../src/model/plan.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import {lookOnce} from '../../src/probe/look.ts';
import {NEWEST, readKept} from '../journals/files.ts';
import {readCluster} from '../journals/hands.ts';
import {products} from '../journals/products.ts';
import {beginAnew, bringAbout, type Cut, type World} from '../journals/resume.ts';
import {planFor} from './plan-for.ts';
import {turned} from './virtual-clock.ts';

// The journal of a run is gone, and its cluster stands wherever the run had come to. What `lakeup upgrade` makes of it, at
// every action after which a run can be cut: it takes on from there, in the middle of a node too.

const open = (): Cut => {
  const {journal, inventory} = readKept(join(NEWEST, 'whole'));
  const {events} = parseJournal(journal, 'whole');
  const {plan} = foldEvents(events);
  const product = products.get(plan.system);
  if (product === undefined) throw new Error(`nobody pretends to be ${plan.system}`);
  return {events, product, cluster: readCluster({inventory, cluster: plan.cluster, system: product.system})};
};

const whole = open();
const {cluster, product} = whole;
const {plan: before} = foldEvents(whole.events);
const steps = planSteps(before);

const cuts = whole.events.flatMap((event, i) => {
  if (event.type !== 'step.acted') return [];
  const step = steps.find(({id}) => id === event.step);
  return step === undefined ? [] : [{name: step.name, node: step.node, events: whole.events.slice(0, i + 1)}];
});

const survey = async ({fake, clock}: World): Promise<ReadonlyMap<NodeId, Facts>> => {
  const {system} = product;
  const facts = new Map<NodeId, Facts>();
  for (const {id} of cluster.nodes) {
    const {look} = await lookOnce({system, cluster, clock, ask: fake.answer}, id, system.survey, 600_000);
    if (look.kind === 'seen') facts.set(id, look.facts);
  }
  return facts;
};

const turnedSurvey = async (world: World): Promise<ReadonlyMap<NodeId, Facts>> => {
  const facts = await turned(world.clock, survey(world));
  if (facts === null) throw new Error('nobody was looked at');
  return facts;
};

const versions = async (world: World): Promise<ReadonlyMap<NodeId, unknown>> =>
  new Map([...(await survey(world))].map(([id, facts]) => [id, facts.version]));

describe.each(cuts)('a cluster whose run was lost after "$name" of $node', ({name, node, events}) => {
  const cut = {...whole, events};

  it('is taken on, and upgraded whole', async () => {
    const world = await bringAbout(cut);
    const {clock, fake} = world;
    const isDown = fake.down().includes(node);
    expect(isDown).toBe(['stop', 'backup', 'deploy'].includes(name));
    const found = await turned(clock, versions(world));
    if (found === null) throw new Error('nobody was looked at');
    if ([...found.values()].every(version => version === before.to)) {
      const nothing = planFor({system: product.system, cluster}, {ask: fake.answer}, clock);
      expect(
        await turned(
          clock,
          nothing.then(() => '', String),
        ),
      ).toContain(`The cluster runs ${before.to} already`);
      return;
    }
    const planned = await turned(
      clock,
      planFor({system: product.system, cluster}, {ask: fake.answer}, clock),
    );
    if (planned === null) throw new Error('nothing was planned');
    const done = cluster.nodes.filter(({id}) => found.get(id) === before.to).map(({id}) => id);
    expect(planned.findings.some(({check}) => check === 'one-version')).toBe(done.length > 0);
    expect(planned.plan.rule.says.en.includes(`${done.length} of 14 nodes run`)).toBe(done.length > 0);

    const inTheMiddle = isDown ? [node] : [];
    expect(planned.plan.out).toEqual(inTheMiddle);
    expect(planned.findings.flatMap(({check, node: of}) => (check === 'taken-on' ? [of] : []))).toEqual(
      inTheMiddle,
    );

    const past = fake.effects.length;
    const {state, sent} = await beginAnew(cut, world, planned);
    expect(state.verdict?.verified).toEqual(cluster.nodes.map(({id}) => id));
    const touched = new Set(
      planSteps(planned.plan)
        .filter(({id}) => sent.includes(id))
        .map(step => step.node),
    );
    expect([...touched].toSorted(), 'who is done is left as it is').toEqual(
      cluster.nodes
        .map(({id}) => id)
        .filter(id => !done.includes(id))
        .toSorted(),
    );
    expect(fake.down()).toEqual([]);
    const effects = fake.effects.slice(past);
    const stops = effects.findIndex(({effect}) => effect === 'stop');
    const serves = effects.findIndex(entry => entry.effect === 'ready' && entry.node === node);
    if (isDown && stops >= 0) expect(serves, 'it serves before anybody is stopped').toBeLessThan(stops);
    const left = [...(await turnedSurvey(world)).values()].flatMap(facts => listOf(facts, 'leftovers'));
    const kept = (part: string): string[] =>
      [before.stamp, planned.plan.stamp].map(stamp => `${part}_backup_${stamp}`);
    for (const part of ['bin', 'lib'])
      expect(
        left.filter(name => kept(part).includes(name)),
        'each old file is kept once',
      ).toHaveLength(cluster.nodes.length);
  });
});
