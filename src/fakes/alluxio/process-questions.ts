import {z} from 'zod';
import {call} from '../common/process-call.ts';
import {sleep} from '../common/process-node.ts';
import {BackupWish} from './process-backup.ts';
import {type Me, rpcAddresses} from './process-self.ts';

/** What a command asks the leading master. */
export const Question = z.discriminatedUnion('op', [
  z.object({op: z.literal('leader')}),
  z.object({op: z.literal('quorum')}),
  z.object({op: z.literal('report')}),
  z.object({op: z.literal('list'), loads: z.boolean()}),
  z.object({op: z.literal('persist'), paths: z.array(z.string())}),
  z.object({op: z.literal('backup'), wish: BackupWish}),
  z.object({op: z.literal('backup-state')}),
]);
export type Question = z.infer<typeof Question>;

/** What became of each path: its length where it is in the under store now, null where it is already, or why not. */
export const Persisted = z.array(z.union([z.number(), z.null(), z.string()]));

export const Leader = z.object({name: z.string()});
export const Quorum = z.union([
  z.object({error: z.string()}),
  z.object({leader: z.string(), rows: z.array(z.object({name: z.string(), available: z.boolean()}))}),
]);
export const Report = z.object({
  name: z.string(),
  webPort: z.string(),
  rpcPort: z.string(),
  startedAt: z.number(),
  version: z.string(),
  safeMode: z.boolean(),
  journal: z.array(z.string()),
  electors: z.array(z.string()),
  masters: z.array(z.string()),
  lost: z.number(),
  workers: z.array(
    z.object({
      host: z.string(),
      state: z.string(),
      version: z.string(),
      tier: z.string(),
      capacity: z.number(),
      used: z.number(),
      seconds: z.number(),
    }),
  ),
});
export type Report = z.infer<typeof Report>;
export const Listing = z.array(
  z.object({
    path: z.string(),
    folder: z.boolean(),
    length: z.number(),
    state: z.string(),
    at: z.number(),
    percent: z.number(),
    pinned: z.boolean(),
  }),
);

const Said = z.union([
  z.object({kind: z.literal('standby')}),
  z.object({kind: z.literal('said'), data: z.unknown()}),
]);

/**
 * Asks whoever leads, as a command does: one master after the other, for a while. Null when nobody leads, or answers.
 * The product waits for 6 to 12 seconds.
 */
export const askLeader = async (me: Me, question: Question): Promise<unknown> => {
  const until = Date.now() + me.scaled(8000, 1500);
  do {
    for (const {host, port} of rpcAddresses(me, 'master')) {
      const answer = await call(host, port, '/ask', JSON.stringify(question), 3_600_000);
      if (answer.kind === 'failed' || answer.body === '') continue;
      const said = Said.parse(JSON.parse(answer.body));
      if (said.kind === 'said') return said.data;
    }
    await sleep(100);
  } while (Date.now() < until);
  return null;
};
