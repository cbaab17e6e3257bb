import {placesOf} from '../../../src/systems/doris/fields.ts';
import {moved, refused, type Told} from '../common/memory-replies.ts';
import {usurps} from './memory-lies.ts';
import type {Acting} from './memory-undo.ts';
import {frontends, lifeOf, serves, type World} from './memory-world.ts';

/** Whether followers that the gates counted on have gone, and no majority is left without this one: nobody listens where they were. */
const votersGone = (world: World, script: Acting['script']): boolean => {
  const {seen_voters: told, seen_majority: majority} = script.vars;
  if (!Array.isArray(told) || typeof majority !== 'number') return false;
  const remain = told.filter(place =>
    frontends(world).some(
      machine => lifeOf(machine) !== null && placesOf(machine.node).includes(String(place)),
    ),
  );
  return told.length >= majority && remain.length < majority;
};

/** What a frontend's script asks it right before it is signalled, and why it gives way then; null where it goes on. */
export const turnedAway = ({world, machine, script}: Acting): Told | null => {
  const {ask_port: port = 0, seen_fe: seen, tried} = script.vars;
  if (machine.role !== 'fe' || Number(port) === 0) return null;
  if (tried !== 'yes' && votersGone(world, script)) return moved('no majority is left without it');
  if (!serves(machine) || lifeOf(machine)?.stopping === true)
    return tried === 'yes' ? null : refused('it does not say whether it is the master');
  const isMaster = world.master === machine || usurps(world, machine);
  if (world.master === null && !isMaster) return moved('an election may be going on');
  return isMaster && seen !== 'master' ? moved('it has become the master') : null;
};
