import {describe, expect, test} from 'vitest';
import type {Look} from '../../src/model/facts.ts';
import {NodeId} from '../../src/model/ids.ts';
import {reason} from '../../src/model/reason.ts';
import type {RunState} from '../../src/model/state.ts';
import type {Lang} from '../../src/model/text.ts';
import {plain} from '../../src/model/text.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {widthOf} from '../../src/ui/width.ts';
import {type Opened, type Size, withScenario} from './harness.ts';
import {recordingOf} from './prepared.ts';

// What a question says of the service meanwhile: of nodes that are out already, and of those that are counted on.

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];
const CASES = SIZES.flatMap(size => (['en', 'zh'] as const).map(lang => ({size, lang})));

const node = (name: string): NodeId => NodeId.parse(name);
const silent: Look = {kind: 'silent', reasons: [reason(plain('no answer'))]};
const health = (value: string, more = {}): Look => ({
  kind: 'seen',
  facts: {health: value, version: '3.0.6', ...more},
});

/** The body of the dialog as one line of words; Chinese is broken without a blank. */
const bodyOf = (opened: Opened): string =>
  opened
    .lines()
    .filter(line => /^ [│┃]/.test(line))
    .map(line => line.replaceAll(/[│┃]/g, '').trim())
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])/g, '');

const see = async (opened: Opened, name: string, look: Look): Promise<void> => {
  const at = opened.hand.clock.now();
  opened.feed.sighting({node: node(name), probe: 'status', at, look});
  opened.feed.tick();
  await opened.settle();
};

const change = async (opened: Opened, make: (run: RunState) => RunState): Promise<void> => {
  opened.store.setState(({run}) => ({run: run === null ? null : make(run)}));
  await opened.settle();
};

const leftOut =
  (...names: readonly string[]) =>
  (run: RunState): RunState => ({...run, plan: {...run.plan, out: names.map(node)}});

describe('who is out already when a question is put', () => {
  const said: Readonly<Record<Lang, RegExp>> = {
    en: /meanwhile 1 node is not serving: be-3 on 10\.20\.0\.18 since before 02:\d\d:\d\d; 3 of 4 Backends cg_etl serve: be-1, be-2, be-4/,
    zh: /期间 1 个节点未提供服务：be-3（10\.20\.0\.18，02:\d\d:\d\d 之前起）；4 个 BE 后端 cg_etl 中有 3 个在提供服务：be-1, be-2, be-4/,
  };
  test.each(CASES)(
    'is told with host, since when, and who serves, at $size in $lang',
    async ({size, lang}) => {
      await withScenario('confirm', {size, lang}, async opened => {
        await change(opened, leftOut('be-3'));
        // On the smallest screen it stands below the edge, until it is turned to.
        await opened.send('\u001b[6~');
        expect(bodyOf(opened)).toMatch(said[lang]);
        expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(size[0]);
      });
    },
  );

  test('of many the first are named, since when, and who serves of each kind', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      await change(opened, leftOut('be-1', 'be-2', 'be-5', 'be-6'));
      expect(bodyOf(opened)).toMatch(
        /meanwhile 4 nodes are not serving: be-1, be-2, be-5, be-6; the longest since before 02:\d\d:\d\d; 2 of 4 Backends cg_etl serve: be-3, be-4; none of 2 Backends cg_bi is seen to serve/,
      );
    });
  });

  test('so does a dialog in which somebody is about to leave', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      await change(opened, leftOut('be-3'));
      await opened.send('q');
      opened.store.setState({leaving: 'asked'});
      await opened.settle();
      expect(bodyOf(opened)).toMatch(
        /Until the run goes on, 1 node is not serving: be-3 on 10\.20\.0\.18 since before .*; 3 of 4 Backends cg_etl serve/,
      );
    });
  });
});

const NO_OUTAGE = /no outage is expected|预计不会中断服务/;

