import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Lease} from '../../../src/engine/lease.ts';
import {describeFailure, describeHold, failureOfHold} from '../../../src/model/describe.ts';
import {describeKnowledge, ranBefore} from '../../../src/model/describe-knowledge.ts';
import {describeRemedy} from '../../../src/model/describe-remedy.ts';
import type {Failure} from '../../../src/model/event.ts';
import {PhaseId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import type {Hold, RunState} from '../../../src/model/state.ts';
import {type Text, text} from '../../../src/model/text.ts';
import {STARTED_BY_SOMEBODY} from '../../../src/recipe/check.ts';
import {
  type Answer,
  a,
  asked,
  b,
  check,
  checkGate,
  exited,
  lost,
  makeToy,
  phase,
  planned,
  planOf,
  refused,
  step,
  type Toy,
} from '../engine/toy.ts';
import {IN_RUNS} from './in-runs.ts';

/*
 * Every reason for which a run is held, as docs/when-something-goes-wrong.md lists them: it is met, what is said of it is read, what it
 * says is done, and the key that it names is pressed. Then the run goes on to its end. The same after it was left and resumed; and
 * where the key is pressed and nothing was done, it is held again, by the same words.
 */

const page = readFileSync(join(import.meta.dirname, '../../../docs/when-something-goes-wrong.md'), 'utf8');
const table = page.slice(page.indexOf('## Why the run is held'), page.indexOf('## What the hosts said'));
const listed = [...table.matchAll(/^\| (.*?) \|/gm)].map(([, says]) => says ?? '').slice(1);

type Held = {
  readonly hold: Hold['kind'];
  readonly failure: Failure['kind'] | null;
  readonly plan: Plan;
  /** What the screen says, and what it says to do. */
  readonly says: RegExp;
  readonly todo: RegExp | null;
  /** What is so, and what is so once it was put right. */
  readonly wrong: (toy: Toy) => void;
  readonly mend: (toy: Toy) => void;
  readonly lease?: (isMended: () => boolean) => Lease;
};

const stop = step(a, 'stop');
const one = planOf(phase('p', [stop]));
/** A step whose action is answered so, and whose effect is not there before one that ends well. */
const acting = (answer: Answer, says: RegExp, todo: RegExp, more: Partial<Held> = {}): Held => ({
  ...{hold: 'step', failure: 'exit', plan: one, says, todo},
  wrong: toy => {
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'stop', answer);
  },
  mend: toy => {
    toy.says(a, 'stop', exited(0));
    toy.onAsk(entry => entry === 'a stop' && toy.says(a, 'status', {stop: true}));
  },
  ...more,
});

/** A step that ran, of which that is seen afterwards, until it is put right. */
const unsettled = (plan: Plan, seen: readonly Answer[], says: RegExp, todo: RegExp): Held => ({
  ...{hold: 'step', failure: 'unsettled', plan, says, todo},
  wrong: toy => {
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'status', ...seen);
  },
  mend: toy => {
    let own = 100;
    toy.onAsk(entry => {
      own += 1;
      if (entry === 'a status') toy.says(a, 'status', {stop: true, own, theirs: own});
    });
  },
});
const checked = (more: Parameters<typeof check>[2]): Plan =>
  planOf(phase('p', [step(a, 'stop', {done: [check(a, {stop: true}, more)]})]));

const often = <T>(...looks: readonly T[]): readonly T[] => Array.from({length: 12}, () => looks).flat();

const well = (toy: Toy): void => {
  toy.says(a, 'stop', exited(0));
  toy.says(a, 'status', {stop: false});
  toy.onAsk(entry => entry === 'a stop' && toy.says(a, 'status', {stop: true}));
};
const ok =
  (isOk: boolean) =>
  (toy: Toy): void =>
    toy.says(b, 'status', {ok: isOk});
const both =
  (...all: readonly ((toy: Toy) => void)[]) =>
  (toy: Toy): void =>
    all.forEach(each => void each(toy));
