import type {Failure} from '../../model/event.ts';
import {fillCheck} from '../../model/given.ts';
import {NodeId} from '../../model/ids.ts';
import type {Step} from '../../model/plan.ts';
import {type Lang, type Text, text} from '../../model/text.ts';
import type {Clock} from '../../model/world.ts';
import {type Feed, makeFeed} from '../../store/feed.ts';
import {makeOperator} from '../../store/operator.ts';
import type {ThemeName} from '../../store/state.ts';
import {makeStore, type ScreenStore} from '../../store/store.ts';
import {type Cast, FOURTEEN} from './cast.ts';
import {makeStage, type Stage} from './plan.ts';
import {makeTeller, playOn} from './play.ts';
import {allWell, type Beat, story, type Turn} from './story.ts';
import {chatter, thousandStage} from './thousand.ts';

export type ScenarioOptions = {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly lang: Lang;
  readonly theme: ThemeName;
};

/** A prepared screen: its store is filled; `run` lets the story go on until the signal. */
export type Prepared = {
  readonly store: ScreenStore;
  readonly feed: Feed;
  run(signal: AbortSignal): Promise<void>;
};

export type Scenario = {readonly title: Text; open(options: ScenarioOptions): Prepared};

/** How often a prepared cluster claims to be looked at: never stale by itself, whatever the time. */
const PROBE_PERIOD_MS = 3_600_000;

type Told = {
  readonly stage?: () => Stage;
  readonly turn?: Turn;
  /** No run: the cluster is only watched. */
  readonly watch?: boolean;
  /** The first beat that is not played before the screen opens. */
  readonly until: (beat: Beat) => boolean;
  /** Beats that come on top, just before the screen opens. */
  readonly onTop?: readonly Beat[];
  readonly wish?: 'hold' | 'leave';
  /** How long the screen stands as it was opened. */
  readonly restMs?: number;
  readonly chatter?: number;
};

const event =
  (type: string, step = ''): ((beat: Beat) => boolean) =>
  beat =>
    beat.kind === 'event' &&
    beat.happening.type === type &&
    (step === '' || ('step' in beat.happening && beat.happening.step === step));

/** A scenario of a story that was told up to some beat. */
export const told = (title: Text, how: Told): Scenario => ({
  title,
  open: ({clock, chance, lang, theme}) => {
    const stage = how.stage?.() ?? makeStage(FOURTEEN);
    const store = makeStore({cluster: stage.cluster, lang, theme, now: clock.now(), goingOn: 'never'});
    const feed = makeFeed({store, clock, probePeriodMs: PROBE_PERIOD_MS});
    const before: Beat[] = [];
    const beats = how.watch === true ? allWell(stage, stage.plan.from) : story(stage, how.turn ?? {});
    let next: Beat | null = null;
    for (let beat = beats.next(); beat.done !== true; beat = beats.next()) {
      if (how.until(beat.value)) {
        next = beat.value;
        break;
      }
      before.push(beat.value);
    }
    const lasted = before.reduce((ms, beat) => ms + (beat.kind === 'wait' ? beat.ms : 0), 0);
    const opened = clock.now();
    let at = opened - lasted;
    let live = false;
    const teller = makeTeller(feed, () => (live ? clock.now() : at));
    for (const beat of [...before, ...(how.onTop ?? [])]) {
      teller.tell(beat);
      if (beat.kind === 'wait') at += beat.ms;
    }
    live = true;
    if (how.wish !== undefined) store.setState({wish: how.wish});
    feed.tick();
    const operator = makeOperator(store, clock);
    return {
      store,
      feed,
      run: async signal => {
        const noise =
          how.chatter === undefined
            ? []
            : [chatter({stage, feed, clock, chance, signal, perSecond: how.chatter})];
        const rest = clock.sleep(how.restMs ?? 0, signal);
        await Promise.all([
          ...noise,
          rest.then(() => playOn(next, {beats, teller, clock, operator, signal})),
        ]);
      },
    };
  },
});

