import {describe, expect, test} from 'vitest';
import {copyHeadway} from '../../src/model/describe-copy.ts';
import {hear} from '../../src/model/headway.ts';
import {NodeId, StepId} from '../../src/model/ids.ts';
import {penOf} from '../../src/ui/pen.ts';
import {nodeLines} from '../../src/ui/screens/node.ts';
import {planHeight, planLines} from '../../src/ui/screens/plan.ts';
import {stepLines} from '../../src/ui/screens/steps.ts';
import {type Opened, withScenario} from './harness.ts';

const wordsOf = (lines: readonly (readonly {readonly text: string}[])[]): string[] =>
  lines.map(spans => spans.map(({text}) => text).join(''));

const planOf = ({store}: Opened, width: number): string[] => {
  const state = store.getState();
  const pen = penOf(state.lang, state.theme);
  return wordsOf(planLines(state, pen, width, 0, planHeight(state, pen, width)));
};

const countOf = (lines: readonly string[], words: string): number =>
  lines.filter(line => line.includes(words)).length;

/** A line that only the script that stops a backend has. */
const BODY = 'for name in stop_be.sh; do';

describe('the scripts of a plan', () => {
  test('are told at each step by name and variables, and their text once, at the end, when it is asked for', async () => {
    await withScenario('start', {size: [120, 40]}, async opened => {
      const closed = planOf(opened, 119);
      expect(countOf(closed, '$ doris.be.stop  home=/opt/')).toBe(6);
      expect(countOf(closed, 'way back: doris.be.start  home=/opt/')).toBe(6);
      expect(countOf(closed, BODY)).toBe(0);
      expect(closed.slice(closed.indexOf(' scripts')).at(1)).toMatch(
        /^ {3}doris\.cloud\.stage \(\d+ lines; c shows them\)$/,
      );
      await opened.send('p');
      await opened.send('c');
      const open = planOf(opened, 119);
      expect(countOf(open, '$ doris.be.stop  home=/opt/')).toBe(6);
      expect(countOf(open, BODY)).toBe(1);
      expect(open.indexOf(`     ${BODY}`)).toBeGreaterThan(open.indexOf(' scripts'));
    });
  });

  test('stay short for 1,000 nodes', async () => {
    await withScenario('thousand', {size: [120, 40]}, async opened => {
      const state = opened.store.getState();
      opened.store.setState({switches: {...state.switches, wholeScripts: true}});
      expect(countOf(planOf(opened, 119), BODY)).toBe(1);
    });
  });

  test('show a fact that an earlier step finds by that step, until it is known', async () => {
    await withScenario('start', {size: [120, 40]}, async opened => {
      const {run} = opened.store.getState();
      const [phase] = run?.plan.phases ?? [];
      const [stage, stop] = phase?.lanes[0]?.steps ?? [];
      if (run === null || phase === undefined || stage === undefined || stop?.action.kind !== 'script')
        throw new Error('the scenario has no such step');
      const vars = {
        ...stop.action.vars,
        old: {from: {step: stage.id, fact: 'pid'}},
        ports: [9030, 8040],
        flags: [],
      };
      const lane = {node: stop.node, steps: [stage, {...stop, action: {...stop.action, vars}}] as const};
      const plan = {...run.plan, phases: [{...phase, lanes: [lane]}]};
      opened.store.setState({run: {...run, plan}});
      expect(planOf(opened, 300).find(line => line.includes('$ doris.cloud.stop'))).toContain(
        `old=(the pid that ${stage.id} found)  ports='9030 8040'  flags=`,
      );
    });
  });
});

test('a copy shows what goes where, and under which name; while it is at it how far it is', async () => {
  await withScenario('running', {size: [120, 40]}, async opened => {
    const {run} = opened.store.getState();
    const found = run?.plan.phases.flatMap(({lanes}) => lanes).flatMap(({steps}) => steps);
    const running = found?.find(({id}) => run?.steps[id]?.status === 'running');
    if (run === null || found === undefined || running === undefined) throw new Error('nothing runs there');
    const from = {step: StepId.parse('backup/backup@fe-1'), fact: 'backupNode'};
    const action = {
      kind: 'copy',
      from: {node: {from}, path: '/backups/x.gz'},
      to: '/backups/x.gz',
      stallMs: 60_000,
    } as const;
    const [phase] = run.plan.phases.filter(({lanes}) => lanes.some(({node}) => node === running.node));
    if (phase === undefined) throw new Error('it stands in no phase');
    const lane = {node: running.node, steps: [{...running, action}] as const};
    const plan = {...run.plan, phases: [{...phase, lanes: [lane]}]};
    const copied = {stage: 'copying', bytes: 512 * 1024, totalBytes: 1024 * 1024} as const;
    opened.store.setState({
      run: {...run, plan},
      headways: new Map([[running.id, hear(undefined, copyHeadway(copied), opened.store.getState().now)]]),
    });
    const state = opened.store.getState();
    const pen = penOf('en', 'plain');
    const told = 'copy /backups/x.gz from (the backupNode that backup/backup@fe-1 found)';
    expect(countOf(planOf(opened, 200), `$ ${told}`)).toBe(1);
    expect(countOf(wordsOf(stepLines(state, running.node, pen, 119, 20)), told)).toBe(1);
    expect(
      countOf(wordsOf(stepLines(state, running.node, pen, 119, 20)), 'on its way: 512 KiB of 1.0 MiB (50%)'),
    ).toBe(1);
    const whole = {...state, switches: {...state.switches, wholeScripts: true}};
    const shown = wordsOf(nodeLines(whole, running.node, pen, 199));
    const words = [
      'from=(the backupNode that backup/backup@fe-1 found)',
      'source=/backups/x.gz',
      'to=/backups/x.gz',
      '.lakeup-part behind its name',
      'is not overwritten',
    ];
    for (const each of words) expect(countOf(shown, each), each).toBe(1);
  });
});

test('a node shows the variables before the text of each script, and those of the way back', async () => {
  await withScenario('running', {size: [120, 40]}, async opened => {
    const of = (): string[] => {
      const state = opened.store.getState();
      return wordsOf(nodeLines(state, NodeId.parse('be-1'), penOf(state.lang, state.theme), 199));
    };
    const vars = [
      'home=/opt/doris/be',
      'package=/opt/pkg/apache-doris-3.1.2-bin-x64/be',
      'stamp=20261122_020001',
      'within_s=240',
    ];
    const counted = of().find(line => line.startsWith('   $ doris.be.stop  '));
    expect(counted).toMatch(/ {2}\(\d+ lines; c shows them\)$/);
    expect(counted).toContain(`$ doris.be.stop  ${vars.join('  ')}  (`);
    const state = opened.store.getState();
    opened.store.setState({switches: {...state.switches, wholeScripts: true}});
    const open = of();
    const at = open.indexOf('   $ doris.be.stop');
    expect(open.slice(at, at + 5)).toEqual(['   $ doris.be.stop', ...vars.map(words => `     ${words}`)]);
    expect(open.indexOf(`     ${BODY}`)).toBeGreaterThan(at);
    expect(open).toContain('   $ doris.be.start');
  });
});
