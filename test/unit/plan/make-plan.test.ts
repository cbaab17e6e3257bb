import {describe, expect, it} from 'vitest';
import {sh} from '../../../src/lib/sh.ts';
import {actionName} from '../../../src/model/action-name.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {type NodeId, StepId} from '../../../src/model/ids.ts';
import {bodyOf, Plan, planSteps, type ScriptAction} from '../../../src/model/plan.ts';
import type {Move, PlanContext, Procedure} from '../../../src/model/procedure.ts';
import {type Body, body} from '../../../src/model/script.ts';
import {text} from '../../../src/model/text.ts';
import {makePlan} from '../../../src/plan/make-plan.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {byHand, copyFrom, harmless, script, wayBack} from '../../../src/recipe/actions.ts';
import {check} from '../../../src/recipe/check.ts';
import type {Vault, VaultNode} from '../../systems/vault/fields.ts';
import {upgrade} from '../../systems/vault/procedure.ts';
import {vault, vaultCluster} from '../../systems/vault/system.ts';

const cluster = vaultCluster();
const facts = new Map<NodeId, Facts>(
  cluster.nodes.map(({id}) => [id, {health: 'ok', version: '1.0', packageVersion: '2.0'}]),
);
const context: PlanContext<Vault> = {
  cluster,
  facts,
  target: {from: '1.0', to: '2.0', stamp: '20260101_000000'},
};
const rule = {says: text('newer follows older', '新版本跟随旧版本'), source: text('the manual', '手册')};
const make = (procedure: Procedure<Vault> = upgrade, more: Partial<PlanContext<Vault>> = {}): Plan =>
  makePlan({procedure, rule}, {...context, ...more});

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
      format: 2,
      cluster: 'vault-1',
      system: 'vault',
      procedure: 'upgrade',
      direction: 'forward',
      out: [],
      rule,
      from: '1.0',
      to: '2.0',
      stamp: '20260101_000000',
      survey: {'store-1': {version: '1.0'}, 'router-1': {packageVersion: '2.0'}},
    });
  });

  it('that takes another one back says so, and who is out of service when it begins', () => {
    const [, out] = cluster.nodes.map(({id}) => id);
    if (out === undefined) throw new Error('the vault has a second node');
    const target = {...context.target, from: '2.0', to: '1.0'};
    const plan = make(upgrade, {target, back: {out: [out]}});
    expect(plan).toMatchObject({direction: 'back', from: '2.0', to: '1.0', out: ['store-2']});
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it('of an older format is not read', () => {
    expect(Plan.safeParse({...make(), format: 1}).success).toBe(false);
    expect(Plan.safeParse({...make(), direction: 'sideways'}).success).toBe(false);
    const {rule: _, ...ruleless} = make();
    expect(Plan.safeParse(ruleless).success).toBe(false);
    const {out: __, ...outless} = make();
    expect(Plan.safeParse(outless).success).toBe(false);
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
    if (stores === undefined || routers === undefined) throw new Error('the vault has two phases');
    const chosen: Procedure<Vault> = {
      ...upgrade,
      phases: [{...stores, nodes: ({cluster: of}) => of.nodes.slice(1, 3).toReversed()}, routers],
    };
    expect(make(chosen).phases[0]?.lanes.map(({node}) => node)).toEqual(['store-3', 'store-2']);
  });

  it('of the vault has no problem, and in another order one of the vault’s own', () => {
    const plan = make();
    expect(planProblems(plan, vault, cluster)).toEqual([]);
    const swapped = {...plan, phases: plan.phases.toReversed()};
    expect(planProblems(swapped, vault, cluster)).toEqual([
      text('A store comes before a router.', 'store 应在 router 之前。'),
    ]);
  });
});

