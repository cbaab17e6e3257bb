import {type LabCluster, startLabCluster} from '../lib/lab-cluster.ts';
import type {Bench, Part} from '../lib/part.ts';
import {byLakeup, byScript, type Rolled, type RolledByLakeup} from '../lib/rolling.ts';
import {peerRow, plainRow, type Row} from '../lib/rows.ts';

/** Round trips in ms. */
const TRIPS = [0, 80] as const;
/** Nothing is left of the product's own waits but their order. */
const FASTER = 10;
const ROLES = {ms: 'MetaService', recycler: 'Recycler', be: 'backend', fe: 'frontend'} as const;

/** lakeup's own part while a node is down: what it may take beside its four round trips. */
const OWN_MS = 300;

/** How far away the hosts are, and how many times faster than real the product stops and starts there. */
type Far = {readonly trip: number; readonly speed: number};

/** What stands beside it. */
const PAGES = 'a bare script';
const SAME = 'a bare script of the same waits';

type Measured = {readonly lakeup: RolledByLakeup; readonly pages: Rolled; readonly same: Rolled};

const on = async <T>(
  {cleanup, say}: Bench,
  {trip, speed}: Far,
  who: string,
  rolls: (at: LabCluster) => Promise<T>,
): Promise<T> => {
  say(`rolling: 14 hosts at ${trip} ms, ${speed} times faster, by ${who}`);
  const at = await startLabCluster(cleanup, trip / 2, speed);
  try {
    return await rolls(at);
  } finally {
    await at.stop();
  }
};

/** Who upgrades, each on hosts of their own. */
const measured = {
  lakeup: (bench: Bench, far: Far) => on(bench, far, 'lakeup', byLakeup),
  pages: (bench: Bench, far: Far) => on(bench, far, PAGES, at => byScript(at, 'pages')),
  same: (bench: Bench, far: Far) => on(bench, far, SAME, at => byScript(at, 'same')),
};

const rowsOf = ({trip, speed}: Far, {lakeup, pages, same}: Measured): readonly Row[] => {
  const far = `${trip} ms away, ${speed === 1 ? 'at the product’s own pace' : `${speed} times faster than real`}`;
  const seconds = (of: readonly number[]): number[] => of.map(ms => ms / 1_000);
  const wall = {
    what: `14 nodes upgraded, ${far}: wall without waiting for keys`,
    unit: 's',
    samples: seconds([lakeup.wallMs - lakeup.keysMs]),
  } as const;
  return [
    peerRow(wall, {name: SAME, samples: seconds([same.wallMs])}, 1.1),
    peerRow(wall, {name: PAGES, samples: seconds([pages.wallMs])}, null),
    plainRow(
      {
        what: `the same: between the end of a node's stop script and the beginning of its start script`,
        unit: 'ms',
        samples: lakeup.outages.map(({ownMs}) => ownMs),
      },
      OWN_MS + 4 * trip,
    ),
    plainRow({what: 'the same: most memory (RSS)', unit: 'MB', samples: [lakeup.peakBytes / 1e6]}, null),
    ...Object.entries(ROLES).map(([role, name]) => {
      const down = ({outages}: Rolled) =>
        seconds(outages.flatMap(each => (each.role === role ? [each.downMs] : [])));
      return peerRow(
        {what: `the same: a ${name} is down`, unit: 's', samples: down(lakeup)},
        {name: PAGES, samples: down(pages)},
        null,
      );
    }),
  ];
};

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const trip of bench.quick ? [0] : TRIPS) {
    const far = {trip, speed: FASTER};
    const lakeup = await measured.lakeup(bench, far);
    const pages = await measured.pages(bench, far);
    rows.push(...rowsOf(far, {lakeup, pages, same: await measured.same(bench, far)}));
  }
  if (bench.quick) return rows;
  for (const trip of TRIPS) {
    const far = {trip, speed: 1};
    // All wait for the product nearly all the time, and hardly for each other.
    const [lakeup, pages, same] = await Promise.all([
      measured.lakeup(bench, far),
      measured.pages(bench, far),
      measured.same(bench, far),
    ]);
    rows.push(...rowsOf(far, {lakeup, pages, same}));
  }
  return rows;
};

/** How long it takes, and how long each node is away meanwhile. */
export const rolling: Part = {
  name: 'rolling',
  title: 'A rolling upgrade on hosts',
  method: `The demo's cluster on 14 hosts out of namespaces, each with its own OpenSSH: ten times faster than real, which shows what is
lakeup's own; and at the product's own pace, where all run side by side, each on hosts of its own. The upgrade by lakeup on its screen, keys pressed as soon as they count; beside it a bare script of the same order, over
ssh with a ControlMaster, that proves nothing. It kills backends and frontends, as the guide does, and waits for each node's own page, and five seconds; that of the same waits stops them with --grace, waits for the node's row too,
for as long as lakeup sees the others hold before a stop (11 s), and all at the end (22 s). 80 ms: every byte is held back for 40 ms each way by a ProxyCommand, for both. Down
is from the end of the old process until the new one serves, as the processes themselves wrote it; the nodes are the
samples.`,
  needs: ['ip', 'sshd', 'ssh'],
  beside: [],
  run,
};
