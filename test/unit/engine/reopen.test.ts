import {describe, expect, it} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import {StepId} from '../../../src/model/ids.ts';
import type {Check, Gate, Plan, Step} from '../../../src/model/plan.ts';
import {
  type Answers,
  a,
  b,
  c,
  check,
  checkGate,
  confirmGate,
  exited,
  lost,
  makeToy,
  phase,
  planned,
  planOf,
  ref,
  refused,
  script,
  step,
  story,
  type Toy,
  taking,
} from './toy.ts';

const mark = step(a, 'mark');
const backup = step(a, 'backup', {
  action: script('backup', {vars: {ops: ref('p/mark@a', 'ops')}}),
});
const p = phase('p', [mark, backup], {gates: [confirmGate('p')]});

/** Nothing was written since the mark. */
const unwritten = (more: Partial<Check> = {}): Check =>
  ({...taking(a, {ops: ref('p/mark@a', 'ops')}, {probe: 'files', withinMs: 3_000}), ...more}) as Check;
const again = (owner: string, index: number, wanted = unwritten()): Gate =>
  checkGate(owner, index, wanted, {again: mark.id});

const stopping = (...gates: readonly Gate[]): Step => step(b, 'stop', {id: StepId.parse('q/stop@b'), gates});
const before = phase('q', [stopping()], {gates: [again('q', 0), confirmGate('q', 1), again('q', 2)]});
const plan = planOf(p, before);

/** A node that was written to `ops` times when it is marked: each mark leaves what is counted then. */
const makeWorld = (answers: Answers = {}): Toy & {write: (ops: number) => void} => {
  const toy = makeToy(answers);
  let [ops, marked, saved] = [17, -1, false];
  const tell = (): void => {
    toy.says(a, 'status', {mark: marked >= 0, ops: marked, backup: saved});
    toy.says(a, 'files', {ops});
  };
  toy.says(b, 'status', {stop: false}, {stop: true});
  for (const name of ['mark', 'backup']) toy.says(a, name, exited(0));
  toy.says(b, 'stop', exited(0));
  toy.onAsk(entry => {
    if (entry === 'a mark') marked = ops;
    if (entry === 'a backup') saved = true;
    tell();
  });
  tell();
  return {
    ...toy,
    write: (next: number) => {
      ops = next;
      tell();
    },
  };
};

const begin = async (toy: Toy, of: Plan = plan): Promise<string[]> => {
  await toy.run({kind: 'new', planned: planned(of)});
  return story(toy.events);
};

/** A phase between, in which others take what was marked, one after the other. */
const makeSpread = () => {
  const toy = makeWorld();
  for (const node of [b, c]) toy.says(node, 'copy', exited(0));
  toy.onAsk(entry => {
    if (/^[bc] copy$/.test(entry)) toy.says(entry[0] === 'b' ? b : c, 'status', {copy: true, stop: false});
    if (entry === 'b stop') toy.says(b, 'status', {copy: true, stop: true});
  });
  toy.says(b, 'status', {copy: false, stop: false});
  toy.says(c, 'status', {copy: false});
  const copying = (node: typeof b): Step =>
    step(node, 'copy', {
      id: StepId.parse(`m/copy@${node}`),
      action: script('copy', {vars: {ops: ref('p/mark@a', 'ops')}}),
    });
  const m = phase('m', [copying(b), copying(c)], {gates: [confirmGate('m')]});
  return {toy, of: planOf(p, m, before)};
};

const FIRST_ROUND = [
  'run.planned',
  'gate.reached p#0',
  'gate.opened p#0',
  'lane.begun a',
  'step.started p/mark@a',
  'step.acted p/mark@a',
  'step.done p/mark@a',
  'step.started p/backup@a',
  'step.acted p/backup@a',
  'step.done p/backup@a',
];
const ROUND = FIRST_ROUND.slice(4);
const REST = [
  'gate.opened q#0',
  'gate.reached q#1',
  'gate.opened q#1',
  'gate.opened q#2',
  'lane.begun b',
  'step.started q/stop@b',
  'step.acted q/stop@b',
  'step.done q/stop@b',
  'run.ended',
];

