import {describe, expect, test} from 'vitest';
import {type Gate, type Phase, type Plan, planSteps, type Step} from '../../../../src/model/plan.ts';
import {planProblems} from '../../../../src/plan/plan-problems.ts';
import {
  type MemoryShape,
  makeMemoryCluster,
  STANDARD,
} from '../../../../src/systems/doris/fake/memory-cluster.ts';
import {dorisPlanProblems} from '../../../../src/systems/doris/plan-problems.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {bootFake, planOf, STAMP} from './memory.ts';

const cluster = makeMemoryCluster();
const plan = await planOf(bootFake(doris, cluster));

const words = (gate: Gate): string =>
  gate.kind === 'confirm'
    ? `confirm (${gate.danger}) ${gate.ask.en}${gate.outages.map(({en}) => ` [${en}]`).join('')}`
    : `${gate.check.probe}@${gate.check.node} ${JSON.stringify(gate.check.expect)}${gate.otherwise === 'defer' ? ', else later' : ''}`;

const outline = (step: Step): string[] => [
  `  ${step.id}${step.down ? ' (down)' : ''}`,
  ...step.gates.map(gate => `    gate ${words(gate)}`),
  `    do ${step.action.name}`,
  ...step.done.map(check => `    seen ${check.probe} ${JSON.stringify(check.expect)}`),
  `    undo ${step.undo.kind === 'action' ? step.undo.action.name : `${step.undo.kind}: ${step.undo.because.en}`}`,
];

