import {describe, expect, test} from 'vitest';
import type {Happening} from '../../src/model/event.ts';
import type {Finding} from '../../src/model/finding.ts';
import {NodeId} from '../../src/model/ids.ts';
import type {Plan, Step} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import {outOfService, type RunState} from '../../src/model/state.ts';
import {text} from '../../src/model/text.ts';
import {makeOperator} from '../../src/store/operator.ts';
import {widthOf} from '../../src/ui/width.ts';
import {NIGHT, type Opened, type Size, withScenario} from './harness.ts';
import type {ScenarioName} from './prepared.ts';

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];

/** The steps of a plan as if nothing came back before the last phase: all are stopped first, all are started at the end. */
const stopAllFirst = (plan: Plan): Plan => {
  const lanesOf = (keep: (step: Step) => boolean) =>
    plan.phases
      .filter(({role}) => role === 'be')
      .flatMap(({lanes}) => lanes)
      .flatMap(lane => {
        const [first, ...rest] = lane.steps.filter(keep);
        return first === undefined ? [] : [{...lane, steps: [first, ...rest] as const}];
      });
  const be = plan.phases.find(({role}) => role === 'be');
  if (be === undefined) throw new Error('no backends');
  const [first = be] = plan.phases;
  return {
    ...plan,
    phases: [
      {...be, title: text('Stop', '停止全部'), lanes: lanesOf(step => step.name !== 'start')},
      {...first, id: be.id, title: text('Start', '启动全部'), lanes: lanesOf(step => step.name === 'start')},
    ],
  };
};

const told = (run: RunState, plan: Plan, happenings: readonly Happening[]): RunState => {
  const planned: Happening = {
    type: 'run.planned',
    run: run.run,
    lakeup: 'test',
    inventory: run.inventory,
    plan,
    findings: [],
  };
  const [first, ...rest] = [planned, ...happenings].map((happening, i) => ({
    ...happening,
    seq: i,
    at: NIGHT - 60_000 + i * 1_000,
  }));
  if (first === undefined) throw new Error('nothing is told');
  return rest.reduce(reduce, reduce(null, first));
};

/** Shows a run in which six backends were stopped in a phase of their own, one of them perhaps not. */
const showStopped = (opened: Opened): RunState => {
  const {run} = opened.store.getState();
  if (run === null) throw new Error('the scenario has no run');
  const plan = stopAllFirst(run.plan);
  const steps = (plan.phases[0]?.lanes ?? []).flatMap(lane => lane.steps);
  const happenings = steps.flatMap((step): Happening[] => {
    const started: Happening = {type: 'step.started', step: step.id, attempt: 1};
    if (step.node === 'be-6' && step.name !== 'stage') {
      if (step.name !== 'stop') return [];
      return [
        started,
        {
          type: 'step.failed',
          step: step.id,
          failure: {kind: 'lost', trouble: 'dropped', detail: text('x', 'x')},
        },
      ];
    }
    return [started, {type: 'step.done', step: step.id, already: false, facts: {}}];
  });
  const next = told(run, plan, happenings);
  opened.store.setState({run: next});
  return next;
};

const held = (run: RunState): RunState => reduce(run, {type: 'run.held', seq: run.seq + 1, at: NIGHT});

