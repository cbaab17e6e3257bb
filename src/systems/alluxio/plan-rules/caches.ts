import type {Given} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {nodesOf, type ServerNode} from '../fields.ts';
import {journalOf} from '../scripts/journal.ts';
import {tiersOf} from '../upgrade/known.ts';
import {cacheSaved, copiedOf, copyRules, measures, pathOf, type Question, questionOf} from './copies.ts';
import {
  around,
  type Doing,
  is,
  isRole,
  least,
  leaves,
  left,
  looksFor,
  named,
  notAround,
  notBefore,
  notDone,
  type Reading,
  says,
  told,
  type Wanted,
} from './reading.ts';
import * as wanted from './wanted.ts';

// Rules about what only workers hold: what is listed, copied and given up.

/** What each step of its name is done to, by what the inventory says and the survey saw. */
const ownersOf = (reading: Reading): Readonly<Record<string, readonly ServerNode[]>> => {
  const {cluster, context, masters} = reading;
  const {caches, persist} = cluster.settings;
  const workers = nodesOf(cluster, 'worker');
  const copied = copiedOf(reading);
  return {
    list: masters.slice(0, 1),
    persist: persist ? masters.slice(0, 1) : [],
    'keep-cache': copied,
    'restore-cache': copied,
    'format-tiers': caches === 'drop' ? workers.filter(node => tiersOf(node, context).dirs.length > 0) : [],
  };
};

const wrongOwners = (reading: Reading): Text[] =>
  Object.entries(ownersOf(reading)).flatMap(([name, owners]) => {
    const taken = reading.steps.filter(named(name));
    return [
      ...owners
        .filter(({id}) => !taken.some(({node}) => node.id === id))
        .map(({id}) => text(`${id} is never taken through ${name}.`, `${id} 缺少步骤 ${name}。`)),
      ...taken
        .filter(({node}) => !owners.some(({id}) => id === node.id))
        .map(({step}) => says(step.id, 'is nothing that the inventory asks for', '并非清单所要求')),
    ];
  });

const listed = ({cluster}: Reading): Wanted => ({
  that: text('files that only workers hold are listed', '已列出只存在于 worker 上的文件'),
  probe: 'unpersisted',
  // What gives the tiers up has to know how many they are; otherwise it may not be known.
  expect:
    cluster.settings.caches === 'drop'
      ? {listed: is(true), notPersisted: least(0)}
      : {listed: told, notPersisted: told},
});

const proofsOf = (reading: Reading, {name, node}: Doing): readonly Wanted[] => {
  switch (name) {
    case 'list':
      return [listed(reading)];
    case 'persist':
      return [
        {
          that: text('every file is persisted', '所有文件均已持久化'),
          probe: 'namespace',
          expect: {notPersisted: is(0)},
        },
      ];
    case 'keep-cache':
      return [cacheSaved(reading, node)];
    case 'restore-cache':
      return [wanted.blocksKept(reading, node)];
    case 'format-tiers':
      return [
        {
          that: text('its tiers are empty', '其缓存层为空'),
          probe: 'cache',
          node: node.id,
          given: {dirs: is([...tiersOf(node, reading.context).dirs])},
          expect: {blocks: is(0), bytes: is(0)},
        },
      ];
    default:
      return [];
  }
};

const unproved = (reading: Reading): Text[] =>
  reading.steps.flatMap(doing =>
    proofsOf(reading, doing)
      .filter(proof => !looksFor(doing.done, proof))
      .map(proof => notDone(doing, proof)),
  );

/** The very folders that the survey saw, and the place that the inventory says. */
const foldersFor = (reading: Reading, {name, node}: Doing): Given => {
  const {dirs, memories, ramdisks} = tiersOf(node, reading.context);
  switch (name) {
    case 'keep-cache':
      return {path: pathOf(node), memories};
    case 'restore-cache':
      return {path: pathOf(node), memories, ramdisks};
    case 'format-tiers':
      return {dirs};
    default:
      return {};
  }
};

