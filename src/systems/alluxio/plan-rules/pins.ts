import type {Text} from '../../../model/text.ts';
import {text} from '../../../model/text.ts';
import {
  is,
  isRole,
  least,
  left,
  looksFor,
  named,
  notDone,
  type Reading,
  returns,
  says,
  type Wanted,
} from './reading.ts';

// Rules about files that are pinned. Where the old leader does not tell how many they are, nothing can be asked of them.

const tellsPins = ({plan, masters}: Reading): boolean =>
  masters.some(({id}) => plan.survey[id]?.pinned !== undefined);

const counted: Wanted = {
  that: text('it is counted how many files are pinned', '已清点被固定的文件数'),
  probe: 'cluster',
  expect: {leaders: is(1), safeMode: is(false), pinned: least(0)},
};

const kept = (reading: Reading): Wanted => ({
  that: text('as many files are pinned as were counted', '已固定的文件不少于清点时'),
  probe: 'cluster',
  expect: {
    leaders: is(1),
    safeMode: is(false),
    pinned: left(reading, {name: 'mark', fact: 'pinned', bound: 'atLeast'}),
  },
});

const uncounted = (reading: Reading): Text[] =>
  reading.steps
    .filter(named('mark'))
    .filter(({done}) => !looksFor(done, counted))
    .map(doing => notDone(doing, counted));

/** Which they are can be said by the old version alone: it is listed by whoever is told that there are any. */
const unlisted = (reading: Reading): Text[] => {
  const told = left(reading, {name: 'mark', fact: 'pinned'});
  return reading.steps
    .filter(named('list'))
    .filter(({action}) => action.kind !== 'script' || !told(action.vars.pins))
    .map(({step}) => says(step.id, 'is not told whether any file is pinned', '没有得知是否有文件被固定'));
};

/** Before workers are started beside the new masters the question says how many pins these have. */
const untold = (reading: Reading): Text[] => {
  const before = left(reading, {name: 'mark', fact: 'pinned'});
  const phases = new Set(
    reading.steps.filter(doing => returns(doing) && isRole('worker')(doing)).map(({phase}) => phase),
  );
  return [...phases]
    .filter(({gates}) =>
      gates.every(
        gate =>
          gate.kind !== 'confirm' ||
          !gate.blast.some(({probe, given}) => probe === 'pins' && before(given?.counted)),
      ),
    )
    .map(({id}) =>
      says(
        id,
        'starts workers without telling how many files are pinned',
        '启动 worker 前没有说明被固定的文件数',
      ),
    );
};

const unseen = (reading: Reading): Text[] => {
  const look = kept(reading);
  return looksFor(
    reading.plan.verify.flatMap(({checks}) => checks),
    look,
  )
    ? []
    : [text(`The last looks do not see that ${look.that.en}.`, `最后的检查没有看到${look.that.zh}。`)];
};

export const pinRules = (reading: Reading): readonly Text[] =>
  reading.plan.direction === 'back' || !tellsPins(reading)
    ? []
    : [...uncounted(reading), ...unlisted(reading), ...untold(reading), ...unseen(reading)];
