import type {Event} from '../../src/model/event.ts';
import type {GateId, PhaseId, StepId} from '../../src/model/ids.ts';
import type {ConfirmGate, Phase, Plan} from '../../src/model/plan.ts';

const questionsOf = ({gates}: Phase): readonly ConfirmGate[] => gates.filter(gate => gate.kind === 'confirm');

/** What is measured or destroyed is asked for by itself, whatever another question says. */
const isAskedAlone = ({danger, phrase, blast}: ConfirmGate): boolean =>
  danger === 'destructive' || phrase !== undefined || blast.length > 0;

/** Phases right after that one which its question may answer for: as far as it names each, and every outage of theirs. */
const namedBy = ({phases}: Plan, own: number, {covers = [], outages}: ConfirmGate): readonly Phase[] => {
  const said = new Set(outages.map(({en}) => en));
  const isNamed = (phase: Phase, i: number): boolean =>
    covers[i] === phase.id &&
    questionsOf(phase).every(
      question => !isAskedAlone(question) && question.outages.every(({en}) => said.has(en)),
    );
  const next = phases.slice(own + 1);
  const end = next.findIndex((phase, i) => !isNamed(phase, i));
  return end < 0 ? next : next.slice(0, end);
};

type Asked = {
  readonly answered: Set<GateId>;
  readonly begun: Set<PhaseId>;
  readonly done: Set<StepId>;
  since: string;
};

/** Which phase that gate stands before, or within. */
const phaseOf = ({phases}: Plan, gate: GateId): number =>
  phases.findIndex(({gates, lanes}) =>
    [...gates, ...lanes.flatMap(({steps}) => steps.flatMap(step => step.gates))].some(({id}) => id === gate),
  );

const opened = (plan: Plan, {answered}: Asked, gate: GateId): void => {
  const own = plan.phases.findIndex(phase => questionsOf(phase).some(({id}) => id === gate));
  const question = plan.phases[own]?.gates.find(({id}) => id === gate);
  if (question?.kind !== 'confirm') return;
  answered.add(gate);
  for (const phase of namedBy(plan, own, question)) for (const {id} of questionsOf(phase)) answered.add(id);
};

/** Of a phase that is done nothing is asked any more, also where one of its steps has to be done again. */
const resumed = (plan: Plan, asked: Asked): void => {
  for (const phase of plan.phases) {
    const isDone = phase.lanes.every(({steps}) => steps.every(({id}) => asked.done.has(id)));
    for (const {id} of isDone ? [] : questionsOf(phase)) asked.answered.delete(id);
  }
  asked.since = 'the run was resumed';
};

/** After a round whoever stands behind the gate and has not begun is asked again, and so is whoever stands with it. */
const reopened = ({phases}: Plan, own: number, gate: GateId, asked: Asked): void => {
  for (const phase of phases.slice(own)) {
    const isBehind = phase !== phases[own] && !asked.begun.has(phase.id);
    const standsWith = phase.gates.some(({id}) => id === gate);
    for (const {id} of isBehind || standsWith ? questionsOf(phase) : []) asked.answered.delete(id);
  }
  asked.since = 'what it follows was done again';
};

/**
 * No step of a phase begins without a person's answer to a question that named that phase, given after the run was resumed and
 * after the last round before it. Told from the plan and the journal alone: neither what the engine holds to be open nor
 * the plan's own rules are believed. To be told every event in order.
 */
export const makeQuestionRule = (plan: Plan): ((event: Event) => readonly string[]) => {
  const asked: Asked = {
    answered: new Set(),
    begun: new Set(),
    done: new Set(),
    since: 'the run began',
  };
  return event => {
    switch (event.type) {
      case 'run.resumed':
        resumed(plan, asked);
        return [];
      case 'gate.opened':
        if (event.by === 'operator') opened(plan, asked, event.gate);
        return [];
      case 'step.reopened':
        asked.done.delete(event.step);
        reopened(plan, phaseOf(plan, event.gate), event.gate, asked);
        return [];
      case 'step.done':
        asked.done.add(event.step);
        return [];
      case 'lane.begun':
        asked.begun.add(event.phase);
        return [];
      case 'step.started': {
        const phase = plan.phases.find(({lanes}) =>
          lanes.some(({steps}) => steps.some(({id}) => id === event.step)),
        );
        const left = phase === undefined ? [] : questionsOf(phase).filter(({id}) => !asked.answered.has(id));
        return left.map(({id}) => `${event.step} began, and nobody was asked ${id} since ${asked.since}`);
      }
      default:
        return [];
    }
  };
};
