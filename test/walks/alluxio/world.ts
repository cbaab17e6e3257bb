import type {ReplyTo, Request, ShellReply} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Script} from '../../../src/model/script.ts';
import {makeAlone} from '../../fakes/common/memory-alone.ts';
import {makeHosts} from '../../fakes/common/memory-hosts.ts';
import {did, printed, shellReply} from '../../fakes/common/memory-replies.ts';
import {errandOf, wordOf} from '../../fakes/common/memory-script.ts';
import {makeVirtualClock} from '../../sim/virtual-clock.ts';
import {type AlluxioCluster, type AlluxioNode, ofRole, SERVERS} from './fields.ts';
import {content, lookAt} from './world-looks.ts';
import {type AlluxioWorld, entryOf, FILES, FROM, START_MS, TO} from './world-state.ts';

const start = (world: AlluxioWorld, {id, host}: AlluxioNode): void => {
  const server = entryOf(world.servers, id);
  server.running ??= entryOf(world.links, host).version;
  server.startedAt = world.clock.now();
};

const carryOut = (world: AlluxioWorld, node: AlluxioNode, verb: string, script: Script): void => {
  const {id, host} = node;
  switch (verb) {
    case 'stop':
      entryOf(world.servers, id).running = null;
      return;
    case 'start':
      start(world, node);
      // Recorded: workers that meet a master without their files delete their blocks.
      if (node.fields.role === 'worker' && content(world).files !== FILES) world.blocks.set(id, 0);
      return;
    case 'start-from':
      world.usedUri = wordOf(script, 'backup');
      start(world, node);
      Object.assign(entryOf(world.journals, id), {state: 'new', files: 3});
      return;
    case 'stage':
    case 'unstage':
      entryOf(world.links, host).staged = verb === 'stage';
      return;
    case 'mark':
      return;
    case 'backup':
      world.backedUp = true;
      return;
    case 'keep-cache':
      world.copies.set(id, entryOf(world.blocks, id));
      return;
    case 'keep-journal':
      entryOf(world.journals, id).copied = true;
      return;
    case 'link-new':
    case 'link-old':
      entryOf(world.links, host).version = verb === 'link-new' ? TO : FROM;
      return;
    case 'journal-back':
      Object.assign(entryOf(world.journals, id), {state: 'old', files: 9});
      world.restored = -1;
      return;
    case 'format':
      Object.assign(entryOf(world.journals, id), {state: 'empty', files: 0});
      return;
    case 'jar':
      entryOf(world.jars, id).jar = TO;
      return;
    case 'restart':
      entryOf(world.jars, id).loaded = TO;
      return;
    default:
      throw new Error(`nobody does ${verb} here`);
  }
};

/** The cluster of the inventory in memory, everything at the old version. */
export const makeAlluxio = (cluster: AlluxioCluster): AlluxioWorld => {
  const clock = makeVirtualClock(START_MS);
  const hosts = makeHosts(cluster.nodes.map(node => ({node})));
  const alone = makeAlone();
  const byId = <T>(nodes: readonly AlluxioNode[], make: () => T): Map<string, T> =>
    new Map(nodes.map(({id}) => [id, make()]));
  const answer = async (host: HostId, request: Request): Promise<ShellReply> => {
    if (request.kind !== 'shell') throw new Error('everything is asked of a shell here');
    const {script} = request;
    const {node} = hosts.meant(host, script, other => other.node.role === script.vars.role);
    const errand = errandOf(script);
    if (errand.kind !== node.role) throw new Error(`${script.body.name} was sent to ${node.id}`);
    world.onAsk(node.id, errand.does === 'look' ? errand.what : errand.verb);
    if (errand.does === 'look') {
      await clock.sleep(20);
      return shellReply(printed(lookAt(world, node, errand.what, script)), 20);
    }
    const told = await alone(host, node.home ?? node.id, errand.verb, async () => {
      await clock.sleep(1_000);
      world.did.push(`${node.id} ${errand.verb}`);
      carryOut(world, node, errand.verb, script);
      return did(errand.verb);
    });
    return shellReply(told, 1_000);
  };
  const world: AlluxioWorld = {
    cluster,
    clock,
    ask: <R extends Request>(host: HostId, request: R) => answer(host, request) as Promise<ReplyTo<R>>,
    did: [],
    servers: byId(ofRole(cluster, ...SERVERS), () => ({running: FROM, startedAt: START_MS})),
    journals: byId(ofRole(cluster, 'master'), () => ({state: 'old', files: 9, copied: false})),
    blocks: byId(ofRole(cluster, 'worker'), () => 6),
    copies: new Map(),
    jars: byId(ofRole(cluster, 'client'), () => ({
      jar: FROM,
      classpath: `/old/alluxio-${FROM}-client.jar`,
      loaded: FROM,
    })),
    links: new Map(cluster.hosts.map(({id}) => [id, {version: FROM, staged: false}])),
    unreadable: new Set(),
    journalType: 'EMBEDDED',
    sequence: 4711,
    backedUp: false,
    restored: -1,
    loses: 0,
    usedUri: '',
    onAsk: () => undefined,
  };
  return world;
};
