import {askLines, seen, silent, silentBecause} from '../../../src/host/ask.ts';
import type {Said} from '../../../src/host/lines.ts';
import {look} from '../../../src/host/look.ts';
import type {Ask} from '../../../src/model/ask.ts';
import type {Facts, Look} from '../../../src/model/facts.ts';
import type {Body} from '../../../src/model/script.ts';
import type {Probe} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import type {Vault, VaultNode} from './fields.ts';
import {cacheBody, statusBody, surveyBody, treeBody, writtenBody} from './scripts.ts';

/** Whole numbers become numbers; a version is none. */
const factsOf = (lines: Said): Facts =>
  Object.fromEntries(lines.map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]));

const lookWith = async (body: Body, node: VaultNode, ask: Ask): Promise<Look> => {
  const answer = await askLines(ask, node, look(body, {home: node.home, package: node.fields.package}));
  return answer.ok ? seen(factsOf(answer.value.lines)) : silent(answer);
};

/** A script whose lines are the facts. */
const telling = (body: Body, ...roles: readonly string[]): Probe<Vault> => ({
  roles,
  look: (node, _cluster, ask) => lookWith(body, node, ask),
});

/**
 * What a store is among the stores, known only while all of them answer and one is primary: `is`, `othersDown`, and
 * `turn`, which comes later for a primary beside which others still run its version.
 */
const standing: Probe<Vault> = {
  roles: ['store'],
  look: async (node, {nodes}, ask) => {
    const stores = nodes.filter(({role}) => role === 'store');
    const looks = await Promise.all(stores.map(store => lookWith(statusBody, store, ask)));
    const [unknown, ...more] = looks.flatMap(one => (one.kind === 'silent' ? one.reasons : []));
    if (unknown !== undefined) return silent({reasons: [unknown, ...more]});
    const known = new Map(
      looks.flatMap((one, i) => (one.kind === 'seen' ? [[stores[i]?.id ?? '', one.facts] as const] : [])),
    );
    const own = known.get(node.id) ?? {};
    const others = [...known].filter(([id]) => id !== node.id);
    const primaries = [...known.values()].filter(({is}) => is === 'primary').length;
    if (primaries !== 1)
      return silentBecause(
        text(`${primaries} stores say that they are primary`, `有 ${primaries} 个存储节点自称主节点`),
      );
    const early =
      own.is === 'primary' &&
      others.some(([, {version}]) => version === undefined || version === own.version);
    return seen({
      is: own.is ?? '',
      turn: early ? 'later' : 'now',
      othersDown: others.filter(([, {health}]) => health !== 'ok').map(([id]) => id),
    });
  },
};

export const probes = {
  status: telling(statusBody, 'store', 'router'),
  survey: telling(surveyBody, 'store', 'router'),
  tree: telling(treeBody, 'store', 'router'),
  cache: telling(cacheBody, 'router'),
  written: telling(writtenBody, 'router'),
  standing,
} satisfies Readonly<Record<string, Probe<Vault>>>;
