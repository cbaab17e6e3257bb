import type {Failure, Happening} from '../../model/event.ts';
import type {Facts} from '../../model/facts.ts';
import {fillCheck} from '../../model/given.ts';
import {type GateId, type NodeId, RunId, type StepId} from '../../model/ids.ts';
import type {Lane, Phase, Step} from '../../model/plan.ts';
import {type Text, text} from '../../model/text.ts';
import type {Stage} from './plan.ts';

/** One thing that happens in a story, in order. Questions wait for the operator; everything else plays by itself. */
export type Beat =
  | {readonly kind: 'event'; readonly happening: Happening}
  | {readonly kind: 'wait'; readonly ms: number}
  | {readonly kind: 'seen'; readonly node: NodeId; readonly probe: string; readonly facts: Facts}
  | {readonly kind: 'silent'; readonly node: NodeId; readonly probe: string; readonly reason: Text}
  | {readonly kind: 'confirm'; readonly gate: GateId}
  | {readonly kind: 'manual'; readonly step: StepId}
  | {readonly kind: 'choose'};

/** Where a story leaves the straight way. */
export type Turn = {
  /** This step fails the first time. */
  readonly fails?: {
    readonly step: string;
    readonly failure: (step: Step) => Failure;
    readonly output: string;
  };
  readonly blast?: Facts;
  /** These nodes do not pass the last looks. */
  readonly unverified?: readonly string[];
};

const OUTPUT: Readonly<Record<string, string>> = {
  stop: 'waiting for the process to end\nprocess has ended',
  start: 'log to /opt/log/start.out',
};

const facts = (stage: Stage, node: NodeId, version: string, rest: Facts): Facts => ({
  ...rest,
  version,
  ...(stage.marks.get(node) === '' ? {} : {role: stage.marks.get(node) ?? ''}),
});

/** Every node well, at that version. */
export function* allWell(stage: Stage, version: string): Generator<Beat> {
  for (const {id} of stage.cluster.nodes)
    yield {
      kind: 'seen',
      node: id,
      probe: 'status',
      facts: facts(stage, id, version, {health: 'ok', alive: true}),
    };
}

function* gatesOf(step: Step, turn: Turn): Generator<Beat> {
  for (const gate of step.gates) {
    if (gate.kind === 'check') {
      yield {kind: 'wait', ms: 400};
      yield {
        kind: 'event',
        happening: {type: 'gate.opened', gate: gate.id, by: 'facts', facts: {health: 'ok'}},
      };
      continue;
    }
    yield {
      kind: 'event',
      happening: {type: 'gate.reached', gate: gate.id, blast: turn.blast === undefined ? [] : [turn.blast]},
    };
    yield {kind: 'confirm', gate: gate.id};
    yield {kind: 'event', happening: {type: 'gate.opened', gate: gate.id, by: 'operator', facts: {}}};
  }
}

/** What the node looks like while a step is under way. */
function* looksDuring(stage: Stage, step: Step): Generator<Beat> {
  const {from, to} = stage.plan;
  const {node} = step;
  if (step.name === 'stop') {
    yield {
      kind: 'seen',
      node,
      probe: 'status',
      facts: facts(stage, node, from, {health: 'degraded', running: true, ports: 'busy'}),
    };
    yield {kind: 'wait', ms: step.typicalMs / 2};
    yield {kind: 'silent', node, probe: 'status', reason: text('connection refused', '连接被拒绝')};
    yield {kind: 'wait', ms: step.typicalMs / 2};
  } else if (step.name === 'start') {
    yield {kind: 'wait', ms: step.typicalMs / 3};
    yield {
      kind: 'seen',
      node,
      probe: 'status',
      facts: facts(stage, node, to, {health: 'starting', alive: false}),
    };
    yield {kind: 'wait', ms: (2 * step.typicalMs) / 3};
    yield {kind: 'seen', node, probe: 'status', facts: facts(stage, node, to, {health: 'ok', alive: true})};
  } else yield {kind: 'wait', ms: step.typicalMs};
}

function* attempt(stage: Stage, step: Step, turn: Turn, n: number): Generator<Beat> {
  yield {kind: 'event', happening: {type: 'step.started', step: step.id, attempt: n}};
  const fails = n === 1 && turn.fails?.step === step.id ? turn.fails : null;
  if (step.action.kind === 'manual') yield {kind: 'manual', step: step.id};
  else {
    const stdout = fails?.output ?? OUTPUT[step.name] ?? '';
    yield {kind: 'wait', ms: 200};
    yield {
      kind: 'event',
      happening: {
        type: 'step.acted',
        step: step.id,
        outcome: {code: 0, ms: 200, stdout, stderr: '', cut: false},
      },
    };
  }
  if (fails === null) {
    yield* looksDuring(stage, step);
    yield {kind: 'event', happening: {type: 'step.done', step: step.id, already: false, facts: {}}};
    return;
  }
  yield {kind: 'wait', ms: step.typicalMs};
  yield {kind: 'event', happening: {type: 'step.failed', step: step.id, failure: fails.failure(step)}};
  yield {kind: 'choose'};
  yield {kind: 'event', happening: {type: 'run.released'}};
  yield* gatesOf(step, turn);
  yield* attempt(stage, step, turn, n + 1);
}

function* laneStory(stage: Stage, phase: Phase, lane: Lane, turn: Turn): Generator<Beat> {
  yield {kind: 'event', happening: {type: 'lane.begun', phase: phase.id, node: lane.node, ranks: {}}};
  for (const step of lane.steps) {
    yield* gatesOf(step, turn);
    yield* attempt(stage, step, turn, 1);
  }
}

/** A whole upgrade, one node after the other, from the plan to the verdict. */
export function* story(stage: Stage, turn: Turn = {}): Generator<Beat> {
  const {plan} = stage;
  yield {
    kind: 'event',
    happening: {
      type: 'run.planned',
      run: RunId.parse('20261122-021500-d3m0'),
      lakeup: 'demo',
      inventory: 'inventory.yaml',
      plan,
      findings: [],
    },
  };
  yield* allWell(stage, plan.from);
  for (const phase of plan.phases) {
    for (const gate of phase.gates) {
      yield {kind: 'wait', ms: 300};
      yield {kind: 'event', happening: {type: 'gate.reached', gate: gate.id, blast: []}};
      yield {kind: 'confirm', gate: gate.id};
      yield {kind: 'event', happening: {type: 'gate.opened', gate: gate.id, by: 'operator', facts: {}}};
    }
    for (const lane of phase.lanes) yield* laneStory(stage, phase, lane, turn);
  }
  const bad = new Set(turn.unverified ?? []);
  for (const {node, checks} of plan.verify) {
    yield {kind: 'wait', ms: 300};
    const seen = facts(stage, node, plan.from, {health: 'degraded'});
    if (bad.has(node)) {
      const failure: Failure = {
        kind: 'unsettled',
        check: fillCheck(checks[0], () => undefined),
        seen,
        silent: null,
      };
      yield {kind: 'event', happening: {type: 'node.unverified', node, failure}};
      yield {kind: 'choose'};
      yield {kind: 'event', happening: {type: 'run.released'}};
    }
    const well = {health: 'ok', version: plan.to};
    yield {kind: 'event', happening: {type: 'node.verified', node, facts: well}};
  }
  yield {
    kind: 'event',
    happening: {type: 'run.ended', verdict: {verified: plan.verify.map(({node}) => node)}},
  };
}
