import {describe, expect, it} from 'vitest';
import {knownOut, leftByRuns, withOutSince} from '../../../src/cli/known-out.ts';
import {knownRun} from '../../../src/cli/known-run.ts';
import type {RunId} from '../../../src/model/ids.ts';
import {outagesOf} from '../../../src/model/outages.ts';
import type {OutOfService} from '../../../src/model/state.ts';
import {outOfService} from '../../../src/model/state.ts';
import {a, b, c, clusterOf, eventsOf, planOf, RUN, START_MS, stateOf} from './small-run.ts';
import {BACK, inStateDir, keep, through, undoable} from './undoable.ts';

inStateDir();

/** A run that was given up, and what it has left out of service. */
const over = async (id: RunId, ...out: readonly OutOfService[]) => {
  const dir = await keep(
    id,
    eventsOf(undoable(), ...through(a, 'stage'), {type: 'run.abandoned', because: 'no time'}),
  );
  const run = await knownRun(dir);
  if (run.kind !== 'known') throw new Error(run.because.en);
  return {...run, atWork: [], leftOut: {out, down: [], watchedAt: null, known: {now: START_MS}}};
};

const EARLY = {node: a, since: START_MS - 60_000, certain: true} as const;
const LATE = {node: a, since: START_MS - 1_000, certain: true} as const;
const FOUND = {node: b, since: START_MS, certain: true, atLeast: true} as const;

const known = async () =>
  knownOut({left: [], inHand: [], over: [await over(BACK, LATE, FOUND), await over(RUN, EARLY)]});

describe('a new run of nodes that an earlier run of this machine has left out of service', () => {
  it('has them out since that run knows it, in its report too; of the others only since it began', async () => {
    const plan = withOutSince({...planOf([a, b]), out: [a, b]}, await known());
    const out = [
      {node: a, since: EARLY.since, certain: true},
      {node: b, since: START_MS, atLeast: true, certain: true},
    ];
    expect(outOfService(stateOf(plan))).toEqual(out);
    expect(outagesOf(plan, START_MS, [])).toEqual([
      {node: a, from: EARLY.since, to: null, certain: true},
      {node: b, from: START_MS, atLeast: true, to: null, certain: true},
    ]);
  });

  it('says which run that was, and since when with the date, of those that are down', async () => {
    const facts = new Map([
      [a, {health: 'down'}],
      [b, {health: 'ok'}],
      [c, {health: 'down'}],
    ]);
    const found = leftByRuns({cluster: clusterOf([a, b, c]), facts}, await known());
    expect(found).toMatchObject([{node: a, level: 'warn'}]);
    expect(found[0]?.seen?.en).toBe(
      `run ${RUN} of this machine left it out of service, since 2025-12-31 23:59:00; what that run did: lakeup runs ${RUN}`,
    );
  });
});
