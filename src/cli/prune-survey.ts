import {describeFacts} from '../model/describe-facts.ts';
import type {Facts, Sighting} from '../model/facts.ts';
import type {Finding} from '../model/finding.ts';
import {fillCheck} from '../model/given.ts';
import type {NodeId} from '../model/ids.ts';
import type {Node} from '../model/inventory.ts';
import type {KeptKind} from '../model/kept.ts';
import type {Check} from '../model/plan.ts';
import {describeReasons} from '../model/reason.ts';
import {type Text, text} from '../model/text.ts';
import {
  type Ended,
  givenOf,
  judgePlace,
  type KeptPlace,
  keptPlaces,
  type SeenPlace,
  withoutShared,
} from '../plan/kept-places.ts';
import {asLeft, type PruneSurvey} from '../plan/prune.ts';
import {type Looker, lookOnce} from '../probe/look.ts';
import {poll} from '../probe/poll.ts';
import {lookElsewhere} from './prune-elsewhere.ts';
import {eachOf, LOOK_WITHIN_MS} from './prune-looks.ts';

const blocked = (node: NodeId, title: Text, seen: Text, fix: Text): Finding => ({
  check: 'prune',
  node,
  level: 'block',
  title,
  seen,
  fix,
});

const NOT_WELL = text(
  'put that right first: as long as the cluster is not as the run has left it, what was kept may be needed',
  '请先解决：只要集群不是运行结束时的样子，保留的内容就可能还用得上',
);
const LOOK_AT_IT = text(
  'look at it on the host; nothing is removed as long as that is so',
  '请在主机上查看；在此之前不会清除任何内容',
);

type Met = {readonly finding: Finding | null; readonly facts: Facts};

/** Looks until it holds, or its patience ends. */
const meet = async (looker: Looker, planned: Check): Promise<Met> => {
  const check = fillCheck(planned, () => undefined);
  const polled = await poll(looker, check, {
    signal: new AbortController().signal,
    onSighting: () => undefined,
  });
  if (polled.kind === 'met') return {finding: null, facts: polled.facts};
  const [seen, silent] = polled.kind === 'unmet' ? [polled.seen, polled.silent] : [null, null];
  const found =
    silent !== null ? describeReasons(silent) : seen === null ? text('nothing', '无') : describeFacts(seen);
  return {
    finding: blocked(
      check.node,
      text(`not so: ${check.title.en}`, `不成立：${check.title.zh}`),
      found,
      NOT_WELL,
    ),
    facts: {},
  };
};

/** The last looks of a run at one node, taken again: the facts of the first, or what is otherwise by now. */
const meetAll = async (looker: Looker, [first, ...others]: readonly [Check, ...Check[]]): Promise<Met> => {
  const met = await meet(looker, first);
  if (met.finding !== null) return met;
  for (const other of others) {
    const {finding} = await meet(looker, other);
    if (finding !== null) return {...met, finding};
  }
  return met;
};

const silence = ({node, look}: Sighting): Finding | null =>
  look.kind === 'seen'
    ? null
    : blocked(
        node,
        text('what lies there could not be looked at', '无法查看其上的内容'),
        describeReasons(look.reasons, node),
        LOOK_AT_IT,
      );

const isFinding = (finding: Finding | null): finding is Finding => finding !== null;

/** What was seen for a plan, what keeps it from being made, and what stays where it is and why. */
export type Looked = {
  readonly survey: PruneSurvey;
  readonly problems: readonly Finding[];
  readonly stays: readonly {readonly place: KeptPlace; readonly why: Text}[];
};

/** Whether every node is as the run left it, by the same looks that ended it, and the cluster as a whole. */
const lookAtNodes = async (looker: Looker, ended: Ended) => {
  const {system, cluster, state} = ended;
  const {back, prune} = system;
  if (back === undefined || prune === undefined) throw new Error(`${system.name} cannot be pruned`);
  const checksOf = asLeft(ended, back);
  const nodes = await eachOf(
    cluster.nodes,
    async node => [node.id, await meetAll(looker, checksOf(node))] as const,
  );
  const around = await eachOf(prune.around(cluster, state.plan), check => meet(looker, check));
  return {
    facts: new Map(nodes.map(([id, {facts}]) => [id, facts])),
    problems: [...nodes.map(([, {finding}]) => finding), ...around.map(({finding}) => finding)].filter(
      isFinding,
    ),
  };
};

const filesOf = async (looker: Looker, nodes: readonly Node[]) => {
  const sightings = await eachOf(nodes, node => lookOnce(looker, node.id, 'home-files', LOOK_WITHIN_MS));
  const found = sightings.flatMap(({node, look}) =>
    look.kind === 'seen' && typeof look.facts.files === 'string' ? [[node, look.facts.files] as const] : [],
  );
  return {files: new Map(found), problems: sightings.map(silence).filter(isFinding)};
};

/**
 * Looks at all that a plan is made of that prunes a run: the nodes and the cluster first, and where these are well each place
 * that was kept, what speaks against removing it, and what each home holds. A backup that something speaks against stays; of
 * anything else that is a problem. `keep`: kinds that the operator wants to stay.
 */
export const lookForPrune = async (
  looker: Looker,
  ended: Ended,
  keep: readonly KeptKind[] = [],
): Promise<Looked> => {
  const {facts, problems} = await lookAtNodes(looker, ended);
  const {places: all, byHand} = keptPlaces(ended);
  const [asked, places] = [
    all.filter(({kind}) => keep.includes(kind)),
    all.filter(({kind}) => !keep.includes(kind)),
  ];
  const own = [
    ...byHand.map(place => ({place, why: text('lakeup removes none of these', 'lakeup 不清除此类内容')})),
    ...asked.map(place => ({place, why: text('as you asked', '按你的要求')})),
  ];
  const nothing: PruneSurvey = {places: [], stays: true, facts, homeFiles: new Map()};
  if (problems.length > 0) return {survey: nothing, problems, stays: own};
  const looked = await eachOf(places, async place => {
    const given = givenOf(ended, place);
    return {place, given, sighting: await lookOnce(looker, place.node, 'kept', LOOK_WITHIN_MS, given)};
  });
  const alone = looked.flatMap(({place, given, sighting: {look}}): SeenPlace[] =>
    look.kind === 'seen' ? [{...place, given, facts: look.facts}] : [],
  );
  const {places: seen, unseen} = await lookElsewhere(looker, ended, withoutShared(alone));
  const judged = seen.map(place => ({place, judged: judgePlace(place)}));
  const against = judged.flatMap(({place, judged: why}) => (typeof why === 'string' ? [] : [{place, why}]));
  const withHome = ended.cluster.nodes.filter(
    ({role, home}) => home !== null && looker.system.probes['home-files']?.roles.includes(role) === true,
  );
  const {files, problems: unread} = await filesOf(looker, withHome);
  const stays = [...own, ...against.filter(({place}) => place.kind === 'backup')];
  return {
    survey: {places: seen, stays: stays.length > 0, facts, homeFiles: files},
    problems: [
      ...[...looked.map(({sighting}) => sighting), ...unseen].map(silence).filter(isFinding),
      ...unread,
      ...against.flatMap(({place, why}) =>
        place.kind === 'backup'
          ? []
          : [
              blocked(
                place.node,
                text(`${place.path} cannot be removed`, `无法清除 ${place.path}`),
                why,
                LOOK_AT_IT,
              ),
            ],
      ),
    ],
    stays,
  };
};
