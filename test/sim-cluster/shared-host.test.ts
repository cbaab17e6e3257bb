import {lstatSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Kit} from '../../src/model/kit.ts';
import {type DemoCluster, startDemoCluster} from '../../src/sim/demo-cluster.ts';
import {kit as vaultKit} from '../systems/vault/kit.ts';
import {page, placeOf, run} from './support.ts';

const BYTES = Uint8Array.from([0x1f, 0x8b, 0x00, 0xff]);

/** A store with its router beside it, and a store of its own; every home is called by a link too. */
const kit: Kit = {
  ...vaultKit,
  layouts: {
    demo: [
      {name: 'store-1', role: 'store', host: 'one'},
      {name: 'store-2', role: 'store'},
      {name: 'router-1', role: 'router', host: 'one'},
    ],
  },
  ports: ({role}) => ({port: role === 'store' ? 7000 : 7001}),
  folders: ({role}) => ({home: `srv/${role}/home`, package: `srv/${role}/package`}),
  files: (place, context) => [
    ...vaultKit.files(place, context),
    {path: join(place.root, 'srv/home'), link: `${place.role}/home`},
    {path: join(place.root, 'srv/bytes'), text: BYTES, mode: 0o600},
  ],
};

const program = join(import.meta.dirname, '../systems/vault/process.mjs');
let cluster: DemoCluster;

beforeAll(async () => {
  cluster = await startDemoCluster({kit, cluster: 'shared', program, speed: 20});
});

afterAll(async () => {
  await cluster.stop();
});

test('nodes of one host share its address, its tree and its SSH server, and nothing with other hosts', async () => {
  const [store, other, router] = ['store-1', 'store-2', 'router-1'].map(name => placeOf(cluster, name));
  expect(router).toMatchObject({address: store?.address, root: store?.root});
  expect(other?.address).not.toBe(store?.address);
  expect(other?.root).not.toBe(store?.root);
  expect(cluster.hosts.map(({name, places}) => [name, ...places.map(place => place.name)])).toEqual([
    ['one', 'store-1', 'router-1'],
    ['store-2', 'store-2'],
  ]);
  expect(await page(cluster, 'store-1', 'port', '/')).toBe('200 ok');
  expect(await page(cluster, 'router-1', 'port', '/')).toBe('200 ok');
  const {stdout} = await run(cluster, 'router-1', `cat '${store?.home}/lib/version'`);
  expect(stdout).toBe('1.0\n');
});

test("a kit's links and bytes are written as they are told", () => {
  const {root} = placeOf(cluster, 'store-2');
  expect(lstatSync(join(root, 'srv/home')).isSymbolicLink()).toBe(true);
  expect(readlinkSync(join(root, 'srv/home'))).toBe('store/home');
  expect(Uint8Array.from(readFileSync(join(root, 'srv/bytes')))).toEqual(BYTES);
});

test('with one address for all, they still share one tree', async () => {
  const shared = await startDemoCluster({kit, cluster: 'shared', program, speed: 20, shared: true});
  try {
    expect(shared.hosts).toHaveLength(1);
    expect(placeOf(shared, 'router-1').root).toBe(placeOf(shared, 'store-1').root);
    expect(placeOf(shared, 'store-2').root).not.toBe(placeOf(shared, 'store-1').root);
  } finally {
    await shared.stop();
  }
});
