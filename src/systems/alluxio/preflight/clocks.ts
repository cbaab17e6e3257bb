import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {furthestApart, inSeconds} from '../../../recipe/clocks.ts';
import {warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Servers} from '../fields.ts';

/** P19: seconds. Nothing that lakeup itself proves turns on them: it compares counts, never the times of two hosts. */
const CLOSE_MS = 5_000;

/** The masters' clocks, against each other: another one of them may lead after the upgrade. */
export const CLOCK_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>('clocks', text('The masters’ clocks agree', '各 master 的时钟一致'), survey => {
    const pair = furthestApart(surveyed(survey, 'master'));
    if (pair === null || pair.apart <= CLOSE_MS) return [];
    const {front, behind, apart, most} = pair;
    return [
      warn(
        text(
          `${front.id} is ${inSeconds(apart)} to ${inSeconds(most)} s ahead of ${behind.id}; files get their times, and go when their TTL is over, by the clock of the master that leads`,
          `${front.id} 的时钟比 ${behind.id} 快 ${inSeconds(apart)} 到 ${inSeconds(most)} 秒；文件的时间与 TTL 到期均以当前主 master 的时钟为准`,
        ),
        text(
          'Let the same time service set all of them (`chronyc tracking`, `timedatectl`) before another master leads.',
          '在其他 master 成为主之前，请让同一时间服务校准所有主机（`chronyc tracking`、`timedatectl`）。',
        ),
      ),
    ];
  }),
];
