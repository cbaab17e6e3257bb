import {compareVersions} from '../../../src/lib/version.ts';
import type {Script} from '../../../src/model/script.ts';
import {nothingKept} from '../common/memory-kept.ts';
import {wordOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import {keptOf, placeIn, proofLines} from './memory-backup.ts';
import {cacheLook, namespaceLines} from './memory-caches.ts';
import {fanOutLines, placeLines} from './memory-fan-out.ts';
import {keptAt, realOf, stagedAt, versionAt} from './memory-homes.ts';
import {entriesIn, isSame, JOURNAL, type Journal, sizeOf} from './memory-journal.ts';
import {contentOf} from './memory-lives.ts';
import {birthNow, processLines, serverLines, socketLines} from './memory-process.ts';
import {survey} from './memory-survey.ts';
import {namesOf} from './memory-undo.ts';
import {leads, type Machine, ofRole, type World} from './memory-world.ts';

const home = ({home: its}: Machine, script: Script): string[] => {
  const names = namesOf(script);
  const kept = versionAt(its, keptAt(its, names));
  return [
    `kind=${its.kind}`,
    `version=${versionAt(its, realOf(its)) ?? ''}`,
    // Once it is installed, a link leads to what was staged.
    `staged=${versionAt(its, stagedAt(its, names)) ?? 'none'}`,
    `kept=${kept ?? 'none'}`,
  ];
};

/** The version that lies ready, or the home where none does, knows every key of what was carried over. */
const conf = ({journalType}: World): string[] => ['asked=9', `type=${journalType}`];

const journalOf = ({journals}: World, machine: Machine, script: Script): Journal => {
  const journal = journals.get(machine.node.id);
  const at = wordOf(script, 'journal');
  if (journal === undefined || at !== JOURNAL)
    throw new Error(`${script.body.name}: ${machine.node.id} has no journal ${at}`);
  return journal;
};

const journalLines = (journal: Journal): string[] => {
  if (!journal.there) return ['place=none', 'files=0', 'bytes=0'];
  const {files, bytes} = sizeOf(journal);
  return [
    'place=dir',
    ...entriesIn(journal).map(entry => `entry=${entry}`),
    `files=${files}`,
    `bytes=${bytes}`,
    `newest=${Math.floor(journal.changedAt / 1_000)}`,
  ];
};

const journalCopy = (journal: Journal, script: Script): string[] => {
  const copy = journal.copies.get(namesOf(script).stamp);
  if (copy === undefined)
    return [
      'journal.place=dir',
      'journal.copy=none',
      'journal.same=no',
      'metastore.place=dir',
      'metastore.copy=none',
      'metastore.same=no',
    ];
  const same = isSame(journal, copy) ? 'yes' : 'no';
  return ['journal.copy=dir', `journal.same=${same}`, 'metastore.copy=dir', `metastore.same=${same}`];
};

const journalBlast = (journal: Journal, script: Script): string[] => {
  const {files, bytes} = sizeOf(journal);
  return [
    `path=${JOURNAL}`,
    'mount=/',
    'filesystem=ext4',
    'freeKb=52428800',
    `files=${files}`,
    `bytes=${bytes}`,
    `newest=${Math.floor(journal.changedAt / 1_000)}`,
    `copied=${journal.copies.has(namesOf(script).stamp) ? 'yes' : 'no'}`,
  ];
};

const backup = (world: World, machine: Machine, script: Script): string[] => {
  const kept = keptOf(world, machine, namesOf(script).stamp);
  if (kept === undefined) return ['folder=none', 'going=no'];
  const own = ['folder=dir', `going=${kept.going ? 'yes' : 'no'}`];
  if (kept.lines === null) return own;
  const uri = placeIn(kept.lines);
  return [
    ...own,
    ...kept.lines.map(line => `out=${line}`),
    ...(uri === undefined ? [] : proofLines(world, machine, uri.replace(/^file:\/\//, ''))),
    `exit=${kept.exit}`,
  ];
};

const namespace = (world: World): string[] => {
  const content = contentOf(world);
  return content === null ? ['exit=1'] : [...namespaceLines(content), 'exit=0'];
};

/** What members say of each other is stale for some seconds (recorded). */
const STALE_MS = 12_000;

const upLately = (world: World, machine: Machine): boolean => {
  const at = world.clock.now() - STALE_MS;
  return machine.lives.some(
    ({readyAt, endAt}) => readyAt !== null && (endAt === null || endAt > at) && readyAt <= world.clock.now(),
  );
};

const quorum = (world: World): string[] => {
  const reign = leads(world);
  if (reign === null) return ['out=Service JOURNAL_MASTER_CLIENT_SERVICE is not found.', 'exit=255'];
  const masters = ofRole(world, 'master');
  const [title, space] =
    compareVersions(reign.life.version, '2.5.0') < 0 ? ['', ''] : [' | PRIORITY', ' | 0       '];
  return [
    'out=Journal domain\t: MASTER',
    `out=Quorum size\t: ${masters.length}`,
    `out=Quorum leader\t: ${reign.leader.node.host}:19200`,
    'out=',
    `out=STATE      ${title} | SERVER ADDRESS`,
    ...masters.map(machine => {
      const state = upLately(world, machine) ? 'AVAILABLE  ' : 'UNAVAILABLE';
      return `out=${state}${space} | ${machine.node.host}:19200`;
    }),
    'exit=0',
  ];
};

/** A job service that is at nothing. */
const OPEN_JOBS: readonly string[] = [
  ...['CREATED', 'CANCELED', 'FAILED', 'RUNNING', 'COMPLETED'].map(
    status => `out=Status: ${status.padEnd(10)}Count: 0`,
  ),
  'exit=0',
];

const unknown = ({body}: Script): never => {
  throw new Error(`the fake does not know ${body.name}`);
};

const lines = (world: World, machine: Machine, what: string, script: Script): readonly string[] => {
  switch (what) {
    case 'process':
      return [
        ...serverLines(world, machine),
        ...processLines(world, machine, []),
        birthNow(world),
        ...socketLines(world, machine),
      ];
    case 'survey':
      return survey(world, machine);
    case 'fan-out':
      return fanOutLines(world, machine);
    case 'place':
      return placeLines(world, machine);
    case 'home':
      return home(machine, script);
    case 'clock':
      return [`clock=${world.clock.now()}000000`];
    case 'conf':
      return conf(world);
    case 'journal':
      return journalLines(journalOf(world, machine, script));
    case 'journal-copy':
      return journalCopy(journalOf(world, machine, script), script);
    case 'journal-blast':
      return journalBlast(journalOf(world, machine, script), script);
    case 'backup':
      return backup(world, machine, script);
    case 'proof':
      return proofLines(world, machine, wordOf(script, 'path'));
    case 'namespace':
      return namespace(world);
    case 'open-jobs':
      return OPEN_JOBS;
    case 'quorum':
      return quorum(world);
    case 'restore':
      return machine.lives
        .filter(({backup}) => backup !== '')
        .flatMap(({log}) => ['Starting Alluxio master @', ...log])
        .map(line => `log=2026-11-22 08:01:51,551 INFO  [main](X.java:1) - ${line}`);
    default:
      return cacheLook(world, machine, what, script) ?? nothingKept(what) ?? unknown(script);
  }
};

/** How long the looks take that start a JVM; the others none to speak of. */
const SLOW_MS: Readonly<Record<string, readonly [number, number]>> = {
  conf: [3_000, 30_000],
  namespace: [2_000, 6_000],
  quorum: [2_000, 6_000],
  'open-jobs': [2_000, 6_000],
  survey: [1_500, 4_000],
};

/** What a look prints on this machine, after the time that it takes. Throws for one that the fake does not know. */
export const printLook = async (
  world: World,
  machine: Machine,
  what: string,
  script: Script,
): Promise<readonly string[]> => {
  const slow = SLOW_MS[what];
  if (slow !== undefined) {
    await world.clock.sleep(between(world.chance, ...slow));
    world.timeline.catchUp();
  }
  return [`self=${machine.node.host}`, ...lines(world, machine, what, script)];
};
