import {decide} from '../../src/engine/decide.ts';
import type {Event, Happening} from '../../src/model/event.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import {foldEvents, reduce} from '../../src/model/reduce.ts';
import {skipOf} from '../../src/model/skip.ts';
import {lookOnce} from '../../src/probe/look.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../test/fakes/doris/cluster.ts';
import {memory} from '../../test/fakes/doris/memory.ts';
import {bigSurvey, jumping, planOf, START_MS, shapeOf, wholeRun} from './big-plan.ts';
import {plainRow, type Row} from './rows.ts';

const LARGEST = 1_000;
const MINUTE_MS = 60_000;

/** A run up to the middle of its backends, where a start has failed and holds it; and whose start that was. */
const heldInTheMiddle = (plan: Plan): {readonly events: Event[]; readonly node: NodeId} => {
  const lanes = plan.phases.flatMap(({id, lanes: all}) => (id === 'backends' ? all : []));
  const lane = lanes[Math.floor(lanes.length / 2)];
  const step = lane?.steps.find(({name}) => name === 'start');
  if (lane === undefined || step === undefined) throw new Error('the plan starts no backend');
  const events: Event[] = [];
  const add = (happening: Happening): void => {
    events.push({...happening, seq: events.length, at: START_MS + events.length * 1_000});
  };
  for (const happening of wholeRun(plan)) {
    add(happening);
    if (happening.type === 'step.started' && happening.step === step.id) break;
  }
  add({type: 'step.failed', step: step.id, failure: {kind: 'exit', code: 1, tail: 'it did not start'}});
  return {events, node: lane.node};
};

/** A node is taken out of a run that it holds: what may be said of that, the event, and what comes next. */
export const skipRows = async (rounds: number): Promise<Row[]> => {
  const survey = await bigSurvey(LARGEST);
  const {events, node} = heldInTheMiddle(planOf(survey));
  const state = foldEvents(events);
  const asked = {nodes: [node], all: survey.cluster.nodes, notServing: new Set([node])};
  const samples = Array.from({length: rounds}, () => {
    const begun = performance.now();
    const skip = skipOf(state, doris, asked);
    if (skip?.kind !== 'may') throw new Error(`${node} cannot be skipped`);
    const nodes = [{node, as: 'out', agreedDown: true}] as const;
    const at = START_MS + events.length * 1_000;
    const skipped = {type: 'nodes.skipped', nodes, because: 'bench', seq: events.length, at} as const;
    decide(reduce(state, skipped));
    return performance.now() - begun;
  });
  return [
    plainRow({what: 'skip of a node at 1,000 nodes: may it, and what comes next', unit: 'ms', samples}, 400),
  ];
};

/** What is looked at before a node of 1,000 is stopped, from a fake that answers at once: lakeup's own part of the look. */
export const lookRows = async (rounds: number): Promise<Row[]> => {
  const cluster = makeMemoryCluster(shapeOf(LARGEST));
  const clock = jumping();
  const {answer} = memory.boot(cluster, {clock, chance: () => 0.5, faults: []});
  let asked = 0;
  const ask: typeof answer = (host, request) => {
    asked += 1;
    return answer(host, request);
  };
  // The clock jumps to every limit at once: here none is waited for.
  const looker = {
    system: doris,
    cluster,
    clock: {...clock, sleep: () => new Promise<void>(() => undefined)},
    ask,
  };
  const rows: Row[] = [];
  for (const [role, probe, title] of [
    ['fe', 'cluster', 'every node'],
    ['be', 'cluster', 'the other roles'],
    ['be', 'be-safe-to-stop', 'every other backend'],
    ['fe', 'fe-safe-to-stop', 'every other frontend'],
  ] as const) {
    const node = cluster.nodes.find(each => each.role === role);
    if (node === undefined) throw new Error(`the cluster has no ${role}`);
    const given = role === 'be' && probe === 'cluster' ? {roles: ['ms', 'recycler', 'fe']} : {};
    const [samples, requests]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      asked = 0;
      const begun = performance.now();
      const {look} = await lookOnce(looker, node.id, probe, MINUTE_MS, given);
      if (look.kind === 'silent') throw new Error(`${probe} saw nothing`);
      samples.push(performance.now() - begun);
      requests.push(asked);
    }
    rows.push(
      plainRow({what: `one look at ${title} of 1,000 nodes: requests`, unit: '', samples: requests}, null),
      plainRow({what: `one look at ${title} of 1,000 nodes, lakeup's own part`, unit: 'ms', samples}, null),
    );
  }
  return rows;
};
