import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline/promises';
import {formatDuration} from '../lib/duration.ts';
import type {Facts} from '../model/facts.ts';
import type {Fake} from '../model/fake.ts';
import {hostOf, type KitNode} from '../model/kit.ts';
import {text} from '../model/text.ts';
import type {DemoCluster} from '../sim/demo-cluster.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {readFaults} from './faults.ts';
import {loadCluster} from './load-cluster.ts';
import {type Context, hasTerminal, programOf} from './outside.ts';
import {resume} from './resume.ts';
import {listenToSignals, SIGNAL_CODES, untilSignal} from './signals.ts';
import {upgradeCluster} from './upgrade.ts';
import {UserError} from './user-error.ts';

/** A simulated cluster: whom it pretends to be, which nodes it has, and what goes wrong on them. */
export type Simulated = {
  readonly fake: Fake;
  /** The cluster's name. */
  readonly cluster: string;
  readonly nodes: readonly KitNode[];
  readonly from: string;
  readonly to: string;
  /** How many times faster than real. */
  readonly speed: number;
  /** Names of faults, each with the node it is about or not. */
  readonly faults: readonly string[];
  /** Settings of the cluster that are not the simulation's own. */
  readonly settings?: Facts;
};

const start = async (context: Context, wanted: Simulated): Promise<DemoCluster> => {
  const [{startDemoCluster}, {NotReady}] = await Promise.all([
    import('../sim/demo-cluster.ts'),
    import('../sim/boot.ts'),
  ]);
  const {fake, nodes, faults, ...rest} = wanted;
  const kit = {...fake.kit, layouts: {demo: nodes}};
  const {knobs, later} = readFaults(faults, kit, nodes, wanted);
  const count = nodes.length;
  const hosts = new Set(nodes.map(hostOf)).size;
  context.tell(
    text(
      `Starting a simulated cluster: ${count} nodes, each a real process, on ${hosts} hosts with SSH servers of their own …`,
      `正在启动模拟集群：${count} 个节点，每个都是真实进程，分布在 ${hosts} 台主机上，每台主机有自己的 SSH 服务器……`,
    ),
  );
  const program = context.outside.fakeProgram(fake.system);
  try {
    const demo = await startDemoCluster({...rest, kit, layout: 'demo', program, knobs});
    for (const [node, turned] of Object.entries(later)) demo.turn(node, turned);
    return demo;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const [names, span] = [error.nodes.join(', '), formatDuration(error.withinMs)];
    throw new UserError(
      text(
        `the simulated cluster is not up after ${span}: ${names}. It was taken down again.`,
        `模拟集群在 ${span} 内未能启动：${names}。已将其关闭。`,
      ),
      text('this machine is too busy for it: try again later', '本机过于繁忙：请稍后再试'),
    );
  }
};

/** Keeps the cluster for other terminals until a signal comes. */
const serve = async (context: Context, demo: DemoCluster, state: string): Promise<ExitCode> => {
  const {lang} = context.common;
  const words = text(
    'The simulated cluster runs until you press Ctrl-C. In another terminal:',
    '模拟集群将一直运行，按 Ctrl-C 结束。请在另一个终端运行：',
  );
  context.print(words[lang]);
  context.print(`  export XDG_STATE_HOME=${state}`);
  const lakeup = programOf(context.outside);
  context.print(`  ${lakeup} status ${demo.cluster} -i ${demo.inventory}`);
  context.print(`  ${lakeup} upgrade ${demo.cluster} -i ${demo.inventory}`);
  return untilSignal(signals => signals.once);
};

/** The run was left, and the cluster still stands: the operator may see what resuming is like. */
const wantsToResume = async (context: Context): Promise<boolean> => {
  const {stdin, stdout} = context.outside;
  const words = text(
    'The simulated cluster still runs. Type r and Enter to resume the run; only Enter ends it: ',
    '模拟集群仍在运行。输入 r 并回车可恢复此次运行；直接回车则将其结束：',
  );
  const lines = createInterface({input: stdin, output: stdout});
  try {
    const over = Promise.race([once(lines, 'close'), once(lines, 'SIGINT')]).then(() => '');
    // Whatever else is typed is no answer: the cluster is gone once the demo has ended.
    while (true) {
      const said = await Promise.race([lines.question(words[context.common.lang]), over]);
      const answer = said.trim().toLowerCase();
      if (answer === 'r' || answer === '') return answer === 'r';
    }
  } finally {
    lines.close();
  }
};

const play = async (context: Context, demo: DemoCluster, autopilot: boolean): Promise<ExitCode> => {
  const inventory = await readFile(demo.inventory, 'utf8');
  const loaded = await loadCluster(context.outside, demo.cluster, demo.inventory, inventory);
  let code = await upgradeCluster(context, loaded, autopilot);
  while (code === EXIT.held && !autopilot && (await wantsToResume(context)))
    code = await resume(context, null);
  return code;
};

/** Turns Ctrl-C and the like before the screen is open into an error, so that the cluster is always taken down. */
const signalAsError = (): {readonly came: Promise<never>; stop(): void} => {
  const signals = listenToSignals();
  const came = signals.once.then(signal => {
    throw new UserError(text('Interrupted.', '已中断。'), null, SIGNAL_CODES[signal]);
  });
  came.catch(() => undefined);
  return {came, stop: signals.stop};
};

type SimulateOptions = {
  readonly autopilot: boolean;
  readonly serving: boolean;
  /** Once nothing more is done on it, while it and its runs are still there. */
  readonly onOver?: (inside: Context) => Promise<void>;
};

/**
 * A simulated cluster, upgraded by the very same commands, or kept for other terminals. Nothing is left behind, and its runs
 * end with it.
 */
export const simulate = async (
  context: Context,
  wanted: Simulated,
  {autopilot, serving, onOver}: SimulateOptions,
): Promise<ExitCode> => {
  const signal = signalAsError();
  const starting = start(context, wanted);
  let standing: DemoCluster | null = null;
  try {
    const cluster = await Promise.race([starting, signal.came]);
    standing = cluster;
    signal.stop();
    const state = join(cluster.dir, 'state');
    const {outside} = context;
    const goingOn = autopilot ? 'never' : 'here';
    const inside = context.inside(
      {...outside, env: {...outside.env, XDG_STATE_HOME: state}},
      goingOn,
      1 / wanted.speed,
    );
    const code = serving ? await serve(inside, cluster, state) : await play(inside, cluster, autopilot);
    await onOver?.(inside);
    return code;
  } finally {
    signal.stop();
    // One that is still starting is not waited for: a node that the signal reached too would never be ready. What there
    // is of it goes when this process exits.
    starting.catch(() => undefined);
    await standing?.stop();
    if (!hasTerminal(context.outside)) context.outside.stdin.unref?.();
  }
};
