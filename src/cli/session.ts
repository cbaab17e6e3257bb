import type {NodeId} from '../model/ids.ts';
import {type Cluster, nodeOf} from '../model/inventory.ts';
import type {System} from '../model/system.ts';
import {watch} from '../probe/watch.ts';
import {type Feed, makeFeed, runTicks} from '../store/feed.ts';
import {followTail} from '../store/follow-tail.ts';
import {type AtHand, saysOf} from '../store/state.ts';
import {makeStore, type ScreenStore} from '../store/store.ts';
import {sshCommand} from '../transport/ssh-command.ts';
import type {SshTransport} from '../transport/transport.ts';
import {runAutopilot} from './autopilot.ts';
import {type Context, programOf} from './outside.ts';
import {realClock} from './real-clock.ts';
import {type OpenScreen, openScreen, themeOf} from './screen.ts';
import {transportEnv} from './with-transport.ts';

/** How often each node is asked for its status while the screen is open. */
const PROBE_PERIOD_MS = 2_000;
const SLOWEST_PROBE_MS = 15_000;

/** The screen of one cluster, alive: it watches the nodes until it is closed. */
export type Session = Pick<OpenScreen, 'blind' | 'closed' | 'close'> & {
  readonly store: ScreenStore;
  readonly feed: Feed;
};

/** How the operator gets at each node by themselves. */
const atHandIn = (
  context: Context,
  {cluster, system}: {readonly cluster: Cluster; readonly system: System},
): ReadonlyMap<NodeId, AtHand> => {
  const env = transportEnv(context);
  const ssh = new Map(cluster.hosts.map(host => [host.id, sshCommand(host, env)] as const));
  return new Map(
    cluster.nodes.map(
      node => [node.id, {ssh: ssh.get(node.host) ?? [], logs: system.logs?.(node) ?? []}] as const,
    ),
  );
};

/** Opens the screen and begins to watch. With `autopilot` it presses its own keys. */
export const openSession = async (
  context: Context,
  {cluster, system}: {readonly cluster: Cluster; readonly system: System},
  transport: SshTransport,
  autopilot: boolean,
): Promise<Session> => {
  const clock = realClock;
  const store = makeStore({
    cluster: {
      name: cluster.name,
      nodes: cluster.nodes,
      roles: system.roles,
      ...saysOf(system),
      atHand: atHandIn(context, {cluster, system}),
    },
    lang: context.common.lang,
    theme: themeOf(context),
    now: clock.now(),
    goingOn: context.goingOn,
    program: programOf(context.outside),
  });
  const feed = makeFeed({store, clock, probePeriodMs: PROBE_PERIOD_MS});
  const over = new AbortController();
  const stopLinks = transport.onLink(link => feed.link(link));
  for (const link of transport.links()) feed.link(link);
  const screen = await openScreen(context, store, autopilot);
  const watching = watch(
    {system, cluster, clock, ask: transport.ask, onAwaited: awaited => feed.awaited(awaited)},
    {
      periodMs: PROBE_PERIOD_MS,
      slowestMs: SLOWEST_PROBE_MS,
      chance: Math.random,
      signal: over.signal,
      onSighting: sighting => feed.sighting(sighting),
    },
  );
  followTail(
    store,
    (node, file, onText, signal) => transport.follow(nodeOf(cluster, node).host, file, onText, signal),
    clock,
    over.signal,
  );
  const ticking = runTicks(feed, clock, over.signal);
  const piloting = screen.press === null ? null : runAutopilot(store, screen.press, clock, over.signal);
  return {
    store,
    feed,
    blind: screen.blind,
    closed: screen.closed,
    close: async () => {
      over.abort();
      stopLinks();
      await screen.close();
      context.speak(store.getState().lang);
      await Promise.all([ticking, piloting]);
      // A look that hangs ends with the transport; nobody waits for it here.
      watching.catch(() => undefined);
    },
  };
};
