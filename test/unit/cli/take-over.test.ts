import {writeFileSync} from 'node:fs';
import {PassThrough} from 'node:stream';
import {describe, expect, test} from 'vitest';
import type {Loaded} from '../../../src/cli/load-cluster.ts';
import type {Context} from '../../../src/cli/outside.ts';
import {realClock} from '../../../src/cli/real-clock.ts';
import {type LeaseOptions, prepareLease} from '../../../src/cli/take-over.ts';
import type {UserError} from '../../../src/cli/user-error.ts';
import {type Lease, makeLease} from '../../../src/engine/lease.ts';
import type {Ask} from '../../../src/model/ask.ts';
import {RunId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {SshTransport} from '../../../src/transport/transport.ts';
import {withLeases} from '../../fakes/common/memory-leases.ts';
import {memory} from '../../systems/vault/fake-memory.ts';
import {vault, vaultCluster} from '../../systems/vault/system.ts';
import {eventsOf, planOf} from './small-run.ts';
import {cli, inStateDir, keep, stateDir} from './undoable.ts';

/*
 * Before hosts whose lease is another run's: what is said of it is done, and whoever begins goes on.
 */

inStateDir();

const [OURS, THEIRS] = [RunId.parse('20260101-000000-ours'), RunId.parse('20260101-000000-bobs')];
const OWNER = 'bob@desk';

const makeWorld = (cluster: Cluster = vaultCluster()) => {
  const fake = withLeases(memory.boot(cluster, {clock: realClock, chance: () => 0.5, faults: []}), realClock);
  const {answer: ask} = fake;
  const leaseOf = (run: RunId): Lease =>
    makeLease(
      {ask, clock: realClock, chance: Math.random},
      {system: vault, cluster},
      {
        ...{run, owner: OWNER, reason: () => ({reason: '1 → 2', stamp: ''}), seen: {}},
        ...{known: {token: 0, hands: []}, over: []},
      },
    );
  return {cluster, fake, ask, leaseOf};
};

/** Somebody begins a run, and types that where they are asked. */
const begin = async (
  {cluster, ask}: Pick<ReturnType<typeof makeWorld>, 'cluster' | 'ask'>,
  options: Partial<LeaseOptions> = {},
  types = '',
) => {
  const told: string[] = [];
  const stdin = new PassThrough();
  stdin.end(`${types}\n`);
  const context = {
    outside: {env: {XDG_STATE_HOME: stateDir()}, stdin, stdout: new PassThrough().resume()},
    common: {lang: 'en'},
    tell: (words: {en: string}) => void told.push(words.en),
  } as unknown as Context;
  const loaded = {cluster, system: vault} as unknown as Loaded;
  try {
    const prepared = await prepareLease(context, loaded, {ask} as unknown as SshTransport, {
      ...{run: OURS, takeOver: null, reason: () => ({reason: '1 → 2', stamp: ''}), plans: true},
      ...options,
    });
    return {told, prepared, fix: null};
  } catch (error) {
    return {told, prepared: null, fix: (error as UserError).fix?.en ?? String(error)};
  }
};

const held = async () => {
  const world = makeWorld();
  const lease = world.leaseOf(THEIRS);
  expect(await lease.take(false, async () => undefined)).toMatchObject({kind: 'taken'});
  return {...world, lease};
};

describe('another run has the lease', () => {
  test('once that one has given it back, it is tried again, and goes on', async () => {
    const world = await held();
    const {fix} = await begin(world, {never: true});
    expect(fix).toMatch(/once that run has ended or given its lease back, try again$/);
    await world.lease.free(true);
    expect((await begin(world, {never: true})).prepared).not.toBeNull();
  });

  test('it is taken over by the words that are printed, and the other one acts no more', async () => {
    const world = await held();
    const [node] = world.cluster.nodes;
    if (node === undefined) throw new Error('there is a node');
    const hand = await world.lease.hand(node.id);
    if (hand.kind !== 'vars') throw new Error('it has the lease');
    const {fix} = await begin(world);
    const [, run = ''] = /so that it cannot act on any node again: --take-over (\S+)$/.exec(fix ?? '') ?? [];
    expect(run).toBe(THEIRS);
    expect((await begin(world, {takeOver: run})).prepared).not.toBeNull();
    const script = {body: {name: 'vault.store.stop', text: '' as never}, vars: {home: '/x', ...hand.vars}};
    const acted = await world.ask(node.host, {
      ...{kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 99},
    });
    expect(acted).toMatchObject({code: 97});
  });

  test('its owner’s name is typed, and it goes on; Enter alone leaves everything as it is', async () => {
    const world = await held();
    const before = await begin(world, {}, '');
    expect(before.prepared).toBeNull();
    expect(before.told.join('\n')).toMatch(/has the lease/);
    expect((await begin(world, {}, OWNER)).prepared).not.toBeNull();
  });

  test('of this machine, whose journal cannot be read: it is begun without that one', async () => {
    const world = await held();
    const dir = await keep(THEIRS, eventsOf(planOf([])));
    writeFileSync(dir.journal, 'nonsense\n');
    const {fix} = await begin(world);
    const [, run = ''] =
      /nobody can go on with it\. To begin without it, .*: --take-over (\S+)$/.exec(fix ?? '') ?? [];
    expect((await begin(world, {takeOver: run})).prepared).not.toBeNull();
  });

  test('of this machine, that was left: it is gone on with', async () => {
    const world = await held();
    await keep(THEIRS, eventsOf(planOf([])));
    const {fix} = await begin(world);
    const [, run = ''] = /it is a run of this machine: lakeup resume (\S+)$/.exec(fix ?? '') ?? [];
    expect((await cli('resume', run)).stderr).toMatch(/there is no terminal/);
  });
});

test('a host of two names is written by one, and it goes on', async () => {
  const world = makeWorld();
  const [first, second] = world.cluster.nodes;
  if (first === undefined || second === undefined) throw new Error('there are two');
  const ask: Ask = async (host, request) => {
    const reply = await world.ask(host, request);
    // The second name leads to the first host.
    return 'stdout' in reply && host === second.host
      ? {...reply, stdout: reply.stdout.replace(/^(place=boot:1:).*$/m, `$1${first.host}:${first.home}`)}
      : reply;
  };
  const {fix} = await begin({...world, ask});
  expect(fix).toMatch(/^write the host by one name in the inventory, and each home once$/);
  const nodes = world.cluster.nodes.filter(node => node !== second);
  expect((await begin({cluster: {...world.cluster, nodes}, ask})).prepared).not.toBeNull();
});

test('a lease that does not say whose it is: it is removed by who wrote it, and it goes on', async () => {
  const world = makeWorld();
  let isThere = true;
  const ask: Ask = async (host, request) => {
    const reply = await world.ask(host, request);
    const isLook = request.kind === 'shell' && request.script.body.name === 'lease.look';
    return isThere && isLook && 'stdout' in reply
      ? {...reply, stdout: 'lease.top=7\nlease.state=held\nlease.garbage\n'}
      : reply;
  };
  const {fix} = await begin({...world, ask});
  expect(fix).toMatch(/find out on \S+ who wrote \S+\/\.lakeup-lease\.\* .*, and have them remove it$/);
  isThere = false;
  expect((await begin({...world, ask})).prepared).not.toBeNull();
});
