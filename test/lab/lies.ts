import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {quote} from '../../src/lib/sh.ts';
import type {Kit, KitContext, Place} from '../../src/model/kit.ts';
import {stopsAndStarts} from '../end-to-end/calls.ts';
import {held, phaseTitle} from '../terminal/person.ts';
import type {Terminal} from '../terminal/terminal.ts';
import {until} from './command.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {ask, type Known, sit} from './person.ts';

/** Runs a shell script on a host as root, past its network; `$1`, `$2`, … are the words. Throws with what it said. */
export const asRoot = async (
  lab: Lab,
  host: string,
  script: string,
  ...words: readonly string[]
): Promise<string> => {
  const {code, stdout, stderr} = await lab.inside(host, ['sh', '-euc', script, 'sh', ...words]);
  if (code !== 0) throw new Error(`${host}: exit code ${code}: ${stderr || stdout}`);
  return stdout;
};

/**
 * What a host's kernel says of its memory maps and swap areas from now on, as sysctl and swapon would bring it about: both
 * are the machine's own and no namespace has them. A boot takes it away, as it does with a sysctl that nobody wrote down.
 */
export const setKernel = async (
  lab: Lab,
  host: string,
  {maps, swap}: {readonly maps: number; readonly swap: boolean},
): Promise<void> => {
  const script = `mkdir -p /var/lib/kernel
printf '%s\\n' "$1" >/var/lib/kernel/maps
printf 'Filename\\t\\t\\t\\tType\\t\\tSize\\t\\tUsed\\t\\tPriority\\n' >/var/lib/kernel/swaps
if [ "$2" = yes ]; then printf '/dev/vda2\\t\\t\\t\\tpartition\\t4194300\\t\\t0\\t\\t-2\\n' >>/var/lib/kernel/swaps; fi
bound() { mountpoint -q "$2" || mount --bind "$1" "$2"; }
bound /var/lib/kernel/maps /proc/sys/vm/max_map_count
bound /var/lib/kernel/swaps /proc/swaps
# A login of Debian's sshd does not find what lies in /usr/sbin; one of other systems does.
ln -sf /usr/sbin/swapon /usr/local/bin/swapon`;
  await asRoot(lab, host, script, String(maps), swap ? 'yes' : 'no');
};

const COMM: Readonly<Record<string, string>> = {ms: 'doris_cloud', be: 'doris_be', fe: 'java'};

/** A node that does not end, or does not come up, is waited for as long as the inventory says. */
const withShortLimits =
  (inventory: Kit['inventory']): Kit['inventory'] =>
  context => {
    const {settings, roles} = inventory(context);
    const short = Object.entries(roles).map(([role, block]) => [
      role,
      Object.assign({}, block, {stopWithinMs: 20_000, startWithinMs: 40_000}),
    ]);
    return {settings, roles: Object.fromEntries(short)};
  };

/** Six hosts with a small cluster on them, whom a test lies to. */
export type Scene = {
  readonly lab: Lab;
  readonly cluster: Installed;
  /** Opens lakeup's upgrade, by default with the cluster's own inventory. */
  upgrade(known?: Known): Promise<Terminal>;
  /** Every node that was stopped or started since all served, by lakeup or by hand, in order: "stop ms-1", … */
  touched(): Promise<string[]>;
  /** Waits until that has begun. */
  begun(what: string): Promise<unknown>;
  /** Turns a node's knobs (kit-knobs.ts), null takes one away: its scripts read them at every call, its process when it starts. */
  turn(node: string, knobs: Readonly<Record<string, string | null>>): Promise<void>;
  /** How many processes of a node run on its host. */
  processes(node: string): Promise<number>;
  /** Sends a node's process a signal, from its own host. */
  signal(node: string, name: 'KILL' | 'TERM' | 'STOP' | 'CONT'): Promise<void>;
  /** Ends a node's process and waits for that, as an operator would by hand. */
  end(node: string): Promise<void>;
  /** Starts a node by its own script. Whether it serves then is for others to see. */
  start(node: string): Promise<void>;
  stop(): Promise<void>;
};

type Options = {
  readonly knobs?: KitContext['knobs'];
  /** Before anything runs on the hosts. */
  readonly prepare?: (lab: Lab) => Promise<void>;
};

const SIZE = {columns: 160, rows: 60};

