import {describe, expect, test} from 'vitest';
import type {Facts} from '../../src/model/facts.ts';
import {NodeId} from '../../src/model/ids.ts';
import type {Recording} from '../../src/store/recording.ts';
import {openReplay, type Replay} from '../../src/store/replay.ts';
import {withScenario} from './harness.ts';
import {recordingOf, type Stage} from './prepared.ts';

/** Before the name of a node that something is done on. */
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

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
    const look = sightings.findLast(
      seen => seen.node === node && seen.probe === probe && seen.at <= (opens ?? 0),
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
    [
      'en',
      80,
      ['waits for be-2, 1:30 left', 'not yet (be-2): every other role is healthy, and earlier ones'],
    ],
    ['en', 60, ['waits for be-2, 1:30 left', 'not yet (be-2): every other role is healthy, and']],
    ['zh', 80, ['等待 be-2，还剩 1:30', '尚未满足（be-2）：其他角色健康，之前的角色已是新版本']],
  ] as const)('of a phase is told in the header, in %s at %i columns', async (lang, columns, words) => {
    await withScenario(unwell, {lang, size: [columns, 24]}, async opened => {
      const [first, , third] = opened.lines();
      expect([first, third]).toEqual(words.map(each => expect.stringContaining(each)));
      expect(first).not.toMatch(/running|进行中/);
    });
  });

  test('is told until it opens, with the time that is left', async () => {
    await withScenario(unwell, {}, async opened => {
      await opened.pass(LATER_MS);
      expect(opened.lines()[0]).toContain('waits for be-2, 1:25 left');
      await opened.pass(200);
      expect(opened.lines()[0]).toContain('waiting since');
      expect(opened.lines()[2]).toBe('');
    });
  });

  test('of a step too', async () => {
    const scenario = beforeGate(OF_STEP, {'ms.unwell': ['ms-2 down']});
    await withScenario(scenario, {}, async opened => {
      const [first, , third] = opened.lines();
      expect(first).toContain('waits for ms-2, 2:00 left');
      expect(third).toContain('not yet (ms-2): every node of the other roles is healthy');
      expect(opened.lines().join('\n')).toMatch(
        /is it safe\? looks for .* healthy,\s+11s on end,\s+2:00\s+left/,
      );
    });
  });

  test.each([
    [
      'en',
      /waits for be-5, 2:00 left/,
      /✗ down: be-5, since \d/,
      /not yet \(be-5\): the other backends serve/,
    ],
    ['zh', /等待 be-5，还剩 2:00/, /be-5/, /尚未满足（be-5）：其他 BE 正常服务/],
  ] as const)(
    'one of its own role that went down by itself, in %s: who, since when, and for how long at most is told at the first look',
    async (lang, waits, down, why) => {
      const scenario = async (stage: Stage): Promise<Replay> => {
        const {cluster, events, sightings} = await recordingOf('whole');
        const turn = events.find(
          ({type, ...event}) =>
            type === 'gate.opened' && 'gate' in event && event.gate === 'backends/stop@be-1#0',
        )?.at;
        if (turn === undefined) throw new Error('the recording has no such gate');
        const node = NodeId.parse('be-5');
        const gone = {
          node,
          probe: 'status',
          at: turn,
          look: {kind: 'seen' as const, facts: {health: 'down', process: 'none'}},
        };
        const look = {
          node: NodeId.parse('be-1'),
          probe: 'be-safe-to-stop',
          at: turn,
          look: {kind: 'seen' as const, facts: {othersDown: ['be-5'], standIns: 2}},
        };
        const later = <T extends {readonly at: number}>(each: T): T =>
          each.at <= turn ? each : {...each, at: each.at + LATER_MS};
        const before = sightings.filter(({at}) => at <= turn);
        const recording = {cluster, events: events.map(later), sightings: [...before, gone, look]};
        return openReplay({...stage, recording, moment: {type: 'gate.opened', of: 'backends/stop@be-1#0'}});
      };
      await withScenario(scenario, {lang}, async opened => {
        const lines = opened.lines();
        expect(lines[0]).toMatch(waits);
        expect(lines.slice(0, 4).join('\n')).toMatch(down);
        expect(lines.join('\n')).toMatch(why);
      });
    },
  );

  test('who is missing is not known where a list names nobody', async () => {
    await withScenario(beforeGate(OF_PHASE, {'ms.versions': ['3.0.6', '3.1.2']}), {}, async opened => {
      expect(opened.lines()[0]).toContain('waits, 1:30 left');
    });
  });

  test('several are named, as many as there is room for', async () => {
    const many = beforeGate(OF_PHASE, {
      'be.unwell': ['be-1', 'be-2 down', 'be-3', 'be-4 starting (http=closed)'],
    });
    await withScenario(many, {size: [120, 40]}, async opened => {
      expect(opened.lines()[0]).toContain('waits for be-1, be-2, be-3 and 1 more, 1:30 left');
    });
  });

  test('a gate that is about to open is not waited for', async () => {
    await withScenario(beforeGate(OF_PHASE, {}), {}, async opened => {
      expect(opened.lines()[0]).toContain('running');
      expect(opened.lines()[2]).toBe('');
    });
  });
});

