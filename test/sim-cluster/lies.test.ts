import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {boot, page, placeOf, type Row, run, sql, until} from './support.ts';

let cluster: DemoCluster;

beforeAll(async () => {
  cluster = await boot({layout: 'small'});
});

afterAll(async () => {
  await cluster.stop();
});

/** A frontend that is starting answers nothing. */
const rowsOf = async (asked: string, ...statements: readonly string[]): Promise<readonly Row[]> => {
  try {
    return (await sql(cluster, asked, ...statements)).rows;
  } catch {
    return [];
  }
};

/** What one frontend says of another, or of itself. */
const frontend = async (asked: string, name: string, ...before: readonly string[]): Promise<Row> =>
  (await rowsOf(asked, ...before, 'SHOW FRONTENDS')).find(
    ({Host}) => Host === placeOf(cluster, name).address,
  ) ?? {};

const alive = async (backend: string): Promise<unknown> =>
  (await rowsOf('fe-1', 'SHOW BACKENDS')).find(({Host}) => Host === placeOf(cluster, backend).address)?.Alive;

/** Starts a node anew with what is to be wrong with it. */
const anew = async (node: string, knobs: Readonly<Record<string, string>>): Promise<void> => {
  const {role, home} = placeOf(cluster, node);
  await run(cluster, node, `bash '${home}/bin/stop_${role}.sh'`);
  cluster.turn(node, knobs);
  await run(cluster, node, `bash '${home}/bin/start_${role}.sh' --daemon`);
};

test('a backend whose row flips says itself that it is well', async () => {
  await anew('be-1', {FLIPS: 'yes'});
  for (const next of ['true', 'false', 'true', 'false'])
    await until(
      () => alive('be-1'),
      seen => seen === next,
    );
  expect(await page(cluster, 'be-1', 'webPort', '/api/health')).toContain('"status": "OK"');
});

test('a frontend whose journal stands still is alive and serves, and the master’s goes on', async () => {
  await anew('fe-3', {JOURNAL_STANDS: 'yes'});
  const journals = async (): Promise<{
    readonly own: number;
    readonly master: number;
    readonly alive: boolean;
  }> => {
    const [own, master] = [await frontend('fe-1', 'fe-3'), await frontend('fe-1', 'fe-1')];
    return {
      own: Number(own.ReplayedJournalId),
      master: Number(master.ReplayedJournalId),
      alive: own.Alive === 'true' && typeof own.Version === 'string',
    };
  };
  const up = await until(journals, ({alive}) => alive);
  const later = await until(journals, ({master}) => master > up.master + 20);
  const last = await until(journals, ({master}) => master > later.master + 20);
  expect(last).toMatchObject({own: later.own, alive: true});
});

test('a follower that holds itself for the master says so, and the master’s own view does not', async () => {
  await anew('fe-2', {USURPS: 'yes'});
  const own = 'SET forward_to_master = false';
  await until(
    async () => [await frontend('fe-2', 'fe-2', own), await frontend('fe-1', 'fe-1', own)],
    ([usurper, master]) => usurper?.IsMaster === 'true' && master?.IsMaster === 'true',
  );
  expect(await frontend('fe-1', 'fe-2', own)).toMatchObject({IsMaster: 'false'});
  expect(await page(cluster, 'fe-2', 'httpPort', '/api/show_meta_info?action=SHOW_HA')).toContain(
    '"role":"MASTER"',
  );
});

test('without its store a MetaService that is started does not come up', async () => {
  cluster.turn('ms-1', {DIES: 'at-start'});
  const {home} = placeOf(cluster, 'ms-1');
  expect(await page(cluster, 'ms-1', 'port', '/health')).toContain('OK');
  await run(cluster, 'ms-1', `cd '${home}/bin' && bash stop_ms.sh; bash start_ms.sh --meta-service --daemon`);
  await until(
    () =>
      cluster
        .events()
        .filter(({node}) => node === 'ms-1')
        .map(({what}) => what),
    events => events.includes('process ends by itself'),
  );
  expect(await page(cluster, 'ms-1', 'port', '/health')).toBeNull();
});