describe('that no outage is expected', () => {
  test.each(CASES)(
    'is said while everybody else of its kind is seen to serve, at $size in $lang',
    async how => {
      await withScenario('confirm', how, async opened => {
        expect(bodyOf(opened)).toMatch(NO_OUTAGE);
      });
    },
  );

  test.each<[what: string, look: Look]>([
    ['went down by itself', health('down')],
    ['does not answer', silent],
    ['comes up just now', health('starting')],
  ])('is not said once one of its kind %s; who it is, and that it is waited for', async (_, look) => {
    for (const {size, lang} of CASES)
      await withScenario('confirm', {size, lang}, async opened => {
        await see(opened, 'be-6', look);
        await opened.send('\u001b[6~');
        const body = bodyOf(opened);
        expect(body).not.toMatch(NO_OUTAGE);
        expect(body).toMatch(
          {
            en: /not seen to serve just now: be-6\. lakeup stops nobody of its kind until it is/,
            zh: /目前未看到以下节点提供服务：be-6。在其恢复之前，lakeup 不会停止任何同类节点/,
          }[lang],
        );
        expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(size[0]);
        await see(opened, 'be-6', health('ok'));
        await opened.send('\u001b[5~');
        if (size[1] > 24) expect(bodyOf(opened), 'once it serves again it is said again').toMatch(NO_OUTAGE);
      });
  });

  test('is not said of one that runs and is given no work: another has to be able to take over', async () => {
    for (const lang of ['en', 'zh'] as const)
      await withScenario('confirm', {size: [120, 40], lang}, async opened => {
        await see(opened, 'be-6', health('ok', {unfit: ['decommissioned']}));
        expect(bodyOf(opened)).not.toMatch(NO_OUTAGE);
        expect(bodyOf(opened)).toMatch(
          {
            en: /given no work: be-6\. Before each stop lakeup waits until another one of its group can take over/,
            zh: /不会被分配工作：be-6。每次停止之前，lakeup 都会等到同组有其他节点可以接管/,
          }[lang],
        );
      });
  });

  test('is not said of looks that are too old', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      opened.store.setState(({looks}) => {
        const old = looks.get(node('be-2'));
        return old === undefined ? {} : {looks: new Map(looks).set(node('be-2'), {...old, stale: true})};
      });
      await opened.settle();
      expect(bodyOf(opened)).toMatch(/not seen to serve just now: be-2\./);
    });
  });

  test('names many by the first of them', async () => {
    await withScenario('confirm', {size: [200, 60]}, async opened => {
      for (const name of ['be-1', 'be-2', 'be-3', 'be-4', 'be-6']) await see(opened, name, health('down'));
      expect(bodyOf(opened)).toMatch(/not seen to serve just now: be-1, be-2, be-3, be-4, be-6\. lakeup/);
    });
  });

  test('says that nobody waits for one that was skipped', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      const six = node('be-6');
      await change(opened, run => ({
        ...run,
        skipped: {[six]: {because: 'its disk', as: 'out', agreedDown: true, at: run.at}},
      }));
      await see(opened, 'be-6', health('down'));
      expect(bodyOf(opened)).not.toMatch(NO_OUTAGE);
      expect(bodyOf(opened)).toMatch(
        /not seen to serve just now: be-6\. It was skipped, so nobody waits for it/,
      );
    });
  });

  test('of a role that nothing waits for, nothing else is claimed', async () => {
    await withScenario('start', {size: [120, 40]}, async opened => {
      await change(opened, withoutOwnChecks);
      await see(opened, 'ms-2', health('down'));
      expect(bodyOf(opened)).toMatch(
        /not seen to serve just now: ms-2\. What they do may have to wait meanwhile/,
      );
      expect(bodyOf(opened)).not.toMatch(NO_OUTAGE);
    });
  });

  test('one that is the last left of its phase is not called the only one of its kind', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      await change(opened, run => ({
        ...run,
        plan: {
          ...run.plan,
          phases: run.plan.phases.map(phase =>
            phase.role === 'be' ? {...phase, lanes: phase.lanes.slice(0, 1)} : phase,
          ),
        },
      }));
      expect(bodyOf(opened)).toMatch(/others of its kind keep serving/);
    });
  });
});

/** A plan whose stops ask for nobody of their own role. */
const withoutOwnChecks = (run: RunState): RunState => ({
  ...run,
  plan: {
    ...run.plan,
    phases: run.plan.phases.map(phase => ({
      ...phase,
      lanes: phase.lanes.map(lane => {
        const [first, ...others] = lane.steps.map(step => ({
          ...step,
          gates: step.gates.filter(gate => gate.kind !== 'check' || !('othersDown' in gate.check.expect)),
        }));
        return first === undefined ? lane : {...lane, steps: [first, ...others] as const};
      }),
    })),
  },
});

test('what is said of whom a stop waits for is what the recorded plan asks before it', async () => {
  const [planned] = (await recordingOf('whole')).events;
  if (planned?.type !== 'run.planned') throw new Error('no plan');
  const says = planned.plan.phases.flatMap(({role, lanes}) =>
    lanes.flatMap(({steps}) =>
      steps
        .filter(({service}) => service === 'leaves')
        .map(step => [role, doris.standIns?.waitsForAll(step), doris.standIns?.waitsForOne(step)].join(' ')),
    ),
  );
  expect([...new Set(says)]).toEqual([
    'ms true false',
    'recycler false false',
    'be true true',
    'fe true false',
  ]);
});

describe('where several of one kind do not serve', () => {
  test.each(CASES.filter(({size}) => size !== SIZES[0]))(
    'who serves instead is said once, at $size.0×$size.1 in $lang',
    async ({size, lang}) => {
      await withScenario('held', {size, lang}, async opened => {
        for (const name of ['be-1', 'be-2']) await see(opened, name, health('down'));
        const said = bodyOf(opened);
        const serving = {en: /of \d Backends cg_etl serve: be-4/g, zh: /个在提供服务：be-4/g}[lang];
        expect(said.match(serving)).toHaveLength(1);
        for (const name of ['be-1', 'be-2'])
          expect(said).toMatch(
            {en: new RegExp(`not because of the run: ${name} on`), zh: new RegExp(`${name}（`)}[lang],
          );
      });
    },
  );
});