const recast = (role: string, change: Partial<Cast>) => (): Stage =>
  makeStage(FOURTEEN.map(cast => (cast.role === role ? {...cast, ...change} : cast)));

const cameUpOld = (step: Step): Failure => ({
  kind: 'unsettled',
  check: fillCheck(step.done[0], () => undefined),
  seen: {health: 'degraded', version: '3.0.6', alive: false},
  silent: null,
});

const confirmOf =
  (gate: string) =>
  (beat: Beat): boolean =>
    beat.kind === 'confirm' && beat.gate === gate;

/** The node has come up, and the screen has not heard of it yet. */
const upAgain =
  (node: string) =>
  (beat: Beat): boolean =>
    beat.kind === 'seen' &&
    beat.node === node &&
    beat.facts.health === 'ok' &&
    beat.facts.version === '3.1.2';

/** Prepared screens by name, for `lakeup demo --scenario`, frames and terminal stories. No processes behind them. */
export const scenarios = {
  watch: told(text('nothing is done, the cluster is watched', '只观察集群，不做任何事'), {
    watch: true,
    until: () => false,
  }),
  start: told(text('the first question', '第一个问题'), {until: beat => beat.kind === 'confirm'}),
  confirm: told(text('before the third phase', '第三阶段之前'), {until: confirmOf('be#0')}),
  running: told(text('a node starts', '节点启动中'), {until: upAgain('be-3'), restMs: 6_000}),
  outage: told(text('a phase with an outage', '会中断服务的阶段'), {
    stage: recast('rc', {
      outages: [
        text(
          'Recycler has one node: nothing is recycled while it is down.',
          '回收只有一个节点：停机期间不会回收。',
        ),
      ],
    }),
    until: confirmOf('rc#0'),
  }),
  destructive: told(text('something that cannot come back', '无法恢复的操作'), {
    stage: recast('be', {
      destroys: text('all cached data below /data/cache', '/data/cache 下的全部缓存数据'),
    }),
    turn: {blast: {path: '/data/cache', files: 18_231, bytes: 412_316_860_416, mounts: 2}},
    until: confirmOf('be/back-up@be-1#0'),
  }),
  held: told(text('a step failed', '某一步失败'), {
    turn: {
      fails: {
        step: 'be/start@be-3',
        failure: cameUpOld,
        output: 'start be-3\nlog to /opt/be/log/be.out\nW: \u001b[31mold lib found\u001b[0m, trying anyway',
      },
    },
    until: beat => beat.kind === 'choose',
  }),
  manual: told(text('a step by hand', '手动步骤'), {
    stage: recast('be', {
      byHand: text(
        'Put the new package into /opt/be by your own tool.',
        '用你自己的工具把新软件包放入 /opt/be。',
      ),
    }),
    until: beat => beat.kind === 'manual',
  }),
  leaving: told(text('leaving after this step', '此步之后离开'), {
    until: event('step.done', 'be/stop@be-3'),
    wish: 'leave',
    restMs: 6_000,
  }),
  done: told(text('every node verified', '全部节点已验证'), {until: () => false}),
  unverified: told(text('one node is not as it should be', '一个节点不符合预期'), {
    turn: {unverified: ['be-4']},
    until: beat => beat.kind === 'choose',
  }),
  'node-down': told(text('a node that waits goes down', '等待中的节点宕机'), {
    until: upAgain('be-3'),
    restMs: 6_000,
    onTop: [
      {
        kind: 'seen',
        node: NodeId.parse('be-5'),
        probe: 'status',
        facts: {health: 'down', version: '3.0.6', alive: false},
      },
    ],
  }),
  thousand: told(text('1,000 nodes, 200 updates a second', '1000 个节点，每秒 200 次更新'), {
    stage: thousandStage,
    until: upAgain('be-40'),
    restMs: 6_000,
    chatter: 200,
  }),
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
