import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {type Sh, sh} from '../../../src/lib/sh.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import type {Expect} from '../../../src/model/facts.ts';
import {GateId, HostId, NodeId, PhaseId, RunId, StepId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {Order} from '../../../src/model/order.ts';
import type {Otherwise} from '../../../src/model/otherwise.ts';
import type {
  Check,
  CheckGate,
  ConfirmGate,
  CopyAction,
  FilledCheck,
  Phase,
  Plan,
  PlannedExpect,
  ScriptAction,
  Step,
} from '../../../src/model/plan.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import type {RunState} from '../../../src/model/state.ts';
import {text} from '../../../src/model/text.ts';

export const START_MS = Date.UTC(2026, 0, 1);

export const nodeId = (name: string): NodeId => NodeId.parse(name);
export const [a, b, c] = [nodeId('a'), nodeId('b'), nodeId('c')];

/** Three nodes of one role, each on a host of its own. */
export const cluster: Cluster = {
  name: 'toys',
  system: 'toy',
  hosts: [a, b, c].map(id => ({id: HostId.parse(`host-${id}`), identityFiles: []})),
  nodes: [a, b, c].map(id => ({
    id,
    host: HostId.parse(`host-${id}`),
    role: 'toy',
    home: parseAbsPath('/srv/toy'),
    fields: {},
  })),
  settings: {},
};

const CHECK = {title: text('as wanted', '符合预期'), probe: 'status', withinMs: 10_000, pollMs: 1_000};

/** A check in which everything is known. */
export const check = (node: NodeId, expect: Expect, more: Partial<FilledCheck> = {}): FilledCheck => ({
  ...CHECK,
  node,
  expect,
  ...more,
});

/** A fact of an earlier step. */
export const ref = (step: string, fact: string) => ({from: {step: StepId.parse(step), fact}});

/** A check that takes facts of earlier steps. */
export const taking = (node: NodeId, expect: PlannedExpect, more: Partial<Check> = {}): Check => ({
  ...CHECK,
  node,
  expect,
  ...more,
});

export const script = (body: string, more: Partial<ScriptAction> = {}): ScriptAction => ({
  kind: 'script',
  body,
  vars: {},
  timeoutMs: 30_000,
  trust: 'exit',
  ...more,
});

/** A file that is brought from another toy to the same path. */
export const copy = (node: CopyAction['from']['node'], more: Partial<CopyAction> = {}): CopyAction => ({
  kind: 'copy',
  from: {node, path: '/backups/x.gz'},
  to: '/backups/x.gz',
  stallMs: 60_000,
  ...more,
});

/** A step of phase "p" that is done when the node's status says so under the step's own name. */
export const step = (node: NodeId, name: string, more: Partial<Step> = {}): Step => ({
  id: StepId.parse(`p/${name}@${node}`),
  node,
  name,
  title: text(name, name),
  gates: [],
  action: script(name),
  done: [check(node, {[name]: true})],
  undo: {kind: 'nothing', because: text('a toy', '玩具')},
  typicalMs: 1_000,
  ...more,
});

export const confirmGate = (owner: string, index = 0, more: Partial<ConfirmGate> = {}): ConfirmGate => ({
  kind: 'confirm',
  id: GateId.parse(`${owner}#${index}`),
  ask: text('Go on?', '继续？'),
  danger: 'phase',
  outages: [],
  blast: [],
  ...more,
});

export const checkGate = (
  owner: string,
  index: number,
  wanted: Check,
  otherwise: Otherwise = 'hold',
): CheckGate => ({kind: 'check', id: GateId.parse(`${owner}#${index}`), check: wanted, otherwise});

export const phase = (id: string, steps: readonly Step[], more: Partial<Phase> = {}): Phase => {
  const nodes = [...new Set(steps.map(({node}) => node))];
  return {
    id: PhaseId.parse(id),
    title: text(id, id),
    role: 'toy',
    gates: [],
    order: {kind: 'listed'},
    width: 1,
    lanes: nodes.map(node => {
      const [first, ...others] = steps.filter(of => of.node === node);
      if (first === undefined) throw new Error('a lane needs a step');
      return {node, steps: [first, ...others]};
    }),
    ...more,
  };
};

export const asked = (withinMs = 10_000): Order => ({
  kind: 'asked',
  probe: 'standing',
  fact: 'is',
  ranks: ['observer', 'follower', 'master'],
  withinMs,
  pollMs: 1_000,
});

/** What a toy's script of that name holds. */
export const bodyText = (name: string): Sh => sh`do ${name}`;

const bodiesOf = (phases: readonly Phase[]): Plan['scripts'] =>
  Object.fromEntries(
    phases
      .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))
      .flatMap(({action, undo}) => (undo.kind === 'action' ? [action, undo.action] : [action]))
      .flatMap(action => (action.kind === 'script' ? [[action.body, bodyText(action.body)]] : [])),
  );

export const planOf = (...phases: readonly Phase[]): Plan => ({
  format: 2,
  cluster: 'toys',
  system: 'toy',
  procedure: 'upgrade',
  direction: 'forward',
  out: [],
  rule: {says: text('toys are new', '玩具是新的'), source: text('the toy maker', '玩具厂')},
  title: text('Upgrade', '升级'),
  from: '1',
  to: '2',
  stamp: '20260101_000000',
  scripts: bodiesOf(phases),
  phases,
  verify: [],
  survey: {},
});

export const RUN = RunId.parse('20260101-000000-test');

export const planned = (plan: Plan): Extract<Happening, {type: 'run.planned'}> => ({
  type: 'run.planned',
  run: RUN,
  lakeup: 'test',
  inventory: 'toys.yaml',
  plan,
  findings: [],
});

/** Numbers happenings and dates them one second apart. */
export const numbered = (...happenings: readonly Happening[]): Event[] =>
  happenings.map((happening, seq) => ({...happening, seq, at: START_MS + seq * 1_000}));

export const stateOf = (plan: Plan, ...happenings: readonly Happening[]): RunState =>
  foldEvents(numbered(planned(plan), ...happenings));

/** The types of events, in order; steps with their name and node. */
export const story = (events: readonly Event[]): string[] =>
  events.map(event => {
    if ('step' in event) return `${event.type} ${event.step}`;
    if ('gate' in event) return `${event.type} ${event.gate}`;
    return 'node' in event ? `${event.type} ${event.node}` : event.type;
  });
