import {muteSql, page, prints, printsToo, row} from './answers.ts';
import type {Met} from './met.ts';
import {
  ALL,
  after,
  BACKENDS,
  CLOUD,
  held,
  named,
  type Ran,
  refused,
  type Variants,
  warned,
} from './variant.ts';

// What real hosts showed, by kinds: of each some variants, what is said of them, and what was left alone.

export type Kind = {readonly name: string; readonly variants: Variants};

const SPOT = 'test/shell/systems/doris/spot.test.ts';
const OWN = 'test/shell/systems/doris/own.test.ts';
const NOT_READY = '{"msg":"Error","code":1,"data":"not ready","count":0}';

/** From the last time a process was told to stop or started until the run was held. */
const heldAfterMs = ({effects, events}: Met): number =>
  (events.findLast(({type}) => type === 'step.failed')?.at ?? Number.POSITIVE_INFINITY) -
  (effects.findLast(({effect}) => effect === 'stop' || effect === 'start')?.at ?? 0);

const within =
  (ms: number): NonNullable<Ran['wrong']> =>
  met =>
    heldAfterMs(met) <= ms ? [] : [`it was waited for ${heldAfterMs(met)} ms`];

/** Who was the master when it was stopped, with an older follower that still served. */
const masterBeforeFollower: NonNullable<Ran['wrong']> = ({effects}) => {
  const stops = effects.filter(({effect, node}) => effect === 'stop' && node.startsWith('fe-'));
  const at = stops.findIndex(({as}) => as === 'master');
  return stops.slice(at + 1).map(({node}) => `the master was stopped before ${node}`);
};

/** lakeup's own part between a stop and its start: 0.3 s, and four times there and back. */
const ownPart =
  (role: string, farMs: number): NonNullable<Ran['wrong']> =>
  ({effects, events}) =>
    events.flatMap(event => {
      if (event.type !== 'step.acted' || !new RegExp(`/stop@${role}-`).test(event.step)) return [];
      const [, node] = event.step.split('@');
      const at = (what: string): number =>
        effects.find(({effect, node: of}) => of === node && effect === what)?.at ?? Number.NaN;
      const own = at('start') - at('stop') - event.outcome.ms;
      return own <= 300 + 4 * farMs ? [] : [`${node}: ${own} ms`];
    });

const far = (role: string, farMs: number): Ran => ({
  ...{name: `${role} over a link of ${farMs} ms`, field: {farMs}, end: 'ended', stopped: ALL},
  ...{says: [/one at a time/], wrong: ownPart(role, farMs)},
});

/** A frontend that a newer master has ended is told of beforehand, goes next, and nobody stops what does not run. */
const leftBehind = (seed: number, who: string, stopped: string): Ran => ({
  ...{name: `${who}: ended by a newer master`, field: {faults: [['ends-old', 'fe-1']], seed}},
  ...{end: 'ended', stopped, says: [/can end at the next CREATE DATABASE\. lakeup then takes those first/]},
});

