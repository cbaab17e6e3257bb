import {describe, expect, it} from 'vitest';
import {describeEvent} from '../../../src/model/describe-event.ts';
import {Event} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {outOfService} from '../../../src/model/state.ts';
import type {System} from '../../../src/model/system.ts';
import {plain, text} from '../../../src/model/text.ts';
import type {SkipAnswer} from '../../../src/model/world.ts';
import {
  a,
  b,
  check,
  checkGate,
  cluster,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  step,
  story,
  system,
  type Toy,
} from './toy.ts';

const skip: NonNullable<System['skip']> = {
  of: () => ({kind: 'may', means: [text('it is missing', '缺少它')]}),
  afterwards: plain,
  toldTo: ['files'],
};

/** Two toys, one after the other; before the second goes its gate asks who of the others is down. */
const others = checkGate('p/stop@b', 0, check(b, {down: []}, {probe: 'files', withinMs: 0}));
const plan = {
  ...planOf(
    phase(
      'p',
      [
        step(a, 'stop', {service: 'leaves'}),
        step(a, 'start', {service: 'returns'}),
        step(b, 'stop', {service: 'leaves', gates: [others]}),
        step(b, 'start', {service: 'returns'}),
      ],
      {gates: [confirmGate('p')]},
    ),
  ),
  verify: [a, b].map(node => ({node, checks: [check(node, {start: true}, {withinMs: 0})] as const})),
};

/** The first toy is stopped and does not come up; what the operator says then. */
const run = async (
  choose: readonly ('retry' | 'leave' | SkipAnswer)[],
  more: Partial<System> = {skip},
): Promise<Toy> => {
  const toy = makeToy({choose}, {system: {...system, ...more}, cluster});
  toy.says(a, 'status', {stop: false}, {stop: true, start: false});
  toy.says(b, 'status', {stop: false, start: false});
  for (const name of ['stop', 'start']) {
    toy.says(a, name, exited(name === 'start' ? 1 : 0));
    toy.says(b, name, exited(0));
  }
  toy.says(b, 'files', {down: []});
  toy.onAsk(entry => {
    if (entry === 'b stop') toy.says(b, 'status', {stop: true, start: false});
    if (entry === 'b start') toy.says(b, 'status', {stop: true, start: true});
  });
  await toy.run({kind: 'new', planned: planned(plan)});
  return toy;
};

const away: SkipAnswer = {skip: [a], because: ' its disk is broken ', agreedDown: [a]};

describe('a node that the operator takes out of a held run', () => {
  it('lets the run go on with the others, is not looked at again, and stands in the verdict', async () => {
    const toy = await run([away]);
    const told = story(toy.events);
    const at = told.indexOf('nodes.skipped');
    expect(told.slice(at)).toEqual([
      'nodes.skipped',
      'lane.begun b',
      'gate.opened p/stop@b#0',
      'step.started p/stop@b',
      'step.acted p/stop@b',
      'step.done p/stop@b',
      'step.started p/start@b',
      'step.acted p/start@b',
      'step.done p/start@b',
      'node.verified b',
      'run.ended',
    ]);
    expect(toy.events.at(-1)).toMatchObject({
      verdict: {verified: [b], skipped: [{node: a, as: 'out', because: 'its disk is broken'}]},
    });
    expect(outOfService(foldEvents(toy.events))).toMatchObject([{node: a, certain: true}]);
  });

  it('is told to the gates after it, and to no other look', async () => {
    const given: unknown[] = [];
    const {files} = system.probes;
    if (files === undefined) throw new Error('no such probe');
    const watched: System = {
      ...system,
      skip,
      probes: {
        ...system.probes,
        files: {
          ...files,
          look: (node, its, ask, told) => {
            given.push(told);
            return files.look(node, its, ask, told);
          },
        },
      },
    };
    await run([away], watched);
    expect(given).toEqual([{skipped: ['a']}]);
  });

  it('is not taken out where it is down and the operator did not agree to that: they are asked again', async () => {
    const toy = await run([{...away, agreedDown: []}, 'leave']);
    expect(story(toy.events)).not.toContain('nodes.skipped');
    expect(toy.questions.filter(asked => asked.startsWith('choose'))).toHaveLength(2);
  });

  it('is not taken out of a system that says nothing of it', async () => {
    const toy = await run([away, 'leave'], {});
    expect(story(toy.events).at(-1)).toBe('run.left');
    expect(story(toy.events)).not.toContain('nodes.skipped');
  });

  it('stays out when the run is resumed', async () => {
    const first = await run([away]);
    const at = first.events.findIndex(({type}) => type === 'nodes.skipped');
    const toy = makeToy({}, {system: {...system, skip}, cluster});
    toy.says(b, 'status', {stop: false, start: false}, {stop: true, start: true});
    toy.says(b, 'files', {down: []});
    for (const name of ['stop', 'start']) toy.says(b, name, exited(0));
    await toy.run({kind: 'resumed', events: first.events.slice(0, at + 1), lakeup: 'test'});
    expect(toy.asked.filter(entry => entry.startsWith('a '))).toEqual([]);
    expect(toy.events.at(-1)).toMatchObject({type: 'run.ended', verdict: {skipped: [{node: a}]}});
  });

  it('is read from a journal as it was written, and told in both languages', async () => {
    const toy = await run([away]);
    const at = toy.events.findIndex(({type}) => type === 'nodes.skipped');
    const event = toy.events[at];
    if (event === undefined) throw new Error('nobody was skipped');
    expect(Event.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    expect(describeEvent(event, foldEvents(toy.events.slice(0, at + 1)))).toEqual({
      node: a,
      level: 'warn',
      words: text('skipped, a: its disk is broken', '已跳过 a：its disk is broken'),
    });
  });
});
