import {describe, expect, test} from 'vitest';
import type {Happening} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {fillCheck} from '../../src/model/given.ts';
import {GateId} from '../../src/model/ids.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {makeOperator} from '../../src/store/operator.ts';
import {timeOf} from '../../src/store/recording.ts';
import {openReplay} from '../../src/store/replay.ts';
import {widthOf} from '../../src/ui/width.ts';
import {NIGHT, type Opened, type Size, withScenario} from './harness.ts';
import {recordingOf, type Stage} from './prepared.ts';

const KEEP = GateId.parse('keep#0');

/** The moment before the journals are copied: everything is stopped. */
const allStopped = async (stage: Stage) => {
  const moment = {type: 'gate.opened', of: KEEP} as const;
  const recording = await recordingOf('restored');
  const begun = timeOf(recording, moment);
  return openReplay({
    ...stage,
    recording: {...recording, events: recording.events.filter(({at}) => at <= begun)},
    moment,
  });
};

/** The gate saw these run, and the run is held. */
const heldBy = (run: RunState, running: readonly string[]): RunState => {
  const gate = run.plan.phases.flatMap(({gates}) => gates).find(({id}) => id === KEEP);
  if (gate?.kind !== 'check') throw new Error('the plan does not look before the journals are copied');
  const seen: Facts = {running, down: [], roles: ['job-worker']};
  const check = fillCheck(gate.check, () => undefined);
  const stuck: Happening = {
    type: 'gate.stuck',
    gate: KEEP,
    failure: {kind: 'unsettled', check, seen, silent: null},
  };
  return reduce(run, {...stuck, seq: run.seq + 1, at: NIGHT});
};

const shown = async (opened: Opened, running: readonly string[]): Promise<string> => {
  const {run} = opened.store.getState();
  if (run === null) throw new Error('there is no run');
  const held = heldBy(run, running);
  opened.store.setState({run: held});
  void makeOperator(opened.store, opened.hand.clock).choose(held, new AbortController().signal);
  await opened.settle();
  await opened.arm();
  return opened.text();
};

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];

const ends = {en: /the gate looks again\./, zh: /会再次停止，并再次查看。/} as const;

describe.each(SIZES)('a hold for what somebody started after its stop, at %i×%i', (columns, rows) => {
  test.each(['en', 'zh'] as const)('names who runs and what the key does, in %s', async lang => {
    await withScenario(allStopped, {size: [columns, rows], lang, theme: 'plain'}, async opened => {
      const text = await shown(opened, ['am-2', 'aw-1', 'ajw-1']);
      expect(text).toMatch({en: /yours to end: am-2, aw-1\./, zh: /需由你结束：am-2、aw-1。/}[lang]);
      expect(text.replace(/[┃\s]+/g, ' ')).toMatch(
        {en: /of ajw-1 is stopped once more/, zh: /ajw-1 中仍在运行的会再次停止/}[lang],
      );
      expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(columns);
    });
  });

  test.each(['en', 'zh'] as const)('says all of it, however many run, in %s', async lang => {
    await withScenario(allStopped, {size: [columns, rows], lang, theme: 'plain'}, async opened => {
      const strangers = [1, 2, 3, 4, 5, 6].map(
        i => `worker ${i} of a long name, on alluxio-worker-${i}.example.org`,
      );
      const first = await shown(opened, [...strangers, 'ajw-1']);
      for (let page = 0; page < 3; page += 1) await opened.send('\u001b[6~');
      expect(`${first}${opened.text()}`.replace(/[┃\s]+/g, lang === 'en' ? ' ' : '')).toMatch(ends[lang]);
    });
  });
});
