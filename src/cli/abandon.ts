import {freeLeft} from '../engine/free-left.ts';
import {momentOf} from '../lib/moment.ts';
import {nameNodes} from '../model/describe-service.ts';
import {describeCounts} from '../model/describe-skip.ts';
import type {NodeId} from '../model/ids.ts';
import {leasePlaces} from '../model/lease.ts';
import type {Step} from '../model/plan.ts';
import {foldEvents} from '../model/reduce.ts';
import {type OutOfService, outOfService, type RunState, stepState, touchedSince} from '../model/state.ts';
import {stepsOfNodes} from '../model/steps-of-nodes.ts';
import {both, type Text, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {asKin} from './kin.ts';
import {loadCluster} from './load-cluster.ts';
import type {Context} from './outside.ts';
import {realClock} from './real-clock.ts';
import {askedRun, lockOf, reopen} from './resume.ts';
import {settleRuns} from './settle.ts';
import {type RunDir, readRunInventory} from './state-dir.ts';
import {systemWords, UserError} from './user-error.ts';
import {withTransport} from './with-transport.ts';
import {appendTo, refuseOver} from './yielded.ts';

/** How far a node came, by the steps that are done and those of which that is not known. */
type Account = {readonly done: readonly Step[]; readonly open: readonly Step[]; readonly all: number};

const accountOf = (state: RunState, steps: readonly Step[]): Account => {
  const seen = steps.map(step => ({step, is: stepState(state, step.id)}));
  return {
    done: seen.filter(({is}) => is.status === 'done').map(({step}) => step),
    open: seen.filter(({is}) => is.status !== 'done' && touchedSince(is) !== null).map(({step}) => step),
    all: steps.length,
  };
};

const titles = (steps: readonly Step[]): Text =>
  both((pick, lang) => steps.map(({title}) => pick(title)).join(lang === 'en' ? ', ' : '、'));

/** That a node was left out of service, and since when: nobody looks at it now. */
const describeOut = ({since, atLeast, certain}: OutOfService): Text => {
  const clock = momentOf(since, realClock.now());
  const [perhaps, may] = certain ? ['', ''] : ['perhaps ', '可能'];
  return text(
    `${perhaps}left out of service since ${atLeast === true ? 'before ' : ''}${clock}`,
    `${may}自 ${clock} ${atLeast === true ? '之前' : ''}起停服，未恢复`,
  );
};

const describeAccount = (node: NodeId, {done, open, all}: Account, out: OutOfService | undefined): Text => {
  const did = titles(done);
  const torn = titles(open);
  const parts: readonly Text[] = [
    ...(out === undefined ? [] : [describeOut(out)]),
    done.length === all
      ? text('all steps are done', '所有步骤已完成')
      : text(`done: ${did.en || 'nothing'}`, `已完成：${did.zh || '无'}`),
    ...(open.length === 0
      ? []
      : [text(`begun, and how far is not known: ${torn.en}`, `已开始但进度未知：${torn.zh}`)]),
  ];
  return both(
    (pick, lang) =>
      `  ${node}${lang === 'en' ? ': ' : '：'}${parts.map(pick).join(lang === 'en' ? '; ' : '；')}`,
  );
};

/** A line for each node that the run has begun with, and one for all that it has not. */
const describeNodes = (state: RunState): readonly Text[] => {
  const out = new Map(outOfService(state).map(each => [each.node, each] as const));
  const all = [...stepsOfNodes(state.plan)].map(([node, steps]) => ({
    node,
    account: accountOf(state, steps),
  }));
  const begun = all.filter(({node, account: {done, open}}) => done.length + open.length > 0 || out.has(node));
  const untouched = all.filter(each => !begun.includes(each)).map(({node}) => node);
  const names = nameNodes(untouched);
  return [
    ...begun.map(({node, account}) => describeAccount(node, account, out.get(node))),
    ...(untouched.length === 0 ? [] : [text(`  not begun: ${names.en}`, `  尚未开始：${names.zh}`)]),
  ];
};

/** Gives back the lease of a run that was given up, where its hosts can be reached; else says how it goes. */
const giveLeaseBack = async (context: Context, dir: RunDir, state: RunState): Promise<void> => {
  const kin = asKin(state);
  if (kin.hands.length === 0) return;
  const kept: Text[] = [];
  try {
    const inventory = await readRunInventory(dir);
    const loaded = await loadCluster(context.outside, state.plan.cluster, dir.inventory, inventory);
    const {system, cluster} = loaded;
    const places = leasePlaces(system, cluster.nodes);
    const told = await withTransport(context, cluster, ({ask}) =>
      freeLeft({ask, clock: realClock, tries: 1}, places, kin),
    );
    kept.push(...told.kept);
    if (told.freed > 0)
      context.print(
        text(`Its lease was given back: places ${told.freed}.`, `已交还其租约：${told.freed} 处。`)[
          context.common.lang
        ],
      );
  } catch (error) {
    // It is given up all the same: what is known of its nodes does not depend on their hosts.
    const why = error instanceof UserError ? error.what : systemWords(error);
    kept.push(text(`its lease was not given back: ${why.en}`, `其租约未交还：${why.zh}`));
  }
  for (const words of kept) context.tell(words);
  if (kept.length === 0) return;
  context.tell(
    text(
      `Whoever begins anew takes it over, and waits for what is at work: lakeup upgrade ${state.plan.cluster} -i FILE --take-over ${state.run}`,
      `重新开始的一方可接管它，并等待仍在运行的操作：lakeup upgrade ${state.plan.cluster} -i 文件 --take-over ${state.run}`,
    ),
  );
};

/**
 * `lakeup abandon RUN --because WORDS`: nothing more is done in that run, and its nodes stay as they are; how each stands by
 * its journal is told. Its lease is given back. Nobody is asked: what is given up and why was written down.
 */
export const abandon = async (context: Context, asked: string, because: string): Promise<ExitCode> => {
  await settleRuns(context.outside);
  const found = await askedRun(context, asked);
  const {dir, standing} = found;
  refuseOver(dir.id, standing);
  const counts = describeCounts(standing.verified ?? 0, standing.skipped?.length ?? 0);
  if (standing.verified !== null)
    throw new UserError(
      both(pick => pick(text(`run ${dir.id} has ended: `, `运行 ${dir.id} 已结束：`)) + pick(counts)),
      text('there is nothing to give up', '无需放弃'),
    );
  if (because.trim() === '')
    throw new UserError(
      text('--because says nothing', '--because 没有内容'),
      text('say why, for whoever looks at the runs later', '请写明原因，供以后查看'),
    );
  const release = await lockOf(dir);
  try {
    const {events, journal} = await reopen(context, found);
    await journal.close();
    const state = foldEvents(events);
    await appendTo(dir, {type: 'run.abandoned', because: because.trim()});
    const {lang} = context.common;
    for (const line of describeNodes(state)) context.print(line[lang]);
    await giveLeaseBack(context, dir, state);
    const words = text(
      `Run ${dir.id} is given up. Its nodes stay like this: see \`lakeup status\`; \`lakeup upgrade\` begins anew.`,
      `运行 ${dir.id} 已放弃。各节点保持上述状态：请用 \`lakeup status\` 查看；\`lakeup upgrade\` 可重新开始。`,
    );
    context.print(words[lang]);
    return EXIT.verified;
  } finally {
    await release();
  }
};
