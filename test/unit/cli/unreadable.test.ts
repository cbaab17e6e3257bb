import {mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {goOnHere} from '../../../src/cli/describe-run.ts';
import {knownRun} from '../../../src/cli/known-run.ts';
import {createRunDir, inventorySum, type RunDir} from '../../../src/cli/state-dir.ts';
import {createJournal} from '../../../src/engine/journal.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {RunId} from '../../../src/model/ids.ts';
import {text} from '../../../src/model/text.ts';
import {vault} from '../../systems/vault/system.ts';
import {runCli} from './outside.ts';
import {a, b, done, eventsOf, planOf, RUN, started} from './small-run.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-unreadable-'));
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

/** A vault of two nodes; nobody listens there. */
const inventory = (): string => `clusters:
  toys:
    system: vault
    ssh: {user: nobody, port: 1, identityFile: ${base}/key, knownHosts: ${base}/known_hosts}
    roles:
      store: {package: /srv/package, nodes: [{name: a, host: 127.0.0.1, home: /srv/a}, {name: b, host: 127.0.0.1, home: /srv/b}]}
      router: {package: /srv/package, nodes: [{name: c, host: 127.0.0.1, home: /srv/c}]}
`;

const withSum = (event: Event): Event =>
  event.type === 'run.planned' ? {...event, inventorySum: inventorySum(inventory())} : event;

const keep = async (id: RunId, ...happenings: readonly Happening[]): Promise<RunDir> => {
  const dir = await createRunDir({XDG_STATE_HOME: base}, id, inventory());
  const journal = await createJournal(dir.journal);
  for (const event of eventsOf(planOf([a, b]), ...happenings).map(withSum)) await journal.append(event);
  await journal.close();
  return dir;
};

/** The same system, whose runs are not gone on with without their journals. */
const untaken = {
  ...vault,
  untaken: text('it is not gone on with: by hand', '不会继续：需手工处理'),
};

const cli = (...argv: readonly string[]) => runCli(argv, {XDG_STATE_HOME: base});

/** Changes a script of the plan, with the same number of bytes. `asDisk`: the file tells nothing of it. */
const damage = ({journal}: RunDir, {asDisk}: {readonly asDisk: boolean}): void => {
  const words = readFileSync(journal, 'utf8');
  writeFileSync(journal, words.replace('"echo ', '"acho '));
  if (!asDisk) utimesSync(journal, new Date(), new Date(Date.now() + 60_000));
};

const stopped = [started('stop'), done('stop')] as const;
const LINE = /journal\.ndjson:1: is not as lakeup wrote it: its sum does not match/;
const OUT = '1 node was left out of service: a since ';

