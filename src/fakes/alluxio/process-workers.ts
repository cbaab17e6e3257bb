import {z} from 'zod';
import type {Metadata} from './namespace.ts';
import type {Me} from './process-self.ts';

/** What a worker tells the leading master at every beat. */
export const Beat = z.object({
  host: z.string(),
  rpcPort: z.number(),
  webPort: z.number(),
  version: z.string(),
  startedAt: z.number(),
  tier: z.string(),
  capacity: z.number(),
  blocks: z.array(z.object({id: z.string(), length: z.number()})),
  registers: z.boolean(),
});
export type Beat = z.infer<typeof Beat>;

/** `register`: the master does not know the worker. `remove`: blocks of files that there are not, as far as it knows. */
export const BeatReply = z.object({
  kind: z.enum(['ok', 'register', 'refused']),
  remove: z.array(z.string()),
});
export type BeatReply = z.infer<typeof BeatReply>;

/** `knownSince`: when this leader met it first, which stays so over the lives of its process. */
export type KnownWorker = Beat & {
  readonly id: number;
  readonly knownSince: number;
  readonly heardAt: number;
};

export type Workers = {
  hear(beat: Beat, metadata: Metadata): BeatReply;
  live(): readonly KnownWorker[];
  lost(): readonly KnownWorker[];
  /** Blocks that some live worker has. */
  cached(): ReadonlySet<string>;
  forget(): void;
};

const idOf = ({host, rpcPort, startedAt}: Beat): number =>
  [...`${host}:${rpcPort}:${startedAt}`].reduce((sum, char) => (sum * 131 + char.charCodeAt(0)) % 2 ** 52, 7);

/** The workers that registered with one master while it leads. */
export const makeWorkers = (me: Me): Workers => {
  const known = new Map<string, KnownWorker>();
  const timeoutMs = me.scaled(300_000, 15_000);
  const isLive = ({heardAt}: KnownWorker): boolean => Date.now() - heardAt < timeoutMs;
  const sorted = (): KnownWorker[] => [...known.values()].sort((a, b) => b.host.localeCompare(a.host));
  return {
    hear: (beat, metadata) => {
      const name = `${beat.host}:${beat.rpcPort}`;
      const before = known.get(name);
      if (!beat.registers && (before === undefined || before.startedAt !== beat.startedAt))
        return {kind: 'register', remove: []};
      // Workers before 2.7 know nothing of the lease that a later master wants them to have.
      const [major = 0, minor = 0] = beat.version.split('.').map(Number);
      // Neither understands the other.
      if (major < 2 !== me.generation.isFirst) return {kind: 'refused', remove: []};
      if (me.generation.leases && (major < 2 || (major === 2 && minor < 7)))
        return {kind: 'refused', remove: []};
      const there = new Set(metadata.entries.flatMap(({blocks}) => blocks.map(({id}) => id)));
      const remove = beat.blocks.filter(({id}) => !there.has(id)).map(({id}) => id);
      const blocks = beat.blocks.filter(({id}) => there.has(id));
      const now = Date.now();
      known.set(name, {
        ...beat,
        blocks,
        id: before?.id ?? idOf(beat),
        knownSince: before?.knownSince ?? now,
        heardAt: now,
      });
      return {kind: 'ok', remove};
    },
    live: () => sorted().filter(isLive),
    lost: () => sorted().filter(worker => !isLive(worker)),
    cached: () => new Set([...known.values()].filter(isLive).flatMap(({blocks}) => blocks.map(({id}) => id))),
    forget: () => known.clear(),
  };
};
