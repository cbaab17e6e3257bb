import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parse, stringify} from 'yaml';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {readEvents} from '../../src/sim/events-log.ts';
import {type RealSshd, sshdMissing, startSshd} from '../ssh/real-sshd.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {agreeToAll} from '../terminal/person.ts';
import {lastLine} from '../terminal/terminal.ts';
import {eachOnce, masterAt, stopsAndStarts} from './calls.ts';
import {bootCluster, CLUSTER} from './cluster.ts';

const problem = sshdMissing();
if (problem !== null) process.stderr.write(`skipped: upgrade through a real sshd: ${problem}\n`);

describe.skipIf(problem !== null)('six nodes behind one real sshd on loopback', () => {
  let cluster: DemoCluster;
  let sshd: RealSshd;
  let desk: Desk;

  beforeAll(async () => {
    desk = makeDesk();
    sshd = await startSshd();
    cluster = await bootCluster('small', {shared: true});
  });
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
    await sshd?.stop();
  });

  /** The cluster's inventory, with the real sshd in the place of the simulated one. */
  const inventory = (): string => {
    const file = join(desk.dir, 'inventory.yaml');
    const all = parse(readFileSync(cluster.inventory, 'utf8'));
    const {user, port, identity: identityFile, knownHosts} = sshd;
    Object.assign(all.clusters[CLUSTER], {ssh: {user, port, identityFile, knownHosts}});
    writeFileSync(file, stringify(all));
    return file;
  };

  test('a MetaService that has lost its store is not well by `status` and on the screen', {
    timeout: 300_000,
  }, async () => {
    await Promise.all(cluster.hosts.map(({ssh}) => ssh.close()));
    const status = async (): Promise<{readonly code: number; readonly said: string}> => {
      const args = ['status', CLUSTER, '-i', inventory(), '--lang', 'en'];
      const terminal = await desk.open(args, {columns: 200, rows: 40});
      const code = await terminal.exited();
      return {code, said: terminal.screen().join('\n')};
    };
    /** The store comes and goes a moment after it is told to. */
    const until = async (code: number): Promise<string> => {
      for (let tries = 0; tries < 10; tries += 1) {
        const told = await status();
        if (told.code === code) return told.said;
      }
      throw new Error(`status never ended with ${code}`);
    };
    expect(await until(0)).toContain('6 of 6 nodes are healthy.');
    cluster.turn('ms-1', {STORE: 'away'});
    try {
      const away = await until(1);
      expect(away).toMatch(/ms-1 .*not-serving .*store=away/);
      expect(away).toContain('5 of 6 nodes are healthy.');
      const watching = await desk.open(['status', CLUSTER, '-i', inventory(), '--lang', 'en', '--watch']);
      await watching.waitFor(/not serving/);
      await watching.waitFor(/not seen to serve: ms-1/);
      watching.press('q');
      await watching.exited();
    } finally {
      cluster.turn('ms-1', {STORE: 'there'});
    }
    expect(await until(0)).toContain('6 of 6 nodes are healthy.');
  });

  test('are upgraded; HTTP, SQL and commands go through OpenSSH', {timeout: 900_000}, async () => {
    // Only the real sshd listens.
    await Promise.all(cluster.hosts.map(({ssh}) => ssh.close()));
    const terminal = await desk.open(['upgrade', CLUSTER, '-i', inventory()]);
    expect(await agreeToAll(terminal)).toBe(0);
    expect(lastLine(terminal)).toBe('6 of 6 nodes verified: lake-doris runs 3.1.2');

    const calls = stopsAndStarts(cluster.events());
    const master = masterAt(readEvents(join(cluster.dir, 'events.log')));
    const frontends = calls.flatMap(call => /^stop (fe-\d)$/.exec(call)?.[1] ?? []);
    expect(frontends.toSorted()).toEqual(['fe-1', 'fe-2', 'fe-3']);
    expect(frontends.at(-1)).toBe(master);
    expect(calls).toEqual(eachOnce('ms-1', 'be-1', 'be-2', ...frontends));
    const log = await sshd.log();
    expect(log).toMatch(/Accepted publickey/);
    expect(log).not.toMatch(/Failed|Invalid user/);
  });
});
