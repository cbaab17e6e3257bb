import {z} from 'zod';
import type {Sh} from '../lib/sh.ts';
import {Expect, Expected, Fact, Facts} from './facts.ts';
import {GateId, NodeId, PhaseId, StepId} from './ids.ts';
import {Prunes} from './kept.ts';
import {Order} from './order.ts';
import {Otherwise} from './otherwise.ts';
import {type Body, VAR_NAME} from './script.ts';
import {TakesBack} from './takes-back.ts';
import {Text} from './text.ts';

/** Bodies of a plan were made by sh`` before they were written to the journal; reading gives them their type back. */
const ShSchema = z.string().transform(script => script as Sh);

/** A fact that an earlier step of the same plan brings back. */
export const FactRef = z.object({step: StepId, fact: z.string()}).readonly();
export type FactRef = z.infer<typeof FactRef>;

const Ref = z.object({from: FactRef}).readonly();

/** A text that is known when the plan is made, or that an earlier step finds. */
const Told = z.union([z.string(), Ref]);

/** What a probe or a script is told: known when the plan is made, or a fact of an earlier step. */
export const Given = z.record(z.string(), z.union([Fact, Ref])).readonly();
export type Given = z.infer<typeof Given>;

/** What an earlier step found, or, with `bound`, a number at least as large. */
const ExpectedRef = z.object({from: FactRef, bound: z.literal('atLeast').optional()}).readonly();

/** What facts must be, known when the plan is made, or as an earlier step found it. */
export const PlannedExpect = z.record(z.string(), z.union([Expected, ExpectedRef])).readonly();
export type PlannedExpect = z.infer<typeof PlannedExpect>;

/**
 * A look with an expectation and patience. `or`: each of these does as well, where that is safe for another reason (who is
 * down already cannot be missed). `pending`: on its way, do not act again, keep waiting. `hopeless`: seen for
 * `hopelessAfterMs` without a break, it will not come true any more: stop waiting. `vain`: more of that kind, each with its time; `ended`: that counts only where the action's end was seen, with 0.
 *
 * One good look is luck; what has to hold is seen to hold. `steadyMs`: every look has to meet the expectation for that
 * long, without a break. `follows`: numbers that must have grown meanwhile, each as soon as another one has: a journal
 * that is read as soon as it was written to.
 */
const checkOf = <G extends z.ZodType, E extends z.ZodType>(given: G, expect: E) =>
  z
    .object({
      title: Text,
      node: NodeId,
      probe: z.string(),
      given: given.optional(),
      expect,
      or: z.array(expect).readonly().optional(),
      pending: expect.optional(),
      hopeless: expect.optional(),
      hopelessAfterMs: z.number().nonnegative().optional(),
      vain: z
        .array(
          z
            .object({seen: expect, afterMs: z.number().nonnegative(), ended: z.literal(true).optional()})
            .readonly(),
        )
        .readonly()
        .optional(),
      steadyMs: z.number().nonnegative().optional(),
      follows: z.record(z.string(), z.string()).readonly().optional(),
      withinMs: z.number().nonnegative(),
      pollMs: z.number().positive(),
    })
    .readonly();

export const Check = checkOf(Given, PlannedExpect);
export type Check = z.infer<typeof Check>;

/** A check with the facts of earlier steps in their places: only such a one can be looked at. */
export const FilledCheck = checkOf(Facts, Expect);
export type FilledCheck = z.infer<typeof FilledCheck>;

/** What a destructive action would hit: the probe is asked when the gate is reached and again at the key press. */
export const Blast = z.object({node: NodeId, probe: z.string(), given: Given.optional()}).readonly();
export type Blast = z.infer<typeof Blast>;

/**
 * What must be so before an action. A confirm waits for the operator; `phrase` has to be typed for a destructive one.
 * `covers`: phases right after its own whose questions are answered with it, so that nobody is waited for in between. A
 * run that is resumed after its own phase, and one in which a step was opened again since, asks for each.
 */
export const Gate = z
  .discriminatedUnion('kind', [
    z.object({kind: z.literal('check'), id: GateId, check: Check, otherwise: Otherwise}),
    z.object({
      kind: z.literal('confirm'),
      id: GateId,
      ask: Text,
      danger: z.enum(['phase', 'outage', 'destructive']),
      outages: z.array(Text).readonly(),
      phrase: z.string().optional(),
      blast: z.array(Blast).readonly(),
      covers: z.array(PhaseId).readonly().optional(),
    }),
  ])
  .readonly();
