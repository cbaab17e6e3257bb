import {describe, expect, it} from 'vitest';
import {StepId} from '../../../../src/model/ids.ts';
import type {Plan, Step, Undo} from '../../../../src/model/plan.ts';
import {planSteps} from '../../../../src/model/plan.ts';
import {planProblems} from '../../../../src/plan/plan-problems.ts';
import type {DorisCluster} from '../../../../src/systems/doris/fields.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster, STANDARD} from '../../../fakes/doris/cluster.ts';
import {
  afterQuestion,
  beforeQuestion,
  dropped,
  excused,
  expecting,
  inTurn,
  type Mutation,
  ofChecks,
  ofDone,
  ofLane,
  ofPhase,
  ofPlan,
  ofStep,
  without,
} from '../../../walks/mutate.ts';
import {halfDone, undoPlanOf} from '../../../walks/undo-story.ts';
import {bootFake, dorisInMemory, planOf} from './memory.ts';

/** Every sentence that a plan is refused with, in English; the Chinese one is there too. */
const refusalsOf = (plan: Plan, cluster: DorisCluster): string[] =>
  planProblems(plan, doris, cluster).map(({en, zh}) => {
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    return en;
  });

type Row = readonly [what: string, mutation: Mutation, ...sentences: readonly string[]];

const cases = (rows: readonly Row[]) =>
  rows.map(([what, mutation, ...sentences]) => ({what, mutation, sentences}));

/** A node that stands in a phase of other nodes. */
const moving =
  (node: string, from: string, to: string): Mutation =>
  plan => {
    const lanes = plan.phases.flatMap(phase => (phase.id === from ? phase.lanes : []));
    const stranger = lanes.filter(lane => lane.node === node);
    const others = ofPhase(from, () => ({lanes: lanes.filter(lane => lane.node !== node)}))(plan);
    return ofPhase(to, phase => ({lanes: [...phase.lanes, ...stranger]}))(others);
  };

const gatesOf = (change: ReturnType<typeof ofChecks>) => (of: Pick<Step, 'gates'>) => ({
  gates: change(of.gates),
});
/** A way back whose digests were taken of the first backend. */
const likeAnother = (undo: Undo): Undo => {
  if (undo.kind !== 'action') throw new Error('there is no way back');
  const from = (fact: string) => ({from: {step: StepId.parse('backends/stop@be-1'), fact}});
  const [first, ...others] = undo.done;
  const expect = {bytes: from('bytes'), files: from('files')};
  return {
    ...undo,
    done: [first, ...others.map(check => (check.probe === 'digest' ? {...check, expect} : check))],
  };
};
const withoutNames =
  (...names: readonly string[]) =>
  (steps: readonly Step[]): readonly Step[] =>
    steps.filter(({name}) => !names.includes(name));