describe.each(SIZES)('nodes that the run has stopped, at %i×%i', (columns, rows) => {
  test.each(['en', 'zh'] as const)('are told by name, since when, in %s', async lang => {
    await withScenario('start', {size: [columns, rows], lang}, async opened => {
      const run = showStopped(opened);
      await opened.settle();
      expect(outOfService(run).map(({node, certain}) => `${node} ${certain}`)).toEqual([
        ...['be-1 true', 'be-2 true', 'be-3 true', 'be-4 true', 'be-5 true', 'be-6 false'],
      ]);
      const names = 'be-1, be-2, be-3, be-4, be-5';
      const said = {
        en: `5 nodes are not serving: ${names}; perhaps also be-6`,
        zh: `5 个节点未提供服务：${names}；可能还有 be-6`,
      }[lang];
      if (columns >= 200) expect(opened.lines()[2]).toContain(` ▽ ${said}`);
      expect(opened.lines()[2]).toMatch(/ ▽ .*be-1.*02:\d\d:\d\d/);
      expect(opened.text(), 'a question does not claim that there is no outage').not.toMatch(
        /no outage|不会中断/,
      );
      expect(opened.text()).toContain({en: 'meanwhile      5 nodes', zh: '期间      5 个节点'}[lang]);
      expect(opened.text()).toMatch(/▽ be-1.*\n?.*(out|停服)/);
      // On the smallest of them there is no room for the moment: the node tells it, in its title and its detail.
      if (columns > 80) expect(opened.text()).toMatch(/(since|out|停服|自) 02:14:03/);
      expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(columns);
    });
  });
});

describe('a hold while nodes are stopped', () => {
  test.each(['en', 'zh'] as const)('says what it costs, and so does leaving, in %s', async lang => {
    await withScenario('running', {lang, size: [120, 40]}, async opened => {
      const run = held(showStopped(opened));
      const over = new AbortController();
      const choice = makeOperator(opened.store, opened.hand.clock).choose(run, over.signal);
      // What failed first holds it too; this is about the wish to hold.
      opened.store.setState({run: {...run, holds: run.holds.slice(-1)}});
      await opened.settle();
      const cost = {
        en: 'Until the run goes on, 5 nodes are not serving: be-1',
        zh: '运行继续之前，5 个节点未提供服务：be-1',
      };
      expect(opened.text()).toContain(cost[lang]);
      opened.store.setState({leaving: 'asked'});
      await opened.settle();
      expect(opened.text()).toContain(cost[lang]);
      over.abort();
      expect(await choice).toBe('leave');
    });
  });
});

test.each(['en', 'zh'] as const)(
  'who was skipped while out is not said to come back with the run, in %s',
  async lang => {
    await withScenario('running', {lang, size: [120, 40]}, async opened => {
      const run = held(showStopped(opened));
      const be = NodeId.parse('be-1');
      const skipped = {[be]: {because: 'test', as: 'out', agreedDown: true, at: run.at}} as const;
      opened.store.setState({run: {...run, skipped}, leaving: 'asked', questions: []});
      await opened.settle();
      const says = {
        en: [
          /Until the run goes on, 4 nodes are not serving: be-2/,
          /not brought back: be-1 on 10\.20\.0\.16 since 02:14:03; none of 4/,
        ],
        zh: [
          /运行继续之前，4 个节点未提供服务：be-2/,
          /不会恢复：be-1（10\.20\.0\.16，自 02:14:03 起）；4 个/,
        ],
      }[lang];
      for (const words of says) expect(opened.text()).toMatch(words);
    });
  },
);

test('a node tells in its detail since when it is stopped', async () => {
  await withScenario('start', {size: [120, 40]}, async opened => {
    showStopped(opened);
    opened.store.setState({questions: [], selected: NodeId.parse('be-2')});
    await opened.settle();
    expect(opened.text()).toMatch(/── be-2 · .* · out of service since 02:14:11/);
    await opened.send('\r');
    expect(opened.text()).toContain('▽ be-2 on 10.20.0.17, out of service since 02:14:11');
    opened.store.setState({selected: NodeId.parse('be-6')});
    await opened.settle();
    expect(opened.text()).toContain('▽ be-6 on 10.20.0.21, perhaps out of service since 02:14:43');
  });
});

const warning = (node: string, level: Finding['level'] = 'warn'): Finding => ({
  check: 'swap',
  node: NodeId.parse(node),
  level,
  title: text('swap is on', '开启了交换分区'),
  seen: text('1 device', '1 个设备'),
  fix: text('turn it off', '请关闭'),
});

