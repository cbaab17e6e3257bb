import {askLines, given, type Missing, missing, seen, silent} from '../../../host/ask.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Look} from '../../../model/facts.ts';
import type {Cluster} from '../../../model/inventory.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {namespaceFacts} from '../parse/namespace.ts';
import {parseQuorum} from '../parse/quorum.ts';
import {askNamespace, askQuorum, QUORUM_TIMEOUT_MS} from '../scripts/look-whole.ts';

/** The product's command failed: what it printed is no answer, and mostly says why (recorded: on its standard output). */
const failed = (node: ServerNode, command: string, code: string, words: string): Missing =>
  missing(
    text(
      `${command} ended with ${code}${words === '' ? '' : `: ${words}`}`,
      `${command} 以退出码 ${code} 结束${words === '' ? '' : `：“${words}”`}`,
    ),
    `command-${code}`,
    node,
    words,
  );

/** Every path the masters know of: how many there are, how many only workers hold, and how many nobody has any more. */
export const listNamespace = async (node: ServerNode, ask: Ask, withinMs: number): Promise<Look> => {
  const answer = await askLines(ask, node, askNamespace(node, withinMs));
  if (!answer.ok) return silent(answer);
  const {lines} = answer.value;
  const exit = said(lines, 'exit') ?? '?';
  return exit === '0' && said(lines, 'unread') === null
    ? seen(namespaceFacts(lines))
    : silent(failed(node, 'alluxio fs ls -R /', exit, said(lines, 'odd') ?? ''));
};

/** The same as a probe, with the inventory's patience. */
export const namespaceProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: ({settings}) => settings.listWithinMs,
  look: (node, cluster, ask) => listNamespace(node, ask, cluster.settings.listWithinMs),
};

const quorumIn = (node: ServerNode, lines: Said) => {
  const printed = [...allSaid(lines, 'out'), ...allSaid(lines, 'err')];
  const exit = said(lines, 'exit') ?? '?';
  const quorum = exit === '0' ? parseQuorum(printed) : null;
  return quorum === null
    ? failed(node, 'alluxio fsadmin journal quorum info', exit, printed.at(-1) ?? '')
    : given(quorum);
};

/** A member by the name of its master, where the inventory has its host; the address that the quorum has for it in any case. */
const memberAt = ({nodes}: Cluster<Servers>, address: string): string => {
  const host = address.replace(/:\d+$/, '');
  const master = nodes.find(node => node.fields.role === 'master' && node.host === host);
  return master === undefined ? address : `${master.id} (${address})`;
};

/**
 * Who keeps an embedded journal together, as the leader sees it: it may be 15 s behind (recorded). `leader` only where
 * the version tells of it.
 */
export const quorumProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: () => QUORUM_TIMEOUT_MS,
  look: async (node, cluster, ask) => {
    const answer = await askLines(ask, node, askQuorum(node));
    if (!answer.ok) return silent(answer);
    const quorum = quorumIn(node, answer.value.lines);
    if (!quorum.ok) return silent(quorum);
    const {size, leader, members} = quorum.value;
    const [there, away] = [true, false].map(wanted => members.filter(({available}) => available === wanted));
    return seen({
      size,
      available: there?.length ?? 0,
      unavailable: (away ?? []).map(({address}) => memberAt(cluster, address)),
      ...(leader === null ? {} : {leader}),
    });
  },
};
