import {expect, it} from 'vitest';
import {EXIT} from '../../../src/cli/exit-code.ts';
import {type Besides, endingOf} from '../../../src/cli/verdict.ts';
import type {Failure, Happening} from '../../../src/model/event.ts';
import {PhaseId} from '../../../src/model/ids.ts';
import {plain, text} from '../../../src/model/text.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {a, b, check, done, nodeId, planOf, START_MS, started, stateOf, stepId} from './small-run.ts';
import {undoable} from './undoable.ts';

const BESIDES: Besides = {
  down: [],
  unwell: [],
  known: {
    now: START_MS,
    hostOf: node => `host-${node}`,
    serving: nodes => [text(`1 of ${nodes.length + 1} toys serve: z`, `${nodes.length + 1} 个中有 1 个：z`)],
  },
  program: 'lakeup',
  skip: doris.skip,
};
const plan = planOf([a, b]);
const begun: Happening = {type: 'lane.begun', phase: PhaseId.parse('p'), node: a, ranks: {}};
const left: Happening = {type: 'run.left'};

const said = (lang: 'en' | 'zh', ...happenings: readonly Happening[]): string =>
  endingOf(stateOf(plan, ...happenings), null, 'command', BESIDES).words[lang];
const words = (...happenings: readonly Happening[]): string => said('en', ...happenings);

it('says only that it left where nothing is open', () => {
  expect(words(begun, done('stage'), left)).toMatch(/^Left: lakeup does nothing more on any node\. .*$/);
});

it('names who was skipped, why, and how it stood, with an exit code of its own', () => {
  const skipped = [{node: b, as: 'out', because: 'its disk is broken'}] as const;
  const ended: Happening = {type: 'run.ended', verdict: {verified: [a], skipped}};
  const {words: told, code} = endingOf(stateOf(plan, ended), null, 'command', BESIDES);
  expect(code).toBe(EXIT.skipped);
  const cluster = plan.cluster;
  expect(told.en).toBe(
    `  ! b: skipped (its disk is broken); it was out of service, and stays so\n1 of 2 nodes verified, 1 skipped: ${cluster} runs ${plan.to}, but for b. \`lakeup upgrade ${cluster} -i FILE\` takes on afterwards what was skipped.`,
  );
  expect(told.zh).toContain('跳过 1 个');
  // Nothing is left to upgrade there once all that runs is new, and a run takes on no half of it.
  const worker = endingOf(stateOf(plan, ended), null, 'command', {...BESIDES, skip: alluxio.skip}).words.en;
  expect(worker).toContain('bring its home to the new version by hand');
  expect(worker).not.toContain('lakeup upgrade');
  const unseen: Happening = {
    type: 'run.ended',
    verdict: {verified: [a], skipped: [{node: b, as: 'unverified', because: 'late'}]},
  };
  expect(words(unseen)).not.toContain('lakeup upgrade');
});

it('names a node that is left out of service, until its last step is done', () => {
  const middle = [begun, done('stage'), done('stop')] as const;
  expect(words(...middle, left).split('\n')).toEqual([
    '  ! 1 node is not serving: a on host-a since 00:00:03; 1 of 2 toys serve: z.',
    expect.stringMatching(/^Left: /),
  ]);
  expect(said('zh', ...middle, left)).toContain(
    '  ! 1 个节点未提供服务：a（host-a，自 00:00:03 起）；2 个中有 1 个：z。\n',
  );
  expect(words(...middle, done('start'), left)).toMatch(/^Left: /);
});

it('counts many of them, names the first, and tells apart whom it is not sure of', () => {
  const nodes = Array.from({length: 14}, (_, i) => nodeId(`n-${i}`));
  const stopped = nodes.slice(0, 12).map(node => done('stop', node));
  const state = stateOf(planOf(nodes), ...stopped, started('stop', nodeId('n-12')), left);
  const [busy, out] = endingOf(state, null, 'command', BESIDES).words.en.split('\n');
  expect(busy).toContain('n-12: "stop" was begun and its end not seen');
  expect(out).toBe(
    '  ! 12 nodes are not serving: n-0, n-1, n-2, n-3, n-4, n-5, n-6, n-7, n-8, n-9 and 2 more; perhaps also n-12; the longest since 00:00:01; 1 of 14 toys serve: z.',
  );
  expect(endingOf(state, null, 'command', BESIDES).words.zh).toContain(
    'n-9，另有 2 个；可能还有 n-12；最久自 00:00:01 起；',
  );
});

