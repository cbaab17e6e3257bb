import {NodeId} from '../../../src/model/ids.ts';
import {type Cluster, nodeOf} from '../../../src/model/inventory.ts';
import {plain} from '../../../src/model/text.ts';
import {makeMemoryCluster} from '../../fakes/doris/cluster.ts';
import type {Field} from './met.ts';

// What hosts, pages and frontends answer otherwise than a healthy cluster would.

type Turn = NonNullable<Field['turn']>;

/** The cluster that is met where nothing else is said. */
export const CLUSTER: Cluster = makeMemoryCluster();

/** One after the other. */
export const turns =
  (...all: readonly Turn[]): Turn =>
  (node, request, reply) =>
    all.reduce((now, turn) => turn(node, request, now), reply);

/** The lines that a look on a node's host prints, but for those of these names, and these. */
export const prints =
  (on: string, look: string, ...lines: readonly string[]): Turn =>
  (node, request, reply) => {
    if (node !== on || request.kind !== 'shell' || reply.kind !== 'shell') return reply;
    if (request.script.body.name.split('.').at(-1) !== look) return reply;
    const names = lines.map(line => line.slice(0, line.indexOf('=')));
    const kept = reply.stdout.split('\n').filter(line => !names.includes(line.slice(0, line.indexOf('='))));
    return {...reply, stdout: [...lines, ...kept].join('\n')};
  };

/** The same, and whatever was said by these names is said still. */
export const printsToo =
  (on: string, look: string, ...lines: readonly string[]): Turn =>
  (node, request, reply) =>
    node === on &&
    request.kind === 'shell' &&
    reply.kind === 'shell' &&
    request.script.body.name.split('.').at(-1) === look
      ? {...reply, stdout: [reply.stdout.trimEnd(), ...lines, ''].join('\n')}
      : reply;

/** A node's row, whoever tells it. */
export const row =
  (of: string, columns: Readonly<Record<string, string>>): Turn =>
  (_, request, reply) => {
    if (request.kind !== 'sql' || reply.kind !== 'sql') return reply;
    const {host} = nodeOf(CLUSTER, NodeId.parse(of));
    return {...reply, rows: reply.rows.map(its => (its.Host === host ? {...its, ...columns} : its))};
  };

/** What a node answers on its pages, but for the one that says its role; null: nothing, in all the time it has. */
export const page =
  (of: string, body: string | null, status = 200): Turn =>
  (node, request, reply) => {
    if (node !== of || request.kind !== 'http' || request.path.includes('SHOW_HA')) return reply;
    return body === null
      ? {kind: 'lost', trouble: 'timeout', detail: plain('no answer')}
      : {kind: 'http', status, body};
  };

/** A frontend answers no SQL: the port takes the connection, and nothing comes. */
export const muteSql =
  (of: string): Turn =>
  (node, request, reply) =>
    node === of && request.kind === 'sql'
      ? {kind: 'lost', trouble: 'timeout', detail: plain('no answer')}
      : reply;

/** A process that stands above a node's, as the survey tells it. */
export const parent = (words: string): string => `parent=${words.replaceAll(' ', '\t')}`;
