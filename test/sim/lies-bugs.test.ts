import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Node} from '../../src/model/inventory.ts';
import {firstProblem} from './first-problem.ts';

/**
 * A lie that is believed. Each bug here makes one word, or one look, enough for what has to be seen to hold or to be the same from
 * two witnesses; while the lie is told the simulation must name it. `planted` says which one is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/probe/poll.ts', async load => {
  const real = await load<typeof import('../../src/probe/poll.ts')>();
  const poll: typeof real.poll = (looker, check, options) => {
    const {follows: _moves, ...lag} = check;
    const {steadyMs: _stays, ...once} = check;
    if (planted.bug === 'caught up by the distance alone') return real.poll(looker, lag, options);
    if (planted.bug === 'alive once is alive') return real.poll(looker, once, options);
    const isOfOthers = Object.keys(check.expect).some(
      name => name === 'othersDown' || /\.unwell$/.test(name),
    );
    if (planted.bug === 'who was ready is up' && isOfOthers) return Promise.resolve({kind: 'met', facts: {}});
    return real.poll(looker, check, options);
  };
  return {...real, poll};
});

vi.mock('../../src/systems/doris/probes/master.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/probes/master.ts')>();
  const {askOwnFrontends, rowOfFrontend} = await import('../../src/systems/doris/probes/group.ts');
  const {nodesOf} = await import('../../src/systems/doris/fields.ts');
  const findMaster: typeof real.findMaster = async (ask, cluster) => {
    if (planted.bug !== 'the first master is believed') return real.findMaster(ask, cluster);
    const all = nodesOf(cluster, 'fe');
    for (const node of all) {
      const own = await askOwnFrontends(ask, cluster, node);
      if (!own.ok || rowOfFrontend(node, own.value)?.master !== true) continue;
      // What the others hold is not asked: it is taken to be the same.
      const views = all.map(frontend => ({frontend, rows: own.value}));
      return {ok: true, value: {node, frontends: own.value, views}};
    }
    return real.findMaster(ask, cluster);
  };
  return {...real, findMaster};
});

vi.mock('../../src/systems/doris/probes/rivals.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/probes/rivals.ts')>();
  const mastersBeside: typeof real.mastersBeside = async (...args) =>
    planted.bug === 'the first master is believed' ? [] : real.mastersBeside(...args);
  return {...real, mastersBeside};
});

vi.mock('../../src/systems/doris/probes/other-group.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/probes/other-group.ts')>();
  const holdOtherGroups: typeof real.holdOtherGroups = (...of) =>
    planted.bug === 'who names the master holds its group' ? [] : real.holdOtherGroups(...of);
  return {...real, holdOtherGroups};
});

vi.mock('../../src/systems/doris/upgrade/checks.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/upgrade/checks.ts')>();
  const othersWell: typeof real.othersWell = (...of) => {
    const check = real.othersWell(...of);
    return planted.bug === 'other roles are looked at before the phase alone'
      ? {...check, expect: {}}
      : check;
  };
  return {...real, othersWell};
});

vi.mock('../../src/systems/doris/scripts/stop.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/scripts/stop.ts')>();
  const stopVars: typeof real.stopVars = (...of) => {
    const vars = real.stopVars(...of);
    return planted.bug === 'what it is was asked before' ? {...vars, ask_port: 0} : vars;
  };
  return {...real, stopVars};
});

vi.mock('../../src/systems/doris/probes/store.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/probes/store.ts')>();
  const lookAtStore: typeof real.lookAtStore = async (...of) =>
    planted.bug === 'who is healthy has its store'
      ? {kind: 'seen', facts: {store: 'reached'}}
      : real.lookAtStore(...of);
  const withStore: typeof real.withStore = async (look, ...of) =>
    planted.bug === 'who is healthy has its store' ? look : real.withStore(look, ...of);
  const storeProbe: typeof real.storeProbe = {...real.storeProbe, look: lookAtStore};
  return {...real, lookAtStore, withStore, storeProbe};
});

vi.mock('../../src/systems/doris/preflight/demands.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/preflight/demands.ts')>();
  const DEMAND_CHECKS = real.DEMAND_CHECKS.map((check): typeof check => ({
    ...check,
    find: survey => (planted.bug === 'a start asks for nothing' ? [] : check.find(survey)),
  }));
  return {...real, DEMAND_CHECKS};
});

// The script of a stop without its last question: the same.
vi.mock('../fakes/doris/memory-actions.ts', async load => {
  const real = await load<typeof import('../fakes/doris/memory-actions.ts')>();
  const carryOut: typeof real.carryOut = (world, machine, verb, script) =>
    planted.bug === 'the gates have seen who votes'
      ? real.carryOut(world, machine, verb, {...script, vars: {...script.vars, seen_voters: ''}})
      : real.carryOut(world, machine, verb, script);
  return {...real, carryOut};
});

// The script of an exchange without its look for a process: what stands for the script pretends as well.
vi.mock('../fakes/doris/memory-undo.ts', async load => {
  const real = await load<typeof import('../fakes/doris/memory-undo.ts')>();
  const stillRuns: typeof real.stillRuns = acting =>
    planted.bug === 'who was stopped stays so' ? null : real.stillRuns(acting);
  return {...real, stillRuns};
});

const SEEDS = 200;

/** That lie alone, of nodes of one role where it says `lie@role`, several times over: most seeds tell others. */
const caught = (bug: string, system: string, told: string): Promise<string | null> => {
  planted.bug = bug;
  const [lie, role] = told.split('@');
  return firstProblem(system, SEEDS, subject => ({
    ...subject,
    lies: (subject.lies ?? [])
      .filter(({name}) => name === lie)
      .map(kind => (role === undefined ? kind : {...kind, of: (node: Node) => node.role === role}))
      .flatMap(kind => Array.from({length: 8}, () => kind)),
    system: {...subject.system, planProblems: () => []},
  }));
};

