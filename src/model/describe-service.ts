import type {Look} from './facts.ts';
import type {NodeId} from './ids.ts';
import type {OutOfService} from './state.ts';
import {both, type Text, text} from './text.ts';

/** How many nodes a sentence names before it counts the rest. */
const NAMED = 10;

/** "a, b, c and 7 more". */
export const nameNodes = (nodes: readonly NodeId[], most = NAMED): Text => {
  const names = nodes.slice(0, most).join(', ');
  const more = nodes.length - most;
  return more <= 0 ? text(names, names) : text(`${names} and ${more} more`, `${names}，另有 ${more} 个`);
};

/** By name, and numbers in names as numbers: who is looked for is found. */
const inOrder = (out: readonly OutOfService[]): readonly NodeId[] =>
  out.map(({node}) => node).toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}));

/**
 * "10 nodes are not serving: a, b, c and 7 more; perhaps also d": who is out of service because of the run. Those of
 * whom it is not certain are told apart. Null when everybody serves. `all`: how many nodes there are, where that is known:
 * when none of them serves nobody has to be named.
 */
export const describeNotServing = (
  out: readonly OutOfService[],
  {most = NAMED, all}: {readonly most?: number; readonly all?: number} = {},
): Text | null => {
  if (out.length === 0) return null;
  const sure = inOrder(out.filter(({certain}) => certain));
  const perhaps = inOrder(out.filter(({certain}) => !certain));
  if (sure.length === all && sure.length > 1)
    return text(`none of the ${all} nodes is serving`, `全部 ${all} 个节点均未提供服务`);
  const named = nameNodes(sure, most);
  const unsure = nameNodes(perhaps, most);
  const are = (n: number): string => (n === 1 ? '1 node is' : `${n} nodes are`);
  if (sure.length === 0)
    return text(
      `${are(perhaps.length)} perhaps not serving: ${unsure.en}`,
      `可能有 ${perhaps.length} 个节点未提供服务：${unsure.zh}`,
    );
  const said = text(
    `${are(sure.length)} not serving: ${named.en}`,
    `${sure.length} 个节点未提供服务：${named.zh}`,
  );
  if (perhaps.length === 0) return said;
  return both(
    (pick, lang) => pick(said) + (lang === 'en' ? '; perhaps also ' : '；可能还有 ') + pick(unsure),
  );
};

/**
 * That a node went down by itself, or that one which was down is not any more; null where there is nothing to say: what becomes
 * of it after that is the run's to tell.
 */
export const describeDown = (
  is: boolean,
  look: Look,
): {readonly level: 'good' | 'bad'; readonly words: Text} | null => {
  if (is) return {level: 'bad', words: text('is down, and not because of a run', '已宕机，并非运行所致')};
  if (look.kind === 'silent' || look.facts.health === 'down') return null;
  const health = String(look.facts.health);
  return {level: 'good', words: text(`is up again (${health})`, `已重新运行（${health}）`)};
};
