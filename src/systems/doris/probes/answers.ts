import type {
  HttpReply,
  HttpRequest,
  Lost,
  Refused,
  ShellReply,
  ShellRequest,
  SqlRequest,
} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import type {Cluster, Node} from '../../../model/inventory.ts';
import type {AskNode} from '../../../model/system.ts';
import {feFieldsOf, settingsOf} from '../fields.ts';
import {parseLines, type Said} from '../parse/lines.ts';
import type {Row} from '../parse/rows.ts';

/**
 * No answer, and why. `denied` says nothing of any node: the server said no to the login (`there`), or there is nothing to
 * log in with (`here`).
 */
export type Missing = {
  readonly ok: false;
  readonly reason: string;
  readonly denied: 'here' | 'there' | null;
  /** Whom the reason names in its first word; null when it names nobody. */
  readonly whom: string | null;
};
/** An answer, or the reason why there is none. A reason is never a fact about the node. */
export type Answer<T> = {readonly ok: true; readonly value: T} | Missing;

export const given = <T>(value: T): Answer<T> => ({ok: true, value});
export const missing = (
  reason: string,
  denied: Missing['denied'] = null,
  whom: Missing['whom'] = null,
): Missing => ({ok: false, reason, denied, whom});

/** Several that did not answer, as one; a reason that several have is said once: "fe-1, fe-2: …". */
export const allMissing = (all: readonly Missing[]): Missing => {
  const whomOf = new Map<string, string[]>();
  for (const {reason, whom} of all) {
    const words = whom === null ? reason : reason.slice(whom.length);
    whomOf.set(words, [...(whomOf.get(words) ?? []), ...(whom === null ? [] : [whom])]);
  }
  return missing(
    [...whomOf].map(([words, names]) => names.join(', ') + words).join('; '),
    all.length > 0 && all.every(({denied}) => denied === 'here') ? 'here' : null,
  );
};

export const seen = (facts: Facts): Look => ({kind: 'seen', facts});
export const silent = (reason: string): Look => ({kind: 'silent', reason});

const why = (reply: Refused | Lost): string => `${reply.trouble}: ${reply.detail}`;

/** Asks one of our own looks and reads its lines. A look that failed says nothing. */
export const askLines = async (
  ask: AskNode,
  node: Node,
  request: ShellRequest,
): Promise<Answer<{readonly lines: Said; readonly stdout: string}>> => {
  const reply: ShellReply | Refused | Lost = await ask(node.id, request);
  if (reply.kind !== 'shell') return missing(why(reply));
  if (reply.code !== 0)
    return missing(`${request.name} ended with ${reply.code}: ${reply.stderr.trim().slice(-300)}`);
  return given({lines: parseLines(reply.stdout), stdout: reply.stdout});
};

const HTTP_TIMEOUT_MS = 10_000;

/** `closed`: nobody listens there, which is a fact. `none`: no answer, which is not. */
export type Page =
  | {readonly kind: 'page'; readonly status: number; readonly body: string}
  | {readonly kind: 'closed'}
  | {readonly kind: 'none'; readonly reason: string};

/** GET on one of the node's own ports. */
export const askPage = async (ask: AskNode, node: Node, port: number, path: string): Promise<Page> => {
  const request: HttpRequest = {kind: 'http', port, path, timeoutMs: HTTP_TIMEOUT_MS};
  const reply: HttpReply | Refused | Lost = await ask(node.id, request);
  if (reply.kind === 'http') return {kind: 'page', status: reply.status, body: reply.body};
  if (reply.kind === 'refused' && reply.trouble === 'port-refused') return {kind: 'closed'};
  return {kind: 'none', reason: why(reply)};
};

/** Access denied: to the server, a database, a statement, or for want of a privilege. */
const DENIED: ReadonlySet<number> = new Set([1044, 1045, 1142, 1227]);

/**
 * A query to one frontend's own port, after a statement that sets something for it. An error it answered with is a reason,
 * not rows.
 */
export const askRows = async (
  ask: AskNode,
  cluster: Cluster,
  frontend: Node,
  query: string,
  first?: string,
): Promise<Answer<readonly Row[]>> => {
  const {sqlUser, sqlPasswordEnv, sqlTimeoutMs} = settingsOf(cluster);
  const request: SqlRequest = {
    kind: 'sql',
    port: feFieldsOf(frontend).queryPort,
    user: sqlUser,
    ...(sqlPasswordEnv === undefined ? {} : {passwordEnv: sqlPasswordEnv}),
    ...(first === undefined ? {} : {first}),
    query,
    timeoutMs: sqlTimeoutMs,
  };
  const reply = await ask(frontend.id, request);
  switch (reply.kind) {
    case 'sql':
      return given(reply.rows);
    case 'sql-error':
      return missing(
        `${frontend.id} answered ${reply.code}: ${reply.message.slice(0, 300)}`,
        DENIED.has(reply.code) ? 'there' : null,
        frontend.id,
      );
    default:
      return missing(
        `${frontend.id}: ${why(reply)}`,
        reply.trouble === 'no-credentials' ? 'here' : null,
        frontend.id,
      );
  }
};
