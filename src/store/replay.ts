import type {System} from '../model/system.ts';
import type {Lang} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {chatter} from './chatter.ts';
import {type Feed, makeFeed} from './feed.ts';
import {makeOperator} from './operator.ts';
import {playOn} from './play-on.ts';
import {allSeenAt, entriesOf, type Moment, type Recording, timeOf} from './recording.ts';
import {saysOf, type ThemeName, type Wish} from './state.ts';
import {makeStore, type ScreenStore} from './store.ts';
import {makeTeller} from './teller.ts';

export type ReplayOptions = {
  readonly recording: Recording;
  /** Up to when it has been told when the screen opens; null: no run, the cluster is only watched. */
  readonly moment: Moment | null;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly lang: Lang;
  readonly theme: ThemeName;
  /** What the operator has asked for when the screen opens. */
  readonly wish?: Wish;
  /** So many sightings a second come on top, of nodes taken by chance. */
  readonly sightingsPerSecond?: number;
  /** What the product says of a run that is over, and calls its facts. */
  readonly product?: Pick<
    System,
    | 'keeps'
    | 'keptBytes'
    | 'leads'
    | 'factTitles'
    | 'standIns'
    | 'beside'
    | 'leftBehind'
    | 'startLine'
    | 'skip'
  >;
};

/** The store of a screen, filled up to a moment; `run` lets the recording go on until the signal. */
export type Replay = {
  readonly store: ScreenStore;
  readonly feed: Feed;
  run(signal: AbortSignal): Promise<void>;
};

/** How often a replayed cluster claims to be looked at: looks that say nothing new are not recorded. */
const PROBE_PERIOD_MS = 3_600_000;

/** Plays a recording into a store up to a moment, as if that were now. */
export const openReplay = ({
  recording,
  moment,
  clock,
  chance,
  lang,
  theme,
  ...more
}: ReplayOptions): Replay => {
  const {wish, sightingsPerSecond: perSecond = 0, product = {}} = more;
  const cluster = {...recording.cluster, ...saysOf(product)};
  const store = makeStore({cluster, lang, theme, now: clock.now(), goingOn: 'never'});
  const feed = makeFeed({store, clock, probePeriodMs: PROBE_PERIOD_MS});
  const nodes = new Map(cluster.nodes.map(node => [node.id, node] as const));
  const teller = makeTeller(feed, {...product, nodeOf: id => nodes.get(id) ?? null});
  const until = moment === null ? allSeenAt(recording) : timeOf(recording, moment);
  const lagMs = clock.now() - until;
  const entries = entriesOf(moment === null ? {...recording, events: []} : recording);
  const past = entries.filter(({at}) => at <= until);
  // Who goes down is told by the event of a run that kept it, and by the feed where none did.
  const kept = entries.flatMap(entry => (entry.kind === 'event' ? [entry.event] : []));
  feed.listenDown(({type, node}) => kept.some(event => event.type === type && event.node === node));
  for (const entry of past) teller.tell(entry, entry.at + lagMs);
  if (wish !== undefined) store.setState({wish});
  feed.tick();
  const operator = makeOperator(store, clock);
  const rest = moment === null ? [] : entries.slice(past.length);
  return {
    store,
    feed,
    run: async signal => {
      await Promise.all([
        perSecond === 0 ? null : chatter({recording, feed, clock, chance, signal, perSecond}),
        playOn({rest, lagMs, teller, clock, operator, signal}),
      ]);
    },
  };
};
