import {run} from '../../src/engine/run.ts';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import {type HostId, type NodeId, RunId} from '../../src/model/ids.ts';
import {findNode, nodeOf} from '../../src/model/inventory.ts';
import {planSteps} from '../../src/model/plan.ts';
import type {Transport, World} from '../../src/model/world.ts';
import {ORDER} from '../../src/systems/doris/upgrade/names.ts';
import {planFor} from './plan-for.ts';
import {seededRandom} from './random.ts';
import {
  exchangedWhileRunning,
  quorumLost,
  rolesOutOfOrder,
  standingsOutOfOrder,
  stoppedBesideLost,
  stoppedForWrongCopy,
  stoppedTooEarly,
} from './rules.ts';
import type {Before, Trace} from './subject.ts';

/** The actions of one node, in order. After the second and until the last it is down. */
const ACTIONS = ['stage', 'stop', 'backup', 'deploy', 'start'] as const;
/** Half of the lost runs are lost where somebody is down. */
const DOWN = ['stop', 'backup', 'deploy'] as const;

/** Until whatever was begun has ended, whatever was started serves, and whatever is elected is elected. */
const QUIET_MS = 120_000;

/** Where the journal of a run is lost: with that action of whoever is that one of its role. */
type LostAt = {readonly role: string; readonly turn: number; readonly action: string};

const pick = <T>(chance: () => number, all: readonly T[]): T => {
  const found = all[Math.floor(chance() * all.length)];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
};

const lostAt = (chance: () => number, count: (role: string) => number): LostAt => {
  const role = pick(chance, ORDER);
  const turn = Math.floor(chance() * count(role));
  const action = pick(chance, chance() < 0.25 ? ACTIONS : DOWN);
  // Nothing is left to do after the start of the very last one.
  const isLast = role === ORDER.at(-1) && turn === count(role) - 1;
  return {role, turn, action: isLast && action === 'start' ? 'deploy' : action};
};

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * Another run is lost, with its journal, while one of its actions is carried out, which goes on by itself: at whom, and at which,
 * is the seed's. Until then nothing goes wrong, and everybody who had to go before was upgraded.
 */
export const leaveInTheMiddle: Before = async ({system, cluster, fake, clock, seed}) => {
  const chance = seededRandom(seed * 17 + 3);
  const at = lostAt(chance, role => cluster.nodes.filter(node => node.role === role).length);
  const {plan} = await planFor({system, cluster}, {ask: fake.answer}, clock);
  const steps = new Map(
    planSteps(plan).flatMap(({node, name, action}) =>
      action.kind === 'script' && findNode(cluster, node)?.role === at.role && name === at.action
        ? [[`${nodeOf(cluster, node).host} ${action.body} ${action.vars.home}`, node]]
        : [],
    ),
  );
  const seen = new Set<NodeId>();
  const end = {isLost: false, hasEnded: false};
  const ask = async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (end.isLost) return never();
    const answer = fake.answer(host, request);
    if (request.kind === 'shell' && request.shell === 'act') {
      const {body, vars} = request.script;
      const node = steps.get(`${host} ${body.name} ${vars.home}`);
      if (node !== undefined) seen.add(node);
      end.isLost = seen.size > at.turn;
    }
    return end.isLost ? never() : answer;
  };
  const transport: Transport = {
    ask,
    copy: never,
    retryLogins: () => undefined,
    close: async () => undefined,
  };
  const world: World = {
    clock,
    chance,
    transport,
    journal: {append: () => (end.isLost ? never() : Promise.resolve())},
    operator: {
      confirm: async () => ({answer: 'yes', typed: plan.cluster}),
      choose: async () => 'retry',
      manual: never,
      wish: () => 'go',
      onWish: () => () => undefined,
    },
  };
  void run(
    {
      kind: 'new',
      planned: {
        type: 'run.planned',
        run: RunId.parse('20260101-000000-lost'),
        lakeup: 'sim',
        inventory: 'sim',
        plan,
        findings: [],
      },
    },
    {
      world,
      system,
      cluster,
      lease: null,
      onSighting: () => undefined,
      onHeadway: () => undefined,
      publish: () => undefined,
    },
  ).then(() => {
    end.hasEnded = true;
  });
  while (!end.isLost) {
    if (end.hasEnded) throw new Error(`the run ended before the ${at.action} it was to be lost with`);
    await clock.sleep(1_000);
  }
  await clock.sleep(QUIET_MS);
};

/** The rules of an upgrade for whoever the plan takes: who was upgraded before is as it has to be, and nobody stops who is down. */
export const takenOnBroken = (trace: Trace): string[] => {
  const {plan, cluster} = trace;
  const planned = new Set(planSteps(plan).map(({node}) => node));
  const without = (left: (id: NodeId) => boolean): Trace => ({
    ...trace,
    cluster: {...cluster, nodes: cluster.nodes.filter(({id}) => left(id))},
  });
  const taken = without(id => planned.has(id));
  const stopped = without(id => planned.has(id) && !plan.out.includes(id));
  const frontends = cluster.nodes.filter(({role}) => role === 'fe').map(({id}) => id);
  const voters = frontends.filter(id => plan.survey[id]?.fe !== 'observer');
  return [
    ...ORDER.flatMap((earlier, i) =>
      ORDER.slice(i + 1).flatMap(later => rolesOutOfOrder(taken, earlier, later)),
    ),
    ...stoppedTooEarly(stopped, 'fe', 'master', 0),
    ...standingsOutOfOrder(stopped, 'fe', 'observer', 'follower'),
    ...quorumLost(voters, trace),
    ...stoppedForWrongCopy(trace),
    ...stoppedBesideLost(trace),
    ...exchangedWhileRunning(trace),
  ];
};
