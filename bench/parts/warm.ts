import {COMMANDS, type CommandName} from '../child/commands.ts';
import {startFleet} from '../lib/fleet.ts';
import {openMasters} from '../lib/masters.ts';
import {type Missing, PEERS, type PeerName} from '../lib/needs.ts';
import type {Bench, Part} from '../lib/part.ts';
import {peerSweep} from '../lib/peer-sweep.ts';
import {type Peer, peerRow, type Row} from '../lib/rows.ts';
import {buildSweeper, startSweeper, writeSpec} from '../lib/sweeper.ts';

type Cost = {readonly cpuMs: number; readonly wallMs: number};
type Rounds = {readonly ours: Cost[]; readonly peers: ReadonlyMap<PeerName, Cost[]>};

const WORDS: Readonly<Record<CommandName, string>> = {
  echo: 'warm sweep of the hosts',
  status: 'the same with a status script (six processes, 2 KB)',
};
const BUDGETS = {cpuMs: 1 / 15, wallMs: 1 / 4} as const;
const FIGURES = {cpuMs: 'client CPU', wallMs: 'wall'} as const;

const rowsOf = (name: CommandName, hosts: number, {ours, peers}: Rounds, missing: Missing): readonly Row[] =>
  (['cpuMs', 'wallMs'] as const).flatMap(key =>
    PEERS.map((peer): Row => {
      const why = missing.get(peer) ?? null;
      const samples: Peer['samples'] =
        why === null ? (peers.get(peer) ?? []).map(cost => cost[key]) : {missing: why};
      return peerRow(
        {
          what: `${WORDS[name].replace('the hosts', `${hosts} hosts`)}, ${FIGURES[key]}, against ${peer} with ControlMaster`,
          unit: 'ms',
          samples: ours.map(cost => cost[key]),
        },
        {name: peer, samples},
        name === 'echo' ? BUDGETS[key] : null,
      );
    }),
  );

const run = async (bench: Bench): Promise<readonly Row[]> => {
  const {cleanup, missing, quick, say} = bench;
  const hosts = quick ? 12 : 200;
  const here = PEERS.filter(name => !missing.has(name));
  const program = await buildSweeper(bench);
  const fleet = await startFleet(cleanup, hosts);
  const sweeper = startSweeper(cleanup, program, writeSpec(bench, fleet));
  const masters = here.length > 0 ? await openMasters(cleanup, fleet) : null;

  const ask = async (name: CommandName): Promise<Cost> => {
    const sweep = await sweeper.sweep(name);
    if (sweep.answers !== hosts) throw new Error(`lakeup: ${sweep.answers} of ${hosts} hosts answered`);
    return sweep;
  };
  const askPeer = async (peer: PeerName, name: CommandName): Promise<Cost> => {
    const before = masters?.cpuMs() ?? 0;
    const took = await peerSweep(cleanup, peer, {fleet, config: fleet.config.mux, command: COMMANDS[name]});
    return {wallMs: took.wallMs, cpuMs: took.cpuMs + (masters?.cpuMs() ?? 0) - before};
  };
  const rounds = async (name: CommandName, count: number): Promise<Rounds> => {
    const ours: Cost[] = [];
    const peers = new Map<PeerName, Cost[]>(here.map(peer => [peer, []]));
    // The first round connects, and fills everybody's caches.
    await ask(name);
    for (const peer of here) await askPeer(peer, name);
    for (let round = 1; round <= count; round += 1) {
      say(`warm: ${name}, round ${round} of ${count}`);
      ours.push(await ask(name));
      for (const peer of here) peers.get(peer)?.push(await askPeer(peer, name));
    }
    return {ours, peers};
  };
  const rows = [
    ...rowsOf('echo', hosts, await rounds('echo', quick ? 2 : 9), missing),
    ...rowsOf('status', hosts, await rounds('status', quick ? 2 : 5), missing),
  ];
  await sweeper.stop();
  await masters?.stop();
  await fleet.stop();
  return rows;
};

/** Everybody is connected already. */
export const warm: Part = {
  name: 'warm',
  title: 'Warm status sweep',
  method: `Hosts are loopback addresses of one OpenSSH server. lakeup holds a connection and a shell to each, as it does
during a run; pdsh and clush (fan-out 64) use a ControlMaster for each, opened before. One command on every host, rounds
taken in turns. CPU is user + system of the client: for lakeup of its whole process during the sweep, for the others of
their process tree, and what the ControlMasters used meanwhile.`,
  needs: ['bash', 'ssh', 'sshd'],
  beside: PEERS,
  run,
};
