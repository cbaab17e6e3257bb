import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createRunDir} from '../../../src/cli/state-dir.ts';
import {createJournal} from '../../../src/engine/journal.ts';
import {lockRun} from '../../../src/engine/run-lock.ts';
import type {Happening} from '../../../src/model/event.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {text} from '../../../src/model/text.ts';
import {runCli} from './outside.ts';
import {a, done, eventsOf, RUN, started} from './small-run.ts';
import {begun, undoable} from './undoable.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-left-'));
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

/** A vault of two nodes below a folder; nobody listens there. */
const inventory = (home: string): string => `clusters:
  toys:
    system: vault
    ssh: {user: nobody, port: 1, identityFile: ${base}/key, knownHosts: ${base}/known_hosts}
    roles:
      store: {package: /srv/package, nodes: [{name: a, host: 127.0.0.1, home: ${home}/a}, {name: b, host: 127.0.0.1, home: ${home}/b}]}
      router: {package: /srv/package, nodes: [{name: c, host: 127.0.0.1, home: ${home}/c}]}
`;

const leave = (home: string, ...happenings: readonly Happening[]) =>
  leaveRun(undoable(), home, ...happenings);

const leaveRun = async (plan: Plan, home: string, ...happenings: readonly Happening[]) => {
  const dir = await createRunDir({XDG_STATE_HOME: base}, RUN, inventory(home));
  const journal = await createJournal(dir.journal);
  for (const event of eventsOf(plan, begun(a), ...happenings)) await journal.append(event);
  await journal.close();
  return dir;
};

const upgrade = (home: string) => {
  const file = join(base, 'inventory.yaml');
  writeFileSync(file, inventory(home));
  return runCli(['upgrade', 'toys', '-i', file], {XDG_STATE_HOME: base});
};

const stopped = [started('stop'), done('stop')] as const;

describe('an upgrade of a cluster in which a run was left', () => {
  it('is refused before anybody is asked, with who is out and how to go on', async () => {
    await leave('/srv/one', ...stopped, {type: 'run.left'});
    const {code, stderr} = await upgrade('/srv/one');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(
        String.raw`run ${RUN} \(1 → 2\) has begun to change this cluster and has not ended; 1 node was left out of service: a on 127\.0\.0\.1 since (2026-)?01-01 00:00:02; by its journal at most 1 of 2 stores served\n`,
      ),
    );
    expect(stderr).toContain(`lakeup resume ${RUN}`);
    expect(stderr).toContain(`lakeup undo ${RUN}`);
    expect(stderr).toContain(`lakeup abandon ${RUN} --because`);
  });

  it('is told of no way back behind a step that has none', async () => {
    const because = text('What was written cannot be read.', '写入的内容无法读取。');
    const plan = undoable(({name}) => (name === 'stop' ? {kind: 'impossible', because} : null));
    await leaveRun(plan, '/srv/one', ...stopped, {type: 'run.left'});
    const {stderr} = await upgrade('/srv/one');
    expect(stderr).toContain(`lakeup resume ${RUN}`);
    expect(stderr).not.toContain('undo');
  });

  it.each<[what: string, home: string, happenings: readonly Happening[]]>([
    ['of other homes', '/srv/two', stopped],
    ['that had only asked', '/srv/one', [{type: 'run.left'}]],
  ])('goes on beside a run %s', async (_, home, happenings) => {
    await leave('/srv/one', ...happenings);
    const {stderr} = await upgrade(home);
    expect(stderr).not.toContain(RUN);
  });

  it('leaves a run that is in hand to the lock of the cluster', async () => {
    const dir = await leave('/srv/one', ...stopped);
    const lock = await lockRun(dir.lock, new Date(0).toISOString());
    const {stderr} = await upgrade('/srv/one');
    expect(stderr).not.toContain(`resume ${RUN}`);
    if (lock.kind === 'locked') await lock.release();
  });

  it('is told of where the nodes are looked at', async () => {
    await leave('/srv/one', ...stopped);
    const file = join(base, 'inventory.yaml');
    writeFileSync(file, inventory('/srv/one'));
    const {stderr} = await runCli(['status', 'toys', '-i', file], {XDG_STATE_HOME: base});
    expect(stderr).toContain(`has not ended; 1 node was left out of service: a on 127.0.0.1 since `);
    expect(stderr).toContain(`lakeup resume ${RUN}`);
  });
});