describe('what preflight warned of', () => {
  test.each([
    [
      'en',
      '2 warnings: p',
      /warned of +▲ be-1.*: 1 device/,
      ['▲ be-1, be-2: swap is on', 'seen   1 device', 'to do  turn it off'],
    ],
    [
      'zh',
      '2 条警告：p',
      /预检警告 +▲ be-1.*: 1 个设备/,
      ['▲ be-1, be-2: 开启了交换分区', '实际  1 个设备', '处理  请关闭'],
    ],
  ] as const)(
    'is counted in the header, named in the first question and told at the head of the plan, in %s',
    async (lang, count, named, lines) => {
      await withScenario('start', {lang}, async opened => {
        const {run} = opened.store.getState();
        if (run === null) throw new Error('the scenario has no run');
        expect(opened.lines()[2]).toBe('');
        const findings = [warning('be-1'), warning('be-2'), warning('be-3', 'pass')];
        // The plan is drawn once, so a run with other findings has one of its own.
        opened.store.setState({run: {...run, plan: {...run.plan}, findings}});
        await opened.settle();
        expect(opened.lines()[2]).toContain(count);
        expect(opened.text()).toMatch(named);
        await opened.send('p');
        for (const words of lines) expect(opened.text()).toContain(words);
        expect(opened.text()).not.toContain('be-3');
      });
    },
  );
});

/** As checks make them: the title says what is not so, and what was seen is each node's own. */
const foundBy = (
  check: string,
  nodes: readonly (string | null)[],
  seen: (node: number) => string,
): Finding[] =>
  nodes.map((node, i) => ({
    check,
    node: node === null ? null : NodeId.parse(node),
    level: 'warn',
    title: text(`not so: No ${check} is in its way`, `不成立：没有 ${check} 妨碍`),
    seen: text(seen(i), seen(i)),
    fix: null,
  }));

const BACKENDS = ['be-1', 'be-2'] as const;
const LONG =
  'process containerd-shim-runc-v2 (4711) of the engine of containers stands above it and starts it again';

const withWarnings = (
  findings: readonly Finding[],
  size: Size,
  use: (said: string) => void,
  scenario: ScenarioName = 'start',
): Promise<void> =>
  withScenario(scenario, {size}, async opened => {
    const {run} = opened.store.getState();
    if (run === null) throw new Error('the scenario has no run');
    opened.store.setState({run: {...run, plan: {...run.plan}, findings}});
    await opened.settle();
    use(opened.text());
  });

