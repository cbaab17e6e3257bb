import {expect, test} from 'vitest';
import type {Look} from '../../src/model/facts.ts';
import {HostId, RunId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {statusOfNode} from '../../src/store/node-status.ts';
import {downByItself, outNow} from '../../src/store/service.ts';
import {makeStore} from '../../src/store/store.ts';
import {currentNode} from '../../src/ui/select.ts';
import {a, b, START_MS} from '../unit/cli/small-run.ts';
import {makeHandClock} from './harness.ts';

// A cluster that is only looked at: who put a node out that is down is what the runs of this machine know.

const [WELL, DOWN] = ['ok', 'down'].map((health): Look => ({kind: 'seen', facts: {health}}));
const RUN = RunId.parse('20260101-000000-left');
const SINCE = START_MS - 3_600_000;
const OUT = new Map([[a, {run: RUN, since: SINCE, atLeast: false}]]);

const open = () => {
  const {clock, turn} = makeHandClock(START_MS);
  const nodes = [a, b].map(id => ({id, role: 'toy', host: HostId.parse(`host-${id}`)}));
  const roles = [{name: 'toy', title: plain('toys'), status: 'status', columns: []}];
  const cluster = {name: 'toys', nodes, roles};
  const store = makeStore({cluster, lang: 'en', theme: 'plain', now: clock.now()});
  const feed = makeFeed({store, clock, probePeriodMs: 2_000});
  return {
    outBy: feed.outBy,
    current: () => currentNode(store.getState()),
    see: (look: Look | undefined, node = a): void => {
      if (look === undefined) throw new Error('there is no such look');
      turn(2_000);
      feed.sighting({node, probe: 'status', at: clock.now(), look});
      feed.tick();
    },
    down: () => downByItself(store.getState()).map(({node}) => node),
    out: () => outNow(store.getState()).map(({node, since}) => [node, since]),
    status: () => statusOfNode(store.getState(), a),
    log: () => store.getState().log.map(({node, level, words}) => `${node} ${level}: ${words.en}`),
  };
};

test('a node that a run has left out is out since then, and the log names the run', () => {
  const {outBy, see, down, out, status, log} = open();
  outBy(OUT);
  see(DOWN);
  see(DOWN);
  expect(down()).toEqual([]);
  expect(out()).toEqual([[a, SINCE]]);
  expect(status()).toBe('out');
  expect(log()).toEqual([
    expect.stringMatching(new RegExp(`^a warn: is out of service by run ${RUN}, since .*23:00:00$`)),
  ]);
});

test('it is the one at hand, as one is that went down by itself', () => {
  const {outBy, see, current} = open();
  expect(current()).toBe(a);
  outBy(new Map([[b, {run: RUN, since: SINCE, atLeast: false}]]));
  see(DOWN, b);
  expect(current()).toBe(b);
});

test('once it is seen well it is out no more, whatever the journal says', () => {
  const {outBy, see, out, status, log} = open();
  outBy(OUT);
  see(DOWN);
  see(WELL);
  expect(out()).toEqual([]);
  expect(status()).toBe('ok');
  expect(log().at(-1)).toBe('a good: is up again (ok)');
});

test('where no run is known that has it out, it is down, and nobody says that no run is to blame', () => {
  const {see, down, log} = open();
  see(DOWN);
  expect(down()).toEqual([a]);
  expect(log()).toEqual(['a bad: is down']);
});

test('a run that takes it out while it is watched is named as soon as that is known', () => {
  const {outBy, see, down, status, log} = open();
  see(WELL);
  see(DOWN);
  expect(log()).toEqual(['a bad: is down']);
  outBy(OUT);
  see(DOWN);
  expect(down()).toEqual([]);
  expect(status()).toBe('out');
  expect(log().at(-1)).toContain(`is out of service by run ${RUN}`);
  outBy(new Map());
  see(DOWN);
  expect(status(), 'a later run has seen it serve: it went down since').toBe('down');
});
