import {againOf} from '../../../model/otherwise.ts';
import {type Check, gateChecks, type Phase} from '../../../model/plan.ts';
import type {Text} from '../../../model/text.ts';
import {
  around,
  type Doing,
  isRole,
  leaves,
  looksFor,
  named,
  notAround,
  notBefore,
  type Reading,
  returns,
  says,
  sidesOf,
  type Wanted,
} from './reading.ts';
import * as wanted from './wanted.ts';

// Rules about what has to be seen around the questions of phases, and right before their steps.

const other = (doing: Doing): boolean => !isRole('master')(doing);
/** Job workers come after the workers, each of which has seen what the masters hold; since then applications may have changed it. */
const upToWorkers = (doing: Doing): boolean => other(doing) && !isRole('job-worker')(doing);

type Group = {readonly phase: Phase; readonly steps: readonly Doing[]};

const phasesOf = ({steps}: Reading): readonly Group[] =>
  [...Map.groupBy(steps, ({phase}) => phase)].map(([phase, own]) => ({phase, steps: own}));

/** What has to be seen on both sides of a phase's question, by what its steps do. */
const looksAround = (reading: Reading, steps: readonly Doing[]): readonly Wanted[] => {
  const {plan, masters, restores, types} = reading;
  if (plan.direction === 'back') return [];
  const does = (...tests: readonly ((doing: Doing) => boolean)[]): boolean =>
    steps.some(doing => tests.every(test => test(doing)));
  const proofs = masters.map(master => wanted.proofOn(reading, master));
  const whole = wanted.wholeAt(plan.from);
  return [
    ...(does(named('stage')) ? [whole] : []),
    ...(does(named('backup')) ? [whole, wanted.allRun] : []),
    ...(does(leaves) ? proofs : []),
    // What is written after everybody else was stopped is in the journal that is read on; a backup does not have it.
    ...(does(leaves, other) || (does(leaves) && restores) ? [wanted.unwritten(reading)] : []),
    ...(does(leaves, isRole('master')) ? [wanted.mastersAlone] : []),
    ...(does(returns, isRole('master')) ? [wanted.nothingRuns, ...(restores ? proofs : [])] : []),
    ...(does(named('format-tiers')) ? [wanted.mastersAlone] : []),
    ...(does(returns, upToWorkers) || does(named('format-tiers'))
      ? [wanted.contentKept(reading), ...(types.after === 'EMBEDDED' ? [wanted.quorumWhole(reading)] : [])]
      : []),
  ];
};

const blindPhases = (reading: Reading): Text[] =>
  phasesOf(reading).flatMap(({phase, steps}) =>
    looksAround(reading, steps)
      .filter(look => !around(phase.gates, look))
      .map(look => notAround(phase.id, look)),
  );

/** What has to be seen right before a step: by its own gates, or after its phase's question. */
const looksBefore = (reading: Reading, doing: Doing): readonly Wanted[] => {
  const isBack = doing.name.startsWith('undo-');
  return [
    // What all processes of a home run from is exchanged, and a journal copied or brought back, only while nothing runs.
    ...(named(
      'install',
      'keep-journal',
      'keep-cache',
      'undo-install',
      'undo-format',
      'undo-keep-journal',
    )(doing)
      ? [wanted.nothingRuns]
      : []),
    // Workers delete every block that an empty master does not know (recorded): nobody runs beside unproved ones.
    ...(returns(doing) && (isBack ? other : upToWorkers)(doing)
      ? [wanted.contentKept(reading, isBack ? 'old' : 'new')]
      : []),
    // It takes the pins away of files that only a worker holds that is not there.
    ...(returns(doing) && isRole('job-worker')(doing) ? [wanted.workersBack] : []),
    ...(returns(doing) && isRole('worker')(doing) && !isBack ? wanted.tiersAfter(reading, doing.node) : []),
  ];
};

const blindSteps = (reading: Reading): Text[] =>
  [...reading.steps, ...reading.back].flatMap(doing =>
    looksBefore(reading, doing)
      .filter(look => !looksFor(doing.before, look))
      .map(look => notBefore(doing, look)),
  );

/** Between the question and a worker's start others may have been started for an hour: each looks for itself. */
const staleStarts = (reading: Reading): Text[] =>
  reading.plan.direction === 'back'
    ? []
    : reading.steps.flatMap(doing => {
        if (!returns(doing) || !isRole('worker')(doing)) return [];
        const look = wanted.contentKept(reading);
        return looksFor(gateChecks(doing.step.gates), look)
          ? []
          : [
              says(
                doing.step.id,
                `trusts what was seen before others were started, and does not see itself that ${look.that.en}`,
                `相信其他节点启动之前的结果，自己没有确认${look.that.zh}`,
              ),
            ];
      });

/** Whatever is looked at before a question is looked at again after it. */
const staleGates = ({plan: {phases}}: Reading): Text[] =>
  phases.flatMap(({id, gates}) => {
    if (!gates.some(({kind}) => kind === 'confirm')) return [];
    const keys = (checks: readonly Check[]): string => checks.map(check => JSON.stringify(check)).join();
    const [before, after] = sidesOf(gates);
    return keys(before) === keys(after)
      ? []
      : [
          says(
            id,
            'does not look again after its question at what it looked at before',
            '确认之后没有再次查看确认之前查看的内容',
          ),
        ];
  });

/**
 * Where something was written, what was counted is counted anew, and not only backed up; and what came meanwhile is persisted,
 * as long as there are workers that do it.
 */
const wrongRounds = ({plan: {phases}, byId, cluster, steps}: Reading): Text[] => {
  const alone = phases.findIndex(phase =>
    steps.some(doing => doing.phase === phase && leaves(doing) && other(doing)),
  );
  return phases.flatMap(({gates}, at) => {
    const persists = cluster.settings.persist && (alone === -1 || at <= alone);
    return gates.flatMap(gate => {
      const again = againOf(gate);
      return again === null || byId.get(again)?.name === (persists ? 'persist' : 'mark')
        ? []
        : [says(gate.id, 'does not open again what was counted', '没有重新执行清点')];
    });
  });
};

/** Whoever stops has said so. */
const unnamedOutages = (reading: Reading): Text[] =>
  phasesOf(reading)
    .filter(({phase, steps}) => {
      const question = phase.gates.find(gate => gate.kind === 'confirm');
      return (
        reading.plan.direction === 'forward' &&
        steps.some(leaves) &&
        question?.kind === 'confirm' &&
        question.outages.length === 0
      );
    })
    .map(({phase}) =>
      says(phase.id, 'stops nodes, and its question names no outage', '会停止节点，其确认却未说明停服'),
    );

export const phaseRules = (reading: Reading): readonly Text[] => [
  ...staleGates(reading),
  ...blindPhases(reading),
  ...unnamedOutages(reading),
  ...wrongRounds(reading),
  ...blindSteps(reading),
  ...staleStarts(reading),
];