/** Writes once, when that is asked for the nth time. */
const writeAt = (toy: ReturnType<typeof makeWorld>, entry: string, nth: number): void => {
  let left = nth;
  toy.onAsk(asked => {
    if (asked !== entry) return;
    left -= 1;
    if (left === 0) toy.write(23);
  });
};

describe('a gate whose facts are no longer so opens a step again', () => {
  it('does not where they are', async () => {
    expect(await begin(makeWorld())).toEqual([...FIRST_ROUND, ...REST]);
  });

  it('before the question: the step and those after it are carried out once more, whatever is there of them', async () => {
    const toy = makeWorld();
    writeAt(toy, 'a files', 1);
    expect(await begin(toy)).toEqual([...FIRST_ROUND, 'step.reopened p/mark@a', ...ROUND, ...REST]);
    expect(toy.events.find(({type}) => type === 'step.reopened')).toMatchObject({
      gate: 'q#0',
      seen: {ops: 23},
      // What was found before, so that it can be told what is otherwise.
      found: {ops: 17},
    });
  });

  it('and what the second round found is what later steps are told', async () => {
    const toy = makeWorld();
    writeAt(toy, 'a files', 1);
    await begin(toy);
    const told = toy.scripts.filter(({body}) => body.name === 'backup').map(({vars}) => vars.ops);
    expect(told).toEqual([17, 23]);
  });

  it('after the key press: the question is put again', async () => {
    const toy = makeWorld();
    writeAt(toy, 'a files', 2);
    expect(await begin(toy)).toEqual([
      ...FIRST_ROUND,
      ...REST.slice(0, 3),
      'step.reopened p/mark@a',
      ...ROUND,
      ...REST,
    ]);
    expect(toy.questions).toEqual(['confirm p#0', 'confirm q#1', 'confirm q#1']);
  });

  it('also where a word was typed: it is typed again, and what would be hit measured again', async () => {
    const toy = makeWorld();
    toy.says(b, 'blast', {files: 7});
    const destructive = {danger: 'destructive', phrase: 'toys', blast: [{node: b, probe: 'blast'}]} as const;
    const gates = [again('q/stop@b', 0), confirmGate('q/stop@b', 1, destructive), again('q/stop@b', 2)];
    writeAt(toy, 'a files', 2);
    const q = phase('q', [stopping(...gates)], {gates: [confirmGate('q')]});
    const told = await begin(toy, planOf(p, q));
    expect(toy.questions).toEqual(['confirm p#0', 'confirm q#0', 'confirm q/stop@b#1', 'confirm q/stop@b#1']);
    expect(toy.asked.filter(entry => entry === 'b blast')).toHaveLength(4);
    expect(
      told.filter(line => line === 'gate.opened q#0'),
      'the phase stays agreed to',
    ).toHaveLength(1);
    expect(told.at(-1)).toBe('run.ended');
  });

  it('earlier in its own lane: up to the step that the gate stands before', async () => {
    const toy = makeWorld();
    toy.says(a, 'stop', exited(0));
    const stop = step(a, 'stop', {gates: [again('p/stop@a', 0)], done: [check(b, {stop: true})]});
    writeAt(toy, 'a files', 1);
    expect(await begin(toy, planOf(phase('p', [mark, backup, stop], {gates: [confirmGate('p')]})))).toEqual([
      ...FIRST_ROUND,
      'step.reopened p/mark@a',
      ...ROUND,
      'gate.opened p/stop@a#0',
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
      'run.ended',
    ]);
  });

  it('and lets steps of the phases between stay done', async () => {
    const toy = makeWorld();
    toy.says(b, 'start', exited(0));
    toy.says(b, 'status', {start: false}, {start: true, stop: true});
    const between = step(b, 'start', {id: StepId.parse('m/start@b')});
    writeAt(toy, 'a files', 1);
    await begin(toy, planOf(p, phase('m', [between], {gates: [confirmGate('m')]}), before));
    expect(toy.scripts.map(({body}) => body.name)).toEqual(['mark', 'backup', 'start', 'mark', 'backup']);
    expect(toy.questions).toEqual(['confirm p#0', 'confirm m#0', 'confirm q#1']);
  });

  it('and whoever took a fact of it is done again too, no more at once than their phase allows', async () => {
    const {toy, of} = makeSpread();
    writeAt(toy, 'a files', 1);
    const told = await begin(toy, of);
    const copied = (node: string): string[] => [`step.started m/copy@${node}`, `step.done m/copy@${node}`];
    const at = told.indexOf('step.reopened p/mark@a');
    const second = told.slice(at).filter(line => /m.copy/.test(line) && !/acted/.test(line));
    expect(second).toEqual([...copied('b'), ...copied('c')]);
    expect(toy.scripts.filter(({body}) => body.name === 'copy').map(({vars}) => vars.ops)).toEqual([
      17, 17, 23, 23,
    ]);
    expect(toy.questions, 'their phase stays agreed to').toEqual([
      'confirm p#0',
      'confirm m#0',
      'confirm q#1',
    ]);
    expect(told.at(-1)).toBe('run.ended');
  });

  it('as soon as it is hopeless, where the check says so', async () => {
    const toy = makeWorld();
    writeAt(toy, 'a files', 1);
    const hopeless = unwritten({hopeless: {ops: {not: 17}}, withinMs: 3_600_000});
    const q = phase('q', [stopping()], {gates: [again('q', 0, hopeless), confirmGate('q', 1)]});
    await begin(toy, planOf(p, q));
    expect(toy.asked.filter(entry => entry === 'a files')).toHaveLength(2);
  });
});

