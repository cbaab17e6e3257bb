import {stopsAgainOf} from '../model/otherwise.ts';
import {type Plan, type Step, stepsOfPhase} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';

const isStop = ({service, destroys}: Step): boolean => service === 'leaves' && destroys === undefined;

const notOfStops = ({phases}: Plan): Text[] =>
  phases.flatMap(({gates}, at) =>
    gates.flatMap(gate => {
      const said = stopsAgainOf(gate);
      const before = phases.slice(0, at).find(({id}) => id === said?.stopsAgain);
      if (
        said === null ||
        before?.lanes.every(({steps}) => steps.length === 1 && steps.every(isStop)) === true
      )
        return [];
      return [
        text(
          `${gate.id} would stop nodes of ${said.stopsAgain} once more, and that is no earlier phase of stops alone.`,
          `${gate.id} 会再次停止 ${said.stopsAgain} 的节点，但它不是更早且只做停止的阶段。`,
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
 * Gates whose retry stops once more whom a phase has stopped: that phase comes before, and does nothing but to stop. A gate of a step
 * cannot say so: others of its phase may be at work.
 */
export const stopsAgainProblems = (plan: Plan): Text[] => [...notOfStops(plan), ...beforeSteps(plan)];