const okGate = (owner: string) => checkGate(owner, 0, check(b, {ok: true}));

/** One is stopped, and before the other is worked on nobody may run. */
const startedPlan = planOf(
  phase('p', [step(a, 'stop', {service: 'leaves', done: [check(a, {up: false}, {withinMs: 0})]})]),
  phase('q', [step(b, 'work')], {
    gates: [
      checkGate('q', 0, check(b, {running: []}, {probe: 'files'}), {
        stopsAgain: PhaseId.parse('p'),
        named: 'running',
      }),
    ],
  }),
);

const LEASED: Failure = {kind: 'refused', trouble: 'leased', detail: text('run x of bob has it', 'x 持有')};
const leaseOf = (isMended: () => boolean): Lease => ({
  take: async (_, intend) => {
    if (!isMended()) return {kind: 'refused', failure: LEASED};
    await intend({token: 1, hand: 'h', from: null});
    return {kind: 'taken', token: 1, places: 1, from: null};
  },
  wanted: () => null,
  quiet: async () => true,
  hand: async () => ({kind: 'vars', vars: {}}),
  stands: async () => null,
  busyAt: async () => [],
  onLost: () => undefined,
  attend: () => undefined,
  rest: () => undefined,
  free: async () => [],
});

const HELD: Readonly<Record<string, Held>> = {
  'Held because you asked for it.': {
    ...{hold: 'operator', failure: null, plan: one, says: /Held because you asked/, todo: null},
    wrong: toy => {
      well(toy);
      toy.setWish('hold');
    },
    mend: toy => toy.setWish('go'),
  },
  'NODE: "STEP" failed. *Refused.*': acting(
    refused(),
    /^a: "stop" failed\. Refused\. /,
    /Check that sshd runs/,
    {failure: 'refused'},
  ),
  '… *Refused*, and the detail says that a process of the home *still runs*': acting(
    exited(97, 'process 7 still runs'),
    /^a: "stop" failed\. Refused\. It could not be shown that it may begin/,
    /^The detail says why: go by that\. A retry looks again/,
    {failure: 'refused'},
  ),
  '… *Refused*, and the detail says that a process runs from *files that are not all back*': acting(
    exited(97, 'process 7 of /opt/doris/be runs from files that are not all back: end it'),
    /^a: "stop" failed\. Refused\. It could not be shown that it may begin/,
    /^The detail says why: go by that\. A retry looks again/,
    {failure: 'refused'},
  ),
  '… *Lost: it may have begun.*, or *it had begun.*': acting(
    lost(),
    /^a: "stop" failed\. Lost: it may have begun\. /,
    /otherwise look at the network/,
    {failure: 'lost'},
  ),
  '… *The action ended with exit code N.*': acting(
    exited(3, 'no room'),
    /ended with exit code 3\./,
    /Read the last output.*then retry/,
  ),
  '… *exit code 124*': acting(
    exited(124, 'process 7 still runs'),
    /ended with exit code 124\..*ended when its limit had passed/,
    /A retry looks first, and gives it its whole time once more/,
  ),
  '… *was not seen within TIME*': unsettled(
    one,
    [{stop: false}],
    /was not seen within 10s: stop false\./,
    /or wait; a retry looks again for as long/,
  ),
  '… *the answers contradict each other*': unsettled(
    one,
    [{stop: false}, {answers: 'contradict', told: 'two lead'}],
    /was not seen within 10s: the answers contradict each other\. The action ran; the answers since contradict each other\.$/,
    /^Find out which of them is right, and mend the group first; .* Then retry, which asks again\.$/,
  ),
  '… and *leading* names several': unsettled(
    one,
    [{stop: false}, {stop: false, leading: ['a', 'b']}],
    /was not seen within 10s: stop false, leading a, b\./,
    /^Find out which of them is right, and mend the group first;/,
  ),
  '… *cannot come true any more*': unsettled(
    checked({hopeless: {gone: true}}),
    [{stop: false}, {stop: false, gone: true}],
    /cannot come true any more: gone true/,
    /says why it is so: mend that, then retry/,
  ),
  '… *cannot come true any more*, and *last output* stands below': {
    ...unsettled(
      checked({hopeless: {gone: true}}),
      [{stop: false}, {stop: false, gone: true}],
      /cannot come true any more: gone true/,
      /^What was printed last, or its log on the host, says why it is so: mend that, then retry/,
    ),
    wrong: toy => {
      toy.says(a, 'stop', exited(0, 'Disable swap memory before starting be'));
      toy.says(a, 'status', {stop: false}, {stop: false, gone: true});
    },
  },
  '… *cannot come true any more*, and the advice says that *somebody has started* it since': {
    ...{hold: 'step', failure: 'unsettled', says: /cannot come true any more: running true, for 10s\./},
    todo: /^Process 9 is not the one that was stopped: somebody has started it since\. .*then retry, which stops it once more/,
    plan: planOf(
      phase('p', [
        step(a, 'stop', {done: [check(a, {running: false}, {vain: STARTED_BY_SOMEBODY, withinMs: 60_000})]}),
      ]),
    ),
    wrong: toy => {
      toy.says(a, 'stop', exited(0));
      toy.says(a, 'status', {running: true, pid: 9});
    },
    mend: toy => toy.onAsk(entry => entry === 'a stop' && toy.says(a, 'status', {running: false})),
  },
  '… *was seen*, *but it did not stay so*, or something *stood still*': unsettled(
    checked({steadyMs: 3_000, follows: {own: 'theirs'}}),
    [{stop: false}, ...Array.from({length: 60}, (_, theirs) => ({stop: true, own: 5, theirs}))],
    /was seen, but own stood still while theirs went on/,
    /Do not trust the last look/,
  ),
  'NODE: it is not safe to "STEP" yet.': {
    ...{hold: 'gate', failure: 'unsettled', says: /^a: it is not safe to "stop" yet\./, todo: /asks again/},
    plan: planOf(phase('p', [step(a, 'stop', {gates: [okGate('p/stop@a')]})])),
    wrong: both(well, ok(false)),
    mend: ok(true),
  },
  'PHASE may not begin yet.': {
    ...{hold: 'gate', failure: 'unsettled', says: /^p may not begin yet\./, todo: /asks again/},
    plan: planOf(phase('p', [stop], {gates: [okGate('p')]})),
    wrong: both(well, ok(false)),
    mend: ok(true),
  },
  '… and the advice names what is *running again after the stop*': {
    ...{hold: 'gate', failure: 'unsettled', says: /^q may not begin yet\./},
    todo: /^Running again after the stop: a\. Find out who started each.* Then retry: what still runs of these is stopped/,
    plan: startedPlan,
    // Somebody starts it each time it was seen to be gone.
    wrong: toy => {
      toy.says(a, 'stop', exited(0));
      toy.says(b, 'work', exited(0));
      toy.says(b, 'status', {work: true});
      toy.says(a, 'status', {up: true});
      toy.says(b, 'files', {running: ['a']});
      toy.onAsk(entry => entry === 'a stop' && toy.says(a, 'status', {up: false}, {up: true}));
    },
    mend: toy =>
      toy.onAsk(entry => {
        if (entry !== 'a stop') return;
        toy.says(a, 'status', {up: false});
        toy.says(b, 'files', {running: []});
      }),
  },
  'Which node goes next cannot be told': {
    ...{
      hold: 'order',
      failure: null,
      says: /^Which node goes next cannot be told: a: is is candidate/,
      todo: /asks again/,
    },
    plan: planOf(phase('p', [stop], {order: asked()})),
    wrong: both(well, toy => toy.says(a, 'standing', {is: 'candidate'})),
    mend: toy => toy.says(a, 'standing', {is: 'follower'}),
  },
  'This run does not hold the lease of the cluster.': {
    ...{
      hold: 'lease',
      failure: 'refused',
      plan: one,
      says: /does not hold the lease/,
      todo: /Once they have ended or given it back, retry/,
    },
    wrong: well,
    mend: () => undefined,
    lease: leaseOf,
  },
  'NODE is upgraded, but the last look at it did not find what it should.': {
    ...{
      hold: 'node',
      failure: 'unsettled',
      says: /^a is upgraded, but the last look/,
      todo: /a retry looks again/,
    },
    plan: {...one, verify: [{node: a, checks: [check(a, {well: true}, {probe: 'files', withinMs: 0})]}]},
    wrong: both(well, toy => toy.says(a, 'files', {well: false})),
    mend: toy => toy.says(a, 'files', {well: true}),
  },
};