describe('a gate that opens a step again holds the run instead', () => {
  it.each([
    ['when nobody answers', [{silent: 'no route'}]],
    ['when nobody answers any more', [{ops: 23}, {silent: 'no route'}]],
  ])('%s', async (_when, answers) => {
    const toy = makeWorld();
    toy.onAsk(entry => {
      if (entry === 'a files')
        toy.says(a, 'files', answers.length > 1 ? (answers.shift() ?? {}) : (answers[0] ?? {}));
    });
    expect((await begin(toy)).slice(-2)).toEqual(['gate.stuck q#0', 'run.left']);
  });

  it('after ten rounds, and after each retry it begins to count anew', async () => {
    const toy = makeWorld({choose: ['retry', 'leave']});
    let ops = 17;
    toy.onAsk(entry => {
      if (entry !== 'a files') return;
      ops += 1;
      toy.write(ops);
    });
    const told = await begin(toy);
    const turns = told.filter(line => /reopened|stuck|released|left/.test(line));
    const ten = Array.from({length: 10}, () => 'step.reopened p/mark@a');
    expect(turns).toEqual([...ten, 'gate.stuck q#0', 'run.released', ...ten, 'gate.stuck q#0', 'run.left']);
  });
});

it('what is done again is not done because of what is there, also where its exit code says nothing', async () => {
  const toy = makeWorld({choose: ['leave']});
  writeAt(toy, 'a files', 1);
  toy.says(a, 'backup', exited(0), exited(5));
  const untrusted = step(a, 'backup', {action: script('backup', {trust: 'facts'})});
  const told = await begin(toy, planOf(phase('p', [mark, untrusted], {gates: [confirmGate('p')]}), before));
  expect(told.slice(-2)).toEqual(['step.failed p/backup@a', 'run.left']);
});

