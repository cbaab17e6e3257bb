import {type Phase, type Plan, type Step, stepsOfPhase} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';

/** What one command carries out are steps of its own phase that could go by themselves, and all of them are at it at once. */
const ofPhase = (phase: Phase): Text[] => {
  const {id, fanOut, lanes, width, order} = phase;
  if (fanOut === undefined) return [];
  const own = new Map<string, Step>(stepsOfPhase(phase).map(step => [step.id, step]));
  return [
    ...fanOut.steps
      .filter(step => own.get(step)?.action.kind !== 'script')
      .map(step =>
        text(
          `The command of ${id} is for ${step}, which is no step of that phase with a script of its own.`,
          `${id} 的命令涉及 ${step}，但它不是该阶段中带有自身脚本的步骤。`,
        ),
      ),
    ...(new Set(fanOut.steps).size === fanOut.steps.length && fanOut.steps.length > 0
      ? []
      : [
          text(
            `The command of ${id} is for no step, or for one twice.`,
            `${id} 的命令没有步骤，或重复列出。`,
          ),
        ]),
    ...(width >= lanes.length && order.kind === 'listed'
      ? []
      : [
          text(
            `The command of ${id} waits for all its nodes, and they do not go at once.`,
            `${id} 的命令要等待所有节点，而它们并不同时进行。`,
          ),
        ]),
  ];
};

/** Commands for many nodes, phase by phase. */
export const fanOutProblems = ({phases}: Plan): Text[] => phases.flatMap(ofPhase);
