import {GateId, PhaseId} from '../model/ids.ts';
import type {Check, ConfirmGate, Gate, Lane, Phase} from '../model/plan.ts';
import {outOfService, type RunState} from '../model/state.ts';
import {both, type Text, text} from '../model/text.ts';
import {lanesBackwards} from '../model/way-back.ts';
import {checkGate, undoLane} from './undo-step.ts';

const stops = ({steps}: Lane): boolean => steps.some(({service}) => service === 'leaves');

/** What a system adds to the question of a phase: what is looked at around it, and what is lost for good. */
export type Around = {readonly looks: readonly Check[]; readonly loses: Text | null};

/** What the way there said would be down, the way back says too, where it stops who may serve. */
const outagesOf = ({gates}: Phase, lanes: readonly Lane[]): Pick<ConfirmGate, 'danger' | 'outages'> => {
  const question = gates.find((gate): gate is ConfirmGate => gate.kind === 'confirm');
  const outages = lanes.some(stops) ? (question?.outages ?? []) : [];
  return {danger: outages.length > 0 ? 'outage' : 'phase', outages};
};

/** Gates, lanes and words of a phase that takes lanes of another one back. */
const phaseOf = (
  {plan}: RunState,
  of: Phase,
  name: string,
  lanes: readonly Lane[],
  {looks, loses}: Around,
): Phase => {
  const id = PhaseId.parse(name);
  const names = lanes.map(({node}) => node).join(', ');
  const {from, to} = plan;
  const asked =
    of.width === 1
      ? text(`Take back ${names}, one at a time, ${to} → ${from}?`, `逐个撤销 ${names}，${to} → ${from}？`)
      : text(`Take back ${names}, ${to} → ${from}?`, `撤销 ${names}，${to} → ${from}？`);
  const outages = outagesOf(of, lanes);
  const question: Gate = {
    kind: 'confirm',
    id: GateId.parse(`${id}#${looks.length}`),
    ...outages,
    ask:
      loses === null ? asked : both((pick, lang) => pick(asked) + (lang === 'en' ? ' ' : '') + pick(loses)),
    ...(loses === null ? {} : {danger: 'destructive', phrase: plan.cluster}),
    blast: [],
  };
  return {
    id,
    title: text(`Undo: ${of.title.en}`, `撤销：${of.title.zh}`),
    role: of.role,
    gates: [
      ...looks.map((wanted, i) => checkGate(id, i, wanted)),
      question,
      ...looks.map((wanted, i) => checkGate(id, looks.length + 1 + i, wanted)),
    ],
    order: {kind: 'listed'},
    // Who goes side by side on the way there may only come up side by side: one master alone has no majority.
    width: of.width,
    lanes,
  };
};

/**
 * A phase taken back. Where roles move, who goes next is asked again; but what is out of service has to be back before
 * anybody else may leave, and may be the one that would have to be asked: it goes first, in a phase of its own.
 */
export const undoPhases = (state: RunState, phase: Phase, around: Around): Phase[] => {
  const name = `undo-${phase.id}`;
  const laneOf = (id: string) => (lane: Lane) => undoLane(id, lane, state) ?? [];
  const backwards = lanesBackwards(state, phase);
  const lanes = backwards.flatMap(laneOf(name));
  if (lanes.length === 0) return [];
  if (phase.order.kind === 'listed') return [phaseOf(state, phase, name, lanes, around)];
  // Also where that is not certain: each has to be brought back.
  const out = outOfService(state).map(({node}) => node);
  const first = backwards.filter(({node}) => out.includes(node)).flatMap(laneOf(`${name}-first`));
  const rest = lanes.filter(({node}) => !out.includes(node));
  return [
    ...(first.length === 0 ? [] : [phaseOf(state, phase, `${name}-first`, first, around)]),
    ...(rest.length === 0 ? [] : [{...phaseOf(state, phase, name, rest, around), order: phase.order}]),
  ];
};
