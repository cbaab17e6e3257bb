import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Beginning, run} from '../../src/engine/run.ts';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {Event} from '../../src/model/event.ts';
import {NodeId, RunId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Operator} from '../../src/model/world.ts';
import {planFor} from '../sim/plan-for.ts';
import {backupOf, type Depot, depot} from '../systems/depot/system.ts';
import {realClock} from './fixtures.ts';
import {FIRST, realPair, SECOND} from './pairs.ts';
import {sshdMissing} from './real-sshd.ts';

const SIZE = 64 * 1024 * 1024;

const missing = sshdMissing();

describe.skipIf(missing !== null)('an upgrade whose backup of 64 MB lies on a host of its own choice', () => {
  let pair: Awaited<ReturnType<typeof realPair>>;
  let cluster: Cluster<Depot>;
  beforeAll(async () => {
    pair = await realPair();
    const places = [
      ['store-1', FIRST, pair.dirs[0]],
      ['store-2', SECOND, pair.dirs[1]],
    ] as const;
    cluster = {
      name: 'depot-1',
      system: 'depot',
      settings: {writer: 'store-2', bytes: SIZE},
      hosts: [FIRST, SECOND].map(id => ({id, identityFiles: []})),
      nodes: places.map(([id, host, dir]) => {
        const home = parseAbsPath(join(dir, 'home'));
        mkdirSync(home);
        writeFileSync(join(home, 'version'), '1.0\n');
        return {id: NodeId.parse(id), host, role: 'store', home, fields: {}};
      }),
    };
  });
  afterAll(() => pair?.stop());

  test('cut in the middle and retried, left in the middle and resumed, ends with whole files everywhere', async () => {
    const {transport} = pair;
    const {plan} = await planFor({system: depot, cluster}, transport, realClock);
    const events: Event[] = [];
    let cuts = 0;
    let leaves = false;
    const life = (beginning: Beginning, onMiddle: () => void) => {
      const wishers = new Set<() => void>();
      const operator: Operator = {
        confirm: async () => ({answer: 'yes', typed: cluster.name}),
        choose: async () => 'retry',
        manual: async () => 'leave',
        wish: () => (leaves ? 'leave' : 'go'),
        onWish: listener => {
          wishers.add(listener);
          return () => wishers.delete(listener);
        },
      };
      return run(beginning, {
        system: depot,
        cluster,
        publish: () => undefined,
        onSighting: () => undefined,
        lease: null,
        onHeadway: (_step, headway) => {
          if (headway?.stage !== 'copying' || headway.done === SIZE) return;
          onMiddle();
          for (const wake of wishers) wake();
        },
        world: {
          clock: realClock,
          chance: Math.random,
          operator,
          transport,
          journal: {append: async event => void events.push(structuredClone(event))},
        },
      });
    };
    const planned = {
      type: 'run.planned',
      run: RunId.parse('20260101-000000-copy'),
      lakeup: 'test',
      inventory: 'test',
      plan,
      findings: [],
    } as const;

    // The cable of the sender is cut, the operator retries; in the middle of the next try they leave.
    const first = await life({kind: 'new', planned}, () => {
      if (cuts === 0) {
        cuts += 1;
        pair.cut[1]();
      } else if (events.some(({type}) => type === 'run.released')) leaves = true;
    });
    expect(first.end).toBe('left');
    const failed = events.find(event => event.type === 'step.failed');
    expect(failed?.type === 'step.failed' && failed.failure).toMatchObject({
      kind: 'lost',
      trouble: 'dropped',
    });

    leaves = false;
    const second = await life({kind: 'resumed', events: [...events], lakeup: 'test'}, () => undefined);
    expect(second.end).toBe('ended');
    const of = (id: string): string[] =>
      events.flatMap(event => ('step' in event && event.step === `copy/copy@${id}` ? [event.type] : []));
    expect(of('store-1')).toEqual([
      'step.started',
      'step.failed',
      'step.started',
      'step.reset',
      'step.started',
      'step.acted',
      'step.done',
    ]);
    // Its own backup: nothing to do. A look that meets the cut link cannot say so; then the copy itself does.
    expect(of('store-2').at(-1)).toBe('step.done');
    const copied = events.flatMap(event =>
      event.type === 'step.acted' && event.step === 'copy/copy@store-2' ? [event.outcome.stdout] : [],
    );
    for (const said of copied) expect(said).toContain('it is the very file');
    const [one, two] = await Promise.all(cluster.nodes.map(node => readFile(backupOf(node))));
    expect(one?.length).toBe(SIZE);
    expect(two !== undefined && one?.equals(two)).toBe(true);
    for (const node of cluster.nodes) expect(readdirSync(join(`${node.home}`, 'backups'))).toEqual(['b.gz']);
  });
});
