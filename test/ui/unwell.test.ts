import {describe, expect, test} from 'vitest';
import type {Happening} from '../../src/model/event.ts';
import type {Look} from '../../src/model/facts.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import {reason} from '../../src/model/reason.ts';
import {plain} from '../../src/model/text.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {unwellByItself} from '../../src/store/service.ts';
import {makeStore} from '../../src/store/store.ts';
import {standsWords} from '../../src/ui/at-hand.ts';
import {a, b, done, planOf, START_MS, started, stateOf} from '../unit/cli/small-run.ts';
import {makeHandClock, NIGHT, type Opened, withScenario} from './harness.ts';

const healthy = (health: string): Look => ({kind: 'seen', facts: {health}});
const [WELL, DEGRADED, UNSERVING, STARTING, DOWN] = ['ok', 'degraded', 'not-serving', 'starting', 'down'].map(
  healthy,
);
const silentFor = (node: NodeId): Look => ({kind: 'silent', reasons: [reason(plain('no answer'), node)]});

const PERIOD_MS = 2_000;

/** Two nodes, looked at every two seconds from START_MS on, but for the time that a look takes. */
const open = (...happenings: readonly Happening[]) => {
  const {clock, turn} = makeHandClock(START_MS);
  const nodes = [a, b].map(id => ({id, role: 'toy', host: HostId.parse(`host-${id}`)}));
  const roles = [{name: 'toy', title: plain('toys'), status: 'status', columns: []}];
  const store = makeStore({
    cluster: {name: 'toys', nodes, roles},
    lang: 'en',
    theme: 'plain',
    now: clock.now(),
  });
  const feed = makeFeed({store, clock, probePeriodMs: PERIOD_MS});
  if (happenings.length > 0) store.setState({run: stateOf(planOf([a, b]), ...happenings)});
  return {
    see: (look: Look | undefined, {times = 1, tookMs = PERIOD_MS} = {}): void => {
      if (look === undefined) throw new Error('there is no such look');
      for (let i = 0; i < times; i += 1) {
        turn(tookMs);
        feed.sighting({node: a, probe: 'status', at: clock.now(), look});
        feed.tick();
      }
    },
    cut: (): void => feed.link({host: HostId.parse('host-a'), status: 'connecting', reason: null}),
    log: () =>
      store
        .getState()
        .log.map(({node, level, words}) => `${node} ${level}: ${words.en.replace(/\d\d:\d\d:\d\d/, '#')}`),
    unwell: () =>
      unwellByItself(store.getState()).map(
        ({node, is, since, atLeast}) => `${node} ${is} ${(since - START_MS) / 1_000}${atLeast ? '+' : ''}`,
      ),
  };
};

