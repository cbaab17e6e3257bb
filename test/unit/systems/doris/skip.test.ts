import {describe, expect, it} from 'vitest';
import {skipOf} from '../../../../src/model/skip.ts';
import type {RunState, StepState} from '../../../../src/model/state.ts';
import type {Skip} from '../../../../src/model/system.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {halfDone, type Story, seenOf, stopFromOutside} from '../../../walks/undo-story.ts';
import {factsOf} from './memory.ts';
import {boot, but, lost} from './worlds.ts';

/** be-1 is upgraded, be-2 is down in the middle of it, everybody else was not begun. */
const begun = (fe = 4, to = '3.1.2'): Promise<Story> =>
  halfDone({
    lose: {node: 'be-2', name: 'doris.be.deploy'},
    shape: {ms: 2, recyclers: 1, groups: {cg: 3}, fe},
    to,
  });
const story = await begun();

const said = (
  names: readonly string[],
  down: readonly string[] = [],
  {state, cluster} = story,
): Skip | null => {
  const ids = cluster.nodes.map(({id}) => id);
  return skipOf(state, doris, {
    nodes: ids.filter(id => names.includes(id)),
    all: cluster.nodes,
    notServing: new Set(ids.filter(id => down.includes(id))),
  });
};

const because = (skip: Skip | null): string => (skip?.kind === 'refused' ? skip.because.en : '');

const DONE: StepState = {
  status: 'done',
  touchedAt: 0,
  attempt: 1,
  at: 0,
  ms: 0,
  already: false,
  facts: {},
  outcome: null,
};

/** The same run once that frontend was upgraded. */
const upgraded = (node: string): Story => {
  const lanes = story.state.plan.phases.flatMap(phase => phase.lanes.filter(lane => lane.node === node));
  const steps = Object.fromEntries(lanes.flatMap(lane => lane.steps.map(({id}) => [id, DONE] as const)));
  const state: RunState = {...story.state, steps: {...story.state.steps, ...steps}};
  return {...story, state};
};

describe('which nodes of Doris may be skipped, and what it means', () => {
  it('one in the middle of its steps: it stays down, and that has to be agreed to', () => {
    const skip = said(['be-2']);
    expect(skip).toMatchObject({kind: 'may', down: ['be-2']});
    expect(skip?.kind === 'may' ? skip.means[0]?.en : '').toContain('STAYS DOWN');
  });

  it('one that was not begun: it stays and serves, and the roles after it do not go beside it', () => {
    const skip = said(['be-3']);
    expect(skip).toMatchObject({kind: 'may', down: []});
    expect(skip?.kind === 'may' ? skip.means[0]?.en : '').toMatch(/stays at 3.0.6 and serves.*will be held/);
  });

  it('one that was not begun and is down by itself: that has to be agreed to as well', () => {
    expect(said(['be-3'], ['be-3'])).toMatchObject({kind: 'may', down: ['be-3']});
  });

  it('not the last of its role that would serve', () => {
    expect(because(said(['rc-1'], ['rc-1']))).toContain('Nobody else of its role');
    expect(because(said(['ms-1', 'ms-2'], ['ms-1', 'ms-2']))).toContain('Nobody else of its role');
    const all = ['be-1', 'be-2', 'be-3'];
    expect(because(said(all, all))).toContain('Nobody else of its role');
  });

  it('frontends all, or none', () => {
    expect(said(['fe-1', 'fe-2', 'fe-3', 'fe-4'])).toMatchObject({kind: 'may', down: []});
    expect(because(said(['fe-2']))).toContain('CREATE DATABASE');
    expect(because(said(['fe-2'], [], upgraded('fe-4')))).toContain('CREATE DATABASE');
    expect(said(['fe-2'], ['fe-2'], upgraded('fe-4')), 'one that is down serves beside nobody').toMatchObject(
      {
        kind: 'may',
        down: ['fe-2'],
      },
    );
  });

  it('an old frontend beside newer ones within one minor version', async () => {
    expect(said(['fe-2'], [], await begun(4, '3.0.8'))).toMatchObject({kind: 'may', down: []});
  });

  it('not a frontend that is down where two of them vote', async () => {
    expect(because(said(['fe-2'], ['fe-2'], await begun(2)))).toContain('no majority');
  });
});

