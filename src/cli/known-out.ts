import {dateOf, timeOfDay} from '../lib/moment.ts';
import type {Finding} from '../model/finding.ts';
import type {NodeId, RunId} from '../model/ids.ts';
import type {Plan} from '../model/plan.ts';
import type {Survey} from '../model/survey.ts';
import {text} from '../model/text.ts';
import type {RunsOf} from './left-run.ts';

/** What a run of this machine knows of a node that does not serve: it had taken it out, or seen it go down by itself. */
export type KnownOut = {
  readonly run: RunId;
  readonly by: 'run' | 'itself';
  readonly since: number;
  readonly atLeast: boolean;
};

export type KnownOuts = ReadonlyMap<NodeId, KnownOut>;

/** Of two that know of it since the same moment the later has it from the earlier. */
const isBefore = (one: KnownOut, other: KnownOut): boolean =>
  one.since < other.since || (one.since === other.since && one.run < other.run);

/** Of each node the run that knows it the longest: nobody has seen it serve since. */
export const knownOut = ({left, over, inHand}: RunsOf): KnownOuts => {
  const known = new Map<NodeId, KnownOut>();
  for (const run of [...inHand, ...left, ...over]) {
    if (run.kind !== 'known' || run.leftOut === null) continue;
    const {out, down} = run.leftOut;
    for (const [by, away] of [
      ['run', out],
      ['itself', down],
    ] as const)
      for (const {node, since, atLeast = false} of away) {
        const own = {run: run.dir.id, by, since, atLeast};
        const before = known.get(node);
        if (before === undefined || isBefore(own, before)) known.set(node, own);
      }
  }
  return known;
};

/** The plan, with since when those are out that it finds so. */
export const withOutSince = (plan: Plan, known: KnownOuts): Plan => {
  const since = plan.out.flatMap(node => {
    const own = known.get(node);
    return own === undefined || own.atLeast ? [] : [[node, own.since] as const];
  });
  return since.length === 0 ? plan : {...plan, outSince: Object.fromEntries(since)};
};

/** Which run of this machine has left a node out that a survey finds down: a warning each, with its date, for it is kept. */
export const leftByRuns = ({facts}: Survey, known: KnownOuts): readonly Finding[] =>
  [...known].flatMap(([node, {run, by, since, atLeast}]): Finding[] => {
    if (by !== 'run' || facts.get(node)?.health !== 'down') return [];
    const at = `${dateOf(since)} ${timeOfDay(since)}`;
    return [
      {
        check: 'left-out',
        node,
        level: 'warn',
        title: text(
          'not so: No earlier run has left it out of service',
          '不成立：没有被此前的运行留在停服状态',
        ),
        seen: text(
          `run ${run} of this machine left it out of service, since ${atLeast ? 'before ' : ''}${at}; what that run did: lakeup runs ${run}`,
          `本机的运行 ${run} 使其停服，${atLeast ? `${at} 之前起` : `自 ${at} 起`}；该运行的经过：lakeup runs ${run}`,
        ),
        fix: null,
      },
    ];
  });
