import {JournalProblem} from '../engine/parse-journal.ts';
import {lockHolder} from '../engine/run-lock.ts';
import {never} from '../lib/never.ts';
import {describeDownThen, describeLeftOut, describeNotServing} from '../model/describe-service.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../model/text.ts';
import {jsonLine, visible} from '../ui/control.ts';
import {describeAtWork} from './at-work.ts';
import {describeOwner} from './describe-owner.ts';
import {atWorkOf, describeOver, describeUnreadable, wayOn} from './describe-run.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {type KnownRun, knownRuns} from './known-run.ts';
import {type LeftOut, leftOutBy} from './left-out.ts';
import type {Context, Outside} from './outside.ts';
import {printReport, readReport} from './report.ts';
import type {Standing} from './standing.ts';
import {listRunDirs, type RunDir, runDirOf, runsDir, SEE_RUNS} from './state-dir.ts';
import {fileError, systemCode, UserError} from './user-error.ts';

/** How many nodes a line of the list names. */
const NAMED = 5;

type Known = Extract<KnownRun, {kind: 'known'}>;

const inHandWords = ({inHand}: KnownRun): readonly Text[] => {
  if (inHand === null) return [];
  const {en, zh} = describeOwner(inHand);
  return [text(`in hand: ${en}`, `执行中：${zh}`)];
};

const heldWords = (held: boolean, inHand: boolean): readonly Text[] => {
  if (inHand) return held ? [text('held', '已暂停')] : [];
  return [
    held
      ? text('held, can be resumed', '已暂停，可恢复')
      : text('not ended, can be resumed', '未结束，可恢复'),
  ];
};

const prunedWords = ({run, ended}: NonNullable<Standing['pruned']>): Text =>
  ended
    ? text(`pruned by run ${run}`, `保留内容已由运行 ${run} 清除`)
    : text(`run ${run} prunes it`, `运行 ${run} 清除其保留内容`);

/** How it ended, or that it can go on. */
const endWords = (run: Known): readonly Text[] => {
  const {verified, skipped = [], held, over, yieldedTo, pruned} = run.standing;
  if (verified !== null && skipped.length > 0) {
    const all = verified + skipped.length;
    const each = skipped.map(({node, because}) => `${node} (${because})`).join(', ');
    return [
      text(
        `ended: ${verified} of ${all} verified, ${skipped.length} skipped: ${each}`,
        `已结束：${verified}/${all} 已验证，跳过 ${skipped.length} 个：${each}`,
      ),
    ];
  }
  if (verified !== null) {
    const ended = text(
      `ended: ${verified} of ${verified} verified`,
      `已结束：${verified}/${verified} 已验证`,
    );
    return [ended, ...(pruned === undefined ? [] : [prunedWords(pruned)])];
  }
  if (over !== undefined) return [describeOver(over)];
  if (yieldedTo !== undefined)
    return [text(`being taken back by run ${yieldedTo}`, `正在由运行 ${yieldedTo} 撤销`)];
  return [...inHandWords(run), ...heldWords(held, run.inHand !== null)];
};

/** Who does not serve, because of it or by itself: of a run that nobody is at, as its journal knows it. */
const outWords = (run: Known, leftOut: LeftOut | undefined): readonly Text[] => {
  if (leftOut === undefined) return [];
  const describe = run.inHand === null ? describeLeftOut : describeNotServing;
  const {out, down, watchedAt, known} = leftOut;
  const words = describe(out, {most: NAMED, known});
  const downWords = describeDownThen(down, run.inHand === null ? watchedAt : null, {most: NAMED, known});
  return [words, downWords].filter(each => each !== null);
};

/** In a few words: whether it is in hand, how it ended or that it can go on, what may be at work still, and who does not serve because of it. */
const standingWords = (run: Known, leftOut: LeftOut | undefined): Text => {
  const atWork = describeAtWork(atWorkOf(run, leftOut ?? null), run.standing.over === undefined);
  return joinTexts(
    [...endWords(run), ...(atWork === null ? [] : [atWork]), ...outWords(run, leftOut)],
    SEMICOLON,
  );
};

