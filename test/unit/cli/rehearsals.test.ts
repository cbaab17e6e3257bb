import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {planSum} from '../../../src/cli/plan-sum.ts';
import {keepRehearsal, type Rehearsal, rehearsedOf} from '../../../src/cli/rehearsals.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {describeRehearsed} from '../../../src/model/rehearsed.ts';
import {makeMemoryCluster, STANDARD} from '../../fakes/doris/cluster.ts';
import {bootAlluxio} from '../../walks/alluxio-cluster.ts';
import {planFor} from '../../walks/drive.ts';
import {bootFake, dorisInMemory, planOf} from '../systems/doris/memory.ts';

const state = (): {XDG_STATE_HOME: string} => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-rehearsals-'));
  onTestFinished(() => rmSync(dir, {recursive: true, force: true}));
  return {XDG_STATE_HOME: dir};
};

const plan = await planOf(bootFake(dorisInMemory, makeMemoryCluster()));

const rehearsal = (more: Partial<Rehearsal> = {}): Rehearsal => ({
  format: 1,
  cluster: plan.cluster,
  system: plan.system,
  from: plan.from,
  to: plan.to,
  lakeup: '1.0.0',
  inventory: '',
  plan: planSum(plan),
  usualMs: 600_000,
  speed: 20,
  faults: [],
  at: Date.UTC(2026, 0, 1),
  end: 'verified',
  verified: 14,
  of: 14,
  phases: [{id: 'metaservice', wallMs: 4_000}],
  ...more,
});

/** The same plan with another value under this name, wherever one stands in a step or in a last look. */
const otherwise = (part: 'phases' | 'verify', name: string, value: unknown): Plan => {
  const changed = <T>(of: T): T => JSON.parse(JSON.stringify(of), (key, was) => (key === name ? value : was));
  return part === 'verify'
    ? {...plan, verify: changed(plan.verify)}
    : {...plan, phases: plan.phases.map(phase => ({...phase, lanes: changed(phase.lanes)}))};
};

describe('a plan is the same', () => {
  test('when it was made later, of processes that were started anew, with another stamp', async () => {
    const world = bootFake(dorisInMemory, makeMemoryCluster(), [], 7);
    await world.clock.sleep(86_400_000);
    const other: Plan = JSON.parse(
      JSON.stringify(await planOf(world)).replaceAll(plan.stamp, '20300101_000000'),
    );
    expect(other).not.toEqual(plan);
    expect(planSum(other)).toBe(planSum(plan));
  });

  test('of Alluxio too, looked at twice', async () => {
    const [one, other] = [await planFor(bootAlluxio()), await planFor(bootAlluxio())];
    expect(planSum(one)).toBe(planSum(other));
  });

  const others: readonly (readonly [string, () => Promise<Plan> | Plan])[] = [
    ['with a node less', () => planOf(bootFake(dorisInMemory, makeMemoryCluster({...STANDARD, fe: 3})))],
    ['to another version', () => planOf(bootFake(dorisInMemory, makeMemoryCluster(STANDARD, '3.1.3')))],
    [
      'by another script',
      () => ({
        ...plan,
        scripts: {...plan.scripts, 'doris.be.stop': sh`true`},
      }),
    ],
    ['in another order', () => ({...plan, phases: plan.phases.toReversed()})],
    ['with a node that is out', () => ({...plan, out: plan.verify.slice(0, 1).map(({node}) => node)})],
  ];
  const more: typeof others = [
    ['with more time that a node has to hold', () => otherwise('phases', 'steadyMs', 77_777)],
    ['with more time that is waited', () => otherwise('phases', 'withinMs', 77_777)],
    ['with more time for a script', () => otherwise('phases', 'timeoutMs', 77_777)],
    ['with a journal that may lag more', () => otherwise('phases', 'lag', {atMost: 77_777})],
    ['with last looks that hold longer', () => otherwise('verify', 'steadyMs', 77_777)],
  ];
  test.each([...others, ...more])('but not %s', async (_, make) => {
    expect(planSum(await make())).not.toBe(planSum(plan));
  });
});

describe('what is known of rehearsals', () => {
  test('nothing, where none was kept', async () => {
    expect(await rehearsedOf(state(), plan)).toEqual({is: 'never'});
  });

  test('the last one of this very plan, whatever else was rehearsed since', async () => {
    const env = state();
    await keepRehearsal(env, rehearsal({at: 1, end: 'left', verified: 0}));
    await keepRehearsal(env, rehearsal({at: 2, faults: ['never-ready@be-1']}));
    await keepRehearsal(env, rehearsal({at: 3, plan: null}));
    await keepRehearsal(env, rehearsal({at: 4, cluster: 'elsewhere'}));
    expect(await rehearsedOf(env, plan)).toEqual({
      is: 'this',
      at: 2,
      end: 'verified',
      verified: 14,
      of: 14,
      faults: ['never-ready@be-1'],
    });
    expect(await rehearsedOf(env, {...plan, phases: []})).toMatchObject({is: 'another', at: 3});
  });

  test('none that was changed, is cut off, or is of another lakeup', async () => {
    const env = state();
    const file = await keepRehearsal(env, rehearsal());
    const words = readFileSync(file, 'utf8');
    for (const changed of [
      words.replace('"verified":14', '"verified":13'),
      words.slice(0, 100),
      '',
      words.replace('"format":1', '"format":2'),
    ]) {
      writeFileSync(file, changed);
      expect(await rehearsedOf(env, plan)).toEqual({is: 'never'});
    }
    writeFileSync(file, words);
    expect(await rehearsedOf(env, plan)).toMatchObject({is: 'this'});
  });

  test('for their owner alone, and not for ever', async () => {
    const env = state();
    for (let at = 0; at < 203; at += 1) await keepRehearsal(env, rehearsal({at: at * 1_000}));
    const dir = join(env.XDG_STATE_HOME, 'lakeup/rehearsals');
    const names = readdirSync(dir).toSorted();
    expect(names).toHaveLength(200);
    expect(names[0]).toMatch(/^19700101-000003-/);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, names[0] ?? '')).mode & 0o777).toBe(0o600);
  });
});

describe('is said', () => {
  const end = {at: 0, verified: 14, of: 14, faults: []};
  test.each([
    [{is: 'never'} as const, 'This plan was not rehearsed on this machine: `lakeup rehearse` does that.'],
    [
      {is: 'this', ...end, end: 'verified'} as const,
      'This very plan was rehearsed on a twin, TODAY: 14 of 14 nodes verified.',
    ],
    [
      {is: 'this', ...end, end: 'skipped', verified: 13, faults: ['fire@be-1', 'swap']} as const,
      'This very plan was rehearsed on a twin, TODAY, with fire@be-1, swap: 13 of 14 nodes verified, the others skipped.',
    ],
    [
      {is: 'another', ...end, end: 'left'} as const,
      'Another plan than this was rehearsed, TODAY: it was not seen through. Nodes, versions, settings or lakeup itself were otherwise then.',
    ],
  ])('%j', (rehearsed, words) => {
    const {en, zh} = describeRehearsed(rehearsed, 'TODAY');
    expect(en).toBe(words);
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
  });
});
