import {describe, expect, it} from 'vitest';
import type {Facts} from '../../../src/model/facts.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import {Plan, planSteps} from '../../../src/model/plan.ts';
import type {PlanContext, Procedure} from '../../../src/model/system.ts';
import {makePlan} from '../../../src/plan/make-plan.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {upgrade} from '../../systems/vault/procedure.ts';
import {vault, vaultCluster} from '../../systems/vault/system.ts';

const cluster = vaultCluster();
const facts = new Map<NodeId, Facts>(
  cluster.nodes.map(({id}) => [id, {health: 'ok', version: '1.0', packageVersion: '2.0'}]),
);
const context: PlanContext = {cluster, facts, target: {from: '1.0', to: '2.0', stamp: '20260101_000000'}};
const make = (procedure: Procedure = upgrade, more: Partial<PlanContext> = {}): Plan =>
  makePlan(procedure, {...context, ...more});

describe('a plan', () => {
  it('has a lane for every node of a role, in the order of the inventory', () => {
    expect(make().phases.map(({id, lanes}) => [id, lanes.map(({node}) => node)])).toEqual([
      ['stores', ['store-1', 'store-2', 'store-3']],
      ['routers', ['router-1']],
    ]);
  });

  it('names every step and gate by where it stands', () => {
    const plan = make();
    expect(planSteps(plan).map(({id}) => id)).toContain('stores/deploy@store-2');
    expect(plan.phases[0]?.gates.map(({id}) => id)).toEqual(Array.from({length: 9}, (_, i) => `stores#${i}`));
    expect(
      planSteps(plan)
        .find(({name}) => name === 'wipe')
        ?.gates.map(({id}) => id),
    ).toEqual(['routers/wipe@router-1#0']);
  });

  it('is the same when it is made again', () => {
    expect(JSON.stringify(make())).toBe(JSON.stringify(make()));
  });

  it('is plain JSON: reading it back gives the same', () => {
    expect(Plan.parse(JSON.parse(JSON.stringify(make())))).toEqual(make());
  });

  it('keeps what it was made from', () => {
    expect(make()).toMatchObject({
      format: 1,
      cluster: 'vault-1',
      system: 'vault',
      procedure: 'upgrade',
      from: '1.0',
      to: '2.0',
      stamp: '20260101_000000',
      survey: {'store-1': {version: '1.0'}, 'router-1': {packageVersion: '2.0'}},
    });
  });

  it('verifies every node of the cluster', () => {
    expect(make().verify.map(({node}) => node)).toEqual(cluster.nodes.map(({id}) => id));
  });

  it('leaves out a phase in which no node takes part', () => {
    const stores = {...cluster, nodes: cluster.nodes.filter(({role}) => role === 'store')};
    expect(make(upgrade, {cluster: stores}).phases.map(({id}) => id)).toEqual(['stores']);
  });

  it('takes the nodes a recipe chooses, in its order', () => {
    const [stores, routers] = upgrade.phases;
    if (stores === undefined || routers === undefined) throw new Error('the toy has two phases');
    const chosen: Procedure = {
      ...upgrade,
      phases: [{...stores, nodes: ({cluster: of}) => of.nodes.slice(1, 3).toReversed()}, routers],
    };
    expect(make(chosen).phases[0]?.lanes.map(({node}) => node)).toEqual(['store-3', 'store-2']);
  });

  it('of the toy has no problem', () => {
    expect(planProblems(make(), vault, cluster)).toEqual([]);
  });
});
