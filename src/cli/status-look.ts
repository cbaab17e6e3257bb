import type {Look, Sighting} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Beside} from '../model/system.ts';
import {withBeside} from '../model/with-beside.ts';
import type {Looker} from '../probe/look.ts';
import {lookAtAll} from './survey.ts';

type Looks = ReadonlyMap<NodeId, Look>;

/** What is asked beside the status, of the nodes it is asked of. */
const lookBeside = async (looker: Looker, {probe, roles}: Beside): Promise<Looks> => {
  const nodes = looker.cluster.nodes.filter(({role}) => roles.includes(role));
  const found = await lookAtAll(
    looker,
    () => probe,
    () => undefined,
    nodes,
  );
  return new Map(found.map(({node, look}) => [node, look]));
};

/** Looks at the status of every node as often as it is called, and now and then at what is asked beside that. */
export const makeStatusLook = (looker: Looker): (() => Promise<readonly Sighting[]>) => {
  const {beside, roles} = looker.system;
  const statusOf = new Map(roles.map(({name, status}) => [name, status]));
  let known: {readonly at: number; readonly looks: Promise<Looks>} | null = null;
  const besides = (asked: Beside): Promise<Looks> => {
    const now = looker.clock.ticks();
    if (known === null || now - known.at >= asked.everyMs)
      known = {at: now, looks: lookBeside(looker, asked)};
    return known.looks;
  };
  const probeOf = (role: string): string => {
    const status = statusOf.get(role);
    if (status === undefined) throw new Error(`${looker.system.name} has no role ${role}`);
    return status;
  };
  return async () => {
    const [statuses, others] = await Promise.all([
      lookAtAll(looker, probeOf, () => undefined),
      beside === undefined ? null : besides(beside),
    ]);
    return statuses.map(sighting => {
      const other = others?.get(sighting.node);
      if (beside === undefined || other === undefined) return sighting;
      return {...sighting, look: withBeside(beside, sighting.look, other)};
    });
  };
};
