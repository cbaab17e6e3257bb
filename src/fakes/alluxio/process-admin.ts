import {call} from '../common/process-call.ts';
import {sleep} from '../common/process-node.ts';
import {revisionOf} from './generation.ts';
import {dateWords, sizeWords, spanWords} from './namespace.ts';
import {BackupDone, BackupState, type BackupWish} from './process-backup.ts';
import type {Printed} from './process-commands.ts';
import {askLeader, Quorum, Report} from './process-questions.ts';
import {type Me, rpcAddresses} from './process-self.ts';
import {nobody} from './process-shell.ts';

const BACKUP_FLAGS = ['--local', '--allow-leader', '--bypass-delegation'];
const BACKUP_USAGE_FIRST = 'Usage: backup [directory] [--local]\n';
const USAGE_FIRST = ['backup [directory] [--local]', 'doctor [category]', 'report [category] [category args]']
  .concat('ufs [--mode <noAccess/readOnly/readWrite>] <ufsPath>')
  .reduce(
    (all, command) => `${all}\t ${`[${command}]`.padEnd(58)}\n`,
    'Usage: alluxio fsadmin [generic options]\n',
  );
const BACKUP_USAGE_OLD = `Usage: backup [directory] [--local]
backup backs up all Alluxio metadata to the backup directory configured on master. The directory to back up to can be overridden by specifying a directory here. The directory path is relative to the root UFS. To write the backup to the local disk of the primary master, use --local and specify a filesystem path. Backing up metadata will be delegated to stand-by masters in HA cluster. Use --allow-leader for leader to take the backup when there are no stand-by masters.(This will pause metadata changes during the backup.
`;
const BACKUP_USAGE = `Usage: backup [directory] [--local] [--allow-leader] [--bypass-delegation]
backup backs up all Alluxio metadata to the backup directory configured on master. The directory to back up to can be overridden by specifying a directory here. The directory path is relative to the root UFS. To write the backup to the local disk of the primary master, use --local and specify a filesystem path. Backing up metadata will be delegated to standby masters in HA cluster. Use --allow-leader for leader to take the backup when there are no standby masters.(This will pause metadata changes during the backup). Use --bypass-delegation to take the backup on the leader even if there are standby masters.
`;

/** The line that a later one is written over. */
const BLANK = `${' '.repeat(75)}\r`;

/** Writes to standard output before the command has ended. */
type Say = (words: string) => void;

const progressLine = (told: BackupState): string =>
  ` Backup state: ${told.state}${told.state === 'Running' ? ` | Entries processed: ${told.entries}` : ''}\r`;

/**
 * Asks twice in a second how far the backup is, and says so, each time over what it said before. The line is wiped before it
 * is asked again, and when the answer is there.
 */
const follow = async (me: Me, work: Promise<unknown>, say: Say): Promise<{readonly said: boolean}> => {
  let said = false;
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) {
    const told = BackupState.safeParse(await askLeader(me, {op: 'backup-state'})).data;
    if (told !== undefined && told.state !== 'None') {
      said = true;
      say(`${BLANK}${progressLine(told)}`);
    }
    await Promise.race([work, sleep(500)]);
    if (said) say(BLANK);
  }
  return {said};
};

/** What stands before its last words: it says at least once what it is at. */
const wiped = (said: boolean): string =>
  `${said ? '' : `${BLANK}${progressLine({state: 'Initiating'})}${BLANK}`}${BLANK}`;

const backup = async (me: Me, args: readonly string[], say: Say): Promise<Printed> => {
  const {isFirst} = me.generation;
  const flags = isFirst ? BACKUP_FLAGS.slice(0, 1) : BACKUP_FLAGS;
  const unknown = args.find(word => word.startsWith('-') && !flags.includes(word));
  if (unknown !== undefined && isFirst) return {out: BACKUP_USAGE_FIRST, code: 255};
  if (unknown !== undefined) {
    const usage = me.generation.newClients ? BACKUP_USAGE : BACKUP_USAGE_OLD;
    return {out: `Failed to parse args for backup: Unrecognized option: ${unknown}\n${usage}`, code: 255};
  }
  const wish: BackupWish = {
    directory: args.find(word => !word.startsWith('-')) ?? me.text('alluxio.master.backup.directory'),
    local: args.includes('--local'),
    allowLeader: args.includes('--allow-leader'),
    bypass: args.includes('--bypass-delegation'),
  };
  const table = me.generation.backupTable;
  const work = askLeader(me, {op: 'backup', wish});
  const {said} = table ? await follow(me, work, say) : {said: false};
  const data = await work;
  if (data === null) return nobody(me, 'MetaMaster');
  const done = BackupDone.parse(data);
  if ('error' in done) {
    // This one is known before anything began.
    const began = done.error !== 'No master found to delegate backup.' && table;
    return {out: `${began ? wiped(said) : ''}${done.error}\n`, code: 255};
  }
  const {host, uri, entries} = done;
  if (!table) {
    // 1.8 says the whole URI (recorded); what 2.0 says is known from its source.
    const place = isFirst ? uri : uri.replace('file://', '');
    const where = wish.local ? `${place} on master ${host}` : uri;
    const count = me.generation.journalType === 'EMBEDDED' ? ` with ${entries} entries` : '';
    return {out: `Successfully backed up journal to ${where}${count}\n`, code: 0};
  }
  const lines = `Backup Host        : ${host}\nBackup URI         : ${uri}\nBackup Entry Count : ${entries}\n`;
  return {out: `${wiped(said)}${BLANK}${lines}`, code: 0};
};