/** What a host says that is no reason of its own in that table: each with its advice, which test/ssh/advice.test.ts does not follow. */
const TROUBLES: Readonly<Record<string, Held>> = {
  'cut-off': acting(
    exited(95),
    /The action was ended on its host/,
    /A retry looks first and does what is missing/,
    {
      failure: 'lost',
    },
  ),
  'still-running': acting(
    exited(98, 'stop (process 7)'),
    /is still running\./,
    /Wait for its end, then look again/,
    {
      failure: 'refused',
    },
  ),
  unkept: acting({...exited(0), ms: Number.NaN}, /cannot be kept in the journal/, /A retry looks again/, {
    failure: 'lost',
  }),
  cancelled: acting(
    {kind: 'lost', trouble: 'cancelled', detail: text('called off', '已取消')},
    /It was called off from here/,
    /Nothing to do/,
    {failure: 'lost'},
  ),
};

/** Said in words of their own, which the page has within another line. */
const WITHIN: Readonly<Record<string, Held>> = {
  'nobody answers after the action ran': unsettled(
    one,
    [{stop: false}, {silent: 'timed out'}],
    /was not seen within 10s: nobody answered\./,
    /^Make it answer: why it does not stands above\. Then retry/,
  ),
  'what was so until the answers contradict each other': unsettled(
    checked({steadyMs: 3_000}),
    [
      {stop: false},
      ...often({stop: true}, {answers: 'contradict', told: 'two lead'}),
      {answers: 'contradict', told: 'two lead'},
    ],
    /was seen in \d+ of \d+ looks, but it did not stay so for 3s: two lead\./,
    /^Find out which of them is right, and mend the group first;/,
  ),
  'answers contradict each other before a gate': {
    ...{
      hold: 'gate',
      failure: 'unsettled',
      says: /was not seen within 10s: the answers contradict each other\. Nothing was begun/,
    },
    todo: /^Find out which of them is right, and mend the group first;/,
    plan: planOf(phase('p', [step(a, 'stop', {gates: [okGate('p/stop@a')]})])),
    wrong: both(well, toy => toy.says(b, 'status', {answers: 'contradict', told: 'two lead'})),
    mend: ok(true),
  },
  'the answers do not tell before a gate': {
    ...{
      hold: 'gate',
      failure: 'unsettled',
      says: /was not seen within 10s: the answers do not tell\. Nothing was begun/,
    },
    todo: /^Wait until it can be told /,
    plan: planOf(phase('p', [step(a, 'stop', {gates: [okGate('p/stop@a')]})])),
    wrong: both(well, toy => toy.says(b, 'status', {answers: 'undecided', told: 'nobody leads'})),
    mend: ok(true),
  },
  'what was so for a moment only': unsettled(
    checked({steadyMs: 3_000}),
    [{stop: false}, ...often({stop: true}, {stop: false}), {stop: false}],
    /was seen in \d+ of \d+ looks, but it did not stay so for 3s: stop false\./,
    /^It was so for a moment only: its log on the host says why\. Mend that, then retry\.$/,
  ),
  'what was so for a moment, and ended for good': unsettled(
    checked({steadyMs: 3_000, hopeless: {gone: true}}),
    [{stop: false}, {stop: true}, {stop: false, gone: true}],
    /cannot come true any more: gone true/,
    /^Its log on the host says why it is so: mend that, then retry\.$/,
  ),
  'what was so until nobody answered': unsettled(
    checked({steadyMs: 3_000}),
    [{stop: false}, ...often({stop: true}, {silent: 'timed out'}), {silent: 'timed out'}],
    /was seen in \d+ of \d+ looks, but it did not stay so for 3s: timed out\./,
    /^Make it answer: why it does not stands above\. Then retry/,
  ),
  'what a gate asks for comes and goes': {
    ...{
      hold: 'gate',
      failure: 'unsettled',
      says: /was seen in \d+ of \d+ looks, but it did not stay so for 3s: ok false/,
    },
    todo: /^It comes and goes: find out why, and put that right; then retry, which asks again\.$/,
    plan: planOf(
      phase('p', [
        step(a, 'stop', {gates: [checkGate('p/stop@a', 0, check(b, {ok: true}, {steadyMs: 3_000}))]}),
      ]),
    ),
    wrong: both(well, toy => {
      const flips = Array.from({length: 60}, (_, at) => ({ok: at % 3 !== 2}));
      toy.says(b, 'status', ...flips, {ok: false});
    }),
    mend: ok(true),
  },
  'what a gate asks for cannot come true by itself': {
    ...{hold: 'gate', failure: 'unsettled', says: /cannot come true any more: gone true/},
    todo: /^Put right what is named above; then retry, which asks again\.$/,
    plan: planOf(
      phase('p', [
        step(a, 'stop', {gates: [checkGate('p/stop@a', 0, check(b, {ok: true}, {hopeless: {gone: true}}))]}),
      ]),
    ),
    wrong: both(well, toy => toy.says(b, 'status', {ok: false, gone: true})),
    mend: toy => toy.says(b, 'status', {ok: true, gone: false}),
  },
};

