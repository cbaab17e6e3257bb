import {type Text, text} from '../../../model/text.ts';
import {homesOf, isSpread, nodesOf, SERVERS, type ServerNode} from '../fields.ts';
import {journalOf} from '../scripts/journal.ts';
import {
  type Doing,
  isGivenBackup,
  isRole,
  left,
  looksFor,
  named,
  notDone,
  type Reading,
  returns,
  says,
  type Wanted,
} from './reading.ts';
import * as wanted from './wanted.ts';

// Rules about single steps: what they are, what is seen when they are done, and that nobody goes without one.

type Kind = {
  /** The last word of the script's name. */
  readonly verb: string;
  readonly service?: 'leaves' | 'returns';
};

/** Rules go by the names of steps: so a name has to be what is done. */
const KINDS: Readonly<Record<string, Kind>> = {
  stage: {verb: 'stage'},
  persist: {verb: 'persist'},
  mark: {verb: 'mark'},
  list: {verb: 'list'},
  backup: {verb: 'backup'},
  copy: {verb: 'copy'},
  stop: {verb: 'stop', service: 'leaves'},
  'keep-journal': {verb: 'keep-journal'},
  'keep-cache': {verb: 'keep-cache'},
  install: {verb: 'install'},
  'format-tiers': {verb: 'format-tiers'},
  'restore-cache': {verb: 'restore-cache'},
  format: {verb: 'format'},
  start: {verb: 'start', service: 'returns'},
  'undo-stage': {verb: 'unstage'},
  'undo-stop': {verb: 'start', service: 'returns'},
  'undo-keep-journal': {verb: 'journal-back'},
  'undo-install': {verb: 'uninstall'},
  'undo-format': {verb: 'journal-back'},
  'undo-start': {verb: 'stop', service: 'leaves'},
};

const isKnown = ({plan: {direction}}: Reading, {name}: Doing): boolean =>
  KINDS[name] !== undefined && name.startsWith('undo-') === (direction === 'back');

/** A step of another name, or with another script, would pass by every other rule. */
const misnamed = (reading: Reading): Text[] => [
  ...reading.steps
    .filter(doing => !isKnown(reading, doing))
    .map(({step}) => says(step.id, 'is no step of such a plan', '不是此类计划的步骤')),
  ...[...reading.steps, ...reading.back].flatMap(({who, name, node, action}) => {
    const {verb} = KINDS[name] ?? {};
    const body = `alluxio.${node.role}.${verb}`;
    if (verb === undefined || (action.kind === 'script' && action.body === body) || name === 'copy')
      return [];
    return [text(`${who.en} does not run ${body}.`, `${who.zh}没有执行 ${body}。`)];
  }),
];

/** What is copied is the backup, from whoever has it, to the path that masters are started with. */
const wrongCopies = (reading: Reading): Text[] => {
  const [isSender, isPath] = ['backupNode', 'path'].map(fact => left(reading, {name: 'backup', fact}));
  return reading.steps
    .filter(named('copy'))
    .filter(
      ({action}) =>
        action.kind !== 'copy' ||
        isSender?.(action.from.node) !== true ||
        isPath?.(action.from.path) !== true ||
        isPath(action.to) !== true,
    )
    .map(({step}) =>
      says(
        step.id,
        'does not copy the backup from whoever wrote it to the very path',
        '没有从写出备份的节点复制到相同路径',
      ),
    );
};

const unmarkedService = ({steps}: Reading): Text[] =>
  steps
    .filter(({name, service}) => KINDS[name] !== undefined && KINDS[name]?.service !== service)
    .map(({step}) =>
      says(step.id, 'does not say what it does to the service of its node', '没有正确说明它对节点服务的影响'),
    );

const proofsOfHome = (reading: Reading, {name, node}: Doing): readonly Wanted[] => {
  const {old, fresh} = reading;
  switch (name) {
    case 'stage':
      return [wanted.homeWith(node, {version: old, staged: fresh}), wanted.confKnown(reading, node)];
    case 'install':
      return [wanted.homeWith(node, {version: fresh, kept: old})];
    case 'undo-install':
      return [wanted.homeWith(node, {version: old, staged: fresh})];
    case 'undo-stage':
      return [wanted.homeWith(node, {version: old, staged: 'none'})];
    default:
      return [];
  }
};

/** What has to be seen when a step is done, whichever way it goes. */
const proofsOf = (reading: Reading, doing: Doing): readonly Wanted[] => {
  const {old, fresh} = reading;
  const {name, node} = doing;
  const isWorker = node.fields.role === 'worker';
  switch (name) {
    case 'mark':
      return [wanted.counted, ...wanted.listed(reading)];
    case 'backup':
      return [wanted.backedUp(reading)];
    case 'copy':
      return [wanted.proofOn(reading, node)];
    case 'stop':
      return [wanted.gone(node), ...(isWorker ? [wanted.blocksCounted(node)] : [])];
    case 'undo-start':
      return [wanted.gone(node)];
    case 'keep-journal':
    case 'undo-keep-journal':
    case 'undo-format':
      return [wanted.asCopied(reading, node)];
    case 'format':
      return [wanted.formatted(reading, node)];
    case 'start':
      return [
        wanted.runsAt(node, fresh),
        wanted.wellAt(node, fresh),
        ...(isWorker ? wanted.tiersAfter(reading, node) : []),
      ];
    case 'undo-stop':
      return [wanted.runsAt(node, old), wanted.wellAt(node, old)];
    default:
      return proofsOfHome(reading, doing);
  }
};

