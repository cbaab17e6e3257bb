import type {z} from 'zod';
import {call} from '../common/process-call.ts';
import {type Answer, bodyOf, type Handler, json, nothingThere, serve} from '../common/process-node.ts';
import {childrenOf, countEntries, type Metadata, sorted} from './namespace.ts';
import {type Backing, BackupDone, BackupWish, stateOf, writeBackup} from './process-backup.ts';
import {jettyMissing, openDoor} from './process-door.ts';
import type {Group} from './process-group.ts';
import {masterInfo, masterMetrics, type Told} from './process-pages.ts';
import type {Persisted} from './process-questions.ts';
import {Question} from './process-questions.ts';
import {electors, journalMembers, type Me, rpcAddresses} from './process-self.ts';
import {loaded, persist} from './process-understore.ts';
import {Beat, type Workers} from './process-workers.ts';

/** What a master is at the moment. */
export type Master = {
  readonly me: Me;
  /** Its place in the group: host and journal port. */
  readonly name: string;
  readonly group: Group;
  readonly workers: Workers;
  readonly counters: Record<string, number>;
  metadata(): Metadata;
  /** Writes to the journal; the others get it with the next beat. */
  write(next: Metadata): void;
  /** Opens a journal that masters share, when it is this one's turn to write it. */
  take(): void;
  /** It leads and answers clients. */
  serving: boolean;
  safeUntil: number;
  restored: number;
  backedUp: number;
  backing: Backing | null;
};

/** Everything that others may ask of a master. */
export type Desk = {
  readonly pages: Handler;
  openRpc(): Promise<unknown>;
  openJournalPort(port: number): Promise<unknown>;
};

const tell = (master: Master): Told => ({
  me: master.me,
  metadata: master.metadata(),
  live: master.workers.live(),
  lost: master.workers.lost(),
  counters: master.counters,
  restored: master.restored,
  backedUp: master.backedUp,
  safeMode: Date.now() < master.safeUntil,
});

const report = (master: Master): unknown => {
  const {me} = master;
  const told = tell(master);
  return {
    name: `${me.address}:${me.text('alluxio.master.rpc.port')}`,
    webPort: me.text('alluxio.master.web.port'),
    rpcPort: me.text('alluxio.master.rpc.port'),
    startedAt: me.startedAt,
    version: me.version,
    safeMode: told.safeMode,
    journal: me.text('alluxio.master.journal.type') === 'UFS' ? [] : journalMembers(me).map(({name}) => name),
    electors: electors(me).map(({name}) => name),
    masters: rpcAddresses(me, 'master').map(({name}) => name),
    lost: told.lost.length,
    workers: told.live.map(worker => ({
      host: worker.host,
      state: me.generation.inService,
      version: worker.version,
      tier: worker.tier,
      capacity: worker.capacity,
      used: worker.blocks.reduce((sum, {length}) => sum + length, 0),
      seconds: Math.floor((Date.now() - worker.heardAt) / 1000),
    })),
  };
};

const list = (master: Master, loads: boolean): unknown => {
  if (loads) {
    const now = master.metadata();
    const next = loaded(now, master.me.text('alluxio.master.mount.table.root.ufs'));
    if (next !== now) master.write(next);
  }
  const {entries} = master.metadata();
  const cached = master.workers.cached();
  master.counters['Master.GetFileInfoOps'] = (master.counters['Master.GetFileInfoOps'] ?? 0) + 1;
  return sorted(entries).map(({path, folder, length, state, at, blocks, pinned = false}) => {
    const there = blocks.reduce((sum, block) => sum + (cached.has(block.id) ? block.length : 0), 0);
    const percent = length === 0 ? 100 : Math.floor((there * 100) / length);
    return {path, folder, length: folder ? childrenOf(entries, path) : length, state, at, percent, pinned};
  });
};

/** One path after the other; each that is written is an operation that the leader counts. */
const persistAll = (master: Master, paths: readonly string[]): z.infer<typeof Persisted> =>
  paths.map(path => {
    const now = master.metadata();
    const root = master.me.text('alluxio.master.mount.table.root.ufs');
    const next = persist(now, root, path, master.workers.cached());
    if (next === null || typeof next === 'string') return next;
    master.write(next);
    master.counters['Master.FilesPersisted'] = (master.counters['Master.FilesPersisted'] ?? 0) + 1;
    return now.entries.find(entry => entry.path === path)?.length ?? 0;
  });

