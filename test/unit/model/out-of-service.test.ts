import {describe, expect, it} from 'vitest';
import type {Happening} from '../../../src/model/event.ts';
import {type NodeId, StepId} from '../../../src/model/ids.ts';
import {outagesOf} from '../../../src/model/outages.ts';
import type {Phase, Plan, Service, Step} from '../../../src/model/plan.ts';
import {outOfService} from '../../../src/model/state.ts';
import {stepsOfNodes} from '../../../src/model/steps-of-nodes.ts';
import {
  a,
  b,
  c,
  lost,
  numbered,
  phase,
  planned,
  planOf,
  refused,
  START_MS,
  stateOf,
  step,
} from '../engine/toy.ts';

/** One step of a phase, and what it does to its node's service. */
const one = (phaseId: string, node: NodeId, name: string, service?: Service): Step =>
  step(node, name, {
    id: StepId.parse(`${phaseId}/${name}@${node}`),
    ...(service === undefined ? {} : {service}),
  });

const started = (id: string, attempt = 1): Happening => ({
  type: 'step.started',
  step: StepId.parse(id),
  attempt,
});
const done = (id: string, already = false): Happening => ({
  type: 'step.done',
  step: StepId.parse(id),
  already,
  facts: {},
});
const failed = (id: string, failure = lost()): Happening => ({
  type: 'step.failed',
  step: StepId.parse(id),
  failure,
});
const unreached = (id: string): Happening => ({
  type: 'step.failed',
  step: StepId.parse(id),
  failure: refused(),
});
const exit = (id: string): Happening => ({
  type: 'step.failed',
  step: StepId.parse(id),
  failure: {kind: 'exit', code: 1, tail: 'no'},
});
const reset = (id: string): Happening => ({type: 'step.reset', step: StepId.parse(id), seen: {}});
const reattached = (id: string): Happening => ({
  type: 'step.reattached',
  step: StepId.parse(id),
  state: 'running',
});
const lapsed = (id: string, before: string): Happening => ({
  type: 'step.lapsed',
  step: StepId.parse(id),
  before: StepId.parse(before),
  seen: {},
});
const busy = (id: string): Happening => ({
  type: 'step.busy',
  step: StepId.parse(id),
  told: 'at work',
  withinMs: 1,
});
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const released: Happening = {type: 'run.released'};

const told = (node: NodeId, since: number, certain: boolean): string =>
  `${node} ${(since - START_MS) / 1_000}${certain ? '' : '?'}`;

/** Every happening is a second after the one before; run.planned is the first. What the screen says, the report says too. */
const outAfter = (plan: Plan, ...happenings: readonly Happening[]) => {
  const out = outOfService(stateOf(plan, ...happenings)).map(({node, since, certain}) =>
    told(node, since, certain),
  );
  const reported = outagesOf(plan, START_MS, numbered(planned(plan), ...happenings)).flatMap(
    ({node, from, to, certain}) => (to === null ? [told(node, from, certain)] : []),
  );
  expect(reported).toEqual(out);
  return out;
};

const both = (node: NodeId): Step[] => [
  one('p', node, 'stage'),
  one('p', node, 'stop', 'leaves'),
  one('p', node, 'deploy'),
  one('p', node, 'start', 'returns'),
];
const rolling = planOf(phase('p', [...both(a), ...both(b)]));

