import {type Sh, sh} from '../lib/sh.ts';
import type {Lost, Refused, SqlReply, SqlRequest} from '../model/ask.ts';
import type {AskShell} from './http-on-host.ts';

/** Our own exit codes, above those of the client. */
const CODES = {noTool: 117, noPrintf: 120} as const;

/** A value of an option file, in double quotes. */
const option = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * A script that asks by the mysql client of the host. User and password reach it as an option file on a pipe, the query
 * on stdin: neither stands in a list of processes or in a file. That needs a shell whose printf is its own.
 */
export const sqlScript = (
  address: string,
  {port, user, first, query, timeoutMs}: SqlRequest,
  password: string,
): Sh => {
  const options = `[client]\nuser=${option(user)}\npassword=${option(password)}\n`;
  const statements = [...(first === undefined ? [] : [first]), query].map(each => `${each};\n`).join('');
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  return sh`command -v mysql >/dev/null 2>&1 || exit ${CODES.noTool}
case $(command -v printf) in /*) exit ${CODES.noPrintf} ;; esac
printf %s ${options} | {
  exec 3<&0
  printf %s ${statements} | mysql --defaults-file=/dev/fd/3 --protocol=TCP --host=${address} --port=${port} --connect-timeout=${seconds} --default-character-set=utf8mb4 --batch --xml
}`;
};

const ENTITIES: Readonly<Record<string, string>> = {lt: '<', gt: '>', quot: '"', apos: "'", amp: '&'};
const unescaped = (text: string): string =>
  text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** Reads what `mysql --xml` prints: the one form of its output that tells NULL from the word "NULL". */
export const parseSqlXml = (xml: string): Readonly<Record<string, string | null>>[] =>
  [...xml.matchAll(/<row>([\s\S]*?)<\/row>/g)].map(([, row = '']) =>
    Object.fromEntries(
      [...row.matchAll(/<field name="([^"]*)"(?:( xsi:nil="true") ?\/>|>([\s\S]*?)<\/field>)/g)].map(
        ([, name = '', nil, value = '']) => [unescaped(name), nil === undefined ? unescaped(value) : null],
      ),
    ),
  );

/** Reads the client's "ERROR 1045 (28000) at line 1: …"; codes from 2000 to 2999 are the client's own. */
export const parseSqlError = (text: string): {readonly code: number; readonly message: string} | null => {
  const match = /^ERROR (\d+) \(\w+\)(?: at line \d+)?: ([\s\S]*)$/m.exec(text);
  return match === null ? null : {code: Number(match[1]), message: (match[2] ?? '').trim()};
};

const CLIENT_LOST: ReadonlySet<number> = new Set([2006, 2013]);

/** A query by the mysql client on the host, for hosts that forbid forwarding. */
export const sqlOnHost = async (
  request: SqlRequest,
  addresses: readonly string[],
  password: string,
  shell: AskShell,
): Promise<SqlReply | Refused | Lost> => {
  let answer: Refused = {kind: 'refused', trouble: 'port-refused', detail: 'no address to try'};
  for (const address of addresses) {
    const script = sqlScript(address, request, password);
    const {timeoutMs} = request;
    const reply = await shell({
      kind: 'shell',
      lane: 'look',
      name: 'sql',
      script,
      timeoutMs,
      maxBytes: 8 * 1024 * 1024,
    });
    if (reply.kind !== 'shell') return reply;
    if (reply.code === 0)
      return reply.cut
        ? {kind: 'lost', trouble: 'protocol', detail: 'the answer is too long'}
        : {kind: 'sql', rows: parseSqlXml(reply.stdout)};
    if (reply.code === CODES.noTool)
      return {
        kind: 'refused',
        trouble: 'forward-denied',
        detail: 'forwarding is forbidden, and the mysql client is missing',
      };
    if (reply.code === CODES.noPrintf)
      return {
        kind: 'refused',
        trouble: 'forward-denied',
        detail: 'forwarding is forbidden, and sh has no printf of its own',
      };
    const error = parseSqlError(reply.stderr);
    if (error === null) return {kind: 'lost', trouble: 'protocol', detail: reply.stderr.slice(0, 300)};
    if (error.code < 2000 || error.code > 2999) return {kind: 'sql-error', ...error};
    if (CLIENT_LOST.has(error.code)) return {kind: 'lost', trouble: 'dropped', detail: error.message};
    answer = {kind: 'refused', trouble: 'port-refused', detail: error.message};
  }
  return answer;
};