/** Met where a product's nodes end by themselves: what to type is carried out there. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '… and the question says *The line that starts NODE*': 'test/shell/systems/doris/advice.test.ts',
};

type Seen = {readonly state: RunState; readonly hold: Hold};

/** What the operator reads, in that language. */
const wordsOf = (
  {state, hold}: Seen,
  lang: 'en' | 'zh',
): {readonly says: string; readonly todo: string | null} => {
  const failure = failureOfHold(hold, state);
  const known = failure === null ? [] : [describeKnowledge(failure, ranBefore(hold, state)).known];
  const all: readonly Text[] = [
    describeHold(hold, state),
    ...(failure === null ? [] : [describeFailure(failure)]),
    ...known,
  ];
  return {
    says: all.map(each => each[lang]).join(' '),
    todo: describeRemedy(hold, failure, state)?.[lang] ?? null,
  };
};

/** Somebody sits before the run. Each time it is held they do what `answers` says next: leave, press the key, or mend and press it. */
const operate = async (
  {plan, wrong, mend, lease}: Held,
  answers: ('leave' | 'retry' | 'mend')[],
  resumed: Toy | null = null,
  isMended = false,
): Promise<{readonly toy: Toy; readonly seen: readonly Seen[]}> => {
  const toy = makeToy();
  const seen: Seen[] = [];
  let mended = isMended;
  Object.assign(toy.world.operator, {
    choose: async (state: RunState) => {
      const [hold] = state.holds;
      if (hold !== undefined) seen.push({state, hold});
      const answer = answers.shift() ?? 'leave';
      if (answer !== 'mend') return answer;
      mended = true;
      mend(toy);
      return 'retry';
    },
  });
  wrong(toy);
  if (isMended) mend(toy);
  await toy.run(
    resumed === null
      ? {kind: 'new', planned: planned(plan)}
      : {kind: 'resumed', events: resumed.events, lakeup: 'test'},
    lease?.(() => mended) ?? null,
  );
  return {toy, seen};
};

