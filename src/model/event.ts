import {z} from 'zod';
import {TROUBLES} from './ask.ts';
import {Facts} from './facts.ts';
import {Finding} from './finding.ts';
import {GateId, NodeId, PhaseId, RunId, StepId} from './ids.ts';
import {Removed} from './kept.ts';
import {FilledCheck, Plan} from './plan.ts';
import {Reasons} from './reason.ts';
import {Rehearsed} from './rehearsed.ts';
import {SKIPPED_AS} from './skipped-as.ts';
import {Text} from './text.ts';

/**
 * Of what has to hold for a while: how many of the looks were good, and why the last of them count for nothing. `restarted`: another process
 * runs since; `stood`: what has to move did not; `paused`: nobody looked in between.
 */
export const GoodLooks = z
  .object({
    good: z.number(),
    all: z.number(),
    but: z.enum(['restarted', 'stood', 'paused']).optional(),
  })
  .readonly();
export type GoodLooks = z.infer<typeof GoodLooks>;

/** Why a step or a gate did not come through. Four things that are kept apart up to the screen, and the shut gate. */
export const Failure = z
  .discriminatedUnion('kind', [
    z.object({kind: z.literal('refused'), trouble: z.enum(TROUBLES), detail: Text}),
    /** `begun`: a receipt, or something that it printed, proves that it had begun; else it is known only that it was sent. */
    z.object({
      kind: z.literal('lost'),
      trouble: z.enum(TROUBLES),
      detail: Text,
      begun: z.literal(true).optional(),
    }),
    z.object({kind: z.literal('exit'), code: z.number(), tail: z.string()}),
    z.object({
      kind: z.literal('unsettled'),
      check: FilledCheck,
      seen: Facts.nullable(),
      silent: Reasons.nullable(),
      /** Where some looks were good, and it did not hold. */
      looks: GoodLooks.optional(),
    }),
  ])
  .readonly();
export type Failure = z.infer<typeof Failure>;

/** What a script left behind: its exit code and the end of what it printed. */
export const Outcome = z
  .object({code: z.number(), ms: z.number(), stdout: z.string(), stderr: z.string(), cut: z.boolean()})
  .readonly();
export type Outcome = z.infer<typeof Outcome>;

/** A node that was taken out of the run, how it stood then, and why. */
const SkippedNode = z.object({node: NodeId, as: z.enum(SKIPPED_AS), because: z.string()}).readonly();

/**
 * A run ends only when every node is verified, but for those that the operator took out of it, each named; until then it is
 * held, and can be resumed.
 */
export const Verdict = z
  .strictObject({
    verified: z.array(NodeId).readonly(),
    skipped: z.array(SkippedNode).readonly().optional(),
  })
  .readonly();
export type Verdict = z.infer<typeof Verdict>;

