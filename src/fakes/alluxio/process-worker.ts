import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {call} from '../common/process-call.ts';
import {type Handler, json, linger, nameSelf, plainVersion, serve, sleep} from '../common/process-node.ts';
import {revisionOf} from './generation.ts';
import {jettyMissing, openDoor} from './process-door.ts';
import {type Invocation, type Me, readMe, rpcAddresses} from './process-self.ts';
import {type Beat, BeatReply} from './process-workers.ts';

type Tier = {readonly alias: string; readonly folders: readonly string[]; readonly capacity: number};

const UNITS: Readonly<Record<string, number>> = {B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4};

const bytesOf = (words: string): number => {
  const match = /^(\d+)\s*([KMGT]?B)$/i.exec(words);
  return Number(match?.[1] ?? 0) * (UNITS[match?.[2]?.toUpperCase() ?? 'B'] ?? 1);
};

const tierOf = (me: Me): Tier => ({
  alias: me.text('alluxio.worker.tieredstore.level0.alias'),
  folders: me
    .text('alluxio.worker.tieredstore.level0.dirs.path')
    .split(',')
    .map(path => join(path, 'alluxioworker')),
  capacity: bytesOf(me.text('alluxio.worker.tieredstore.level0.dirs.quota')),
});

const prepare = ({folders}: Tier): void => {
  for (const folder of folders) {
    mkdirSync(join(folder, '.tmp_blocks'), {recursive: true});
    chmodSync(folder, 0o1777);
  }
};

const blocksOf = ({folders}: Tier): Beat['blocks'] =>
  folders.filter(existsSync).flatMap(folder =>
    readdirSync(folder)
      .filter(name => /^\d+$/.test(name))
      .map(id => ({id, length: statSync(join(folder, id)).size})),
  );

const remove = ({folders}: Tier, ids: readonly string[]): void => {
  for (const folder of folders) for (const id of ids) rmSync(join(folder, id), {force: true});
};

const info = (me: Me, tier: Tier): Handler => {
  const {alias, folders, capacity} = tier;
  return url => {
    if (url.pathname === '/') return {type: 'text/html', body: '<html>x</html>\n'};
    if (url.pathname !== '/api/v1/worker/info') return jettyMissing(url.pathname);
    const used = blocksOf(tier).reduce((sum, {length}) => sum + length, 0);
    return json({
      capacity: {used, total: capacity},
      version: me.version,
      configuration: Object.fromEntries(me.properties.keys().map(key => [key, me.text(key) || null])),
      metrics: me.generation.isFirst
        ? {[`Worker.${me.address.replaceAll('.', '_')}.BlocksCached`]: blocksOf(tier).length}
        : {},
      ...(me.generation.newQuorum ? {revision: revisionOf(me.plain)} : {}),
      rpcAddress: `/0.0.0.0:${me.text('alluxio.worker.rpc.port')}`,
      uptimeMs: Date.now() - me.startedAt,
      startTimeMs: me.startedAt,
      tierCapacity: {[alias]: {used, total: capacity}},
      tierPaths: {[alias]: folders},
    });
  };
};

/** One word to whoever leads; null when nobody does. */
const beat = async (me: Me, tier: Tier, registers: boolean): Promise<BeatReply | null> => {
  const word: Beat = {
    host: me.address,
    rpcPort: me.number('alluxio.worker.rpc.port'),
    webPort: me.number('alluxio.worker.web.port'),
    version: plainVersion(me.version),
    startedAt: me.startedAt,
    tier: tier.alias,
    capacity: tier.capacity,
    blocks: blocksOf(tier),
    registers,
  };
  for (const {host, port} of rpcAddresses(me, 'master')) {
    const answer = await call(host, port, '/worker', JSON.stringify(word), 5000);
    if (answer.kind === 'failed') continue;
    const reply = BeatReply.safeParse(JSON.parse(answer.body));
    if (reply.success) return reply.data;
  }
  return null;
};

/**
 * A worker: its page opens once it has registered. Blocks that the master knows no file of, it deletes (recorded: within
 * seconds, even when the master is empty by mistake).
 */
export const runWorker = async (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('java');
  const me = readMe(invocation, ['alluxio.worker.hostname'], env);
  me.note(`process begins ${plainVersion(me.version)}`);
  const end = (why: string): never => {
    me.note(`process ends ${why}`);
    process.exit(why === 'SIGTERM' ? 143 : 255);
  };
  let leaving = false;
  process.on('SIGTERM', () => {
    if (me.knob('IGNORES_SIGNALS') === 'yes' || leaving) return;
    leaving = true;
    void sleep(me.scaled(me.knobMs('DRAIN_MS', 3000))).then(() => end('SIGTERM'));
  });
  if (me.knob('DIES') === 'at-start') end('by itself');
  await sleep(me.scaled(me.knobMs('START_MS', 7000)));
  if (me.knob('NEVER_READY') === 'yes') return linger();
  const tier = tierOf(me);
  let registered = false;
  let page = false;
  try {
    prepare(tier);
    await serve(me, me.number('alluxio.worker.rpc.port'), url => ({
      body: url.pathname === '/fake/settled' && registered && page ? 'yes' : 'no',
    }));
  } catch (error) {
    me.log('ERROR', 'ProcessUtils.java:76', error instanceof Error ? error.message : String(error));
    end('by itself');
  }
  const openPage = async (): Promise<void> => {
    page = true;
    await openDoor(me, me.number('alluxio.worker.web.port'), () => true, info(me, tier));
    me.note(`process up ${plainVersion(me.version)}`);
    if (me.knob('DIES') === 'when-up') {
      await sleep(me.scaled(me.knobMs('DIES_AFTER_MS', 5000)));
      end('by itself');
    }
  };
  const silent = me.knob('NO_REGISTER') === 'yes';
  if (silent) void openPage().catch(() => end('by itself'));
  while (!leaving || !silent) {
    if (silent) return linger();
    const reply = await beat(me, tier, !registered);
    if (reply?.kind === 'ok') {
      if (reply.remove.length > 0) me.note(`removes ${reply.remove.length} blocks`);
      remove(tier, reply.remove);
      registered = true;
      if (!page) void openPage().catch(() => end('by itself'));
    } else if (reply !== null) registered = false;
    // A master that does not know it is told at once.
    if (reply?.kind !== 'register') await sleep(me.scaled(1000, 150));
  }
};
