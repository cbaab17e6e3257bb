import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/lakeup.mjs', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../inventory.example.yaml', import.meta.url));
const SMALL = fileURLToPath(new URL('small.yaml', import.meta.url));

/** The built program, without a terminal: what it said, and its exit code. */
const lakeup = (argv: readonly string[]): Promise<{code: number | null; said: string}> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        PROGRAM,
        ...argv,
        '--autopilot',
        ...(argv.includes('--speed') ? [] : ['--speed', '40']),
        '--lang',
        'en',
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        said += chunk;
      });
    child.once('error', reject);
    child.once('close', code => resolve({code, said}));
  });

const demo = (fault: string, system = 'doris'): readonly string[] => [
  'demo',
  '--system',
  system,
  '--fault',
  fault,
];

const small = (fault: string): readonly string[] => [
  'rehearse',
  'lake-small',
  '-i',
  SMALL,
  '--from',
  '3.0.6',
  '--fault',
  fault,
];

test.each([
  [
    'a node that dies at its start holds the run, and is told as down',
    demo('dies-at-start'),
    3,
    /"a new process runs" cannot come true any more: .*not serving: ms-1/s,
  ],
  [
    'a frontend that refuses the login blocks before anything is changed',
    demo('sql-password'),
    2,
    /fe-1: .*answered 1045: .*user and the variable of its password.*Nothing was changed/s,
  ],
  [
    'a Java that the version cannot use blocks before anything is changed',
    demo('wrong-java', 'alluxio'),
    2,
    /m-1.*17\.0\.15.*Nothing was changed/s,
  ],
  [
    'a backup that fails holds the run with every node serving',
    demo('backup-fails', 'alluxio'),
    3,
    /back up the metadata: The action ended with exit code 255\.\n.*left: nothing more is begun\n(?!.*not serving)/s,
  ],
  [
    'a twin of an inventory whose hosts nobody reaches is upgraded by its names, up to its fault',
    ['rehearse', 'lake-doris', '-i', EXAMPLE, '--from', '3.0.6', '--fault', 'dies-at-start@ms-2'],
    3,
    /A twin of lake-doris: .*ms-1: start and wait until it serves ✓.*not serving: ms-2/s,
  ],
  [
    'a MetaService whose store is away blocks before anything is changed, though it says that it is well',
    demo('storeless'),
    2,
    /ms-1, ms-2, ms-3, rc-1: .*1 of 1 coordinators .*4500 \(no connection\).*does not come up again.*fdbcli.*Nothing was changed/s,
  ],
  [
    'a frontend whose journal stands still holds the run, and no other is stopped',
    small('journal-stands@fe-2'),
    3,
    /fe-2: start and wait until it serves: "it stays so, and its journal\s+follows the master’s" was seen, but journal stood still while\s+masterJournal went on/,
  ],
  [
    'two frontends that say that they are the master hold the run, and neither is believed',
    small('two-masters@fe-2'),
    3,
    /fe-2: start and wait until it serves: "it is healthy and reports\s+3\.1\.2" cannot come true any more: causes\s+many-masters/,
  ],
  [
    'a frontend that becomes the master right before its signal is not stopped then, but last',
    small('takes-office'),
    0,
    /fe-2: stop: not begun, .*it has become the master since it was looked at last.*fe-2: goes back in the queue.*fe-1: stop ✓.*fe-3: stop ✓.*fe-2: stop ✓.*6 of 6 nodes verified/s,
  ],
  [
    'a MetaService that ends beside a backend that is stopped: that one is brought back, and no other is stopped, by the limit that the inventory sets',
    small('dies-beside'),
    3,
    /ms-1: is down, and not because of a run.*be-1: start and wait until it serves ✓(?!.*be-2: stop …).*be-2: stop: "every node of the other roles is healthy" was not seen within\s+1m: ms\.unwell\s+ms-1\s+down\..*was down, and not because of the run\s+ms-1 [^\n]*at least.*Down, and not because of the run: ms-1/s,
  ],
  [
    'a process that somebody starts again is not taken for one that has stopped, and its files are left alone',
    small('supervised'),
    3,
    /ms-1: stop: "the process is gone and its ports are free" cannot come\s+true any more: running true, for\s+10s(?!.*back up bin and lib …).*This run left nothing\s+on the hosts/s,
  ],
  [
    'nobody is stopped beside a backend whose row flips: it does not count as started, or the next stop sees it',
    // Ten times faster than real the row is dead for one second at a time, which looks on a busy machine may pass over; and where
    // heartbeats are late there, the row is alive for longer than it has to hold.
    [...small('flips@be-1'), '--speed', '3'],
    3,
    /be-1: stop ✓(?!.*be-2: stop …).*(was\s+seen(\s+in\s+\d+\s+of\s+\d+\s+looks)?,\s+but\s+it\s+did\s+not\s+stay\s+so|"the other backends\s+serve and can take over" was\s+not\s+seen)/s,
  ],
  [
    'a backup of 32 bytes is no backup, whatever its command says: nothing is stopped',
    demo('backup-begun', 'alluxio'),
    3,
    /back up the metadata: "the backup is whole" cannot come true any more(?!.*not serving)/s,
  ],
  [
    'two masters of Alluxio that both serve as the leader hold the run, and no worker is started beside them',
    demo('two-leaders', 'alluxio'),
    3,
    /"it is healthy at 2\.9\.4" cannot come true\s+any more: causes\s+many-leaders(?!.*w-\d: start)/s,
  ],
] as const)('%s', async (_, argv, code, words) => {
  const ran = await lakeup(argv);
  expect(ran.said).toMatch(words);
  expect(ran.code).toBe(code);
});
