import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {parseLines} from '../../../src/host/lines.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {listOf} from '../../../src/model/facts.ts';
import {type Body, renderScript, type Vars} from '../../../src/model/script.ts';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {
  type AlluxioCluster,
  type ClientNode,
  type Context,
  clientsOf,
} from '../../../src/systems/alluxio/fields.ts';
import {clientFacts} from '../../../src/systems/alluxio/parse/client.ts';
import {clientVars, jarBody, restartBody} from '../../../src/systems/alluxio/scripts/client.ts';
import {askClient} from '../../../src/systems/alluxio/scripts/look-client.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {placeOf, run, until} from '../support.ts';
import {boot} from './support.ts';

const STAMP = '20261122_010203';
let demo: DemoCluster;
let inventory: AlluxioCluster;

beforeAll(async () => {
  demo = await boot({layout: 'clients', speed: 30});
  const read = parseCluster(readFileSync(demo.inventory, 'utf8'), demo.inventory, demo.cluster, [alluxio]);
  if (read.kind === 'problems') throw new Error(read.problems.map(({message}) => message.en).join('\n'));
  // The fields are what this system's own schemas made of the file.
  inventory = read.cluster as AlluxioCluster;
});
afterAll(async () => {
  await demo.stop();
});

const client = (name: string): ClientNode => {
  const found = clientsOf(inventory).find(({id}) => id === name);
  if (found === undefined) throw new Error(`no client ${name}`);
  return found;
};
const context = (): Context => ({
  cluster: inventory,
  facts: new Map(),
  target: {from: '2.3.0', to: '2.9.4', stamp: STAMP},
});

const ran = async (name: string, body: Body, vars: Vars): Promise<string> => {
  const {code, stdout, stderr} = await run(demo, name, renderScript({body, vars}));
  if (code !== 0) throw new Error(`${body.name} ended with ${code}: ${stderr}`);
  return stdout;
};
const factsOf = async (name: string, before: readonly string[] = []): Promise<Facts> => {
  const {script} = askClient(client(name), STAMP);
  return clientFacts(client(name), parseLines(await ran(name, script.body, script.vars)), before);
};

test('Spark has its client open, and has the new one once it was restarted by its own command', async () => {
  const before = await factsOf('spark-1');
  expect(before).toMatchObject({version: '2.3.0', health: 'ok', named: true, users: {length: 1}, old: []});
  await ran('spark-1', jarBody, clientVars(client('spark-1'), context()));
  expect(await factsOf('spark-1')).toMatchObject({version: '2.9.4', causes: ['old-jar'], old: before.users});
  const {restart} = client('spark-1').fields;
  await ran('spark-1', restartBody, {...clientVars(client('spark-1'), context()), restart});
  const after = await until(
    () => factsOf('spark-1', listOf(before, 'users')),
    ({users}) => listOf({users: users ?? []}, 'users').length === 1,
  );
  expect(after).toMatchObject({version: '2.9.4', health: 'ok', old: [], named: true, restarted: 0});
  expect(after.users).not.toEqual(before.users);
});

test('on the gateway nothing is seen to run; somebody deploys the new line after a while', async () => {
  const {root, home} = placeOf(demo, 'yarn-gw');
  const jar = (version: string): string => join(home, `jars/alluxio-${version}-client.jar`);
  expect(await factsOf('yarn-gw')).toMatchObject({
    health: 'ok',
    users: [],
    deployed: 'file',
    classpath: [jar('2.3.0')],
  });
  await ran('yarn-gw', jarBody, clientVars(client('yarn-gw'), context()));
  expect(await factsOf('yarn-gw')).toMatchObject({version: '2.9.4', classpath: [jar('2.3.0')]});
  await until(
    () => factsOf('yarn-gw'),
    ({classpath}) => JSON.stringify(classpath) === JSON.stringify([jar('2.9.4')]),
  );
  expect(readFileSync(join(root, 'etc/hadoop/conf/hadoop-env.sh'), 'utf8')).toContain('JAVA_HOME');
});
