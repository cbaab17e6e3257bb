import {readJournal} from '../engine/journal.ts';
import {lockRun} from '../engine/run-lock.ts';
import type {RunId} from '../model/ids.ts';
import type {Removed} from '../model/kept.ts';
import {planSteps} from '../model/plan.ts';
import {foldEvents} from '../model/reduce.ts';
import {type RunState, stepDone} from '../model/state.ts';
import {text} from '../model/text.ts';
import {type KnownRun, knownRun} from './known-run.ts';
import type {Outside} from './outside.ts';
import {realClock} from './real-clock.ts';
import type {Standing} from './standing.ts';
import {listRunDirs, type RunDir} from './state-dir.ts';
import {UserError} from './user-error.ts';
import {appendTo, runOf} from './yielded.ts';

/** What a run that prunes another one has removed. */
export const removedBy = (state: RunState): readonly Removed[] =>
  planSteps(state.plan).flatMap(step => {
    const path = step.action.kind === 'script' ? step.action.vars.path : undefined;
    return stepDone(state, step) && typeof path === 'string' ? [{node: step.node, path}] : [];
  });

const settle = async (dir: RunDir, by: RunDir): Promise<void> => {
  const lock = await lockRun(dir.lock, new Date(realClock.now()).toISOString());
  // Whoever holds it is at the end of that very run, and tells it.
  if (lock.kind !== 'locked') return;
  try {
    const state = foldEvents((await readJournal(by.journal)).events);
    if (state.plan.prunes?.run !== dir.id) return;
    await appendTo(dir, {type: 'run.pruned', by: by.id, removed: removedBy(state)});
  } finally {
    await lock.release();
  }
};

/**
 * Runs that are pruned by one that has ended since: each hears of it. lakeup may have died between the two journals, so whoever
 * asks where runs stand in order to change something does this first.
 */
export const settlePruned = async (outside: Outside): Promise<void> => {
  for (const dir of await listRunDirs(outside.env)) {
    const run = await knownRun(dir);
    const pruned = run.kind === 'known' ? run.standing.pruned : undefined;
    if (pruned === undefined || pruned.ended || run.inHand !== null) continue;
    const by = await runOf(outside, pruned.run);
    if (by?.kind === 'known' && by.standing.verified !== null) await settle(dir, by.dir);
  }
};

/** Throws where what a run has kept for a way back is removed, or may be in part. While another has only asked, it is all there. */
export const refusePruned = async (outside: Outside, id: RunId, {pruned}: Standing): Promise<void> => {
  if (pruned === undefined) return;
  const {run, ended} = pruned;
  const stays = text('leave the cluster as it is', '请保持集群现状');
  if (ended)
    throw new UserError(
      text(
        `run ${run} has removed from the hosts what run ${id} had kept, or a part of it: lakeup does not take it back any more. Nothing was changed.`,
        `运行 ${run} 已从主机上清除运行 ${id} 保留的全部或部分内容：lakeup 不再回退它。未做任何改动。`,
      ),
      stays,
    );
  const by = await runOf(outside, run);
  if (by?.kind === 'known' && by.standing.begun === false) {
    if (by.inHand === null) return;
    throw new UserError(
      text(
        `run ${run}, which is open just now, asks whether to remove what run ${id} has kept for a way back. All of it is still there. Nothing was changed.`,
        `正在打开的运行 ${run} 正询问是否清除运行 ${id} 为回退保留的内容。这些内容都还在。未做任何改动。`,
      ),
      text(`leave that one where it asks (q or n), then try again`, `请在其提问处离开（q 或 n），然后再试`),
    );
  }
  throw new UserError(
    text(
      `run ${run} has begun to remove from the hosts what run ${id} had kept for a way back: lakeup does not take it back any more. Nothing was changed.`,
      `运行 ${run} 已开始从主机上清除运行 ${id} 为回退保留的内容：lakeup 不再回退它。未做任何改动。`,
    ),
    by?.kind === 'known' && by.standing.over === undefined
      ? text(`go on with that one: lakeup resume ${run}`, `请继续那个运行：lakeup resume ${run}`)
      : stays,
  );
};

/** Whether a run prunes one that gave way to another since, or that is pruned by another: its plan has no say any more. */
export const isPruneOutdated = (id: RunId, {prunes}: Standing, known: readonly KnownRun[]): boolean => {
  const of = prunes === undefined ? undefined : known.find(({dir}) => dir.id === prunes.run);
  return of?.kind === 'known' && of.standing.pruned?.run !== id;
};

/** Throws for such a run. */
export const refusePruneOutdated = async (outside: Outside, id: RunId, standing: Standing): Promise<void> => {
  const prunes = standing.prunes?.run;
  const of = prunes === undefined ? null : await runOf(outside, prunes);
  if (standing.verified !== null || of === null || !isPruneOutdated(id, standing, [of])) return;
  throw new UserError(
    text(
      `run ${prunes} was taken back, or is pruned by another run, since run ${id} was made to prune it`,
      `运行 ${id} 是为清除运行 ${prunes} 保留的内容而生成的，但后者此后已被撤销，或由其他运行清除`,
    ),
    text(`make it anew: lakeup prune ${prunes}`, `请重新生成：lakeup prune ${prunes}`),
  );
};
