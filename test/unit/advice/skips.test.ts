import {describe, expect, it} from 'vitest';
import type {Happening} from '../../../src/model/event.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {skipOf} from '../../../src/model/skip.ts';
import type {RunState} from '../../../src/model/state.ts';
import type {Skip, System} from '../../../src/model/system.ts';
import {plain} from '../../../src/model/text.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {halfDone, type Story} from '../../walks/undo-story.ts';
import {
  a,
  b,
  check,
  cluster,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  refused,
  stateOf,
  step,
  system,
  type Toy,
} from '../engine/toy.ts';
import {sentencesIn} from './sentences.ts';

/*
 * Where a node may not be skipped, something else is said to do: it is done, and then it may be, or it need not be any more.
 */

const skips: System = {
  ...system,
  skip: {of: () => ({kind: 'may', means: []}), afterwards: plain, toldTo: []},
};
const p = phase('p', [step(a, 'stop'), step(b, 'stop')], {width: 2});
const plan: Plan = {
  ...planOf(p),
  verify: [a, b].map(node => ({node, checks: [check(node, {stop: true})] as const})),
};
const id = (node: NodeId) => step(node, 'stop').id;
const begun = (node: NodeId): Happening => ({type: 'lane.begun', phase: p.id, node, ranks: {}});
const started = (node: NodeId): Happening => ({type: 'step.started', step: id(node), attempt: 1});
const failed: Happening = {type: 'step.failed', step: id(a), failure: refused()};
const both = [begun(a), begun(b), started(a), started(b), failed] as const;

const ask = (state: RunState, node: NodeId, of: Pick<System, 'skip'> = skips): Skip | null =>
  skipOf(state, of, {nodes: [node], all: cluster.nodes, notServing: new Set()});
const instead = (skip: Skip | null): string => (skip?.kind === 'refused' ? skip.instead.en : '');

/** Neither toy can be stopped; then that is put right, and the run is retried, or left and resumed, as the words say. */
const goesOn = async (answer: 'retry' | 'leave'): Promise<string | undefined> => {
  const its = {...plan, verify: []};
  const wrong = (toy: Toy): void => {
    for (const node of [a, b]) {
      toy.says(node, 'status', {stop: false});
      toy.says(node, 'stop', refused());
    }
  };
  const mend = (toy: Toy): void => {
    for (const node of [a, b]) {
      toy.says(node, 'stop', exited(0));
      toy.onAsk(entry => entry === `${node} stop` && toy.says(node, 'status', {stop: true}));
    }
  };
  const first = makeToy({choose: [answer]});
  wrong(first);
  Object.assign(first.world.operator, {
    choose: async () => {
      if (answer === 'retry') mend(first);
      return answer;
    },
  });
  await first.run({kind: 'new', planned: planned(its)});
  if (answer === 'retry') return first.events.at(-1)?.type;
  const then = makeToy({choose: ['retry', 'retry']});
  wrong(then);
  mend(then);
  await then.run({kind: 'resumed', events: first.events, lakeup: 'test'});
  return then.events.at(-1)?.type;
};

const of = (story: Story, names: readonly string[], down: readonly string[] = []): Skip | null => {
  const ids = story.cluster.nodes.map(node => node.id);
  return skipOf(story.state, doris, {
    nodes: ids.filter(each => names.includes(each)),
    all: story.cluster.nodes,
    notServing: new Set(ids.filter(each => down.includes(each))),
  });
};
const story = await halfDone({
  lose: {node: 'be-2', name: 'doris.be.deploy'},
  shape: {ms: 2, recyclers: 1, groups: {cg: 3}, fe: 4},
});
const alluxioNode = cluster.nodes.map(node => ({...node, role: 'master'}));

type Row = {
  /** Who says so, in which state. */
  readonly says: () => Skip | null;
  /** Done as it says: it may be skipped then, or the run has ended without that. */
  readonly follow: () => Promise<unknown>;
  readonly ends: unknown;
};

const ROWS: Readonly<Record<string, Row>> = {
  'Retry first: it is looked at then.': {
    says: () => ask(stateOf(plan, ...both, {type: 'run.resumed', lakeup: 'test'}), b),
    follow: async () =>
      ask(
        stateOf(
          plan,
          ...both,
          {type: 'run.resumed', lakeup: 'test'},
          {type: 'run.released'},
          {type: 'step.failed', step: id(b), failure: refused()},
        ),
        b,
      )?.kind,
    ends: 'may',
  },
  'Wait for its end.': {
    says: () => ask(stateOf(plan, ...both), b),
    follow: async () =>
      ask(stateOf(plan, ...both, {type: 'step.failed', step: id(b), failure: refused()}), b)?.kind,
    ends: 'may',
  },
  'Leave; `lakeup resume` goes on once it is mended.': {
    says: () => ask(stateOf({...plan, direction: 'back'}, begun(a), started(a), failed), a),
    follow: () => goesOn('leave'),
    ends: 'run.ended',
  },
  'Mend it and retry; or leave, and `lakeup resume` goes on with it later.': {
    says: () => of(story, ['rc-1'], ['rc-1']),
    follow: async () => [await goesOn('retry'), await goesOn('leave')],
    ends: ['run.ended', 'run.ended'],
  },
  'Frontends go all, or none does: before the first of them the whole phase can be skipped.': {
    says: () => of(story, ['fe-2']),
    follow: async () => of(story, ['fe-1', 'fe-2', 'fe-3', 'fe-4'])?.kind,
    ends: 'may',
  },
};

describe.each(Object.entries(ROWS))('%s', (words, {says, follow, ends}) => {
  it('is said, and done, and it goes on', async () => {
    expect(instead(says())).toBe(words);
    expect(await follow()).toEqual(ends);
  });
});

it('a system that says nothing of skipping, and Alluxio, say the same', () => {
  const state = stateOf(plan, begun(a), started(a), failed);
  expect(instead(ask(state, a, {}))).toBe('Leave; `lakeup resume` goes on once it is mended.');
  const said = skipOf(state, alluxio, {nodes: [a], all: alluxioNode, notServing: new Set()});
  expect(instead(said)).toBe('Mend it and retry; or leave, and `lakeup resume` goes on with it later.');
});

it('every way on that the sources hold has a row', () => {
  // Why not, and what it means, are no advice: they name nodes, or speak of what becomes of them.
  const isAdvice = (en: string): boolean => /^(?:Leave|Mend|Retry|Wait|Frontends go)/.test(en);
  const held = sentencesIn('src/{model/skip,systems/*/skip}.ts').filter(({en}) => isAdvice(en));
  expect(new Set(held.map(({en}) => en))).toEqual(new Set(Object.keys(ROWS)));
});