describe('what gates see of one that was skipped, down', () => {
  const given = {skipped: ['be-2']};

  it('nobody waits for it, it is named, and it stands in for nobody', async () => {
    const before = await seenOf(story, 'be-3', 'be-safe-to-stop');
    expect(before).toMatchObject({othersDown: ['be-2'], standIns: 1});
    const after = await seenOf(story, 'be-3', 'be-safe-to-stop', given);
    expect(after).toMatchObject({othersDown: [], standIns: 1, skipped: ['be-2']});
    expect(await seenOf(story, 'fe-1', 'cluster', given)).toMatchObject({
      'be.unwell': [],
      'be.versions': ['3.0.6', '3.1.2'],
      skipped: ['be-2'],
    });
  });

  it('one that serves is counted like everybody else, whatever was agreed', async () => {
    const seen = await seenOf(story, 'fe-1', 'cluster', {skipped: ['be-3']});
    expect(seen['be.versions']).toContain('3.0.6');
    expect(seen.skipped).toBeUndefined();
  });

  it('one that still serves in the middle of its own stop stands in for nobody', async () => {
    const serving = await seenOf(story, 'be-1', 'be-safe-to-stop', {skipped: ['be-2', 'be-3']});
    const going = {skipped: ['be-2', 'be-3'], stopping: ['be-3']};
    const seen = await seenOf(story, 'be-1', 'be-safe-to-stop', going);
    expect(Number(seen.standIns)).toBe(Number(serving.standIns) - 1);
    expect(seen).toMatchObject({othersDown: [], skipped: ['be-2', 'be-3']});
    const quiet = await begun();
    expect(await seenOf(quiet, 'ms-1', 'ms-safe-to-stop', {skipped: ['ms-2']})).toMatchObject({
      othersOk: 1,
    });
    const ending = {skipped: ['ms-2'], stopping: ['ms-2']};
    expect(await seenOf(quiet, 'ms-1', 'ms-safe-to-stop', ending)).toMatchObject({
      othersOk: 0,
      othersDown: [],
      skipped: ['ms-2'],
    });
    const voters = await seenOf(quiet, 'fe-1', 'fe-safe-to-stop', {skipped: ['fe-2']});
    const left = await seenOf(quiet, 'fe-1', 'fe-safe-to-stop', {skipped: ['fe-2'], stopping: ['fe-2']});
    expect(Number(left.aliveAfter)).toBe(Number(voters.aliveAfter) - 1);
  });

  it('one that runs and is not seen to serve was agreed to be down: nobody waits for it either', async () => {
    const hung = but(boot(), (node, request) => (node === 'ms-2' && request.kind === 'http' ? lost : null));
    expect(await factsOf(hung, 'ms-1', 'ms-safe-to-stop', {})).toMatchObject({othersDown: ['ms-2']});
    const skipped = {skipped: ['ms-2']};
    expect(await factsOf(hung, 'ms-1', 'ms-safe-to-stop', skipped)).toMatchObject({
      othersDown: [],
      ...skipped,
    });
    expect((await factsOf(hung, 'be-1', 'cluster', {}))['ms.unwell']).toEqual([
      'ms-2 not-serving (http=timeout)',
    ]);
    expect(await factsOf(hung, 'be-1', 'cluster', skipped)).toMatchObject({'ms.unwell': [], ...skipped});
  });

  it('another one that is down holds all the same', async () => {
    const other = await begun();
    await stopFromOutside(other, 'be-1');
    expect(await seenOf(other, 'be-3', 'be-safe-to-stop', given)).toMatchObject({
      othersDown: ['be-1'],
      standIns: 0,
    });
    await stopFromOutside(other, 'ms-2');
    expect(await seenOf(other, 'ms-1', 'ms-safe-to-stop', {skipped: ['ms-2']})).toMatchObject({
      othersOk: 0,
      othersDown: [],
      skipped: ['ms-2'],
    });
  });
});
