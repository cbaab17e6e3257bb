import {formatCount} from '../../../lib/bytes.ts';
import {listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {numberOf, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Servers} from '../fields.ts';

/** How many of them are named. */
const SHOWN = 5;

/**
 * Jobs that are not over (P11): loads, moves, persists. No journal has them, for a job master writes none (its JobMaster is
 * NoopJournaled, 2.3.0 to 2.9.4): they end with the job masters, and nobody begins them again but what still has to be persisted.
 */
const openJobs = (survey: Survey<Servers>): readonly Problem[] => {
  const [leader] = surveyed(survey, 'job-master').filter(({facts}) => facts.master === 'leader');
  if (leader === undefined) return [];
  const {facts} = leader;
  const count = numberOf(facts, 'openJobs');
  if (count === 0) return [];
  if (count === null)
    return [
      warn(
        text(
          'the job service does not say which jobs run: its report failed, or took too long',
          '作业服务没有说明哪些作业在运行：报告失败或耗时过长',
        ),
        text(
          'See by `bin/alluxio job ls` that none does, and by `bin/alluxio job stat ID` of each where that prints numbers alone: whatever runs ends with the job masters. (2.0 does not know `fsadmin report jobservice`, which failed here.)',
          '请用 `bin/alluxio job ls` 确认没有作业在运行；若只列出编号，再对每个编号执行 `bin/alluxio job stat ID`：运行中的作业会随 job master 一起结束。（2.0 没有此处失败的 `fsadmin report jobservice`。）',
        ),
      ),
    ];
  const named = listOf(facts, 'openJobsSuchAs').slice(0, SHOWN).join(', ');
  const which = named === '' ? '' : `: ${named}${count > SHOWN ? ' …' : ''}`;
  return [
    warn(
      text(
        `${formatCount(count)} ${count === 1 ? 'job runs or waits' : 'jobs run or wait'}${which}`,
        `${formatCount(count)} 个作业正在运行或等待${which}`,
      ),
      text(
        'Wait for their end before you agree to the stop (`bin/alluxio fsadmin report jobservice`): they end with the job masters, half done, and no journal has them. Or submit them again after the upgrade; only what still has to be persisted is begun again by itself.',
        '请在同意停止之前等待其结束（`bin/alluxio fsadmin report jobservice`）：它们会随 job master 中途结束，且不在任何日志中。或在升级后重新提交；只有尚待持久化的文件会自动重新开始。',
      ),
    ),
  ];
};

/** What the job service is at when it is stopped. */
export const JOB_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>('open-jobs', text('No job runs', '没有正在运行的作业'), openJobs),
];