/** The recording, had nobody known for a while who goes next among the frontends. */
const electing = async (stage: Stage): Promise<Replay> => {
  const {cluster, events, sightings} = await recordingOf('whole');
  const begun = events.findIndex(event => event.type === 'lane.begun' && event.phase === 'frontends');
  const [before, first] = [events[begun - 1], events[begun]];
  if (before?.type !== 'gate.opened' || first === undefined)
    throw new Error('no frontend begins after a gate');
  const later = <T extends {readonly at: number}>(each: T): T =>
    each.at < first.at ? each : {...each, at: each.at + 10_000};
  return openReplay({
    ...stage,
    recording: {cluster, events: events.map((event, i) => (i < begun ? event : later(event))), sightings},
    moment: {type: 'gate.opened', of: before.gate, afterMs: 4_000},
  });
};

describe('every other wait tells its limit too', () => {
  test.each([
    ['en', /asks who goes next, 1:5\d left/],
    ['zh', /询问下一个节点，还剩 1:5\d/],
  ] as const)('who goes next, in %s', async (lang, words) => {
    await withScenario(electing, {lang, size: [80, 24]}, async opened => {
      expect(opened.lines()[0]).toMatch(words);
    });
  });

  test('who goes next says whose answer it waits for', async () => {
    await withScenario(electing, {size: [120, 40]}, async opened => {
      const {run, cluster} = opened.store.getState();
      const phase = run?.plan.phases.find(({id}) => id === 'frontends');
      const host = cluster.nodes.find(({id}) => id === 'fe-2')?.host;
      if (phase?.order.kind !== 'asked' || host === undefined) throw new Error('nobody is asked');
      const since = opened.hand.clock.now() - 20_000;
      opened.feed.awaited({node: NodeId.parse('fe-3'), probe: phase.order.probe, hosts: [{host, since}]});
      await opened.pass(200);
      expect(opened.lines()[2]).toContain(`for an answer from ${host} (fe-2)`);
    });
  });

  test.each([
    [[200, 60], 'en', /waits until it is healthy and reports 3\.1\.2, 5s on end, up to 10m/],
    [[80, 24], 'en', /waits until it is healthy and reports 3\.1\.2, 5s on end, up to 10m/],
    [[60, 20], 'en', /waits until it is healthy and reports 3\.1\.2, 5s on end,\s+up to 10m/],
    [[80, 24], 'zh', /等待 健康且报告版本 3\.1\.2，持续 5s，最长 10m/],
  ] as const)('a start, at %j in %s', async (size, lang, words) => {
    await withScenario('running', {lang, size}, async opened => {
      const screen = opened.lines().join('\n');
      expect(screen).toMatch(words);
      expect(screen).toMatch(/0:04\/10:20/);
    });
  });

  test('the last looks', async () => {
    const last = async (stage: Stage): Promise<Replay> =>
      openReplay({
        ...stage,
        recording: await recordingOf('whole'),
        moment: {type: 'node.verified'},
      });
    await withScenario(last, {}, async opened => {
      expect(opened.lines()[0]).toMatch(/verifying every node, up to \dm/);
    });
  });
});

describe.each([
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
] as const)('%i×%i: every wait shows its limit', (columns, rows) => {
  const LIMIT = /\d+(:\d\d|[smh])\/\d+(:\d\d|[smh])/;

  test.each([
    ['running', 'be-3', 'be-1'],
    ['node-down', 'be-3', 'be-1'],
    ['thousand', 'be-12', 'be-8'],
    ['restoring', 'am-3', 'am-1'],
  ] as const)('%s: in the cell of %s, also while %s is selected', async (name, node, other) => {
    for (const lang of ['en', 'zh'] as const)
      await withScenario(name, {lang, size: [columns, rows]}, async opened => {
        for (const selected of [null, NodeId.parse(other)]) {
          opened.store.setState({selected});
          await opened.settle();
          const cells = opened.lines().flatMap(line => {
            const at = line.search(new RegExp(`[${SPINNER}] ${node}\\b`));
            return at < 0 ? [] : [line.slice(at)];
          });
          const below = opened
            .lines()
            .flatMap((line, i, all) => (line.includes(`${node} `) ? [all[i + 1] ?? ''] : []));
          expect([...cells, ...below].join('\n'), `${lang} ${selected}`).toMatch(LIMIT);
        }
      });
  });
});
