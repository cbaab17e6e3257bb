import type {Ask, HttpReply, HttpRequest, Lost, Refused, ShellReply, ShellRequest} from '../model/ask.ts';
import type {Facts, Look} from '../model/facts.ts';
import type {Node} from '../model/inventory.ts';
import {type Reasons, reason} from '../model/reason.ts';
import {type Text, text} from '../model/text.ts';
import {describeTrouble} from '../model/trouble.ts';
import {parseLines, type Said} from './lines.ts';

/**
 * No answer, and why: in sentences; as one word, which can be asked for; and as what may stand as a fact in any language,
 * the word with what the other side said itself, where it said something.
 */
export type Missing = {
  readonly ok: false;
  readonly reasons: Reasons;
  readonly code: string;
  readonly told: string;
};

/** An answer, or the reasons why there is none. A reason is never a fact about the node. */
export type Answer<T, M extends Missing = Missing> = {readonly ok: true; readonly value: T} | M;

export const given = <T>(value: T): {readonly ok: true; readonly value: T} => ({ok: true, value});

const TOLD_CHARACTERS = 160;

/** `said`: the other side's own words; their last line counts most, so they are cut from the front. */
export const missing = (words: Text, code: string, node: Node | null = null, said = ''): Missing => ({
  ok: false,
  reasons: [reason(words, node?.id ?? null)],
  code,
  told: said === '' ? code : `${code}: ${said.replace(/\s+/g, ' ').slice(-TOLD_CHARACTERS)}`,
});

export const seen = (facts: Facts): Look => ({kind: 'seen', facts});
export const silent = ({reasons}: Pick<Missing, 'reasons'>): Look => ({kind: 'silent', reasons});
export const silentBecause = (words: Text, node: Node | null = null): Look => ({
  kind: 'silent',
  reasons: [reason(words, node?.id ?? null)],
});

/** What kept a request from being answered, in a sentence and what was seen. */
export const describeUnanswered = ({trouble, detail}: Refused | Lost): Text => {
  const {what} = describeTrouble(trouble);
  return text(`${what.en} (${detail.en})`, `${what.zh}（${detail.zh}）`);
};

/** Asks one of our own looks and reads its lines. A look that failed says nothing. */
export const askLines = async (
  ask: Ask,
  node: Node,
  request: ShellRequest,
): Promise<Answer<{readonly lines: Said; readonly stdout: string}>> => {
  const reply: ShellReply | Refused | Lost = await ask(node.host, request);
  if (reply.kind !== 'shell') return missing(describeUnanswered(reply), reply.trouble, node);
  if (reply.code !== 0) {
    const {name} = request.script.body;
    const said = reply.stderr.trim().slice(-300);
    return missing(
      text(`${name} ended with ${reply.code}: ${said}`, `${name} 以退出码 ${reply.code} 结束：“${said}”`),
      `exit-${reply.code}`,
      node,
      said,
    );
  }
  return given({lines: parseLines(reply.stdout), stdout: reply.stdout});
};

const HTTP_TIMEOUT_MS = 10_000;

/** What a page held. `location`: where it leads, when it is a redirect that says so. */
export type PageFound = {readonly status: number; readonly body: string; readonly location: string | null};

/** `closed`: nobody listens there, which is a fact. `none`: no answer, which is not. */
export type Page =
  | ({readonly kind: 'page'} & PageFound)
  | {readonly kind: 'closed'}
  | {readonly kind: 'none'; readonly code: string; readonly words: Text};

/** GET on one of the node's own ports. */
export const askPage = async (ask: Ask, node: Node, port: number, path: string): Promise<Page> => {
  const request: HttpRequest = {kind: 'http', port, path, timeoutMs: HTTP_TIMEOUT_MS};
  const reply: HttpReply | Refused | Lost = await ask(node.host, request);
  if (reply.kind === 'http') {
    const {status, body, location = null} = reply;
    return {kind: 'page', status, body, location};
  }
  if (reply.kind === 'refused' && reply.trouble === 'port-refused') return {kind: 'closed'};
  return {kind: 'none', code: reply.trouble, words: describeUnanswered(reply)};
};