describe('the plan of the standard cluster', () => {
  test('phases, order and gates', () => {
    const phases = plan.phases.flatMap(({id, lanes, gates, order}) => [
      `${id}: ${lanes.map(({node}) => node).join(' ')} (${order.kind})`,
      ...gates.map(gate => `  ${words(gate)}`),
    ]);
    expect(phases.join('\n')).toMatchInlineSnapshot(`
      "metaservice: ms-1 ms-2 ms-3 (listed)
        cluster@ms-1 {"recycler.unwell":"none","be.unwell":"none","fe.unwell":"none"}
        confirm (phase) MetaService: 3 nodes, one at a time, 3.0.6 → 3.1.2
        cluster@ms-1 {"recycler.unwell":"none","be.unwell":"none","fe.unwell":"none"}
      recycler: rc-1 (listed)
        cluster@rc-1 {"ms.unwell":"none","ms.version":"3.1.2","be.unwell":"none","fe.unwell":"none"}
        confirm (phase) Recycler: 1 node, one at a time, 3.0.6 → 3.1.2
        cluster@rc-1 {"ms.unwell":"none","ms.version":"3.1.2","be.unwell":"none","fe.unwell":"none"}
      backends: be-1 be-2 be-3 be-4 be-5 be-6 (listed)
        cluster@be-1 {"ms.unwell":"none","ms.version":"3.1.2","recycler.unwell":"none","recycler.version":"3.1.2","fe.unwell":"none"}
        confirm (phase) Backends: 6 nodes, one at a time, 3.0.6 → 3.1.2
        cluster@be-1 {"ms.unwell":"none","ms.version":"3.1.2","recycler.unwell":"none","recycler.version":"3.1.2","fe.unwell":"none"}
      frontends: fe-1 fe-2 fe-3 fe-4 (asked)
        cluster@fe-1 {"ms.unwell":"none","ms.version":"3.1.2","recycler.unwell":"none","recycler.version":"3.1.2","be.unwell":"none","be.version":"3.1.2"}
        confirm (phase) Frontends: 4 nodes, one at a time, 3.0.6 → 3.1.2
        cluster@fe-1 {"ms.unwell":"none","ms.version":"3.1.2","recycler.unwell":"none","recycler.version":"3.1.2","be.unwell":"none","be.version":"3.1.2"}"
    `);
  });

  test('one node of each role', () => {
    const firsts = plan.phases.flatMap(({lanes}) => lanes[0]?.steps.flatMap(outline) ?? []);
    expect(firsts.join('\n')).toMatchInlineSnapshot(`
      "  metaservice/stage@ms-1
          gate status@ms-1 {"health":"ok","version":"3.0.6"}
          do doris.ms.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2"}
          undo doris.ms.unstage
        metaservice/stop@ms-1 (down)
          gate ms-safe-to-stop@ms-1 {"othersOk":{"atLeast":1},"othersDown":"none"}
          do doris.ms.stop
          seen process {"running":false,"portsFree":true}
          undo doris.ms.start
        metaservice/backup@ms-1 (down)
          do doris.ms.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.ms.restore
        metaservice/deploy@ms-1 (down)
          do doris.ms.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.ms.undeploy
        metaservice/start@ms-1 (down)
          do doris.ms.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","version":"3.1.2"}
          seen log {"started":true,"logVersion":"3.1.2"}
          undo doris.ms.stop
        recycler/stage@rc-1
          gate status@rc-1 {"health":"ok","version":"3.0.6"}
          do doris.recycler.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2"}
          undo doris.recycler.unstage
        recycler/stop@rc-1 (down)
          do doris.recycler.stop
          seen process {"running":false,"portsFree":true}
          undo doris.recycler.start
        recycler/backup@rc-1 (down)
          do doris.recycler.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.recycler.restore
        recycler/deploy@rc-1 (down)
          do doris.recycler.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.recycler.undeploy
        recycler/start@rc-1 (down)
          do doris.recycler.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","version":"3.1.2"}
          seen log {"started":true,"logVersion":"3.1.2"}
          undo doris.recycler.stop
        backends/stage@be-1
          gate status@be-1 {"health":"ok","version":"3.0.6"}
          do doris.be.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2"}
          undo doris.be.unstage
        backends/stop@be-1 (down)
          gate be-safe-to-stop@be-1 {"othersDown":"none","groupOthersAlive":{"atLeast":1}}
          do doris.be.stop
          seen process {"running":false,"portsFree":true}
          undo doris.be.start
        backends/backup@be-1 (down)
          do doris.be.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.be.restore
        backends/deploy@be-1 (down)
          do doris.be.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.be.undeploy
        backends/start@be-1 (down)
          do doris.be.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","version":"3.1.2"}
          seen be-row {"alive":true,"version":"3.1.2","error":"none","lastStart":{"not":"2026-11-22 00:02:03"}}
          undo doris.be.stop
        frontends/stage@fe-1
          gate status@fe-1 {"health":"ok","version":"3.0.6"}
          do doris.fe.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2"}
          undo doris.fe.unstage
        frontends/stop@fe-1 (down)
          gate fe-safe-to-stop@fe-1 {"othersDown":"none","quorumKept":true}
          gate fe-turn@fe-1 {"turn":"now","othersDown":"none","quorumKept":true}, else later
          do doris.fe.stop
          seen process {"running":false,"portsFree":true}
          undo doris.fe.start
        frontends/backup@fe-1 (down)
          do doris.fe.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.fe.restore
        frontends/deploy@fe-1 (down)
          do doris.fe.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.fe.undeploy
        frontends/start@fe-1 (down)
          do doris.fe.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","version":"3.1.2"}
          seen fe-row {"join":true,"alive":true,"rowVersion":"3.1.2","error":"none","lag":{"atMost":1000},"journal":{"atLeast":1000},"lastStart":{"not":"2026-11-22 00:02:03"}}
          undo impossible: A frontend of 3.1.2 writes metadata that 3.0.6 cannot read."
    `);
  });

  test('the scripts of a Recycler', () => {
    const scripts = planSteps(plan)
      .filter(({node}) => node === 'rc-1')
      .flatMap(({action}) => (action.kind === 'script' ? [`== ${action.name}\n${action.script}`] : []));
    expect(scripts.join('\n')).toMatchSnapshot();
  });

  test('keeps every path absolute and every stamp one', () => {
    for (const {action} of planSteps(plan)) {
      if (action.kind !== 'script') continue;
      expect(action.script).toContain(`home=/opt/doris/`);
      expect(new Set(action.script.match(/\d{8}_\d{6}/g))).toEqual(new Set([STAMP]));
    }
  });

  test('starts each role with the flags its process had', () => {
    const starts = planSteps(plan).filter(({name}) => name === 'start');
    const flags = starts.map(({node, action}) => {
      const called = action.kind === 'script' ? /--daemon ?(.*) \|\|/.exec(action.script)?.[1] : '';
      return `${node} ${called?.trim()}`;
    });
    expect(flags).toContain('ms-1 --meta-service');
    expect(flags).toContain('rc-1 --recycler');
    expect(flags).toContain('be-1 ');
  });
});

const planFor = (shape: Partial<MemoryShape>, to = '3.1.2'): Promise<Plan> =>
  planOf(bootFake(doris, makeMemoryCluster({...STANDARD, ...shape}, to)));

const confirmOf = (made: Plan, role: string): Extract<Gate, {kind: 'confirm'}> => {
  const gate = made.phases.find(phase => phase.role === role)?.gates.find(({kind}) => kind === 'confirm');
  if (gate?.kind !== 'confirm') throw new Error(`${role} has no confirm gate`);
  return gate;
};