/** Limits are short, so that what never comes is not waited for. */
const WITHIN = {
  ...{heartbeatsWithinMs: 20_000, othersWithinMs: 20_000, electionWithinMs: 20_000},
  sqlTimeoutMs: 8_000,
};

export const makeScene = async ({knobs = {}, prepare}: Options = {}): Promise<Scene> => {
  const lab = await startLab({hosts: dorisKit.layouts.small?.map(({name}) => name) ?? [], user: 'doris'});
  await prepare?.(lab);
  const kit = {...dorisKit, inventory: withShortLimits(dorisKit.inventory)};
  const options = {kit, cluster: 'lake-doris', layout: 'small', speed: 10, settings: WITHIN, knobs};
  const cluster = await installKit(lab, options);
  const terminals: Terminal[] = [];
  const placeOf = (node: string): Place => {
    const place = cluster.places.find(({name}) => name === node);
    if (place === undefined) throw new Error(`no node ${node}`);
    return place;
  };
  const processes = async (node: string): Promise<number> =>
    Number(await asRoot(lab, node, 'pgrep -xc "$1" || :', COMM[placeOf(node).role] ?? ''));
  const signal = async (node: string, name: string): Promise<void> => {
    await asRoot(lab, node, 'pkill "-$1" -x "$2"', name, COMM[placeOf(node).role] ?? '');
  };
  const touched = async (): Promise<string[]> => stopsAndStarts(await cluster.events());
  return {
    lab,
    cluster,
    upgrade: async (known = cluster) => {
      const terminal = await sit(lab, known, ['upgrade'], SIZE);
      terminals.push(terminal);
      return terminal;
    },
    touched,
    begun: what => until(what, async () => (await touched()).includes(what), 300_000),
    turn: async (node, values) => {
      const file = `${placeOf(node).home}/conf/fake.env`;
      for (const [name, value] of Object.entries(values)) {
        await asRoot(lab, node, 'sed -i "/^$2=/d" "$1"', file, name);
        if (value !== null)
          await asRoot(lab, node, 'printf "%s\\n" "$2" >>"$1"', file, `${name}=${quote(value)}`);
      }
    },
    processes,
    signal,
    end: async node => {
      await signal(node, 'TERM');
      await until(`${node} has ended`, async () => (await processes(node)) === 0);
    },
    start: async node => {
      await lab.ssh(node, dorisKit.start(placeOf(node)));
    },
    stop: async () => {
      for (const terminal of terminals.splice(0)) await terminal.close();
      await lab.stop();
    },
  };
};

/** What a screen or a part of it says, without frames and the ends of lines. */
export const said = (screen: string): string => screen.replaceAll(/[│┃]/g, ' ').replaceAll(/\s+/g, ' ');

/** Waits until lakeup itself sees every node healthy. */
export const allWell = ({lab, cluster}: Scene): Promise<unknown> =>
  until('all is well', async () => (await ask(lab, cluster, ['status'])).code === 0);

/** What the frame of a held run says above: at which node, and since when. */
const heldSince = (screen: string): string | null => /[╭┏][─━] (Held · [^─━]*)/.exec(screen)?.[1] ?? null;

/**
 * Lets a run that is held at that node try again, as a person does: what is told of others may change the question right before
 * the key, which does not count then, and is pressed once more.
 */
export const again = async (terminal: Terminal, node: string): Promise<void> => {
  const was = heldSince(await held(terminal, node));
  const isOver = (screen: string): boolean => heldSince(screen) !== was;
  for (let tries = 0; tries < 5; tries += 1) {
    await held(terminal, node);
    terminal.press('r');
    const over = await terminal.waitFor(isOver, 5_000).then(
      () => true,
      () => false,
    );
    if (over) return;
  }
  throw new Error(`the key does not count\n${terminal.screen().join('\n')}`);
};

/** Lets the upgrade look once, and returns what it says when it refuses: it has asked nothing and ended with 2. */
export const refusal = async (scene: Scene, known?: Known): Promise<string> => {
  const terminal = await scene.upgrade(known);
  const asks = phaseTitle(1);
  await terminal.waitFor(screen => asks.test(screen)).catch(() => null);
  const screen = terminal.screen().join('\n');
  if (asks.test(screen)) throw new Error(`it was not refused\n${screen}`);
  const code = await terminal.exited();
  if (code !== 2) throw new Error(`it ended with ${code}\n${screen}`);
  return said(terminal.screen().join('\n'));
};
