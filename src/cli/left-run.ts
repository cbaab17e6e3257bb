import {readJournal} from '../engine/journal.ts';
import {describeDownThen, describeLeftOut, nameNodes} from '../model/describe-service.ts';
import type {NodeId, RunId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {both, joinTexts, plain, type Text, text} from '../model/text.ts';
import {wayBackOfRun} from '../model/way-back.ts';
import {type AtWork, describeAtWork} from './at-work.ts';
import {atWorkOf, describeOver, describeUnreadable} from './describe-run.ts';
import {isAbout} from './is-about.ts';
import {type KnownRun, knownRuns, type UnreadableRun} from './known-run.ts';
import {type LeftOut, leftOutBy} from './left-out.ts';
import {type Outside, programOf} from './outside.ts';
import {settleRuns} from './settle.ts';
import {isOver, type Standing} from './standing.ts';
import {listRunDirs, type RunDir} from './state-dir.ts';
import {UserError} from './user-error.ts';

/** A run that has begun to change a cluster, and has not ended; or that may have, and nobody can read it. */
export type LeftRun =
  | {
      readonly kind: 'known';
      readonly dir: RunDir;
      readonly standing: Standing;
      /** What may be at work on its hosts still. */
      readonly atWork: readonly AtWork[];
      /** Whom it left out of service; null where that is nobody. */
      readonly leftOut: LeftOut | null;
    }
  | UnreadableRun;

type Known = Extract<KnownRun, {kind: 'known'}>;

/** What a run is to whoever looks at its cluster: it was left, it has somebody out of service though it is in hand or over, or nothing. */
type Kind = 'left' | 'in hand' | 'over' | null;

const kindOf = (run: KnownRun, leftOut: ReadonlyMap<string, LeftOut>): Kind => {
  if (run.inHand !== null) return leftOut.has(run.dir.id) ? 'in hand' : null;
  if (run.kind === 'unreadable') return run.mayBeOpen ? 'left' : null;
  if (isOver(run.standing)) return leftOut.has(run.dir.id) ? 'over' : null;
  return run.standing.begun === false ? null : 'left';
};

/** Runs of this machine that a cluster still has to do with, the newest first. */
export type RunsOf = {
  /** Those that were left in the middle of it. */
  readonly left: readonly LeftRun[];
  /** Those that nobody can go on with, and that left nodes out of service. */
  readonly over: readonly Extract<LeftRun, {kind: 'known'}>[];
  /** Those that somebody is at, and that have nodes out of service: who is at it is told of by the cluster's lock. */
  readonly inHand: readonly Extract<LeftRun, {kind: 'known'}>[];
};

export const runsOf = async (outside: Outside, cluster: Cluster): Promise<RunsOf> => {
  const known = await knownRuns(await listRunDirs(outside.env));
  const leftOut = await leftOutBy(outside, known);
  const left: LeftRun[] = [];
  const over: Extract<LeftRun, {kind: 'known'}>[] = [];
  const inHand: Extract<LeftRun, {kind: 'known'}>[] = [];
  const withOut = (run: Known): Extract<LeftRun, {kind: 'known'}> => ({
    ...run,
    atWork: atWorkOf(run, leftOut.get(run.dir.id) ?? null),
    leftOut: leftOut.get(run.dir.id) ?? null,
  });
  for (const run of known) {
    const kind = kindOf(run, leftOut);
    if (kind === null) continue;
    const standing = run.kind === 'known' ? run.standing : run.last;
    if (!(await isAbout(outside, run.dir, standing, cluster))) continue;
    if (kind === 'left') left.push(run.kind === 'known' ? withOut(run) : run);
    else if (run.kind === 'known') (kind === 'over' ? over : inHand).push(withOut(run));
  }
  return {left, over, inHand};
};

/** "; begun, and its end not seen: …; 2 nodes were left out of service: …", who was down by itself, or nothing. */
const leftWords = ({standing, atWork, leftOut}: Extract<LeftRun, {kind: 'known'}>): Text => {
  const words = [
    describeAtWork(atWork, standing.over === undefined),
    ...(leftOut === null
      ? []
      : [describeLeftOut(leftOut.out, leftOut), describeDownThen(leftOut.down, leftOut.watchedAt, leftOut)]),
  ];
  return joinTexts(
    words.flatMap(each => (each === null ? [] : [text(`; ${each.en}`, `；${each.zh}`)])),
    plain(''),
  );
};

/** "run R (3.0.6 → 3.1.2) has begun to change this cluster and has not ended; 2 nodes were left out of service: …". */
export const describeLeftRun = (run: LeftRun): Text => {
  const {id} = run.dir;
  if (run.kind === 'unreadable') {
    const why = describeUnreadable(run);
    return text(
      `run ${id} may have changed this cluster, and cannot be read: ${why.en}`,
      `运行 ${id} 可能改动过此集群，但无法读取：${why.zh}`,
    );
  }
  const {from, to} = run.standing;
  const out = leftWords(run);
  return text(
    `run ${id} (${from} → ${to}) has begun to change this cluster and has not ended${out.en}`,
    `运行 ${id}（${from} → ${to}）已开始改动此集群，尚未结束${out.zh}`,
  );
};

/** "run R (3.0.6 → 3.1.2) was given up: no time; 1 node was left out of service: …". */
export const describeOverRun = (run: Extract<LeftRun, {kind: 'known'}>): Text => {
  const {dir, standing} = run;
  const {from, to, over} = standing;
  const how = over === undefined ? text('has ended', '已结束') : describeOver(over);
  const out = leftWords(run);
  const was = over === undefined ? '' : 'was ';
  return text(
    `run ${dir.id} (${from} → ${to}) ${was}${how.en}${out.en}`,
    `运行 ${dir.id}（${from} → ${to}）${how.zh}${out.zh}`,
  );
};

/** That nodes serve which a run left out of service: that is what its journal says, and this is seen. */
export const describeServing = (run: RunId, nodes: readonly NodeId[]): Text => {
  const names = nameNodes(nodes);
  const [are, them] = nodes.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return text(
    `${names.en} ${are} seen to serve now: that run ${run} left ${them} out of service is what was known of ${them} then.`,
    `现在看到 ${names.zh} 在提供服务：运行 ${run} 使其停服只是当时所知的情况。`,
  );
};

/** The same of nodes on which an action may be at work still: what is seen now says nothing of the next moment. */
export const describeServingYet = (run: RunId, nodes: readonly NodeId[]): Text => {
  const names = nameNodes(nodes);
  const [are, them] = nodes.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return text(
    `${names.en} ${are} seen to serve now, and what run ${run} has begun on ${them} may be at work still and take ${them} out of service: its end was not seen.`,
    `现在看到 ${names.zh} 在提供服务，但运行 ${run} 在其上开始的操作可能仍在执行并使其停服：未看到它结束。`,
  );
};

/**
 * Throws where a run was left: a new one would meet what that has made of the nodes, and everything that it said of them would
 * be wrong advice: to start what waits for its journal, to move away what the home points to. Gives back all others: those that were
 * left cannot be read.
 */
export const refuseLeftRun = async (outside: Outside, cluster: Cluster): Promise<RunsOf> => {
  await settleRuns(outside);
  const runs = await runsOf(outside, cluster);
  const known = runs.left.find(({kind}) => kind === 'known');
  if (known?.kind !== 'known') return runs;
  const {id} = known.dir;
  const program = programOf(outside);
  const goOn = text(`go on with it: ${program} resume ${id}`, `请继续它：${program} resume ${id}`);
  const {events} = await readJournal(known.dir.journal);
  const back =
    wayBackOfRun(foldEvents(events)).kind === 'open'
      ? text(`; or take it back: ${program} undo ${id}`, `；或撤销它：${program} undo ${id}`)
      : plain('');
  const giveUp = text(
    `; or give it up, with the nodes as they are: ${program} abandon ${id} --because "…"`,
    `；或放弃它，节点保持现状：${program} abandon ${id} --because "…"`,
  );
  throw new UserError(
    describeLeftRun(known),
    both(pick => pick(goOn) + pick(back) + pick(giveUp)),
  );
};
