import {text} from '../../src/model/text.ts';
import type {Cast} from '../../src/ui/scenarios/cast.ts';
import {makeStage} from '../../src/ui/scenarios/plan.ts';
import {type Scenario, told} from '../../src/ui/scenarios/scenarios.ts';

/** How many nodes of each role there are; backends by their groups. */
export type Shape = {
  readonly ms: number;
  readonly rc: number;
  readonly be: readonly number[];
  readonly fe: number;
};

/** Roles without groups, and one with groups whose names are of uneven length too. */
const castsOf = ({ms, rc, be, fe}: Shape): readonly Cast[] => [
  {role: 'ms', title: text('Metadata', '元数据'), groups: [{name: null, count: ms}]},
  {role: 'rc', title: text('Recycler', '回收'), groups: [{name: null, count: rc}]},
  {
    role: 'be',
    title: text('Backend', '后端'),
    groups: be.map((count, i) => ({name: `cg_${'x'.repeat(i)}`, count})),
  },
  {role: 'fe', title: text('Frontend', '前端'), groups: [{name: null, count: fe}]},
];

export const MOMENTS = ['watched', 'asked', 'running', 'done'] as const;
type Moment = (typeof MOMENTS)[number];

/** A cluster of that shape that is only watched, whose backends are asked about or upgraded, or that is done with. */
export const scenarioOf = (shape: Shape, moment: Moment): Scenario =>
  told(text('a cluster of its own', '自定义集群'), {
    stage: () => makeStage(castsOf(shape)),
    watch: moment === 'watched',
    until: beat =>
      (moment === 'asked' && beat.kind === 'confirm' && beat.gate === 'be#0') ||
      (moment === 'running' && beat.kind === 'seen' && beat.node === 'be-1'),
    restMs: 6_000,
  });

export type Choice = {
  readonly count: (least: number, most: number) => number;
  readonly pick: <T>(all: readonly T[]) => T;
};

/** Chooses by chance. */
export const choiceOf = (chance: () => number): Choice => {
  const count: Choice['count'] = (least, most) => least + Math.floor(chance() * (most - least + 1));
  return {count, pick: all => all[count(0, all.length - 1)] as (typeof all)[number]};
};

/** Groups of even and uneven size, some of one node, some of several rows. */
export const anyShape = ({count, pick}: Choice): Shape => ({
  ms: count(1, 9),
  rc: count(1, 3),
  be: Array.from({length: count(1, 5)}, () => count(1, pick([4, 12, 30]))),
  fe: count(1, 9),
});
