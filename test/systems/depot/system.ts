import {z} from 'zod';
import {askLines, seen, silent} from '../../../src/host/ask.ts';
import {said} from '../../../src/host/lines.ts';
import {look} from '../../../src/host/look.ts';
import type {AbsPath} from '../../../src/lib/abs-path.ts';
import {sh} from '../../../src/lib/sh.ts';
import {StepId} from '../../../src/model/ids.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {Check, Given} from '../../../src/model/plan.ts';
import type {PlanContext, Procedure, Recipe} from '../../../src/model/procedure.ts';
import {body} from '../../../src/model/script.ts';
import type {Probe, System} from '../../../src/model/system.ts';
import {plain, text} from '../../../src/model/text.ts';
import {copyFrom, harmless, script} from '../../../src/recipe/actions.ts';
import {check} from '../../../src/recipe/check.ts';
import {confirm, hold} from '../../../src/recipe/gates.ts';

export type Depot = {
  readonly home: AbsPath;
  readonly fields: unknown;
  readonly settings: {
    /** The node whose host happens to write the backup, and how large it is. */
    readonly writer: string;
    readonly bytes: number;
  };
};
type DepotNode = Node<Depot>;
type Context = PlanContext<Depot>;

const MINUTE_MS = 60_000;
export const STALL_MS = 20_000;

/** Where a backup lies below a home. */
export const backupOf = ({home}: Pick<DepotNode, 'home'>): string => `${home}/backups/b.gz`;

/** What the first store is told writes the backup on a host of its own choice, and only the report tells which. */
const backupBody = body(
  'depot.store.backup',
  sh`if [ ! -f "$home/report" ]; then
  mkdir -p "$into/backups"
  head -c "$bytes" /dev/urandom >"$into/backups/new"
  mv "$into/backups/new" "$into/backups/b.gz"
  printf 'Backup Host : %s\\nBackup URI : %s\\n' "$writer" "$into/backups/b.gz" >"$home/report"
fi`,
);
const restartBody = body('depot.store.restart', sh`echo "$version" >"$home/version"`);

const statusBody = body('depot.store.look.status', sh`echo health=ok; echo "version=$(cat "$home/version")"`);
const reportBody = body(
  'depot.store.look.report',
  sh`if [ -f "$home/report" ]; then sed -n 's/^Backup Host : /host=/p; s/^Backup URI : /path=/p' "$home/report"; fi`,
);
const fileBody = body(
  'depot.store.look.file',
  sh`if [ -f "$path" ]; then echo "sum=$(sha256sum <"$path" | cut -c 1-64)"; else echo sum=none; fi`,
);

const status: Probe<Depot> = {
  roles: ['store'],
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, look(statusBody, {home: node.home}));
    return answer.ok ? seen(Object.fromEntries(answer.value.lines)) : silent(answer);
  },
};

const fileSum = async (ask: Parameters<Probe['look']>[2], node: DepotNode, path: string) => {
  const answer = await askLines(ask, node, look(fileBody, {home: node.home, path}));
  return answer.ok ? {...answer, value: said(answer.value.lines, 'sum') ?? 'none'} : answer;
};

const file: Probe<Depot> = {
  roles: ['store'],
  look: async (node, _cluster, ask) => {
    const sum = await fileSum(ask, node, backupOf(node));
    return sum.ok ? seen({sum: sum.value}) : silent(sum);
  },
};

/** The name in the report, matched to a node; and the sum of what lies there. */
const report: Probe<Depot> = {
  roles: ['store'],
  look: async (node, {nodes}, ask) => {
    const answer = await askLines(ask, node, look(reportBody, {home: node.home}));
    if (!answer.ok) return silent(answer);
    const [host, path] = ['host', 'path'].map(name => said(answer.value.lines, name));
    const writer = nodes.find(other => other.host === host);
    if (writer === undefined || path == null) return seen({written: false});
    const sum = await fileSum(ask, writer, path);
    return sum.ok ? seen({written: true, backupNode: writer.id, path, sum: sum.value}) : silent(sum);
  },
};

