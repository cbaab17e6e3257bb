import {describeFact} from '../model/describe-facts.ts';
import type {Facts} from '../model/facts.ts';
import type {Finding} from '../model/finding.ts';
import type {Node, Product} from '../model/inventory.ts';
import type {Survey} from '../model/survey.ts';
import type {Preflight} from '../model/system.ts';
import {plain, type Text, text} from '../model/text.ts';

/** What is wrong: null when nothing is. `seen` is the evidence, `fix` says what to do. */
export type Problem = {readonly level: 'warn' | 'block'; readonly seen: Text; readonly fix: Text};

export const block = (seen: Text, fix: Text): Problem => ({level: 'block', seen, fix});
export const warn = (seen: Text, fix: Text): Problem => ({level: 'warn', seen, fix});

/** A title says what has to be so: beside a cross it would read as if it were. */
const notSo = ({en, zh}: Text): Text => text(`not so: ${en}`, `不成立：${zh}`);

const finding = (check: string, node: Node | null, title: Text, problem: Problem | null): Finding => ({
  check,
  node: node?.id ?? null,
  title: problem === null ? title : notSo(title),
  level: problem?.level ?? 'pass',
  seen: problem?.seen ?? null,
  fix: problem?.fix ?? null,
});

/** One check of each node by its own facts. A node that was not seen blocks in `reachable` and is left out here. */
export const eachNode = <P extends Product = Product>(
  name: string,
  title: Text,
  find: (facts: Facts, node: Node<P>, survey: Survey<P>) => Problem | null,
): Preflight<P> => ({
  name,
  find: survey =>
    survey.cluster.nodes.flatMap(node => {
      const facts = survey.facts.get(node.id);
      return facts === undefined ? [] : [finding(name, node, title, find(facts, node, survey))];
    }),
});

/** One check of the whole cluster. `find` gives no problem, one, or several, each about a node or about none. */
export const wholeCluster = <P extends Product = Product>(
  name: string,
  title: Text,
  find: (survey: Survey<P>) => readonly (Problem & {readonly node?: Node<P>})[],
): Preflight<P> => ({
  name,
  find: survey => {
    const problems = find(survey);
    return problems.length === 0
      ? [finding(name, null, title, null)]
      : problems.map(problem => finding(name, problem.node ?? null, title, problem));
  },
});

/** What a fact holds, or a dash: for evidence. */
export const shown = (facts: Facts, name: string): Text => {
  const value = facts[name];
  return value === undefined ? plain('-') : describeFact(value);
};

/** A fact that has to be a number, or null. */
export const numberOf = (facts: Facts, name: string): number | null => {
  const value = facts[name];
  return typeof value === 'number' ? value : null;
};
