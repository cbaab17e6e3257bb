import {beforeAll, describe, expect, it} from 'vitest';
import {lookForPrune} from '../../../src/cli/prune-survey.ts';
import type {Copy} from '../../../src/model/copy.ts';
import {type HostId, NodeId} from '../../../src/model/ids.ts';
import {nodeOf} from '../../../src/model/inventory.ts';
import type {Check, Gate, Phase, Plan, Step} from '../../../src/model/plan.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {skipOf} from '../../../src/model/skip.ts';
import {
  type Ended,
  judgePlace,
  keptPlaces,
  type SeenPlace,
  withoutShared,
} from '../../../src/plan/kept-places.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {type PruneSurvey, prunePlan} from '../../../src/plan/prune.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {type Disks, type Lying, withKept} from '../../fakes/common/memory-kept.ts';
import type {FakeCluster} from '../../fakes/memory.ts';
import {makeHands} from '../../journals/hands.ts';
import {seededRandom} from '../../sim/random.ts';
import {subjects} from '../../sim/subjects.ts';
import {makeVirtualClock, type VirtualClock} from '../../sim/virtual-clock.ts';
import {type Driving, drive, fresh, inTime, planFor} from '../../walks/drive.ts';

type Made = {
  readonly ended: Ended;
  readonly survey: PruneSurvey;
  readonly plan: Plan;
  readonly clock: VirtualClock;
  readonly driving: Driving;
  readonly fake: FakeCluster & {readonly disks: Disks};
};

/** An upgrade of that subject that has ended well, and the plan that prunes it. */
const made = async (name: string): Promise<Made> => {
  const subject = subjects.find(each => each.name === name);
  if (subject === undefined) throw new Error(`no subject ${name}`);
  const {system, cluster} = subject;
  const clock = makeVirtualClock(Date.UTC(2026, 0, 1));
  const fake = withKept(subject.fake.boot(cluster, {clock, chance: seededRandom(5), faults: []}), clock);
  const copy: Copy = (request, onProgress, signal = new AbortController().signal) => {
    if (fake.copy === undefined) throw new Error('this fake copies no files');
    return fake.copy(request, onProgress, signal);
  };
  const driving = {system, cluster, clock, ask: fake.answer, copy};
  const {state} = await drive(fresh(await planFor(driving)), driving);
  const ended: Ended = {state, system, cluster};
  for (const [i, {node, path, kind, bytes}] of keptPlaces(ended).places.entries())
    fake.disks.put(nodeOf(cluster, node).host, path, {
      kind: kind === 'backup' ? 'file' : 'dir',
      id: i,
      files: 7,
      bytes: bytes ?? 1_000 + i,
      newest: 5,
      at: 0,
    });
  const {survey, problems} = await inTime(clock, lookForPrune(driving, ended));
  expect(problems).toEqual([]);
  const plan = prunePlan(ended, survey, '20260102_000000');
  if (plan === null) throw new Error('nothing to prune');
  return {ended, survey, plan, clock, driving, fake};
};

let doris: Made;
let cache: Made;
beforeAll(async () => {
  [doris, cache] = [await made('doris'), await made('alluxio')];
});

const outline = ({phases}: Plan): string[] =>
  phases.map(({id, lanes}) => `${id}: ${lanes.map(({node, steps}) => `${node} ${steps.length}`).join(', ')}`);

