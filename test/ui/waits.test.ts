import {describe, expect, test} from 'vitest';
import type {Facts} from '../../src/model/facts.ts';
import {NodeId} from '../../src/model/ids.ts';
import type {Recording} from '../../src/store/recording.ts';
import {openReplay, type Replay} from '../../src/store/replay.ts';
import {withScenario} from './harness.ts';
import {recordingOf, type Stage} from './prepared.ts';

/** How much later than recorded the gate opens. */
const LATER_MS = 5_000;

/** A gate of the recording: what is done last before it, and where it looks. */
type Waited = {readonly gate: string; readonly after: string; readonly node: string; readonly probe: string};

const OF_PHASE = {gate: 'recycler#0', after: 'metaservice/start@ms-3', node: 'rc-1', probe: 'cluster'};
const OF_STEP = {
  gate: 'backends/stop@be-1#0',
  after: 'backends/stage@be-1',
  node: 'be-1',
  probe: 'cluster',
};

/** The recording, had the gate been looked at as soon as it was its turn, with that to see, and opened later. */
const lookedAt =
  ({gate, after, node, probe}: Waited, facts: Facts) =>
  ({cluster, events, sightings}: Recording): Recording => {
    const opens = events.find(event => event.type === 'gate.opened' && event.gate === gate)?.at;
    const turn = events.find(event => event.type === 'step.done' && event.step === after)?.at;
    const look = sightings.find(
      seen => seen.node === node && seen.probe === probe && seen.at === opens,
    )?.look;
    if (opens === undefined || turn === undefined || look?.kind !== 'seen')
      throw new Error(`the recording has no ${gate} that opens after ${after}`);
    const later = <T extends {readonly at: number}>(each: T): T =>
      each.at < opens ? each : {...each, at: each.at + LATER_MS};
    const seen = {
      node: NodeId.parse(node),
      probe,
      at: turn,
      look: {kind: 'seen' as const, facts: {...look.facts, ...facts}},
    };
    return {cluster, events: events.map(later), sightings: [...sightings.map(later), seen]};
  };

const beforeGate =
  (waited: Waited, facts: Facts) =>
  async (stage: Stage): Promise<Replay> =>
    openReplay({
      ...stage,
      recording: lookedAt(waited, facts)(await recordingOf('whole')),
      moment: {type: 'step.done', of: waited.after},
    });

const unwell = beforeGate(OF_PHASE, {'be.unwell': ['be-2']});

describe('a gate that does not hold', () => {
  test.each([
    ['en', 80, ['waits for rc-1, up to 1m 30s', 'rc-1: every other role is healthy, and earlier ones run']],
    ['en', 60, ['waits, up to 1m 30s', 'rc-1: every other role is healthy, and earlier']],
    ['zh', 80, ['等待 rc-1，最长 1m 30s', 'rc-1：其他角色健康，之前的角色已是新版本']],
  ] as const)('of a phase is told in the header, in %s at %i columns', async (lang, columns, words) => {
    await withScenario(unwell, {lang, size: [columns, 24]}, async opened => {
      const [first, , third] = opened.lines();
      expect([first, third]).toEqual(words.map(each => expect.stringContaining(each)));
      expect(first).not.toMatch(/running|进行中/);
    });
  });

  test('is told until it opens', async () => {
    await withScenario(unwell, {}, async opened => {
      await opened.pass(LATER_MS);
      expect(opened.lines()[0]).toContain('waits for rc-1, up to 1m 30s');
      await opened.pass(200);
      expect(opened.lines()[0]).toContain('waiting for you since');
      expect(opened.lines()[2]).toBe('');
    });
  });

  test('of a step too', async () => {
    const scenario = beforeGate(OF_STEP, {'ms.unwell': ['ms-2 down']});
    await withScenario(scenario, {}, async opened => {
      const [first, , third] = opened.lines();
      expect(first).toContain('waits for be-1, up to 2m');
      expect(third).toContain('be-1: every node of the other roles is healthy');
    });
  });

  test('a gate that is about to open is not waited for', async () => {
    await withScenario(beforeGate(OF_PHASE, {}), {}, async opened => {
      expect(opened.lines()[0]).toContain('running');
      expect(opened.lines()[2]).toBe('');
    });
  });
});
