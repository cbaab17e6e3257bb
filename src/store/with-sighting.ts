import type {Sighting} from '../model/facts.ts';
import {type NodeLooks, sameLook} from './state.ts';

/** What is known of a node that nobody has looked at. */
export const NO_LOOKS: NodeLooks = {
  status: null,
  seen: null,
  probes: {},
  changed: null,
  unwell: null,
  stale: false,
};

/** With one more look at it; a look that says the same as the one before stays that. `status`: the probe by which its role says how it is. */
export const withSighting = (
  looks: NodeLooks,
  sighting: Sighting,
  status: string | undefined,
  {changed, unwell, seen}: Pick<NodeLooks, 'changed' | 'unwell' | 'seen'>,
): NodeLooks => {
  const before = looks.probes[sighting.probe];
  const kept =
    before !== undefined && sameLook(before.look, sighting.look)
      ? {...sighting, look: before.look}
      : sighting;
  const isStatus = sighting.probe === status;
  return {
    status: isStatus ? kept : looks.status,
    seen: isStatus && kept.look.kind === 'seen' ? kept : seen,
    probes: {...looks.probes, [sighting.probe]: kept},
    changed,
    unwell,
    stale: isStatus ? false : looks.stale,
  };
};
