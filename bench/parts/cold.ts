import {COMMANDS} from '../child/commands.ts';
import {startFleet} from '../lib/fleet.ts';
import type {Bench, Part} from '../lib/part.ts';
import {peerSweep} from '../lib/peer-sweep.ts';
import {measure, type Took} from '../lib/proc.ts';
import {peerRow, type Row} from '../lib/rows.ts';
import {buildSweeper, writeSpec} from '../lib/sweeper.ts';

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const {cleanup, quick, say} = bench;
  const hosts = quick ? 12 : 200;
  const missing = bench.missing.get('pdsh') ?? null;
  const program = await buildSweeper(bench);
  const fleet = await startFleet(cleanup, hosts);
  const spec = writeSpec(bench, fleet);
  const once = async (): Promise<Took> => {
    const took = await measure(cleanup, [process.execPath, program, 'once', 'status', spec], process.env);
    if (took.stdout !== `${hosts} answers\n`) throw new Error(`lakeup: ${took.stdout}`);
    return took;
  };
  const pdsh = (config: string): Promise<Took> =>
    peerSweep(cleanup, 'pdsh', {fleet, config, command: COMMANDS.status});

  const ours: Took[] = [];
  const modern: Took[] = [];
  const plain: Took[] = [];
  const count = quick ? 2 : 5;
  for (let round = 1; round <= count; round += 1) {
    say(`cold: round ${round} of ${count}`);
    ours.push(await once());
    if (missing !== null) continue;
    modern.push(await pdsh(fleet.config.modern));
    plain.push(await pdsh(fleet.config.plain));
  }
  await fleet.stop();
  const row = (key: 'cpuMs' | 'wallMs', kex: string, theirs: readonly Took[], most: number | null): Row =>
    peerRow(
      {
        what: `cold connect + first status, ${hosts} hosts, ${key === 'cpuMs' ? 'client CPU' : 'wall'}, against pdsh with ${kex}`,
        unit: 'ms',
        samples: ours.map(took => took[key]),
      },
      {name: 'pdsh', samples: missing === null ? theirs.map(took => took[key]) : {missing}},
      most,
    );
  return [
    row('cpuMs', 'curve25519', modern, 1 / 2),
    row('cpuMs', 'this OpenSSH’s own choice of key exchange', plain, null),
    row('wallMs', 'curve25519', modern, null),
  ];
};

/** Nobody is connected. */
export const cold: Part = {
  name: 'cold',
  title: 'Cold connect and first status',
  method: `Every program is started, logs in to every host, asks the status script of the warm sweep and ends. CPU is that of
its whole process tree, its start included. Wall is bound by the one server all hosts share: it is told, and judged nowhere.`,
  needs: ['bash', 'ssh', 'sshd'],
  beside: ['pdsh'],
  run,
};
