import type {HttpReply, Refused, SqlReply} from '../../../../src/model/ask.ts';
import {plain} from '../../../../src/model/text.ts';
import type {Row} from '../../../../src/systems/doris/parse/rows.ts';
import {type Recording, recordingsBelow} from '../recordings.ts';

export type {Recording} from '../recordings.ts';

export const {readText, readRecording, recordingsOf, recordings} = recordingsBelow('doris');

/** A statement that was sent to a frontend; `own` when it was told not to ask its master. */
export type Statement = {readonly host: string; readonly statement: string; readonly own: boolean};

export const statementOf = ({command}: Recording): Statement | null => {
  const [, host, sent] =
    /^mysql -h (\S+) -P \d+ .*?--(?:batch|vertical) -e (.*)$/.exec(command)?.map(String) ?? [];
  if (host === undefined || sent === undefined) return null;
  const statement = sent.replace(/^SET forward_to_master ?= ?false; /i, '');
  return {host, statement, own: statement !== sent};
};

/** A page that was fetched: whom from, and its path. */
export const pageOf = ({command}: Recording): {readonly host: string; readonly path: string} | null => {
  const [, host, path] = /^curl .*http:\/\/([\d.]+):\d+(\/\S*)$/.exec(command) ?? [];
  return host === undefined || path === undefined ? null : {host, path};
};

const cell = (value: string | undefined): string | null => (value === 'NULL' ? null : (value ?? ''));

const batchRows = (stdout: string): Row[] => {
  const [header = '', ...lines] = stdout.split('\n').filter(line => line !== '');
  const names = header.split('\t');
  return lines.map(line => {
    const values = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cell(values[i])]));
  });
};

const verticalRows = (stdout: string): Row[] =>
  stdout
    .split(/^\*+ \d+\. row \*+$/m)
    .slice(1)
    .map(block =>
      Object.fromEntries(
        [...block.matchAll(/^ *(\w+): (.*)$/gm)].map(([, name = '', value]) => [name, cell(value)]),
      ),
    );

/** What `mysql` printed, as rows by column name. */
export const rowsIn = ({command, stdout}: Recording): Row[] =>
  command.includes(' --vertical ') ? verticalRows(stdout) : batchRows(stdout);

export const rowsOf = (path: string): Row[] => rowsIn(readRecording(path));

const ERROR = /^ERROR (\d+) \(\w+\)(?: at line \d+)?: (.*)$/ms;

/** What a frontend that answers so would be seen to answer by a probe. */
export const sqlReplyOf = (recording: Recording): SqlReply | Refused => {
  if (recording.exit === 0) return {kind: 'sql', rows: rowsIn(recording)};
  const [, code, message = ''] = ERROR.exec(recording.stderr) ?? [];
  if (code === undefined) throw new Error(`${recording.path} failed and tells no error`);
  return code === '2002'
    ? {kind: 'refused', trouble: 'port-refused', detail: plain(message)}
    : {kind: 'sql-error', code: Number(code), message};
};

/** The page of a recorded `curl -i`. */
export const httpReplyOf = ({stdout}: Recording): HttpReply => {
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(stdout)?.[1]);
  return {kind: 'http', status, body: stdout.slice(stdout.search(/\r?\n\r?\n/)).trim()};
};

/** The body of a recorded `curl -i`. */
export const bodyOf = (path: string): {readonly status: number; readonly body: string} =>
  httpReplyOf(readRecording(path));

/** Lines as our own scripts print what a command said. */
export const saidBy = (path: string): (readonly [string, string])[] =>
  readRecording(path)
    .stdout.split('\n')
    .map(line => ['say', line] as const);
