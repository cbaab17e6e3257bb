import type {HttpReply, Lost, Refused} from '../../../../src/model/ask.ts';
import {plain} from '../../../../src/model/text.ts';
import {type Recording, recordingsBelow} from '../recordings.ts';

export type {Recording} from '../recordings.ts';
export const {readRecording, recordings} = recordingsBelow('alluxio');

/** Recordings of one command, with their names in front: as a table of a test. */
export const tableOf = (command: RegExp): [string, Recording][] =>
  recordings
    .filter(recording => command.test(recording.command))
    .map(recording => [recording.path, recording]);

/** What a probe would be answered where curl saw this: a page, a port that refuses, or a connection closed without a word. */
export const httpReplyOf = ({path, command, stdout, stderr}: Recording): HttpReply | Refused | Lost => {
  if (/\(7\) Failed to connect/.test(stderr))
    return {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};
  if (/\((52|56)\)/.test(stderr)) return {kind: 'lost', trouble: 'dropped', detail: plain('reset')};
  if (/\(1\)/.test(stderr)) return {kind: 'lost', trouble: 'protocol', detail: plain('no HTTP')};
  if (!/ -i /.test(command)) return {kind: 'http', status: 200, body: stdout.trim()};
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(stdout)?.[1]);
  if (!Number.isFinite(status)) throw new Error(`${path} holds no answer`);
  return {kind: 'http', status, body: stdout.slice(stdout.search(/\r?\n\r?\n/)).trim()};
};

/** The page of a recording that was cut off in a long part, `configuration`: with `more` in the place of what was lost. */
export const wholePage = (path: string, more: Readonly<Record<string, unknown>>): HttpReply => {
  const reply = httpReplyOf(readRecording(path));
  if (reply.kind !== 'http') throw new Error(`${path} is no page`);
  const kept = reply.body.replace(/,"configuration":.*$/s, '}');
  return {...reply, body: JSON.stringify({...(JSON.parse(kept) as object), ...more})};
};

/** What a page of metrics says of a leader that has restored a backup: that one was recorded in part. */
export const metricsPage = (more: Readonly<Record<string, number>> = {}): HttpReply => {
  const reply = httpReplyOf(readRecording('2.9.4/rest-leader_metrics_json_.txt'));
  if (reply.kind !== 'http') throw new Error('no page');
  const page = JSON.parse(reply.body) as {gauges: Record<string, {value: unknown}>};
  const gauges = {
    ...page.gauges,
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, {value}])),
  };
  return {...reply, body: JSON.stringify({...page, gauges})};
};

/** The lines of what was printed, as it was meant: progress goes over itself with carriage returns. */
export const linesOf = (printed: string): string[] =>
  printed
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '');
