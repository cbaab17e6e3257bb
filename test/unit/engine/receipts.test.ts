import {describe, expect, it} from 'vitest';
import type {Lease} from '../../../src/engine/lease.ts';
import {BUSY_EXIT, CUT_OFF_EXIT, NO_RECEIPT_EXIT} from '../../../src/lib/exit-codes.ts';
import {describeFailure} from '../../../src/model/describe.ts';
import {describeKnowledge} from '../../../src/model/describe-knowledge.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import type {Step} from '../../../src/model/plan.ts';
import {
  type Answer,
  type Answers,
  a,
  exited,
  lost,
  makeToy,
  numbered,
  phase,
  planned,
  planOf,
  RUN,
  refused,
  step,
  story,
  type Toy,
} from './toy.ts';

/** A lease that is had at once, and tells every action so. */
const lease: Lease = {
  take: async (_resumed, intend) => {
    await intend({token: 3, hand: 'word', from: null});
    return {kind: 'taken', token: 3, places: 1, from: null};
  },
  wanted: () => ({token: 3, hand: 'word'}),
  quiet: async () => true,
  hand: async () => ({
    kind: 'vars',
    vars: {lease_at: '/srv/toy', lease_kind: 'in', lease_run: RUN, lease_token: 3, lease_hand: 'word'},
  }),
  stands: async () => null,
  busyAt: async () => [],
  onLost: () => undefined,
  attend: () => undefined,
  rest: () => undefined,
  free: async () => [],
};

const receipt = (state: string): Answer => exited(0, '', `receipt=${state}\n`);

type Case = {
  readonly step?: Partial<Step>;
  readonly looks: readonly Answer[];
  readonly act?: Answer;
  readonly receipts: readonly Answer[];
  readonly follows?: readonly Answer[];
  readonly answers?: Answers;
  /** What is in the journal already: lakeup died after it. */
  readonly past?: readonly Happening[];
};

const actOut = async ({
  step: more = {},
  looks,
  act = lost(),
  receipts,
  follows = [],
  answers = {},
  past,
}: Case): Promise<Toy> => {
  const toy = makeToy(answers);
  toy.says(a, 'status', ...looks);
  toy.says(a, 'stop', act);
  toy.says(a, 'receipt.look', ...receipts);
  toy.says(a, 'receipt.follow', ...follows);
  toy.says(a, 'receipt.clear', exited(0));
  const plan = planned(planOf(phase('p', [step(a, 'stop', more)])));
  await toy.run(
    past === undefined
      ? {kind: 'new', planned: plan}
      : {kind: 'resumed', events: numbered(plan, ...past), lakeup: 'test'},
    lease,
  );
  return toy;
};

const steps = (toy: Toy): string[] => story(toy.events).filter(each => each.startsWith('step.'));
const asked = (toy: Toy): string[] => toy.asked.filter(entry => / (stop|receipt\..*)$/.test(entry));
const acted = (events: readonly Event[]): unknown =>
  events.find(({type}) => type === 'step.acted') ?? 'nothing was told of its end';
const STEP = 'p/stop@a' as Step['id'];
const BEGUN: readonly Happening[] = [
  {type: 'lease.wanted', token: 2, hand: 'earlier', from: null},
  {type: 'lease.taken', token: 2, places: 1, from: null},
  {type: 'lane.begun', phase: 'p' as never, node: a, ranks: {}},
  {type: 'step.started', step: STEP, attempt: 1},
];