describe('what is done again is done by its action alone', () => {
  const rerun = async (name: string, ...answers: Parameters<Toy['says']>[2][]) => {
    const toy = makeWorld({choose: ['retry', 'retry', 'retry']});
    writeAt(toy, 'a files', 1);
    toy.says(a, name, exited(0), ...answers, exited(0));
    return {toy, told: await begin(toy)};
  };

  it.each([
    ['its answer is lost', lost()],
    ['it is not begun', refused()],
    ['it fails', exited(5)],
  ])('where %s, what is there from before is not taken for its effect', async (_what, answer) => {
    // Refused ones are tried three times by themselves.
    const {toy, told} = await rerun('backup', answer, answer, answer);
    expect(told).toContain('step.failed p/backup@a');
    expect(told.at(-1)).toBe('run.ended');
    expect(toy.scripts.filter(({body}) => body.name === 'backup').length).toBeGreaterThan(2);
    expect(toy.events.filter(event => event.type === 'step.done' && event.already)).toEqual([]);
  });
});

describe('lakeup dies', () => {
  const whole = async (): Promise<readonly Event[]> => {
    const toy = makeWorld();
    writeAt(toy, 'a files', 2);
    await begin(toy);
    return toy.events;
  };

  it('at any moment after others were opened again with it: each of them is done once more before anything stops', async () => {
    const {toy: first, of} = makeSpread();
    writeAt(first, 'a files', 2);
    await begin(first, of);
    const {events} = first;
    const at = events.findIndex(({type}) => type === 'step.reopened');
    for (let cut = at + 1; cut < events.length; cut += 1) {
      const {toy} = makeSpread();
      toy.write(23);
      for (const node of [b, c]) toy.says(node, 'status', {copy: true, stop: false});
      const past = events.slice(0, cut);
      await toy.run({kind: 'resumed', events: past, lakeup: 'test'});
      const all = story([...past, ...toy.events]);
      expect(all.at(-1), `cut at ${cut}`).toBe('run.ended');
      const rounds = all.slice(at + 1);
      for (const name of ['p/mark@a', 'p/backup@a', 'm/copy@b', 'm/copy@c']) {
        expect(rounds, `${name}, cut at ${cut}`).toContain(`step.acted ${name}`);
        expect(rounds.indexOf(`step.acted ${name}`)).toBeLessThan(rounds.indexOf('step.started q/stop@b'));
      }
      for (const {body, vars} of toy.scripts) if (body.name === 'copy') expect(vars.ops).toBe(23);
    }
  });

  it('at any moment after a step was opened again: it is done once more, and all is asked again', async () => {
    const events = await whole();
    const at = events.findIndex(({type}) => type === 'step.reopened');
    for (let cut = at + 1; cut < events.length; cut += 1) {
      const toy = makeWorld();
      toy.write(23);
      const past = events.slice(0, cut);
      await toy.run({kind: 'resumed', events: past, lakeup: 'test'});
      const all = story([...past, ...toy.events]);
      expect(all.at(-1), `cut at ${cut}`).toBe('run.ended');
      const rounds = all.slice(at + 1);
      for (const name of ['mark', 'backup']) {
        const acted = rounds.filter(line => line === `step.acted p/${name}@a`);
        expect(acted.length, `${name}, cut at ${cut}`).toBeGreaterThanOrEqual(1);
        expect(rounds.indexOf(`step.acted p/${name}@a`)).toBeLessThan(
          rounds.indexOf('step.started q/stop@b'),
        );
      }
      const backups = toy.scripts.filter(({body}) => body.name === 'backup');
      for (const {vars} of backups) expect(vars.ops).toBe(23);
    }
  });
});

it('what one gate has opened again is not asked of as it was before by another, which was looked at meanwhile', async () => {
  const toy = makeWorld({choose: ['retry']});
  let isLast = false;
  toy.onEvent(event => {
    if (event.type === 'gate.opened' && event.gate === 'q#1') {
      isLast = true;
      toy.write(18);
    }
    if (event.type === 'run.held') toy.setWish('go');
  });
  let looks = 0;
  toy.onAsk(entry => {
    if (!isLast || entry !== 'a files') return;
    looks += 1;
    // The last gate is waited for: held and released, the first is looked at anew beside it.
    if (looks === 3) toy.setWish('hold');
  });
  const told = await begin(toy);
  expect(told.filter(line => line.startsWith('step.reopened'))).toHaveLength(1);
  expect(told).toContain('run.held');
  expect(told.at(-1)).toBe('run.ended');
});
