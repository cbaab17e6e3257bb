import {sh} from '../../../src/lib/sh.ts';
import type {ShellRequest} from '../../../src/model/ask.ts';
import type {Facts, Look} from '../../../src/model/facts.ts';
import type {Node} from '../../../src/model/inventory.ts';
import type {AskNode, Probe} from '../../../src/model/system.ts';

const request = (name: string, script: ShellRequest['script']): ShellRequest => ({
  kind: 'shell',
  lane: 'look',
  name,
  script,
  timeoutMs: 10_000,
  maxBytes: 10_000,
});

/** Reads `name=value` lines; numbers become numbers. */
export const parseLines = (output: string): Facts =>
  Object.fromEntries(
    output
      .split('\n')
      .filter(line => line.includes('='))
      .map(line => {
        const [name = '', value = ''] = line.split(/=(.*)/s);
        return [name, /^\d+$/.test(value) ? Number(value) : value];
      }),
  );

const askLines = async (ask: AskNode, node: Node, asked: ShellRequest): Promise<Look> => {
  const reply = await ask(node.id, asked);
  if (reply.kind !== 'shell') return {kind: 'silent', reason: reply.detail};
  return reply.code === 0
    ? {kind: 'seen', facts: parseLines(reply.stdout)}
    : {kind: 'silent', reason: `${asked.name} ended with ${reply.code}: ${reply.stderr}`};
};

const statusOf = (node: Node): ShellRequest =>
  request('vault.status', sh`cd ${node.home} && sh bin/ctl status`);

const status: Probe = {
  roles: ['store', 'router'],
  look: (node, _cluster, ask) => askLines(ask, node, statusOf(node)),
};

/** Primary or replica; silent while nobody is primary. */
const standing: Probe = {
  roles: ['store'],
  look: async (node, cluster, ask) => {
    const stores = cluster.nodes.filter(({role}) => role === 'store');
    const looks = await Promise.all(
      stores.map(async store => ({store, look: await askLines(ask, store, statusOf(store))})),
    );
    const primaries = looks.filter(({look}) => look.kind === 'seen' && look.facts.is === 'primary');
    const [primary] = primaries;
    if (primary === undefined || primaries.length > 1)
      return {kind: 'silent', reason: `${primaries.length} stores say that they are primary`};
    return {kind: 'seen', facts: {is: primary.store.id === node.id ? 'primary' : 'replica'}};
  },
};

/** Whose turn it is: a primary beside which others still run its version comes later. Silent while nobody is primary. */
const turn: Probe = {
  roles: ['store'],
  look: async (node, cluster, ask) => {
    const is = await standing.look(node, cluster, ask);
    if (is.kind === 'silent') return is;
    const stores = cluster.nodes.filter(({role}) => role === 'store');
    const looks = await Promise.all(
      stores.map(async store => ({store, look: await askLines(ask, store, statusOf(store))})),
    );
    const versionOf = (id: string): unknown => {
      const look = looks.find(({store}) => store.id === id)?.look;
      return look?.kind === 'seen' ? look.facts.version : undefined;
    };
    const own = versionOf(node.id);
    const waiting = stores.filter(({id}) => id !== node.id && [own, undefined].includes(versionOf(id)));
    const later = is.facts.is === 'primary' && waiting.length > 0;
    return {kind: 'seen', facts: {turn: later ? 'later' : 'now'}};
  },
};

const others: Probe = {
  roles: ['store'],
  look: async (node, cluster, ask) => {
    const rest = cluster.nodes.filter(({role, id}) => role === 'store' && id !== node.id);
    const looks = await Promise.all(rest.map(other => askLines(ask, other, statusOf(other))));
    const silent = looks.find(look => look.kind === 'silent');
    if (silent !== undefined) return silent;
    return {
      kind: 'seen',
      facts: {up: looks.filter(look => look.kind === 'seen' && look.facts.health === 'ok').length},
    };
  },
};

const tree: Probe = {
  roles: ['store', 'router'],
  look: (node, _cluster, ask) =>
    askLines(
      ask,
      node,
      request(
        'vault.tree',
        sh`cd ${node.home}
echo "lib=$(cat lib/version 2>/dev/null)"
for old in lib_backup_*; do [ -e "$old" ] && echo "backup=$(cat "$old/version")"; done
exit 0`,
      ),
    ),
};

const cache: Probe = {
  roles: ['router'],
  look: (node, _cluster, ask) =>
    askLines(
      ask,
      node,
      request(
        'vault.cache',
        sh`cd ${node.home} && echo "path=$PWD/cache" && echo "files=$(find cache -type f | wc -l | tr -d ' ')"`,
      ),
    ),
};

const survey: Probe = {
  roles: ['store', 'router'],
  look: async (node, _cluster, ask) => {
    const look = await askLines(ask, node, statusOf(node));
    if (look.kind === 'silent') return look;
    const reply = await ask(
      node.id,
      request('vault.package', sh`cat ${`${node.fields.package}/lib/version`}`),
    );
    if (reply.kind !== 'shell') return {kind: 'silent', reason: reply.detail};
    return {kind: 'seen', facts: {...look.facts, packageVersion: reply.stdout.trim()}};
  },
};

export const probes = {status, standing, turn, others, tree, cache, survey};
