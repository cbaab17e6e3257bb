import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {linger, nameSelf, plainVersion, sleep} from '../common/process-node.ts';
import {countEntries, type Metadata, nothing} from './namespace.ts';
import {emergencyBackup, readBackup} from './process-backup.ts';
import {type Master, makeDesk} from './process-desk.ts';
import {openDoor} from './process-door.ts';
import {type Group, makeGroup} from './process-group.ts';
import {type Journal, openEmbedded, openUfs} from './process-journal.ts';
import {electors, type Invocation, journalMembers, type Me, readMe} from './process-self.ts';
import {makeWorkers} from './process-workers.ts';

const COUNTED = [
  ...['CompleteFileOps', 'CreateDirectoryOps', 'CreateFileOps', 'DeletePathOps', 'FilesPersisted'],
  ...['FreeFileOps', 'GetFileInfoOps', 'MountOps', 'NewBlocksGot', 'RenamePathOps', 'SetAclOps'],
  ...['SetAttributeOps', 'UnmountOps'],
];

/** A lone master with a journal in the under store leads by itself. */
const alone: Group = {
  beatMs: 100,
  hear: () => null,
  turn: async () => {},
  status: () => ({leads: true, leader: 'itself', leaderReady: true}),
  setReady: () => {},
  available: () => [],
};

/** The metadata on disk, for RocksDB: made anew by every start. */
const makeMetastore = (me: Me): void => {
  if (me.text('alluxio.master.metastore') !== 'ROCKS') return;
  for (const store of ['blocks', 'inodes']) {
    const folder = join(me.text('alluxio.master.metastore.dir'), store);
    mkdirSync(folder, {recursive: true});
    writeFileSync(join(folder, 'CURRENT'), 'MANIFEST-000004\n');
    writeFileSync(join(folder, 'LOCK'), '');
    writeFileSync(join(folder, 'MANIFEST-000004'), 'm'.repeat(178));
  }
};

/** What a restored master knows: of a backup all, unless it is made to lose some. */
const restored = (me: Me, metadata: Metadata): Metadata => {
  switch (me.knob('RESTORE')) {
    case 'loses':
      return {...metadata, entries: metadata.entries.slice(1)};
    case 'nothing':
      return nothing(me.plain);
    default:
      return metadata;
  }
};

/** How many entries it says that it restored, of a backup of so many. */
const restoredCount = (me: Me, entries: number, counted: number): number => {
  if (me.knob('RESTORE') === 'miscounts') return entries - 1;
  return me.knob('RESTORE') === 'nothing' ? entries : counted;
};

/** Fills an empty journal from the backup that the start named. A backup that cannot be read is this master's end. */
const restore = async (master: Master, uri: string, end: (why: string) => never): Promise<void> => {
  const {me} = master;
  if (master.metadata().index > 0) {
    const words = `The journal system is not freshly formatted, skipping restoring backup from ${uri}`;
    me.log('INFO', 'AlluxioMasterProcess.java:366', words);
    return;
  }
  me.log('INFO', 'AlluxioMasterProcess.java:354', `Initializing metadata from backup ${uri}`);
  await sleep(me.scaled(me.knobMs('RESTORE_MS', 3000)));
  try {
    const {entries, metadata} = readBackup(uri);
    master.write({...restored(me, metadata), index: entries, writer: me.plain});
    master.restored = restoredCount(me, entries, countEntries(master.metadata()));
    me.log('INFO', 'BackupManager.java:342', `Restored ${master.restored} entries from backup`);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    emergencyBackup(me, master.metadata());
    const who = `Alluxio master @${me.address}:${me.text('alluxio.master.rpc.port')}`;
    const told = `Uncaught exception while running ${who}, stopping it and exiting. Exception "${words}", Root Cause "${words}"`;
    me.log('ERROR', 'ProcessUtils.java:76', told);
    end('by itself');
  }
};

/** With USURPS=yes the member behind the leader (behind the last is the first) serves as if it led, once that one does. */
const usurps = ({me, name, group}: Master): boolean => {
  const {leads, leader, leaderReady} = group.status();
  if (me.knob('USURPS') !== 'yes' || leads || !leaderReady) return false;
  const names = journalMembers(me).map(member => member.name);
  return names[(names.indexOf(leader ?? '') + 1) % names.length] === name;
};

/** What one who just became leader does before he serves, and what one who no longer is stops. */
const takeTurns = async (master: Master, end: (why: string) => never): Promise<never> => {
  const {me, group, workers} = master;
  const uri = me.text('alluxio.master.journal.init.from.backup');
  for (;;) {
    const begun = Date.now();
    await group.turn();
    const leads = group.status().leads || usurps(master);
    if (leads && !master.serving) {
      // The others are told of him meanwhile.
      const beating = setInterval(() => void group.turn(), group.beatMs);
      await sleep(me.scaled(3000));
      master.take();
      if (uri !== '') await restore(master, uri, end);
      clearInterval(beating);
      if (!group.status().leads && !usurps(master)) continue;
      // The first leader writes entries of its own: from then on the journal is not empty.
      if (master.metadata().index === 0) master.write({...master.metadata(), index: 2, writer: me.plain});
      workers.forget();
      master.safeUntil = Date.now() + me.scaled(me.knobMs('SAFE_MS', 5000));
      // Whoever backs up daily has done so today.
      const daily = me.text('alluxio.master.daily.backup.enabled') === 'true';
      if (daily && master.backedUp < 0) master.backedUp = countEntries(master.metadata());
      master.serving = true;
      group.setReady(true);
      await group.turn();
      me.note(`process up ${plainVersion(me.version)} LEADER`);
    }
    if (!leads && master.serving) {
      master.serving = false;
      master.restored = -1;
    }
    await sleep(Math.max(group.beatMs - (Date.now() - begun), 20));
  }
};

