import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach} from 'vitest';
import {createRunDir} from '../../../src/cli/state-dir.ts';
import {createJournal} from '../../../src/engine/journal.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {PhaseId, RunId} from '../../../src/model/ids.ts';
import type {Plan, Step, Undo} from '../../../src/model/plan.ts';
import type {Probe, System} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import {vault} from '../../systems/vault/system.ts';
import {runCli} from './outside.ts';
import {a, b, check, done, planOf, RUN, started} from './small-run.ts';

// Runs of a plan in which each step has a way back, in a state directory of their own, and the command line before them.

let base = '';
/** The state directory of the test in hand. */
export const stateDir = (): string => base;
/** For whoever keeps runs in it: each file says so itself, for this one is loaded once for several. */
export const inStateDir = (): void => {
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'lakeup-undo-'));
  });
  afterEach(() => rmSync(base, {recursive: true, force: true}));
};

export const BACK = RunId.parse('20260101-000001-back');

/** Whatever its plan does is right: what is asked here are the runs. */
const system: System = {
  ...(vault as System),
  planProblems: () => [],
  probes: {
    ...(vault as System).probes,
    status: {roles: ['store', 'router'], look: () => Promise.reject(new Error('asked'))},
  },
  back: {around: () => [], verify: ({id}) => [check(id, {health: 'ok'})]},
  prune: {
    around: () => [],
    inUse: () => ({used: [], closed: []}),
    body: () => {
      throw new Error('nothing is removed here');
    },
    vars: () => ({}),
  },
};

const inventory = (): string => `clusters:
  toys:
    system: vault
    ssh: {user: nobody, port: 1, identityFile: ${base}/key, knownHosts: ${base}/known_hosts}
    roles:
      store: {package: /srv/package, nodes: [{name: a, host: 127.0.0.1, home: /srv/a}, {name: b, host: 127.0.0.1, home: /srv/b}]}
      router: {package: /srv/package, nodes: [{name: c, host: 127.0.0.1, home: /srv/c}]}
`;

const wayBack = (step: Step): Undo => ({
  kind: 'action',
  action: step.action,
  done: [check(step.node, {[step.name]: false})],
});

/** The small plan, in which each step has a way back unless something else is said of it. */
export const undoable = (other: (step: Step) => Undo | null = () => null): Plan => {
  const plan = planOf([a, b]);
  return {
    ...plan,
    phases: plan.phases.map(phase => ({
      ...phase,
      lanes: phase.lanes.map(lane => {
        const [first, ...rest] = lane.steps.map(step => ({...step, undo: other(step) ?? wayBack(step)}));
        if (first === undefined) throw new Error('a lane has a step');
        return {...lane, steps: [first, ...rest] as const};
      }),
    })),
  };
};

export const keep = async (id: RunId, events: readonly Event[]) => {
  const dir = await createRunDir({XDG_STATE_HOME: base}, id, inventory());
  const journal = await createJournal(dir.journal);
  for (const event of events)
    await journal.append(event.type === 'run.planned' ? {...event, run: id} : event);
  await journal.close();
  return dir;
};

export const begun = (node: typeof a): Happening => ({
  type: 'lane.begun',
  phase: PhaseId.parse('p'),
  node,
  ranks: {},
});
export const through = (node: typeof a, ...names: readonly string[]): Happening[] => [
  begun(node),
  ...names.flatMap(name => [started(name, node), done(name, node)]),
];
export const ALL = ['stage', 'stop', 'start'];

export const cli = (...argv: readonly string[]) => runCli(argv, {XDG_STATE_HOME: base}, {systems: [system]});
/** The same at a terminal, by a lakeup whose rules have come to refuse such plans. */
export const cliWithNewRules = (...argv: readonly string[]) => {
  const strict: System = {...system, planProblems: () => [text('It does not look twice.', '它没有看两次。')]};
  return runCli(argv, {XDG_STATE_HOME: base, TERM: 'xterm'}, {systems: [strict], terminal: true});
};
const ofCluster = (command: string, systems: readonly System[], ...more: readonly string[]) => {
  const file = join(base, 'inventory.yaml');
  writeFileSync(file, inventory());
  return runCli([command, 'toys', '-i', file, ...more], {XDG_STATE_HOME: base}, {systems});
};
export const upgrade = () => ofCluster('upgrade', [system]);
export const look = (systems: readonly System[] = [system], ...more: readonly string[]) =>
  ofCluster('status', systems, ...more);

/** Looks at the cluster, where each node says of itself that it is so; whoever is not named is well. */
export const lookSeeing = (health: string | Readonly<Record<string, string>>, ...argv: readonly string[]) => {
  const status: Probe = {
    roles: ['store', 'router'],
    look: async ({id}) => ({
      kind: 'seen',
      facts: {health: typeof health === 'string' ? health : (health[id] ?? 'ok')},
    }),
  };
  return look(
    [{...system, probes: Object.fromEntries(Object.keys(system.probes).map(name => [name, status]))}],
    ...argv,
  );
};

/** Whatever it does: which run it prunes is what matters here. Each of its steps removes something of that name. */
export const prunes = (whole = true): Plan => {
  const plan = planOf([a, b]);
  const removing = (step: Step): Step => ({
    ...step,
    action: {
      kind: 'script',
      body: 'x.prune',
      vars: {path: `/kept/${step.name}`},
      timeoutMs: 1,
      trust: 'exit',
    },
  });
  return {
    ...plan,
    from: plan.to,
    prunes: {run: RUN, whole},
    phases: plan.phases.map(phase => ({
      ...phase,
      lanes: phase.lanes.map(({node, steps: [first, ...others]}) => ({
        node,
        steps: [removing(first), ...others.map(removing)] as const,
      })),
    })),
  };
};
