import {type Ahead, apartAtLeast} from '../../../host/clock.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, numberOf, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Doris, DorisNode} from '../fields.ts';

/** Domain: a frontend whose clock is further off than this is not let into the group (BDBJE, max clock delta). */
const REFUSED_MS = 5_000;
const CLOSE_MS = 2_000;

type Clock = {readonly node: DorisNode; readonly ahead: Ahead};
type Pair = {readonly a: Clock; readonly b: Clock; readonly apart: number};

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** The two that are furthest apart for certain. */
const furthest = (clocks: readonly Clock[]): Pair | null => {
  const pairs = clocks.flatMap((a, i) =>
    clocks.slice(i + 1).map(b => ({a, b, apart: apartAtLeast(a.ahead, b.ahead)})),
  );
  return pairs.toSorted((one, other) => other.apart - one.apart)[0] ?? null;
};

const problemOf = ({a, b, apart}: Pair): Problem => {
  const behind = a.ahead.least < b.ahead.least ? a : b;
  const front = behind === a ? b : a;
  const most = front.ahead.most - behind.ahead.least;
  const seen = text(
    `${front.node.id} is ${seconds(apart)} to ${seconds(most)} s ahead of ${behind.node.id}; a frontend more than ${REFUSED_MS / 1_000} s off does not get back into the group`,
    `${front.node.id} 的时钟比 ${behind.node.id} 快 ${seconds(apart)} 到 ${seconds(most)} 秒；相差超过 ${REFUSED_MS / 1_000} 秒的 FE 无法重新加入集群`,
  );
  const fix = text(
    'Let the same time service set all of them (`chronyc tracking`, `timedatectl`) before any is restarted.',
    '在重启任何一个之前，请让同一时间服务校准所有主机（`chronyc tracking`、`timedatectl`）。',
  );
  return apart > REFUSED_MS ? block(seen, fix) : warn(seen, fix);
};

/** The clocks of the frontends, against each other: only what is certain is told. */
export const clocks: Preflight<Doris> = wholeCluster<Doris>(
  'clocks',
  text('The frontends’ clocks agree', '各 FE 的时钟一致'),
  survey => {
    const known = surveyed(survey, 'fe').flatMap(({node, facts}): Clock[] => {
      const [least, most] = [numberOf(facts, 'clockLeast'), numberOf(facts, 'clockMost')];
      return least === null || most === null ? [] : [{node, ahead: {least, most}}];
    });
    const pair = furthest(known);
    return pair === null || pair.apart <= CLOSE_MS ? [] : [problemOf(pair)];
  },
);
