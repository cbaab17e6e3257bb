import {makeHands} from '../journals/hands.ts';
import {planFor} from './plan-for.ts';
import {seededRandom} from './random.ts';
import type {Before} from './subject.ts';

/** What another run did at the node, in order; after the second of them it is down. */
const STEPS = ['stage', 'stop', 'backup', 'deploy'];
const QUIET_MS = 90_000;

/** Another run is lost, with its journal, in the middle of a MetaService: which one, and how far it came, by the seed. */
export const leaveInTheMiddle: Before = async ({system, cluster, fake, clock, seed}) => {
  const chance = seededRandom(seed * 17 + 3);
  const {plan} = await planFor({system, cluster}, {ask: fake.answer}, clock);
  const nodes = cluster.nodes.filter(({role}) => role === 'ms');
  const node = nodes[Math.floor(chance() * nodes.length)];
  if (node === undefined) throw new Error('the cluster has no MetaService');
  const hands = makeHands({fake, clock, cluster, plan});
  for (const step of STEPS.slice(0, 2 + Math.floor(chance() * 3))) {
    await hands.carryOut(step, node.id);
    await clock.sleep(QUIET_MS);
  }
};