describe('the plan that prunes a run', () => {
  it('of Doris removes bin and lib of the old version in each home', () => {
    expect(outline(doris.plan)).toEqual([expect.stringMatching(/^prune-version: ms-1 2, .*fe-4 2$/)]);
    expect(planProblems(doris.plan, doris.ended.system, doris.ended.cluster)).toEqual([]);
  });

  it('of Alluxio removes old versions once per home, then the copies, and the backup last', () => {
    expect(outline(cache.plan)).toEqual([
      'prune-version: m-1 1, m-2 1, m-3 1, w-1 1, w-2 1, w-3 1',
      'prune-journal: m-1 2, m-2 2, m-3 2',
      'prune-backup: m-1 1',
    ]);
    expect(planProblems(cache.plan, alluxio, cache.ended.cluster)).toEqual([]);
  });

  it('says that the way back goes with it, or that there is none already, and why', () => {
    const asked = ({phases}: Plan): string => {
      const gates = phases[0]?.gates ?? [];
      return gates.find(gate => gate.kind === 'confirm')?.ask.en ?? '';
    };
    expect(asked(cache.plan)).toMatch(/\? After that there is no way back from 2\.9\.4 to 2\.3\.0\.$/);
    expect(asked(doris.plan)).toMatch(/\? There is no way back from 3\.1\.2 to 3\.0\.6 already: .*metadata/);
    expect(doris.plan.rule.says.en).toMatch(/There is no way back from 3\.1\.2 to 3\.0\.6 already/);
  });

  it.each(['alluxio-local', 'alluxio-local-in-place'])(
    'removes a backup from every master that has it: %s',
    async name => {
      const {plan} = await made(name);
      const last = plan.phases.at(-1);
      expect(last?.id).toBe('prune-backup');
      expect(last?.lanes.map(({node}) => node).toSorted()).toEqual(['m-1', 'm-2', 'm-3']);
    },
  );

  it('leaves the kinds that the operator wants to stay, and says so', async () => {
    const {survey, stays} = await inTime(
      cache.clock,
      lookForPrune(cache.driving, cache.ended, ['backup', 'version']),
    );
    expect(stays.map(({place}) => place.kind)).toEqual([...Array(6).fill('version'), 'backup']);
    const plan = prunePlan(cache.ended, survey, '20260102_000000');
    expect(plan?.phases.map(({id}) => id)).toEqual(['prune-journal']);
    expect(plan?.prunes?.whole).toBe(false);
    expect(cache.plan.prunes?.whole).toBe(true);
  });

  it('is not made while a node is down, of whatever role, and says which', async () => {
    const {ended, clock, driving, fake} = await made('doris');
    const hands = makeHands({fake, clock, cluster: ended.cluster, plan: ended.state.plan});
    await inTime(clock, hands.carryOut('stop', 'be-2'));
    const {survey, problems} = await inTime(clock, lookForPrune(driving, ended));
    expect(problems.map(({node, title}) => `${node}: ${title.en}`)).toEqual(
      expect.arrayContaining(['be-2: not so: it is healthy at 3.1.2']),
    );
    expect(prunePlan(ended, survey, '20260102_000000')).toBeNull();
  });

  it.each<[string, (lying: Lying) => Partial<Lying>, RegExp]>([
    ['a process is at work in it', () => ({at: 1}), /is at work in it/],
    ['it is a link', () => ({kind: 'symlink'}), /it is symlink/],
  ])('is not made where something speaks against one place: %s', async (_, change, says) => {
    const {ended, clock, driving, fake} = await made('doris');
    const [place] = keptPlaces(ended).places;
    if (place === undefined) throw new Error('nothing was kept');
    const {host} = nodeOf(ended.cluster, place.node);
    const lying = fake.disks.lying(host, place.path);
    if (lying === null) throw new Error('it is not there');
    fake.disks.put(host, place.path, {...lying, ...change(lying)});
    const {problems} = await inTime(clock, lookForPrune(driving, ended));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.seen?.en).toMatch(says);
  });

  it('of a backup that something speaks against says that it stays, and leaves it out', async () => {
    const {ended, clock, driving, fake} = await made('alluxio');
    const place = keptPlaces(ended).places.find(({kind}) => kind === 'backup');
    if (place === undefined) throw new Error('there is no backup');
    const {host} = nodeOf(ended.cluster, place.node);
    const lying = fake.disks.lying(host, place.path);
    if (lying === null) throw new Error('it is not there');
    fake.disks.put(host, place.path, {...lying, bytes: lying.bytes + 1});
    const {survey, problems, stays} = await inTime(clock, lookForPrune(driving, ended));
    expect(problems).toEqual([]);
    expect(stays.map(({place: {kind}, why}) => `${kind}: ${why.en}`)).toEqual([
      expect.stringMatching(/^backup: it has \d+ bytes, and \d+ when the run left it$/),
    ]);
    const plan = prunePlan(ended, survey, '20260102_000000');
    expect(plan?.phases.map(({id}) => id)).toEqual(['prune-version', 'prune-journal']);
    expect(plan?.prunes?.whole).toBe(false);
  });

  it('removes the copy of a cache only where the run’s own receipt lies in it: its place has no name of the run', async () => {
    const {ended, plan, clock, driving, fake} = await made('alluxio-copied');
    const caches = plan.phases.filter(({id}) => id === 'prune-cache').flatMap(({lanes}) => lanes);
    expect(caches).toHaveLength(3);
    const receipt = `.lakeup-cache-${ended.state.plan.stamp}`;
    for (const {steps} of caches)
      for (const {action} of steps) expect(action).toMatchObject({vars: {known_by: receipt}});
    expect(planProblems(plan, alluxio, ended.cluster)).toEqual([]);
    const forgetful = stepsOf(plan, step => withVar(step, 'known_by', ''));
    expect(planProblems(forgetful, alluxio, ended.cluster).map(({en}) => en)).toContainEqual(
      expect.stringMatching(/removes a cache that is not known by what the run has left in it/),
    );
    const place = keptPlaces(ended).places.find(({kind}) => kind === 'cache');
    if (place === undefined) throw new Error('no cache was copied');
    const {host} = nodeOf(ended.cluster, place.node);
    const lying = fake.disks.lying(host, place.path);
    if (lying === null) throw new Error('it is not there');
    fake.disks.put(host, place.path, {...lying, knownBy: '.lakeup-cache-20200101_000000'});
    const {problems} = await inTime(clock, lookForPrune(driving, ended));
    expect(problems.map(({seen}) => seen?.en)).toEqual([
      expect.stringContaining(`has left ${receipt} in it`),
    ]);
  });

  it('never lets what is live lie in what it removes, nor that in what is live', () => {
    const [place] = cache.survey.places;
    expect(place?.given.homes).toBe('/opt/alluxio');
    expect(String(place?.given.used).split('\n')).toEqual(
      expect.arrayContaining(['/srv/alluxio/journal', '/srv/alluxio/metastore']),
    );
    expect(String(place?.given.closed).split('\n')).toContain('/opt/alluxio');
  });

  it('looks at every place again right before, and at each node', () => {
    for (const {lanes} of doris.plan.phases)
      for (const {steps} of lanes)
        expect(steps[0].gates.map(gate => gate.kind === 'check' && gate.check.probe)).toEqual(
          expect.arrayContaining(['status', 'kept']),
        );
  });
});

