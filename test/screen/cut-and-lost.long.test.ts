import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {z} from 'zod';
import type {KitNode, Place} from '../../src/model/kit.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {stopsAndStarts} from '../end-to-end/calls.ts';
import {bootCluster, CLUSTER} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {keptIn, stoppedAt, whenKept} from '../terminal/kept.ts';
import {killAction, whenAtWork} from '../terminal/killing.ts';
import {agree, agreeUntil, finish, held, pressYes, retry} from '../terminal/person.ts';
import {dialogOf} from '../terminal/reading.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';

const NODES: readonly KitNode[] = [
  {name: 'ms-1', role: 'ms'},
  {name: 'be-1', role: 'be', group: 'cg_etl'},
  {name: 'be-2', role: 'be', group: 'cg_etl'},
  {name: 'fe-1', role: 'fe'},
  {name: 'fe-2', role: 'fe'},
  {name: 'fe-3', role: 'fe'},
];
const STORY_MS = 600_000;

/** What a story changes of an inventory. */
const INVENTORY = z.looseObject({
  clusters: z.record(
    z.string(),
    z.looseObject({
      roles: z.looseObject({fe: z.looseObject({nodes: z.array(z.unknown())})}),
    }),
  ),
});

/** The first frontend of the group, which is its master, stands in the middle of the inventory. */
const masterInTheMiddle = (data: unknown): string => {
  const inventory = INVENTORY.parse(data);
  for (const {roles} of Object.values(inventory.clusters)) {
    const [first, ...others] = roles.fe.nodes;
    roles.fe.nodes = [others[0], first, ...others.slice(1)];
  }
  return stringify(inventory);
};

describe('an upgrade on a bad night', () => {
  let cluster: DemoCluster;
  let desk: Desk;
  let terminal: Terminal;
  let run = '';

  beforeAll(async () => {
    desk = makeDesk();
    // The last looks take long enough for a node to end while they go on.
    cluster = await bootCluster(NODES, {toYaml: masterInTheMiddle, settings: {lastSteadyMs: 3_000}});
    terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory], {columns: 140, rows: 60});
    await agree(terminal, 1);
    [run = ''] = desk.runs();
  }, STORY_MS);
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
  });

  const placeOf = (name: string): Place => {
    const place = cluster.places.find(each => each.name === name);
    if (place === undefined) throw new Error(`no node ${name}`);
    return place;
  };

  test('an action that is killed while its link is cut is lost: what is out and what to do stands there, and the retry looks first', {
    timeout: STORY_MS,
  }, async () => {
    const question = await agreeUntil(terminal, 'Backends');
    const {killed} = await whenAtWork(cluster, run, terminal, /\/start@be-1$/, () =>
      pressYes(terminal, question),
    );
    const {home, address} = placeOf('be-1');
    // Its host loses the action and the link at once.
    killAction(home, killed);
    cluster.hosts.find(({ssh}) => ssh.address === address)?.ssh.drop();

    const screen = await held(terminal, 'be-1');
    const said = dialogOf(screen);
    expect(said).toMatch(/Lost: it (may have|had) begun\./);
    expect(said).toContain(`be-1 on ${address}, out of service since ${stoppedAt(run, 'be-1')}`);
    expect(said).toContain('1 of 2 Backends cg_etl serve: be-2');
    expect(said).toMatch(/left no exit code|closed the connection/);
    expect(said).toMatch(/A retry looks first/);
    expect(screen).toMatch(/▽ 1 node is not serving: be-1/);
    await retry(terminal);
    await agreeUntil(terminal, 'Frontends');
    const done = keptIn(run).filter(({type, step}) => type === 'step.done' && step === killed);
    expect(done).toHaveLength(1);
    expect(stopsAndStarts(cluster.events()).filter(call => call === 'stop be-1')).toHaveLength(1);
  });

  test('the master in the middle of the inventory is named, and goes last', {timeout: STORY_MS}, async () => {
    const question = await agreeUntil(terminal, 'Frontends');
    const said = dialogOf(question);
    expect(said).toContain('in this order fe-2 follower → fe-3 follower → fe-1 master');
    expect(said).toContain(
      'asked from the live cluster before each node: left-behind → observer → follower → master',
    );
    pressYes(terminal, question);
    await whenKept(run, terminal, ({type, step}) => type === 'step.done' && step === 'frontends/start@fe-1');
    const order = stopsAndStarts(cluster.events()).flatMap(call => /^stop (fe-\d)/.exec(call)?.[1] ?? []);
    expect(order).toEqual(['fe-2', 'fe-3', 'fe-1']);
    // Right behind the last step, while every node is looked at for the last time.
    process.kill(Number(readFileSync(join(placeOf('be-2').home, 'bin/be.pid'), 'utf8')), 'SIGKILL');
  });

  test('a node that ends before its last look holds the run: the line that starts it stands there, and the retry verifies it', {
    timeout: STORY_MS,
  }, async () => {
    const screen = await held(terminal, 'be-2');
    const {home, address} = placeOf('be-2');
    const said = dialogOf(screen);
    expect(said).toContain('be-2 is upgraded, but the last look at it did not find what it should.');
    expect(said).toMatch(
      new RegExp(`be-2 on ${address}, down since \\d\\d:\\d\\d:\\d\\d; 1 of 2 Backends cg_etl serve: be-1`),
    );
    expect(screen).toMatch(/✗ down: be-2/);
    const [, line = ''] =
      /The line that starts be-2, as the user it runs as: (cd .*?--daemon\))/.exec(said) ?? [];
    expect(line).toContain(home);
    execFileSync('/bin/sh', ['-c', line], {stdio: 'ignore'});
    await retry(terminal);
    expect(await finish(terminal)).toBe(0);
    expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');
  });
});
