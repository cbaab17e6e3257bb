import {sh} from '../lib/sh.ts';
import type {Lost, Refused, SqlReply, SqlRequest} from '../model/ask.ts';
import {body, type Script} from '../model/script.ts';
import {text} from '../model/text.ts';
import type {Limits} from './env.ts';
import type {AskShell} from './http-on-host.ts';
import {lost, noAddress, quoted, refused, tooLong} from './replies.ts';

/** Our own exit codes, above those of the client. */
const CODES = {noTool: 117, noPrintf: 120} as const;

/** A value of an option file, in double quotes. */
const option = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * Asks by the mysql client of the host. User and password reach it as an option file on a pipe, the query on stdin:
 * neither stands in a list of processes or in a file. That needs a shell whose printf is its own.
 */
const QUERY = body(
  'sql',
  sh`command -v mysql >/dev/null 2>&1 || exit ${CODES.noTool}
case $(command -v printf) in /*) exit ${CODES.noPrintf} ;; esac
printf %s "$options" | {
  exec 3<&0
  printf %s "$statements" | mysql --defaults-file=/dev/fd/3 --protocol=TCP --host="$address" --port="$port" --connect-timeout="$seconds" --default-character-set=utf8mb4 --batch --xml
}`,
);

/** The script of a query on an address of the host. */
export const sqlScript = (
  address: string,
  {port, user, first, query, timeoutMs}: SqlRequest,
  password: string,
): Script => ({
  body: QUERY,
  vars: {
    address,
    port,
    seconds: Math.max(1, Math.ceil(timeoutMs / 1000)),
    options: `[client]\nuser=${option(user)}\npassword=${option(password)}\n`,
    statements: [...(first === undefined ? [] : [first]), query].map(each => `${each};\n`).join(''),
  },
});

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

const noTool = refused(
  'forward-denied',
  text('forwarding is forbidden, and the mysql client is missing', '主机禁止端口转发，且没有 mysql 客户端'),
);

const noPrintf = refused(
  'forward-denied',
  text('forwarding is forbidden, and sh has no printf of its own', '主机禁止端口转发，且 sh 没有内置 printf'),
);

/** The client failed with words that are no error of SQL. */
const failed = (code: number, stderr: string): Lost => {
  const said = quoted(stderr);
  return lost(
    'protocol',
    text(
      `the mysql client ended with exit code ${code}: ${said.en}`,
      `mysql 客户端已结束，退出码 ${code}：${said.zh}`,
    ),
  );
};

/** A query by the mysql client on the host, for hosts that forbid forwarding. */
export const sqlOnHost = async (
  request: SqlRequest,
  addresses: readonly string[],
  password: string,
  {sqlBodyBytes}: Pick<Limits, 'sqlBodyBytes'>,
  shell: AskShell,
): Promise<SqlReply | Refused | Lost> => {
  let answer = noAddress;
  for (const address of addresses) {
    const reply = await shell({
      kind: 'shell',
      shell: 'look',
      script: sqlScript(address, request, password),
      timeoutMs: request.timeoutMs,
      maxBytes: sqlBodyBytes,
    });
    if (reply.kind !== 'shell') return reply;
    if (reply.code === 0)
      return reply.cut ? tooLong(sqlBodyBytes) : {kind: 'sql', rows: parseSqlXml(reply.stdout)};
    if (reply.code === CODES.noTool) return noTool;
    if (reply.code === CODES.noPrintf) return noPrintf;
    const error = parseSqlError(reply.stderr);
    if (error === null) return failed(reply.code, reply.stderr);
    if (error.code < 2000 || error.code > 2999) return {kind: 'sql-error', ...error};
    if (CLIENT_LOST.has(error.code)) return lost('dropped', quoted(error.message));
    answer = refused('port-refused', quoted(error.message));
  }
  return answer;
};