describe('a place on a file system of the network', () => {
  /** The backup lies on each host, and is the same one. */
  const shared = async () => {
    const {ended, clock, driving, fake} = await made('alluxio');
    const place = keptPlaces(ended).places.find(({kind}) => kind === 'backup');
    if (place === undefined) throw new Error('there is no backup');
    const lying = fake.disks.lying(nodeOf(ended.cluster, place.node).host, place.path);
    if (lying === null) throw new Error('it is not there');
    const put = (host: HostId, more: Partial<Lying> = {}): void =>
      fake.disks.put(host, place.path, {...lying, shared: true, ...more});
    for (const {id} of ended.cluster.hosts) put(id);
    // One of the same name that is another.
    const other = nodeOf(ended.cluster, NodeId.parse('w-3')).host;
    put(other, {id: 4711, at: 1});
    const look = () => inTime(clock, lookForPrune(driving, ended));
    return {ended, driving, fake, put, look, at: nodeOf(ended.cluster, NodeId.parse('w-2')).host};
  };

  it('is looked at from every host that has it there: before the plan', async () => {
    const {put, look, at} = await shared();
    put(at, {at: 1});
    const {stays, problems} = await look();
    expect(problems).toEqual([]);
    expect(stays.map(({place: {kind}, why}) => `${kind}: ${why.en}`)).toEqual([
      'backup: w-2: process 7 (bash) is at work in it',
    ]);
  });

  it('and before and after the question: who works there from another host holds the run', async () => {
    const {ended, driving, fake, put, look, at} = await shared();
    const {survey} = await look();
    const plan = prunePlan(ended, survey, '20260102_000000');
    if (plan === null) throw new Error('nothing to prune');
    expect(planProblems(plan, alluxio, ended.cluster)).toEqual([]);
    const gates = plan.phases.at(-1)?.gates ?? [];
    const seenFrom = (some: readonly Gate[]): string[] =>
      some.flatMap(gate => (gate.kind === 'check' && gate.check.probe === 'kept' ? [gate.check.node] : []));
    const question = gates.findIndex(({kind}) => kind === 'confirm');
    const others = ['m-2', 'm-3', 'w-1', 'w-2'];
    expect(seenFrom(gates.slice(0, question)).toSorted()).toEqual(others);
    expect(seenFrom(gates.slice(question)).toSorted()).toEqual(others);
    const operator = {
      confirm: async (gate: string) => {
        if (gate.startsWith('prune-backup')) put(at, {at: 1});
        return {answer: 'yes', typed: ended.cluster.name} as const;
      },
    };
    const {state} = await drive(fresh(plan), {...driving, operator});
    const [hold] = state.holds;
    const gate = gates.find(({id}) => hold?.kind === 'gate' && id === hold.gate);
    expect(gate).toMatchObject({check: {node: 'w-2', probe: 'kept'}});
    const isBackup = ({path}: {readonly path: string}): boolean => path.includes('alluxio-backup');
    expect(fake.disks.vanished.filter(isBackup)).toEqual([]);
  });
});