describe.each([...Object.entries(HELD), ...Object.entries(TROUBLES), ...Object.entries(WITHIN)])(
  '%s',
  (_, held) => {
    it('is said, with a way on, and nothing that was not seen', async () => {
      const {seen} = await operate(held, ['leave']);
      const [first] = seen;
      if (first === undefined) throw new Error('it is not held');
      expect(first.hold.kind).toBe(held.hold);
      expect(failureOfHold(first.hold, first.state)?.kind ?? null).toBe(held.failure);
      const {says, todo} = wordsOf(first, 'en');
      expect(says).toMatch(held.says);
      if (held.todo === null) expect(todo).toBeNull();
      else expect(todo).toMatch(held.todo);
      const zh = wordsOf(first, 'zh');
      expect(zh.says).toMatch(/[\u4e00-\u9fff]/);
      expect(zh.todo === null).toBe(todo === null);
    });

    it('what it says is done, the key is pressed, and the run ends', async () => {
      const {toy, seen} = await operate(held, ['mend']);
      expect(seen).toHaveLength(1);
      expect(toy.events.at(-1)).toMatchObject({type: 'run.ended'});
    });

    it('it is left, put right, resumed, and the run ends', async () => {
      const left = await operate(held, ['leave']);
      expect(left.toy.events.at(-1)).toMatchObject({type: 'run.left'});
      const {toy} = await operate(held, ['retry', 'retry'], left.toy, true);
      expect(toy.events.at(-1)).toMatchObject({type: 'run.ended'});
    });

    it('the key is pressed and nothing was put right: it is held again by the same words, and what is said is still true', async () => {
      // Who asked for it themselves has nothing to put right.
      if (held.hold === 'operator') return;
      const {toy, seen} = await operate(held, ['retry', 'mend']);
      expect(seen).toHaveLength(2);
      const [first, second] = seen.map(each => wordsOf(each, 'en'));
      expect(second?.says).toMatch(held.says);
      expect(second?.todo).toBe(first?.todo);
      expect(toy.events.at(-1)).toMatchObject({type: 'run.ended'});
    });
  },
);

