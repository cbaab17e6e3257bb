import {expect, test} from 'vitest';
import {type HostId, NodeId} from '../../src/model/ids.ts';
import {planSteps} from '../../src/model/plan.ts';
import {stepState} from '../../src/model/state.ts';
import {waitedCheck} from '../../src/store/waited-check.ts';
import {NIGHT, type Opened, withScenario} from './harness.ts';

const FE = NodeId.parse('fe-2');

/** The look that the step in hand waits for was begun, and a frontend has not answered. */
const awaitFrontend = async (opened: Opened, sinceMs: number): Promise<HostId> => {
  const {run, cluster, looks} = opened.store.getState();
  const host = cluster.nodes.find(({id}) => id === FE)?.host;
  const step =
    run === null ? undefined : planSteps(run.plan).find(({id}) => stepState(run, id).status === 'running');
  if (run === null || host === undefined || step === undefined) throw new Error('no step runs');
  const check = waitedCheck({run, looks}, step, NIGHT + 3_600_000)?.check;
  if (check === undefined) throw new Error('the step waits for nothing');
  const others = [...looks].map(
    ([id, look]) => [id, id === check.node ? {...look, probes: {}} : look] as const,
  );
  opened.feed.awaited({
    node: check.node,
    probe: check.probe,
    hosts: [{host, since: opened.hand.clock.now() - sinceMs}],
  });
  opened.store.setState({looks: new Map(others)});
  opened.feed.tick();
  await opened.settle();
  return host;
};

test.each([
  ['en', /no answer yet from ([\d.]+) \(fe-2\), asked at \d\d:\d\d:\d\d/, /not looked yet/],
  ['zh', /\d\d:\d\d:\d\d 询问了 ([\d.]+)（fe-2），尚无应答/, /尚未查看/],
] as const)('a step whose look has no answer yet says from whom, in %s', async (lang, words, notLooked) => {
  await withScenario('running', {size: [200, 60], lang}, async opened => {
    const host = await awaitFrontend(opened, 4_000);
    expect(words.exec(opened.text())?.[1]).toBe(host);
    expect(opened.text()).not.toMatch(notLooked);
    expect(opened.lines()[2]).not.toContain('fe-2');
  });
});

test('once that takes long it stands above the grid, and is said aloud once', async () => {
  await withScenario('running', {size: [120, 40], aloud: true}, async opened => {
    const host = await awaitFrontend(opened, 40_000);
    const said = (): number => opened.said().split(`for an answer from ${host} (fe-2)`).length - 1;
    expect(said()).toBe(1);
    await opened.pass(5_000);
    expect(said()).toBe(1);
  });
  await withScenario('running', {size: [120, 40]}, async opened => {
    const host = await awaitFrontend(opened, 40_000);
    expect(opened.lines()[2]).toContain(`for an answer from ${host} (fe-2)`);
  });
});
