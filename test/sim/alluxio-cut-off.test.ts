import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {parseJournal} from '../../src/engine/parse-journal.ts';
import type {Facts} from '../../src/model/facts.ts';
import type {NodeId} from '../../src/model/ids.ts';
import {planSteps} from '../../src/model/plan.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import {lookOnce} from '../../src/probe/look.ts';
import {NEWEST, readKept} from '../journals/files.ts';
import {readCluster} from '../journals/hands.ts';
import {products} from '../journals/products.ts';
import {type Cut, recordAgain} from '../journals/resume.ts';
import {takes} from '../journals/takes.ts';
import {turned} from './virtual-clock.ts';

// An Alluxio upgrade whose journal is gone, cut while everything was stopped. What is said of it is what the hosts tell, and nothing
// else is said beside it.

const open = (name: string): Cut => {
  const {journal, inventory} = readKept(join(NEWEST, name));
  const {events} = parseJournal(journal, name);
  const {plan} = foldEvents(events);
  const product = products.get(plan.system);
  if (product === undefined) throw new Error(`nobody pretends to be ${plan.system}`);
  return {events, product, cluster: readCluster({inventory, cluster: plan.cluster, system: product.system})};
};

/** What preflight says of the cluster as it stands once the first step of that name has acted, or the last one was done. */
const saidAfter = async (name: string, which: 'first' | 'last', step: string): Promise<readonly string[]> => {
  const whole = open(name);
  const {plan} = foldEvents(whole.events);
  const ids = new Set(planSteps(plan).flatMap(each => (each.name === step ? [each.id] : [])));
  const at = whole.events.flatMap((event, i) =>
    event.type === (which === 'first' ? 'step.acted' : 'step.done') && ids.has(event.step) ? [i] : [],
  );
  const events = whole.events.slice(0, (which === 'first' ? (at[0] ?? 0) : (at.at(-1) ?? 0)) + 1);
  const take = takes.find(each => each.name === name);
  if (take === undefined) throw new Error(`nobody records ${name}`);
  const {clock, fake} = await recordAgain(take, {...whole, events});
  const {cluster, product} = whole;
  const {system} = product;
  const facts = await turned(
    clock,
    (async () => {
      const found = new Map<NodeId, Facts>();
      for (const {id} of cluster.nodes) {
        const {look} = await lookOnce({system, cluster, clock, ask: fake.answer}, id, system.survey, 600_000);
        if (look.kind === 'seen') found.set(id, look.facts);
      }
      return found;
    })(),
  );
  if (facts === null) throw new Error('nobody was looked at');
  return system.preflight
    .flatMap(check => check.find({cluster, facts}))
    .filter(({level}) => level !== 'pass')
    .map(({check, seen}) => `${check}: ${seen?.en}`);
};

describe.each(['restored', 'in-place'])('the run %s, cut', name => {
  it.each([
    [
      'last',
      'stop',
      /^cut-off: no master runs, and every home is still \S+: an upgrade was cut before it exchanged any/,
    ],
    [
      'first',
      'install',
      /^cut-off: no master runs; \S+: .*: an upgrade was cut while it exchanged the homes$/,
    ],
    ['last', 'install', /^cut-off: no master runs, and every home is \S+ already$/],
  ] as const)('after the %s %s', async (which, step, words) => {
    expect(await saidAfter(name, which, step)).toEqual([expect.stringMatching(words)]);
  });
});

it('after the journals were formatted nothing is to be started', async () => {
  expect(await saidAfter('restored', 'last', 'format')).toEqual([
    expect.stringMatching(/^cut-off: no master runs, and every home is \S+ already$/),
  ]);
});