const runWords = async (outside: Outside, run: KnownRun, leftOut: LeftOut | undefined): Promise<Text> => {
  switch (run.kind) {
    case 'known': {
      const {cluster, from, to} = run.standing;
      const words = standingWords(run, leftOut);
      const undo = run.standing.takesBack === undefined ? '' : `(undo ${run.standing.takesBack.run})  `;
      const prune = run.standing.prunes === undefined ? '' : `(prune ${run.standing.prunes.run})  `;
      const route = `${cluster}  ${from} → ${to}  ${undo}${prune}`;
      return text(route + words.en, route + words.zh);
    }
    case 'unreadable':
      return joinTexts(
        [
          ...inHandWords(run),
          describeUnreadable(run),
          ...(run.mayBeOpen && run.inHand === null ? [await wayOn(outside, run)] : []),
        ],
        SEMICOLON,
      );
    default:
      return never(run);
  }
};

const lastJson = ({cluster, from, to, outOfService}: Standing): unknown => ({
  cluster,
  from,
  to,
  outOfService,
});

const runJson = (run: KnownRun, leftOut: LeftOut | undefined): unknown => {
  const {dir, inHand} = run;
  const by = inHand === null ? null : {pid: inHand.pid, since: inHand.at};
  switch (run.kind) {
    case 'known': {
      const {cluster, from, to, verified, skipped = [], held} = run.standing;
      const outOfService = leftOut?.out ?? [];
      const down = {
        down: leftOut?.down ?? [],
        watchedAt: inHand === null ? (leftOut?.watchedAt ?? null) : null,
      };
      const {takesBack = null, yieldedTo = null, over = null, prunes = null, pruned = null} = run.standing;
      const ended = verified !== null;
      const back = {takesBack, yieldedTo, over, prunes, pruned};
      const atWork = atWorkOf(run, leftOut ?? null).map(({node, title, since}) => ({
        node,
        step: title.en,
        since,
      }));
      const counts = {ended, verified, skipped};
      return {
        run: dir.id,
        cluster,
        from,
        to,
        ...counts,
        held,
        outOfService,
        ...down,
        atWork,
        ...back,
        inHand: by,
      };
    }
    case 'unreadable':
      return {
        run: dir.id,
        unreadable: run.because.en,
        mayBeOpen: run.mayBeOpen,
        ...(run.last === null ? {} : {last: lastJson(run.last)}),
        inHand: by,
      };
    default:
      return never(run);
  }
};

/** Why there is no report of a run. */
const unreadable = (error: unknown, dir: RunDir): unknown => {
  if (error instanceof JournalProblem)
    return new UserError(
      text(`run ${dir.id}: ${error.words.en}`, `运行 ${dir.id}：${error.words.zh}`),
      error.instead,
    );
  return systemCode(error) === null ? error : fileError(error, dir.journal, SEE_RUNS);
};

/** `lakeup runs RUN`: what became of that one. */
const reportOfRun = async (context: Context, asked: string, allNodes: boolean): Promise<ExitCode> => {
  const dir = await runDirOf(context.outside.env, asked);
  const {report, system} = await readReport(context.outside, dir).catch(error => {
    throw unreadable(error, dir);
  });
  const inHand = await lockHolder(dir.lock).catch(() => null);
  printReport(context, report, system, {allNodes, inHand});
  return EXIT.verified;
};

/** `lakeup runs`: all of them, or what became of one. */
export const runs = async (context: Context, asked: string | null, allNodes: boolean): Promise<ExitCode> => {
  if (asked !== null) return reportOfRun(context, asked, allNodes);
  if (allNodes)
    throw new UserError(
      text(
        '--all is for the report on one run, and no run is named',
        '--all 用于某次运行的报告，但未指定运行',
      ),
      SEE_RUNS,
    );
  const {outside, common} = context;
  const known = await knownRuns(await listRunDirs(outside.env));
  const leftOut = await leftOutBy(outside, known);
  if (common.json) {
    context.print(jsonLine(known.map(run => runJson(run, leftOut.get(run.dir.id)))));
    return EXIT.verified;
  }
  if (known.length === 0) {
    const dir = runsDir(outside.env);
    context.tell(text(`No runs in ${dir}`, `${dir} 中没有运行记录`));
  }
  // A line each, whatever a journal's words are.
  for (const run of known) {
    const words = await runWords(outside, run, leftOut.get(run.dir.id));
    context.print(visible(`${run.dir.id}  ${words[common.lang]}`));
  }
  return EXIT.verified;
};