afterEach(() => {
  planted.bug = 'none';
});

describe('the checkers name what was planted', () => {
  it.each([
    [
      'caught up by the distance alone',
      'doris-lies',
      'journal-stands',
      /while "journal-stands" was told of fe-\d/,
    ],
    ['alive once is alive', 'doris-lies', 'flips@be', /while "flips" was told of be-\d/],
    ['alive once is alive', 'doris-lies', 'flips@fe', /while "flips" was told of fe-\d/],
    ['alive once is alive', 'doris-lies', 'flips@ms', /while "flips" was told of ms-\d/],
    ['who is healthy has its store', 'doris-lies', 'storeless', /while "storeless" was told of ms-\d/],
    [
      'the first master is believed',
      'doris-lies',
      'two-masters',
      /while "two-masters" was told of fe-\d|as master/,
    ],
    [
      'who names the master holds its group',
      'doris-lies',
      'other-group',
      /while "other-group" was told of fe-\d/,
    ],
    [
      'other roles are looked at before the phase alone',
      'doris-lies',
      'dies-beside',
      /was stopped while .* was down/,
    ],
    [
      'the gates have seen who votes',
      'doris-lies',
      'dies-at-signal@fe',
      /was stopped right after fe-\d had gone, without a majority|are down together/,
    ],
    [
      'who was stopped stays so',
      'doris-lies',
      'supervised',
      /(?:backup|deploy)-running, while "supervised" was told of \S+/,
    ],
    [
      'a start asks for nothing',
      'doris-lies',
      'forbids-start',
      /be-\d: stop, while "forbids-start" was told of be-\d/,
    ],
    ['alive once is alive', 'alluxio-lies', 'flips', /while "flips" was told of w-\d/],
    [
      'what it is was asked before',
      'doris-lies',
      'takes-office',
      /fe-\d: stop, while "takes-office" was told of fe-\d|was stopped as master/,
    ],
    ['who was ready is up', 'doris-lies', 'dies-when-ready', /while \S+ was down|down together/],
  ])('%s', async (bug, system, lie, sentence) => {
    expect(await caught(bug, system, lie)).toMatch(sentence);
  });
});
