import type {Event} from '../model/event.ts';
import type {Sighting} from '../model/facts.ts';
import type {ScreenCluster} from './state.ts';

/** A run that was recorded: its journal, and what was seen meanwhile, each in the order of time. */
export type Recording = {
  readonly cluster: ScreenCluster;
  readonly events: readonly Event[];
  readonly sightings: readonly Sighting[];
};

/** A moment of a recording: so long after an event. */
export type Moment = {
  readonly type: Event['type'];
  /** The gate (or what it stands before), step or node it is about; the first event of that type by default. */
  readonly of?: string;
  readonly afterMs?: number;
};

/** One thing that was recorded, with its time there. */
export type Entry =
  | {readonly kind: 'event'; readonly at: number; readonly event: Event}
  | {readonly kind: 'sighting'; readonly at: number; readonly sighting: Sighting};

const isAbout = (event: Event, name: string): boolean =>
  ('gate' in event && (event.gate === name || event.gate.startsWith(`${name}#`))) ||
  ('step' in event && event.step === name) ||
  ('node' in event && event.node === name);

/** The recorded time of a moment. Throws when the recording has no such event. */
export const timeOf = ({events}: Recording, {type, of, afterMs = 0}: Moment): number => {
  const event = events.find(each => each.type === type && (of === undefined || isAbout(each, of)));
  if (event === undefined) throw new Error(`the recording has no ${type} ${of ?? ''}`);
  return event.at + afterMs;
};

/** The recorded time at which the status of every node was known. Throws when it never was. */
export const allSeenAt = ({cluster, sightings}: Recording): number => {
  const statusOf = new Map(cluster.roles.map(({name, status}) => [name, status]));
  const unseen = new Map(cluster.nodes.map(({id, role}) => [id, statusOf.get(role)]));
  for (const {node, probe, at} of sightings) {
    if (unseen.get(node) === probe) unseen.delete(node);
    if (unseen.size === 0) return at;
  }
  throw new Error(`the recording never shows ${[...unseen.keys()].join(', ')}`);
};

/** Everything in the order of time. What was seen at the time of an event was seen before it. */
export const entriesOf = ({events, sightings}: Recording): readonly Entry[] =>
  [
    ...sightings.map((sighting): Entry => ({kind: 'sighting', at: sighting.at, sighting})),
    ...events.map((event): Entry => ({kind: 'event', at: event.at, event})),
  ].toSorted((a, b) => a.at - b.at);