it('never says that nothing is done where a step was left in hand', () => {
  const happenings = [begun, done('stage'), done('stop'), started('start')] as const;
  const told = endingOf(stateOf(undoable(), ...happenings), null, 'command', BESIDES).words.en;
  expect(told.split('\n')).toEqual([
    expect.stringMatching(/^ {2}! a: "start" was begun and its end not seen; .* goes on by itself\.$/),
    '  ! 1 node is not serving: a on host-a since 00:00:03; 1 of 2 toys serve: z.',
    expect.stringMatching(/^To take back what was done: lakeup undo \S+$/),
    expect.stringMatching(/^Left: /),
  ]);
});

it('names no undo where that would be refused, and says why there is no way back', () => {
  const because = text('It writes what 1 cannot read.', '它会写入 1 无法读取的内容。');
  const final = undoable(({name}) => (name === 'start' ? {kind: 'impossible', because} : null));
  const state = stateOf(final, begun, done('stage'), done('stop'), started('start'), left);
  const told = endingOf(state, null, 'command', BESIDES).words;
  expect(told.en).toContain('\nWhat was done cannot be taken back any more: It writes what 1 cannot read.\n');
  expect(told.zh).toContain('\n已做的改动无法再撤销：它会写入 1 无法读取的内容。\n');
  expect(told.en).not.toContain('undo');
  // Before that step it can, and where nothing is to be taken back nothing is said.
  const before = stateOf(final, begun, started('stop'), left);
  expect(endingOf(before, null, 'command', BESIDES).words.en).toMatch(
    /^To take back what was done: lakeup undo \S+$/m,
  );
  expect(words(begun, started('stop'), left)).not.toMatch(/undo|taken back/);
});

it.each([
  {kind: 'lost', trouble: 'timeout', detail: plain('no answer')},
  {kind: 'refused', trouble: 'still-running', detail: plain('stop (process 7) is at work')},
] as const)('does not say that nothing is done where a failed step may still be at work: %j', failure => {
  const failed: Happening = {type: 'step.failed', step: stepId('stop', a), failure};
  expect(words(begun, done('stage'), started('stop'), failed, left)).toMatch(
    /^ {2}! a: "stop" was begun and its end not seen/,
  );
});

it('says of a step whose script has ended that it has, and that its effect was not seen', () => {
  const acted: Happening = {
    type: 'step.acted',
    step: stepId('stop', a),
    outcome: {code: 0, ms: 5, stdout: '', stderr: '', cut: false},
  };
  const happenings = [begun, done('stage'), started('stop'), acted, left] as const;
  expect(words(...happenings)).toMatch(
    /^ {2}! a: the action of "stop" has ended with exit code 0; what it is to bring about was not seen yet\.\n/,
  );
  expect(words(...happenings)).not.toContain('goes on by itself');
  expect(said('zh', ...happenings)).toContain('a：“stop”的动作已结束，退出码 0；尚未看到其效果。');
});

it('names in the last line who went down by itself since, or is not well, and that every node was verified all the same', () => {
  const state = stateOf(plan, {type: 'run.ended', verdict: {verified: [a, b]}});
  const besides: Besides = {
    ...BESIDES,
    down: [{node: b, since: START_MS + 7_000, atLeast: false}],
    unwell: [{node: a, is: 'silent', since: START_MS + 9_000, atLeast: false}],
  };
  const {words: told, code} = endingOf(state, null, 'command', besides);
  expect(code).toBe(EXIT.verified);
  expect(told.en).toBe(
    '2 of 2 nodes verified: toys runs 2. Down, and not because of the run: b on host-b since 00:00:07; 1 of 2 toys serve: z. Does not answer: a on host-a since 00:00:09; 1 of 2 toys serve: z',
  );
  expect(told.zh).toContain('。已宕机，并非此次运行所致：b（host-b，自 00:00:07 起）；');
});