export type Gate = z.infer<typeof Gate>;
export type ConfirmGate = Extract<Gate, {kind: 'confirm'}>;
export type CheckGate = Extract<Gate, {kind: 'check'}>;

/** What gates look at by themselves, in their order. */
export const gateChecks = (gates: readonly Gate[]): readonly Check[] =>
  gates.flatMap(gate => (gate.kind === 'check' ? [gate.check] : []));

const ScriptAction = z.object({
  kind: z.literal('script'),
  body: z.string(),
  vars: z.record(z.string().regex(VAR_NAME), z.union([Fact, Ref])).readonly(),
  timeoutMs: z.number().positive(),
  trust: z.enum(['exit', 'facts']),
  process: z.string().optional(),
  spot: z.array(z.string().regex(VAR_NAME)).readonly().optional(),
});

/**
 * The one thing that changes the world. A script must be safe to run again: it does nothing where its effect is there
 * already. Its text stands once in the plan, under `body`; `vars` are the shell variables it is run with. `trust: 'facts'`:
 * its exit code says nothing (a start script that ends before the process serves), only the done checks count.
 * `process`: the probe that tells the node's process by `pid` and `startTicks`. It is asked right before the script is sent, and
 * the script is told what it said, as `seen_pid` and `seen_born`: another process than that one is none of its business.
 * `spot`: right before it acts it asks its node itself whether that is still as the gates saw it. It is told these of their facts
 * as `seen_NAME`, empty where no gate found one, and as `tried` whether an earlier attempt may have begun (`yes`, `no`).
 * A copy brings a file of another node's host to the step's own: the sender is named as a node, or by a fact that is
 * a node's id. It is given up when nothing has moved for `stallMs`.
 */
export const Action = z
  .discriminatedUnion('kind', [
    ScriptAction,
    z.object({
      kind: z.literal('copy'),
      from: z.object({node: z.union([NodeId, Ref]), path: Told}).readonly(),
      to: Told,
      stallMs: z.number().positive(),
    }),
    z.object({
      kind: z.literal('manual'),
      name: z.string(),
      instructions: Text,
      /** One line that is needed for it as it stands, for eyes and clipboard alike. */
      copy: z.string().optional(),
    }),
  ])
  .readonly();
export type Action = z.infer<typeof Action>;
export type ScriptAction = Extract<Action, {kind: 'script'}>;
export type CopyAction = Extract<Action, {kind: 'copy'}>;

/**
 * The way back of one step, or why there is none. `safe`: what must be so before it, seen live, as gates of the step that
 * takes it back (that the other nodes serve). `onlyDone`: a step that was not seen to be done needs none, for it puts something aside
 * and changes nothing that is in use. `instead`: the next best way where there is no way back.
 */
export const Undo = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('action'),
      /** What it does, as the title of the step that takes this one back. */
      title: Text.optional(),
      action: Action,
      safe: z.array(Check).readonly().optional(),
      done: z.tuple([Check], Check).readonly(),
      onlyDone: z.literal(true).optional(),
    }),
    z.object({kind: z.literal('impossible'), because: Text, instead: Text.optional()}),
    z.object({kind: z.literal('nothing'), because: Text}),
  ])
  .readonly();
export type Undo = z.infer<typeof Undo>;

/**
 * What a step does to its node's service: it `leaves` service with this step's action, `returns` when the step is done, or
 * `restarts`: it is out while the step is at it. A node without any such step serves all the time.
 */
export const Service = z.enum(['leaves', 'returns', 'restarts']);
export type Service = z.infer<typeof Service>;

/** Gates + action + how it is seen to be done + the way back, on one node. `done` holds at least one check. */
export const Step = z
  .object({
    id: StepId,
    node: NodeId,
    name: z.string(),
    title: Text,
    gates: z.array(Gate).readonly(),
    action: Action,
    done: z.tuple([Check], Check).readonly(),
    undo: Undo,
    typicalMs: z.number().nonnegative(),
    service: Service.optional(),
    /** It takes back an action whose end was not seen: nothing counts before its own action has waited for that end. */
    unseen: z.literal(true).optional(),
    /** What cannot come back once the action ran: such a step needs a destructive gate of its own. */
    destroys: Text.optional(),
    /** What was begun on this node's host may still be at work here, out of any mark's sight: its end is waited for. */
    after: NodeId.optional(),
  })
  .readonly();
