import {describe, expect, test} from 'vitest';
import {actionName} from '../../../../src/model/action-name.ts';
import {type Facts, meets} from '../../../../src/model/facts.ts';
import {fillCheck, fillVars} from '../../../../src/model/given.ts';
import {type Action, bodyOf, type Gate, type Plan, planSteps, type Step} from '../../../../src/model/plan.ts';
import {renderScript, type Vars} from '../../../../src/model/script.ts';
import {vainOf} from '../../../../src/model/vain.ts';
import {planProblems} from '../../../../src/plan/plan-problems.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {type MemoryShape, makeMemoryCluster, STANDARD} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, planOf, STAMP} from './memory.ts';

const cluster = makeMemoryCluster();
const plan = await planOf(bootFake(dorisInMemory, cluster));

/** What a script is run with; this plan takes no facts of earlier steps. */
const varsOf = (action: Action): Vars => (action.kind === 'script' ? fillVars(action, () => undefined) : {});

const words = (gate: Gate): string =>
  gate.kind === 'confirm'
    ? `confirm (${gate.danger}) ${gate.ask.en}${gate.outages.map(({en}) => ` [${en}]`).join('')}`
    : `${gate.check.probe}@${gate.check.node} ${JSON.stringify(gate.check.expect)}${gate.otherwise === 'defer' ? ', else later' : ''}`;

const outline = (step: Step): string[] => [
  `  ${step.id}${step.service === undefined ? '' : ` (${step.service})`}`,
  ...step.gates.map(gate => `    gate ${words(gate)}`),
  `    do ${actionName(step.action)}`,
  ...step.done.map(check => `    seen ${check.probe} ${JSON.stringify(check.expect)}`),
  `    undo ${step.undo.kind === 'action' ? actionName(step.undo.action) : `${step.undo.kind}: ${step.undo.because.en}`}`,
];

