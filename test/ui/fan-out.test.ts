import {expect, test} from 'vitest';
import type {FanOut, Plan} from '../../src/model/plan.ts';
import {planSteps} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {stepState} from '../../src/model/state.ts';
import {text} from '../../src/model/text.ts';
import {penOf} from '../../src/ui/pen.ts';
import {formatEvent} from '../../src/ui/plain.ts';
import {planHeight, planLines} from '../../src/ui/screens/plan.ts';
import {withScenario} from './harness.ts';

const WORDS = 'alluxio-start.sh -a workers NoMount';

const wordsOf = (lines: readonly (readonly {readonly text: string}[])[]): string =>
  lines.map(spans => spans.map(({text: words}) => words).join('')).join('\n');

/** The run with a command for many that is the first attempt of the step in hand. */
const widely = (run: RunState): RunState => {
  const step = planSteps(run.plan).find(({id}) => stepState(run, id).status === 'running');
  if (step?.action.kind !== 'script') throw new Error('no script runs');
  const fanOut: FanOut = {node: step.node, title: text(WORDS, WORDS), action: step.action, steps: [step.id]};
  const plan: Plan = {
    ...run.plan,
    phases: run.plan.phases.map(phase =>
      phase.lanes.some(({steps}) => steps.includes(step)) ? {...phase, fanOut} : phase,
    ),
  };
  const phase = plan.phases.find(each => each.fanOut !== undefined)?.id;
  if (phase === undefined) throw new Error('the step has no phase');
  return reduce({...run, plan}, {type: 'fanOut.begun', phase, seq: run.seq + 1, at: run.at});
};

test('the very words of a command for many stand in the plan, at the node, in the log and in plain lines', async () => {
  await withScenario('running', {size: [120, 40]}, async opened => {
    const {run} = opened.store.getState();
    if (run === null) throw new Error('no run');
    const wide = widely(run);
    opened.store.setState({run: wide});
    await opened.settle();
    const state = opened.store.getState();
    const pen = penOf('en', 'dark');
    expect(wordsOf(planLines(state, pen, 119, 0, planHeight(state, pen, 119)))).toContain(`$ ${WORDS}`);
    expect(opened.text()).toContain(WORDS);
    const phase = wide.plan.phases.find(({fanOut}) => fanOut !== undefined);
    if (phase === undefined) throw new Error('no phase');
    const outcome = {code: 0, ms: 17_700, stdout: '', stderr: '', cut: false};
    const plain = [
      formatEvent({type: 'fanOut.begun', phase: phase.id, seq: 1, at: 0}, wide, 'en'),
      formatEvent({type: 'fanOut.ended', phase: phase.id, outcome, seq: 2, at: 0}, wide, 'en'),
      formatEvent({type: 'fanOut.ended', phase: phase.id, outcome, seq: 2, at: 0}, wide, 'zh'),
    ].join('\n');
    expect(plain).toContain(`$ ${WORDS}`);
    expect(plain).toContain('ended with 0 after 18s; now each node is looked at');
    expect(plain).toContain('接下来逐个查看节点');
  });
});
