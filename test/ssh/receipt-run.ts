import {appendFileSync, readFileSync} from 'node:fs';
import {z} from 'zod';
import {makeLease} from '../../src/engine/lease.ts';
import {run} from '../../src/engine/run.ts';
import {beginIn} from '../../src/host/alone.ts';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import {lines, type Sh, sh} from '../../src/lib/sh.ts';
import {Event} from '../../src/model/event.ts';
import {Facts} from '../../src/model/facts.ts';
import {HostId, NodeId, RunId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import {reason} from '../../src/model/reason.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import type {System} from '../../src/model/system.ts';
import type {Operator} from '../../src/model/world.ts';
import {openTransport} from '../../src/transport/transport.ts';
import {system as toys} from '../unit/engine/toy.ts';
import {phase, planned, planOf, step} from '../unit/engine/toy-plan.ts';
import {type HostFields, hostsOf, realClock, testEnv} from './fixtures.ts';

export const Where = z.object({
  /** The home of the one node; `go` below it lets the action end, `done` is what it brings about. */
  home: z.string(),
  journal: z.string(),
  host: z.custom<HostFields>(),
});
export type Where = z.infer<typeof Where>;

const NODE = NodeId.parse('a');

/** Says how far it is, and twenty times the same, as one writes over itself; then what it has brought about. */
const ACTION: Sh = lines(
  beginIn('stop'),
  sh`echo $$ >>"$home/begun"
echo "begun: it's on its way"
while [ ! -e "$home/go" ]; do printf 'waiting\\r'; sleep 0.05; done
echo aside >&2
echo "ended well"
: >"$home/done"
exit 0`,
);
const LOOK: Sh = sh`if [ -e "$home/done" ]; then echo '{"stop":true}'; else echo '{"stop":false}'; fi`;

const systemAt = (home: string): System => ({
  ...toys,
  probes: {
    status: {
      roles: ['toy'],
      look: async (node, _cluster, ask) => {
        const reply = await ask(node.host, {
          kind: 'shell',
          shell: 'look',
          script: {body: {name: 'toy.look.status', text: LOOK}, vars: {home}},
          timeoutMs: 20_000,
          maxBytes: 1_000,
        });
        if (reply.kind !== 'shell') return {kind: 'silent', reasons: [reason(reply.detail, node.id)]};
        return {kind: 'seen', facts: Facts.parse(JSON.parse(reply.stdout))};
      },
    },
  },
});

const planAt = (home: string): Plan => {
  const action = {kind: 'script', body: 'toy.stop', vars: {home}, timeoutMs: 120_000, trust: 'exit'} as const;
  return {...planOf(phase('p', [step(NODE, 'stop', {action})])), scripts: {'toy.stop': ACTION}};
};

export const eventsIn = ({journal}: Pick<Where, 'journal'>): readonly Event[] => {
  try {
    return readFileSync(journal, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => Event.parse(JSON.parse(line)));
  } catch {
    return [];
  }
};

/** Carries out one action on one host, or goes on with what stands in the journal. */
export const runOne = async (where: Where, onSaid: (words: string) => void): Promise<'ended' | 'left'> => {
  const {home, journal, host} = where;
  const system = systemAt(home);
  const hosts = hostsOf(host);
  const hostId = HostId.parse(host.id);
  const cluster: Cluster = {
    name: 'toys',
    system: 'toy',
    hosts,
    nodes: [{id: NODE, host: hostId, role: 'toy', home: parseAbsPath(home), fields: {}}],
    settings: {},
  };
  const events = eventsIn(where);
  const beginning = planned(planAt(home));
  const operator: Operator = {
    confirm: async () => ({answer: 'yes', typed: cluster.name}),
    choose: async () => 'leave',
    manual: async () => 'leave',
    wish: () => 'go',
    onWish: () => () => undefined,
  };
  const transport = openTransport(hosts, testEnv({backoffMs: 50}));
  const lease = makeLease(
    {ask: transport.ask, clock: realClock, chance: Math.random},
    {system, cluster},
    {
      run: RunId.parse(beginning.run),
      owner: 'test',
      reason: () => ({reason: 'test', stamp: 'test'}),
      seen: null,
      known: events.length === 0 ? {token: 0, hands: []} : foldEvents(events).lease,
      over: [],
    },
  );
  try {
    const {end} = await run(
      events.length === 0 ? {kind: 'new', planned: beginning} : {kind: 'resumed', events, lakeup: 'test'},
      {
        system,
        cluster,
        lease,
        publish: () => undefined,
        onSighting: () => undefined,
        onHeadway: (_step, headway) => {
          if (headway !== null) onSaid(headway.words.en);
        },
        world: {
          clock: realClock,
          chance: Math.random,
          operator,
          transport,
          journal: {append: async event => appendFileSync(journal, `${JSON.stringify(event)}\n`)},
        },
      },
    );
    return end;
  } finally {
    await transport.close();
  }
};

// As a process of its own, which can be killed: it says what the action says.
const [, , told] = process.argv;
if (told?.startsWith('{') === true)
  await runOne(Where.parse(JSON.parse(told)), words => process.stdout.write(`${words}\n`));