it('a run that prunes goes on without nobody: it stops none', () => {
  const {plan, ended} = doris;
  const planned = {
    type: 'run.planned',
    run: ended.state.run,
    lakeup: 'test',
    inventory: '',
    findings: [],
  } as const;
  const state = foldEvents([{...planned, plan, seq: 0, at: 0}]);
  const {nodes} = ended.cluster;
  const [node] = nodes;
  if (node === undefined) throw new Error('there is no node');
  expect(skipOf(state, ended.system, {nodes: [node.id], all: nodes, notServing: new Set()})).toMatchObject({
    kind: 'refused',
    because: {en: 'A run that prunes another one stops nobody: there is nothing to go on without.'},
  });
});

/** The plan with one thing changed in every step, or every question. */
const stepsOf = (plan: Plan, change: (step: Step) => Step): Plan => ({
  ...plan,
  phases: plan.phases.map(phase => ({
    ...phase,
    lanes: phase.lanes.map(({node, steps: [first, ...others]}) => ({
      node,
      steps: [change(first), ...others.map(change)] as const,
    })),
  })),
});
const phasesOf = (plan: Plan, change: (phase: Phase) => Phase): Plan => ({
  ...plan,
  phases: plan.phases.map(change),
});
const gatesOf = (plan: Plan, change: (gate: Gate) => Gate): Plan =>
  phasesOf(plan, phase => ({...phase, gates: phase.gates.map(change)}));
const withVar = (step: Step, name: string, value: string): Step =>
  step.action.kind === 'script'
    ? {...step, action: {...step.action, vars: {...step.action.vars, [name]: value}}}
    : step;
const looking = (step: Step, change: (check: Check) => Check): Step => ({
  ...step,
  gates: step.gates.map(gate =>
    gate.kind === 'check' && gate.check.probe === 'kept' ? {...gate, check: change(gate.check)} : gate,
  ),
});

