import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../../../src/model/ask.ts';
import type {Event} from '../../../../src/model/event.ts';
import {mismatches} from '../../../../src/model/facts.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import type {Clock, Operator} from '../../../../src/model/world.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {type Lie, makeLies} from '../../../fakes/common/memory-lies.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';
import {factsOf, lookAt} from './memory.ts';
import {because, boot, but, lost, sqlOf, type World} from './worlds.ts';

/** A group in which one frontend holds another one: it leaves out whom the others know, or knows somebody more. */
const holding = (node: string, change: 'without fe-4' | 'with another'): World =>
  but(boot(), (asked, request) => {
    if (asked !== node || request.kind !== 'sql' || request.first === undefined) return null;
    if (sqlOf(request) !== 'show frontends') return null;
    const world = boot();
    const rows = world.cluster.nodes
      .filter(({role, id}) => role === 'fe' && !(change === 'without fe-4' && id === 'fe-4'))
      .map(({host, id}) => ({
        ...{Host: String(host), EditLogPort: '9010', Role: id === 'fe-4' ? 'OBSERVER' : 'FOLLOWER'},
        ...{IsMaster: String(id === 'fe-1'), Alive: 'true', Join: 'true'},
      }));
    const more = {
      ...{Host: '10.9.9.9', EditLogPort: '9010', Role: 'FOLLOWER'},
      ...{IsMaster: 'false', Alive: 'true', Join: 'true'},
    };
    return {kind: 'sql', rows: change === 'with another' ? [...rows, more] : rows};
  });

describe('a frontend that holds another group, and names the same master', () => {
  test.each([
    ['without fe-4', 'fe-3 without fe-4/observer'],
    ['with another', 'fe-3 with 10.9.9.9:9010/follower'],
  ] as const)('%s: is named before another one is stopped, and of itself', async (change, words) => {
    const world = holding('fe-3', change);
    for (const probe of ['fe-safe-to-stop', 'fe-turn'])
      expect(await factsOf(world, 'fe-2', probe), probe).toMatchObject({
        otherGroup: [words],
        othersDown: [],
        // Nobody counts on it.
        aliveAfter: 1,
      });
    expect(await factsOf(world, 'fe-3', 'fe-row')).toMatchObject({otherGroup: [words]});
    expect(await factsOf(world, 'fe-2', 'fe-row')).toMatchObject({otherGroup: []});
  });

  test('where all hold the same, nobody is named', async () => {
    for (const probe of ['fe-safe-to-stop', 'fe-turn', 'fe-row'])
      expect(await factsOf(boot(), 'fe-2', probe), probe).toMatchObject({otherGroup: []});
  });

  test('whom the operator took out of the run is not waited for, nor counted on', async () => {
    const world = holding('fe-3', 'without fe-4');
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop', {skipped: ['fe-3']})).toMatchObject({
      otherGroup: [],
      aliveAfter: 1,
    });
  });
});

/** Its own view of the group, and not what its master says. */
const isOwnView = (request: Request): boolean =>
  request.kind === 'sql' && request.first !== undefined && sqlOf(request) === 'show frontends';

describe('a frontend that tells no view of its own', () => {
  const mute = (): World =>
    but(boot(), (node, request) => (node === 'fe-3' && isOwnView(request) ? lost : null));

  test('holds neither the same group nor another one, as far as is known', async () => {
    const facts = await factsOf(mute(), 'fe-3', 'fe-row');
    expect(facts).toMatchObject({row: 'there', serves: true, join: true, alive: true});
    expect(facts).not.toHaveProperty('otherGroup');
    // Of another one it is known.
    expect(await factsOf(mute(), 'fe-2', 'fe-row')).toMatchObject({otherGroup: []});
  });

  test('keeps any other one from being stopped: the gate says who does not answer, and nothing of a group', async () => {
    for (const probe of ['fe-safe-to-stop', 'fe-turn'])
      expect(await lookAt(mute(), 'fe-2', probe), probe).toEqual({
        kind: 'silent',
        reasons: [because(/^No answer came in time\./, 'fe-3')],
      });
  });

  test('does not count as started, and its step says that nothing was seen of its group', async () => {
    let isMute = false;
    const {state} = await upgrade({
      onEvent: event => {
        if (event.type === 'step.started' && event.step === 'frontends/start@fe-3') isMute = true;
      },
      change: (node, request) => (isMute && node === 'fe-3' && isOwnView(request) ? lost : null),
    });
    const step = Object.entries(state.steps).find(([name]) => name === 'frontends/start@fe-3')?.[1];
    if (step?.status !== 'failed' || step.failure.kind !== 'unsettled') throw new Error('not unsettled');
    const {check, seen} = step.failure;
    expect(check.probe).toBe('fe-row');
    expect(mismatches(seen ?? {}, check.expect)).toEqual([{name: 'otherGroup', expected: [], seen: null}]);
  });
});

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