it('names on leaving who was left behind by a newer master, and not as down', () => {
  const besides: Besides = {
    ...BESIDES,
    down: [{node: b, since: START_MS + 7_000, atLeast: false, leftBehind: true}],
  };
  const told = endingOf(stateOf(plan, left), null, 'command', besides).words;
  expect(told.en).toMatch(/Left behind by a newer master, and brought back by their upgrade: b on host-b/);
  expect(told.zh).toContain('因新主退出，升级后恢复：b');
  expect(told.en).not.toContain('Down, and not');
});

it('names on leaving who is not well by itself', () => {
  const besides: Besides = {
    ...BESIDES,
    unwell: [{node: a, is: 'degraded', since: START_MS + 9_000, atLeast: true}],
  };
  const told = endingOf(stateOf(plan, left), null, 'command', besides).words.en;
  expect(told).toMatch(/^ {2}! Degraded: a on host-a since before 00:00:09; .*\nLeft: /);
});

it('names what the last look did not find well, and that the run goes on', () => {
  const failure: Failure = {
    kind: 'unsettled',
    check: check(a, {health: 'ok'}),
    seen: {health: 'degraded'},
    silent: null,
  };
  const state = stateOf(plan, {type: 'node.unverified', node: a, failure}, left);
  expect(endingOf(state, null, 'command', BESIDES)).toMatchObject({code: EXIT.held});
  expect(endingOf(state, null, 'command', BESIDES).words.en).toMatch(
    /^ {2}! a: not verified: .*\nLeft: .*lakeup resume /,
  );
});

it('says how to go on only where that is true', () => {
  const state = stateOf(plan, left);
  expect(endingOf(state, null, 'command', BESIDES).words.en).toContain(`lakeup resume ${state.run}`);
  for (const goingOn of ['here', 'never'] as const)
    for (const told of Object.values(endingOf(state, null, goingOn, BESIDES).words))
      expect(told).not.toContain('resume');
  expect(endingOf(state, null, 'never', BESIDES).words.en).toContain('its run with it');
});

it.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'left by %s ends with the code a shell knows; a run that was verified stays so',
  (signal, code) => {
    const ended: Happening = {type: 'run.ended', verdict: {verified: [a, b]}};
    expect(endingOf(stateOf(plan, left), signal, 'command', BESIDES).code).toBe(code);
    expect(endingOf(stateOf(plan, ended), signal, 'command', BESIDES).code).toBe(EXIT.verified);
  },
);

it('names who is down by itself too, and calls lakeup as it was called', () => {
  const state = stateOf(plan, left);
  const {en, zh} = endingOf(state, null, 'command', {
    ...BESIDES,
    down: [{node: b, since: START_MS + 7_000, atLeast: false}],
    program: 'npm run lakeup --',
  }).words;
  expect(en.split('\n')).toEqual([
    '  ! Down, and not because of the run: b on host-b since 00:00:07; 1 of 2 toys serve: z.',
    expect.stringMatching(/To go on: npm run lakeup -- resume /),
  ]);
  expect(zh).toContain('已宕机，并非此次运行所致：b（host-b，自 00:00:07 起）；2 个中有 1 个：z。');
});

it('counts many who are down by themselves, and says that one was so before anybody looked', () => {
  const down = Array.from({length: 12}, (_, i) => ({
    node: nodeId(`n-${i}`),
    since: START_MS + i * 1_000,
    atLeast: i === 0,
  }));
  const told = (some: Besides['down']) =>
    endingOf(stateOf(plan, left), null, 'command', {...BESIDES, known: {now: START_MS}, down: some}).words;
  expect(told(down).en).toContain(
    'run: n-0, n-1, n-2, n-3, n-4, n-5, n-6, n-7, n-8, n-9 and 2 more; the longest since before 00:00:00.',
  );
  expect(told(down.slice(0, 2)).en).toContain('run: n-0 since before 00:00:00, n-1 since 00:00:01.');
  expect(told(down.slice(0, 2)).zh).toContain('n-0（00:00:00 之前起），n-1（自 00:00:01 起）。');
});

it('says of nodes on a host of their own name no host', () => {
  const known = {now: START_MS, hostOf: () => 'a'};
  const told = endingOf(stateOf(plan, done('stop'), left), null, 'command', {...BESIDES, known});
  expect(told.words.en).toContain('not serving: a since 00:00:01.');
});