const quorum = async (me: Me, args: readonly string[]): Promise<Printed> => {
  const domain = args[args.indexOf('-domain') + 1];
  if (!args.includes('-domain') || domain === undefined) {
    const usage =
      'Usage: info -domain <[MASTER, JOB_MASTER]>\n\nShows quorum information for embedded journal.\n';
    return {out: `Invalid option count. Expected: 1, Found: 0\n${usage}`, code: 255};
  }
  const {newQuorum, newClients} = me.generation;
  const data = await askLeader(me, {op: 'quorum'});
  if (data === null) {
    const client = newClients ? 'JournalMasterClient' : 'JournalMaster';
    return {out: `Failed to determine address for ${client} after 1 attempts\n`, code: 255};
  }
  const told = Quorum.parse(data);
  if ('error' in told) return {out: `${told.error}\n`, code: 255};
  const head = `Journal domain\t: ${domain}\nQuorum size\t: ${told.rows.length}\n`;
  const state = (available: boolean): string => (available ? 'AVAILABLE' : 'UNAVAILABLE');
  if (!newQuorum) {
    const rows = told.rows.map(({name, available}) => `${state(available)}\t ${name}\n`);
    return {out: `${head}STATE\t\tSERVER ADDRESS\n${rows.join('')}`, code: 0};
  }
  const rows = told.rows.map(({name, available}) => `${state(available).padEnd(11)} | 0        | ${name}\n`);
  const title = 'STATE       | PRIORITY | SERVER ADDRESS\n';
  return {out: `${head}Quorum leader\t: ${told.leader}\n\n${title}${rows.join('')}`, code: 0};
};

/** Total, a line per tier, and so on: what both reports have. */
const capacities = (
  report: Report,
): {total: number; used: number; tiers: (of: 'capacity' | 'used') => string} => {
  const {workers} = report;
  const sum = (of: 'capacity' | 'used', tier?: string): number =>
    workers.reduce((all, worker) => all + (tier === undefined || worker.tier === tier ? worker[of] : 0), 0);
  const names = [...new Set(workers.map(({tier}) => tier))];
  const tiers = (of: 'capacity' | 'used'): string =>
    names.map(tier => `        Tier: ${tier}  Size: ${sizeWords(sum(of, tier))}\n`).join('');
  return {total: sum('capacity'), used: sum('used'), tiers};
};

const summary = (me: Me, report: Report): string => {
  const {total, used, tiers} = capacities(report);
  const row = (name: string): string =>
    `    ${name.padEnd(32)} ${(name === report.name ? 'PRIMARY' : 'STANDBY').padEnd(8)} ${report.version.padEnd(32)}\n`;
  const standbys = report.masters.filter(name => name !== report.name);
  const masters = `    ${'Master Address'.padEnd(32)} ${'State'.padEnd(8)} ${'Version'.padEnd(32)}\n${[report.name, ...standbys].map(row).join('')}`;
  const raft = `    Raft-based Journal: true
    Raft Journal Addresses: 
${report.journal.map(name => `        ${name}\n`).join('')}`;
  const zookeeper =
    report.electors.length === 0
      ? ''
      : `    Zookeeper Addresses: \n${report.electors.map(name => `        ${name}\n`).join('')}`;
  return `Alluxio cluster summary: 
    Master Address: ${me.generation.isFirst ? `${report.name.split(':')[0]}/${report.name}` : report.name}
    Web Port: ${report.webPort}
    Rpc Port: ${report.rpcPort}
    Started: ${dateWords(report.startedAt)}
    Uptime: ${spanWords(Date.now() - report.startedAt)}
    Version: ${report.version}
    Safe Mode: ${report.safeMode}
    Zookeeper Enabled: ${report.electors.length > 0}
${zookeeper}${me.generation.newQuorum && report.journal.length > 0 ? raft : ''}${me.generation.delegates ? masters : ''}    Live Workers: ${report.workers.length}
    Lost Workers: ${report.lost}
    Total Capacity: ${sizeWords(total)}
${tiers('capacity')}    Used Capacity: ${sizeWords(used)}
${tiers('used')}    Free Capacity: ${sizeWords(total - used)}
`;
};

