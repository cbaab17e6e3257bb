import {describe, expect, test} from 'vitest';
import {planOf, RUN, surveyOf, wholeRun} from '../../bench/lib/big-plan.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {type GateId, RunId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import {text} from '../../src/model/text.ts';
import {type Ended, givenOf, keptPlaces} from '../../src/plan/kept-places.ts';
import {prunePlan} from '../../src/plan/prune.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {makeOperator} from '../../src/store/operator.ts';
import type {Replay} from '../../src/store/replay.ts';
import {openQuestion} from '../../src/store/state.ts';
import {makeStore} from '../../src/store/store.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../fakes/doris/cluster.ts';
import {type Size, withScenario} from './harness.ts';
import type {Stage} from './prepared.ts';
import {expectRead, readWhole} from './reading.ts';
import {keysOn, pressedWrong} from './reading-keys.ts';

const SMALL = {ms: 1, recyclers: 0, groups: {cg: 2}, fe: 1};
const THOUSAND = {ms: 3, recyclers: 1, groups: {cg_a: 400, cg_b: 300, cg_c: 290}, fe: 5};

type Shape = typeof SMALL | typeof THOUSAND;

/** An upgrade of such a cluster that has ended, and the plan that prunes it. */
const makePrune = async (shape: Shape) => {
  const cluster = makeMemoryCluster(shape, '3.1.2', 'lake-demo');
  const events = [...wholeRun(planOf(await surveyOf(cluster)))].map(
    (happening, seq): Event => ({...happening, seq, at: seq}),
  );
  const ended: Ended = {state: foldEvents(events), system: doris, cluster};
  const places = keptPlaces(ended).places.map((place, i) => ({
    ...place,
    given: givenOf(ended, place),
    facts: {
      place: 'dir',
      going: 'none',
      id: `1:${i}:0`,
      above: '1:1:0',
      shared: false,
      files: 40 + i,
      folders: 4,
      bytes: 1_500_000_000 + i * 1_000,
      newest: Date.UTC(2026, 10, 22, 1, 0, i % 60) / 1_000,
      devices: 1,
      against: [],
    },
  }));
  const facts = new Map(cluster.nodes.map(({id}) => [id, {health: 'ok', version: '3.1.2'} as Facts]));
  const plan = prunePlan(ended, {places, stays: false, facts, homeFiles: new Map()}, '20261122_021500');
  if (plan === null) throw new Error('nothing to prune');
  return {cluster, plan, places};
};

const made = new Map<Shape, ReturnType<typeof makePrune>>();
/** The same; each is made once. */
const pruneOf = (shape: Shape): ReturnType<typeof makePrune> => {
  const making = made.get(shape) ?? makePrune(shape);
  made.set(shape, making);
  return making;
};

const questionOf = ({phases: [phase]}: Plan): GateId => {
  const gate = phase?.gates.find(({kind}) => kind === 'confirm');
  if (gate === undefined) throw new Error('nothing is asked');
  return gate.id;
};

/** A screen that asks whether to prune; or, `stuck`, that something was changed while it was read. */
const asking =
  (shape: Shape, stuck = false) =>
  async ({clock, lang, theme}: Stage): Promise<Replay> => {
    const {cluster, plan, places} = await pruneOf(shape);
    const now = clock.now();
    const gate = questionOf(plan);
    const looks = plan.phases[0]?.gates.slice(0, -1).filter(({kind}) => kind === 'check') ?? [];
    const blast = places.map(({path, facts: {files, bytes, newest}}) => ({
      path,
      files,
      bytes,
      newestAt: newest * 1_000,
    }));
    const [{path} = {path: ''}] = places;
    const happenings = [
      {
        type: 'run.planned',
        run: RunId.parse('20261122-021500-prun'),
        lakeup: 'test',
        inventory: 'lake.yaml',
        plan,
        findings: [],
      },
      ...looks.slice(0, 1).map(({id}) => ({type: 'gate.opened', gate: id, by: 'facts', facts: {}}) as const),
      {type: 'gate.reached', gate, blast},
      ...(stuck
        ? ([
            {
              type: 'gate.stuck',
              gate,
              failure: {
                kind: 'refused',
                trouble: 'guard',
                detail: text(
                  `ms-1: ${path} is not what it was when this plan was made: files 40 -> 41, newest 2026-11-22T01:00:00Z -> 2026-11-22T02:14:31Z. Leave, and make it anew: lakeup prune. Where this run has removed something already, give it up before that: lakeup abandon`,
                  `ms-1：${path} 已不是生成此计划时的样子：“files 40 -> 41, newest 2026-11-22T01:00:00Z -> 2026-11-22T02:14:31Z”。请离开并重新生成：lakeup prune。若此运行已清除部分内容，请先放弃它：lakeup abandon`,
                ),
              },
            },
          ] as const)
        : []),
    ] as const;
    const run = foldEvents(happenings.map((happening, seq): Event => ({...happening, seq, at: now})));
    const {name, nodes} = cluster;
    const store = makeStore({cluster: {name, nodes, roles: doris.roles}, lang, theme, now, goingOn: 'never'});
    const feed = makeFeed({store, clock, probePeriodMs: 3_600_000});
    for (const {id, role} of nodes) {
      const probe = doris.roles.find(each => each.name === role)?.status ?? '';
      feed.sighting({
        node: id,
        probe,
        at: now,
        look: {kind: 'seen', facts: {health: 'ok', version: '3.1.2'}},
      });
    }
    store.setState({run});
    feed.tick();
    const operator = makeOperator(store, clock);
    return {
      store,
      feed,
      run: async signal => {
        await (stuck ? operator.choose(run, signal) : operator.confirm(gate, run, signal));
      },
    };
  };

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
];

describe.each(SIZES)('the question that prunes a run, %i×%i', (columns, rows) => {
  test.each(['en', 'zh'] as const)('%s', async lang => {
    const size = [columns, rows] as const;
    for (const [name, given] of [
      ['prune', asking(SMALL)],
      ['prune-stuck', asking(SMALL, true)],
      ['prune-thousand', asking(THOUSAND)],
    ] as const)
      await withScenario(given, {size, lang}, async opened => {
        const {arm, lines, text: shown} = opened;
        await arm();
        const {answers, others} = keysOn(lines(), lang);
        expect(answers.length).toBeGreaterThan(0);
        expect(lines().at(-1), 'the footer stands in the last row').not.toBe('');
        await expect(shown()).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}-${lang}.txt`);
        // Nobody is stopped for it; and every key to look around does what stands beside it.
        expect(expectRead(opened, await readWhole(opened), lang)).toEqual({out: [], down: []});
        if (columns === 80 && name !== 'prune-thousand')
          for (const key of others)
            await withScenario(given, {size, lang}, async anew => {
              await anew.arm();
              expect(await pressedWrong(anew, key, lang)).toBe(null);
            });
      });
  });
});

test('of a thousand nodes the sum stands first, and the key counts once all of it has been on the screen', async () => {
  await withScenario(asking(THOUSAND), {size: [120, 40]}, async ({arm, send, text: shown, store}) => {
    await arm();
    expect(shown()).toMatch(/total .*\n.* ms-1 /);
    for (const key of 'lake-demo') await send(key);
    await arm();
    await send('D');
    // Nothing that stands below the edge is agreed to.
    expect(openQuestion(store.getState())).not.toBeNull();
    expect(shown()).toContain(String(RUN));
  });
});