describe('the table', () => {
  it('is that of the page', () => {
    expect([...Object.keys(HELD), ...Object.keys(ELSEWHERE)].toSorted()).toEqual(listed.toSorted());
  });

  it('has every reason and every kind of failure that the program knows', () => {
    const holds = {step: 0, gate: 0, order: 0, node: 0, lease: 0, operator: 0} satisfies Record<
      Hold['kind'],
      number
    >;
    const failures = {refused: 0, lost: 0, exit: 0, unsettled: 0} satisfies Record<Failure['kind'], number>;
    const all = Object.values(HELD);
    expect(new Set(all.map(({hold}) => hold))).toEqual(new Set(Object.keys(holds)));
    expect(new Set(all.flatMap(({failure}) => failure ?? []))).toEqual(new Set(Object.keys(failures)));
  });

  it('has every trouble that a run alone can be held by', async () => {
    const met = await Promise.all(
      [...Object.values(HELD), ...Object.values(TROUBLES)].map(async held => {
        const {seen} = await operate(held, ['leave']);
        const failure = seen[0] === undefined ? null : failureOfHold(seen[0].hold, seen[0].state);
        return failure !== null && 'trouble' in failure ? failure.trouble : null;
      }),
    );
    expect(IN_RUNS.filter(trouble => !met.includes(trouble))).toEqual([]);
  });

  it.each(Object.entries(ELSEWHERE))('%s is met in %s', (_, file) => {
    expect(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')).toContain(
      'the line that starts a node',
    );
  });
});
