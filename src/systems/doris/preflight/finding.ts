import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Finding, Preflight, Survey} from '../../../model/system.ts';
import type {Text} from '../../../model/text.ts';

/** What is wrong: null when nothing is. `seen` is evidence in the words of the node. */
export type Problem = {readonly level: 'warn' | 'block'; readonly seen: string; readonly fix: Text};

export const block = (seen: string, fix: Text): Problem => ({level: 'block', seen, fix});
export const warn = (seen: string, fix: Text): Problem => ({level: 'warn', seen, fix});

const NOTHING: Text = {en: '', zh: ''};

/** Nobody answered: nothing can be said of this node, which is reason enough not to begin. */
export const SILENT: Text = {
  en: 'Make the host reachable (lakeup doctor says why it is not) and look again.',
  zh: '先让该主机可达（lakeup doctor 会说明原因），然后重新查看。',
};

const finding = (
  check: string,
  node: Node | null,
  title: Text,
  problem: Problem | null,
  ok: string,
): Finding => ({
  check,
  node: node?.id ?? null,
  title,
  level: problem?.level ?? 'pass',
  seen: problem?.seen ?? ok,
  fix: problem?.fix ?? NOTHING,
});

/** One check of each node by its own facts. A node that was not seen blocks in `reachable` and is left out here. */
export const eachNode = (
  name: string,
  title: Text,
  find: (facts: Facts, node: Node, survey: Survey) => Problem | null,
): Preflight => ({
  name,
  find: survey =>
    survey.cluster.nodes.flatMap(node => {
      const facts = survey.facts.get(node.id);
      return facts === undefined ? [] : [finding(name, node, title, find(facts, node, survey), '')];
    }),
});

/** One check of the whole cluster. `find` gives no problem, one, or several. */
export const wholeCluster = (
  name: string,
  title: Text,
  find: (survey: Survey) => readonly (Problem & {readonly node?: Node})[],
): Preflight => ({
  name,
  find: survey => {
    const problems = find(survey);
    return problems.length === 0
      ? [finding(name, null, title, null, '')]
      : problems.map(problem => finding(name, problem.node ?? null, title, problem, ''));
  },
});

/** What a fact holds, or a dash: for evidence. */
export const shown = (facts: Facts, name: string): string => String(facts[name] ?? '-');
