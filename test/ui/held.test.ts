import {expect, test} from 'vitest';
import type {Happening} from '../../src/model/event.ts';
import {fillCheck} from '../../src/model/given.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {makeOperator} from '../../src/store/operator.ts';
import {momentOf} from '../../src/ui/pen.ts';
import {NIGHT, withScenario} from './harness.ts';

const EVENING = NIGHT - 5 * 3_600_000;

test('a run that was left held at a gate says its reason, and since when, when it is resumed', async () => {
  await withScenario('running', {size: [120, 40]}, async opened => {
    const {store, hand} = opened;
    const {run} = store.getState();
    const gate = run?.plan.phases
      .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps.flatMap(({gates}) => gates)))
      .find(each => each.kind === 'check' && 'health' in each.check.expect);
    if (run === null || gate?.kind !== 'check') throw new Error('the scenario has no gate that looks');
    const happenings: readonly Happening[] = [
      {
        type: 'gate.stuck',
        gate: gate.id,
        failure: {
          kind: 'unsettled',
          check: fillCheck(gate.check, () => undefined),
          seen: {health: 'down'},
          silent: null,
        },
      },
      {type: 'run.left'},
      {type: 'run.resumed', lakeup: 'test'},
    ];
    const held = happenings.reduce<RunState>(
      (state, happening) => reduce(state, {...happening, seq: state.seq + 1, at: EVENING}),
      {...run, at: EVENING},
    );
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
    const gates = (run?.plan.phases ?? [])
      .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps.flatMap(each => each.gates)))
      .filter(each => each.kind === 'check');
    const [first, second, third, other] = gates;
    if (run === null || other === undefined) throw new Error('the scenario has no gates that look');
    const stuck = (gate: typeof first, of: typeof first): Happening[] =>
      gate === undefined || of === undefined
        ? []
        : [
            {
              type: 'gate.stuck',
              gate: gate.id,
              failure: {
                kind: 'unsettled',
                check: fillCheck(of.check, () => undefined),
                seen: {health: 'down'},
                silent: null,
              },
            },
          ];
    const happenings = [
      ...[first, second, third].flatMap(gate => stuck(gate, first)),
      ...stuck(other, {...other, check: {...other.check, probe: 'another'}}),
    ];
    const held = happenings.reduce<RunState>(
      (state, happening) => reduce(state, {...happening, seq: state.seq + 1, at: NIGHT}),
      {...run, at: NIGHT},
    );
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

test('a moment has its date only when that is another day', () => {
  expect(momentOf(NIGHT, NIGHT + 3_600_000)).toBe('02:15:00');
  expect(momentOf(EVENING, NIGHT)).toBe('11-21 21:15:00');
});
