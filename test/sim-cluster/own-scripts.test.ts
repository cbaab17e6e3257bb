import {afterAll, beforeAll, expect, test} from 'vitest';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import type {Node} from '../../src/model/inventory.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {dorisKit} from '../../src/systems/doris/fake/kit.ts';
import {BeFields, CloudFields, FeFields} from '../../src/systems/doris/fields.ts';
import {type Beside, besideFact, parseBeside} from '../../src/systems/doris/parse/around.ts';
import {parseLines} from '../../src/systems/doris/parse/lines.ts';
import {parsePackageVersion} from '../../src/systems/doris/parse/package-version.ts';
import {stageName} from '../../src/systems/doris/parse/tree.ts';
import {stageScript} from '../../src/systems/doris/scripts/act.ts';
import {askSurvey} from '../../src/systems/doris/scripts/look.ts';
import {askVersion} from '../../src/systems/doris/scripts/look-version.ts';
import {stopScript} from '../../src/systems/doris/scripts/stop.ts';
import {boot, placeOf, run} from './support.ts';

const STAMP = '20261122_010203';
const BLIND = {STOP_BLIND: 'yes', DRAIN_MS: '2000'};
const FIELDS = {ms: CloudFields, be: BeFields, fe: FeFields};

let cluster: DemoCluster;
beforeAll(async () => {
  cluster = await boot({layout: 'small', knobs: {'ms-1': BLIND, 'be-1': BLIND, 'fe-1': BLIND}});
});
afterAll(async () => {
  await cluster.stop();
});

const nodeOf = (name: string, role: keyof typeof FIELDS, of: DemoCluster = cluster): Node => {
  const place = placeOf(of, name);
  return {
    id: NodeId.parse(name),
    host: HostId.parse(place.address),
    role,
    home: parseAbsPath(place.home),
    fields: FIELDS[role].parse({package: place.package}),
  };
};

test.each([
  ['ms-1', 'ms'],
  ['be-1', 'be'],
  ['fe-1', 'fe'],
] as const)('the copy of %s tells its version while the old one runs', async (name, role) => {
  const node = nodeOf(name, role);
  expect(await run(cluster, name, stageScript(node, STAMP))).toMatchObject({code: 0, stderr: ''});
  const {root} = placeOf(cluster, name);
  const javaHome = `${root === '/' ? '' : root}/opt/jdk-17`;
  const told = await run(cluster, name, askVersion(node, {stage: stageName(STAMP)}, javaHome).script);
  expect(parsePackageVersion(parseLines(told.stdout)), told.stdout + told.stderr).toBe('3.1.2');
});

test.each([
  ['ms-1', 'ms', 'no doris_cloud.pid found', 'SIGINT'],
  ['be-1', 'be', 'be.pid does not exist', 'SIGTERM'],
  ['fe-1', 'fe', 'fe.pid does not exist', 'SIGTERM'],
] as const)('%s ends although its own stop script finds no pid file', async (name, role, words, signal) => {
  const told = await run(cluster, name, stopScript(nodeOf(name, role), STAMP));
  expect(`${told.code} ${told.stderr}`).toBe('0 ');
  expect(told.stdout).toContain(words);
  expect(told.stdout).toContain('has ended with exit code 1');
  expect(told.stdout).toContain(signal);
  expect(told.stdout).toMatch(/process \d+ has ended\n$/);
  const ends = cluster.events().filter(({node, what}) => node === name && what.startsWith('process ends'));
  expect(ends.map(({what}) => what)).toEqual([`process ends ${signal}`]);
});

test('a MetaService sees the Recycler of its own cluster beside it, and none of another', async () => {
  const layout = [
    {name: 'ms-1', role: 'ms'},
    {name: 'rc-1', role: 'recycler'},
  ];
  const two = await boot({kit: {...dorisKit, layouts: {demo: layout}}});
  try {
    // Clusters of other tests come and go on this machine: a process of theirs that is just beginning or ending says
    // nothing of its home, and cannot be told from one of ours.
    const survey = async (of: DemoCluster): Promise<readonly Beside[]> => {
      const {stdout} = await run(of, 'ms-1', askSurvey(nodeOf('ms-1', 'ms', of)).script);
      return parseBeside(besideFact(parseLines(stdout))).filter(({home}) =>
        [cluster, two].some(({dir}) => home.startsWith(dir)),
      );
    };
    const {home} = placeOf(two, 'rc-1');
    expect(await survey(two)).toEqual([{pid: expect.any(Number), roles: 'recycler', home}]);
    expect(await survey(cluster)).toEqual([]);
  } finally {
    await two.stop();
  }
});