describe('a run whose journal was edited', () => {
  it('is named by every command, with the line, what is known of it, and a way on', async () => {
    const dir = await keep(RUN, ...stopped);
    await knownRun(dir);
    damage(dir, {asDisk: false});
    const way = `\`lakeup upgrade toys -i ${dir.inventory}\``;

    const {code, stdout} = await cli('runs');
    expect(code).toBe(0);
    expect(stdout).toMatch(LINE);
    expect(stdout).toContain(`when it was last read it led toys from 1 to 2; ${OUT}`);
    expect(stdout).toContain(way);
    expect(JSON.parse((await cli('runs', '--json')).stdout)).toMatchObject([
      {
        unreadable: expect.stringMatching(LINE),
        mayBeOpen: true,
        last: {cluster: 'toys', outOfService: [{node: 'a'}]},
      },
    ]);

    for (const argv of [['resume'], ['resume', RUN]]) {
      const {code: refused, stderr} = await cli(...argv);
      expect([argv, refused]).toEqual([argv, 2]);
      expect(stderr).toMatch(LINE);
      expect(stderr).toContain(OUT);
      expect(stderr).toContain(way);
    }
    const file = join(base, 'inventory.yaml');
    writeFileSync(file, inventory());
    for (const command of ['status', 'upgrade']) {
      const {stderr} = await cli(command, 'toys', '-i', file);
      expect(stderr, command).toContain(`run ${RUN} may have changed this cluster, and cannot be read`);
      expect(stderr, command).toContain(OUT);
    }
    expect((await cli('resume', '--lang', 'zh')).stderr).toContain('校验和不符');
  });

  it('is found out when it is resumed, where a disk has changed it, and named from then on', async () => {
    const dir = await keep(RUN, ...stopped);
    await knownRun(dir);
    const {stderr: before} = await runCli(['runs'], {XDG_STATE_HOME: base});
    expect(before).toBe('');
    const {atime, mtime} = statSync(dir.journal);
    damage(dir, {asDisk: true});
    utimesSync(dir.journal, atime, mtime);
    const {code, stderr} = await runCli(['resume'], {XDG_STATE_HOME: base}, {terminal: true});
    expect(code).toBe(2);
    expect(stderr).toMatch(LINE);
    expect(stderr).toContain(OUT);
    expect((await cli('runs')).stdout).toMatch(LINE);
  });

  it('is no more in the way once a newer run of the cluster has ended', async () => {
    const dir = await keep(RUN, ...stopped);
    await knownRun(dir);
    damage(dir, {asDisk: false});
    await keep(RunId.parse('20260102-000000-more'), {type: 'run.ended', verdict: {verified: [a, b]}});
    const {stderr} = await cli('resume');
    expect(stderr).toContain('there is no run that could be resumed');
    expect(stderr).not.toContain(RUN);
    expect((await cli('runs')).stdout).not.toContain('lakeup upgrade');
  });

  it('is not said to be taken on where its system does not', async () => {
    const dir = await keep(RUN, ...stopped);
    await knownRun(dir);
    damage(dir, {asDisk: false});
    const command = `\`lakeup upgrade toys -i ${dir.inventory}\``;
    for (const argv of [
      ['runs'],
      ['resume'],
      ['resume', RUN],
      ['undo', RUN],
      ['status', 'toys', '-i', dir.inventory],
    ]) {
      const said = await runCli(argv, {XDG_STATE_HOME: base}, {systems: [untaken]});
      const words = said.stdout + said.stderr;
      expect(words, argv.join(' ')).toContain(
        `${command} looks at every node and says how far it came; it is not gone on with: by hand`,
      );
      expect(words, argv.join(' ')).not.toContain('takes on');
    }
    const {stdout} = await cli('runs');
    expect(stdout).toContain(`${command} looks at every node, says what it finds, and takes on from there`);
    // An inventory that cannot be read any more does not say which system it is.
    writeFileSync(dir.inventory, 'clusters: [');
    const {stdout: unknown} = await cli('runs');
    expect(unknown).toContain(`${command} looks at every node and says what it finds`);
    expect(unknown).not.toContain('takes on');
  });

  it('and in the way of another one is not to be resumed', async () => {
    const dir = await keep(RUN, ...stopped);
    expect(goOnHere(await knownRun(dir)).en).toBe(`it is a run of this machine: lakeup resume ${RUN}`);
    damage(dir, {asDisk: false});
    const {en} = goOnHere(await knownRun(dir));
    expect(en).toContain(`--take-over ${RUN}`);
    expect(en).not.toContain('lakeup resume');
  });

  it('beside one that can be resumed is told of', async () => {
    const dir = await keep(RUN, ...stopped);
    await knownRun(dir);
    damage(dir, {asDisk: false});
    await keep(RunId.parse('20260102-000000-more'), ...stopped);
    const {stderr} = await runCli(['resume'], {XDG_STATE_HOME: base}, {terminal: true});
    expect(stderr).toContain(`Run ${RUN} cannot be read: ${dir.journal}:1: is not as lakeup wrote it`);
  });

  it('of which nothing was begun waits for nobody', async () => {
    const dir = await keep(RUN);
    writeFileSync(dir.journal, '{"sum":"0');
    expect((await cli('resume')).stderr).toContain('there is no run that could be resumed');
    expect((await cli('runs')).stdout).toBe(`${RUN}  the journal is empty: nothing was begun\n`);
  });

  it('with another inventory beside it is not gone on with: that may lead to other hosts', async () => {
    const dir = await keep(RUN, ...stopped);
    writeFileSync(dir.inventory, inventory().replace('127.0.0.1', '127.0.0.2'));
    const {code, stderr} = await runCli(['resume'], {XDG_STATE_HOME: base}, {terminal: true});
    expect(code).toBe(2);
    expect(stderr).toContain(`${dir.inventory} is not the inventory that run ${RUN} began with`);
  });
});

describe('where runs are kept', () => {
  it('cannot be listed: nobody says that there are none', async () => {
    writeFileSync(join(base, 'lakeup'), 'a file');
    for (const command of ['runs', 'resume']) {
      const {code, stderr} = await cli(command);
      expect(code).toBe(2);
      expect(stderr).toContain(`${base}/lakeup/runs lies below something that is no directory`);
    }
  });
});
