import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline/promises';
import type {Fake} from '../model/fake.ts';
import {hostOf} from '../model/kit.ts';
import {text} from '../model/text.ts';
import type {DemoCluster} from '../sim/demo-cluster.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {loadCluster} from './load-cluster.ts';
import {needTerminal} from './need-terminal.ts';
import {type Context, hasTerminal, programOf} from './outside.ts';
import {resume} from './resume.ts';
import {listenToSignals, SIGNAL_CODES, untilSignal} from './signals.ts';
import {upgradeCluster} from './upgrade.ts';
import {UserError} from './user-error.ts';

export type DemoOptions = {
  readonly autopilot: boolean;
  readonly serve: boolean;
  readonly speed: number;
  /** Which product pretends; the first there is by default. */
  readonly system?: string;
  /** From which version to which; what the product's kit says by default. */
  readonly from?: string;
  readonly to?: string;
};

const CLUSTER = 'demo';

/** The product that is asked for, at versions it can pretend. */
const chosen = (fakes: readonly Fake[], {system, from, to}: DemoOptions): Fake => {
  const fake = system === undefined ? fakes[0] : fakes.find(known => known.system === system);
  const names = fakes.map(known => known.system).join(', ');
  if (fake === undefined) {
    throw new UserError(
      text(`there is no system "${system}" to show`, `没有可演示的系统“${system}”`),
      text(`choose one of: ${names}`, `请选择其一：${names}`),
    );
  }
  for (const version of [from, to]) {
    if (version === undefined || (fake.kit.knows?.(version) ?? /^\d+\.\d+\.\d+$/.test(version))) continue;
    throw new UserError(
      text(`${fake.system} cannot be shown at "${version}"`, `${fake.system} 无法以版本“${version}”演示`),
      text(
        `versions are written like ${fake.kit.from} or ${fake.kit.to}`,
        `版本的写法如 ${fake.kit.from} 或 ${fake.kit.to}`,
      ),
    );
  }
  return fake;
};

const start = async (context: Context, options: DemoOptions): Promise<DemoCluster> => {
  const {layoutOf, startDemoCluster} = await import('../sim/demo-cluster.ts');
  const {kit, system} = chosen(await context.outside.fakes(), options);
  const {speed, from, to} = options;
  const nodes = layoutOf({kit, ...(from === undefined ? {} : {from})});
  const count = nodes.length;
  const hosts = new Set(nodes.map(hostOf)).size;
  context.tell(
    text(
      `Starting a simulated cluster: ${count} nodes, each a real process, on ${hosts} hosts with SSH servers of their own …`,
      `正在启动模拟集群：${count} 个节点，每个都是真实进程，分布在 ${hosts} 台主机上，每台主机有自己的 SSH 服务器……`,
    ),
  );
  return startDemoCluster({
    kit,
    cluster: CLUSTER,
    program: context.outside.fakeProgram(system),
    speed,
    ...(from === undefined ? {} : {from}),
    ...(to === undefined ? {} : {to}),
  });
};

/** Keeps the cluster for other terminals until a signal comes. */
const serve = async (context: Context, demo: DemoCluster, state: string): Promise<ExitCode> => {
  const {lang} = context.common;
  const words = text(
    'The demo cluster runs until you press Ctrl-C. In another terminal:',
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
    'The demo cluster still runs. Type r and Enter to resume the run; only Enter ends the demo: ',
    '模拟集群仍在运行。输入 r 并回车可恢复此次运行；直接回车则结束演示：',
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

/** `lakeup demo`: a simulated cluster, upgraded by the very same commands. Nothing is left behind. */
export const demo = async (context: Context, options: DemoOptions): Promise<ExitCode> => {
  if (!options.serve) needTerminal(context, options.autopilot);
  const signal = signalAsError();
  const starting = start(context, options);
  let standing: DemoCluster | null = null;
  try {
    const cluster = await Promise.race([starting, signal.came]);
    standing = cluster;
    signal.stop();
    const state = join(cluster.dir, 'state');
    const {outside} = context;
    const goingOn = options.autopilot ? 'never' : 'here';
    const inside = context.inside(
      {...outside, env: {...outside.env, XDG_STATE_HOME: state}},
      goingOn,
      1 / options.speed,
    );
    return options.serve
      ? await serve(inside, cluster, state)
      : await play(inside, cluster, options.autopilot);
  } finally {
    signal.stop();
    // One that is still starting is not waited for: a node that the signal reached too would never be ready. What there
    // is of it goes when this process exits.
    starting.catch(() => undefined);
    await standing?.stop();
    if (!hasTerminal(context.outside)) context.outside.stdin.unref?.();
  }
};
