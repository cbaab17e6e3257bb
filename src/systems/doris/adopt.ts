import {compareVersions} from '../../lib/version.ts';
import {type Facts, listOf} from '../../model/facts.ts';
import type {PlanContext} from '../../model/procedure.ts';
import type {Survey} from '../../model/survey.ts';
import type {Doris, DorisNode} from './fields.ts';
import {ORDER} from './upgrade/names.ts';

// A cluster that was upgraded in part, by hand or by a run whose journal is gone: what of it is done, and whether the rest may
// be taken on from there.

/** A node that told its version; of one that is down in the middle of an upgrade (cut.ts), its old files did. */
export type Versioned = {readonly node: DorisNode; readonly facts: Facts; readonly version: string};

export const versionOf = (facts: Facts): string | null => {
  const version = facts['cut.stamp'] === undefined ? facts.version : facts['cut.version'];
  return typeof version === 'string' ? version : null;
};

export const versioned = ({cluster, facts: all}: Survey<Doris>): readonly Versioned[] =>
  cluster.nodes.flatMap(node => {
    const facts = all.get(node.id) ?? {};
    const version = versionOf(facts);
    return version === null ? [] : [{node, facts, version}];
  });

/** Nodes of the version that is wanted, and the others. */
export type Part = {readonly done: readonly Versioned[]; readonly left: readonly Versioned[]};

export const partOf = (survey: Survey<Doris>): Part => {
  const {version: to} = survey.cluster.settings;
  const all = versioned(survey);
  return {done: all.filter(({version}) => version === to), left: all.filter(({version}) => version !== to)};
};

/** The one older version that all nodes have that are left, or null: then nobody can tell from where to where. */
export const oneOlder = ({left}: Part, to: string): string | null => {
  const [from, ...more] = [...new Set(left.map(({version}) => version))];
  return from !== undefined && more.length === 0 && compareVersions(from, to) < 0 ? from : null;
};

const rankOf = ({fields}: DorisNode): number => ORDER.indexOf(fields.role);

/**
 * Nodes that were upgraded before a role that comes before theirs, which the guide forbids: whatever is taken on behind them
 * is not the way that it describes. A node that does not tell its version counts as one that is left; one that is down in the middle
 * of its upgrade does not, for nobody ran the old version beside theirs: so a run goes on without a node that was skipped.
 */
export const outOfTurn = (survey: Survey<Doris>): readonly DorisNode[] => {
  const {done} = partOf(survey);
  const upgraded = new Set(done.map(({node}) => node.id));
  const isDown = ({id}: DorisNode): boolean => survey.facts.get(id)?.['cut.stamp'] !== undefined;
  const running = survey.cluster.nodes.filter(node => !upgraded.has(node.id) && !isDown(node));
  const first = Math.min(...running.map(rankOf));
  return done.map(({node}) => node).filter(node => rankOf(node) > first);
};

/**
 * Who runs the version already that a plan leads to, as the survey saw it: the plan leaves it as it is. A plan back begins with
 * nodes of all kinds, and knows itself whom it takes.
 */
export const isDone = (node: DorisNode, {facts, target, back}: PlanContext<Doris>): boolean =>
  back === undefined && versionOf(facts.get(node.id) ?? {}) === target.to;

const STAGE = /^\.lakeup-stage-(.+?)(\.part)?$/;
const BACKUP = /^bin_backup_(.+)$/;

const stampsOf = ({facts}: {readonly facts: Facts}, pattern: RegExp): string[] =>
  listOf(facts, 'leftovers').flatMap(name => pattern.exec(name)?.[1] ?? []);

/**
 * The stamp of a run of lakeup's that did not come to its end here, or null: a stage lies somewhere, or several of those
 * that are done have backups of one stamp that none of the others has. By hand each node gets a time of its own.
 */
export const unfinishedRun = (survey: Survey<Doris>): string | null => {
  const {done, left} = partOf(survey);
  const [staged] = [...survey.facts.values()].flatMap(facts => stampsOf({facts}, STAGE));
  if (staged !== undefined) return staged;
  const older = new Set(left.flatMap(entry => stampsOf(entry, BACKUP)));
  const stamps = done.flatMap(entry => [...new Set(stampsOf(entry, BACKUP))]);
  return stamps.find((stamp, i) => !older.has(stamp) && stamps.indexOf(stamp) !== i) ?? null;
};
