import {createHash} from 'node:crypto';
import net from 'node:net';
import mysql from 'mysql2';

/** What a query is answered with: rows by column, or an error. */
export type SqlAnswer =
  | {readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[]}
  | {readonly code: number; readonly message: string}
  | 'ok'
  | 'hang'
  | 'close';

export type SqlServer = {
  readonly port: number;
  readonly queries: string[];
  readonly logins: {count: number};
  stop(): Promise<void>;
};

const sha1 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha1').update(Buffer.concat(parts)).digest();
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));

/** What a client that knows the password answers to the server's salt (mysql_native_password). */
const token = (password: string, salt: Buffer): Buffer => {
  if (password === '') return Buffer.alloc(0);
  const once = sha1(Buffer.from(password));
  return xor(once, sha1(salt, sha1(once)));
};

/** What mysql2's own types leave out of a connection on the server's side. */
type ServerSide = mysql.Connection & {
  writeColumns(columns: readonly object[]): void;
  writeTextRow(row: readonly (string | null)[]): void;
};

const VARCHAR = 0xfd;
const UTF8 = 45;

/** A server of MySQL's protocol on loopback with one user and one password. */
export const startSqlServer = (
  password: string,
  /** `session`: the statements of the same connection before this one. */
  answer: (query: string, session: readonly string[]) => SqlAnswer,
): Promise<SqlServer> => {
  const queries: string[] = [];
  const logins = {count: 0};
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    const connection = mysql.createConnection({isServer: true, stream: socket}) as ServerSide;
    connection.on('error', () => {});
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '5.7.99',
      connectionId: 1,
      statusFlags: 2,
      characterSet: UTF8,
      // All but TLS and compression.
      capabilityFlags: 0xffffff ^ 0x0800 ^ 0x0020 ^ 0x01000000,
      authCallback: (
        login: {authPluginData1: Buffer; authPluginData2: Buffer; authToken: Buffer},
        done: (error: null, denied?: object) => void,
      ) => {
        logins.count++;
        const salt = Buffer.concat([login.authPluginData1, login.authPluginData2]).subarray(0, 20);
        if (token(password, salt).equals(login.authToken)) done(null);
        else done(null, {code: 1045, message: 'Access denied for user'});
        connection.sequenceId = 0;
      },
    });
    const session: string[] = [];
    const reply = (query: string) => {
      queries.push(query);
      // Each command counts its packets anew; the library leaves that to us.
      connection.sequenceId = 1;
      write(query);
      session.push(query.trim());
      connection.sequenceId = 0;
    };
    const write = (query: string) => {
      const found = answer(query, session);
      if (found === 'hang') return;
      if (found === 'close') socket.destroy();
      else if (found === 'ok') connection.writeOk();
      else if ('code' in found) connection.writeError(found);
      else {
        connection.writeColumns(
          found.columns.map(name => ({
            catalog: 'def',
            schema: '',
            table: '',
            orgTable: '',
            name,
            orgName: name,
            characterSet: UTF8,
            columnLength: 1024,
            columnType: VARCHAR,
            flags: 0,
            decimals: 0,
          })),
        );
        for (const row of found.rows) connection.writeTextRow([...row]);
        connection.writeEof();
      }
    };
    connection.on('query', reply);
    // The library takes SET for something of its own.
    connection.on('stmt_prepare', reply);
  });
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: address === null || typeof address === 'string' ? 0 : address.port,
        queries,
        logins,
        stop: () =>
          new Promise(done => {
            for (const socket of sockets) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
};
