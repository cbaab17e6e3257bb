import {expect, test} from 'vitest';
import {momentOf} from '../../src/lib/moment.ts';
import type {Happening} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {fillCheck} from '../../src/model/given.ts';
import type {Check, Gate} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {makeOperator} from '../../src/store/operator.ts';
import {NIGHT, withScenario} from './harness.ts';

const EVENING = NIGHT - 5 * 3_600_000;

type CheckGate = Extract<Gate, {kind: 'check'}>;

/** The gates of the plan's steps that look, of the scenario that is open. */
const gatesOf = ({plan}: RunState): readonly CheckGate[] =>
  plan.phases
    .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps.flatMap(({gates}) => gates)))
    .filter(gate => gate.kind === 'check');

/** The gate did not open in time, for what was looked for. */
const stuck = ({id}: CheckGate, check: Check, seen: Facts = {health: 'down'}): Happening => ({
  type: 'gate.stuck',
  gate: id,
  failure: {
    kind: 'unsettled',
    check: fillCheck(check, () => undefined),
    seen,
    silent: null,
  },
});

const after = (run: RunState, at: number, ...happenings: readonly Happening[]): RunState =>
  happenings.reduce<RunState>((state, happening) => reduce(state, {...happening, seq: state.seq + 1, at}), {
    ...run,
    at,
  });

test('a run that was left held at a gate says its reason, and since when, when it is resumed', async () => {
  await withScenario('running', {size: [120, 40]}, async opened => {
    const {store, hand} = opened;
    const {run} = store.getState();
    const gate = run === null ? undefined : gatesOf(run).find(each => 'health' in each.check.expect);
    if (run === null || gate === undefined) throw new Error('the scenario has no gate that looks');
    const left: readonly Happening[] = [{type: 'run.left'}, {type: 'run.resumed', lakeup: 'test'}];
    const held = after(run, EVENING, stuck(gate, gate.check), ...left);
    const over = new AbortController();
    store.setState({run: held});
    const choice = makeOperator(store, hand.clock).choose(held, over.signal);
    await opened.settle();
    expect(opened.text()).toContain(`"${gate.check.title.en}" was not seen within`);
    expect(opened.text()).toContain('seen down');
    expect(opened.text()).toMatch(/Held · \S+ · since 11-21 21:15:00/);
    over.abort();
    expect(await choice).toBe('leave');
  });
});

test.each([
  [120, 40],
  [80, 24],
] as const)('what waits for the very same is let go by one key, at %d×%d', async (columns, rows) => {
  await withScenario('running', {size: [columns, rows]}, async opened => {
    const {store, hand} = opened;
    const {run} = store.getState();
    const [first, second, third, other] = run === null ? [] : gatesOf(run);
    if (run === null || !first || !second || !third || !other)
      throw new Error('the scenario has too few gates that look');
    const alike = [first, second, third].map(gate => stuck(gate, first.check));
    const held = after(run, NIGHT, ...alike, stuck(other, {...other.check, probe: 'another'}));
    store.setState({run: held});
    const choice = makeOperator(store, hand.clock).choose(held, new AbortController().signal);
    await opened.settle();
    await opened.send('R');
    expect(store.getState().questions, 'a key that came before the question could be read').toHaveLength(1);
    await opened.arm();
    expect(opened.text()).toMatch(/r {2}retry \(looks first\) {5}R {2}retry all of them/);
    expect(opened.text()).toMatch(/q {2}leave \(can be resumed\)/);
    expect(opened.text()).toMatch(
      /2 more wait for the same look: R retries all of them.*1 more to decide after this/s,
    );
    await opened.send('R');
    expect(await choice).toEqual({retry: 3});
  });
});

test.each([
  [120, 40],
  [80, 24],
] as const)(
  'nodes that were not well at the end are looked at again by one key, at %d×%d',
  async (columns, rows) => {
    await withScenario('unverified', {size: [columns, rows]}, async opened => {
      const {store} = opened;
      const {run} = store.getState();
      const [hold] = run?.holds ?? [];
      const verdict = hold?.kind === 'node' ? run?.nodes[hold.node] : undefined;
      if (run === null || verdict?.verified !== false || hold?.kind !== 'node')
        throw new Error('no node holds the run');
      const others = run.plan.verify.flatMap(({node}) => (node === hold.node ? [] : [node])).slice(0, 2);
      const {failure} = verdict;
      const held = after(
        run,
        NIGHT,
        ...others.map(node => ({type: 'node.unverified', node, failure}) as const),
      );
      store.setState({run: held});
      await opened.settle();
      await opened.arm();
      expect(opened.text().replace(/[│┃]\s+[│┃]/g, '')).toMatch(
        /2 more nodes were not well at the last look: R/,
      );
      await opened.send('R');
      expect(store.getState().questions).toEqual([]);
    });
  },
);

test('a moment has its date only when that is another day', () => {
  expect(momentOf(NIGHT, NIGHT + 3_600_000)).toBe('02:15:00');
  expect(momentOf(EVENING, NIGHT)).toBe('11-21 21:15:00');
});

const WORDS = [
  'be.out (11-22 02:11:40): Please set vm.max_map_count to be 2000000',
  `be.out (11-22 02:11:40): F1122 check failed \u001b[31m\u202e ${'far '.repeat(60)}THE END`,
];

test.each([
  [[120, 40], 'en', /its logs end with/],
  [[80, 24], 'en', /its logs end with/],
  [[120, 40], 'zh', /其日志的末尾/],
] as const)('what has ended says there what it said last, at %j in %s', async (size, lang, title) => {
  await withScenario('running', {size, lang}, async opened => {
    const {store, hand} = opened;
    const {run} = store.getState();
    const gate = run === null ? undefined : gatesOf(run).find(each => 'health' in each.check.expect);
    if (run === null || gate === undefined) throw new Error('the scenario has no gate that looks');
    const held = after(run, NIGHT, stuck(gate, gate.check, {health: 'down', lastWords: WORDS}));
    store.setState({run: held});
    const over = new AbortController();
    const choice = makeOperator(store, hand.clock).choose(held, over.signal);
    await opened.settle();
    expect(opened.text()).toMatch(title);
    // Where another node is out as well, a small screen has these on its next page.
    if (size[1] === 24) await opened.send('\x1b[6~');
    expect(opened.text()).toContain('be.out (11-22 02:11:40): Please set vm.max_map_count to be 2000000');
    expect(opened.text()).not.toContain('THE END');
    expect(opened.text()).not.toMatch(/[\u001b\u202e]/);
    over.abort();
    await choice;
  });
});

test('of what has not ended nothing of the kind is said', async () => {
  await withScenario('running', {size: [120, 40]}, async opened => {
    const {store, hand} = opened;
    const {run} = store.getState();
    const [gate] = run === null ? [] : gatesOf(run);
    if (run === null || gate === undefined) throw new Error('the scenario has no gate that looks');
    const held = after(run, NIGHT, stuck(gate, gate.check, {health: 'down', lastWords: []}));
    store.setState({run: held});
    const over = new AbortController();
    const choice = makeOperator(store, hand.clock).choose(held, over.signal);
    await opened.settle();
    expect(opened.text()).toContain('seen down');
    expect(opened.text()).not.toContain('its logs end with');
    over.abort();
    await choice;
  });
});
