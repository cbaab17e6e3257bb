import {JournalProblem, readJournal} from '../engine/journal.ts';
import type {Event} from '../model/event.ts';
import {foldEvents} from '../model/reduce.ts';
import type {RunState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import type {Context} from './outside.ts';
import {listRunDirs, type RunDir, runsDir} from './state-dir.ts';
import {systemCode} from './user-error.ts';

/** A run as its folder tells it. */
export type KnownRun =
  | {readonly kind: 'read'; readonly dir: RunDir; readonly state: RunState}
  | {readonly kind: 'unreadable'; readonly dir: RunDir; readonly reason: string};

/** A journal whose events contradict each other is of no use, but it must not hide the other runs. */
const fold = (dir: RunDir, events: readonly Event[]): KnownRun => {
  try {
    return {kind: 'read', dir, state: foldEvents(events)};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {kind: 'unreadable', dir, reason: `the journal contradicts itself: ${reason}`};
  }
};

/** Reads where one run stands, from what was fsynced. */
export const readRun = async (dir: RunDir): Promise<KnownRun> => {
  try {
    const {events} = await readJournal(dir.journal);
    if (events.length === 0)
      return {kind: 'unreadable', dir, reason: 'the journal is empty: nothing was begun'};
    return fold(dir, events);
  } catch (error) {
    if (error instanceof JournalProblem || systemCode(error) !== null)
      return {kind: 'unreadable', dir, reason: error instanceof Error ? error.message : String(error)};
    throw error;
  }
};

/** In a few words: how a run ended, or that it can go on. */
export const standing = ({verdict, holds}: RunState): Text => {
  if (verdict !== null) {
    const count = verdict.verified.length;
    return text(`ended: ${count} of ${count} verified`, `已结束：${count}/${count} 已验证`);
  }
  return holds.length > 0
    ? text('held, can be resumed', '已暂停，可恢复')
    : text('not ended, can be resumed', '未结束，可恢复');
};

/** `lakeup runs`. */
export const runs = async (context: Context): Promise<ExitCode> => {
  const {outside, common} = context;
  const known = await Promise.all((await listRunDirs(outside.env)).map(readRun));
  if (common.json) {
    const rows = known.map(run =>
      run.kind === 'unreadable'
        ? {run: run.dir.id, unreadable: run.reason}
        : {
            run: run.dir.id,
            cluster: run.state.plan.cluster,
            from: run.state.plan.from,
            to: run.state.plan.to,
            ended: run.state.verdict !== null,
            held: run.state.holds.length > 0,
            verdict: run.state.verdict,
          },
    );
    context.print(JSON.stringify(rows));
    return EXIT.verified;
  }
  if (known.length === 0) {
    const dir = runsDir(outside.env);
    context.tell(text(`No runs in ${dir}`, `${dir} 中没有运行记录`));
  }
  for (const run of known) {
    const words =
      run.kind === 'unreadable'
        ? run.reason
        : `${run.state.plan.cluster}  ${run.state.plan.from} → ${run.state.plan.to}  ${standing(run.state)[common.lang]}`;
    context.print(`${run.dir.id}  ${words}`);
  }
  return EXIT.verified;
};