describe('a plan that breaks a rule is refused', () => {
  it.each<[string, (plan: Plan) => Plan, RegExp]>([
    [
      'another path',
      plan => stepsOf(plan, step => withVar(step, 'path', '/srv/data')),
      /which no question of its phase shows/,
    ],
    ['the root', plan => stepsOf(plan, step => withVar(step, 'path', '/')), /which is no path of its own/],
    ['no path', plan => stepsOf(plan, step => withVar(step, 'path', '')), /which is no path of its own/],
    [
      'a system directory',
      plan => stepsOf(plan, step => withVar(step, 'path', '/usr')),
      /removes "\/usr", which is no path of its own/,
    ],
    ['no look', plan => stepsOf(plan, step => ({...step, gates: []})), /without a look right before/],
    [
      'a look that lets pass what is in use',
      plan =>
        stepsOf(plan, step =>
          looking(step, ({expect: {against: _, ...expected}, ...rest}) => ({...rest, expect: expected})),
        ),
      /without a look right before/,
    ],
    [
      'a look that does as well for another one',
      plan => stepsOf(plan, step => looking(step, check => ({...check, or: [{place: 'dir', against: []}]}))),
      /without a look right before/,
    ],
    [
      'a question that Enter answers',
      plan => gatesOf(plan, gate => (gate.kind === 'confirm' ? {...gate, danger: 'phase'} : gate)),
      /does not ask once, for the name of the cluster/,
    ],
    [
      'a question for another word',
      plan => gatesOf(plan, gate => (gate.kind === 'confirm' ? {...gate, phrase: 'yes'} : gate)),
      /does not ask once, for the name of the cluster/,
    ],
    [
      'a question that hides a place',
      plan => gatesOf(plan, gate => (gate.kind === 'confirm' ? {...gate, blast: gate.blast.slice(1)} : gate)),
      /which no question of its phase shows/,
    ],
    [
      'an end that nobody sees',
      plan => stepsOf(plan, step => ({...step, done: [{...step.done[0], expect: {}}]})),
      /would be done while/,
    ],
    [
      'another script',
      plan =>
        stepsOf(plan, step => ({...step, action: {...step.action, body: 'doris.be.stop'} as Step['action']})),
      /does something else than to remove/,
    ],
    ['backups first', plan => ({...plan, phases: plan.phases.toReversed()}), /Backups do not go last/],
    ['another version', plan => ({...plan, to: '9.9.9'}), /leads somewhere else/],
    ['service', plan => stepsOf(plan, step => ({...step, service: 'restarts'})), /out of service/],
  ])('%s', (_, change, says) => {
    const words = planProblems(change(cache.plan), alluxio, cache.ended.cluster).map(({en}) => en);
    expect(words.join('\n')).toMatch(says);
  });
});

describe('a place', () => {
  const place = (facts: SeenPlace['facts'], more: Partial<SeenPlace> = {}): SeenPlace => {
    const [first] = doris.survey.places;
    if (first === undefined) throw new Error('nothing was kept');
    return {...first, ...more, facts: {...first.facts, ...facts}};
  };
  const words = (seen: SeenPlace): string => {
    const judged = judgePlace(seen);
    return typeof judged === 'string' ? judged : judged.en;
  };

  it.each<[SeenPlace['facts'], string | RegExp]>([
    [{}, 'ready'],
    [{place: 'none', going: 'dir'}, 'ready'],
    [{place: 'none', going: 'none'}, 'gone'],
    [{place: 'unreachable'}, /the directory that it lay in is not there/],
    [{place: 'symlink'}, /it is symlink/],
    [{place: 'file'}, /it is file/],
    [{place: 'dir', going: 'dir'}, /what is being removed is dir/],
    [{devices: 2}, /several file systems/],
    [{against: ['process 3 (java) is at work in it']}, /process 3/],
  ])('%j is %s', (facts, says) => {
    expect(words(place(facts))).toMatch(says);
  });

  it('that has another size than the run left it with stays', () => {
    expect(words(place({bytes: 5}, {bytes: 6}))).toMatch(/it has 5 bytes, and 6 when the run left it/);
  });

  it('of a network’s file system is one on all hosts, of a disk one on each', () => {
    const shared = ['2049:77:0', '66:77:0'].map(id => place({id, shared: true}));
    expect(withoutShared(shared)).toHaveLength(1);
    expect(withoutShared([...shared, place({id: '66:78:0', shared: true})])).toHaveLength(2);
    expect(withoutShared(shared.map(each => place({...each.facts, shared: false})))).toHaveLength(2);
  });
});
