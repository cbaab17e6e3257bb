import type {Sighting} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {withBeside} from '../model/with-beside.ts';
import type {ScreenCluster} from './state.ts';

/** As many times as it is asked what is beside may be missed before what it told last counts no more. */
const TOLD_FOR = 3;

/**
 * How a node is by one more look at it, whatever that asked: its status, with what was seen last beside that; null where the look says
 * nothing of it. It stays as old as the status is, however new what is beside: a node that was stopped since is seen by no look at
 * its store. `freshMs`: a status that is older tells nothing of now.
 */
export const makeStatusBy = (
  {nodes, roles, beside}: Pick<ScreenCluster, 'nodes' | 'roles' | 'beside'>,
  freshMs: number,
): ((sighting: Sighting) => Sighting | null) => {
  const statusOf = new Map(roles.map(({name, status}) => [name, status]));
  const roleOf = new Map(nodes.map(({id, role}) => [id, role]));
  /** What each said last of itself, and what was seen last beside that. */
  const bare = new Map<NodeId, Sighting>();
  const besides = new Map<NodeId, Sighting>();
  const joined = (status: Sighting): Sighting => {
    const other = besides.get(status.node);
    if (beside === undefined || other === undefined) return status;
    // What nobody has told for so long is known no more.
    if (status.at - other.at > TOLD_FOR * beside.everyMs) return status;
    return {...status, look: withBeside(beside, status.look, other.look)};
  };
  return sighting => {
    const {node, probe, look, at} = sighting;
    const role = roleOf.get(node);
    if (role === undefined) return null;
    if (probe === statusOf.get(role)) {
      bare.set(node, sighting);
      return joined(sighting);
    }
    // Who does not answer this takes nothing back of what was seen.
    if (probe !== beside?.probe || !beside.roles.includes(role) || look.kind === 'silent') return null;
    besides.set(node, sighting);
    const status = bare.get(node);
    return status === undefined || at - status.at > freshMs ? null : joined(status);
  };
};