export type Step = z.infer<typeof Step>;

/** The steps of one node in one phase, in order. */
export const Lane = z.object({node: NodeId, steps: z.tuple([Step], Step).readonly()}).readonly();
export type Lane = z.infer<typeof Lane>;

/**
 * One command on the host of `node` that carries out the first attempt of all these steps of its phase at once, by ways of its
 * own to their hosts. Who was tried before, or was found done, makes it no command for the others: then each step goes by
 * its own action. `title`: the very words that are run. Its exit code says nothing: each step is done by what is seen of it.
 */
export const FanOut = z
  .object({
    node: NodeId,
    title: Text,
    action: ScriptAction.readonly(),
    steps: z.array(StepId).readonly(),
  })
  .readonly();
export type FanOut = z.infer<typeof FanOut>;

/** Gates that open the phase, then its lanes, at most `width` at once. */
export const Phase = z
  .object({
    id: PhaseId,
    title: Text,
    role: z.string(),
    gates: z.array(Gate).readonly(),
    order: Order,
    width: z.number().int().positive(),
    lanes: z.array(Lane).readonly(),
    fanOut: FanOut.optional(),
  })
  .readonly();
export type Phase = z.infer<typeof Phase>;

/** Independent last looks at one node; they decide the verdict, not the steps. */
export const Verification = z.object({node: NodeId, checks: z.tuple([Check], Check).readonly()}).readonly();
export type Verification = z.infer<typeof Verification>;

/** Why this procedure was chosen, and where the rule stands. */
export const Rule = z.object({says: Text, source: Text}).readonly();
export type Rule = z.infer<typeof Rule>;

/** A plan of another format cannot be carried out: its run is finished with the lakeup that began it. */
export const PLAN_FORMAT = 2;

/** Everything that will be done, as plain JSON: the first line of the journal. */
export const Plan = z
  .object({
    format: z.literal(PLAN_FORMAT),
    cluster: z.string(),
    system: z.string(),
    procedure: z.string(),
    /** `back` takes back what another plan did: its `from` is that plan's `to`. */
    direction: z.enum(['forward', 'back']),
    takesBack: TakesBack.optional(),
    /** It removes what that run has kept on the hosts. It leads nowhere: `from` and `to` are the version that runs. */
    prunes: Prunes.optional(),
    /** Who is out of service when it begins, because another run, or somebody, left it so. */
    out: z.array(NodeId).readonly(),
    /** Since when, of those of whom an earlier run knows it; of the others only that they were so when it began. */
    outSince: z.record(NodeId, z.number()).readonly().optional(),
    rule: Rule,
    title: Text,
    from: z.string(),
    to: z.string(),
    /** The stamp of backups: one per run, so that bin and lib stay a pair. */
    stamp: z.string(),
    /** The text of every script, once, by the name that actions call it by. */
    scripts: z.record(z.string(), ShSchema).readonly(),
    phases: z.array(Phase).readonly(),
    verify: z.array(Verification).readonly(),
    /** What the plan was made from, per node. */
    survey: z.record(NodeId, Facts).readonly(),
  })
  .readonly();
export type Plan = z.infer<typeof Plan>;

export const stepsOfPhase = ({lanes}: Phase): readonly Step[] => lanes.flatMap(({steps}) => steps);

const stepsOf = new WeakMap<Plan, readonly Step[]>();

/** Every step of a plan, in its order. A plan never changes, so the list is made once. */
export const planSteps = (plan: Plan): readonly Step[] => {
  const known = stepsOf.get(plan) ?? plan.phases.flatMap(stepsOfPhase);
  stepsOf.set(plan, known);
  return known;
};

/** The text of an action's script. A plan that does not hold it is broken, so that throws. */
export const bodyOf = (plan: Plan, {body}: ScriptAction): Body => {
  const found = plan.scripts[body];
  if (found === undefined) throw new Error(`the plan has no script ${body}`);
  return {name: body, text: found};
};
