import {describe, expect, test} from 'vitest';
import {timeOfDay} from '../../src/lib/moment.ts';
import type {Event, Happening} from '../../src/model/event.ts';
import {NodeId, RunId, StepId} from '../../src/model/ids.ts';
import {type ReportKnown, reportOf} from '../../src/model/report.ts';
import {type Lang, plain, text} from '../../src/model/text.ts';
import type {Recording} from '../../src/store/recording.ts';
import {reportLines} from '../../src/ui/report.ts';
import {REPORT_COLUMNS, type ReportStyle} from '../../src/ui/report-lines.ts';
import {widthOf} from '../../src/ui/width.ts';
import {productOf, recordingOf} from './prepared.ts';

const knownOf = (recording: Recording): ReportKnown => {
  const nodes = new Map(recording.cluster.nodes.map(node => [node.id, node] as const));
  return {...productOf(recording), nodeOf: id => nodes.get(id) ?? null};
};

const styleOf = ({cluster}: Recording, lang: 'en' | 'zh', ascii = false): ReportStyle => ({
  lang,
  ascii,
  roleTitle: role => cluster.roles.find(({name}) => name === role)?.title ?? plain(role),
});

const report = (recording: Recording, events: readonly Event[] = recording.events) =>
  reportOf(events, knownOf(recording));

/** The events up to one, itself among them. */
const upTo = ({events}: Recording, is: (event: Event) => boolean): readonly Event[] =>
  events.slice(0, events.findIndex(is) + 1);

const isOf = (type: Event['type'], step: string) => (event: Event) =>
  event.type === type && 'step' in event && event.step === step;

describe.each(['whole', 'held', 'resumed', 'restored', 'written', 'thousand'])('the report of %s', name => {
  test.each(['en', 'zh'] as const)('%s', async lang => {
    const recording = await recordingOf(name);
    const lines = reportLines(report(recording), styleOf(recording, lang));
    const wide = lines.filter(line => widthOf(line) > REPORT_COLUMNS && !line.startsWith('  /'));
    expect(wide, 'only a path is wider than a ticket').toEqual([]);
    expect(lines.filter(line => line !== line.trimEnd())).toEqual([]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`reports/${name}-${lang}.txt`);
  });
});

test('where ASCII is asked for nothing else is written', async () => {
  for (const name of ['held', 'restored', 'written']) {
    const recording = await recordingOf(name);
    const words = reportLines(report(recording), styleOf(recording, 'en', true)).join('\n');
    expect(words.match(/[^\x20-\x7e\n]/g) ?? [], name).toEqual([]);
  }
});

test('a thousand nodes are told in as many lines as a person reads', async () => {
  const recording = await recordingOf('thousand');
  const lines = reportLines(report(recording), styleOf(recording, 'en'));
  expect(lines.length).toBeLessThan(120);
});

test('who went down by itself stands in a list of its own, with when and how long', async () => {
  const recording = await recordingOf('whole');
  const {seq = 0, at: last = 0} = recording.events.at(-1) ?? {};
  const node = (name: string): NodeId => NodeId.parse(name);
  const at = last - 600_000;
  const clock = (seconds: number): string => timeOfDay(at + seconds * 1_000);
  const seen: readonly (Happening & {readonly at: number})[] = [
    {type: 'node.down', node: node('ms-1'), since: at, at},
    {type: 'node.up', node: node('ms-1'), last: at + 60_000, health: 'ok', at: at + 62_000},
    {type: 'node.down', node: node('be-2'), since: at + 90_000, atLeast: true, at: at + 90_000},
    {type: 'run.resumed', lakeup: '0.2.0', at: at + 120_000},
    {type: 'node.down', node: node('fe-1'), since: at + 300_000, at: at + 300_000},
    {type: 'run.held', at: at + 310_000},
  ];
  const before = upTo(recording, isOf('step.done', 'backends/deploy@be-3'));
  const events = [...before, ...seen.map((each, i): Event => ({...each, seq: before.length + i}))];
  expect(seq).toBeGreaterThan(before.length);
  for (const [lang, wanted] of [
    [
      'en',
      [
        'was down, and not because of the run',
        `  ms-1      10.20.0.12  ${clock(0)}-${clock(62)}                         1m 2s`,
        `  be-2      10.20.0.17  before ${clock(90)}, up to ${clock(90)} at least`,
        `  fe-1      10.20.0.22  ${clock(300)}, up to ${clock(310)} at least         > 10s`,
      ],
    ],
    ['zh', ['曾宕机，并非此次运行所致']],
  ] as const) {
    const lines = reportLines(report(recording, events), styleOf(recording, lang));
    const from = lines.indexOf(wanted[0]);
    expect(lines.slice(from, from + wanted.length)).toEqual(wanted);
  }
  const none = reportLines(report(recording), styleOf(recording, 'en')).join('\n');
  expect(none).not.toContain('was down, and not because');
});