describe('an upgrade', async () => {
  const cluster = makeMemoryCluster();
  const plan = await planOf(bootFake(dorisInMemory, cluster));
  const laneOf = (id: string, node: string) => {
    const lane = plan.phases.find(phase => phase.id === id)?.lanes.find(each => each.node === node);
    if (lane === undefined) throw new Error(`${id} does not take ${node}`);
    return lane;
  };

  it('as it is made has no problem', () => {
    expect(refusalsOf(plan, cluster)).toEqual([]);
  });

  const ROWS: readonly Row[] = [
    [
      'frontends before backends',
      ofPlan(({phases: [ms, rc, be, fe]}) => ({phases: [ms, rc, fe, be].flatMap(phase => phase ?? [])})),
      'backends comes after frontends; the order is ms, recycler, be, fe.',
    ],
    [
      'a stop that leaves no digest for the way back',
      ofStep('backends/stop@be-2', ofDone('digest', dropped)),
      'backends/stop@be-2 does not see to it that the old bin and lib come back byte for byte.',
    ],
    [
      'a way back by the digest of another node',
      ofStep('backends/backup@be-2', ({undo}) => ({undo: likeAnother(undo)})),
      'backends/backup@be-2 does not see to it that the old bin and lib come back byte for byte.',
    ],
    [
      'backends that do not wait for the Recycler, once the key was pressed',
      ofPhase('backends', afterQuestion(ofChecks('cluster', without('recycler.versions')))),
      'backends does not wait, before and after it is confirmed, until every recycler runs 3.1.2.',
    ],
    [
      'backends that wait for the old MetaService',
      ofPhase('backends', beforeQuestion(ofChecks('cluster', expecting('ms.versions', ['3.0.6'])))),
      'backends does not wait, before and after it is confirmed, until every ms runs 3.1.2.',
    ],
    [
      'backends that do not look at the frontends before the question',
      ofPhase('backends', beforeQuestion(ofChecks('cluster', without('fe.unwell')))),
      'backends does not look, before and after it is confirmed, whether every fe is well.',
    ],
    [
      'a frontend that may be down',
      ofPhase('backends', afterQuestion(ofChecks('cluster', expecting('fe.unwell', ['fe-1 down'])))),
      'backends does not look, before and after it is confirmed, whether every fe is well.',
    ],
    [
      'a MetaService phase without its looks',
      ofPhase('metaservice', afterQuestion(ofChecks('cluster', dropped))),
      'metaservice does not look, before and after it is confirmed, whether every recycler is well.',
      'metaservice does not look, before and after it is confirmed, whether every be is well.',
      'metaservice does not look, before and after it is confirmed, whether every fe is well.',
    ],
    [
      'a frontend that may be stopped because another one is left behind',
      ofStep('frontends/stop@fe-2', gatesOf(ofChecks('fe-safe-to-stop', excused({others: 'left-behind'})))),
      'frontends/stop@fe-2 lets something else do as well as "the other frontends stay alive, follow the master’s journal and keep a majority; all hold the same group".',
    ],
    [
      'a frontend that may be stopped where more than that is so',
      ofStep('frontends/stop@fe-2', gatesOf(ofChecks('cluster', excused({itself: 'left-behind', x: true})))),
      'frontends/stop@fe-2 lets something else do as well as "every node of the other roles is healthy".',
    ],
    [
      'a backend that may be stopped beside others that are down',
      ofStep('backends/stop@be-1', gatesOf(ofChecks('be-safe-to-stop', excused({itself: 'left-behind'})))),
      'backends/stop@be-1 lets something else do as well as "the other backends serve and can take over".',
    ],
    [
      'a start that is done because it is late',
      ofStep('backends/start@be-1', ofDone('status', excused({health: 'starting'}))),
      'backends/start@be-1 lets something else do as well as "it is healthy and reports 3.1.2".',
    ],
    [
      'a phase that begins although a role is not well',
      ofPhase('backends', beforeQuestion(ofChecks('cluster', excused({'fe.unwell': ['fe-1 down']})))),
      'backends lets something else do as well as "every other role is healthy, and earlier ones run the new version".',
    ],
    [
      'two frontends at once',
      ofPhase('frontends', () => ({width: 2})),
      'frontends takes 2 nodes at once; one is allowed.',
    ],
    [
      'no Recycler',
      ofPlan(({phases}) => ({phases: phases.filter(({role}) => role !== 'recycler')})),
      'rc-1 would be left at the old version.',
    ],
    [
      'a backend that is forgotten',
      ofLane('backends', 'be-3', () => []),
      'be-3 would be left at the old version.',
    ],
    [
      'a backend among the frontends',
      moving('be-1', 'backends', 'frontends'),
      'The probe fe-order cannot look at be-1, a be.',
      'frontends takes be-1, which is no fe.',
    ],
    [
      'a node of nobody',
      ofPhase('recycler', () => ({role: 'broker'})),
      'recycler is about broker, no role of Doris.',
      'recycler does not look, before and after it is confirmed, whether every recycler is well.',
    ],
    [
      'a backup left out',
      ofLane('backends', 'be-1', withoutNames('backup')),
      'be-1 is taken through stage, stop, deploy, start; it must be stage, stop, backup, deploy, start.',
    ],
    [
      'a backend that is stopped before its copy is made',
      ofLane('backends', 'be-1', ([stage, stop, ...rest]) =>
        [stop, stage, ...rest].flatMap(step => step ?? []),
      ),
      'be-1 is taken through stop, stage, backup, deploy, start; it must be stage, stop, backup, deploy, start.',
    ],
    [
      'a copy that nobody asked for its version',
      ofStep('backends/stage@be-1', ofDone('stage-version', dropped)),
      'backends/stage@be-1 counts as done before stage-version was seen with version 3.1.2.',
    ],
    [
      'a copy of the old version',
      ofStep('backends/stage@be-1', ofDone('stage-version', expecting('version', '3.0.6'))),
      'backends/stage@be-1 counts as done before stage-version was seen with version 3.1.2.',
    ],
    [
      'a stop without a look at the others',
      ofStep('backends/stop@be-2', gatesOf(ofChecks('be-safe-to-stop', dropped))),
      'backends/stop@be-2 may begin before be-safe-to-stop was seen with othersDown none.',
    ],
    [
      'a stop without a look at the other roles',
      ofStep('backends/stop@be-2', gatesOf(ofChecks('cluster', dropped))),
      'backends/stop@be-2 may begin before cluster was seen with ms.unwell none, recycler.unwell none, fe.unwell none.',
    ],
    [
      'a stop with a look that leaves one role out',
      ofStep('recycler/stop@rc-1', gatesOf(ofChecks('cluster', without('ms.unwell')))),
      'recycler/stop@rc-1 may begin before cluster was seen with ms.unwell none, be.unwell none, fe.unwell none.',
    ],
    [
      'a stop with a look that expects nothing',
      ofStep('metaservice/stop@ms-1', gatesOf(ofChecks('ms-safe-to-stop', without('othersDown')))),
      'metaservice/stop@ms-1 may begin before ms-safe-to-stop was seen with othersDown none.',
    ],
    [
      'a stop with a look from another node',
      ofStep(
        'backends/stop@be-2',
        gatesOf(ofChecks('be-safe-to-stop', () => ({node: laneOf('backends', 'be-1').node}))),
      ),
      'backends/stop@be-2 may begin before be-safe-to-stop was seen with othersDown none.',
    ],
    [
      'MetaServices that were well at one look',
      ofStep('metaservice/stop@ms-2', gatesOf(ofChecks('ms-safe-to-stop', () => ({steadyMs: 0})))),
      'metaservice/stop@ms-2 may begin after one good look at whether the other MetaServices serve: that has to hold for a while.',
    ],
    [
      'a MetaService without a look at its store',
      ofStep('metaservice/stop@ms-2', gatesOf(ofChecks('store', dropped))),
      'metaservice/stop@ms-2 may begin without a look at whether FoundationDB can be reached from its host.',
    ],
    [
      'a Recycler whose store was reached at one look',
      ofStep('recycler/stop@rc-1', gatesOf(ofChecks('store', () => ({steadyMs: 0})))),
      'recycler/stop@rc-1 may begin after one good look at whether its FoundationDB can be reached from its host: that has to hold for a while.',
    ],
    [
      'backends that were alive at one look',
      ofStep('backends/stop@be-2', gatesOf(ofChecks('be-safe-to-stop', () => ({steadyMs: 10_999})))),
      'backends/stop@be-2 may begin after one good look at whether the other backends serve and can take over: that has to hold for a while.',
    ],
    [
      'other roles that were well at one look',
      ofStep('metaservice/stop@ms-1', gatesOf(ofChecks('cluster', () => ({steadyMs: 0})))),
      'metaservice/stop@ms-1 may begin after one good look at whether every node of the other roles is healthy: that has to hold for a while.',
    ],
    [
      'a majority that may be lost',
      ofStep('frontends/stop@fe-1', gatesOf(ofChecks('fe-safe-to-stop', without('quorumKept')))),
      'frontends/stop@fe-1 may begin before fe-safe-to-stop was seen with othersDown none, otherGroup none, quorumKept true.',
    ],
    [
      'frontends that may hold another group',
      ofStep('frontends/stop@fe-1', gatesOf(ofChecks('fe-turn', without('otherGroup')))),
      'frontends/stop@fe-1 may begin before fe-turn was seen with turn now, othersDown none, otherGroup none, quorumKept true.',
    ],
    [
      'a frontend that is started, and may hold another group',
      ofStep('frontends/start@fe-2', ofDone('fe-row', without('otherGroup'))),
      'frontends/start@fe-2 counts as done before fe-row was seen with join true, alive true, rowVersion 3.1.2, otherGroup none.',
    ],
    [
      'a last look that does not ask for the group',
      ofPlan(({verify}) => ({
        verify: verify.map(last => {
          const [first, ...others] = last.checks;
          const group = without('otherGroup');
          const less = others.map(check => (check.probe === 'fe-row' ? {...check, ...group(check)} : check));
          return last.node === 'fe-3' ? {...last, checks: [first, ...less]} : last;
        }),
      })),
      'The last look at fe-3 does not ask whether it holds the same group as the master.',
    ],
    [
      'a backend whose row was well at one look',
      ofStep(
        'backends/start@be-2',
        ofDone('be-row', () => ({steadyMs: 10_999})),
      ),
      'backends/start@be-2 counts as done after one good look at its row: that has to hold for a while.',
    ],
    [
      'a frontend whose row was well for a moment',
      ofStep(
        'frontends/start@fe-2',
        ofDone('fe-row', () => ({steadyMs: 5_000})),
      ),
      'frontends/start@fe-2 counts as done after one good look at its row: that has to hold for a while.',
    ],
    [
      'frontends that were alive at one look',
      ofStep('frontends/stop@fe-2', gatesOf(ofChecks('fe-safe-to-stop', () => ({steadyMs: 10_999})))),
      'frontends/stop@fe-2 may begin after one good look at the other frontends: they have to stay well, and the slowest journal has to move.',
    ],
    [
      'a journal that may stand still',
      ofStep('frontends/stop@fe-2', gatesOf(ofChecks('fe-safe-to-stop', () => ({follows: {}})))),
      'frontends/stop@fe-2 may begin after one good look at the other frontends: they have to stay well, and the slowest journal has to move.',
    ],
    [
      'a journal that moves, and is not the slowest',
      ofStep(
        'frontends/stop@fe-2',
        gatesOf(ofChecks('fe-safe-to-stop', () => ({follows: {masterJournal: 'masterJournal'}}))),
      ),
      'frontends/stop@fe-2 may begin after one good look at the other frontends: they have to stay well, and the slowest journal has to move.',
    ],
    [
      'a master that may go first',
      ofStep('frontends/stop@fe-1', gatesOf(ofChecks('fe-turn', dropped))),
      'frontends/stop@fe-1 may begin before fe-turn was seen with turn now, othersDown none, otherGroup none, quorumKept true.',
    ],
    [
      'a frontend that is not asked right before the signal',
      ofStep('frontends/stop@fe-2', ({action}) =>
        action.kind === 'script' ? {action: {...action, vars: {...action.vars, ask_port: 0}}} : {},
      ),
      'frontends/stop@fe-2 does not ask fe-2 right before the signal whether it is the master, and whether a majority is left without it.',
    ],
    [
      'a frontend that is asked, by a script that does not know what its gates saw',
      ofStep('frontends/stop@fe-3', ({action}) =>
        action.kind === 'script' ? {action: {...action, spot: []}} : {},
      ),
      'frontends/stop@fe-3 does not ask fe-3 right before the signal whether it is the master, and whether a majority is left without it.',
    ],
    [
      'a frontend that is asked, by a script that does not know who votes',
      ofStep('frontends/stop@fe-3', ({action}) =>
        action.kind === 'script' ? {action: {...action, spot: ['fe']}} : {},
      ),
      'frontends/stop@fe-3 does not ask fe-3 right before the signal whether it is the master, and whether a majority is left without it.',
    ],
    [
      'a turn that is asked before the long wait',
      ofStep('frontends/stop@fe-1', ({gates}) => ({gates: gates.toReversed()})),
      'frontends/stop@fe-1 may begin before fe-turn was seen with turn now, othersDown none, otherGroup none, quorumKept true.',
    ],
    [
      'frontends in the order of the list',
      ofPhase('frontends', () => ({order: {kind: 'listed'}})),
      ...[1, 2, 3, 4].flatMap(i =>
        [0, 3].map(
          gate =>
            `frontends/stop@fe-${i}#${gate} would put fe-${i} back in the queue, but frontends takes its nodes as they are listed: fe-${i} would be next again.`,
        ),
      ),
      'frontends does not ask, before every frontend, for those left behind, observers, followers, then the master.',
    ],
    [
      'the master before the followers',
      ofPhase('frontends', ({order}) => ({
        order:
          order.kind === 'asked'
            ? {...order, ranks: ['left-behind', 'observer', 'master', 'follower']}
            : order,
      })),
      'frontends does not ask, before every frontend, for those left behind, observers, followers, then the master.',
    ],
    [
      'a stop that is done while the process lives',
      ofStep('backends/stop@be-1', ofDone('process', without('running'))),
      'backends/stop@be-1 counts as done before process was seen with running false, portsFree true.',
    ],
    [
      'a backup that is done while the files are in their place',
      ofStep('backends/backup@be-1', ofDone('tree', without('lib'))),
      'backends/backup@be-1 counts as done before tree was seen with bin none, lib none.',
    ],
    [
      'files that are not compared with the package',
      ofStep('backends/deploy@be-1', ofDone('tree', without('same'))),
      'backends/deploy@be-1 counts as done before tree was seen with bin dir, lib dir, same true.',
    ],
    [
      'a start that the master does not see',
      ofStep('backends/start@be-1', ofDone('be-row', dropped)),
      'backends/start@be-1 counts as done before be-row was seen with alive true, version 3.1.2.',
    ],
    [
      'a start at the old version',
      ofStep('backends/start@be-1', ofDone('status', expecting('version', '3.0.6'))),
      'backends/start@be-1 counts as done before status was seen with health ok, version 3.1.2.',
    ],
    [
      'a MetaService whose own output nobody reads',
      ofStep('metaservice/start@ms-1', ofDone('log', dropped)),
      'metaservice/start@ms-1 counts as done before log was seen with started true, logVersion 3.1.2.',
    ],
    [
      'a stop without its service mark',
      ofStep('backends/stop@be-1', step => ({...step, service: 'restarts'})),
      'backends/start@be-1 brings be-1 back into service, which nothing took out of it.',
      'backends/stop@be-1 does not say what it does to the service of its node.',
    ],
    [
      'a way back that stops without asking for the others',
      ofStep('backends/start@be-1', ({undo}) => ({
        undo: undo.kind === 'action' ? {kind: 'action', action: undo.action, done: undo.done} : undo,
      })),
      'The way back of backends/start@be-1 may begin before cluster was seen with ms.unwell none, recycler.unwell none, fe.unwell none.',
      'The way back of backends/start@be-1 may begin before be-safe-to-stop was seen with othersDown none.',
    ],
    [
      'no way back of a backup',
      ofStep('backends/backup@be-1', ({title}) => ({undo: {kind: 'nothing', because: title}})),
      'backends/backup@be-1 has no way back.',
    ],
    [
      'a way back behind the point of no return',
      ofStep('frontends/start@fe-1', () => ({
        undo: laneOf('frontends', 'fe-1').steps[1]?.undo ?? {kind: 'nothing', because: plan.title},
      })),
      'The way back of frontends/start@fe-1 may begin before cluster was seen with ms.unwell none, recycler.unwell none, be.unwell none.',
      'The way back of frontends/start@fe-1 may begin before fe-safe-to-stop was seen with othersDown none, otherGroup none, quorumKept true.',
      'frontends/start@fe-1 promises a way back, but 3.0.6 cannot read what 3.1.2 writes.',
    ],
    [
      'a phase that is not confirmed',
      ofPhase('recycler', ({gates}) => ({gates: gates.filter(({kind}) => kind !== 'confirm')})),
      'The phase recycler would begin without being asked.',
    ],
    [
      'a last look for the old version',
      ofPlan(({verify}) => ({
        verify: verify.map(last =>
          last.node === 'be-4'
            ? {...last, checks: [{...last.checks[0], ...expecting('version', '3.0.6')(last.checks[0])}]}
            : last,
        ),
      })),
      'The last look at be-4 does not ask whether it is well at 3.1.2.',
    ],
    [
      'no last look at all',
      ofPlan(({verify}) => ({verify: verify.filter(({node}) => node !== 'fe-3')})),
      'Nothing verifies fe-3 at the end.',
    ],
    [
      'a script that is not there',
      ofPlan(({scripts: {'doris.be.deploy': _, ...scripts}}) => ({scripts})),
      ...planSteps(plan)
        .filter(({name, id}) => name === 'deploy' && id.startsWith('backends'))
        .map(({id}) => `${id} runs the script doris.be.deploy, which the plan does not hold.`),
    ],
  ];

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(plan), cluster)).toEqual(sentences);
  });

  it('that stops the last of its kind names the outage', async () => {
    const shapes = [
      [{ms: 1}, 'metaservice', 'metaservice stops ms-1'],
      [{fe: 1}, 'frontends', 'frontends stops fe-1'],
      [{fe: 2}, 'frontends', 'frontends stops fe-1'],
      [{groups: {cg_etl: 3, cg_bi: 1}}, 'backends', 'backends stops be-4'],
    ] as const;
    for (const [shape, phase, words] of shapes) {
      const small = makeMemoryCluster({...STANDARD, ...shape});
      const made = await planOf(bootFake(dorisInMemory, small));
      expect(refusalsOf(made, small)).toEqual([]);
      const unnamed = ofPhase(phase, ({gates}) => ({
        gates: gates.map(gate => (gate.kind === 'confirm' ? {...gate, danger: 'phase', outages: []} : gate)),
      }));
      expect(refusalsOf(unnamed(made), small)).toEqual([
        `${words}, which nothing stands in for, and its question names no outage.`,
      ]);
    }
  });
});

