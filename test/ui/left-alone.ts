import {timeOfDay} from '../../src/lib/moment.ts';
import type {Sighting} from '../../src/model/facts.ts';
import type {NodeId} from '../../src/model/ids.ts';
import {openReplay} from '../../src/store/replay.ts';
import {carryOut} from '../journals/make-recording.ts';
import type {Take} from '../journals/take.ts';
import {takes} from '../journals/takes.ts';
import {NIGHT} from './harness.ts';
import {type Given, productOf, recordingOf} from './prepared.ts';

/** How long the question stands already when the screen is looked at: by then every node was looked at. */
const STANDS_MS = 5_000;

/** Upgrades that nobody disturbs: of Doris, and of Alluxio with its journals formatted. */
export type TakeName = 'whole' | 'restored';

const takeOf = (wanted: TakeName): Take => {
  const take = takes.find(({name}) => name === wanted);
  if (take === undefined) throw new Error(`nobody records ${wanted}`);
  return take;
};

/** What is so while the question stands, by the cluster itself. */
export type Truth = {
  readonly down: readonly NodeId[];
  /** When the run has begun to stop a node, by the clock of the screen. */
  readonly stoppedAt: (node: NodeId) => string;
  /** The first step that is sent once the question is answered with yes. */
  readonly next: string;
};

export type LeftAlone = {readonly screen: Given; readonly truth: Truth};

/** Events of one lane of an upgrade that nobody disturbs, as long as it is that node's turn. */
export const eventsOfLane = async (phase: string, node: string, name: TakeName = 'whole') => {
  const {events} = await recordingOf(name);
  const first = events.findIndex(
    event => event.type === 'lane.begun' && event.phase === phase && event.node === node,
  );
  const last = events.findLastIndex(
    event =>
      event.type === 'step.done' && event.step.startsWith(`${phase}/`) && event.step.endsWith(`@${node}`),
  );
  return events.slice(first, last + 1);
};

/**
 * What the lakeup that was begun again has seen: each node once at first, and once more by now. Looks that say nothing new are not
 * recorded, and what the killed one has seen is gone with it.
 */
const seenSince = (sightings: readonly Sighting[], from: number, until: number): readonly Sighting[] => {
  const last = new Map(sightings.map(each => [`${each.node} ${each.probe}`, each] as const));
  return [
    ...sightings.filter(({at}) => at > from),
    ...[...last.values()].flatMap(each => [
      ...(each.at > from ? [] : [{...each, at: from + 1}]),
      {...each, at: until},
    ]),
  ].toSorted((a, b) => a.at - b.at);
};

/**
 * An upgrade whose lakeup is killed once it has kept that event, begun again ten minutes later, and left alone at the first question.
 * `meanwhile`: a node that ends by itself while nobody looks.
 */
export const killedAt = async (
  seq: number,
  {name = 'whole', meanwhile}: {readonly name?: TakeName; readonly meanwhile?: NodeId} = {},
): Promise<LeftAlone> => {
  let isAnswered = false;
  const {events, sightings, fake} = await carryOut({
    ...takeOf(name),
    killedAfter: event => event.seq === seq,
    until: event => {
      isAnswered ||= event.seq > seq && event.type === 'gate.opened' && event.by === 'operator';
      return isAnswered && event.type === 'step.started';
    },
    beside: async (event, hands) => {
      if (meanwhile !== undefined && event.seq === seq - 1) await hands.carryOut('stop', meanwhile);
    },
  });
  const isLater = ({seq: its}: {readonly seq: number}): boolean => its > seq;
  const asked = events.find(event => isLater(event) && event.type === 'gate.reached');
  const resumed = events.find(event => isLater(event) && event.type === 'run.resumed');
  const next = events.at(-1);
  if (asked === undefined || resumed === undefined || next?.type !== 'step.started')
    throw new Error(`nothing is asked after event ${seq}`);
  const until = asked.at + STANDS_MS;
  const recording = {
    cluster: (await recordingOf(name)).cluster,
    // Of many at work at once a question may stand before each was looked at.
    events: events.filter(event => event.at <= until),
    sightings: seenSince(
      sightings.filter(({at}) => at <= until),
      resumed.at,
      until,
    ),
  };
  return {
    screen: stage =>
      openReplay({
        ...stage,
        recording,
        product: productOf(recording),
        moment: {type: 'run.resumed', afterMs: until - resumed.at},
      }),
    truth: {
      down: fake.down(),
      stoppedAt: node => {
        const stop = events.findLast(
          event => event.type === 'step.started' && event.step.endsWith(`/stop@${node}`),
        );
        if (stop === undefined) throw new Error(`nobody has stopped ${node}`);
        return timeOfDay(stop.at + NIGHT - until);
      },
      next: next.step,
    },
  };
};