describe('how long a node was out of service', () => {
  const BE = NodeId.parse('be-3');
  const outOf = async (events: (recording: Recording) => readonly Event[], name = 'whole') => {
    const recording = await recordingOf(name);
    const found = report(recording, events(recording)).nodes.find(({node}) => node === BE);
    if (found === undefined) throw new Error('there is no be-3');
    const at = (type: Event['type'], step: string): number =>
      recording.events.find(isOf(type, step))?.at ?? Number.NaN;
    return {out: found.outages, outMs: found.outMs, at};
  };

  test('from the start of its stop to the look that saw it serve', async () => {
    const {out, outMs, at} = await outOf(({events}) => events);
    const [from, to] = [at('step.started', 'backends/stop@be-3'), at('step.done', 'backends/start@be-3')];
    expect(out).toEqual([{from, to, certain: true}]);
    expect(outMs).toBe(to - from);
  });

  test('over everything that held the run meanwhile: it was not back', async () => {
    const {out, at} = await outOf(({events}) => events, 'held');
    expect(out).toEqual([
      {
        from: at('step.started', 'backends/stop@be-3'),
        to: at('step.done', 'backends/start@be-3'),
        certain: true,
      },
    ]);
  });

  test('perhaps, while its stop has begun and its end was not seen', async () => {
    const {out, at} = await outOf(recording => upTo(recording, isOf('step.started', 'backends/stop@be-3')));
    expect(out).toEqual([{from: at('step.started', 'backends/stop@be-3'), to: null, certain: false}]);
  });

  test('not at all, where its stop was certainly not begun', async () => {
    const {out} = await outOf(recording => {
      const before = upTo(recording, isOf('step.started', 'backends/stop@be-3'));
      const last = before.at(-1);
      if (last === undefined) throw new Error('the recording has no such step');
      const refused: Event = {
        type: 'step.failed',
        step: StepId.parse('backends/stop@be-3'),
        failure: {kind: 'refused', trouble: 'guard', detail: text('no', '否')},
        seq: last.seq + 1,
        at: last.at + 100,
      };
      return [...before, refused];
    });
    expect(out).toEqual([]);
  });

  /** A stop that is begun, told by its own script to be none of its time, and begun for good later. */
  const turnedAway = async (...between: readonly Happening[]) => {
    const recording = await recordingOf('whole');
    const step = StepId.parse('backends/stop@be-3');
    const before = upTo(recording, isOf('step.started', step));
    const [last] = before.slice(-1);
    if (last === undefined) throw new Error('the recording has no such step');
    const reset: Happening = {type: 'step.reset', step, seen: {}, told: 'it moved just then'};
    const more = [...between, reset].map(
      (happening, i): Event => ({...happening, seq: last.seq + 1 + i, at: last.at + 100 + i}),
    );
    const {nodes} = report(recording, [...before, ...more]);
    return nodes.find(({node}) => node === BE)?.outages.map(({to}) => to);
  };

  test('not by a stop that its own script did not begin', async () => {
    expect(await turnedAway()).toEqual([]);
  });

  test('perhaps, where a lakeup died in it, whatever is seen afterwards', async () => {
    expect(await turnedAway({type: 'run.resumed', lakeup: 'test'})).toEqual([null]);
  });

  test('up to now, while it is still out', async () => {
    const {out, outMs, at} = await outOf(recording =>
      upTo(recording, isOf('step.done', 'backends/deploy@be-3')),
    );
    const from = at('step.started', 'backends/stop@be-3');
    expect(out).toEqual([{from, to: null, certain: true}]);
    expect(outMs).toBe(at('step.done', 'backends/deploy@be-3') - from);
  });
});

