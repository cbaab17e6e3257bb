import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, inject, test} from 'vitest';
import {until} from '../../lab/command.ts';
import {agreeUntil, agreeUpTo, heldAnywhere, retry} from '../../terminal/person.ts';
import {HARD_DISK, HOME, HOMES, JOURNAL, RAMDISK, WORKERS} from './layout.ts';
import {beginStory, type Story} from './story.ts';

const prepared = inject('prepared');

/** All that actions have said, in the run's journal. */
const saidBy = ({cluster: {lab}}: Story): string =>
  globSync(join(lab.dir, 'operator-*/state/lakeup/runs/*/journal.ndjson'))
    .map(file => readFileSync(file, 'utf8'))
    .join('\n');

const JOURNAL_PORT = 19_200;
const WORKER_PORT = 29_999;

/** Who is there before the product's own process takes that port: that one ends at once, and its start has said that all is well. */
const squat = async ({cluster}: Story, host: string, port: number): Promise<() => Promise<void>> => {
  const listens = `import socket, time; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("", ${port})); s.listen(); time.sleep(3600)`;
  await cluster.on(host, `nohup python3 -c '${listens}' squatter >/tmp/squatter 2>&1 </dev/null &`);
  const asks = ['bash', '-c', `</dev/tcp/${host}/${port}`];
  await until('somebody listens', async () => (await cluster.lab.inside(host, asks)).code === 0);
  return async () => {
    await cluster.on(host, 'pkill -x python3');
  };
};

const processOf = async ({cluster}: Story, host: string, name: string): Promise<string> =>
  (await cluster.lab.ssh(host, `pgrep -f '[a]lluxio.*${name}$'`)).stdout.trim();

/** Every command that went out from the first master by the scripts of a home, by their own log. */
const sentBy = async ({cluster}: Story, home: string): Promise<readonly string[]> => {
  const log = await cluster.on('m-1', `cat ${home}/logs/task.log`);
  return log
    .split('\n')
    .flatMap(
      line => /^Executing .* (on all .* nodes) .*\/bin\/(.*)$/.exec(line)?.slice(1).reverse().join(' ') ?? [],
    );
};