describe('what is down meanwhile is named', () => {
  test.each([
    ['be', {groups: {cg_etl: 3, cg_bi: 1}}, /Compute group cg_bi \(be-4\) has one backend/],
    ['ms', {ms: 1}, /one MetaService/],
    ['fe', {fe: 1}, /one frontend/],
    ['fe', {fe: 2}, /two followers/],
  ] as const)('%s of %j', async (role, shape, outage) => {
    const gate = confirmOf(await planFor(shape), role);
    expect(gate.danger).toBe('outage');
    expect(gate.outages.map(({en}) => en).join()).toMatch(outage);
    expect(gate.outages.every(({zh}) => zh !== '')).toBe(true);
  });

  test('nothing is named where something stands in', () => {
    for (const role of ['ms', 'recycler', 'be', 'fe'])
      expect(confirmOf(plan, role)).toMatchObject({danger: 'phase', outages: []});
  });

  test('a cluster without a Recycler of its own has no such phase, and the plan is right', async () => {
    const shape = {...STANDARD, recyclers: 0};
    const made = await planFor(shape);
    expect(made.phases.map(({id}) => id)).toEqual(['metaservice', 'backends', 'frontends']);
    expect(planProblems(made, doris, makeMemoryCluster(shape))).toEqual([]);
  });

  test.each([{ms: 1}, {fe: 1}, {fe: 2}, {groups: {only: 1}}])(
    '%j still makes a plan without problems',
    async shape => {
      const made = await planFor(shape);
      expect(planProblems(made, doris, makeMemoryCluster({...STANDARD, ...shape}))).toEqual([]);
    },
  );
});

test('a frontend’s start has a way back only within its minor version', async () => {
  const undoOf = (made: Plan): string | undefined =>
    planSteps(made).find(({id}) => id === 'frontends/start@fe-1')?.undo.kind;
  expect(undoOf(plan)).toBe('impossible');
  expect(undoOf(await planFor({}, '3.0.7'))).toBe('action');
});

const changePhase = (id: string, change: (phase: Phase) => Phase): Plan => ({
  ...plan,
  phases: plan.phases.map(phase => (phase.id === id ? change(phase) : phase)),
});

const changeSteps = (id: string, change: (steps: readonly Step[]) => readonly Step[]): Plan =>
  changePhase(id, phase => ({
    ...phase,
    lanes: phase.lanes.map(lane => {
      const [first, ...more] = change(lane.steps);
      if (first === undefined) throw new Error('no steps are left');
      return {...lane, steps: [first, ...more]};
    }),
  }));

const withoutGates = (steps: readonly Step[], probe: string): Step[] =>
  steps.map(step => ({
    ...step,
    gates: step.gates.filter(gate => !(gate.kind === 'check' && gate.check.probe === probe)),
  }));

const lastGate = (phase: Phase): Phase => ({...phase, gates: phase.gates.slice(0, -1)});

type Broken = readonly [what: string, made: Plan, sentence: RegExp];

describe('a plan that breaks the guide’s rules is refused', () => {
  const broken: readonly Broken[] = [
    [
      'frontends before backends',
      {...plan, phases: plan.phases.toSorted((a, b) => Number(a.role === 'be') - Number(b.role === 'be'))},
      /backends comes after frontends/,
    ],
    [
      'a phase that does not look again after the key press',
      changePhase('backends', lastGate),
      /backends does not wait/,
    ],
    [
      'a phase without a confirmation',
      changePhase('backends', phase => ({
        ...phase,
        gates: phase.gates.filter(({kind}) => kind !== 'confirm'),
      })),
      /backends begins without a confirmation/,
    ],
    ['two at once', changePhase('backends', phase => ({...phase, width: 2})), /takes 2 nodes at once/],
    [
      'deploy before backup',
      changeSteps('backends', ([stage, stop, backup, deploy, ...rest]) =>
        [stage, stop, deploy, backup, ...rest].flatMap(step => step ?? []),
      ),
      /be-1 is taken through stage, stop, deploy, backup, start/,
    ],
    [
      'a copy whose version nobody asks',
      changeSteps('backends', steps =>
        steps.map(step => (step.name === 'stage' ? {...step, done: [step.done[0]]} : step)),
      ),
      /backends\/stage@be-1 does not look whether the copy is 3\.1\.2/,
    ],
    [
      'a stop without a look at the others',
      changeSteps('backends', steps => withoutGates(steps, 'be-safe-to-stop')),
      /backends\/stop@be-1 is not preceded by a look at be-safe-to-stop/,
    ],
    [
      'a frontend that is not asked whether it is the master',
      changeSteps('frontends', steps => withoutGates(steps, 'fe-turn')),
      /frontends\/stop@fe-1 is not preceded by a look at fe-turn/,
    ],
    [
      'an order taken from the file',
      changePhase('frontends', phase => ({...phase, order: {kind: 'listed'}})),
      /does not ask, before every frontend/,
    ],
    [
      'a node left out',
      changePhase('backends', phase => ({...phase, lanes: phase.lanes.slice(1)})),
      /be-1 would be left at the old version/,
    ],
  ];

  test.each(broken)('%s', (_, made, sentence) => {
    expect(dorisPlanProblems(made, cluster).join('\n')).toMatch(sentence);
  });

  test('and the plan itself breaks none', () => {
    expect(dorisPlanProblems(plan, cluster)).toEqual([]);
  });
});
