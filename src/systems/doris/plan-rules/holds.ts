import {findNode} from '../../../model/inventory.ts';
import {type Check, gateChecks, type Plan, type PlannedExpect, planSteps} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type DorisCluster, othersSteadyMs} from '../fields.ts';
import {asksForGroup, asksForStore} from './since.ts';
import {isStopAgain} from './steps.ts';

// Rules about what has to be seen to hold, and not only once.

/** The journal that has to go on, and the one that it is measured by. */
const SLOWEST = 'slowestJournal';
const MASTERS = 'masterJournal';

/**
 * Before a frontend is stopped the others stay as they are asked to be for a while, and whoever has read least of the master's
 * journal reads on (docs/decisions/what-has-to-hold.md): one good look is met with luck by one that comes and goes, and by one whose
 * journal stands still.
 */
const isHeld = ({follows, steadyMs = 0}: Check, {settings}: DorisCluster): boolean =>
  steadyMs >= othersSteadyMs(settings) && follows?.[SLOWEST] === MASTERS;

const isSafety = ({probe}: Check): boolean => probe === 'fe-safe-to-stop';

/**
 * What is asked of the others before any node is stopped: a backend that is alive at every second heartbeat is met by one look, too, and a
 * MetaService that somebody starts again as often as it ends.
 */
const OTHERS: readonly string[] = ['cluster', 'ms-safe-to-stop', 'be-safe-to-stop', 'store'];

/** What plans asked so before they asked for the store at all: their runs are gone on with, and taken back, as they were made. */
const OTHERS_BEFORE: readonly string[] = ['cluster', 'be-safe-to-stop'];

type Asked = {readonly who: Text; readonly checks: readonly Check[]};

const unheldFrontends = (asked: readonly Asked[], cluster: DorisCluster): readonly Text[] =>
  asked
    .filter(({checks}) => checks.some(check => isSafety(check) && !isHeld(check, cluster)))
    .map(({who}) =>
      text(
        `${who.en} may begin after one good look at the other frontends: they have to stay well, and the slowest journal has to move.`,
        `${who.zh}可能在只看到其他 FE 正常一次之后就开始：它们须持续正常，且最慢的日志须有进展。`,
      ),
    );

const unheldOthers = (
  asked: readonly Asked[],
  {settings}: DorisCluster,
  others: readonly string[],
): readonly Text[] =>
  asked.flatMap(({who, checks}) =>
    checks
      .filter(({probe, steadyMs = 0}) => others.includes(probe) && steadyMs < othersSteadyMs(settings))
      .map(({title}) =>
        text(
          `${who.en} may begin after one good look at whether ${title.en}: that has to hold for a while.`,
          `${who.zh}可能在只看到一次“${title.zh}”之后就开始：这须持续一段时间。`,
        ),
      ),
  );

/**
 * What the rows of a cluster say comes with its heartbeats: one that is alive at every second of them is met by any look, and by 5 s of
 * looks too.
 */
const unheldRows = (who: Text, checks: readonly Check[], {settings}: DorisCluster): readonly Text[] => {
  const rows = checks.filter(({probe}) => probe === 'be-row' || probe === 'fe-row');
  return rows.length === 0 || rows.some(({steadyMs = 0}) => steadyMs >= othersSteadyMs(settings))
    ? []
    : [
        text(
          `${who.en} counts as done after one good look at its row: that has to hold for a while.`,
          `${who.zh}在只看到一次正常的行之后就算完成：这须持续一段时间。`,
        ),
      ];
};

const isCloud = (role: string | undefined): boolean => role === 'ms' || role === 'recycler';

/**
 * A MetaService or Recycler that is stopped while its FoundationDB is away does not come back. Whoever does not look at the others
 * at all is told of by the rules about stops.
 */
const storeUnasked = (asked: readonly Asked[]): readonly Text[] =>
  asked
    .filter(({checks}) => checks.some(({probe}) => probe === 'cluster'))
    .filter(({checks}) => !checks.some(({probe, expect}) => probe === 'store' && expect.store !== undefined))
    .map(({who}) =>
      text(
        `${who.en} may begin without a look at whether FoundationDB can be reached from its host.`,
        `${who.zh}可能在没有查看能否从其主机连接到 FoundationDB 的情况下开始。`,
      ),
    );

const isNone = (expected: PlannedExpect[string] | undefined): boolean =>
  Array.isArray(expected) && expected.length === 0;

/** What preflight asks of the frontends is asked at the end once more: that they hold one group. */
const apartAtTheEnd = (plan: Plan, cluster: DorisCluster): readonly Text[] => {
  if (!asksForGroup(plan)) return [];
  const taken = new Set(plan.phases.flatMap(({lanes}) => lanes.map(({node}) => node)));
  return plan.verify
    .filter(({node}) => taken.has(node) && findNode(cluster, node)?.fields.role === 'fe')
    .filter(({checks}) => !checks.some(({probe, expect}) => probe === 'fe-row' && isNone(expect.otherGroup)))
    .map(({node}) =>
      text(
        `The last look at ${node} does not ask whether it holds the same group as the master.`,
        `对 ${node} 的最后检查没有确认它与主 FE 对成员的看法一致。`,
      ),
    );
};

/** Every look at the others of a node that is to be stopped, on the way there, back, and in the way back of the way there. */
export const holdRules = (plan: Plan, cluster: DorisCluster): readonly Text[] => {
  const [isNow, holdsRows] = [asksForStore(plan), asksForGroup(plan)];
  const ofSteps = planSteps(plan).flatMap(step => {
    const {id, node, gates, done, undo, service} = step;
    const back = undo.kind === 'action' ? (undo.safe ?? []) : [];
    const asked: readonly Asked[] = [
      {who: text(id, `${id} `), checks: gateChecks(gates)},
      {who: text(`The way back of ${id}`, `${id} 的回退`), checks: back},
    ];
    const stops = asked.filter((_, way) =>
      way === 0 ? service === 'leaves' || isStopAgain(plan, step) : service === 'returns',
    );
    const role = findNode(cluster, node)?.fields.role;
    return [
      ...(role === 'fe' ? unheldFrontends(asked, cluster) : []),
      ...(isNow && isCloud(role) ? storeUnasked(stops) : []),
      ...(holdsRows && service === 'returns' ? unheldRows(text(id, `${id} `), done, cluster) : []),
      ...unheldOthers(stops, cluster, isNow ? OTHERS : OTHERS_BEFORE),
    ];
  });
  return [...ofSteps, ...apartAtTheEnd(plan, cluster)];
};
