import type {Vars} from '../../../model/script.ts';
import {type Text, text} from '../../../model/text.ts';
import {oldOf} from '../scripts/begin.ts';
import {journalOf, newJournalOf} from '../scripts/journal.ts';
import {
  around,
  type Doing,
  is,
  isGivenBackup,
  isRole,
  left,
  looksFor,
  named,
  notBefore,
  type Reading,
  returns,
  says,
  type Wanted,
} from './reading.ts';
import * as wanted from './wanted.ts';

// Rules about journals: what is formatted, copied, brought back, and what masters are started on.

/** The folders that a script is told of: each master's own, as it was surveyed, or as the new configuration has it. */
const foldersFor = ({context}: Reading, {name, node}: Doing): Vars => {
  switch (name) {
    case 'keep-journal':
    case 'undo-keep-journal':
    case 'undo-format':
      return journalOf(node, context);
    case 'format':
      return {journal: newJournalOf(node, context)};
    case 'start':
      return node.fields.role === 'master' ? {journal: newJournalOf(node, context)} : {};
    case 'undo-stop':
      return node.fields.role === 'master' ? {journal: journalOf(node, context).journal} : {};
    default:
      return {};
  }
};

/** Another node's home, another run's copies, another master's journal: what is worked on is looked up, not believed. */
const wrongVariables = (reading: Reading): Text[] => {
  const {plan, context, old, fresh} = reading;
  return [...reading.steps, ...reading.back].flatMap(doing => {
    const {who, node, action} = doing;
    if (action.kind !== 'script') return [];
    const {vars} = action;
    const own = {home: node.home, from: old, to: fresh, stamp: plan.stamp, old: oldOf(node, context)};
    return Object.entries({...own, ...foldersFor(reading, doing)})
      .filter(([name, wanted]) => vars[name] !== wanted)
      .map(([name, wanted]) =>
        text(
          `${who.en} is not told that the ${name} of ${node.id} is ${wanted || 'none'}.`,
          `${who.zh}没有得知 ${node.id} 的 ${name} 为 ${wanted || '空'}。`,
        ),
      );
  });
};

/** Asked by itself, with the cluster's name typed, and this very journal measured. */
const isAsked = ({cluster, context}: Reading, {step, node}: Doing): boolean =>
  step.gates.some(
    gate =>
      gate.kind === 'confirm' &&
      gate.danger === 'destructive' &&
      gate.phrase === cluster.name &&
      gate.blast.some(
        ({node: of, probe, given}) =>
          of === node.id && probe === 'journal-blast' && is(newJournalOf(node, context))(given?.journal),
      ),
  );

/** No proof, no format: on both sides of its own question. */
const unprovedFormats = (reading: Reading): Text[] =>
  reading.steps.filter(named('format')).flatMap(doing => {
    const {step, node} = doing;
    const proofs: readonly Wanted[] = [
      ...reading.masters.map(master => wanted.proofOn(reading, master)),
      wanted.copyThere(reading, node),
      wanted.nothingRuns,
    ];
    return [
      ...(isAsked(reading, doing)
        ? []
        : [
            says(
              step.id,
              'formats without a question of its own, the cluster’s name typed and this journal measured',
              '格式化前没有单独确认（输入集群名并测量该日志）',
            ),
          ]),
      ...(step.destroys === undefined
        ? [says(step.id, 'does not say what it destroys', '没有说明会毁掉什么')]
        : []),
      ...proofs
        .filter(proof => !around(step.gates, proof))
        .map(({that}) =>
          says(
            step.id,
            `formats without seeing, before and after its question, that ${that.en}`,
            `格式化时没有在确认前后看到${that.zh}`,
          ),
        ),
    ];
  });

const startsMaster = (doing: Doing): boolean => isRole('master')(doing) && returns(doing);

/** Masters read the very backup that was proved, all of them or none. */
const halfRestored = (reading: Reading): Text[] => {
  const {plan, steps} = reading;
  if (plan.direction === 'back') return [];
  const isProved = left(reading, {name: 'backup', fact: 'uri'});
  const formats = steps.some(named('format'));
  return steps.filter(startsMaster).flatMap(doing => {
    const {step, action} = doing;
    if (!isGivenBackup(doing))
      return formats
        ? [
            says(
              step.id,
              'starts on a formatted journal without the backup',
              '在已格式化的日志上启动，却没有带备份',
            ),
          ]
        : [];
    return action.kind === 'script' && isProved(action.vars.backup)
      ? []
      : [says(step.id, 'restores something else than the backup that was proved', '恢复的不是已证明的备份')];
  });
};

/** The old version has its own journal, and reads no backup. */
const restoredOld = ({steps, back}: Reading): Text[] =>
  [...steps, ...back]
    .filter(doing => doing.name === 'undo-stop' && isGivenBackup(doing))
    .map(({who}) => text(`${who.en} gives a backup to the old version.`, `${who.zh}把备份交给了旧版本。`));

/** A master starts only on what it is to read: nothing at all where it restores, else the old version's journal. */
const unseenJournals = (reading: Reading): Text[] =>
  [...reading.steps, ...reading.back].filter(startsMaster).flatMap(doing => {
    const {name, node, before} = doing;
    if (journalOf(node, reading.context).journal === '') return [];
    const isEmpty = name === 'start' && reading.restores;
    const look = isEmpty ? wanted.formatted(reading, node) : wanted.oldJournal(reading, node);
    return looksFor(before, look) ? [] : [notBefore(doing, look)];
  });

/** A journal comes back from its copy, and is looked for first. */
const withoutCopy = (reading: Reading): Text[] =>
  [...reading.steps, ...reading.back].filter(named('undo-format', 'undo-keep-journal')).flatMap(doing => {
    const look = wanted.copyThere(reading, doing.node);
    return looksFor(doing.before, look) ? [] : [notBefore(doing, look)];
  });

export const journalRules = (reading: Reading): readonly Text[] => [
  ...wrongVariables(reading),
  ...unprovedFormats(reading),
  ...halfRestored(reading),
  ...restoredOld(reading),
  ...unseenJournals(reading),
  ...withoutCopy(reading),
];