const capacity = (report: Report): string => {
  const {total, used, tiers} = capacities(report);
  const percent = total === 0 ? 0 : Math.floor((used * 100) / total);
  const rows = report.workers.map(worker => {
    const share = worker.capacity === 0 ? 0 : Math.floor((worker.used * 100) / worker.capacity);
    const head = `${worker.host.padEnd(16)} ${worker.state.padEnd(15)} ${String(worker.seconds).padEnd(16)}`;
    return `${head} ${'capacity'.padEnd(13)} ${sizeWords(worker.capacity).padEnd(16)} ${worker.version}
${' '.repeat(50)}${'used'.padEnd(13)} ${sizeWords(worker.used)} (${share}%)
`;
  });
  const title = `${'Worker Name'.padEnd(16)} ${'State'.padEnd(15)} ${'Last Heartbeat'.padEnd(16)} ${'Storage'.padEnd(13)} ${(report.workers[0]?.tier ?? '').padEnd(16)} Version\n`;
  return `Capacity information for all workers: 
    Total Capacity: ${sizeWords(total)}
${tiers('capacity')}    Used Capacity: ${sizeWords(used)}
${tiers('used')}    Used Percentage: ${percent}%
    Free Percentage: ${100 - percent}%

${title}${rows.join('')}`;
};

/** The statuses in the order in which they are counted (recorded). */
const STATUSES = ['CREATED', 'CANCELED', 'FAILED', 'RUNNING', 'COMPLETED'];

/** A job service that is at nothing; its workers, of whom it knows, are left out. */
const jobService = async (me: Me): Promise<Printed> => {
  const masters = rpcAddresses(me, 'job.master');
  const led = await Promise.all(
    masters.map(async ({host, port}) => call(host, port, '/fake/leads', '', 3000)),
  );
  const leader = led.findIndex(answer => answer.kind === 'answered' && answer.body === 'yes');
  if (leader === -1) return nobody(me, 'JobMasterClient');
  const wide = Math.max(16, ...masters.map(({name}) => name.length));
  const rows = [masters[leader], ...masters.filter((_, i) => i !== leader)].map((master, i) =>
    [
      (master?.name ?? '').padEnd(wide),
      (i === 0 ? 'PRIMARY' : 'STANDBY').padEnd(8),
      '20261122-074538'.padEnd(16),
      me.version.padEnd(32),
      revisionOf(me.plain).slice(0, 8),
    ].join(' '),
  );
  // Before 2.9 it knows nothing of its masters.
  const table = me.generation.delegates
    ? `${'Master Address'.padEnd(wide)} ${'State'.padEnd(8)} ${'Start Time'.padEnd(16)} ${'Version'.padEnd(32)} Revision\n${rows.join('\n')}\n\n`
    : '';
  const counts = STATUSES.map(status => `Status: ${status.padEnd(10)}Count: 0\n`).join('');
  const lists = ['Most Recently Modified', 'Most Recently Failed', 'Longest Running'].map(
    what => `10 ${what} Jobs:\n\n`,
  );
  return {out: `${table}${counts}\n${lists.join('')}`, code: 0};
};

const report = async (me: Me, args: readonly string[]): Promise<Printed> => {
  if (args[0] === 'jobservice' && !me.generation.isFirst) return jobService(me);
  const data = await askLeader(me, {op: 'report'});
  if (data === null) return {out: 'Cannot connect to Alluxio leader master.\n', code: 255};
  const told = Report.parse(data);
  return {out: args[0] === 'capacity' ? capacity(told) : summary(me, told), code: 0};
};

/** alluxio.cli.fsadmin.FileSystemAdminShell, as far as an upgrade uses it. */
export const adminShell = async (me: Me, args: readonly string[], say: Say): Promise<Printed> => {
  const [command = '', ...rest] = args;
  if (command === 'backup') return backup(me, rest, say);
  if (command === 'report') return report(me, rest);
  if (me.generation.isFirst) {
    const err = command === '' ? '' : `${command} is an unknown command.\n`;
    return {out: USAGE_FIRST, err, code: 255};
  }
  if (command === 'journal' && rest[0] === 'quorum' && rest[1] === 'info') return quorum(me, rest.slice(2));
  return {out: `${command} is an unknown command.\n`, code: 255};
};
