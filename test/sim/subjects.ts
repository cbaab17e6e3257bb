import {vault, vaultCluster} from '../systems/vault/system.ts';
import type {Subject, Trace} from './subject.ts';

/** A look may be this old when it is acted upon: what moved since then could not be known. */
const LOOK_MAY_BE_MS = 30_000;

/** Nodes that were stopped while they held the role that goes last, with others of their role still to come. */
export const stoppedTooEarly = (trace: Trace, role: string, last: string): string[] => {
  const of = trace.cluster.nodes.filter(node => node.role === role).map(({id}) => id);
  const stops = trace.effects.filter(({node, effect}) => effect === 'stop' && of.includes(node));
  return stops.flatMap(({node, at, as}, i) => {
    const movedJustNow = trace.disturbances.some(moved => moved.at > at - LOOK_MAY_BE_MS && moved.at <= at);
    return as === last && i < of.length - 1 && !movedJustNow
      ? [`${node} was stopped as ${last}, before ${of.length - 1 - i} others`]
      : [];
  });
};

/** Nodes of `later` that were stopped before every node of `earlier` was started again. */
export const rolesOutOfOrder = ({cluster, effects}: Trace, earlier: string, later: string): string[] => {
  const role = (id: string): string | undefined => cluster.nodes.find(node => node.id === id)?.role;
  const first = effects.findIndex(({node, effect}) => effect === 'stop' && role(node) === later);
  if (first < 0) return [];
  const started = effects
    .slice(0, first)
    .filter(({node, effect}) => effect === 'start' && role(node) === earlier);
  const left = cluster.nodes.filter(
    node => node.role === earlier && !started.some(effect => effect.node === node.id),
  );
  return left.map(({id}) => `${effects[first]?.node} was stopped before ${id} was upgraded`);
};

const vaultBroken = (trace: Trace): string[] => [
  ...rolesOutOfOrder(trace, 'store', 'router'),
  ...stoppedTooEarly(trace, 'store', 'primary'),
];

/** Every system that is simulated. */
export const subjects: readonly Subject[] = [
  {name: 'vault', system: vault, cluster: vaultCluster(), faults: [], broken: vaultBroken},
];
