import {describe, expect, it} from 'vitest';
import {foldEvents} from '../../../../src/model/reduce.ts';
import {startLineOf} from '../../../../src/model/start-by-hand.ts';
import type {RunState} from '../../../../src/model/state.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {drive, fresh} from '../../../walks/drive.ts';
import {halfDone, undoPlanOf} from '../../../walks/undo-story.ts';

const story = await halfDone({
  lose: {node: 'be-2', name: 'doris.be.deploy'},
  shape: {ms: 1, recyclers: 0, groups: {cg: 3}, fe: 3},
});

const lineOf = (node: string, state: RunState = story.state): string | null => {
  const found = story.cluster.nodes.find(({id}) => id === node);
  return found === undefined ? null : startLineOf(state, doris, found.id);
};

/** The same run, whose package's start script has another name. */
const renamed = (state: RunState): RunState => {
  const survey = Object.fromEntries(
    Object.entries(state.plan.survey).map(([id, facts]) => [id, {...facts, packageStart: 'start_new.sh'}]),
  );
  return {...state, plan: {...state.plan, survey}};
};

describe('the line that starts a node by hand', () => {
  it('is that of the plan: in its home, with its flags, its environment and its limit', () => {
    expect(lineOf('be-1')).toBe(
      'cd /opt/doris/be && (ulimit -n 655350; JAVA_HOME=/usr/lib/jvm/java-17 bash bin/start_be.sh --daemon)',
    );
  });

  it('names the script of the files that are there', () => {
    expect(lineOf('be-1', renamed(story.state))).toContain('bash bin/start_new.sh');
    expect(lineOf('be-3', renamed(story.state))).toContain('bash bin/start_be.sh');
  });

  it('is none of a node that the run took out: a retry brings it back', () => {
    expect(lineOf('be-2')).toBeNull();
  });

  it('is none of an old frontend beside one that went on, which would end again', () => {
    const done = story.state.plan.phases
      .find(({id}) => id === 'frontends')
      ?.lanes.find(({node}) => node !== 'fe-1');
    const steps = Object.fromEntries(
      (done?.steps ?? []).map(({id}) => [
        id,
        {
          status: 'done',
          attempt: 1,
          at: 0,
          ms: 0,
          touchedAt: 0,
          already: false,
          facts: {},
          outcome: null,
        } as const,
      ]),
    );
    expect(lineOf('fe-1')).toContain('start_fe.sh');
    const state = {...story.state, steps: {...story.state.steps, ...steps}};
    expect(lineOf('fe-1', state)).toBeNull();
    expect(lineOf(done?.node ?? '', state)).toContain('start_fe.sh');
  });

  it('is none of a node that the plan never starts', () => {
    const {plan} = story.state;
    expect(
      doris.startLine?.({...plan, phases: []}, story.cluster.nodes[0]?.id ?? fail(), AS_BEFORE),
    ).toBeNull();
  });

  it('is that of the old files once a run was taken back', async () => {
    const {events} = await drive(fresh(undoPlanOf(story, 'backends')), story);
    const state = foldEvents(events);
    expect(lineOf('be-1', renamed(state))).toContain('bash bin/start_be.sh');
  });
});

const AS_BEFORE = {files: 'before', othersWentOn: false} as const;
const fail = (): never => {
  throw new Error('no node');
};