describe('scripts of a plan', () => {
  /** A procedure of one step for every store. */
  const doing = (move: (node: VaultNode) => Pick<Move, 'action'> & Partial<Move>): Procedure<Vault> => {
    const [stores] = upgrade.phases;
    if (stores === undefined) throw new Error('the vault has stores');
    return {
      ...upgrade,
      phases: [
        {
          ...stores,
          gates: () => [],
          steps: node => [
            {
              name: 'do',
              title: text('do', '做'),
              gates: [],
              done: [check(node, 'status', text('up', '正常'), {health: 'ok'}, 1_000)],
              undo: harmless('it is harmless', '无害'),
              typicalMs: 1,
              ...move(node),
            },
          ],
        },
      ],
    };
  };
  const act = (of: Body, node: VaultNode) => script(of, {home: node.home, name: node.id}, 1_000);
  const done = (node: VaultNode) => check(node, 'status', text('up', '正常'), {health: 'ok'}, 1_000);

  it('stand once, by name, however many nodes run them', () => {
    const plan = make();
    expect(Object.keys(plan.scripts).toSorted()).toEqual([
      'vault.deploy',
      'vault.start',
      'vault.stop',
      'vault.undeploy',
      'vault.wipe',
    ]);
    const once = JSON.stringify(plan.scripts['vault.deploy']).slice(1, -1);
    expect(JSON.stringify(plan).split(once)).toHaveLength(2);
  });

  it('are those of ways back too', () => {
    const plan = make(
      doing(node => ({
        action: act(body('x.do', sh`do`), node),
        undo: wayBack(text('undo', '撤销'), act(body('x.undo', sh`undo`), node), [done(node)]),
      })),
    );
    expect(plan.scripts).toEqual({'x.do': 'do', 'x.undo': 'undo'});
    expect(planSteps(plan)[1]?.undo).toMatchObject({action: {body: 'x.undo', vars: {name: 'store-2'}}});
  });

  it('are told apart by their variables alone', () => {
    const actions = planSteps(make(doing(node => ({action: act(body('x.do', sh`do`), node)})))).map(
      ({action}) => action,
    );
    expect(actions).toMatchObject([
      {kind: 'script', body: 'x.do', vars: {name: 'store-1'}},
      {kind: 'script', body: 'x.do', vars: {name: 'store-2'}},
      {kind: 'script', body: 'x.do', vars: {name: 'store-3'}},
    ]);
    expect(actions[0]).not.toHaveProperty('text');
  });

  it('of one name are one text: another is refused', () => {
    expect(() => make(doing(node => ({action: act(body('x.do', sh`do ${node.id}`), node)})))).toThrow(
      'two scripts are called x.do',
    );
    expect(() =>
      make(
        doing(node => ({
          action: act(body('x.do', sh`do`), node),
          undo: wayBack(text('undo', '撤销'), act(body('x.do', sh`undo`), node), [done(node)]),
        })),
      ),
    ).toThrow('two scripts are called x.do');
  });

  it('may be made anew for every node, where the text is the same', () => {
    expect(make(doing(node => ({action: act(body('x.do', sh`do`), node)}))).scripts).toEqual({'x.do': 'do'});
  });

  it('are none for work by hand', () => {
    const plan = make(doing(() => ({action: byHand('paste', text('paste it', '粘贴'))})));
    expect(plan.scripts).toEqual({});
    expect(planSteps(plan)[0]?.action).toEqual({
      kind: 'manual',
      name: 'paste',
      instructions: text('paste it', '粘贴'),
    });
  });

  it('are none for a copy, which stands in the plan as it is', () => {
    const from = {from: {step: StepId.parse('x/backup@store-1'), fact: 'backupNode'}};
    const plan = make(doing(() => ({action: copyFrom(from, '/backups/x.gz', 60_000)})));
    expect(plan.scripts).toEqual({});
    const action = {
      kind: 'copy',
      from: {node: from, path: '/backups/x.gz'},
      to: '/backups/x.gz',
      stallMs: 60_000,
    };
    expect(planSteps(plan)[0]?.action).toEqual(action);
    const read = Plan.parse(JSON.parse(JSON.stringify(plan)));
    expect(planSteps(read)[0]?.action).toEqual(action);
    expect(planSteps(read).map(step => actionName(step.action))[0]).toBe('copy');
  });

  it('are found by the actions that name them', () => {
    const plan = make();
    const stop = planSteps(plan)[0]?.action as ScriptAction;
    expect(bodyOf(plan, stop)).toEqual({name: 'vault.stop', text: plan.scripts['vault.stop']});
    expect(actionName(stop)).toBe('vault.stop');
    expect(() => bodyOf({...plan, scripts: {}}, stop)).toThrow('the plan has no script vault.stop');
  });

  it('take no variable that could be one of the shell’s own', () => {
    const plan = JSON.parse(JSON.stringify(make(doing(node => ({action: act(body('x.do', sh`do`), node)})))));
    expect(Plan.safeParse(plan).success).toBe(true);
    plan.phases[0].lanes[0].steps[0].action.vars = {PATH: '/tmp'};
    expect(Plan.safeParse(plan).success).toBe(false);
  });
});
