import {planOf, surveyOf, wholeRun} from '../../bench/lib/big-plan.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {GateId} from '../../src/model/ids.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {makeOperator} from '../../src/store/operator.ts';
import type {Replay} from '../../src/store/replay.ts';
import {makeStore} from '../../src/store/store.ts';
import type {DorisCluster} from '../../src/systems/doris/fields.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../fakes/doris/cluster.ts';
import type {Stage} from './prepared.ts';

/** How many nodes of each role there are; backends by their groups. */
export type Shape = {
  readonly ms: number;
  readonly rc: number;
  readonly be: readonly number[];
  readonly fe: number;
};

/** Roles without groups, and one with groups whose names are of uneven length too. */
const clusterOf = ({ms, rc, be, fe}: Shape): DorisCluster => {
  const groups = Object.fromEntries(be.map((count, i) => [`cg_${'x'.repeat(i)}`, count]));
  return makeMemoryCluster({ms, recyclers: rc, groups, fe}, '3.1.2', 'lake-demo');
};

export const MOMENTS = ['watched', 'asked', 'running', 'done'] as const;
export type Moment = (typeof MOMENTS)[number];

/** The question before the backends. */
export const ASKED = GateId.parse('backends#1');

/** The last event of a run that stands at that moment. */
const isLast = (moment: Moment, event: Event): boolean =>
  (moment === 'asked' && event.type === 'gate.reached' && event.gate === ASKED) ||
  (moment === 'running' && event.type === 'step.acted' && event.step === 'backends/start@be-1');

const stateAt = async (cluster: DorisCluster, moment: Moment, now: number): Promise<RunState> => {
  const events: Event[] = [];
  for (const happening of wholeRun(planOf(await surveyOf(cluster)))) {
    const event: Event = {...happening, seq: events.length, at: now};
    events.push(event);
    if (isLast(moment, event)) break;
  }
  return foldEvents(events);
};

/** A cluster of that shape that is only watched, whose backends are asked about or upgraded, or that is done with. */
export const ownCluster =
  (shape: Shape, moment: Moment) =>
  async ({clock, lang, theme}: Stage): Promise<Replay> => {
    const cluster = clusterOf(shape);
    const now = clock.now();
    const run = moment === 'watched' ? null : await stateAt(cluster, moment, now);
    const {name, nodes} = cluster;
    const screen = {name, nodes, roles: doris.roles};
    const store = makeStore({cluster: screen, lang, theme, now, goingOn: 'never'});
    const feed = makeFeed({store, clock, probePeriodMs: 3_600_000});
    const facts: Facts = {health: 'ok', version: moment === 'done' ? '3.1.2' : '3.0.6'};
    for (const {id, role} of nodes) {
      const probe = doris.roles.find(each => each.name === role)?.status ?? '';
      feed.sighting({node: id, probe, at: now, look: {kind: 'seen', facts}});
    }
    store.setState({run});
    feed.tick();
    const operator = makeOperator(store, clock);
    return {
      store,
      feed,
      run: async signal => {
        if (run !== null && moment === 'asked') await operator.confirm(ASKED, run, signal);
      },
    };
  };

export type Choice = {
  readonly count: (least: number, most: number) => number;
  readonly pick: <T>(all: readonly T[]) => T;
};

/** Chooses by chance. */
export const choiceOf = (chance: () => number): Choice => {
  const count: Choice['count'] = (least, most) => least + Math.floor(chance() * (most - least + 1));
  return {count, pick: all => all[count(0, all.length - 1)] as (typeof all)[number]};
};

/** Groups of even and uneven size, some of one node, some of several rows. */
export const anyShape = ({count, pick}: Choice): Shape => ({
  ms: count(1, 9),
  rc: count(1, 3),
  be: Array.from({length: count(1, 5)}, () => count(1, pick([4, 12, 30]))),
  fe: count(1, 9),
});
