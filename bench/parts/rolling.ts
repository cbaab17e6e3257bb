import {startLabCluster} from '../lib/lab-cluster.ts';
import type {Bench, Part} from '../lib/part.ts';
import {byLakeup, byScript, type Rolled} from '../lib/rolling.ts';
import {peerRow, plainRow, type Row} from '../lib/rows.ts';

/** Round trips in ms. */
const TRIPS = [0, 80] as const;
const ROLES = {ms: 'MetaService', recycler: 'Recycler', be: 'backend', fe: 'frontend'} as const;

/** lakeup's own part while a node is down: what it may take beside its four round trips. */
const OWN_MS = 300;

const measure = async ({cleanup, say}: Bench, trip: number, how: 'lakeup' | 'script'): Promise<Rolled> => {
  say(`rolling: 14 hosts at ${trip} ms, by ${how === 'lakeup' ? 'lakeup' : 'a bare script'}`);
  const at = await startLabCluster(cleanup, trip / 2);
  try {
    return await (how === 'lakeup' ? byLakeup(at) : byScript(at));
  } finally {
    await at.stop();
  }
};

const rowsOf = (trip: number, lakeup: Rolled, script: Rolled): readonly Row[] => {
  const far = `${trip} ms away`;
  const seconds = (of: readonly number[]): number[] => of.map(ms => ms / 1_000);
  return [
    peerRow(
      {
        what: `14 nodes upgraded, ${far}: wall without waiting for keys`,
        unit: 's',
        samples: seconds([lakeup.wallMs - lakeup.keysMs]),
      },
      {name: 'a bare script', samples: seconds([script.wallMs])},
      1.1,
    ),
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
        {name: 'a bare script', samples: down(script)},
        null,
      );
    }),
  ];
};

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const trip of bench.quick ? [0] : TRIPS) {
    const lakeup = await measure(bench, trip, 'lakeup');
    rows.push(...rowsOf(trip, lakeup, await measure(bench, trip, 'script')));
  }
  return rows;
};

/** How long it takes, and how long each node is away meanwhile. */
export const rolling: Part = {
  name: 'rolling',
  title: 'A rolling upgrade on hosts',
  method: `The demo's cluster, ten times faster than real, on 14 hosts out of namespaces, each with its own OpenSSH. The upgrade
by lakeup on its screen, keys pressed as soon as they count; beside it a bare script of the same order and the same waits, over
ssh with a ControlMaster, that proves nothing. 80 ms: every byte is held back for 40 ms each way by a ProxyCommand, for both. Down
is from the end of the old process until the new one serves, as the processes themselves wrote it; the nodes are the
samples.`,
  needs: ['ip', 'sshd', 'ssh'],
  beside: [],
  run,
};
