import type {Refused, ShellReply} from '../../../src/model/ask.ts';
import type {Script} from '../../../src/model/script.ts';
import {text} from '../../../src/model/text.ts';

/** What a script left behind when it ended. */
export type Told = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** It did its work, or found it done. */
export const did = (stdout: string): Told => ({code: 0, stdout: `${stdout}\n`, stderr: ''});

/** It did nothing: something is not as it has to be before it begins. */
export const refused = (stderr: string): Told => ({code: 97, stdout: '', stderr: `${stderr}\n`});

/** It did nothing: the node, asked right before, is not as its gates saw it any more. */
export const moved = (stderr: string): Told => ({code: 96, stdout: '', stderr: `${stderr}\n`});

/** It did nothing: another process runs than the one that was looked at right before. */
export const notAsSeen = ({vars}: Script, pid: number): Told | null =>
  vars.seen_pid === undefined || String(vars.seen_pid) === String(pid)
    ? null
    : moved(`process ${pid} is not the one that was looked at`);

/** It did nothing: an earlier one is still at work on the same home. */
export const busy = (stderr: string): Told => ({code: 98, stdout: '', stderr: `${stderr}\n`});

/** It ended with an exit code of its own. */
export const failed = (code: number, stdout: string, stderr = ''): Told => ({code, stdout, stderr});

/** The lines of a look. */
export const printed = (lines: readonly string[]): Told => ({
  code: 0,
  stdout: lines.map(line => `${line}\n`).join(''),
  stderr: '',
});

/** A script's end as the shell on the host tells it. */
export const shellReply = (told: Told, ms: number): ShellReply => ({kind: 'shell', ...told, cut: false, ms});

/** Nobody listens on that port. */
export const nobodyListens: Refused = {
  kind: 'refused',
  trouble: 'port-refused',
  detail: text('connection refused by the host', '主机拒绝了连接'),
};
