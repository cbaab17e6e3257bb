import type {Fake} from '../model/fake.ts';
import {text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {LIST, listFaults} from './faults.ts';
import {needTerminal} from './need-terminal.ts';
import type {Context} from './outside.ts';
import {simulate} from './simulate.ts';
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
  /** What goes wrong: names of faults, each with the node it is about or not; or the word that lists them. */
  readonly fault?: readonly string[];
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

/** `lakeup demo`: the cluster that a product's kit shows. */
export const demo = async (context: Context, options: DemoOptions): Promise<ExitCode> => {
  const {speed, autopilot, serve: serving, fault: faults = []} = options;
  const list = faults.includes(LIST);
  if (!serving && !list) needTerminal(context, autopilot);
  const fake = chosen(await context.outside.fakes(), options);
  const {kit} = fake;
  const {from = kit.from, to = kit.to} = options;
  const {layoutOf} = await import('../sim/demo-cluster.ts');
  const nodes = layoutOf({kit, from});
  if (list) {
    for (const line of listFaults(kit, nodes, context.common.lang)) context.print(line);
    return EXIT.verified;
  }
  return simulate(context, {fake, cluster: CLUSTER, nodes, from, to, speed, faults}, {autopilot, serving});
};