describe.skipIf(prepared === null)('Alluxio 2.7.3 with an embedded journal', () => {
  let story: Story;

  beforeAll(async () => {
    if (prepared === null) return;
    const layout = {from: '2.7.3', to: '2.9.4', journal: 'EMBEDDED', masters: 3, jobs: true} as const;
    story = await beginStory(prepared, layout, {commands: 'cluster-wide', caches: 'copy', copyBy: 'scripts'});
    const {lab} = story.cluster;
    const input = readFileSync(lab.identity);
    await lab.ssh('m-1', 'umask 077 && mkdir -p ~/.ssh && cat >~/.ssh/id_ed25519', {input});
  }, 900_000);

  afterAll(() => story?.end());

  test('is seen as it is, by every way of looking', {timeout: 600_000}, async () => {
    const {before} = story;
    const well = {health: 'ok', causes: [], version: '2.7.3'};
    const all = await story.sees('status', ['master', 'job-master', 'worker', 'job-worker']);
    expect(Object.keys(all)).toHaveLength(10);
    for (const [node, facts] of Object.entries(all)) expect(facts, node).toMatchObject(well);
    const named = (role: string) => Object.entries(all).filter(([, {master}]) => master === role);
    expect(named('leader')).toHaveLength(2);
    expect(named('standby')).toHaveLength(4);

    const {'m-1': whole} = await story.sees('cluster', ['m-1']);
    expect(whole).toMatchObject({
      leaders: 1,
      live: before.workers,
      mounts: before.mounts,
      // The root is one of them.
      paths: before.paths.length + 1,
      missing: [],
      lost: [],
      strange: [],
    });
    const {'m-1': namespace} = await story.sees('namespace', ['m-1']);
    expect(namespace).toMatchObject({
      paths: before.paths.length + 1,
      notPersisted: 2,
      lost: 0,
      examples: ['/data/only-cached', '/data/only-cached-below'],
    });
    const {'m-1': quorum} = await story.sees('quorum', ['m-1']);
    expect(quorum).toMatchObject({size: 3, available: 3, unavailable: []});
    const {'m-2': journal} = await story.sees('journal', ['m-2'], {journal: JOURNAL});
    expect(journal).toMatchObject({layout: 'raft', foreign: []});
    const caches = Object.values(
      await story.sees('cache', ['worker'], {dirs: [RAMDISK, HARD_DISK], ramdisks: [RAMDISK]}),
    );
    const sum = (name: string): number => caches.reduce((all, facts) => all + Number(facts[name]), 0);
    expect(`${sum('blocks')} blocks, ${sum('bytes')} bytes`).toBe(before.blocks);
    expect(caches.map(({unmounted}) => unmounted)).toEqual([[], []]);
  });

  test('goes by cluster-wide commands: who they did not bring up is named and started alone; 2.9.4 afterwards, with every byte', {
    timeout: 3_600_000,
  }, async () => {
    const terminal = await story.run('upgrade');
    const first = await agreeUpTo(terminal, 'Unpack the new version', 900_000);
    expect(first).toContain('the new masters read the old journal');
    const others = await agreeUpTo(terminal, 'Stop workers and services', 900_000);
    expect(others).toContain('alluxio-stop.sh job_workers');

    // A master and a worker that cannot come up, and a command that says that all tasks have finished.
    const masters = await agreeUntil(terminal, 'Start the masters', 900_000);
    expect(masters).toContain('Workers stay down until the content is proved');
    expect(masters.replaceAll(/[│\s]+/g, ' ')).toContain('By `alluxio-start.sh -a masters` on m-1');
    const freeMaster = await squat(story, 'm-3', JOURNAL_PORT);
    await agreeUpTo(terminal, 'Start the masters');
    expect(await heldAnywhere(terminal, 900_000)).toMatch(/Held · m-3 /);
    await story.cachesUntouched();
    const leader = await processOf(story, 'm-1', 'AlluxioMaster');
    expect(leader).toMatch(/^\d+$/);
    await freeMaster();
    await retry(terminal);

    await agreeUntil(terminal, 'Start workers and services', 900_000);
    await story.cachesUntouched();
    // Its files are pinned, and nobody may look for copies of them before it is back.
    const freeWorker = await squat(story, 'w-2', WORKER_PORT);
    await agreeUpTo(terminal, 'Start workers and services');
    expect(await heldAnywhere(terminal, 900_000)).toMatch(/Held · w-2 /);
    const worker = await processOf(story, 'w-1', 'AlluxioWorker');
    expect(worker).toMatch(/^\d+$/);
    expect(await processOf(story, 'w-1', 'AlluxioJobWorker')).toBe('');
    await freeWorker();
    await retry(terminal);
    await story.endsWell(900_000);
    expect(
      saidBy(story).match(/Saving worker ramcache at \S+ to \S+\.part/g),
      'by the old script',
    ).toHaveLength(WORKERS.length);

    expect(await processOf(story, 'm-1', 'AlluxioMaster'), 'who ran goes on').toBe(leader);
    expect(await processOf(story, 'w-1', 'AlluxioWorker'), 'who ran goes on').toBe(worker);
    expect(await sentBy(story, `${HOMES}/alluxio-2.7.3`)).toEqual([
      'alluxio-stop.sh job_worker -s on all worker nodes',
      'alluxio-stop.sh worker -s on all worker nodes',
      'alluxio-stop.sh job_master -s on all master nodes',
      'alluxio-stop.sh master -s on all master nodes',
    ]);
    expect(await sentBy(story, HOME)).toEqual([
      'alluxio-stop.sh master on all master nodes',
      'alluxio-start.sh -a master on all master nodes',
      'alluxio-stop.sh job_master on all master nodes',
      'alluxio-start.sh -a job_master on all master nodes',
      'alluxio-stop.sh worker on all worker nodes',
      'alluxio-start.sh -a worker NoMount on all worker nodes',
    ]);
  });
});
