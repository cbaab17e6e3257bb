import {join} from 'node:path';
import {expect} from 'vitest';
import {z} from 'zod';
import {Facts} from '../../../src/model/facts.ts';
import {must} from '../../lab/command.ts';
import {sit} from '../../lab/person.ts';
import {finish} from '../../terminal/person.ts';
import {lastLine, type Terminal} from '../../terminal/terminal.ts';
import {type Cluster, installCluster, startAll} from './cluster.ts';
import {blocksOf, type Contents, contentsOf, readFiles, type Written, writeFiles} from './files.ts';
import {writeInventory} from './inventory.ts';
import {hostsOf, type Layout, WORKERS} from './layout.ts';
import type {Prepared} from './prepare.ts';

/** A real cluster that holds files, and a person who upgrades it. */
export type Story = {
  readonly cluster: Cluster;
  readonly before: Contents;
  /** What a probe of lakeup's sees of nodes, by their names or roles: the facts of each. */
  sees(probe: string, nodes: readonly string[], given?: Facts): Promise<Readonly<Record<string, Facts>>>;
  /** Starts lakeup in a terminal; the one before it is closed. */
  run(command: 'upgrade' | 'resume'): Promise<Terminal>;
  /** Ends lakeup as kill -9 does. */
  kill(): Promise<void>;
  /** The run ends well, and everything is as it was, but for what is said, at the new version. */
  endsWell(withinMs?: number, but?: Partial<Contents>): Promise<void>;
  /** No worker runs, and every block is where it was. */
  cachesUntouched(): Promise<void>;
  end(): Promise<void>;
};

const LOOK = join(import.meta.dirname, 'look.ts');
const Sightings = z.record(z.string(), Facts);

const WORKER_RUNS = "ps -Aww -o command | grep -c '[a]lluxio.worker.AlluxioWorker'";
/** The whole question of a phase, and the table of what would be destroyed. */
const SIZE = {columns: 150, rows: 50};

/** Brings a cluster up by hand, writes a file of each kind, and reads them once: so what is cached stays as it is. */
export const beginStory = async (
  from: Prepared,
  layout: Layout,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Story> => {
  const cluster = await installCluster(from, layout);
  let terminal: Terminal | null = null;
  const end = async (): Promise<void> => {
    await terminal?.close();
    await cluster.end();
  };
  try {
    await startAll(cluster);
    const written: Written = await writeFiles(cluster);
    expect(await readFiles(cluster)).toEqual(written);
    const before = await contentsOf(cluster);
    const known = writeInventory(cluster, settings);
    return {
      cluster,
      before,
      sees: async (probe, nodes, given = {}) => {
        const order = {inventory: known.inventory, cluster: known.cluster, probe, nodes, given};
        const program = [process.execPath, '--no-warnings', LOOK];
        return Sightings.parse(
          JSON.parse(await must(cluster.lab.inOperator(...program), {input: JSON.stringify(order)})),
        );
      },
      run: async command => {
        await terminal?.close();
        terminal = await sit(cluster.lab, known, [command], SIZE);
        return terminal;
      },
      kill: async () => {
        terminal?.kill('SIGKILL');
        expect(await terminal?.exited()).toBe(137);
      },
      endsWell: async (withinMs, but = {}) => {
        if (terminal === null) throw new Error('no run was begun');
        const code = await finish(terminal, withinMs);
        const count = hostsOf(layout).length * (layout.jobs ? 2 : 1);
        expect(lastLine(terminal)).toBe(
          `${count} of ${count} nodes verified: ${known.cluster} runs ${layout.to}`,
        );
        expect(code).toBe(0);
        expect(await contentsOf(cluster)).toEqual({...before, ...but});
        expect(await readFiles(cluster)).toEqual(written);
      },
      cachesUntouched: async () => {
        for (const host of WORKERS) expect((await cluster.lab.ssh(host, WORKER_RUNS)).stdout).toBe('0\n');
        expect(await blocksOf(cluster)).toEqual(before.blocks);
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
};
