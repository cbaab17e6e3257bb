import {z} from 'zod';
import type {Sh} from '../lib/sh.ts';
import {Expect, FactRef, Facts, Scalar} from './facts.ts';
import {GateId, NodeId, PhaseId, StepId} from './ids.ts';
import type {Text} from './text.ts';

const TextSchema: z.ZodType<Text> = z.object({en: z.string(), zh: z.string()}).readonly();
/** Scripts of a plan were made by sh`` before they were written to the journal; reading gives them their type back. */
const ShSchema = z.string().transform(script => script as Sh);

/** What a probe is told about this look: known when the plan is made, or a fact of an earlier step. */
export const Given = z.record(z.string(), z.union([Scalar, z.object({from: FactRef})])).readonly();
export type Given = z.infer<typeof Given>;

/**
 * A look with an expectation and patience. `pending`: on its way, do not act again, keep waiting. `hopeless`: seen for
 * `hopelessAfterMs` without a break, it will not come true any more: stop waiting.
 */
export const Check = z
  .object({
    title: TextSchema,
    node: NodeId,
    probe: z.string(),
    given: Given.optional(),
    expect: Expect,
    pending: Expect.optional(),
    hopeless: Expect.optional(),
    hopelessAfterMs: z.number().nonnegative().optional(),
    withinMs: z.number().nonnegative(),
    pollMs: z.number().positive(),
  })
  .readonly();
export type Check = z.infer<typeof Check>;

/** What a destructive action would hit: the probe is asked when the gate is reached and again at the key press. */
export const Blast = z.object({node: NodeId, probe: z.string(), given: Given.optional()}).readonly();
export type Blast = z.infer<typeof Blast>;

/**
 * What must be so before an action. A check that does not come true holds the run, or, with `otherwise: 'defer'`, puts
 * the node back in line (a frontend that became master meanwhile). A confirm waits for the operator; `phrase` has to be
 * typed for a destructive one.
 */
export const Gate = z
  .discriminatedUnion('kind', [
    z.object({kind: z.literal('check'), id: GateId, check: Check, otherwise: z.enum(['hold', 'defer'])}),
    z.object({
      kind: z.literal('confirm'),
      id: GateId,
      ask: TextSchema,
      danger: z.enum(['phase', 'outage', 'destructive']),
      outages: z.array(TextSchema).readonly(),
      phrase: z.string().optional(),
      blast: z.array(Blast).readonly(),
    }),
  ])
  .readonly();
export type Gate = z.infer<typeof Gate>;
export type ConfirmGate = Extract<Gate, {kind: 'confirm'}>;
export type CheckGate = Extract<Gate, {kind: 'check'}>;

/**
 * The one thing that changes the world. A script must be safe to run again: it does nothing where its effect is there
 * already. `trust: 'facts'`: its exit code says nothing (MetaService's start), only the done checks count.
 * `given`: shell variables that hold facts of earlier steps.
 */
export const Action = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('script'),
      name: z.string(),
      script: ShSchema,
      given: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), FactRef).optional(),
      timeoutMs: z.number().positive(),
      trust: z.enum(['exit', 'facts']),
    }),
    z.object({kind: z.literal('manual'), name: z.string(), instructions: TextSchema}),
  ])
  .readonly();
export type Action = z.infer<typeof Action>;
export type ScriptAction = Extract<Action, {kind: 'script'}>;

/**
 * The way back of one step, or why there is none. `safe`: what must be so before it, seen live, as gates of the step that
 * takes it back (that the other nodes serve). `instead`: the next best way where there is no way back.
 */
export const Undo = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('action'),
      action: Action,
      safe: z.array(Check).readonly().optional(),
      done: z.tuple([Check], Check).readonly(),
    }),
    z.object({kind: z.literal('impossible'), because: TextSchema, instead: TextSchema.optional()}),
    z.object({kind: z.literal('nothing'), because: TextSchema}),
  ])
  .readonly();
export type Undo = z.infer<typeof Undo>;

/** Gates + action + how it is seen to be done + the way back, on one node. `done` holds at least one check. */
export const Step = z
  .object({
    id: StepId,
    node: NodeId,
    name: z.string(),
    title: TextSchema,
    gates: z.array(Gate).readonly(),
    action: Action,
    done: z.tuple([Check], Check).readonly(),
    undo: Undo,
    typicalMs: z.number().nonnegative(),
    /** The node does not serve from this step's action until its last step is done. For the screen only. */
    down: z.boolean(),
    /** What cannot come back once the action ran: such a step needs a destructive gate of its own. */
    destroys: TextSchema.optional(),
  })
  .readonly();
export type Step = z.infer<typeof Step>;

/** The steps of one node in one phase, in order. */
export const Lane = z.object({node: NodeId, steps: z.tuple([Step], Step).readonly()}).readonly();
export type Lane = z.infer<typeof Lane>;

/**
 * In which order lanes begin. `asked`: before each lane the probe is asked of every node that is left, and the one
 * whose `fact` stands first in `ranks` goes next (a role that moves, such as a master).
 */
export const Order = z
  .discriminatedUnion('kind', [
    z.object({kind: z.literal('listed')}),
    z.object({
      kind: z.literal('asked'),
      probe: z.string(),
      fact: z.string(),
      ranks: z.array(z.string()).readonly(),
      withinMs: z.number().positive(),
      pollMs: z.number().positive(),
    }),
  ])
  .readonly();
export type Order = z.infer<typeof Order>;

/** Gates that open the phase, then its lanes, at most `width` at once. */
export const Phase = z
  .object({
    id: PhaseId,
    title: TextSchema,
    role: z.string(),
    gates: z.array(Gate).readonly(),
    order: Order,
    width: z.number().int().positive(),
    lanes: z.array(Lane).readonly(),
  })
  .readonly();
export type Phase = z.infer<typeof Phase>;

/** Independent last looks at one node; they decide the verdict, not the steps. */
export const Verification = z.object({node: NodeId, checks: z.tuple([Check], Check).readonly()}).readonly();
export type Verification = z.infer<typeof Verification>;

/** Everything that will be done, as plain JSON: the first line of the journal. */
export const Plan = z
  .object({
    format: z.literal(1),
    cluster: z.string(),
    system: z.string(),
    procedure: z.string(),
    title: TextSchema,
    from: z.string(),
    to: z.string(),
    /** The stamp of backups: one per run, so that bin and lib stay a pair. */
    stamp: z.string(),
    phases: z.array(Phase).readonly(),
    verify: z.array(Verification).readonly(),
    /** What the plan was made from, per node: shown, and compared when a run is resumed. */
    survey: z.record(z.string(), Facts).readonly(),
  })
  .readonly();
export type Plan = z.infer<typeof Plan>;

const stepsOf = new WeakMap<Plan, readonly Step[]>();

/** Every step of a plan, in its order. A plan never changes, so the list is made once. */
export const planSteps = (plan: Plan): readonly Step[] => {
  const known = stepsOf.get(plan) ?? plan.phases.flatMap(phase => phase.lanes.flatMap(lane => lane.steps));
  stepsOf.set(plan, known);
  return known;
};