describe('what preflight warned of, in the first question', () => {
  const SMALL: Size = [80, 24];
  const LARGE: Size = [200, 60];

  test('there is nothing where it warned of nothing', async () => {
    await withWarnings([], SMALL, said => expect(said).not.toContain('warned of'));
  });
  test('a small screen tells as much as there is room for of what was seen, and counts the rest', async () => {
    const findings = [
      ...foundBy('swap', BACKENDS, () => 'swap is on'),
      ...foundBy('log', [null], () => 'old log'),
      ...foundBy('shim', BACKENDS, () => LONG),
      ...foundBy('clock', ['fe-1'], () => 'clock 3 s off'),
    ];
    await withWarnings(findings, SMALL, said => {
      expect(said).toContain('warned of      ▲ be-1 and 1 more: swap is on; old log, and 2 more (p)');
      expect(said).not.toContain('not so');
    });
  });
  test('one that is too long for it is cut; the rest is counted all the same', async () => {
    await withWarnings(
      foundBy('shim', BACKENDS, () => LONG),
      SMALL,
      said => {
        expect(said).toMatch(
          /warned of {6}▲ be-1 and 1 more: process containerd-shim-runc-v2 \(47.*… \(p\) +│/,
        );
      },
    );
    const findings = [
      ...foundBy('shim', BACKENDS, () => LONG),
      ...foundBy('swap', BACKENDS, () => 'swap is on'),
    ];
    await withWarnings(findings, SMALL, said => {
      expect(said).toMatch(/warned of {6}▲ be-1 and 1 more: process containerd.*…, and 1 more \(p\) +│/);
    });
  });
  test('what differs from node to node is one kind; of the whole cluster each is one', async () => {
    const nodes = Array.from({length: 1_000}, (_, i) => `be-${i + 1}`);
    const findings = [
      ...foundBy('shim', nodes, i => `shim (${i}) is there`),
      ...foundBy('files', [null, null], i => `${i + 3} lost`),
    ];
    await withWarnings(findings, SMALL, said => {
      expect(said).toContain('▲ be-1: shim (0) is there (999 more alike), and 2 more (p)');
    });
    await withWarnings(findings, LARGE, said => {
      expect(said).toContain('▲ be-1: shim (0) is there (999 more alike)');
      expect(said).toContain('▲ 4 lost');
    });
  });
  test('a large screen tells each kind, with its nodes, but no more than there is time to read', async () => {
    const kinds = Array.from({length: 10}, (_, i) =>
      foundBy(`kind-${i}`, BACKENDS, () => `${i} is seen`),
    ).flat();
    await withWarnings(kinds, LARGE, said => {
      expect(said).toContain('warned of      ▲ be-1, be-2: 0 is seen');
      expect(said).toContain('▲ be-1, be-2: 7 is seen');
      expect(said).toContain('and 2 more (p)');
      expect(said).not.toContain('8 is seen');
    });
  });
  test('a later question says no more of it than the header does', async () => {
    await withWarnings(
      foundBy('swap', BACKENDS, () => 'swap is on'),
      [120, 40],
      said => {
        expect(said).toContain('2 warnings: p');
        expect(said).not.toContain('swap is on');
      },
      'confirm',
    );
  });
});

const LONG_RULE = text(
  'one minor version up, node by node, in the order of the guide, and the master last of all, as it moves',
  '升一个小版本',
);

const withLongRule = (size: Size, use: (said: string, source: string) => void): Promise<void> =>
  withScenario('start', {size}, async opened => {
    const {run} = opened.store.getState();
    if (run === null) throw new Error('the scenario has no run');
    const rule = {...run.plan.rule, says: LONG_RULE};
    opened.store.setState({run: {...run, plan: {...run.plan, rule}}});
    await opened.settle();
    use(opened.text(), rule.source.en);
  });

test.each([
  [
    120,
    'why so         one minor version up, node by node, in the order of the guide, and the master last of all, as … (p)',
  ],
  [80, 'why so         one minor version up, node by node, in the order of … (p)'],
])('a rule that is too long for one line at %i columns ends between two words', async (columns, line) => {
  await withLongRule([columns, 24], said => expect(said).toContain(`${line} `));
});

test.each([
  [80, 40],
  [120, 40],
  [200, 60],
] as const)('at %i×%i, where there is room for another row, it is said whole', async (columns, rows) => {
  await withLongRule([columns, rows], (said, source) => {
    const words = said.replaceAll(/[│\s]+/g, ' ');
    expect(words).toContain(`why so ${LONG_RULE.en} (${source})`);
  });
});

test('the first question and the head of the plan say why it is done this way; later questions do not', async () => {
  for (const [name, told] of [
    ['start', true],
    ['confirm', false],
  ] as const)
    await withScenario(name, {}, async opened => {
      expect(opened.text().includes('why so         3.0.6 to 3.1.2, another minor version')).toBe(told);
      await opened.send('p');
      await opened.send('g');
      expect(opened.text()).toContain('3.0.6 to 3.1.2, another minor version: rolling, MetaService');
      expect(opened.text()).toContain('(Apache Doris documentation, Compute-Storage');
    });
});

describe('a node that is down by itself, beside one that the run has stopped', () => {
  test.each([
    ['en', /✗ down: be-5, since 02:\d\d:\d\d.*\n ▽ 1 node is not serving: be-3, since/],
    ['zh', /✗ 宕机：be-5，自 02:\d\d:\d\d 起.*\n ▽ 1 个节点未提供服务：be-3，自/],
  ] as const)('is named on every view, in %s', async (lang, words) => {
    for (const view of ['', 'l', 'p', '\r'])
      await withScenario('node-down', {lang, size: [80, 24]}, async opened => {
        if (view !== '') await opened.send(view);
        expect(opened.text(), view).toMatch(words);
      });
  });
});
