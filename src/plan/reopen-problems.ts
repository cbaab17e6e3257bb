import {stepRefs} from '../model/given.ts';
import type {StepId} from '../model/ids.ts';
import {againOf} from '../model/otherwise.ts';
import type {Gate, Phase, Plan, Step} from '../model/plan.ts';
import {reopenedSteps} from '../model/reopen.ts';
import {type Text, text} from '../model/text.ts';

/** Where a step stands, by its phase and its lane, counted from 0. */
type Place = {readonly phase: number; readonly lane: number; readonly at: number};

type Placed = {readonly step: Step; readonly place: Place};

const placesOf = ({phases}: Plan): ReadonlyMap<StepId, Placed> =>
  new Map(
    phases.flatMap(({lanes}, phase) =>
      lanes.flatMap(({steps}, lane) =>
        steps.map((step, at) => [step.id, {step, place: {phase, lane, at}}] as const),
      ),
    ),
  );

/** A gate that opens a step again, and what it stands before: a phase, or one of its steps. */
type Opener = {
  readonly gate: Gate;
  readonly again: StepId;
  readonly phase: Phase;
  readonly at: number;
  readonly own: Place | null;
};

const openersOf = (plan: Plan): Opener[] => {
  const of = (gates: readonly Gate[], phase: Phase, at: number, own: Place | null): Opener[] =>
    gates.flatMap(gate => {
      const again = againOf(gate);
      return again === null ? [] : [{gate, again, phase, at, own}];
    });
  return plan.phases.flatMap((phase, i) => [
    ...of(phase.gates, phase, i, null),
    ...phase.lanes.flatMap(({steps}, lane) =>
      steps.flatMap((step, at) => of(step.gates, phase, i, {phase: i, lane, at})),
    ),
  ]);
};

const isBefore = ({own, at}: Opener, place: Place): boolean =>
  place.phase < at ||
  (own !== null && place.phase === own.phase && place.lane === own.lane && place.at < own.at);

/**
 * Whether a step of another lane of the gate's own phase may be done when the gate looks, or be worked on: it cannot be
 * opened again with the others, which are certainly done.
 */
const mayBeDone = ({own, at, phase}: Opener, place: Place): boolean =>
  place.phase === at &&
  own !== null &&
  place.lane !== own.lane &&
  (phase.order.kind === 'asked' || place.lane < own.lane);

const changed = ({id, service, destroys}: Step, gate: string): Text[] => [
  ...(service === undefined
    ? []
    : [
        text(
          `${gate} opens ${id} again, which changes whether its node serves.`,
          `${gate} 会重新执行 ${id}，而它会改变节点的服务状态。`,
        ),
      ]),
  ...(destroys === undefined
    ? []
    : [
        text(`${gate} opens ${id} again, which destroys data.`, `${gate} 会重新执行 ${id}，而它会销毁数据。`),
      ]),
];

type Takers = ReadonlyMap<StepId, readonly Placed[]>;

/** Who takes facts of a step for its action, or for what is seen when it is done. */
const takersOf = (places: ReadonlyMap<StepId, Placed>): Takers => {
  const found = new Map<StepId, Placed[]>();
  for (const placed of places.values())
    for (const id of new Set(stepRefs(placed.step).map(({step}) => step)))
      found.set(id, [...(found.get(id) ?? []), placed]);
  return found;
};

const ofOpener = (
  plan: Plan,
  opener: Opener,
  places: ReadonlyMap<StepId, Placed>,
  takers: Takers,
): Text[] => {
  const {gate, again, phase, at, own} = opener;
  const place = places.get(again)?.place;
  if (place === undefined || !isBefore(opener, place))
    return [
      text(
        `${gate.id} opens ${again} again, which stands neither in an earlier phase nor earlier in its lane.`,
        `${gate.id} 要重新执行 ${again}，但它既不在更早的阶段，也不在同一节点更早的步骤中。`,
      ),
    ];
  const reopened = reopenedSteps(plan, again, gate.id);
  const stale = reopened.flatMap(({id}) =>
    (takers.get(id) ?? [])
      .filter(taker => mayBeDone(opener, taker.place))
      .map(({step}) =>
        text(
          `${step.id} takes a fact of ${id}, which ${gate.id} may open again: ${step.id} would stay done with the old one.`,
          `${step.id} 使用了 ${id} 的事实，而 ${gate.id} 可能重新执行后者：${step.id} 会保持完成，用的却是旧事实。`,
        ),
      ),
  );
  const isWide = own !== null && place.phase < at && phase.width > 1 && phase.lanes.length > 1;
  return [
    ...reopened.flatMap(step => changed(step, gate.id)),
    ...stale,
    ...(isWide
      ? [
          text(
            `${gate.id} opens ${again} of an earlier phase again, while other nodes of ${phase.id} may be worked on.`,
            `${gate.id} 会重新执行更早阶段的 ${again}，而此时 ${phase.id} 的其他节点可能正在处理。`,
          ),
        ]
      : []),
  ];
};

/**
 * Gates that open a step again which is not certainly done by then, or with which one is done again that must not be done
 * twice, or on whose facts a step stands that would stay done; and those that go back a phase while others are at work in
 * theirs. Their checks may take facts of what is done again, as any gate's.
 */
export const reopenProblems = (plan: Plan): Text[] => {
  const openers = openersOf(plan);
  if (openers.length === 0) return [];
  const places = placesOf(plan);
  const takers = takersOf(places);
  return openers.flatMap(opener => ofOpener(plan, opener, places, takers));
};