describe('an action whose link is lost', () => {
  it('is found again by its receipt: output and exit code are its own, and it is acknowledged once they are kept', async () => {
    const toy = await actOut({
      looks: [{stop: false}, {stop: true}],
      receipts: [refused(), receipt('running')],
      follows: [exited(0, 'aside', 'done')],
    });
    expect(steps(toy)).toEqual([
      'step.started p/stop@a',
      'step.reattached p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
    ]);
    expect(acted(toy.events)).toMatchObject({outcome: {code: 0, stdout: 'done', stderr: 'aside'}});
    expect(asked(toy)).toEqual([
      'a stop',
      'a receipt.look',
      'a receipt.look',
      'a receipt.follow',
      'a receipt.clear',
    ]);
  });

  it('tells its own exit code, whatever became of the link', async () => {
    const toy = await actOut({
      looks: [{stop: false}],
      receipts: [receipt('ended')],
      follows: [exited(5, 'it broke')],
    });
    expect(steps(toy)).toEqual([
      'step.started p/stop@a',
      'step.reattached p/stop@a',
      'step.acted p/stop@a',
      'step.failed p/stop@a',
    ]);
    expect(toy.events.find(({type}) => type === 'step.failed')).toMatchObject({
      failure: {kind: 'exit', code: 5, tail: 'it broke'},
    });
  });

  it('is followed on where the link is lost once more', async () => {
    const toy = await actOut({
      looks: [{stop: false}, {stop: true}],
      receipts: [receipt('running')],
      follows: [lost(), exited(0)],
    });
    expect(steps(toy)).toEqual([
      'step.started p/stop@a',
      'step.reattached p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
    ]);
    expect(asked(toy).filter(entry => entry === 'a stop')).toHaveLength(1);
  });

  it.each<[string, readonly Answer[], readonly Answer[]]>([
    ['has none', [receipt('none')], []],
    ['is gone when it is read', [receipt('ended')], [exited(NO_RECEIPT_EXIT)]],
  ])(
    'whose receipt %s is lost as ever: the facts decide, and nothing is told of its end',
    async (_, receipts, follows) => {
      const toy = await actOut({looks: [{stop: false}, {stop: true}], receipts, follows});
      expect(steps(toy).filter(each => !each.startsWith('step.reattached'))).toEqual([
        'step.started p/stop@a',
        'step.done p/stop@a',
      ]);
    },
  );

  it.each<[string, Answer, readonly Answer[], readonly Answer[]]>([
    ['so says its receipt', lost(), [receipt('cut-off')], []],
    ['so it comes out while it is followed', lost(), [receipt('running')], [exited(CUT_OFF_EXIT)]],
    ['so says the launcher', exited(CUT_OFF_EXIT), [receipt('none')], []],
  ])(
    'that was ended on its host before it could tell is no success: %s',
    async (_, act, receipts, follows) => {
      const toy = await actOut({looks: [{stop: false}], act, receipts, follows});
      expect(acted(toy.events)).toBe('nothing was told of its end');
      expect(toy.events.find(({type}) => type === 'step.failed')).toMatchObject({
        failure: {kind: 'lost', trouble: 'cut-off'},
      });
    },
  );

  it.each<[string, readonly Answer[], readonly Answer[], string]>([
    ['may have begun where no receipt says so', [receipt('none')], [], 'Lost: it may have begun. '],
    ['may have begun where its host does not answer', [refused()], [], 'Lost: it may have begun. '],
    ['had begun where its receipt was found', [receipt('running')], [lost()], 'Lost: it had begun. '],
    ['had begun where its receipt says so', [receipt('cut-off')], [], 'Lost: it had begun. '],
  ])('%s', async (_, receipts, follows, said) => {
    const toy = await actOut({looks: [{stop: false}], receipts, follows});
    const failed = toy.events.find(({type}) => type === 'step.failed');
    if (failed?.type !== 'step.failed') throw new Error('nothing failed');
    expect(describeFailure(failed.failure).en.startsWith(said)).toBe(true);
    expect(describeKnowledge(failed.failure, 'perhaps').known.en).toBe(
      said.includes('may') ? 'The action was sent, and may have begun.' : 'The action was begun.',
    );
  });

  it('is asked for until its own limit, and no longer', async () => {
    const toy = await actOut({looks: [{stop: false}], receipts: [refused()]});
    const last = toy.asked.lastIndexOf('a receipt.look');
    expect(toy.asked.slice(last + 1)).not.toContain('a receipt.look');
    expect(toy.events.find(({type}) => type === 'step.failed')).toMatchObject({
      failure: {kind: 'lost', trouble: 'dropped'},
    });
  });

  it('that is at work beyond its limit is lost as ever, and is let be', async () => {
    const toy = await actOut({
      looks: [{stop: false}],
      receipts: [receipt('running')],
      follows: [lost()],
    });
    expect(steps(toy).at(-1)).toBe('step.failed p/stop@a');
    expect(asked(toy)).not.toContain('a receipt.end');
  });
});

describe('an action that lakeup died in', () => {
  it('is followed on by whoever resumes the run, and not sent again', async () => {
    const toy = await actOut({
      past: BEGUN,
      looks: [{stop: true}],
      receipts: [receipt('running')],
      follows: [exited(0, '', 'done')],
    });
    expect(steps(toy)).toEqual(['step.reattached p/stop@a', 'step.acted p/stop@a', 'step.done p/stop@a']);
    expect(asked(toy)).toEqual(['a receipt.look', 'a receipt.follow', 'a receipt.clear']);
    expect(toy.scripts.find(({body}) => body.name === 'receipt.follow')?.vars).toMatchObject({
      receipt_run: RUN,
      receipt_step: 'p/stop@a',
      receipt_attempt: 1,
      receipt_hands: ['earlier'],
    });
  });

  it('fails as it would have, where that is how it ended', async () => {
    const toy = await actOut({
      past: BEGUN,
      looks: [{stop: false}],
      receipts: [receipt('ended')],
      follows: [exited(5, 'it broke')],
    });
    expect(steps(toy)).toEqual(['step.reattached p/stop@a', 'step.acted p/stop@a', 'step.failed p/stop@a']);
  });

  it('that had been turned away waits again with its gates shut', async () => {
    const toy = await actOut({
      past: BEGUN,
      looks: [{stop: false}, {stop: true}],
      act: exited(0),
      receipts: [receipt('ended')],
      follows: [exited(BUSY_EXIT, 'stage is at work')],
    });
    expect(steps(toy).slice(0, 2)).toEqual(['step.reattached p/stop@a', 'step.reset p/stop@a']);
  });

  it.each<[string, Answer]>([
    ['none', receipt('none')],
    ['of one that was ended before it could tell', receipt('cut-off')],
    ['no host that says', refused()],
  ])('with %s is looked at by its facts, as ever', async (_, look) => {
    const toy = await actOut({past: BEGUN, looks: [{stop: true}], receipts: [look]});
    expect(steps(toy)).toEqual(['step.done p/stop@a']);
    expect(asked(toy)).not.toContain('a stop');
  });
});