describe('a node that is not well by itself', () => {
  test('is told when it has not answered for longer than a few looks, since it was heard of last', () => {
    const {see, unwell} = open();
    see(WELL);
    see(silentFor(a), {times: 2});
    expect(unwell()).toEqual([]);
    see(silentFor(a), {times: 4});
    expect(unwell()).toEqual(['a silent 2']);
    see(WELL);
    expect(unwell()).toEqual([]);
  });

  test('is told at the first look that was waited for in vain for long', () => {
    const {see, unwell} = open();
    see(WELL);
    see(silentFor(a), {tookMs: 30_000});
    expect(unwell()).toEqual(['a silent 2']);
  });

  test('is told since before the first look where it never answered', () => {
    const {see, unwell} = open();
    see(silentFor(a), {times: 7});
    expect(unwell()).toEqual(['a silent 2+']);
  });

  test('is told when it is degraded for longer than a few looks, also where nobody answers now and then', () => {
    const {see, unwell} = open();
    see(WELL);
    see(DEGRADED, {times: 3});
    expect(unwell()).toEqual([]);
    see(silentFor(a));
    see(DEGRADED, {times: 3});
    expect(unwell()).toEqual(['a degraded 4']);
  });

  test('is degraded since it was seen so, and not since it began to start', () => {
    const {see, unwell} = open();
    see(DOWN);
    see(STARTING, {times: 10});
    see(DEGRADED, {times: 4});
    expect(unwell()).toEqual([]);
    see(silentFor(a));
    see(DEGRADED, {times: 2});
    expect(unwell()).toEqual(['a degraded 24']);
    see(STARTING);
    see(DEGRADED, {times: 2});
    expect(unwell()).toEqual([]);
  });

  test('is told as not serving since it was seen so, at once where it was degraded for long before', () => {
    const {see, unwell} = open();
    see(WELL);
    see(UNSERVING, {times: 5});
    expect(unwell()).toEqual([]);
    see(UNSERVING);
    expect(unwell()).toEqual(['a not-serving 4']);
    see(DEGRADED);
    expect(unwell()).toEqual(['a degraded 16']);
    see(UNSERVING);
    expect(unwell()).toEqual(['a not-serving 18']);
  });

  test('is told of one that starts again and again, and is degraded in between', () => {
    const {see, unwell} = open();
    see(WELL);
    for (let round = 0; round < 8; round += 1) {
      see(DEGRADED, {times: 3});
      see(STARTING);
    }
    see(DEGRADED);
    expect(unwell()).toEqual(['a degraded 68']);
  });

  test('is not told to start for long as soon as its host is back after a while', () => {
    const {see, unwell} = open();
    see(WELL);
    see(silentFor(a), {times: 60});
    expect(unwell()).toEqual(['a silent 2']);
    see(STARTING, {times: 20});
    expect(unwell()).toEqual([]);
  });

  test('is not told of one that starts, until that takes long', () => {
    const {see, unwell} = open();
    see(DOWN);
    see(STARTING, {times: 20});
    expect(unwell()).toEqual([]);
    see(STARTING, {times: 20});
    expect(unwell()).toEqual(['a starting 4']);
  });

  test('is not told where it is somebody else who does not answer', () => {
    const {see, unwell} = open();
    see(WELL);
    see(silentFor(b), {times: 20});
    expect(unwell()).toEqual([]);
  });

  test.each<[string, readonly Happening[]]>([
    ['the run stops it', [started('stop')]],
    ['the run has stopped it', [started('stop'), done('stop')]],
    ['the run starts it', [started('stop'), done('stop'), started('start')]],
  ])('is not told while %s', (_, happenings) => {
    const {see, unwell} = open(...happenings);
    see(WELL);
    see(silentFor(a), {times: 20});
    see(DEGRADED, {times: 20});
    expect(unwell()).toEqual([]);
  });

  test('is told while a step is at it that leaves its service alone', () => {
    const {see, unwell} = open(started('stage'));
    see(WELL);
    see(silentFor(a), {times: 20});
    expect(unwell()).toEqual(['a silent 2']);
  });

  test('is told once the run has brought it back', () => {
    const {see, unwell} = open(started('stop'), done('stop'), started('start'), done('start'));
    see(WELL);
    see(DEGRADED, {times: 20});
    expect(unwell()).toEqual(['a degraded 4']);
  });
});

describe('what is asked beside the status', () => {
  const AWAY: Look = {kind: 'seen', facts: {store: 'away', storeAway: ['10.0.0.9:4500 (no connection)']}};
  const REACHED: Look = {kind: 'seen', facts: {store: 'reached', storeAway: []}};
  const ms = NodeId.parse('ms-2');
  const opened = (
    show: (opened: Opened, see: (probe: string, look: Look) => Promise<void>) => Promise<void>,
  ) =>
    withScenario('start', {size: [120, 40]}, async screen => {
      await show(screen, async (probe, look) => {
        screen.hand.turn(PERIOD_MS);
        screen.feed.sighting({node: ms, probe, at: screen.hand.clock.now(), look});
        screen.feed.tick();
        await screen.settle();
      });
    });
  const health = ({store}: Opened) => {
    const look = store.getState().looks.get(ms)?.status?.look;
    return look?.kind === 'seen' ? look.facts.health : look?.kind;
  };

  test('a MetaService whose store is away is not counted, whatever it says of itself, and whoever looks at it', async () => {
    await opened(async (screen, see) => {
      await see('status', healthy('ok'));
      await see('store', AWAY);
      expect(health(screen)).toBe('not-serving');
      expect(standsWords(screen.store.getState(), ms).en).toContain('2 of 3 MetaService serve: ms-1, ms-3');
      await see('status', healthy('ok'));
      expect(health(screen), 'it says once more that it is well').toBe('not-serving');
      await see('store', silentFor(ms));
      expect(health(screen), 'who does not answer takes nothing back').toBe('not-serving');
      expect(screen.text()).toContain('not serving');
      await see('status', healthy('down'));
      expect(health(screen)).toBe('down');
      await see('status', healthy('ok'));
      await see('store', REACHED);
      expect(health(screen)).toBe('ok');
    });
  });

  test('since when is when that was seen', async () => {
    await opened(async (screen, see) => {
      await see('status', healthy('ok'));
      await see('store', AWAY);
      const since = screen.hand.clock.now();
      expect(screen.store.getState().looks.get(ms)?.changed).toEqual({at: since, first: false});
    });
  });
});

