import {describe, expect, it} from 'vitest';
import type {Lost, Refused, ShellReply} from '../../../src/model/ask.ts';
import type {Event} from '../../../src/model/event.ts';
import type {Facts} from '../../../src/model/facts.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {
  type Answer,
  type Answers,
  a,
  b,
  check,
  checkGate,
  copy,
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

/** Where the backup lies is known only once it was made: its step leaves the node, the path and the sum. */
const backup = step(a, 'backup', {action: script('backup'), done: [check(a, {backup: true})]});
const told = (fact: string) => ref('p/backup@a', fact);
const take = step(b, 'copy', {
  action: copy(told('backupNode'), {from: {node: told('backupNode'), path: told('path')}, to: told('path')}),
  done: [taking(b, {sum: told('sum')}, {probe: 'files', withinMs: 2_000})],
});
const plan: Plan = planOf(phase('p', [backup, take]));
const made: Facts = {backup: true, backupNode: 'a', path: '/backups/x.gz', sum: 'abc'};
const copied = exited(0, '', 'copied\n');

type Telling = {
  readonly found?: Facts;
  readonly files?: readonly Answer[];
  readonly copies?: readonly (ShellReply | Refused | Lost)[];
  readonly answers?: Answers;
};

const toyOf = ({
  found = made,
  files = [{sum: 'none'}, {sum: 'abc'}],
  copies = [copied],
  answers,
}: Telling): Toy => {
  const toy = makeToy(answers);
  toy.says(a, 'status', found);
  toy.says(b, 'files', ...files);
  toy.says(b, 'copy', ...copies);
  return toy;
};
const carryOut = async (telling: Telling = {}): Promise<Toy> => {
  const toy = toyOf(telling);
  await toy.run({kind: 'new', planned: planned(plan)});
  return toy;
};
const ofCopy = (events: readonly Event[]): string[] =>
  story(events).flatMap(line => (line.endsWith('p/copy@b') ? [line.split(' ')[0] ?? ''] : []));
const failureOf = (toy: Toy) => toy.events.find(event => event.type === 'step.failed')?.failure;

describe('a copy', () => {
  it('brings the file from where an earlier step found it, and what is seen decides', async () => {
    const toy = await carryOut();
    expect(toy.copies).toEqual(['host-a:/backups/x.gz host-b:/backups/x.gz']);
    expect(ofCopy(toy.events)).toEqual(['step.started', 'step.acted', 'step.done']);
    expect(toy.events.find(event => event.type === 'step.acted')?.outcome).toEqual({
      code: 0,
      ms: 7,
      cut: false,
      stdout: 'copied\n',
      stderr: '',
    });
    expect(toy.progress).toEqual(['p/copy@b on its way: 7 B of 7 B (100%)']);
  });

  it('is not begun where the file is there already', async () => {
    const toy = await carryOut({files: [{sum: 'abc'}]});
    expect(toy.copies).toEqual([]);
    expect(toy.events.find(event => event.type === 'step.done' && event.step === take.id)).toMatchObject({
      already: true,
    });
  });

  it.each<[string, Telling, string[], unknown]>([
    [
      'a receiver that has no room: what it said',
      {copies: [exited(1, 'receiver host-b: no space left\n')], files: [{sum: 'none'}]},
      ['step.started', 'step.acted', 'step.failed'],
      {kind: 'exit', code: 1, tail: 'receiver host-b: no space left\n'},
    ],
    [
      'a file that must not be overwritten',
      {copies: [exited(97, 'receiver host-b: other bytes\n')], files: [{sum: 'none'}]},
      ['step.started', 'step.acted', 'step.failed'],
      {
        kind: 'refused',
        trouble: 'guard',
        detail: {en: 'receiver host-b: other bytes', zh: 'receiver host-b: other bytes'},
      },
    ],
    [
      'a host that cannot be reached, after three tries',
      {copies: [refused('sender host-a: no route')], files: [{sum: 'none'}]},
      ['step.started', 'step.failed'],
      {kind: 'refused', trouble: 'connect-refused'},
    ],
    [
      'a link that broke, once the file was not seen for as long as is waited',
      {copies: [lost()], files: [{sum: 'none'}]},
      ['step.started', 'step.failed'],
      {kind: 'lost', trouble: 'dropped'},
    ],
    [
      'a file that is said to be there, and is not seen',
      {files: [{sum: 'none'}]},
      ['step.started', 'step.acted', 'step.failed'],
      {kind: 'unsettled', seen: {sum: 'none'}},
    ],
  ])('fails by %s', async (_what, telling, events, failure) => {
    const toy = await carryOut({...telling, answers: {choose: ['leave']}});
    expect(ofCopy(toy.events)).toEqual(events);
    expect(failureOf(toy)).toMatchObject(failure as object);
  });

  it('is tried again where it was certainly not begun, and not where it was', async () => {
    expect((await carryOut({copies: [refused(), refused(), copied]})).copies).toHaveLength(3);
    const {copies} = await carryOut({
      copies: [lost(), copied],
      files: [{sum: 'none'}],
      answers: {choose: ['leave']},
    });
    expect(copies).toHaveLength(1);
  });

  it.each<[string, ShellReply | Lost]>([
    ['the link broke', lost()],
    ['it was said to have failed', exited(1, 'x')],
  ])('is done where the file is seen, though %s', async (_what, reply) => {
    const toy = await carryOut({copies: [reply]});
    expect(ofCopy(toy.events).at(-1)).toBe('step.done');
  });

  it.each<[string, Facts, string]>([
    ['no name of a node', {backupNode: 'x3.lab:22/'}, '"x3.lab:22/", to copy from, is no name of a node'],
    ['a list', {backupNode: ['a', 'b']}, '"a,b", to copy from, is no name of a node'],
    [
      'a relative path',
      {path: 'backups/x.gz'},
      '"backups/x.gz" is relative; write the whole path, beginning with /',
    ],
    ['a directory', {path: '/backups/'}, '"/backups/" is a directory; write the path of the file'],
    ['a system’s directory', {path: '/etc'}, '"/etc" is the system directory /etc'],
    ['a node of another cluster', {backupNode: 'z'}, 'z is no node of toys'],
  ])('copies nothing where an earlier step found %s', async (_what, found, words) => {
    const toy = await carryOut({found: {...made, ...found}, answers: {choose: ['leave']}});
    expect(toy.copies).toEqual([]);
    expect(failureOf(toy)).toMatchObject({kind: 'refused', trouble: 'guard', detail: {en: words}});
  });
});

