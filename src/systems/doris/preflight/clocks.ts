import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {type Apart, furthestApart, inSeconds} from '../../../recipe/clocks.ts';
import {block, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Doris, DorisNode} from '../fields.ts';

/** Domain: a frontend whose clock is further off than this is not let into the group (BDBJE, max clock delta). */
const REFUSED_MS = 5_000;
const CLOSE_MS = 2_000;

const problemOf = ({front, behind, apart, most}: Apart<DorisNode>): Problem => {
  const seen = text(
    `${front.id} is ${inSeconds(apart)} to ${inSeconds(most)} s ahead of ${behind.id}; a frontend more than ${REFUSED_MS / 1_000} s off does not get back into the group`,
    `${front.id} 的时钟比 ${behind.id} 快 ${inSeconds(apart)} 到 ${inSeconds(most)} 秒；相差超过 ${REFUSED_MS / 1_000} 秒的 FE 无法重新加入集群`,
  );
  const fix = text(
    'Let the same time service set all of them (`chronyc tracking`, `timedatectl`) before any is restarted.',
    '在重启任何一个之前，请让同一时间服务校准所有主机（`chronyc tracking`、`timedatectl`）。',
  );
  return apart > REFUSED_MS ? block(seen, fix) : warn(seen, fix);
};

/** The clocks of the frontends, against each other. */
export const clocks: Preflight<Doris> = wholeCluster<Doris>(
  'clocks',
  text('The frontends’ clocks agree', '各 FE 的时钟一致'),
  survey => {
    const pair = furthestApart(surveyed(survey, 'fe'));
    return pair === null || pair.apart <= CLOSE_MS ? [] : [problemOf(pair)];
  },
);