const firstOf = ({nodes}: Cluster<Depot>): DepotNode => {
  const [first] = nodes;
  if (first === undefined) throw new Error('a depot has stores');
  return first;
};

const told = (context: Context, fact: string): Extract<Given[string], {from: unknown}> => ({
  from: {step: StepId.parse(`backup/backup@${firstOf(context.cluster).id}`), fact},
});

const hasBackup = (node: DepotNode, context: Context): Check =>
  check(node, 'file', text('has the whole backup', '备份完整'), {sum: told(context, 'sum')}, 5_000);

const recipe = (
  name: string,
  more: Pick<Recipe<Depot>, 'steps'> & Partial<Recipe<Depot>>,
): Recipe<Depot> => ({
  name,
  title: plain(name),
  role: 'store',
  width: 1,
  order: () => ({kind: 'listed'}),
  gates: () => [confirm(text(`${name}?`, `${name}？`))],
  ...more,
});

const backup = recipe('backup', {
  nodes: ({cluster}) => [firstOf(cluster)],
  steps: (node, {cluster: {nodes, settings}}) => {
    const writer = nodes.find(({id}) => id === settings.writer) ?? node;
    const vars = {home: node.home, into: writer.home, writer: writer.host, bytes: settings.bytes};
    return [
      {
        name: 'backup',
        title: text('back up', '备份'),
        gates: [],
        action: script(backupBody, vars, MINUTE_MS),
        done: [check(node, 'report', text('is written', '已写完'), {written: true}, MINUTE_MS)],
        undo: harmless('a backup more', '多一份备份'),
        typicalMs: 10_000,
      },
    ];
  },
});

const copy = recipe('copy', {
  width: 3,
  steps: (node, context) => [
    {
      name: 'copy',
      title: text('copy the backup', '复制备份'),
      gates: [],
      action: copyFrom(told(context, 'backupNode'), told(context, 'path'), STALL_MS, backupOf(node)),
      done: [hasBackup(node, context)],
      undo: harmless('a backup more', '多一份备份'),
      typicalMs: 10_000,
    },
  ],
});

const restart = recipe('restart', {
  gates: context => [
    ...context.cluster.nodes.map(node => hold(hasBackup(node, context))),
    confirm(text('Restart?', '重启？')),
  ],
  steps: (node, {target: {from, to}}) => {
    const runs = (version: string) =>
      check(node, 'status', text(`runs ${version}`, `运行 ${version}`), {health: 'ok', version}, MINUTE_MS);
    const act = (version: string) => script(restartBody, {home: node.home, version}, MINUTE_MS);
    return [
      {
        name: 'restart',
        title: text('restart', '重启'),
        gates: [],
        action: act(to),
        done: [runs(to)],
        undo: {kind: 'action', action: act(from), done: [runs(from)]},
        typicalMs: 5_000,
        service: 'restarts',
      },
    ];
  },
});

const upgrade: Procedure<Depot> = {
  name: 'upgrade',
  title: plain('upgrade'),
  phases: [backup, copy, restart],
  verify: (node, {target}) => [
    check(node, 'status', text('runs', '运行'), {health: 'ok', version: target.to}, MINUTE_MS),
  ],
};

/** A system for tests: stores, one of which writes a backup that all must have before any of them is restarted. */
export const depot: System<Depot> = {
  name: 'depot',
  title: plain('Depot'),
  roles: [
    {
      name: 'store',
      title: text('stores', '存储'),
      status: 'status',
      columns: [],
      optional: false,
      home: 'own',
      fields: z.unknown(),
    },
  ],
  settings: z.object({writer: z.string(), bytes: z.number()}),
  probes: {status, file, report},
  survey: 'status',
  preflight: [],
  choose: () => ({
    kind: 'procedure',
    procedure: upgrade,
    from: '1.0',
    to: '2.0',
    rule: {says: text('It may.', '可以。'), source: text('the manual', '手册')},
  }),
  planProblems: () => [],
};