type Change = (node: string, request: Request) => ReplyTo<Request> | null;

/** An upgrade in which lies may be told, and some requests are answered otherwise. */
const upgrade = async ({
  onEvent,
  told = [],
  change = () => null,
  operator = {},
}: {
  readonly onEvent: (event: Event, clock: Clock) => void;
  readonly told?: Lie[];
  readonly change?: Change;
  readonly operator?: Partial<Operator>;
}) => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(START);
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: [], lies: makeLies(told)});
  const {ask} = but({...boot(), cluster, ask: fake.answer}, change);
  const driving = {system: doris, cluster, clock, ask, operator};
  const {state} = await drive(fresh(await planFor(driving)), {
    ...driving,
    onEvent: event => onEvent(event, clock),
  });
  return {state, fake};
};

/** One in which that frontend holds another group, from the first look of some step on, for some time. */
const upgradeWhile = async (id: string, from: string, forMs: number, operator: Partial<Operator> = {}) => {
  const told: Lie[] = [];
  const onEvent = (event: Event, clock: Clock): void => {
    if (event.type !== 'step.started' || event.step !== from || told.length > 0) return;
    const node = NodeId.parse(id);
    told.push({name: 'other-group', node, from: clock.now(), until: clock.now() + forMs});
  };
  const {state, fake} = await upgrade({onEvent, told, operator});
  const stopped = fake.effects
    .filter(({effect, at}) => effect === 'stop' && at > (told[0]?.from ?? Number.POSITIVE_INFINITY))
    .map(({node}) => String(node));
  return {state, stopped};
};

describe('while a frontend holds another group', () => {
  test('no other one is stopped, and the hold names it', async () => {
    const {state, stopped} = await upgradeWhile('fe-3', 'backends/start@be-6', DAY_MS);
    expect(stopped).toEqual([]);
    expect(JSON.stringify(state.holds)).toContain('frontends/stop@fe-4');
    expect(JSON.stringify(Object.values(state.gates))).toContain('fe-3 without fe-4/observer');
  });

  test('it does not count as started itself', async () => {
    const {state} = await upgradeWhile('fe-3', 'frontends/start@fe-3', DAY_MS);
    const step = Object.entries(state.steps).find(([name]) => name === 'frontends/start@fe-3')?.[1];
    expect(step).toMatchObject({status: 'failed', failure: {kind: 'unsettled'}});
    expect(JSON.stringify(step)).toContain('fe-3 without fe-4/observer');
  });

  test('it is not verified at the end', async () => {
    const {state} = await upgradeWhile('fe-3', 'frontends/start@fe-1', DAY_MS);
    expect(state.verdict).toBeNull();
    expect(JSON.stringify(state.nodes)).toContain('fe-3 without fe-4/observer');
  });

  test.each(['backends/start@be-6', 'frontends/start@fe-4', 'frontends/start@fe-1'])(
    'as long as a change may take to be known to all, nobody is held: from %s on',
    async from => {
      const {state} = await upgradeWhile('fe-3', from, 40_000);
      expect(state.verdict?.verified).toHaveLength(14);
    },
  );

  test('once it is put right, a retry goes on', async () => {
    let held = 0;
    const choose: Operator['choose'] = async () => {
      held += 1;
      return held > 3 ? 'leave' : 'retry';
    };
    const {state} = await upgradeWhile('fe-3', 'backends/start@be-6', 200_000, {choose});
    expect(held).toBeGreaterThan(0);
    expect(state.verdict?.verified).toHaveLength(14);
  });
});