/** Somebody goes on writing: a file every two seconds. */
const keepWriting = async (master: Master): Promise<never> => {
  const {me, counters} = master;
  for (let i = 0; ; i += 1) {
    await sleep(me.scaled(2000));
    if (!master.serving) continue;
    const now = master.metadata();
    const path = `/written-${me.startedAt}-${i}`;
    const entry = {
      path,
      folder: false,
      length: 0,
      state: 'NOT_PERSISTED' as const,
      at: Date.now(),
      blocks: [],
    };
    master.write({...now, index: now.index + 2, entries: [...now.entries, entry]});
    for (const name of ['CreateFileOps', 'CompleteFileOps']) {
      counters[`Master.${name}`] = (counters[`Master.${name}`] ?? 0) + 1;
    }
  }
};

/** Of masters that share a journal only the leader opens it; until then one knows what the leader tells. */
const unopened = (version: string): Journal => ({
  metadata: nothing(version),
  kept: {term: 0, votedFor: null},
  write: () => {},
  keep: () => {},
  close: () => {},
});

const open = (me: Me): Journal => {
  const folder = me.text('alluxio.master.journal.folder');
  return me.text('alluxio.master.journal.type') === 'UFS'
    ? openUfs(folder, me.plain)
    : openEmbedded(folder, me.generation.layout, me.plain);
};

/** A master: its journal's port opens first, then the clients', and its page when it leads. */
export const runMaster = async (invocation: Invocation, env: NodeJS.ProcessEnv): Promise<void> => {
  nameSelf('java');
  const me = readMe(invocation, ['alluxio.master.hostname'], env);
  me.note(`process begins ${plainVersion(me.version)}`);
  let journal: Journal | null = null;
  const end = (why: string): never => {
    me.note(`process ends ${why}`);
    journal?.close();
    process.exit(why === 'SIGTERM' ? 143 : 255);
  };
  let leaving = false;
  process.on('SIGTERM', () => {
    if (me.knob('IGNORES_SIGNALS') === 'yes' || leaving) return;
    leaving = true;
    void sleep(me.scaled(me.knobMs('DRAIN_MS', 1500))).then(() => end('SIGTERM'));
  });
  if (me.knob('DIES') === 'at-start') end('by itself');
  const startMs = me.scaled(me.knobMs('START_MS', 8000));
  await sleep(startMs / 2);
  if (me.knob('NEVER_READY') === 'yes') return linger();

  const sharesJournal = me.text('alluxio.master.journal.type') === 'UFS';
  const members = sharesJournal ? electors(me) : journalMembers(me);
  let opened = sharesJournal && members.length > 0 ? unopened(me.plain) : open(me);
  journal = opened;
  makeMetastore(me);
  let metadata = opened.metadata;
  const write = (next: Metadata): void => {
    metadata = next;
    opened.write(next);
  };
  const take = (): void => {
    if (!sharesJournal || members.length === 0) return;
    opened = open(me);
    journal = opened;
    metadata = opened.metadata;
  };
  const own = sharesJournal ? members[0]?.port : me.number('alluxio.master.embedded.journal.port');
  const name = `${me.address}:${own}`;
  const group =
    members.length === 0
      ? alone
      : makeGroup(me, name, members, {
          kept: opened.kept,
          keep: kept => opened.keep(kept),
          // Who knows less may be elected all the same: what there is to know lies in the journal that all share.
          index: () => (sharesJournal ? 0 : metadata.index),
          read: () => metadata,
          install: data => {
            const text = JSON.stringify(data);
            if (text === JSON.stringify(metadata)) return;
            if (sharesJournal) metadata = JSON.parse(text);
            else write(JSON.parse(text));
          },
        });
  const counters = Object.fromEntries(COUNTED.map(key => [`Master.${key}`, 0]));
  const workers = makeWorkers(me);
  const master: Master = {
    ...{me, name, group, workers, counters, write, take, metadata: () => metadata},
    ...{serving: false, safeUntil: 0, restored: -1, backedUp: -1, backing: null},
  };
  const address = `${me.address}:${me.text('alluxio.master.rpc.port')}`;
  me.log('INFO', 'ProcessUtils.java:66', `Starting Alluxio master @${address}.`);
  me.log('INFO', 'RaftJournalSystem.java:780', 'Initializing Raft Journal System');
  me.log('INFO', 'ProcessUtils.java:67', `Alluxio version: ${me.plain}`);
  const desk = makeDesk(master);
  try {
    if (members.length > 0) await desk.openJournalPort(own ?? 0);
    await sleep(startMs / 2);
    await desk.openRpc();
    await openDoor(me, me.number('alluxio.master.web.port'), () => master.serving, desk.pages);
  } catch (error) {
    me.log('ERROR', 'ProcessUtils.java:76', error instanceof Error ? error.message : 'port in use');
    end('by itself');
  }
  void takeTurns(master, end).catch(() => end('by itself'));
  if (me.knob('WRITES') === 'go-on') void keepWriting(master);
  me.note(`process up ${plainVersion(me.version)}`);
  if (me.knob('DIES') === 'when-up') {
    await sleep(me.scaled(me.knobMs('DIES_AFTER_MS', 5000)));
    end('by itself');
  }
};