describe('the log', () => {
  test.each([
    ['silent', silentFor(a), 'does not answer, since #'],
    ['not serving', UNSERVING, 'is not seen to serve, since #'],
    ['degraded', DEGRADED, 'is degraded, since #'],
    ['starting', STARTING, 'is still starting, since #'],
  ] as const)('tells once that a node is %s, and once that it is well again', (_, look, words) => {
    const {see, log} = open();
    see(WELL);
    see(look, {times: 40});
    see(WELL, {times: 2});
    expect(log()).toEqual([`a warn: ${words}`, 'a good: is well again (ok)']);
  });

  test('tells once of one that comes and goes, and not of one whose host cannot be reached', () => {
    const {see, log} = open();
    see(WELL);
    for (let round = 0; round < 3; round += 1) {
      see(silentFor(a), {tookMs: 30_000});
      see(DEGRADED);
    }
    expect(log()).toEqual(['a warn: does not answer, since #']);
    const other = open();
    other.see(WELL);
    other.cut();
    other.see(silentFor(a), {times: 40});
    expect(other.log()).toEqual([]);
  });

  test('tells once more that a node which was degraded does not even serve', () => {
    const {see, log} = open();
    see(WELL);
    see(DEGRADED, {times: 6});
    see(UNSERVING, {times: 2});
    see(DEGRADED, {times: 2});
    see(UNSERVING);
    see(WELL);
    expect(log()).toEqual([
      'a warn: is degraded, since #',
      'a warn: is not seen to serve, since #',
      'a good: is well again (ok)',
    ]);
  });

  test('does not say that one which went down is up again while something else answers in its place', () => {
    const {see, log} = open();
    see(WELL);
    see(DOWN, {times: 2});
    see(UNSERVING, {times: 2});
    expect(log()).toEqual(['a bad: is down']);
    see(WELL);
    expect(log().at(-1)).toBe('a good: is up again (ok)');
  });

  test('leaves one that is down then to the line that says so', () => {
    const {see, log} = open();
    see(WELL);
    see(DEGRADED, {times: 20});
    see(DOWN, {times: 2});
    see(WELL, {times: 2});
    expect(log()).toEqual(['a warn: is degraded, since #', 'a bad: is down', 'a good: is up again (ok)']);
  });
});

/** fe-2 hangs, and be-4 is degraded. */
const showUnwell = async (opened: Opened): Promise<void> => {
  opened.store.setState(({looks}) => ({
    looks: new Map(
      [...looks].map(([id, look]) => {
        if (id !== 'fe-2' && id !== 'be-4') return [id, look];
        const is = id === 'fe-2' ? ('silent' as const) : ('degraded' as const);
        return [id, {...look, unwell: {is, at: NIGHT - 60_000, first: false}}];
      }),
    ),
  }));
  await opened.settle();
};

describe('nodes that are not well by themselves', () => {
  test.each([
    ['en', 'does not answer: fe-2, since 02:14:00', 'degraded: be-4, since 02:14:00'],
    ['zh', '无应答：fe-2，自 02:14:00 起', '降级：be-4，自 02:14:00 起'],
  ] as const)(
    'are told above the grid, and in a question with their hosts, in %s',
    async (lang, silent, degraded) => {
      await withScenario('start', {size: [120, 40], lang}, async opened => {
        await showUnwell(opened);
        expect(opened.lines()[2]).toContain(silent);
        expect(opened.lines()[2]).toContain(degraded);
        const [host, since] =
          lang === 'en'
            ? [/does not answer: fe-2 on [\d.]+, since 02:14:00/, /degraded: be-4 on [\d.]+, since 02:14:00/]
            : [/无应答：fe-2（[\d.]+，自 02:14:00 起）/, /降级：be-4（[\d.]+，自 02:14:00 起）/];
        expect(opened.text()).toMatch(host);
        expect(opened.text()).toMatch(since);
      });
    },
  );

  test('are told where the run is held', async () => {
    await withScenario('held', {size: [120, 40]}, async opened => {
      await showUnwell(opened);
      expect(opened.text()).toMatch(/does not answer: fe-2 on [\d.]+, since 02:14:00/);
    });
  });

  test('are told aloud', async () => {
    await withScenario('running', {aloud: true, size: [120, 40]}, async opened => {
      await showUnwell(opened);
      expect(opened.said()).toContain('does not answer: fe-2, since 02:14:00');
    });
  });
});
