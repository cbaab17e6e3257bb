import {readFileSync, realpathSync} from 'node:fs';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import type {ShellReply} from '../../../src/model/ask.ts';
import {type Headway, type Heard, headwayLeftMs, hear} from '../../../src/model/headway.ts';
import {NodeId} from '../../../src/model/ids.ts';
import type {Step} from '../../../src/model/plan.ts';
import type {Body, Vars} from '../../../src/model/script.ts';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {type AlluxioCluster, type Context, firstMaster} from '../../../src/systems/alluxio/fields.ts';
import {alluxioHeadway} from '../../../src/systems/alluxio/headway.ts';
import {backupBody, backupVars, markBody} from '../../../src/systems/alluxio/scripts/backup.ts';
import {actionVars} from '../../../src/systems/alluxio/scripts/begin.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {openTransport, type SshTransport} from '../../../src/transport/transport.ts';
import {testEnv} from '../../ssh/fixtures.ts';
import {boot, untilLed} from './support.ts';

const TARGET = {from: '2.3.0', to: '2.9.4', stamp: '20261122_010203'};

let demo: DemoCluster;
let transport: SshTransport;
let cluster: AlluxioCluster;

beforeAll(async () => {
  // At this speed a backup takes eight seconds.
  demo = await boot({from: TARGET.from, to: TARGET.to, layout: 'small', speed: 10});
  const read = parseCluster(readFileSync(demo.inventory, 'utf8'), demo.inventory, demo.cluster, [alluxio]);
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  // The fields are what this system's own schemas made of the file.
  cluster = read.cluster as AlluxioCluster;
  transport = openTransport(cluster.hosts, testEnv());
  await untilLed(demo, TARGET.from);
});
afterAll(async () => {
  await transport.close();
  await demo.stop();
});

test('a backup is heard over SSH while the product makes it, with the time left by its own rate', async () => {
  const master = firstMaster(cluster);
  const facts = new Map([[master.id, {homeKind: 'link', homeReal: realpathSync(master.home)}]]);
  const context: Context = {cluster, facts, target: TARGET};
  const heard: Heard[] = [];
  const step = {name: 'backup', node: NodeId.parse(master.id)} as Step;
  const onSaid = (line: string): void => {
    const headway: Headway | null = alluxioHeadway(step, line, () => ({paths: 3, lastBackup: 40}));
    if (headway !== null) heard.push(hear(heard.at(-1), headway, Date.now()));
  };
  const act = async (body: Body, vars: Vars): Promise<ShellReply> => {
    const limits = {timeoutMs: 120_000, maxBytes: 10_000};
    const reply = await transport.ask(master.host, {
      kind: 'shell',
      shell: 'act',
      script: {body, vars},
      ...limits,
      onSaid,
    });
    if (reply.kind !== 'shell') throw new Error(reply.detail.en);
    return reply;
  };
  expect(await act(markBody, actionVars(master, context))).toMatchObject({code: 0});
  expect(heard).toEqual([]);
  const {code, stdout, stderr} = await act(backupBody, backupVars(master, context));
  const end = Date.now();
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  // Of all that was said on the way nothing is left.
  expect(stdout).toMatch(/^Backup Host {8}: .*\nBackup URI {9}: .*\nBackup Entry Count : \d+\n$/);
  const entries = Number(/Entry Count : (\d+)/.exec(stdout)?.[1]);
  const stages = heard.map(({headway}) => headway.stage);
  expect([...new Set(stages)]).toEqual(['initiating', 'running']);
  const figures = heard.flatMap(({headway}) => headway.done ?? []);
  expect(figures.length).toBeGreaterThan(2);
  expect(figures).toEqual(figures.toSorted((a, b) => a - b));
  expect(figures.at(-1)).toBeLessThanOrEqual(entries);
  expect(heard.at(-1)?.headway.words.en).toMatch(/^running: \d+ of ~40 entries \(\d+%\)$/);
  // Told while it went on, and not all at its end.
  expect(end - (heard[0]?.at ?? end)).toBeGreaterThan(3_000);
  expect(heard.some(each => (headwayLeftMs(each, each.at) ?? 0) > 0)).toBe(true);
});
