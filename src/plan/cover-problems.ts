import type {ConfirmGate, Phase, Plan} from '../model/plan.ts';
import {planSteps} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';

const questionsOf = ({gates}: Pick<Phase, 'gates'>): readonly ConfirmGate[] =>
  gates.filter(gate => gate.kind === 'confirm');

/** What destroys is asked for by itself, every time: it names what it hits, and wants a word typed. */
const destroys = ({danger, phrase, blast}: ConfirmGate): boolean =>
  danger === 'destructive' || phrase !== undefined || blast.length > 0;

const misplaced = (id: string, covers: readonly string[], next: readonly Phase[]): Text[] =>
  covers.every((name, k) => next[k]?.id === name)
    ? []
    : [
        text(
          `The question of ${id} covers ${covers.join(', ')}, which do not come right after it.`,
          `${id} 的确认涵盖 ${covers.join('、')}，但它们并不紧随其后。`,
        ),
      ];

/** Whoever agrees agrees to every outage that follows: none may stand where nobody is shown it. */
const unsaid = (id: string, question: ConfirmGate, next: readonly Phase[]): Text[] =>
  next.flatMap(phase =>
    questionsOf(phase).flatMap(({outages}) =>
      outages
        .filter(outage => !question.outages.some(({en}) => en === outage.en))
        .map(outage =>
          text(
            `The question of ${id} covers ${phase.id} and does not say: ${outage.en}.`,
            `${id} 的确认涵盖 ${phase.id}，却没有说明：${outage.zh}。`,
          ),
        ),
    ),
  );

const destroying = (id: string, next: readonly Phase[]): Text[] =>
  next
    .filter(phase => questionsOf(phase).some(destroys))
    .map(phase =>
      text(
        `The question of ${id} covers ${phase.id}, which destroys or measures something and is asked for by itself.`,
        `${id} 的确认涵盖 ${phase.id}，而后者会毁掉或测量某些内容，必须单独确认。`,
      ),
    );

/** A question covers whole phases that come right after its own, whose outages it names, and none that destroys. */
export const coverProblems = (plan: Plan): Text[] => [
  ...plan.phases.flatMap((phase, i) =>
    questionsOf(phase).flatMap(question => {
      const covers = question.covers ?? [];
      const next = plan.phases.slice(i + 1, i + 1 + covers.length);
      return [
        ...misplaced(phase.id, covers, next),
        ...destroying(phase.id, next),
        ...unsaid(phase.id, question, next),
      ];
    }),
  ),
  ...planSteps(plan)
    .filter(step => questionsOf(step).some(({covers}) => covers !== undefined))
    .map(({id}) =>
      text(
        `The question before ${id} covers phases; only that of a phase may.`,
        `${id} 之前的确认涵盖了其他阶段；只有阶段的确认才可以。`,
      ),
    ),
];