describe('a node that is stopped and started in one phase', () => {
  it.each<[string, readonly Happening[], readonly string[]]>([
    ['nothing was begun', [], []],
    ['its files are copied', [started('p/stage@a'), done('p/stage@a')], []],
    ['its stop runs: it may be out', [started('p/stop@a')], ['a 1?']],
    ['its stop is done: it is out since that began', [started('p/stop@a'), done('p/stop@a')], ['a 1']],
    ['it was found stopped', [done('p/stop@a', true)], ['a 1']],
    ['its stop was refused: certainly not begun', [started('p/stop@a'), unreached('p/stop@a')], []],
    ['its stop was lost', [started('p/stop@a'), failed('p/stop@a')], ['a 1?']],
    ['its stop failed', [started('p/stop@a'), exit('p/stop@a')], ['a 1?']],
    ['lakeup died in its stop', [started('p/stop@a'), resumed], ['a 1?']],
    ['and does not see it stopped', [started('p/stop@a'), resumed, reset('p/stop@a')], ['a 1?']],
    [
      'its stop was lost, and refused when it was tried again',
      [started('p/stop@a'), failed('p/stop@a'), released, started('p/stop@a', 2), unreached('p/stop@a')],
      ['a 1?'],
    ],
    [
      'its stop was refused twice',
      [started('p/stop@a'), unreached('p/stop@a'), released, started('p/stop@a', 2), unreached('p/stop@a')],
      [],
    ],
    [
      'lakeup died in its stop, which was found again',
      [started('p/stop@a'), resumed, reattached('p/stop@a')],
      ['a 1?'],
    ],
    [
      'it was followed on to its end',
      [started('p/stop@a'), resumed, reattached('p/stop@a'), done('p/stop@a')],
      ['a 1'],
    ],
    [
      'lakeup died in it twice',
      [
        started('p/stop@a'),
        resumed,
        reattached('p/stop@a'),
        resumed,
        reattached('p/stop@a'),
        done('p/stop@a'),
      ],
      ['a 1'],
    ],
    ['it was found stopped when lakeup was back', [started('p/stop@a'), resumed, done('p/stop@a')], ['a 1']],
    [
      'it was stopped by a second attempt, after one that lakeup died in',
      [started('p/stop@a'), resumed, reset('p/stop@a'), started('p/stop@a', 2), done('p/stop@a')],
      ['a 1'],
    ],
    [
      'it was stopped by a retry, after one that was lost',
      [started('p/stop@a'), failed('p/stop@a'), released, started('p/stop@a', 2), done('p/stop@a')],
      ['a 1'],
    ],
    [
      'it was stopped by a retry, after one that was certainly not begun',
      [started('p/stop@a'), unreached('p/stop@a'), released, started('p/stop@a', 2), done('p/stop@a')],
      ['a 4'],
    ],
    [
      'it was lost, refused, and stopped by the third attempt',
      [
        started('p/stop@a'),
        failed('p/stop@a'),
        released,
        started('p/stop@a', 2),
        unreached('p/stop@a'),
        released,
        started('p/stop@a', 3),
        done('p/stop@a'),
      ],
      ['a 1'],
    ],
    [
      'its stop was turned away by an earlier action',
      [started('p/stop@a'), busy('p/stop@a'), reset('p/stop@a')],
      [],
    ],
    [
      'somebody started it again after a stop that lakeup had died in',
      [
        started('p/stop@a'),
        resumed,
        reattached('p/stop@a'),
        done('p/stop@a'),
        lapsed('p/stop@a', 'p/start@a'),
      ],
      ['a 1?'],
    ],
    ['its start runs: it is still out', [done('p/stop@a'), started('p/start@a')], ['a 1']],
    ['its start failed: still out', [done('p/stop@a'), started('p/start@a'), failed('p/start@a')], ['a 1']],
    ['lakeup died in its start', [done('p/stop@a'), started('p/start@a'), resumed], ['a 1']],
    ['it is back', [done('p/stop@a'), started('p/start@a'), done('p/start@a')], []],
    ['the next one leaves', [done('p/stop@a'), done('p/start@a'), started('p/stop@b')], ['b 3?']],
  ])('%s', (_what, happenings, out) => {
    expect(outAfter(rolling, ...happenings)).toEqual(out);
  });
});

