import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import {Plan} from '../../../src/model/plan.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {type Driving, drive, fresh} from '../../walks/drive.ts';
import {takeBack} from '../../walks/undo-plan.ts';
import {halfDone, type Story, seenOf, stopFromOutside} from '../../walks/undo-story.ts';

const planOf = (story: Story, phase = 'backends'): Plan => {
  const taken = takeBack(story.state, [phase], story.system, story.cluster);
  if (taken.kind !== 'plan') throw new Error(taken.because.en);
  return taken.plan;
};

const stepsTaken = (events: readonly Event[]): string[] =>
  events.flatMap(event =>
    event.type === 'step.started' || (event.type === 'step.done' && event.already)
      ? [`${event.step.split('/')[1]}${event.type === 'step.done' ? ' (was so)' : ''}`]
      : [],
  );

const DEPLOY = {node: 'be-2', name: 'doris.be.deploy'};
let story: Story;
beforeEach(async () => {
  story = await halfDone(DEPLOY);
});

/** Effects after the run that was left. */
const since = (before: number): string[] =>
  story.fake.effects
    .slice(before)
    .flatMap(({node, effect}) => (effect === 'ready' ? [] : [`${node} ${effect}`]));

describe('a backend phase that was left half done', () => {
  it('stands as the walk begins: one upgraded, one stopped and backed up, its deploy lost', async () => {
    expect(story.state.holds).toMatchObject([{kind: 'step', step: 'backends/deploy@be-2'}]);
    expect(await seenOf(story, 'be-1', 'status')).toMatchObject({health: 'ok', version: '3.1.2'});
    expect(await seenOf(story, 'be-2', 'status')).toMatchObject({health: 'down'});
    expect(await seenOf(story, 'be-2', 'tree')).toMatchObject({bin: 'none', lib: 'none'});
    expect(await seenOf(story, 'be-3', 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
  });

  it('is taken back by an ordinary plan, last thing first', () => {
    const plan = planOf(story);
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(planProblems(plan, story.system, story.cluster)).toEqual([]);
    expect(plan.phases.map(({id}) => id)).toEqual(['undo-backends']);
    expect(plan.phases[0]?.lanes.map(({node, steps}) => [node, steps.map(({name}) => name)])).toEqual([
      ['be-2', ['undo-deploy', 'undo-backup', 'undo-stop', 'undo-stage']],
      ['be-1', ['undo-start', 'undo-deploy', 'undo-backup', 'undo-stop', 'undo-stage']],
    ]);
  });

  it('asks about the other nodes before one that serves is taken down', () => {
    const gated = planOf(story)
      .phases.flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))
      .filter(({gates}) => gates.length > 0);
    expect(gated.map(({id}) => id)).toEqual(['undo-backends/undo-start@be-1']);
    expect(gated[0]?.gates[0]).toMatchObject({
      kind: 'check',
      otherwise: 'hold',
      check: {node: 'be-1', probe: 'be-safe-to-stop'},
    });
  });

  it('comes back whole: every node healthy at the version it had, nothing left of the run', async () => {
    const before = story.fake.effects.length;
    const {state, events} = await drive(fresh(planOf(story)), story);
    expect(state.verdict).not.toBeNull();
    expect(since(before)).toEqual([
      'be-2 restore',
      'be-2 start',
      'be-2 unstage',
      'be-1 stop',
      'be-1 undeploy',
      'be-1 restore',
      'be-1 start',
    ]);
    expect(stepsTaken(events)).toEqual([
      'undo-deploy@be-2 (was so)',
      'undo-backup@be-2',
      'undo-stop@be-2',
      'undo-stage@be-2',
      'undo-start@be-1',
      'undo-deploy@be-1',
      'undo-backup@be-1',
      'undo-stop@be-1',
      'undo-stage@be-1 (was so)',
    ]);
    for (const node of ['be-1', 'be-2', 'be-3']) {
      expect(await seenOf(story, node, 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
      expect(await seenOf(story, node, 'tree', {stamp: story.state.plan.stamp})).toMatchObject({
        bin: 'dir',
        lib: 'dir',
        stage: 'none',
        kept: 'none',
      });
    }
    expect(await seenOf(story, 'ms-1', 'status')).toMatchObject({version: '3.1.2'});
  });

  it('stops at the gate when another node is down, with nothing done to the one that serves', async () => {
    await stopFromOutside(story, 'be-3');
    const before = story.fake.effects.length;
    const {state, end} = await drive(fresh(planOf(story)), story);
    expect(end).toBe('left');
    expect(state.holds).toEqual([{kind: 'gate', gate: 'undo-backends/undo-start@be-1#0'}]);
    expect(since(before)).toEqual(['be-2 restore', 'be-2 start', 'be-2 unstage']);
    expect(await seenOf(story, 'be-1', 'status')).toMatchObject({health: 'ok', version: '3.1.2'});
  });

  it('goes on after lakeup died in the middle of it, and does nothing twice', async () => {
    const before = story.fake.effects.length;
    const plan = planOf(story);
    const cut: Driving['ask'] = (node, request) =>
      request.kind === 'shell' && request.name === 'doris.be.undeploy'
        ? Promise.resolve({kind: 'lost', trouble: 'dropped', detail: 'the link broke'} as never)
        : story.ask(node, request);
    const first = await drive(fresh(plan), {...story, ask: cut});
    expect(first.state.holds).toHaveLength(1);
    const second = await drive(
      {kind: 'resumed', events: first.events, lakeup: 'test'},
      {...story, operator: {choose: async () => 'retry'}},
    );
    expect(second.state.verdict).not.toBeNull();
    expect(since(before).toSorted()).toEqual(
      [
        'be-1 restore',
        'be-1 start',
        'be-1 stop',
        'be-1 undeploy',
        'be-2 restore',
        'be-2 start',
        'be-2 unstage',
      ].toSorted(),
    );
  });
});

describe('what an undo does not touch', () => {
  it('is what the run found done before it', () => {
    const {state} = story;
    const [id] = Object.keys(state.steps).filter(step => step.endsWith('stop@be-2'));
    const untouched = {...state.steps};
    for (const step of Object.keys(untouched).filter(name => name === id))
      Object.assign(untouched, {
        [step]: {status: 'done', attempt: 0, already: true, at: 0, ms: 0, facts: {}, outcome: null},
      });
    const taken = takeBack({...state, steps: untouched}, ['backends'], story.system, story.cluster);
    const names = taken.kind === 'plan' ? taken.plan.phases[0]?.lanes[0]?.steps.map(({name}) => name) : [];
    expect(names).toEqual(['undo-deploy', 'undo-backup', 'undo-stage']);
  });
});

describe('a point of no return', () => {
  it('refuses the phase behind it, with the reason', async () => {
    const passed = await halfDone(null);
    const taken = takeBack(passed.state, ['frontends'], passed.system, passed.cluster);
    expect(taken).toMatchObject({
      kind: 'refused',
      step: 'frontends/start@fe-1',
      because: {en: expect.stringContaining('3.0.6 cannot read'), zh: expect.stringContaining('3.0.6')},
    });
  });

  it('is not there before it was passed', async () => {
    const short = await halfDone({node: 'fe-1', name: 'doris.fe.deploy'});
    const taken = takeBack(short.state, ['frontends'], short.system, short.cluster);
    expect(taken.kind).toBe('plan');
    if (taken.kind !== 'plan') return;
    const {state} = await drive(fresh(taken.plan), short);
    expect(state.verdict).not.toBeNull();
  });

  it('is not there where the old version can read what the new one wrote', async () => {
    const patch = await halfDone(null, {}, '3.0.8');
    expect(takeBack(patch.state, ['frontends'], patch.system, patch.cluster).kind).toBe('plan');
  });
});

describe.runIf(process.platform === 'linux')('a deploy that was torn between its two renames', () => {
  let folder = '';
  let home = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lakeup-undo-'));
    home = join(folder, 'be');
  });
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  const write = (path: string, text: string): void => {
    mkdirSync(join(path, '..'), {recursive: true});
    writeFileSync(path, text);
  };
  const carryOut = (script: string): number =>
    spawnSync('bash', ['-c', script], {encoding: 'utf8', timeout: 30_000}).status ?? -1;
  const tree = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(home, {recursive: true, withFileTypes: true})
        .filter(entry => entry.isFile())
        .map(entry => {
          const path = join(entry.parentPath, entry.name);
          return [relative(home, path), readFileSync(path, 'utf8')];
        }),
    );

  it('comes back byte by byte, by the scripts of the very undo plan', () => {
    const {stamp} = story.state.plan;
    for (const part of ['bin', 'lib']) write(join(home, part, 'version'), `old ${part}\0\n`);
    write(join(home, 'conf/be.conf'), 'kept');
    const before = tree();
    for (const part of ['bin', 'lib']) renameSync(join(home, part), join(home, `${part}_backup_${stamp}`));
    write(join(home, 'bin/version'), 'new bin');
    write(join(home, `.lakeup-stage-${stamp}/lib/version`), 'new lib');
    const lane = planOf(story).phases[0]?.lanes.find(({node}) => node === 'be-2');
    for (const name of ['undo-deploy', 'undo-backup', 'undo-stage']) {
      const action = lane?.steps.find(step => step.name === name)?.action;
      const script = action?.kind === 'script' ? action.script.replaceAll('/opt/doris/be', home) : 'exit 9';
      // Twice: an action whose answer was lost may be sent again.
      expect([carryOut(script), carryOut(script)], name).toEqual([0, 0]);
    }
    const after = tree();
    expect(after).toMatchObject(before);
    expect(Object.keys(after).filter(path => !(path in before))).toEqual([`bin_failed_${stamp}/version`]);
  });
});
