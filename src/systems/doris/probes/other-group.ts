import type {Facts} from '../../../model/facts.ts';
import type {DorisCluster, DorisNode} from '../fields.ts';
import type {Frontend} from '../parse/rows.ts';
import {nameOfFrontend} from './group.ts';
import type {Master} from './master.ts';

/** A frontend that holds another group than the master does, and what is otherwise in it. */
export type Apart = {readonly id: string; readonly words: string};

const membersOf = (cluster: DorisCluster, rows: readonly Frontend[]): ReadonlySet<string> =>
  new Set(rows.map(row => `${nameOfFrontend(cluster, row)}/${row.role}`));

/** Those of the first that are none of the second's, behind a word. */
const beyond = (word: string, some: ReadonlySet<string>, others: ReadonlySet<string>): string[] => {
  const found = [...some].filter(member => !others.has(member));
  return found.length === 0 ? [] : [`${word} ${found.toSorted().join(' ')}`];
};

/**
 * Frontends whose own view has other members, or other roles, than the master's, however much they agree about who leads. Who cannot
 * be asked for a view of its own is none of them.
 */
export const holdOtherGroups = (
  cluster: DorisCluster,
  {frontends, views}: Pick<Master, 'frontends' | 'views'>,
): readonly Apart[] => {
  const group = membersOf(cluster, frontends);
  return views.flatMap(({frontend: {id}, rows}): Apart[] => {
    const own = membersOf(cluster, rows);
    const otherwise = [...beyond('without', group, own), ...beyond('with', own, group)];
    return otherwise.length === 0 ? [] : [{id, words: otherwise.join(', ')}];
  });
};

/** As a fact, by name; without those whom nobody waits for. */
export const otherGroupFact = (apart: readonly Apart[], skipped: ReadonlySet<string> = new Set()): Facts => ({
  otherGroup: apart.filter(({id}) => !skipped.has(id)).map(({id, words}) => `${id} ${words}`),
});

/** The same of one frontend; nothing where it told no view of its own. */
export const ownGroupFact = (
  {id}: DorisNode,
  {views}: Pick<Master, 'views'>,
  apart: readonly Apart[],
): Facts =>
  views.some(({frontend}) => frontend.id === id) ? otherGroupFact(apart.filter(one => one.id === id)) : {};