const wrongFolders = (reading: Reading): Text[] =>
  reading.steps.flatMap(doing => {
    const {who, node, action} = doing;
    if (action.kind !== 'script') return [];
    return Object.entries(foldersFor(reading, doing))
      .filter(([name, value]) => JSON.stringify(action.vars[name]) !== JSON.stringify(value))
      .map(([name, value]) =>
        text(
          `${who.en} is not told that the ${name} of ${node.id} is ${String(value)}.`,
          `${who.zh}没有得知 ${node.id} 的 ${name} 为 ${String(value)}。`,
        ),
      );
  });

/** Tiers are given up by whoever was shown each of them, and how many files nobody else holds. */
const unaskedFormats = (reading: Reading): Text[] =>
  reading.steps.filter(named('format-tiers')).flatMap(doing => {
    const {step, node} = doing;
    const question = questionOf(reading, doing);
    const shown = tiersOf(node, reading.context).dirs.every(dir =>
      measures(question, node, `${dir}/alluxioworker`),
    );
    const counted = left(reading, {name: 'list', fact: 'notPersisted'});
    const told = question?.blast.some(({probe, given}) => probe === 'unpersisted' && counted(given?.counted));
    return [
      ...(shown && step.destroys !== undefined
        ? []
        : [
            says(
              step.id,
              'formats tiers without a question of its own, the cluster’s name typed and each tier measured',
              '格式化缓存层前没有单独确认（输入集群名并测量每个缓存层）',
            ),
          ]),
      ...(told === true
        ? []
        : [
            says(
              step.id,
              'does not tell how many files are lost with the tiers',
              '没有说明会随缓存层丢失多少文件',
            ),
          ]),
      ...[listed(reading), wanted.mastersAlone]
        .filter(look => !around(step.gates, look))
        .map(look => notAround(step.id, look)),
    ];
  });

const room = (reading: Reading, node: ServerNode): Wanted | null => {
  if (ownersOf(reading)['keep-cache']?.some(({id}) => id === node.id) === true)
    return {
      that: text(`there is room for the ramdisks of ${node.id}`, `有空间存放 ${node.id} 的内存盘内容`),
      probe: 'cache-place',
      node: node.id,
      given: {path: is(pathOf(node)), memories: is([...tiersOf(node, reading.context).memories])},
      expect: {short: is(false), inside: is([]), mounted: is(false)},
    };
  return null;
};

const journalRoom = (node: ServerNode): Wanted => ({
  that: text(`there is room for a copy of the journal of ${node.id}`, `有空间冷备 ${node.id} 的日志`),
  probe: 'journal-room',
  node: node.id,
  expect: {short: is([])},
});

/** Nothing is stopped that could not be copied then, and no worker by somebody who does not know what it alone holds. */
const rashStops = (reading: Reading): Text[] => {
  const {plan, steps, masters, context} = reading;
  if (plan.direction === 'back') return [];
  const stops = steps.filter(leaves);
  const full = stops.flatMap(doing => {
    const look = room(reading, doing.node);
    return look === null || looksFor(doing.before, look) ? [] : [notBefore(doing, look)];
  });
  const phasesOf = (test: (doing: Doing) => boolean) => new Set(stops.filter(test).map(({phase}) => phase));
  const blind = [...phasesOf(isRole('worker'))]
    .filter(({gates}) => {
      const question = gates.find((gate): gate is Question => gate.kind === 'confirm');
      return question?.blast.some(({probe}) => probe === 'unpersisted') !== true;
    })
    .map(({id}) =>
      says(
        id,
        'stops workers without showing what only they hold',
        '停止 worker 前没有显示只存在于其上的文件',
      ),
    );
  const kept = masters.filter(node => journalOf(node, context).journal !== '');
  const crowded = [...phasesOf(isRole('worker'))].flatMap(({id, gates}) =>
    kept.map(journalRoom).flatMap(look => (around(gates, look) ? [] : [notAround(id, look)])),
  );
  return [...full, ...blind, ...crowded];
};

export const cacheRules = (reading: Reading): readonly Text[] =>
  reading.plan.direction === 'back'
    ? []
    : [
        ...wrongOwners(reading),
        ...unproved(reading),
        ...wrongFolders(reading),
        ...copyRules(reading),
        ...unaskedFormats(reading),
        ...rashStops(reading),
      ];