describe('a run that another one goes on with', () => {
  const ended = async (...happenings: readonly Happening[]): Promise<string> => {
    const recording = await recordingOf('whole');
    const before = upTo(recording, isOf('step.done', 'backends/stop@be-3'));
    const [last] = before.slice(-1);
    if (last === undefined) throw new Error('the recording has no such step');
    const more = happenings.map(
      (happening, i): Event => ({...happening, seq: last.seq + 1 + i, at: last.at + 60_000 + i}),
    );
    return reportLines(report(recording, [...before, ...more]), styleOf(recording, 'en')).join('\n');
  };
  const BY = RunId.parse('20261122-020000-back');
  const left: Happening = {type: 'run.left'};

  test('cannot be resumed, and does not say that a node is still out', async () => {
    const said = await ended(left, {type: 'run.takenBack', by: BY, steps: [], whole: true});
    expect(said).toMatch(new RegExp(`end +taken back by run ${BY}: see its report`));
    expect(said).toMatch(/^be-3 .*until taken back +> 1m/m);
    expect(said).not.toMatch(/can be resumed|still out/);
  });

  test('says so while that is under way', async () => {
    const said = await ended(left, {type: 'run.yielded', to: BY});
    expect(said).toMatch(new RegExp(`end +being taken back by run ${BY}`));
    expect(said).not.toMatch(/can be resumed|still out/);
  });

  test('that was given up says why, and whom it has left out', async () => {
    const said = await ended(left, {type: 'run.abandoned', because: 'be-3 is replaced'});
    expect(said).toMatch(/end +given up: be-3 is replaced/);
    expect(said).toMatch(/^be-3 .*still out +> 1m/m);
    expect(said).not.toContain('can be resumed');
  });

  test('of a phase that was left in the middle nobody says when it ended', async () => {
    expect(await ended(left)).toMatch(/^Backends +\d\d:\d\d:\d\d +2\/6$/m);
  });
});

test('a date that was set back makes no time less than none', async () => {
  const recording = await recordingOf('whole');
  const back = 3_600_000;
  const half = Math.floor(recording.events.length / 2);
  const events = recording.events.map((event, i) => (i < half ? event : {...event, at: event.at - back}));
  const {nodes, waits} = report(recording, events);
  expect(nodes.filter(({outMs, workMs}) => outMs < 0 || workMs < 0)).toEqual([]);
  expect(Object.values(waits).filter(ms => ms < 0)).toEqual([]);
});

test('what is waited for is told apart: an answer, a hold, nobody at it', async () => {
  const recording = await recordingOf('resumed');
  const {waits, resumed} = report(recording);
  const leftAt = recording.events.find(({type}) => type === 'run.left')?.at ?? 0;
  const backAt = recording.events.find(({type}) => type === 'run.resumed')?.at ?? 0;
  expect(resumed).toBe(1);
  expect(waits.away).toBe(backAt - leftAt);
  expect(waits.held).toBe(0);
  const held = report(await recordingOf('held'));
  expect(held.waits.held).toBeGreaterThan(0);
});

test('homes that several nodes share are told once for each host', async () => {
  const {kept} = report(await recordingOf('in-place'));
  const home = kept.find(({path}) => path.startsWith('/opt/alluxio_backup_'));
  const hosts = home?.places.map(({host}) => host) ?? [];
  expect(hosts.length).toBeGreaterThan(0);
  expect(new Set(hosts).size).toBe(hosts.length);
  expect(kept.find(({path}) => path.endsWith('.gz'))?.bytes).toBeGreaterThan(0);
});

/** The recorded run, of which the last looks have said how large each backup is. */
const sized = async (kbOf: (node: string) => number | null) => {
  const recording = await recordingOf('whole');
  const [planned] = recording.events;
  if (planned?.type !== 'run.planned') throw new Error('no plan');
  const {stamp} = planned.plan;
  return report(
    recording,
    recording.events.map(event => {
      if (event.type !== 'node.verified') return event;
      const kb = kbOf(event.node);
      const sizes = kb === null ? {} : {[`bin_backup_${stamp}.kb`]: 12, [`lib_backup_${stamp}.kb`]: kb};
      const others = Object.entries(event.facts).filter(([name]) => !name.endsWith('.kb'));
      return {...event, facts: {...Object.fromEntries(others), ...sizes}};
    }),
  );
};
const linesOf = (told: Awaited<ReturnType<typeof sized>>, lang: Lang): string =>
  reportLines(told, {lang, ascii: false, roleTitle: plain}).join('\n');