export const KINDS: Readonly<Record<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13, Kind>> = {
  1: {
    name: 'one good sample is no fact that holds',
    variants: [
      held(
        'the journal of an observer stands still',
        {lies: [['journal-stands', 'fe-4']]},
        `${BACKENDS} fe-4`,
        /^fe-4: "start and wait until it serves" failed\.$/m,
        /was seen, but journal stood still while masterJournal went on\.$/m,
        /^Do not trust the last look: find out why it does not stay so, then retry\.$/m,
      ),
      held(
        'a MetaService answers for ten seconds of twenty',
        {lies: [['flips', 'ms-2']]},
        CLOUD,
        /^be-1: it is not safe to "stop" yet\.$/m,
        /was seen in \d+ of \d+ looks, but it did not stay so for 11s: ms\.unwell ms-2 starting \(http=closed\)\.$/m,
        /^It comes and goes: find out why/m,
      ),
      held(
        'the row of a frontend flips once it was started',
        {lies: [['flips', 'fe-4']]},
        `${BACKENDS} fe-4`,
        /^fe-4: "start and wait until it serves" failed\.$/m,
      ),
      held(
        'a Recycler ends some seconds after it was ready',
        {lies: [['dies-when-ready', 'rc-1']]},
        CLOUD,
        /^be-1: it is not safe to "stop" yet\.$/m,
        /recycler\.unwell rc-1 down\.$/m,
      ),
      held(
        'a backend ends some seconds after it was ready',
        {lies: [['dies-when-ready', 'be-3']]},
        `${CLOUD} be-1 be-2 be-3`,
        /^be-3: "start and wait until it serves" failed\.$/m,
      ),
      {
        ...held(
          'the last frontend ends some seconds after it was ready',
          {lies: [['dies-when-ready', 'fe-1']]},
          ALL,
          /^fe-1: "start and wait until it serves" failed\.$/m,
        ),
        wrong: ({verified}) => verified.filter(node => node === 'fe-1'),
      },
    ],
  },
  2: {
    name: 'one witness is none',
    variants: [
      held(
        'a second frontend says that it is the master while backends are upgraded',
        after('backends/start@be-4', ({lie}) => lie('two-masters', 'fe-3')),
        `${CLOUD} be-1 be-2 be-3 be-4`,
        /^be-5: it is not safe to "stop" yet\.$/m,
        /: fe\.unwell fe-1 degraded \(many-masters\), fe-3 degraded \(many-masters\)\.$/m,
        /^Put right what is named above, or wait until it is so;/m,
      ),
      held(
        'a second one says so once the observer is done',
        after('frontends/start@fe-4', ({lie}) => lie('two-masters', 'fe-2')),
        `${BACKENDS} fe-4`,
        /^Which node goes next cannot be told: fe-1, fe-2 each say that they are the master$/m,
        /^Wait until it can be told \(an election takes seconds\), or mend the group;/m,
      ),
      held(
        'the one in hand says so once it was started: both are named',
        after('frontends/deploy@fe-2', ({lie}) => lie('two-masters', 'fe-2')),
        `${BACKENDS} fe-4 fe-2`,
        /cannot come true any more: causes many-masters, leading fe-1, fe-2, for 1m\.$/m,
        /^Find out which of them is right, and mend the group first;/m,
      ),
      {
        ...held(
          'a second one says so when everybody was upgraded',
          after('frontends/start@fe-1', ({lie}) => lie('two-masters', 'fe-3')),
          ALL,
          /is upgraded, but the last look at it did not find what it should\.$/m,
          /^fe-2, fe-3 each say that they are the master$/m,
        ),
        wrong: ({verified}) => verified.filter(node => /^(fe|be)/.test(node)),
      },
      refused(
        'a frontend has another row of itself than the others',
        row('fe-3', {Role: 'OBSERVER', Host: '10.9.9.9'}),
        /The frontends agree about the group|Inventory and cluster name the same frontends/,
      ),
    ],
  },
  3: {
    name: 'what the watcher sees, the engine asks',
    variants: [
      held(
        'the Recycler goes down while backends are upgraded',
        after('backends/start@be-1', ({stop}) => stop('rc-1')),
        `${CLOUD} be-1 rc-1`,
        /^be-2: it is not safe to "stop" yet\.$/m,
        /^"every node of the other roles is healthy" was not seen within 2m: recycler\.unwell rc-1 down\.$/m,
        /^Put right what is named above, or wait until it is so; then retry/m,
      ),
      held(
        'a backend goes down while frontends are upgraded',
        after('frontends/start@fe-4', ({stop}) => stop('be-6')),
        `${BACKENDS} fe-4 be-6 fe-2`,
        /^fe-3: it is not safe to "stop" yet\.$/m,
        /be\.unwell be-6 down\.$/m,
      ),
      held(
        'an observer goes down while MetaServices are upgraded',
        after('metaservice/start@ms-1', ({stop}) => stop('fe-4')),
        'ms-1 fe-4',
        /^ms-2: it is not safe to "stop" yet\.$/m,
        /fe\.unwell fe-4 down\.$/m,
      ),
    ],
  },
  4: {
    name: 'between the last look and the signal',
    variants: [
      {
        name: 'two followers take office, one after the other, each right before it is stopped',
        field: {
          faults: [
            ['takes-office', 'fe-2'],
            ['takes-office', 'fe-3'],
          ],
        },
        ...{end: 'ended', stopped: `${BACKENDS} fe-4 fe-1 fe-2 fe-3`, wrong: masterBeforeFollower},
        says: [
          /^stop: not begun, it moved just then; its gates are looked at again: it has become the master$/m,
          /^goes back in the queue, this does not hold: it is not the master, or the last one left/m,
        ],
      },
      {
        name: 'the last follower takes office when the others are done',
        field: {faults: [['takes-office', 'fe-3']]},
        ...{end: 'ended', stopped: `${BACKENDS} fe-4 fe-2 fe-1 fe-3`, wrong: masterBeforeFollower},
        says: [/not begun, it moved just then.*: it has become the master$/m],
      },
      named(SPOT, 'one that names no master', '/election/', 'is left alone, and its gates look again'),
      named(SPOT, 'the last master, not ready', '/ready: false/'),
      named(SPOT, 'one that does not know', '/UNKNOWN/'),
      named(
        'test/unit/engine/other-process.test.ts',
        'goes back to its gates where another runs, and is told of that one then',
        'story(toy.events)',
      ),
    ],
  },
  5: {
    name: 'alive is not serving',
    variants: [
      held(
        'the store of all MetaServices goes away while backends are upgraded',
        after('backends/start@be-2', ({lie}) => lie('storeless', 'ms-1')),
        `${CLOUD} be-1 be-2`,
        /^be-3: it is not safe to "stop" yet\.$/m,
        /ms\.unwell ms-1 not-serving \(store=away: 10\.0\.0\.9:4500 \(no connection\)\), ms-2 not-serving/,
      ),
      {
        ...held(
          'and when everybody was upgraded',
          after('frontends/start@fe-1', ({lie}) => lie('storeless', 'ms-1')),
          ALL,
          /^"its FoundationDB can be reached from its host" was not seen within 2m: store away\.$/m,
        ),
        wrong: ({verified}) => verified.filter(node => node.startsWith('ms-')),
      },
      refused(
        'a backend that is alive says that it is not available',
        page('be-2', '{"status": "OK","msg": "Server is not available"}'),
        /be-2: not so: Every process is up and healthy$/m,
        /seen: port 8040 answers that it is not ready, health=starting process=running$/m,
      ),
      refused(
        'a frontend that is alive takes connections and answers no SQL',
        muteSql('fe-3'),
        /seen: health=not-serving process=running sql=timeout rows=timeout$/m,
      ),
    ],
  },
  6: {
    name: 'gates ask for no past that cannot come back',
    variants: [
      leftBehind(2, 'the old master alone', `${BACKENDS} fe-4 fe-2 fe-3`),
      {
        name: 'a Recycler is upgraded by hand while MetaServices are',
        field: after('metaservice/start@ms-1', ({upgrade}) => void upgrade('rc-1')),
        ...{end: 'ended', says: [/^Recycler: 1 node, 3\.0\.6 → 3\.1\.2$/m]},
        stopped: 'ms-1 rc-1 ms-2 ms-3 rc-1 be-1 be-2 be-3 be-4 be-5 be-6 fe-4 fe-2 fe-3 fe-1',
      },
      {
        name: 'a follower is upgraded by hand before its phase',
        field: after('backends/start@be-6', ({upgrade}) => void upgrade('fe-3')),
        ...{end: 'ended', says: [/^Frontends: 4 nodes, one at a time/m]},
        stopped: `${BACKENDS} fe-3 fe-4 fe-2 fe-3 fe-1`,
      },
      held(
        'somebody starts a Recycler again while its files are away',
        {faults: [['comes-back', 'rc-1']]},
        CLOUD,
        /^"the process is gone and its ports are free" cannot come true any more: running true, for 10s\.$/m,
        /^Process \d+ is not the one that was stopped: somebody has started it since\..*then retry, which stops it once more\.$/m,
      ),
    ],
  },
  7: {
    name: 'what the start script will demand',
    variants: [
      refused(
        'the home lies where no program may be run',
        prints('be-2', 'survey', 'host.noexec=/opt'),
        /seen: \/opt is mounted noexec: lib\/doris_be cannot be run from \/opt\/doris\/be$/m,
        /`mount -o remount,exec \/opt`/,
      ),
      refused(
        'the processor lacks what the build uses',
        prints('be-3', 'package-version', 'asked=script start_be.sh', 'say=Illegal instruction', 'ended=132'),
        /the processor lacks instructions it uses: “Illegal instruction”$/m,
        /x64-noavx2/,
      ),
      refused(
        'the C library is older than the build',
        prints(
          'ms-2',
          'package-version',
          'asked=script start.sh',
          "say=version `GLIBC_2.34' not found",
          'ended=1',
        ),
        /it needs a newer C library than this host has/,
      ),
      refused(
        'a MetaService finds no JDK',
        prints(
          'ms-1',
          'package-version',
          'java=none',
          'asked=script start.sh',
          'say=The JAVA_HOME environment variable is not defined correctly',
          'ended=1',
        ),
        /its start script finds no JDK: “The JAVA_HOME environment variable is not defined correctly”$/m,
      ),
    ],
  },
  8: {
    name: 'the evidence shown is what decided',
    variants: [
      refused(
        'the master does not see a backend, and says why',
        row('be-2', {Alive: 'false', ErrMsg: 'failed to get brpc: bad cluster id'}),
        /seen: health=starting process=running alive=false: failed to get brpc: bad cluster id$/m,
      ),
      refused(
        'something else answers at the port of a frontend',
        page('fe-2', '<html>proxy</html>', 502),
        /seen: port 8030 answers something else: 502 <html>proxy<\/html>, health=degraded process=running$/m,
      ),
      refused(
        'a frontend answers that it is not ready',
        page('fe-3', NOT_READY),
        /seen: port 8030 answers that it is not ready, health=starting process=running$/m,
      ),
      refused(
        'a build for a rare machine',
        prints(
          'be-2',
          'package-version',
          'elf=243 whole',
          'asked=script start_be.sh',
          'say=cannot execute binary file',
          'ended=126',
        ),
        /its binary is for riscv64, this host is x86_64: “cannot execute binary file”$/m,
        /Put the package for x86_64 there\./,
      ),
      held(
        'a start script refuses: its own words stand there',
        {lies: [['forbids-start', 'be-2']]},
        `${CLOUD} be-1 be-2`,
        /^Please set vm\.max_map_count to be 2000000 under root using/m,
        /^What was printed last, or its log on the host, says why it is so/m,
      ),
    ],
  },
  9: {
    name: 'advice that works',
    variants: [
      named(
        'test/unit/advice/holds.test.ts',
        'what it says is done, the key is pressed, and the run ends',
        "type: 'run.ended'",
      ),
      named('test/ssh/advice.test.ts', 'port-refused', '/still starting/', 'after'),
      named('test/ssh/advice.test.ts', 'host-key-revoked', '/give the host a new key/'),
      named('test/ssh/advice.test.ts', 'no-shell', '/a login shell that can run `sh`/'),
    ],
  },
  10: {
    name: 'no waiting without prospect',
    variants: [
      {
        ...held(
          'a start script refuses',
          {lies: [['forbids-start', 'be-2']]},
          `${CLOUD} be-1 be-2`,
          /^"a new process runs" cannot come true any more: running false, for 15s\.$/m,
        ),
        wrong: within(35_000),
      },
      {
        ...held(
          'a frontend ends while it starts',
          {faults: [['dies-after-start', 'fe-3']]},
          `${BACKENDS} fe-4 fe-2 fe-3`,
          /cannot come true any more: process none, for 15s\.$/m,
        ),
        wrong: within(60_000),
      },
      {
        ...held(
          'the copy cannot run: its node is not stopped for it',
          {faults: [['package-spoilt', 'be-2']]},
          `${CLOUD} be-1`,
          /^"the copy is 3\.1\.2" cannot come true any more: cause truncated, for 20s\.$/m,
          /^What keeps it from running stands above: put that right where it was copied from/m,
        ),
        wrong: within(60_000),
      },
      {
        ...held(
          'the copy is another release',
          {faults: [['package-exchanged', 'fe-4']]},
          BACKENDS,
          /^"the copy is 3\.1\.2" cannot come true any more: version 3\.1\.1\.$/m,
        ),
        wrong: within(40_000),
      },
    ],
  },
  11: {
    name: 'files of the site in lib',
    variants: [
      warned(
        'a jar that came later than the rest',
        printsToo('be-2', 'survey', 'lib.others=1', 'lib.other=1760000500 1760000500 own-udf.jar'),
        /be-2: not so: Nothing of your own lies in lib$/m,
        /seen: lib holds own-udf\.jar, which the package does not$/m,
        /These files go into the backup with lib\./,
      ),
      warned(
        'a driver below lib, and another file: each is told',
        printsToo(
          'be-2',
          'survey',
          'lib.others=2',
          'lib.other=1750000000 1750000000 java_extensions/ojdbc8.jar',
          'lib.other=1750000000 1750000000 old-thing-1.2.jar',
        ),
        /seen: lib holds java_extensions\/ojdbc8\.jar, which the package does not$/m,
        /seen: lib holds 1 more file than that of be-1 which the package has neither/,
      ),
      warned(
        'a jar of a frontend',
        printsToo('fe-2', 'survey', 'lib.others=1', 'lib.other=1760000500 1760000500 own-auth.jar'),
        /fe-2: not so: Nothing of your own lies in lib\n\s+seen: lib holds own-auth\.jar/,
      ),
      named(OWN, 'a library that the next version left out', 'old-thing-1.2.jar'),
      named(OWN, 'a library of another version', 'hadoop-common-2.9.jar'),
    ],
  },
  12: {
    name: 'downtime is kept small on bad links',
    variants: [far('ms', 150), far('rc', 400), far('be', 300), far('fe', 1_000)],
  },
  13: {
    name: 'memory',
    variants: [
      named(
        'test/ui/memory.test.ts',
        'at a question that nobody answers nothing more is held as time goes by',
        'expect(grown).toBeLessThan(BUDGET)',
      ),
      named(
        'test/ui/memory.test.ts',
        'beside a node that comes and goes either',
        'expect(grown).toBeLessThan(BUDGET)',
      ),
      named(
        'test/ui/memory.test.ts',
        'nor beside hosts that do not answer',
        'expect(grown).toBeLessThan(BUDGET)',
      ),
    ],
  },
};