const unproved = (reading: Reading): Text[] =>
  [...reading.steps, ...reading.back].flatMap(doing =>
    proofsOf(reading, doing)
      .filter(proof => !looksFor(doing.done, proof))
      .map(proof => notDone(doing, proof)),
  );

/**
 * One of the masters that read a backup counts as started when all of it was restored, and so before anybody else runs. It is
 * seen there, and not at a later question: a leader that was started again meanwhile does not know it any more.
 */
const uncountedRestore = (reading: Reading): Text[] => {
  const starts = reading.steps.filter(doing => doing.name === 'start' && isGivenBackup(doing));
  const look = wanted.contentRestored(reading);
  return starts.length === 0 || starts.some(({done}) => looksFor(done, look))
    ? []
    : [
        text(
          `The masters count as started before it is seen that ${look.that.en}.`,
          `在确认${look.that.zh}之前 master 就算已启动。`,
        ),
      ];
};

/** Everybody goes through every step that is theirs. Without a mark and a backup nobody's gate would have its facts. */
const leftOut = (reading: Reading): Text[] => {
  const {plan, cluster, context, masters, steps, restores, types} = reading;
  if (plan.direction === 'back') return [];
  const taken = new Set(steps.map(({name, node}) => `${name} ${node.id}`));
  const missing = (nodes: readonly ServerNode[], ...names: readonly string[]): Text[] =>
    nodes.flatMap(({id}) =>
      names
        .filter(name => !taken.has(`${name} ${id}`))
        .map(name => text(`${id} is never taken through ${name}.`, `${id} 缺少步骤 ${name}。`)),
    );
  const [first, ...others] = masters;
  // One on an under store is there once, for all of them.
  const owners = first === undefined ? [] : types.after === 'EMBEDDED' ? [first, ...others] : [first];
  return [
    ...missing(homesOf(cluster), 'stage', 'install'),
    ...missing(nodesOf(cluster, ...SERVERS), 'stop', 'start'),
    ...missing(
      masters.filter(node => journalOf(node, context).journal !== ''),
      'keep-journal',
    ),
    ...missing(restores ? owners : [], 'format'),
    ...missing(isSpread(cluster) ? masters : [], 'copy'),
  ];
};

/** The last looks decide the verdict: every node well at the version the plan leads to, and forward the whole with its content. */
const unprovenEnds = (reading: Reading): Text[] => {
  const {plan, steps} = reading;
  const taken = new Map(steps.map(({node}) => [node.id, node]));
  const all = plan.verify.flatMap(({checks}) => checks);
  const own = plan.verify.flatMap(({node: id, checks}) => {
    const node = taken.get(id);
    if (node === undefined) return [];
    const wellThen = wanted.wellAt(node, plan.to);
    return looksFor(checks, wellThen) ? [] : [wellThen];
  });
  const whole = plan.direction === 'back' ? [] : [wanted.wholeAt(plan.to), wanted.contentKept(reading)];
  return [...own, ...whole.filter(end => !looksFor(all, end))].map(({that}) =>
    text(`The last looks do not see that ${that.en}.`, `最后的检查没有看到${that.zh}。`),
  );
};

/** What changes nothing that an older version would trip over. */
const HARMLESS: readonly string[] = [
  'persist',
  'mark',
  'list',
  'backup',
  'copy',
  'keep-cache',
  'restore-cache',
];

/** Forward, every step leads back; only what was counted or copied stays, and what was destroyed or written without a copy. */
const wrongWaysBack = ({plan, steps, context}: Reading): Text[] => {
  if (plan.direction === 'back') return [];
  return steps.flatMap(doing => {
    const {step, name, node} = doing;
    const {kind} = step.undo;
    const isReturnless =
      isRole('master')(doing) &&
      returns(doing) &&
      !isGivenBackup(doing) &&
      journalOf(node, context).journal === '';
    if (isReturnless)
      return kind === 'impossible'
        ? []
        : [
            says(
              step.id,
              `promises a way back, but ${plan.from} cannot read what ${plan.to} writes, and no journal was copied`,
              `承诺可以回退，但 ${plan.from} 无法读取 ${plan.to} 写入的内容，且没有日志副本`,
            ),
          ];
    if (name === 'format-tiers' || (name === 'keep-cache' && step.destroys !== undefined))
      return kind === 'impossible'
        ? []
        : [says(step.id, 'promises a way back of what it destroys', '承诺可以恢复它所毁掉的内容')];
    return kind === 'action' || HARMLESS.includes(name)
      ? []
      : [says(step.id, 'has no way back', '没有回退方法')];
  });
};

export const stepRules = (reading: Reading): readonly Text[] => [
  ...misnamed(reading),
  ...wrongCopies(reading),
  ...unmarkedService(reading),
  ...leftOut(reading),
  ...unproved(reading),
  ...uncountedRestore(reading),
  ...wrongWaysBack(reading),
  ...unprovenEnds(reading),
];