test('how large a backup is stands beside its path, once the last looks have told that', async () => {
  const told = await sized(node => (node === 'be-2' ? 2_000_000 : 1_500_000));
  const en = linesOf(told, 'en');
  expect(en).toMatch(/\/opt\/doris\/recycler\/bin_backup_\d+_\d+\n {4}on 10\.20\.0\.15, 12\.0 KiB\n/);
  expect(en).toMatch(/be\/lib_backup_\d+_\d+\n {4}on [^/]*, 10\.20\.0\.21,\n {4}1\.4 GiB to 1\.9 GiB each\n/);
  expect(en).not.toContain('du -sh');
  expect(en).toContain('To remove it, once nobody wants to go back: lakeup prune');
  expect(linesOf(told, 'zh')).toContain('各 1.4 GiB 至 1.9 GiB');
  expect(linesOf(told, 'zh')).not.toContain('du -sh');
});

test('where one of them was not measured nothing is said of its size, but how to see it', async () => {
  const en = linesOf(await sized(node => (node === 'be-2' ? null : 1_500_000)), 'en');
  expect(en).toMatch(/fe\/lib_backup_\d+_\d+\n {4}on [^/\n]*, 1\.4 GiB each\n/);
  expect(en).not.toMatch(/be\/lib_backup_\d+_\d+\n {4}on [^/]*GiB/);
  expect(en).toContain('du -sh PATH');
});

test('what another run has removed since is told apart from what is still kept', async () => {
  const recording = await recordingOf('whole');
  const by = RunId.parse('20261123-020000-prun');
  const {at = 0} = recording.events.at(-1) ?? {};
  const next = (happening: Happening, i: number): Event => ({
    ...happening,
    seq: recording.events.length + i,
    at: at + i,
  });
  const pruning: Happening = {type: 'run.pruning', by};
  const removed = [{node: NodeId.parse('fe-1'), path: '/opt/doris/fe/bin_backup_20261122_020001'}];
  const said = (happenings: readonly Happening[]): string =>
    reportLines(
      report(recording, [...recording.events, ...happenings.map(next)]),
      styleOf(recording, 'en'),
    ).join('\n');
  expect(said([pruning]).replaceAll(/\s+/g, ' ')).toContain(
    `Run ${by} was made to remove what this one has kept: see its report.`,
  );
  const pruned = said([pruning, {type: 'run.pruned', by, removed}]);
  expect(pruned).toMatch(
    /removed by run 20261123-020000-prun: there is no way back any more\n {2}\/opt\/doris\/fe\/bin_backup_\S+\n {4}on [\d.]+, [\d.]+ [KMG]iB\n\nleft on the hosts/,
  );
  // The same path is still kept on the other hosts.
  expect(pruned.match(/\/opt\/doris\/fe\/bin_backup_/g)).toHaveLength(2);
});

