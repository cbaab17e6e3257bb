import {describe, expect, it} from 'vitest';
import type {Ask, HttpReply} from '../../../../src/model/ask.ts';
import {failureOfHold} from '../../../../src/model/describe.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {type Plan, planSteps} from '../../../../src/model/plan.ts';
import {stepState} from '../../../../src/model/state.ts';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

const IN_PLACE = {before: {from: '2.8.0', homes: 'dir'}} as const;
const LATE = {faults: [{fault: 'unpins', node: NodeId.parse('w-2')}]};

/** In the run's own folder, in the old version. */
const IN_FOLDER = (name: string): RegExp =>
  new RegExp(`^/opt/alluxio(-2\\.3\\.0)?/\\.lakeup-[0-9_]+/${name}$`);

/** What the last look at pins says, in a plan. */
const titleOf = ({verify}: Plan): string =>
  verify.flatMap(({checks}) => checks).find(({expect: its}) => its.pinned !== undefined)?.title.en ?? '';

describe('files that are pinned', () => {
  it.each([
    ['back up, format, restore', {}],
    ['in place', IN_PLACE],
  ])('are counted, listed and told of, and are there at the end: %s', async (_, how) => {
    const {fake: _fake, ...driving} = bootAlluxio(how);
    const plan = await planFor(driving);
    const {state, events} = await drive(fresh(plan), driving);
    expect(state.verdict?.verified).toHaveLength(driving.cluster.nodes.length);
    const shown = events.flatMap(event => (event.type === 'gate.reached' ? event.blast : []));
    expect(shown).toContainEqual(
      expect.objectContaining({
        notPersistedList: expect.stringMatching(IN_FOLDER('not-persisted')),
        pinnedPaths: 3,
        pinnedList: expect.stringMatching(IN_FOLDER('pinned')),
        pinnedSuchAs: expect.arrayContaining(['/warehouse/part-00005']),
      }),
    );
    expect(shown).toContainEqual({pinned: 3, pinnedBefore: 3});
    const [mark] = planSteps(plan).filter(({name}) => name === 'mark');
    expect(mark && stepState(state, mark.id)).toMatchObject({facts: {pinned: 3}});
  });

  it('where one is gone at the end nobody is verified without a word, and all is well once it is pinned again', async () => {
    const {fake, ...driving} = bootAlluxio({...IN_PLACE, ...LATE});
    const plan = await planFor(driving);
    const why: string[] = [];
    const {state} = await drive(fresh(plan), {
      ...driving,
      operator: {
        choose: async now => {
          const [hold] = now.holds;
          why.push(hold === undefined ? '' : JSON.stringify(failureOfHold(hold, now)));
          if (why.length === 2) fake.heal();
          return why.length > 3 ? 'leave' : 'retry';
        },
      },
    });
    const title = expect.stringContaining(JSON.stringify(titleOf(plan)));
    expect(why).toEqual([title, title]);
    expect(state.verdict?.verified).toHaveLength(driving.cluster.nodes.length);
  });

  it.each([
    ['a directory', IN_PLACE, `/opt/alluxio_backup_STAMP/.lakeup-STAMP/pinned`],
    ['a link', {}, `/opt/alluxio-2.3.0/.lakeup-STAMP/pinned`],
  ])('are named by a list that lies in the old version, behind %s', async (_, how, list) => {
    const plan = await planFor(bootAlluxio(how));
    expect(titleOf(plan)).toContain(`bin/alluxio fs pin PATH`);
    expect(titleOf(plan)).toContain(`10.1.1.1:${list.replaceAll('STAMP', plan.stamp)} names`);
    // It may not be there: listing keeps nobody from anything.
    expect(titleOf(plan)).toContain(
      'where there is no such list, each that a line with "and unpin" names in logs/job_worker.log',
    );
  });

  it('are in no plan of an old version that does not tell how many there are', async () => {
    const {fake: _fake, ask, ...driving} = bootAlluxio(IN_PLACE);
    const untold = async (...asked: Parameters<Ask>) => {
      const reply: {kind: string; body?: string} = await ask(...asked);
      return reply.kind === 'http'
        ? {...reply, body: (reply as HttpReply).body.replace('Master.FilesPinned', 'Master.Other')}
        : reply;
    };
    const plan = await planFor({...driving, ask: untold as Ask});
    expect(titleOf(plan)).toBe('');
    expect(JSON.stringify([plan.phases, plan.verify])).not.toMatch(/pinned/);
  });
});