describe('the plan of the standard cluster', () => {
  test('phases, order and gates', () => {
    const phases = plan.phases.flatMap(({id, lanes, gates, order}) => [
      `${id}: ${lanes.map(({node}) => node).join(' ')} (${order.kind})`,
      ...gates.map(gate => `  ${words(gate)}`),
    ]);
    expect(phases.join('\n')).toMatchInlineSnapshot(`
      "metaservice: ms-1 ms-2 ms-3 (listed)
        cluster@ms-1 {"recycler.unwell":[],"be.unwell":[],"fe.unwell":[]}
        confirm (phase) MetaService: 3 nodes, one at a time, 3.0.6 → 3.1.2
        cluster@ms-1 {"recycler.unwell":[],"be.unwell":[],"fe.unwell":[]}
      recycler: rc-1 (listed)
        cluster@rc-1 {"ms.unwell":[],"ms.versions":["3.1.2"],"be.unwell":[],"fe.unwell":[]}
        confirm (phase) Recycler: 1 node, 3.0.6 → 3.1.2
        cluster@rc-1 {"ms.unwell":[],"ms.versions":["3.1.2"],"be.unwell":[],"fe.unwell":[]}
      backends: be-1 be-2 be-3 be-4 be-5 be-6 (listed)
        cluster@be-1 {"ms.unwell":[],"ms.versions":["3.1.2"],"recycler.unwell":[],"recycler.versions":["3.1.2"],"fe.unwell":[]}
        confirm (phase) Backends: 6 nodes, one at a time, 3.0.6 → 3.1.2
        cluster@be-1 {"ms.unwell":[],"ms.versions":["3.1.2"],"recycler.unwell":[],"recycler.versions":["3.1.2"],"fe.unwell":[]}
      frontends: fe-1 fe-2 fe-3 fe-4 (asked)
        cluster@fe-1 {"ms.unwell":[],"ms.versions":["3.1.2"],"recycler.unwell":[],"recycler.versions":["3.1.2"],"be.unwell":[],"be.versions":["3.1.2"]}
        confirm (phase) Frontends: 4 nodes, one at a time, 3.0.6 → 3.1.2. Begin only when you can see it through: once a frontend of 3.1.2 is the master (the old one may leave at any time), frontends of 3.0.6 can end at the next CREATE DATABASE. lakeup then takes those first: the new version brings them back.
        cluster@fe-1 {"ms.unwell":[],"ms.versions":["3.1.2"],"recycler.unwell":[],"recycler.versions":["3.1.2"],"be.unwell":[],"be.versions":["3.1.2"]}"
    `);
  });

  test('one node of each role', () => {
    const firsts = plan.phases.flatMap(({lanes}) => lanes[0]?.steps.flatMap(outline) ?? []);
    expect(firsts.join('\n')).toMatchInlineSnapshot(`
      "  metaservice/stage@ms-1
          gate status@ms-1 {"health":"ok","causes":[],"version":{"oneOf":["3.0.6","3.1.2"]}}
          do doris.cloud.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2","cause":"none","said":[]}
          undo doris.cloud.unstage
        metaservice/stop@ms-1 (leaves)
          gate cluster@ms-1 {"recycler.unwell":[],"be.unwell":[],"fe.unwell":[]}
          gate ms-safe-to-stop@ms-1 {"othersOk":{"atLeast":1},"othersDown":[]}
          gate store@ms-1 {"store":{"not":"away"}}
          do doris.cloud.stop
          seen process {"running":false,"portsFree":true}
          seen digest {"bin":"dir","lib":"dir"}
          undo doris.cloud.start
        metaservice/backup@ms-1
          do doris.cloud.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.cloud.restore
        metaservice/deploy@ms-1
          do doris.cloud.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.cloud.undeploy
        metaservice/start@ms-1 (returns)
          do doris.cloud.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","causes":[],"version":"3.1.2"}
          seen log {"started":true,"logVersion":"3.1.2"}
          undo doris.cloud.stop
        recycler/stage@rc-1
          gate status@rc-1 {"health":"ok","causes":[],"version":{"oneOf":["3.0.6","3.1.2"]}}
          do doris.cloud.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2","cause":"none","said":[]}
          undo doris.cloud.unstage
        recycler/stop@rc-1 (leaves)
          gate cluster@rc-1 {"ms.unwell":[],"be.unwell":[],"fe.unwell":[]}
          gate store@rc-1 {"store":{"not":"away"}}
          do doris.cloud.stop
          seen process {"running":false,"portsFree":true}
          seen digest {"bin":"dir","lib":"dir"}
          undo doris.cloud.start
        recycler/backup@rc-1
          do doris.cloud.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.cloud.restore
        recycler/deploy@rc-1
          do doris.cloud.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.cloud.undeploy
        recycler/start@rc-1 (returns)
          do doris.cloud.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","causes":[],"version":"3.1.2"}
          seen log {"started":true,"logVersion":"3.1.2"}
          undo doris.cloud.stop
        backends/stage@be-1
          gate status@be-1 {"health":"ok","causes":[],"version":{"oneOf":["3.0.6","3.1.2"]}}
          do doris.be.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2","cause":"none","said":[]}
          undo doris.be.unstage
        backends/stop@be-1 (leaves)
          gate cluster@be-1 {"ms.unwell":[],"recycler.unwell":[],"fe.unwell":[]}
          gate be-safe-to-stop@be-1 {"othersDown":[],"standIns":{"atLeast":1}}
          do doris.be.stop
          seen process {"running":false,"portsFree":true}
          seen digest {"bin":"dir","lib":"dir"}
          undo doris.be.start
        backends/backup@be-1
          do doris.be.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.be.restore
        backends/deploy@be-1
          do doris.be.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.be.undeploy
        backends/start@be-1 (returns)
          do doris.be.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","causes":[],"version":"3.1.2"}
          seen be-row {"serves":true,"alive":true,"version":"3.1.2","errors":[],"lastStart":{"not":"2026-11-22 00:02:03"}}
          undo doris.be.stop
        frontends/stage@fe-1
          gate status@fe-1 {"health":"ok","causes":[],"version":{"oneOf":["3.0.6","3.1.2"]}}
          do doris.fe.stage
          seen stage {".lakeup-stage-20261122_010203":"same"}
          seen stage-version {"version":"3.1.2","cause":"none","said":[]}
          undo doris.fe.unstage
        frontends/stop@fe-1 (leaves)
          gate fe-left-behind@fe-1 {"turn":"now","before":[]}, else later
          gate cluster@fe-1 {"ms.unwell":[],"recycler.unwell":[],"be.unwell":[]}
          gate fe-safe-to-stop@fe-1 {"othersDown":[],"otherGroup":[],"quorumKept":true}
          gate fe-turn@fe-1 {"turn":"now","othersDown":[],"otherGroup":[],"quorumKept":true}, else later
          do doris.fe.stop
          seen process {"running":false,"portsFree":true}
          seen digest {"bin":"dir","lib":"dir"}
          undo doris.fe.start
        frontends/backup@fe-1
          do doris.fe.backup
          seen tree {"bin":"none","lib":"none","bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.fe.restore
        frontends/deploy@fe-1
          do doris.fe.deploy
          seen tree {"bin":"dir","lib":"dir","same":true,"bin_backup_20261122_010203":"dir","lib_backup_20261122_010203":"dir"}
          undo doris.fe.undeploy
        frontends/start@fe-1 (returns)
          do doris.fe.start
          seen process {"running":true,"binary":{"not":"old"},"startTicks":{"not":8280000}}
          seen status {"health":"ok","causes":[],"version":"3.1.2"}
          seen fe-row {"serves":true,"join":true,"alive":true,"rowVersion":"3.1.2","errors":[],"otherGroup":[],"lag":{"atMost":1000},"journal":{"atLeast":1000},"lastStart":{"not":"2026-11-22 00:02:03"}}
          seen fe-row {"serves":true,"join":true,"alive":true,"rowVersion":"3.1.2","errors":[],"otherGroup":[]}
          undo impossible: A frontend of 3.1.2 writes metadata that 3.0.6 cannot read."
    `);
  });

  test('each script stands once in it, and only what differs between nodes with each', () => {
    expect(Object.keys(plan.scripts).toSorted()).toEqual(
      ['be', 'cloud', 'fe'].flatMap(kind =>
        ['backup', 'deploy', 'restore', 'stage', 'start', 'stop', 'undeploy', 'unstage'].map(
          verb => `doris.${kind}.${verb}`,
        ),
      ),
    );
    for (const [name, text] of Object.entries(plan.scripts)) {
      expect(text, name).not.toContain('/opt/');
      expect(text, name).not.toContain(STAMP);
    }
  });

  test('the scripts of a Recycler', () => {
    const scripts = planSteps(plan)
      .filter(({node}) => node === 'rc-1')
      .flatMap(({action}) =>
        action.kind === 'script'
          ? [`== ${action.body}\n${renderScript({body: bodyOf(plan, action), vars: varsOf(action)})}`]
          : [],
      );
    expect(scripts.join('\n')).toMatchSnapshot();
  });

  test('keeps every path absolute and every stamp one', () => {
    for (const {action} of planSteps(plan)) {
      if (action.kind !== 'script') continue;
      expect(action.vars).toMatchObject({
        home: expect.stringMatching(/^\/opt\/doris\//),
        package: expect.stringMatching(/^\/opt\/pkg\//),
        stamp: STAMP,
      });
    }
  });

  test('starts each role with the flags its process had', () => {
    const starts = planSteps(plan).filter(({name}) => name === 'start');
    const flags = new Map(starts.map(({node, action}) => [String(node), varsOf(action).flags]));
    expect(flags.get('ms-1')).toEqual(['--meta-service']);
    expect(flags.get('rc-1')).toEqual(['--recycler']);
    expect(flags.get('be-1')).toEqual([]);
  });
});

test('no start and no last look waits to the end for a node that is dead, or well at another version', () => {
  const waited = [
    ...planSteps(plan).flatMap(({name, done}) => (name === 'start' ? done : [])),
    ...plan.verify.flatMap(({checks}) => checks),
  ].filter(({probe}) => probe === 'status');
  expect(waited).toHaveLength(2 * plan.verify.length);
  for (const check of waited) {
    const vain = vainOf(fillCheck(check, () => undefined));
    const endsAfter = (seen: Facts): number =>
      Math.min(...vain.flatMap(each => (meets(seen, each.seen) ? [each.afterMs] : [])));
    expect(endsAfter({process: 'none', health: 'down'})).toBe(15_000);
    expect(endsAfter({process: 'running', health: 'ok', version: '3.0.6'})).toBe(45_000);
    expect(endsAfter({process: 'running', health: 'starting', version: '3.0.6'})).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(endsAfter({process: 'running', health: 'degraded', version: '3.1.2'})).toBe(
      Number.POSITIVE_INFINITY,
    );
  }
});

const planFor = (shape: Partial<MemoryShape>, to = '3.1.2'): Promise<Plan> =>
  planOf(bootFake(dorisInMemory, makeMemoryCluster({...STANDARD, ...shape}, to)));

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