describe('what is left on the hosts', () => {
  const BY = RunId.parse('20261123-020000-undo');
  const followedBy = (recording: Recording, happenings: readonly Happening[]): readonly Event[] => [
    ...recording.events,
    ...happenings.map((happening, i): Event => {
      const {seq = 0, at = 0} = recording.events.at(-1) ?? {};
      return {...happening, seq: seq + 1 + i, at: at + 1 + i};
    }),
  ];
  const said = (recording: Recording, events?: readonly Event[]): string =>
    reportLines(report(recording, events), styleOf(recording, 'en')).join('\n');
  const begunIn = ({events}: Recording): StepId[] => [
    ...new Set(events.flatMap(event => (event.type === 'step.started' ? [event.step] : []))),
  ];

  test.each([
    ['restored', /^\/opt\/alluxio-2\.3\.0$/],
    ['in-place', /^\/opt\/alluxio_backup_/],
  ])('of a run that was taken back: what its way back does not remove (%s)', async (name, gone) => {
    const recording = await recordingOf(name);
    const events = followedBy(recording, [
      {type: 'run.yielded', to: BY},
      {type: 'run.takenBack', by: BY, steps: begunIn(recording), whole: true},
    ]);
    const {kept, remains, prunable} = report(recording, events);
    expect({kept, prunable}).toEqual({kept: [], prunable: false});
    const paths = remains.map(({path}) => path.replaceAll(/\d{8}_\d{6}|\d{4}-\d\d-\d\d-\d+/g, 'STAMP'));
    expect(paths).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\/opt\/alluxio(-2\.3\.0)?\/\.lakeup-STAMP$/),
        '/mnt/ufs/alluxio_backups/alluxio-backup-STAMP.gz',
        '/srv/alluxio/journal_copy_STAMP',
        '/srv/alluxio/metastore_copy_STAMP',
      ]),
    );
    expect(paths.filter(path => gone.test(path))).toEqual([]);
    const words = said(recording, events);
    expect(words).toContain(`taken back by run ${BY}`);
    expect(words).toContain('left on the hosts, though it was taken back');
    expect(words).toContain('rm -r PATH');
    expect(words).not.toMatch(/left nothing|lakeup prune|can be resumed/);
  });

  test('of a run that is being taken back: it may be needed, and the run is not said to be resumed or pruned', async () => {
    const recording = await recordingOf('restored');
    const words = said(recording, followedBy(recording, [{type: 'run.yielded', to: BY}]));
    expect(words).toMatch(/end\s+being taken back by run/);
    expect(words.replaceAll(/\s+/g, ' ')).toContain(
      `Run ${BY} takes back what this one did, and may need it.`,
    );
    expect(words).not.toMatch(/lakeup prune|can be resumed|rm -r/);
  });

  test('of a run that takes another one back: nobody says that there is nothing', async () => {
    const recording = await recordingOf('restored');
    const events = recording.events.slice(0, 1).map(event => {
      if (event.type !== 'run.planned') throw new Error('the recording has no plan');
      const takesBack = {run: BY, steps: [], whole: true};
      return {...event, plan: {...event.plan, direction: 'back' as const, takesBack}};
    });
    const words = said(recording, events);
    expect(words.replaceAll(/\s+/g, ' ')).toContain(`lakeup runs ${BY}`);
    expect(words).not.toContain('left nothing');
  });

  const MAY_BE_NEEDED =
    /not\s+taken\s+every\s+node\s+all\s+the\s+way:\s+what\s+it\s+has\s+kept\s+may\s+be\s+needed,\s+and\s+lakeup\s+prune\s+removes\s+nothing/;

  test('is only said to be pruned where that is not refused', async () => {
    const recording = await recordingOf('whole');
    const ended = recording.events;
    const open = ended.filter(({type}) => type !== 'run.ended');
    expect(said(recording, ended)).toMatch(/To remove it, once\s+nobody\s+wants to go back: lakeup prune/);
    expect(said(recording, open)).toMatch(
      /This run has not ended, and\s+may need it; once it has, lakeup prune/,
    );
    const {seq = 0, at = 0} = open.at(-1) ?? {};
    const givenUp: Event = {type: 'run.abandoned', because: 'enough', seq: seq + 1, at};
    const words = said(recording, [...open, givenUp]);
    expect(words).toMatch(/end\s+given up: enough/);
    expect(words).toMatch(MAY_BE_NEEDED);
    expect(words).not.toMatch(/rm -r|To remove it/);
    const skips = ended.map(event =>
      event.type === 'run.ended'
        ? {
            ...event,
            verdict: {
              verified: event.verdict.verified.slice(1),
              skipped: event.verdict.verified
                .slice(0, 1)
                .map(node => ({node, as: 'untouched' as const, because: 'no'})),
            },
          }
        : event,
    );
    expect(said(recording, skips)).toMatch(MAY_BE_NEEDED);
    expect(said(recording, skips)).not.toMatch(/rm -r|To remove it/);
    const back = open.map(event =>
      event.type === 'run.planned'
        ? {
            ...event,
            plan: {...event.plan, direction: 'back' as const, takesBack: {run: BY, steps: [], whole: true}},
          }
        : event,
    );
    expect(said(recording, back)).toMatch(
      /This run has not ended: leave these files\s+where\s+they\s+are\s+until\s+it\s+has\./,
    );
    expect(said(recording, back)).not.toMatch(/rm -r|lakeup prune/);
  });
});