describe('a plan that takes an upgrade back', async () => {
  // Within one minor version, so that frontends can be taken back; the deploy of the fifth backend was lost.
  const shape = {ms: 2, recyclers: 1, groups: {a: 3, b: 2}, fe: 4};
  const story = await halfDone({shape, to: '3.0.8'});
  const plan = undoPlanOf(story);
  const torn = await halfDone({shape, to: '3.0.8', lose: {node: 'be-3', name: 'doris.be.deploy'}});
  const tornPlan = undoPlanOf(torn, 'backends');
  const {cluster} = story;

  it('as it is made has no problem', () => {
    expect(plan.phases.map(({id}) => id)).toEqual([
      'undo-frontends',
      'undo-backends',
      'undo-recycler',
      'undo-metaservice',
    ]);
    expect(refusalsOf(plan, cluster)).toEqual([]);
    expect(refusalsOf(tornPlan, cluster)).toEqual([]);
  });

  const ROWS: readonly Row[] = [
    [
      'backends before frontends',
      ofPlan(({phases: [fe, be, ...rest]}) => ({phases: [be, fe, ...rest].flatMap(phase => phase ?? [])})),
      'undo-frontends comes after undo-backends; the order is fe, be, recycler, ms.',
    ],
    [
      'a MetaService alone, under backends and frontends that may be new',
      inTurn(
        ofPlan(({phases}) => ({phases: phases.slice(-1)})),
        ofPhase('undo-metaservice', beforeQuestion(ofChecks('cluster', without('recycler.versions')))),
        ofPhase('undo-metaservice', afterQuestion(ofChecks('cluster', without('be.versions')))),
        ofPhase('undo-metaservice', beforeQuestion(ofChecks('cluster', without('fe.versions')))),
      ),
      'undo-metaservice does not wait, before and after it is confirmed, until every fe runs 3.0.6.',
      'undo-metaservice does not wait, before and after it is confirmed, until every be runs 3.0.6.',
      'undo-metaservice does not wait, before and after it is confirmed, until every recycler runs 3.0.6.',
    ],
    [
      'no frontends, and backends that do not wait for them',
      inTurn(
        ofPlan(({phases}) => ({phases: phases.slice(1)})),
        ofPhase('undo-backends', beforeQuestion(ofChecks('cluster', without('fe.versions')))),
      ),
      'undo-backends does not wait, before and after it is confirmed, until every fe runs 3.0.6.',
    ],
    [
      'backends that do not wait for the frontends',
      ofPhase('undo-backends', afterQuestion(ofChecks('cluster', without('fe.versions')))),
      'undo-backends does not wait, before and after it is confirmed, until every fe runs 3.0.6.',
    ],
    [
      'backends that wait for the new frontends',
      ofPhase('undo-backends', beforeQuestion(ofChecks('cluster', expecting('fe.versions', ['3.0.8'])))),
      'undo-backends does not wait, before and after it is confirmed, until every fe runs 3.0.6.',
    ],
    [
      'frontends that do not look at the backends',
      ofPhase('undo-frontends', beforeQuestion(ofChecks('cluster', without('be.unwell')))),
      'undo-frontends does not look, before and after it is confirmed, whether every be is well.',
    ],
    [
      'two backends at once',
      ofPhase('undo-backends', () => ({width: 2})),
      'undo-backends takes 2 nodes at once; one is allowed.',
    ],
    [
      'a stop without a look at the others',
      ofStep('undo-backends/undo-start@be-2', () => ({gates: []})),
      'undo-backends/undo-start@be-2 may begin before cluster was seen with ms.unwell none, recycler.unwell none, fe.unwell none.',
      'undo-backends/undo-start@be-2 may begin before be-safe-to-stop was seen with othersDown none.',
    ],
    [
      'backends that were alive at one look',
      ofStep('undo-backends/undo-start@be-2', gatesOf(ofChecks('be-safe-to-stop', () => ({steadyMs: 0})))),
      'undo-backends/undo-start@be-2 may begin after one good look at whether the other backends serve and can take over: that has to hold for a while.',
    ],
    [
      'frontends that were alive at one look',
      ofStep('undo-frontends/undo-start@fe-2', gatesOf(ofChecks('fe-safe-to-stop', () => ({steadyMs: 0})))),
      'undo-frontends/undo-start@fe-2 may begin after one good look at the other frontends: they have to stay well, and the slowest journal has to move.',
    ],
    [
      'a majority that may be lost',
      ofStep('undo-frontends/undo-start@fe-2', gatesOf(ofChecks('fe-safe-to-stop', without('quorumKept')))),
      'undo-frontends/undo-start@fe-2 may begin before fe-safe-to-stop was seen with othersDown none, otherGroup none, quorumKept true.',
    ],
    [
      'a stop that counts as a return',
      ofStep('undo-backends/undo-start@be-2', () => ({service: 'returns'})),
      'undo-backends/undo-start@be-2 brings be-2 back into service, which nothing took out of it.',
      'undo-backends/undo-stop@be-2 brings be-2 back into service, which nothing took out of it.',
      'undo-backends/undo-start@be-2 does not say what it does to the service of its node.',
    ],
    [
      'a start that says nothing of service',
      ofStep('undo-backends/undo-stop@be-2', () => ({service: 'restarts'})),
      'undo-backends/undo-stop@be-2 restarts be-2, which undo-backends/undo-start@be-2 took out of service.',
      'undo-backends/undo-start@be-2 takes be-2 out of service, and nothing brings it back.',
      'undo-backends/undo-stop@be-2 does not say what it does to the service of its node.',
    ],
    [
      'old files that are not brought back',
      ofLane('undo-backends', 'be-2', withoutNames('undo-backup')),
      'be-2 is taken through undo-start, undo-deploy, undo-stop, undo-stage; it must be undo-start, undo-deploy, undo-backup, undo-stop, undo-stage, from where it stands.',
    ],
    [
      'a start before the old files are back',
      ofLane('undo-backends', 'be-2', ([start, deploy, backup, stop, ...rest]) =>
        [start, deploy, stop, backup, ...rest].flatMap(step => step ?? []),
      ),
      'be-2 is taken through undo-start, undo-deploy, undo-stop, undo-backup, undo-stage; it must be undo-start, undo-deploy, undo-backup, undo-stop, undo-stage, from where it stands.',
    ],
    [
      'files moved under a process that may live',
      ofStep('undo-backends/undo-start@be-2', ofDone('process', without('running'))),
      'undo-backends/undo-start@be-2 counts as done before process was seen with running false, portsFree true.',
    ],
    [
      'old files that nobody saw',
      ofStep('undo-backends/undo-backup@be-2', ofDone('tree', without('kept'))),
      'undo-backends/undo-backup@be-2 counts as done before tree was seen with bin dir, lib dir, kept none.',
    ],
    [
      'old files of which not every byte is compared',
      ofStep(
        'undo-backends/undo-backup@be-2',
        ofDone('digest', () => ({given: {bytes: false}})),
      ),
      'undo-backends/undo-backup@be-2 does not see to it that the old bin and lib come back byte for byte.',
    ],
    [
      'old files that may have others beside them',
      ofStep('undo-backends/undo-backup@be-2', ofDone('digest', without('files'))),
      'undo-backends/undo-backup@be-2 does not see to it that the old bin and lib come back byte for byte.',
    ],
    [
      'a return that the master does not see',
      ofStep('undo-backends/undo-stop@be-2', ofDone('be-row', dropped)),
      'undo-backends/undo-stop@be-2 counts as done before be-row was seen with alive true, version 3.0.6.',
    ],
    [
      'a return at the new version',
      ofStep('undo-backends/undo-stop@be-2', ofDone('status', expecting('version', '3.0.8'))),
      'undo-backends/undo-stop@be-2 counts as done before status was seen with health ok, version 3.0.6.',
    ],
    [
      'frontends in the order of the list',
      ofPhase('undo-frontends', () => ({order: {kind: 'listed'}})),
      'undo-frontends does not ask, before every frontend, for those left behind, observers, followers, then the master.',
    ],
    [
      'a phase that is not confirmed',
      ofPhase('undo-frontends', ({gates}) => ({gates: gates.filter(({kind}) => kind !== 'confirm')})),
      'The phase undo-frontends would begin without being asked.',
    ],
    [
      'frontends that ran another minor version',
      ofPlan(() => ({from: '3.1.2'})),
      ...(plan.phases[0]?.lanes ?? []).map(
        ({node}) => `${node} has run 3.1.2, whose metadata 3.0.6 cannot read: it cannot be taken back.`,
      ),
    ],
    [
      'a Recycler among the backends',
      moving('rc-1', 'undo-recycler', 'undo-backends'),
      'The phase undo-recycler has no nodes.',
      'undo-backends takes rc-1, which is no be.',
    ],
    [
      'a last look for the new version',
      ofPlan(({verify}) => ({
        verify: verify.map(last =>
          last.node === 'ms-1'
            ? {...last, checks: [{...last.checks[0], ...expecting('version', '3.0.8')(last.checks[0])}]}
            : last,
        ),
      })),
      'The last look at ms-1 does not ask whether it is well at 3.0.6.',
    ],
  ];

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(plan), cluster)).toEqual(sentences);
  });

  it('past the point of no return is none of the other roles’ either', async () => {
    const passed = await halfDone();
    const made = undoPlanOf(passed, 'backends');
    expect(refusalsOf(made, passed.cluster)).toEqual([]);
    const blind = ofPhase('undo-backends', ({gates}) => ({
      gates: ofChecks('cluster', without('fe.versions'))(gates),
    }));
    expect(refusalsOf(blind(made), passed.cluster)).toEqual([
      'undo-backends does not wait, before and after it is confirmed, until every fe runs 3.0.6.',
    ]);
  });

  const late = ofPhase('undo-backends', ({lanes}) => ({lanes: lanes.toReversed()}));

  it('brings back what is out before it takes who serves', () => {
    expect(refusalsOf(late(tornPlan), cluster)).toEqual([
      'undo-backends brings be-3 back only after be-1 was taken.',
    ]);
  });

  it('brings back first what a lost start left out, although it begins with a stop', async () => {
    const lost = await halfDone({shape, to: '3.0.8', lose: {node: 'be-3', name: 'doris.be.start'}});
    const made = undoPlanOf(lost, 'backends');
    expect(refusalsOf(made, cluster)).toEqual([]);
    expect(refusalsOf(late(made), cluster)).toEqual([
      'undo-backends brings be-3 back only after be-1 was taken.',
    ]);
  });

  it('names the outage that the way there named', async () => {
    const lone = await halfDone({to: '3.0.8'});
    const made = undoPlanOf(lone, 'frontends');
    expect(refusalsOf(made, lone.cluster)).toEqual([]);
    const unnamed = ofPhase('undo-frontends', ({gates}) => ({
      gates: gates.map(gate => (gate.kind === 'confirm' ? {...gate, danger: 'phase', outages: []} : gate)),
    }));
    expect(refusalsOf(unnamed(made), lone.cluster)).toEqual([
      'undo-frontends stops fe-1, which nothing stands in for, and its question names no outage.',
    ]);
  });
});
