import {z} from 'zod';
import {call} from '../common/process-call.ts';
import {
  type Backend,
  type Frontend,
  type Members,
  neverSeen,
  type Seen,
  type View,
} from './process-members.ts';

const FrontendBeat = z.object({version: z.string(), startedAt: z.number(), journal: z.number()});
const BackendBeat = z.object({
  version: z.string(),
  startedAt: z.number(),
  bePort: z.number(),
  webPort: z.number(),
  brpcPort: z.number(),
});

/**
 * A beat that failed. The first one after a good one finds the pooled connection closed, later ones find nobody; one
 * failure is enough for Alive=false, and version and start time stay as they were last told. A member that is there and
 * only slow keeps what it had.
 */
const missed = (before: Seen): Seen => ({
  ...before,
  alive: false,
  error: before.alive ? 'Socket is closed by peer.' : 'java.net.ConnectException: Connection refused',
  failures: before.failures + 1,
});

const beatFrontend = async (peer: Frontend, before: Seen): Promise<Seen> => {
  const answer = await call(peer.host, peer.rpcPort, '/beat', null, 5000);
  if (answer.kind === 'failed') return answer.code === 'timeout' ? before : missed(before);
  const beat = FrontendBeat.parse(JSON.parse(answer.body));
  return {...before, ...beat, alive: true, error: '', failures: 0, beatAt: Date.now()};
};

const beatBackend = async (peer: Backend, before: Seen): Promise<Seen> => {
  const answer = await call(peer.host, peer.heartbeatPort, '/beat', null, 5000);
  if (answer.kind === 'failed') return answer.code === 'timeout' ? before : missed(before);
  const beat = BackendBeat.parse(JSON.parse(answer.body));
  return {...before, ...beat, alive: true, error: '', failures: 0, beatAt: Date.now()};
};

/** One round of the master's heartbeats: what it knows of everybody else afterwards. */
export const beatAll = async (me: Frontend, members: Members, view: View): Promise<View> => {
  const seen = await Promise.all([
    ...members.frontends
      .filter(peer => peer.name !== me.name)
      .map(async peer => [peer.name, await beatFrontend(peer, view[peer.name] ?? neverSeen)] as const),
    ...members.backends.map(
      async peer => [peer.id, await beatBackend(peer, view[peer.id] ?? neverSeen)] as const,
    ),
  ]);
  return Object.fromEntries(seen);
};

/** The view a new master begins with: it never had a connection to the one before it. */
export const inherit = (view: View, oldMaster: string | null): View =>
  oldMaster === null || view[oldMaster] === undefined
    ? view
    : {
        ...view,
        [oldMaster]: {
          ...view[oldMaster],
          alive: false,
          startedAt: null,
          version: null,
          error: 'java.net.ConnectException: Connection refused',
        },
      };