describe('nodes that are stopped in one phase and started in a later one', () => {
  const inPhase = (id: string, name: string, service: Service, ...nodes: readonly NodeId[]): Phase =>
    phase(
      id,
      nodes.map(node => one(id, node, name, service)),
    );
  const outage = planOf(
    inPhase('stop', 'stop', 'leaves', a, b, c),
    phase('install', [one('install', b, 'link')]),
    inPhase('start', 'start', 'returns', c, a, b),
  );
  const stops = [done('stop/stop@b'), done('stop/stop@a'), done('stop/stop@c')];

  it('are out between, the longest first, whatever else happens to them', () => {
    expect(outAfter(outage, ...stops)).toEqual(['b 1', 'a 2', 'c 3']);
    expect(outAfter(outage, ...stops, started('install/link@b'))).toEqual(['b 1', 'a 2', 'c 3']);
    expect(outAfter(outage, ...stops, done('install/link@b'), resumed)).toEqual(['b 1', 'a 2', 'c 3']);
  });

  it('come back one by one', () => {
    expect(outAfter(outage, ...stops, done('start/start@c'))).toEqual(['b 1', 'a 2']);
    expect(outAfter(outage, ...stops, done('start/start@c'), started('start/start@a'))).toEqual([
      'b 1',
      'a 2',
    ]);
    expect(
      outAfter(outage, ...stops, done('start/start@c'), done('start/start@a'), done('start/start@b')),
    ).toEqual([]);
  });

  it('are found step by step over all phases', () => {
    expect(
      stepsOfNodes(outage)
        .get(b)
        ?.map(({id}) => id),
    ).toEqual(['stop/stop@b', 'install/link@b', 'start/start@b']);
    expect(stepsOfNodes(outage)).toBe(stepsOfNodes(outage));
  });
});

describe('a step that stops and starts its node by itself', () => {
  const restarting = planOf(phase('p', [one('p', a, 'restart', 'restarts')]));
  it.each<[string, readonly Happening[], readonly string[]]>([
    ['before it', [], []],
    ['in it', [started('p/restart@a')], ['a 1?']],
    ['when it failed', [started('p/restart@a'), exit('p/restart@a')], ['a 1?']],
    ['when it was refused', [started('p/restart@a'), unreached('p/restart@a')], []],
    ['after it', [started('p/restart@a'), done('p/restart@a')], []],
  ])('%s', (_what, happenings, out) => {
    expect(outAfter(restarting, ...happenings)).toEqual(out);
  });
});

describe('a plan that takes another one back', () => {
  const back: Plan = {
    ...planOf(
      phase('p', [
        // a was left half done, b serves at the new version.
        one('p', a, 'undo-deploy'),
        one('p', a, 'undo-stop', 'returns'),
        one('p', b, 'undo-start', 'leaves'),
        one('p', b, 'undo-stop', 'returns'),
      ]),
    ),
    direction: 'back',
    out: [a],
  };

  it('says who is out, whatever its first step does: a start that was lost is taken back by a stop', () => {
    const lostStart: Plan = {
      ...planOf(phase('p', [one('p', a, 'undo-start', 'leaves'), one('p', a, 'undo-stop', 'returns')])),
      direction: 'back',
      out: [a],
    };
    expect(outAfter(lostStart)).toEqual(['a 0']);
    expect(outAfter(lostStart, started('p/undo-start@a'), done('p/undo-start@a'))).toEqual(['a 0']);
    expect(outAfter(lostStart, done('p/undo-start@a'), done('p/undo-stop@a'))).toEqual([]);
    expect(outAfter({...lostStart, out: []})).toEqual([]);
  });

  it('says so too of a node that no step of it is about', () => {
    expect(outAfter({...back, out: [a, c]}, done('p/undo-stop@a'))).toEqual(['c 0']);
  });

  it('begins with what was out before it: since when is not known, so since the plan', () => {
    expect(outAfter(back)).toEqual(['a 0']);
    expect(outAfter(back, done('p/undo-deploy@a'), started('p/undo-stop@a'))).toEqual(['a 0']);
  });

  it('brings it back, and takes out what serves', () => {
    expect(outAfter(back, done('p/undo-stop@a'))).toEqual([]);
    expect(outAfter(back, done('p/undo-stop@a'), started('p/undo-start@b'))).toEqual(['b 2?']);
    expect(outAfter(back, done('p/undo-stop@a'), done('p/undo-start@b'))).toEqual(['b 2']);
    expect(outAfter(back, done('p/undo-stop@a'), done('p/undo-start@b'), done('p/undo-stop@b'))).toEqual([]);
  });
});

it('a plan in which no step does anything to service takes nobody out', () => {
  const quiet = planOf(phase('p', [one('p', a, 'stage'), one('p', a, 'jar')]));
  expect(outAfter(quiet, started('p/stage@a'), done('p/stage@a'), started('p/jar@a'))).toEqual([]);
});
