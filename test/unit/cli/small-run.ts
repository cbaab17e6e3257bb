import {z} from 'zod';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {HostId, NodeId, PhaseId, RunId, StepId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {FilledCheck, Plan, Service, Step} from '../../../src/model/plan.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import type {RunState} from '../../../src/model/state.ts';
import type {System} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';

export const RUN = RunId.parse('20260101-000000-test');
export const START_MS = Date.UTC(2026, 0, 1);

export const nodeId = (name: string): NodeId => NodeId.parse(name);
export const [a, b, c] = [nodeId('a'), nodeId('b'), nodeId('c')];

export const check = (node: NodeId, expect: FilledCheck['expect']): FilledCheck => ({
  title: text('well', '正常'),
  node,
  probe: 'status',
  expect,
  withinMs: 10_000,
  pollMs: 1_000,
});

/** Nodes of one role, each on a host of its own. */
export const clusterOf = (nodes: readonly NodeId[]): Cluster => ({
  name: 'toys',
  system: 'toy',
  hosts: nodes.map(id => ({id: HostId.parse(`host-${id}`), identityFiles: []})),
  nodes: nodes.map(id => ({
    id,
    host: HostId.parse(`host-${id}`),
    role: 'toy',
    home: parseAbsPath('/srv/toy'),
    fields: {},
  })),
  settings: {},
});

/** A system of nothing but what a test gives it. */
export const systemWith = (more: Partial<System>): System => ({
  name: 'toy',
  title: text('Toy', '玩具'),
  roles: [
    {
      name: 'toy',
      title: text('toys', '玩具'),
      status: 'status',
      columns: [],
      optional: false,
      home: 'own',
      fields: z.unknown(),
    },
  ],
  settings: z.unknown(),
  probes: {},
  survey: 'all',
  preflight: [],
  choose: () => ({kind: 'refused', because: text('no way', '没有办法'), instead: text('none', '无')}),
  planProblems: () => [],
  ...more,
});

export const stepId = (name: string, node: NodeId): StepId => StepId.parse(`p/${name}@${node}`);

const stepOf = (node: NodeId, name: string, service?: Service): Step => ({
  id: stepId(name, node),
  node,
  name,
  title: text(name, name),
  gates: [],
  action: {kind: 'script', body: `toy.${name}`, vars: {}, timeoutMs: 30_000, trust: 'exit'},
  done: [check(node, {[name]: true})],
  undo: {kind: 'nothing', because: text('a toy', '玩具')},
  typicalMs: 1_000,
  ...(service === undefined ? {} : {service}),
});

/** Nodes that are staged, stopped and started; `script` is the text of every script. */
export const planOf = (nodes: readonly NodeId[], script = 'true'): Plan => {
  const words = sh`echo ${script}`;
  return {
    format: 2,
    cluster: 'toys',
    system: 'toy',
    procedure: 'upgrade',
    direction: 'forward',
    out: [],
    rule: {says: text('all in a row', '依次进行'), source: text('the guide', '指南')},
    title: text('Upgrade', '升级'),
    from: '1',
    to: '2',
    stamp: '20260101_000000',
    scripts: {'toy.stage': words, 'toy.stop': words, 'toy.start': words},
    phases: [
      {
        id: PhaseId.parse('p'),
        title: text('Toys', '玩具'),
        role: 'toy',
        gates: [],
        order: {kind: 'listed'},
        width: 1,
        lanes: nodes.map(node => ({
          node,
          steps: [stepOf(node, 'stage'), stepOf(node, 'stop', 'leaves'), stepOf(node, 'start', 'returns')],
        })),
      },
    ],
    verify: nodes.map(node => ({node, checks: [check(node, {health: 'ok'})]})),
    survey: {},
  };
};

export const started = (name: string, node = a): Happening => ({
  type: 'step.started',
  step: stepId(name, node),
  attempt: 1,
});
export const done = (name: string, node = a): Happening => ({
  type: 'step.done',
  step: stepId(name, node),
  already: false,
  facts: {},
});

/** The events of a run, one a second. */
export const eventsOf = (plan: Plan, ...happenings: readonly Happening[]): Event[] => {
  const planned: Happening = {
    type: 'run.planned',
    run: RUN,
    lakeup: 'test',
    inventory: 'toys.yaml',
    plan,
    findings: [],
  };
  return [planned, ...happenings].map((happening, seq) => ({...happening, seq, at: START_MS + seq * 1_000}));
};

export const stateOf = (plan: Plan, ...happenings: readonly Happening[]): RunState =>
  foldEvents(eventsOf(plan, ...happenings));
