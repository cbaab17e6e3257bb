import {type Case, changed, changedEach} from './support.ts';

const ofCluster = (
  check: string,
  level: Case['level'],
  survey: Case['survey'],
  seen: RegExp,
  fix?: RegExp,
): Case => ({
  ...{check, level, node: null, survey, seen},
  ...(fix === undefined ? {} : {fix}),
});

/** These nodes run that version, with these leftovers. */
const at = (version: string, nodes: string, ...leftovers: readonly string[]) =>
  Object.fromEntries(nodes.split(' ').map(node => [node, {version, leftovers}]));
const REST = 'ms-1 ms-2 ms-3 rc-1 be-1 be-2 be-3 be-4 be-5 be-6 fe-4';

/** Versions, and the clocks of the frontends. */
export const WHOLE: readonly Case[] = [
  // Upgraded in part, in the guide's order: taken on, and it is said who is left as they are.
  ofCluster(
    'one-version',
    'warn',
    changedEach(at('3.1.2', REST)),
    /^3\.1\.2: ms-1 .* fe-4; 3\.0\.6: fe-1 fe-2 fe-3\. It was upgraded in part\.$/,
    /^What is done stays as it is \(ms-1 .* fe-4\); lakeup takes on from there: fe-2, fe-3, fe-1 \(the master\)\. There is no way back: a frontend runs 3\.1\.2/,
  ),
  ofCluster(
    'one-version',
    'warn',
    // By hand each node has a time of its own; the last upgrade's is on all of them.
    changedEach({
      ...at('3.1.2', 'ms-1', 'bin_backup_20260101_000000', 'bin_backup_20250101_000000'),
      ...at('3.1.2', 'ms-2', 'bin_backup_20260101_000107', 'bin_backup_20250101_000000'),
      ...at('3.0.6', 'ms-3 rc-1', 'bin_backup_20250101_000000'),
    }),
    /in part\.$/,
    /from there: ms-3, rc-1, be-1, .*, fe-4, fe-2, fe-3, fe-1 \(the master\)\. Or go back: give ms-1 ms-2 the bin and lib of 3\.0\.6/,
  ),
  ofCluster(
    'one-version',
    'warn',
    changedEach({...at('3.1.2', REST), 'fe-1': {version: '3.1.2'}}),
    /3\.0\.6: fe-2 fe-3/,
    /fe-2, fe-3\. Do not wait: fe-1 is the master and runs the new version; .* There is no way back/,
  ),
  // A run of lakeup's is named only where there is one.
  ofCluster(
    'one-version',
    'warn',
    changedEach(at('3.1.2', 'ms-1 ms-2', 'bin_backup_20260101_000000', 'lib_backup_20260101_000000')),
    /in part/,
    /A run of lakeup’s left its files here \(20260101_000000\): where its journal can be read, `lakeup resume`/,
  ),
  // Whoever went before their turn is named, and nothing is taken on behind them.
  ofCluster(
    'one-version',
    'block',
    changedEach(at('3.1.2', 'ms-1 ms-2 ms-3 rc-1 be-1 fe-4')),
    /fe-4: upgraded before a role that has to go first\.$/,
    /takes on only in the order of the upgrade guide\. Finish by hand, .*: be-2, be-3, .*, fe-2, fe-3, fe-1 \(the master\)/,
  ),
  ofCluster('one-version', 'block', changedEach(at('3.1.2', 'rc-1')), /rc-1: upgraded before a role/),
  ofCluster(
    'one-version',
    'block',
    changed('be-1', {version: '3.0.7'}),
    /^3\.0\.7: be-1; 3\.0\.6: ms-1/,
    /one version older than 3\.1\.2 on every node/,
  ),
  ofCluster(
    'one-version',
    'block',
    changedEach({...at('3.1.2', 'ms-1'), ...at('3.0.5', 'ms-2')}),
    /3\.0\.5: ms-2$/,
    /by hand/,
  ),
  ofCluster(
    'one-version',
    'block',
    changed('be-1', {version: '3.2.0'}),
    /^3\.2\.0: be-1/,
    /correct `version`/,
  ),
  ofCluster(
    'clocks',
    'block',
    changed('fe-2', {clockLeast: 6_200, clockMost: 6_300}),
    /^fe-2 is 6\.2 to 6\.3 s ahead of fe-1; a frontend more than 5 s off/,
    /`chronyc tracking`/,
  ),
  ofCluster(
    'clocks',
    'block',
    changed('fe-3', {clockLeast: -9_100, clockMost: -9_000}),
    /^fe-\d is 9\.0 to 9\.1 s ahead of fe-3;/,
  ),
  ofCluster(
    'clocks',
    'warn',
    changed('fe-4', {clockLeast: 2_500, clockMost: 6_000}),
    /^fe-4 is 2\.5 to 6\.0 s/,
  ),
];