const Happening = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.planned'),
    run: RunId,
    lakeup: z.string(),
    inventory: z.string(),
    /** Of the inventory's own bytes: another one might lead to other hosts. Older runs have none. */
    inventorySum: z.string().optional(),
    plan: Plan,
    /** What preflight found before the plan was made, warnings above all. */
    findings: z.array(Finding).readonly(),
    /** Whether its plan was rehearsed before. Older runs, and those of a twin, do not say. */
    rehearsed: Rehearsed.optional(),
    /** Under which number each place was changed last, when it was surveyed. Silent: an earlier lakeup did not look. */
    leases: z.record(z.string(), z.number()).readonly().optional(),
    /** Its lease, where that was taken over before the survey. */
    lease: z.object({token: z.number().int().positive(), hand: z.string()}).readonly().optional(),
  }),
  /** A new process took over: what was running is interrupted, and gates that led nowhere are shut again. */
  z.object({type: z.literal('run.resumed'), lakeup: z.string()}),
  z.object({type: z.literal('gate.reached'), gate: GateId, blast: z.array(Facts).readonly()}),
  /** What a destructive gate showed is no longer so: it is shown again. */
  z.object({type: z.literal('gate.drifted'), gate: GateId, blast: z.array(Facts).readonly()}),
  z.object({type: z.literal('gate.opened'), gate: GateId, by: z.enum(['operator', 'facts']), facts: Facts}),
  z.object({type: z.literal('gate.stuck'), gate: GateId, failure: Failure}),
  /** This node goes next; `ranks` is what every node left was seen to be. */
  z.object({type: z.literal('lane.begun'), phase: PhaseId, node: NodeId, ranks: Facts}),
  /** The node goes back in the queue: what a gate asked for did not hold. */
  z.object({type: z.literal('lane.deferred'), phase: PhaseId, node: NodeId, gate: GateId, seen: Facts}),
  z.object({type: z.literal('order.stuck'), phase: PhaseId, reasons: Reasons}),
  z.object({type: z.literal('step.started'), step: StepId, attempt: z.number().int().positive()}),
  z.object({type: z.literal('step.acted'), step: StepId, outcome: Outcome}),
  /** `already`: nothing was done, the facts were there before the action. */
  z.object({type: z.literal('step.done'), step: StepId, already: z.boolean(), facts: Facts}),
  /**
   * The link to its action was lost, or lakeup died in it: its receipt was found, of one that is still at work or has ended. `lost`:
   * nobody will hear how it ends, and the facts tell.
   */
  z.object({type: z.literal('step.reattached'), step: StepId, state: z.enum(['running', 'ended', 'lost'])}),
  /** One command is sent that carries out the steps of this phase at once; each of them has started by now. */
  z.object({type: z.literal('fanOut.begun'), phase: PhaseId}),
  /** What it printed when it ended, which says nothing of any one node. */
  z.object({type: z.literal('fanOut.ended'), phase: PhaseId, outcome: Outcome}),
  /** Each step of the phase goes by its own action instead: this one was done, or may have been begun, before it could be sent. */
  z.object({type: z.literal('fanOut.passed'), phase: PhaseId, step: StepId}),
  /** An earlier action is still at work there: nothing was done, and its end is waited for. */
  z.object({type: z.literal('step.busy'), step: StepId, told: z.string(), withinMs: z.number()}),
  /**
   * A step that was interrupted, or had to wait for an earlier action, was looked at and its effect is not there: it waits
   * again, with its gates shut. `told`: its own script asked the node right before it would have acted, and gave way.
   */
  z.object({type: z.literal('step.reset'), step: StepId, seen: Facts, told: z.string().optional()}),
  /**
   * A gate saw that what this step brought about is no longer so: it waits again, and so do the steps after it in its lane
   * and whoever took facts of these. What the gate stands before is asked again too. `found`: of what was seen otherwise than an earlier
   * step had found it, what that was; older journals do not tell.
   */
  z.object({
    type: z.literal('step.reopened'),
    step: StepId,
    gate: GateId,
    seen: Facts,
    found: Facts.optional(),
  }),
  /**
   * Its process, which this stop had ended, was seen to run once more, before a step was tried again that was refused for it, or a
   * phase that was held for it: the stop waits again, with its gates shut.
   */
  z.object({type: z.literal('step.lapsed'), step: StepId, before: StepId, seen: Facts}),
  z.object({type: z.literal('step.failed'), step: StepId, failure: Failure}),
  /** The lease is about to be taken under this number and word: whoever resumes the run knows it for its own. */
  z.object({
    type: z.literal('lease.wanted'),
    token: z.number().int().positive(),
    hand: z.string(),
    from: RunId.nullable(),
  }),
  /** It was taken over; what was begun under it before is waited for. */
  z.object({type: z.literal('lease.busy'), told: z.string()}),
  /** From now on this run alone acts on the nodes, under this number; taken over from that run, where one is named. */
  z.object({
    type: z.literal('lease.taken'),
    token: z.number().int().positive(),
    places: z.number().int().nonnegative(),
    from: RunId.nullable(),
  }),
  /** The lease could not be taken, or is no longer this run's. */
  z.object({type: z.literal('lease.refused'), failure: Failure}),
  z.object({type: z.literal('run.held')}),
  z.object({type: z.literal('run.released')}),
  z.object({type: z.literal('run.left')}),
  /** Another run takes (a part of) this one back from now on: until that one has ended this one is not gone on with. */
  z.object({type: z.literal('run.yielded'), to: RunId}),
  /** It has ended: these steps are as if they had never begun. `whole`: nothing is left, and this run is over. */
  z.object({
    type: z.literal('run.takenBack'),
    by: RunId,
    steps: z.array(StepId).readonly(),
    whole: z.boolean(),
  }),
  /** Another run removes from now on what this one has kept on the hosts: there is no way back from it any more. */
  z.object({type: z.literal('run.pruning'), by: RunId}),
  /** It has ended: this is gone. */
  z.object({type: z.literal('run.pruned'), by: RunId, removed: z.array(Removed).readonly()}),
  /** The operator gave the run up, with their reason: it is over, and its nodes stay as they are. */
  z.object({type: z.literal('run.abandoned'), because: z.string()}),
  /** The operator takes nodes out of the run: nothing is done on them any more, and the verdict names them. */
  z.object({
    type: z.literal('nodes.skipped'),
    nodes: z
      .array(z.object({node: NodeId, as: z.enum(SKIPPED_AS), agreedDown: z.boolean()}).readonly())
      .readonly(),
    because: z.string().min(1),
  }),
  z.object({type: z.literal('node.verified'), node: NodeId, facts: Facts}),
  z.object({type: z.literal('node.unverified'), node: NodeId, failure: Failure}),
  /**
   * Whoever watches the nodes saw that it went down, and not because of the run. `since`: when that was seen first; `atLeast`: it was
   * so when it was looked at first.
   */
  z.object({
    type: z.literal('node.down'),
    node: NodeId,
    since: z.number(),
    atLeast: z.literal(true).optional(),
  }),
  /** It is that no more: up again, with the `health` that was seen; or the run's to tell, without one. `last`: when it was seen down last. */
  z.object({type: z.literal('node.up'), node: NodeId, last: z.number(), health: z.string().optional()}),
  z.object({type: z.literal('run.ended'), verdict: Verdict}),
]);
export type Happening = z.infer<typeof Happening>;

/** What whoever watches the nodes tells of one that went down by itself. */
export type DownSeen = Extract<Happening, {type: 'node.down' | 'node.up'}>;
/** Since when a node was seen to be down. */
export type DownThen = Pick<Extract<DownSeen, {type: 'node.down'}>, 'since' | 'atLeast'>;

/** One line of the journal. `seq` counts from 0 without holes; `at` is the world's time in ms. */
export const Event = z.intersection(
  z.object({seq: z.number().int().nonnegative(), at: z.number()}),
  Happening,
);
export type Event = Readonly<{seq: number; at: number}> & Readonly<Happening>;
