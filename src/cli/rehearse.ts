import {freemem} from 'node:os';
import {formatEstimate} from '../lib/duration.ts';
import type {Facts} from '../model/facts.ts';
import type {Fake} from '../model/fake.ts';
import {hostOf, type KitNode} from '../model/kit.ts';
import type {Plan} from '../model/plan.ts';
import type {Survey} from '../model/survey.ts';
import {type Text, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {LIST, listFaults} from './faults.ts';
import {type Loaded, readCluster} from './load-cluster.ts';
import {logInEverywhere} from './log-in.ts';
import {needTerminal} from './need-terminal.ts';
import type {Context} from './outside.ts';
import {planSum} from './plan-sum.ts';
import {formatFindings, judge, runPreflight} from './preflight.ts';
import {keepRehearsal, outcomeOf} from './rehearsals.ts';
import {readReport} from './report.ts';
import {simulate} from './simulate.ts';
import {inventorySum, listRunDirs} from './state-dir.ts';
import {makeUpgradePlan, takeSurvey} from './upgrade.ts';
import {UserError} from './user-error.ts';
import {usualTimeMs} from './usual-time.ts';
import {VERSION} from './version.ts';
import {withTransport} from './with-transport.ts';

export type RehearseOptions = {
  readonly autopilot: boolean;
  readonly speed: number;
  /** The version that the twin begins with. With it the real cluster is not looked at. */
  readonly from?: string;
  readonly fault?: readonly string[];
};

/** What the real cluster told, the version it runs, its own plan, and how long that takes; null where it was not looked at. */
type Seen = {
  readonly facts: Survey['facts'];
  readonly from: string;
  readonly plan: Plan | null;
  readonly takes: Text | null;
};

/** How long the real upgrade takes: the twin's own times are none of it. */
const toldTime = (name: string, plan: Plan | null): Text => {
  if (plan === null)
    return text(
      `How long the upgrade of ${name} itself takes is not known: something blocks it, above.`,
      `尚无法估计真实集群 ${name} 的升级时长：上面的问题会阻止升级。`,
    );
  const span = formatEstimate(usualTimeMs(plan));
  return text(
    `By its own plan the upgrade of ${name} itself takes about ${span}, and the time that its questions wait for you.`,
    `按真实集群 ${name} 自己的计划，升级约需 ${span}，另加等待您回答的时间。`,
  );
};

/** Looks at the real cluster as `upgrade` does: what blocks there is told, and does not keep its twin from being tried. Changes nothing. */
const lookAt = (context: Context, loaded: Loaded): Promise<Seen> =>
  withTransport(context, loaded.cluster, async transport => {
    judge(context, await logInEverywhere(loaded.cluster.hosts, transport), 'quiet');
    const survey = await takeSurvey(context, loaded, transport);
    const {choice, findings} = runPreflight(loaded.system, survey);
    const told = findings.filter(({level}) => level !== 'pass');
    if (told.length > 0) {
      const list = (lang: 'en' | 'zh'): string => formatFindings(told, lang);
      context.tell(
        text(
          `What the real cluster says before its upgrade; its twin has findings of its own:\n${list('en')}`,
          `真实集群在升级之前的提示如下；替身有其自己的提示：\n${list('zh')}`,
        ),
      );
    }
    if (choice.kind === 'refused') throw new UserError(choice.because, choice.instead);
    const isBlocked = findings.some(({level}) => level === 'block');
    const plan = isBlocked ? null : makeUpgradePlan(loaded.system, survey, choice, []);
    return {facts: survey.facts, from: choice.from, plan, takes: toldTime(loaded.cluster.name, plan)};
  });

/** What refuses the real cluster need not keep its twin from being tried. */
const orWithout = async (look: Promise<Seen>): Promise<Seen> => {
  try {
    return await look;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const {what, fix, code} = error;
    const [en, zh] = fix === null ? ['', ''] : [`${fix.en}; `, `${fix.zh}；`];
    throw new UserError(
      what,
      text(
        `${en}to rehearse without looking at the real cluster: \`--from VERSION\``,
        `${zh}若不查看真实集群而直接演练：\`--from 版本\``,
      ),
      code,
    );
  }
};

/** What one simulated node takes at least. */
const NODE_MB = 60;

/** Refuses a twin that this machine could not hold: it would begin to swap, and every limit of the run would be missed. */
const refuseTooMany = (nodes: readonly KitNode[]): void => {
  const [needed, free] = [nodes.length * NODE_MB, Math.floor(freemem() / 1_048_576)];
  if (needed <= free) return;
  throw new UserError(
    text(
      `a twin of ${nodes.length} nodes needs about ${needed} MB of memory, and ${free} are free`,
      `${nodes.length} 个节点的替身约需 ${needed} MB 内存，而可用的只有 ${free} MB`,
    ),
    text(
      'rehearse on a larger machine, or with a copy of the inventory that has fewer nodes of each group',
      '请在内存更大的机器上演练，或使用每组节点更少的清单副本',
    ),
  );
};

const versionOf = ({cluster}: Loaded): string | null => {
  const {settings} = cluster;
  return typeof settings === 'object' && settings !== null && 'version' in settings
    ? String(settings.version)
    : null;
};

/** The limits that stand under `settings`: a twin with others would wait longer, or less, than the real cluster. */
const limitsOf = ({cluster: {settings}}: Loaded): Facts =>
  typeof settings !== 'object' || settings === null
    ? {}
    : Object.fromEntries(
        Object.entries(settings).filter(
          (entry): entry is [string, number] => entry[0].endsWith('WithinMs') && typeof entry[1] === 'number',
        ),
      );

const twinOf = (fakes: readonly Fake[], {cluster}: Loaded): Fake => {
  const fake = fakes.find(({system}) => system === cluster.system);
  if (fake !== undefined) return fake;
  throw new UserError(
    text(`nothing pretends to be ${cluster.system}`, `没有可模拟 ${cluster.system} 的替身`),
    null,
  );
};

const refuseUnknown = ({kit, system}: Fake, versions: readonly string[]): void => {
  const unknown = versions.find(version => kit.knows?.(version) === false);
  if (unknown === undefined) return;
  throw new UserError(
    text(`no twin of ${system} knows ${unknown}`, `${system} 的替身不支持 ${unknown}`),
    text('rehearse from a version that is near: `--from`', '请用 `--from` 指定相近的版本进行演练'),
  );
};

/** What the twin has of the real cluster, and what it has not: nobody shall take it for more than it is. */
const told = (name: string, nodes: readonly KitNode[], from: string, to: string): Text => {
  const hosts = new Set(nodes.map(hostOf)).size;
  return text(
    `A twin of ${name}: its ${nodes.length} nodes on ${hosts} hosts by their names, roles and groups, from ${from} to ${to}. Limits under \`settings\` are those of the inventory; paths, ports, data, times, limits of roles and nodes, and other settings are the twin's own. Nothing reaches the real hosts.`,
    `${name} 的替身：同名的 ${nodes.length} 个节点、${hosts} 台主机及其角色与分组，从 ${from} 到 ${to}。\`settings\` 中的时限取自清单；路径、端口、数据、耗时、角色与节点的时限以及其他设置都是替身自己的；不会触及真实主机。`,
  );
};

/** What was rehearsed. */
type About = {
  readonly loaded: Loaded;
  readonly plan: Plan | null;
  readonly from: string;
  readonly to: string;
  readonly speed: number;
  readonly faults: readonly string[];
};

/** Keeps how the twin's run came out, so that `upgrade` can say so. That it could not be kept is no error of the rehearsal. */
const keep = async (
  context: Context,
  inside: Context,
  {loaded, plan, from, to, speed, faults}: About,
): Promise<void> => {
  const [dir] = await listRunDirs(inside.outside.env);
  if (dir === undefined) return;
  const {name: cluster, system} = loaded.cluster;
  try {
    const {report} = await readReport(inside.outside, dir);
    const file = await keepRehearsal(context.outside.env, {
      ...outcomeOf(report),
      ...{format: 1, cluster, system, from, to, speed, faults, lakeup: VERSION},
      inventory: inventorySum(loaded.inventory),
      plan: plan === null ? null : planSum(plan),
      usualMs: plan === null ? null : usualTimeMs(plan),
    });
    context.tell(
      plan === null
        ? text(
            `Kept as ${file}, as a rehearsal of no plan: the real cluster was not looked at, or something blocks it.`,
            `已记录在 ${file}，但不对应任何计划：没有查看真实集群，或有问题阻止其升级。`,
          )
        : text(
            `Kept as ${file}: \`lakeup upgrade\` says how this rehearsal of its plan came out.`,
            `已记录在 ${file}：\`lakeup upgrade\` 会说明其计划的此次演练结果。`,
          ),
    );
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    context.tell(
      text(`The result of the rehearsal could not be kept: ${because}`, `未能记录演练结果：${because}`),
    );
  }
};

/** `lakeup rehearse CLUSTER -i FILE`: the upgrade of a simulated twin of that cluster, by the same plan, engine and screen. */
export const rehearse = async (
  context: Context,
  name: string,
  file: string,
  {autopilot, speed, from, fault: faults = []}: RehearseOptions,
): Promise<ExitCode> => {
  const loaded = await readCluster(context.outside, name, file);
  const fake = twinOf(await context.outside.fakes(), loaded);
  const to = versionOf(loaded) ?? fake.kit.to;
  if (faults.includes(LIST)) {
    const nodes = fake.kit.twin(loaded.cluster, new Map());
    for (const line of listFaults(fake.kit, nodes, context.common.lang)) context.print(line);
    return EXIT.verified;
  }
  needTerminal(context, autopilot);
  const seen: Seen =
    from === undefined
      ? await orWithout(lookAt(context, loaded))
      : {facts: new Map(), from, plan: null, takes: null};
  refuseUnknown(fake, [seen.from, to]);
  const nodes = fake.kit.twin(loaded.cluster, seen.facts);
  refuseTooMany(nodes);
  if (seen.takes !== null) context.tell(seen.takes);
  context.tell(told(name, nodes, seen.from, to));
  const cluster = `${name}-rehearsal`;
  const wanted = {fake, cluster, nodes, from: seen.from, to, speed, faults, settings: limitsOf(loaded)};
  const onOver = (inside: Context): Promise<void> =>
    keep(context, inside, {loaded, plan: seen.plan, from: seen.from, to, speed, faults});
  return simulate(context, wanted, {autopilot, serving: false, onOver});
};
