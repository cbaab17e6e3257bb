import type {Sighting} from '../model/facts.ts';
import type {Node} from '../model/inventory.ts';
import type {Beside} from '../model/system.ts';
import {type Looker, lookOnce, sharing} from './look.ts';

export type WatchOptions = {
  /** Time between two looks at a node that answers. */
  readonly periodMs: number;
  /** A silent node is asked less and less often, down to once in this time. */
  readonly slowestMs: number;
  readonly chance: () => number;
  readonly signal: AbortSignal;
  readonly onSighting: (sighting: Sighting) => void;
};

const WITHIN_MS = 30_000;

const watchNode = async (looker: Looker, node: Node, options: WatchOptions): Promise<void> => {
  const role = looker.system.roles.find(({name}) => name === node.role);
  if (role === undefined) throw new Error(`${looker.system.name} has no role ${node.role}`);
  let period = options.periodMs;
  // Nodes begin at different moments, so that a large cluster is not asked all at once.
  await looker.clock.sleep(options.chance() * Math.min(period, 500), options.signal);
  while (!options.signal.aborted) {
    const sighting = await lookOnce(looker, node.id, role.status, WITHIN_MS);
    if (options.signal.aborted) return;
    options.onSighting(sighting);
    period = sighting.look.kind === 'seen' ? options.periodMs : Math.min(period * 2, options.slowestMs);
    await looker.clock.sleep(period * (0.9 + 0.2 * options.chance()), options.signal);
  }
};

/** What is asked now and then beside the status, at once at first: until then one is taken for what it says of itself. */
const watchBeside = async (
  looker: Looker,
  node: Node,
  {probe, everyMs}: Beside,
  {signal, onSighting}: WatchOptions,
): Promise<void> => {
  while (!signal.aborted) {
    const sighting = await lookOnce(looker, node.id, probe, WITHIN_MS);
    if (signal.aborted) return;
    onSighting(sighting);
    await looker.clock.sleep(everyMs, signal);
  }
};

/** Looks at every node all the time, until the signal is aborted. A node that hangs does not delay the others. */
export const watch = async (looker: Looker, options: WatchOptions): Promise<void> => {
  const shared = sharing(looker, options.periodMs / 2);
  const {beside} = looker.system;
  const alsoAsked = looker.cluster.nodes.filter(({role}) => beside?.roles.includes(role) === true);
  await Promise.all([
    ...looker.cluster.nodes.map(node => watchNode(shared, node, options)),
    ...(beside === undefined ? [] : alsoAsked.map(node => watchBeside(shared, node, beside, options))),
  ]);
};