describe('a copy that has to wait for its turn', () => {
  const gated = {...take, gates: [checkGate('p/copy@b', 0, check(b, {well: true}))]};
  const waiting = planOf(phase('p', [backup, gated]));
  const inTurn = async (looks: readonly Answer[], more: Telling = {}): Promise<Toy> => {
    const toy = toyOf({files: [{sum: 'none'}, {sum: 'none'}, {sum: 'abc'}], ...more});
    toy.says(b, 'status', ...looks);
    toy.holdsBack(60_000);
    await toy.run({kind: 'new', planned: planned(waiting)});
    return toy;
  };

  it('is begun where its gates are still open then', async () => {
    const toy = await inTurn([{well: true}]);
    expect(ofCopy(toy.events)).toEqual(['step.started', 'step.acted', 'step.done']);
    expect(toy.copies).toHaveLength(1);
  });

  it('goes back to its gates where they are not, and is begun when they are', async () => {
    const toy = await inTurn([{well: true}, {well: false}, {well: false}, {well: true}]);
    expect(ofCopy(toy.events)).toEqual([
      'step.started',
      'step.reset',
      'step.started',
      'step.acted',
      'step.done',
    ]);
    expect(toy.copies).toHaveLength(1);
  });

  it('is not begun where the operator held the run meanwhile and leaves', async () => {
    const toy = toyOf({files: [{sum: 'none'}], answers: {choose: ['leave']}});
    toy.says(b, 'status', {well: true});
    toy.holdsBack(60_000);
    toy.onAsk(entry => {
      if (entry === 'b copy') toy.setWish('hold');
    });
    await toy.run({kind: 'new', planned: planned(waiting)});
    expect(toy.copies).toEqual([]);
    expect(ofCopy(toy.events)).toEqual(['step.started']);
  });

  it('waits no longer than its limit, once', async () => {
    const toy = await inTurn([{well: true}], {
      copies: [{...refused('waited 4 h for its turn'), trouble: 'guard'}],
      files: [{sum: 'none'}],
      answers: {choose: ['leave']},
    });
    expect(toy.copies).toHaveLength(1);
    expect(failureOf(toy)).toMatchObject({kind: 'refused', detail: {en: 'waited 4 h for its turn'}});
  });
});

describe('a copy that is not seen to its end', () => {
  it('is called off by who leaves, is no failure, and is looked at first when the run is resumed', async () => {
    const toy = toyOf({files: [{sum: 'none'}]});
    toy.onAsk(entry => {
      if (entry === 'b copy') toy.setWish('leave');
    });
    await toy.run({kind: 'new', planned: planned(plan)});
    expect(story(toy.events).slice(-2)).toEqual(['step.started p/copy@b', 'run.left']);

    const next = toyOf({files: [{sum: 'none'}, {sum: 'none'}, {sum: 'abc'}]});
    await next.run({kind: 'resumed', events: toy.events, lakeup: 'test'});
    expect(ofCopy(next.events)).toEqual(['step.reset', 'step.started', 'step.acted', 'step.done']);
    expect(next.copies).toHaveLength(1);
  });

  it('is gone on with from every event on: copied where it is not there, and never where it is', async () => {
    const whole = (await carryOut()).events;
    for (let kept = 1; kept < whole.length; kept += 1) {
      for (const isThere of [false, true]) {
        const toy = toyOf({files: isThere ? [{sum: 'abc'}] : [{sum: 'none'}, {sum: 'none'}, {sum: 'abc'}]});
        const before = whole.slice(0, kept);
        const {end} = await toy.run({kind: 'resumed', events: before, lakeup: 'test'});
        const wasDone = before.some(event => event.type === 'step.done' && event.step === take.id);
        expect(end, `after ${kept} events`).toBe('ended');
        expect(toy.copies, `after ${kept} events`).toHaveLength(isThere || wasDone ? 0 : 1);
      }
    }
  });
});
