import {startLabCluster} from '../lib/lab-cluster.ts';
import type {Bench, Part} from '../lib/part.ts';
import {byLakeup, byScript, type Rolled} from '../lib/rolling.ts';
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

/** Who upgrades, and as the table calls it. */
const HOW = {lakeup: 'lakeup', pages: 'a bare script', same: 'a bare script of the same waits'} as const;
type How = keyof typeof HOW;

const measure = async ({cleanup, say}: Bench, {trip, speed}: Far, how: How): Promise<Rolled> => {
  say(`rolling: 14 hosts at ${trip} ms, ${speed} times faster, by ${HOW[how]}`);
  const at = await startLabCluster(cleanup, trip / 2, speed);
  try {
    return await (how === 'lakeup' ? byLakeup(at) : byScript(at, how));
  } finally {
    await at.stop();
  }
};

const rowsOf = ({trip, speed}: Far, rolled: Readonly<Record<How, Rolled>>): readonly Row[] => {
  const {lakeup, pages, same} = rolled;
  const far = `${trip} ms away, ${speed === 1 ? 'at the product’s own pace' : `${speed} times faster than real`}`;
  const seconds = (of: readonly number[]): number[] => of.map(ms => ms / 1_000);
  const wall = {
    what: `14 nodes upgraded, ${far}: wall without waiting for keys`,
    unit: 's',
    samples: seconds([lakeup.wallMs - lakeup.keysMs]),
  } as const;
  return [
    peerRow(wall, {name: HOW.same, samples: seconds([same.wallMs])}, 1.1),
    peerRow(wall, {name: HOW.pages, samples: seconds([pages.wallMs])}, null),
    plainRow(
      {
        what: `the same: between the end of a node's stop script and the beginning of its start script`,
        unit: 'ms',
        samples: lakeup.outages.map(({ownMs}) => ownMs),
      },
      OWN_MS + 4 * trip,
    ),
    ...Object.entries(ROLES).map(([role, name]) => {
      const down = ({outages}: Rolled) =>
        seconds(outages.flatMap(each => (each.role === role ? [each.downMs] : [])));
      return peerRow(
        {what: `the same: a ${name} is down`, unit: 's', samples: down(lakeup)},
        {name: HOW.pages, samples: down(pages)},
        null,
      );
    }),
  ];
};

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const trip of bench.quick ? [0] : TRIPS) {
    const far = {trip, speed: FASTER};
    const lakeup = await measure(bench, far, 'lakeup');
    const pages = await measure(bench, far, 'pages');
    rows.push(...rowsOf(far, {lakeup, pages, same: await measure(bench, far, 'same')}));
  }
  if (bench.quick) return rows;
  for (const trip of TRIPS) {
    const far = {trip, speed: 1};
    // All wait for the product nearly all the time, and hardly for each other.
    const [lakeup, pages, same] = await Promise.all([
      measure(bench, far, 'lakeup'),
      measure(bench, far, 'pages'),
      measure(bench, far, 'same'),
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
