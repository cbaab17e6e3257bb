import type {Facts} from '../../../../../src/model/facts.ts';
import type {Finding} from '../../../../../src/model/finding.ts';
import {NodeId} from '../../../../../src/model/ids.ts';
import type {Survey as AnySurvey} from '../../../../../src/model/survey.ts';
import type {Doris, DorisCluster} from '../../../../../src/systems/doris/fields.ts';
import {doris} from '../../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, surveyAll} from '../memory.ts';

export type Survey = AnySurvey<Doris>;

export const id = NodeId.parse;
export const healthy = await surveyAll(bootFake(dorisInMemory, makeMemoryCluster()));

export const notPassed = (survey: Survey): Finding[] =>
  doris.preflight.flatMap(({find}) => find(survey)).filter(({level}) => level !== 'pass');

/** The healthy survey with some facts of one node changed; a fact that is undefined is not there. */
export const changed = (node: string, facts: Readonly<Record<string, Facts[string] | undefined>>): Survey => {
  const known = healthy.facts.get(id(node));
  if (known === undefined) throw new Error(`no node ${node}`);
  const entries = Object.entries({...known, ...facts}).filter(
    (entry): entry is [string, Facts[string]] => entry[1] !== undefined,
  );
  return {...healthy, facts: new Map([...healthy.facts, [id(node), Object.fromEntries(entries)]])};
};

/** The healthy survey with some facts of several nodes changed: the same for each, or by its own. */
export const changedEach = (each: Readonly<Record<string, Parameters<typeof changed>[1]>>): Survey => ({
  ...healthy,
  facts: new Map(
    Object.entries(each).reduce(
      (facts, [node, more]) => facts.set(id(node), changed(node, more).facts.get(id(node)) ?? {}),
      new Map(healthy.facts),
    ),
  ),
});

export const everywhere = (facts: Facts): Survey => ({
  ...healthy,
  facts: new Map([...healthy.facts].map(([node, known]) => [node, {...known, ...facts}])),
});

/** A node that is down in the middle of an upgrade, with all that a survey tells of it then. */
export const CUT_OFF: Parameters<typeof changed>[1] = {
  process: 'none',
  count: 0,
  health: 'down',
  http: 'closed',
  ...Object.fromEntries(
    ['version', 'pid', 'startTicks', 'binary', 'owner', 'nofile', 'flags', 'roles', 'env.JAVA_HOME'].map(
      name => [name, undefined],
    ),
  ),
  causes: ['process=none'],
  pidFile: 'none',
  lib: 'none',
  homeStop: '',
  leftovers: ['.lakeup-stage-20260101_000000', 'bin_backup_20260101_000000', 'lib_backup_20260101_000000'],
  'cut.stamp': '20260101_000000',
  'cut.bin': 'new',
  'cut.lib': 'moved',
  'cut.stage': 'whole',
  'cut.version': '3.0.6',
};

export const withCluster = (change: (cluster: DorisCluster) => DorisCluster): Survey => ({
  ...healthy,
  cluster: change(healthy.cluster),
});

export const without = (node: string): Survey => {
  const facts = new Map(healthy.facts);
  facts.delete(id(node));
  return {...healthy, facts};
};

export type Case = {
  readonly check: string;
  readonly level: 'warn' | 'block';
  readonly node: string | null;
  readonly survey: Survey;
  readonly seen: RegExp;
  readonly fix?: RegExp;
};

/** A case in one line: be-1 with these facts is warned of or blocked by this check. */
export const of = (
  check: string,
  level: Case['level'],
  node: string,
  facts: Parameters<typeof changed>[1],
  seen: RegExp,
  fix?: RegExp,
): Case => ({check, level, node, survey: changed(node, facts), seen, ...(fix === undefined ? {} : {fix})});
