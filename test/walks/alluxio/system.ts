import {lines, type Sh, sh} from '../../../src/lib/sh.ts';
import {Facts} from '../../../src/model/facts.ts';
import type {Probe, Role, System} from '../../../src/model/system.ts';
import {plain, type Text, text} from '../../../src/model/text.ts';
import {vault} from '../../systems/vault/system.ts';
import {procedure} from './plan.ts';

const SERVERS = ['master', 'job-master', 'worker', 'job-worker'] as const;
const EVERYONE = [...SERVERS, 'client'] as const;

/** What was given stands in a comment: the world in memory reads it there, a shell does not. */
const note = (given: Facts): Sh => lines(sh`:`, `# given ${JSON.stringify(given)}` as Sh);

const probe = (name: string, roles: readonly string[]): Probe => ({
  roles,
  look: async (node, _cluster, ask, given = {}) => {
    const reply = await ask(node.id, {
      kind: 'shell',
      lane: 'look',
      name: `alluxio.${name}`,
      script: note(given),
      timeoutMs: 30_000,
      maxBytes: 65_536,
    });
    return reply.kind === 'shell'
      ? {kind: 'seen', facts: Facts.parse(JSON.parse(reply.stdout))}
      : {kind: 'silent', reason: reply.detail};
  },
});

const role = (name: string, title: Text): Role => ({
  name,
  title,
  status: 'status',
  columns: [],
  optional: name === 'client',
  fields: Facts,
});

/** As much of a system as the walk stands on: its roles, its probes by name, its procedure. */
export const system: System = {
  ...vault,
  name: 'alluxio',
  title: plain('Alluxio'),
  roles: [
    role('master', text('masters', 'master')),
    role('job-master', text('job masters', 'job master')),
    role('worker', text('workers', 'worker')),
    role('job-worker', text('job workers', 'job worker')),
    role('client', text('clients', '客户端')),
  ],
  probes: Object.fromEntries(
    (
      [
        ['status', EVERYONE],
        ['process', SERVERS],
        ['home', ['master', 'worker']],
        ...['cluster', 'writes', 'backup', 'namespace', 'proof', 'processes', 'masters'].map(name => [
          name,
          ['master'],
        ]),
        ...['journal', 'journal-copy', 'journal-blast'].map(name => [name, ['master']]),
        ...['cache', 'cache-copy', 'worker'].map(name => [name, ['worker']]),
        ['client', ['client']],
      ] as [string, readonly string[]][]
    ).map(([name, roles]) => [name, probe(name, roles)]),
  ),
  survey: 'status',
  preflight: [],
  procedures: {[procedure.name]: procedure},
  planProblems: () => [],
};
