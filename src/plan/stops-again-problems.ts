import {stopsAgainOf} from '../model/otherwise.ts';
import {type Phase, type Plan, type Step, stepsOfPhase} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';

const isStop = ({service, destroys}: Step): boolean => service === 'leaves' && destroys === undefined;

/** Whether a phase does nothing but to stop its nodes, and what comes until then nothing but to stop others. */
const isOfStops = ([stopped, ...between]: readonly Phase[]): boolean => {
  const nodes = new Set(stopped?.lanes.map(({node}) => node));
  return (
    stopped?.lanes.every(({steps}) => steps.length === 1 && steps.every(isStop)) === true &&
    between.flatMap(stepsOfPhase).every(step => isStop(step) && !nodes.has(step.node))
  );
};

const restedOn = ({phases}: Plan): Text[] =>
  phases.flatMap(({gates}, at) =>
    gates.flatMap(gate => {
      const said = stopsAgainOf(gate);
      const first = phases.findIndex(({id}) => id === said?.stopsAgain);
      if (said === null) return [];
      if (first < 0 || first >= at)
        return [
          text(
            `${gate.id} would stop nodes of ${said.stopsAgain} once more, which is no earlier phase.`,
            `${gate.id} 会再次停止 ${said.stopsAgain} 的节点，但它不是更早的阶段。`,
          ),
        ];
      if (isOfStops(phases.slice(first, at))) return [];
      return [
        text(
          `${gate.id} would stop nodes of ${said.stopsAgain} once more, and until then more is done than to stop nodes.`,
          `${gate.id} 会再次停止 ${said.stopsAgain} 的节点，但在此之前并非只做停止。`,
        ),
      ];
    }),
  );

const beforeSteps = ({phases}: Plan): Text[] =>
  phases
    .flatMap(stepsOfPhase)
    .flatMap(({gates}) => gates.filter(gate => stopsAgainOf(gate) !== null))
    .map(({id}) =>
      text(
        `${id} stands before a step, and would stop nodes of an earlier phase once more.`,
        `${id} 位于某个步骤之前，却会再次停止更早阶段的节点。`,
      ),
    );

/**
 * Gates whose retry stops once more whom an earlier phase has stopped: nothing may rest on those stops by then. A gate of a step
 * cannot say so: others of its phase may be at work.
 */
export const stopsAgainProblems = (plan: Plan): Text[] => [...restedOn(plan), ...beforeSteps(plan)];
