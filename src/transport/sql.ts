import type {Duplex} from 'node:stream';
import mysql from 'mysql2';
import type {Lost, Refused, SqlReply, SqlRequest} from '../model/ask.ts';
import {text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {
  CALLED_OFF_SENT,
  CALLED_OFF_UNSENT,
  lost,
  noAnswerWithin,
  quoted,
  refused,
  tooLong,
} from './replies.ts';
import {type MayHavePassword, makeLogin} from './sql-login.ts';
import {within} from './within.ts';

type Options = {
  readonly clock: Clock;
  readonly password: string;
  /** Null: no server is given the password itself. */
  readonly mayHavePassword: MayHavePassword | null;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
};
type Row = Readonly<Record<string, string | null>>;

/** An error that the server itself sent, an access that it denied included; null for everything else. */
const serverError = (error: Error): SqlReply | null =>
  'sqlMessage' in error && 'errno' in error && typeof error.errno === 'number'
    ? {kind: 'sql-error', code: error.errno, message: String(error.sqlMessage)}
    : null;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every(cell => cell === null || typeof cell === 'string');

/** Statements without rows answer with a summary, which is no row. */
const rowsOf = (result: unknown): readonly Row[] =>
  Array.isArray(result) ? result.filter(isRow).map(row => ({...row})) : [];

const told = (error: Error, sent: boolean): SqlReply | Refused | Lost => {
  const known = serverError(error);
  if (known !== null) return known;
  const trouble = 'code' in error && error.code === 'PROTOCOL_CONNECTION_LOST' ? 'dropped' : 'protocol';
  const detail = quoted(error.message);
  return sent ? lost(trouble, detail) : refused(trouble, detail);
};

/** The channel was closed: under the query it was cut, before it nobody there speaks the protocol. */
const cut = (sent: boolean): Refused | Lost => {
  const detail = text('the connection was closed', '连接已关闭');
  return sent ? lost('dropped', detail) : refused('protocol', detail);
};

/**
 * mysql2 throws out of its listener where bytes are none that it knows, and that would end the program: whoever listens on a
 * frontend's port shall end no more than this connection.
 */
const catchThrown = (channel: Duplex, onThrown: (error: Error) => void): void => {
  const emit = channel.emit.bind(channel);
  Object.assign(channel, {
    emit: (event: string, ...values: unknown[]): boolean => {
      try {
        return emit(event, ...values);
      } catch (error) {
        onThrown(error instanceof Error ? error : new Error(String(error)));
        return true;
      }
    },
  });
};

/**
 * One query through a channel of the SSH connection, in a session of its own, so that no query sees what an earlier one
 * has set. Text protocol; every value is text or NULL, as the server sent it.
 */
export const sqlThrough = async (
  channel: Duplex,
  {user, first, query, timeoutMs}: SqlRequest,
  {clock, password, mayHavePassword, maxBytes, signal}: Options,
): Promise<SqlReply | Refused | Lost> => {
  let sent = false;
  const {promise, resolve} = Promise.withResolvers<SqlReply | Refused | Lost>();
  catchThrown(channel, error => resolve(told(error, sent)));
  const login = makeLogin(password, mayHavePassword);
  const connection = mysql.createConnection({
    stream: channel,
    user,
    password,
    authPlugins: login.authPlugins,
    // Not field.string(): mysql2 prints the server's own words where that one finds a column of JSON.
    typeCast: field => field.buffer()?.toString('utf8') ?? null,
    // A row is read without making a program of the names that the server gives its columns.
    disableEval: true,
    // Nothing of this machine is told or given: no program names, no local files.
    flags: ['-CONNECT_ATTRS', '-LOCAL_FILES'],
    // The clock's limit below counts instead.
    connectTimeout: 0,
    // None are made. Room for 16,000 is the default: half a megabyte of garbage with every query.
    maxPreparedStatements: 1,
  });
  connection.on('error', () => {});
  channel.once('close', () => resolve(cut(sent)));
  let bytes = 0;
  channel.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) resolve(tooLong(maxBytes));
  });
  connection.connect(error => {
    const unanswered = login.refused();
    if (unanswered !== null) return resolve(refused('password-asked', unanswered));
    if (error !== null) return resolve(told(error, false));
    sent = true;
    const send = (sql: string, then: (result: unknown) => void): void => {
      connection.query({sql}, (failed: Error | null, result: unknown) =>
        failed === null ? then(result) : resolve(told(failed, true)),
      );
    };
    const ask = (): void => send(query, result => resolve({kind: 'sql', rows: rowsOf(result)}));
    if (first === undefined) ask();
    else send(first, ask);
  });
  const result = await within(clock, timeoutMs, signal, promise);
  const isAnswered =
    result.kind === 'ok' && (result.value.kind === 'sql' || result.value.kind === 'sql-error');
  // Whoever was not understood is told no goodbye: that would wait for the end of what is never understood.
  if (isAnswered) connection.end(() => channel.destroy());
  else connection.destroy();
  channel.on('error', () => {});
  if (result.kind === 'ok') return result.value;
  if (!sent)
    return refused(result.kind, result.kind === 'timeout' ? noAnswerWithin(timeoutMs) : CALLED_OFF_UNSENT);
  return lost(result.kind, result.kind === 'timeout' ? noAnswerWithin(timeoutMs) : CALLED_OFF_SENT);
};