const quorum = ({me, group}: Master): unknown => {
  if (me.text('alluxio.master.journal.type') === 'UFS') {
    return {error: 'Quorum operations are supported for journal type: EMBEDDED'};
  }
  const available = group.available();
  return {
    leader: group.status().leader ?? 'UNKNOWN',
    rows: journalMembers(me).map(({name}) => ({name, available: available.includes(name)})),
  };
};

/** The work of one backup, which the leader tells of while it goes on. */
const telling = async <T>(master: Master, delegated: boolean, work: Promise<T>): Promise<T> => {
  master.backing = {since: Date.now(), entries: countEntries(master.metadata()), delegated};
  try {
    return await work;
  } finally {
    master.backing = null;
  }
};

/** A standby that is alive writes the backup where that is the habit; the leader where it is not, or is told to. */
const backup = async (master: Master, wish: BackupWish): Promise<BackupDone> => {
  const {me, group} = master;
  const {isFirst} = me.generation;
  const delegates = me.text('alluxio.master.backup.delegation.enabled') === 'true' && !wish.bypass;
  if (!delegates) {
    const done = await telling(master, false, writeBackup(me, master.metadata(), wish));
    if ('error' in done) return {error: isFirst ? done.error : `Local backup failed: ${done.error}`};
    master.backedUp = done.entries;
    return done;
  }
  const doors = rpcAddresses(me, 'master');
  const alive = group.available();
  const [standby] = journalMembers(me).flatMap(({name}, i) => {
    const door = doors[i];
    return door === undefined || name === master.name || !alive.includes(name) ? [] : [door];
  });
  if (standby === undefined) {
    if (!wish.allowLeader) return {error: 'No master found to delegate backup.'};
    return backup(master, {...wish, bypass: true});
  }
  const asking = call(standby.host, standby.port, '/backup', JSON.stringify(wish), 3_600_000);
  const answer = await telling(master, true, asking);
  if (answer.kind === 'failed' || answer.body === '') return {error: 'Backup-worker is lost.'};
  const done = BackupDone.parse(JSON.parse(answer.body));
  if ('error' in done) return {error: `Backup failed at worker: ${done.error}`};
  master.backedUp = done.entries;
  return done;
};

const reply = (master: Master, question: Question): unknown | Promise<unknown> => {
  switch (question.op) {
    case 'leader':
      return {name: `${master.me.address}:${master.me.text('alluxio.master.rpc.port')}`};
    case 'quorum':
      return quorum(master);
    case 'report':
      return report(master);
    case 'list':
      return list(master, question.loads);
    case 'persist':
      return persistAll(master, question.paths);
    case 'backup':
      return backup(master, question.wish);
    case 'backup-state':
      return stateOf(master.me, master.backing);
  }
};

const settled = ({group, serving}: Master): Answer => ({
  body: serving || (group.status().leaderReady && !group.status().leads) ? 'yes' : 'no',
});

/** The clients' port: from 2.0 on a standby has it too, and refers to nobody. */
const rpc =
  (master: Master): Handler =>
  async (url, request) => {
    const {serving} = master;
    if (url.pathname === '/fake/settled') return settled(master);
    const body = await bodyOf(request);
    switch (url.pathname) {
      case '/ask':
        if (!serving) return json({kind: 'standby'});
        return json({kind: 'said', data: await reply(master, Question.parse(JSON.parse(body)))});
      case '/worker':
        if (!serving) return json({kind: 'standby'});
        return json(master.workers.hear(Beat.parse(JSON.parse(body)), master.metadata()));
      case '/backup':
        return json(await writeBackup(master.me, master.metadata(), BackupWish.parse(JSON.parse(body))));
      default:
        return nothingThere;
    }
  };

const pages =
  (master: Master): Handler =>
  url => {
    switch (url.pathname) {
      case '/':
        return {type: 'text/html', body: '<html>x</html>\n'};
      case '/api/v1/master/info':
        return masterInfo(tell(master));
      case '/metrics/json/':
        return masterMetrics(tell(master));
      default:
        return jettyMissing(url.pathname);
    }
  };

export const makeDesk = (master: Master): Desk => {
  const {me, group} = master;
  return {
    pages: pages(master),
    openRpc: () => {
      const port = me.number('alluxio.master.rpc.port');
      return me.generation.isFirst
        ? openDoor(me, port, () => master.serving, rpc(master))
        : serve(me, port, rpc(master));
    },
    openJournalPort: port =>
      serve(me, port, async (url, request) => {
        if (url.pathname === '/fake/settled') return settled(master);
        const answer = group.hear(url.pathname, await bodyOf(request));
        return answer === null ? nothingThere : {body: answer};
      }),
  };
};
