import {z} from 'zod';
import type {PageFound} from '../../../host/ask.ts';
import {parseVersion} from '../../../lib/version.ts';
import {parseJson} from './json.ts';

const Count = z.number().nonnegative();

const Worker = z.object({
  address: z.object({
    host: z.string(),
    rpcPort: z.number().optional(),
    // Another one in 1.8; from 2.0 on the same (recorded).
    dataPort: z.number().optional(),
  }),
  state: z.string().optional(),
  // Seconds since it was heard last, and when this leader met it first, by the leader's clock (recorded from 1.8 on).
  lastContactSec: z.number().optional(),
  startTimeMs: z.number().optional(),
  usedBytes: Count.optional(),
  // From 2.9 on (recorded); 2.3.0 tells neither.
  blockCount: Count.optional(),
  version: z.string().optional(),
});

const Info = z.object({
  version: z.string(),
  startTimeMs: z.number(),
  uptimeMs: z.number().optional(),
  workers: z.array(Worker),
  lostWorkers: z.array(Worker),
  mountPoints: z.record(z.string(), z.object({ufsUri: z.string()})),
  capacity: z.object({used: Count}).optional(),
});

/** A worker as the leader tells of it. */
export type WorkerRow = {
  readonly host: string;
  /** What it is reached at: 1.8 has one for commands and one for data, and 2.x takes the latter's number for both. */
  readonly ports: readonly number[];
  readonly usedBytes: number | null;
  readonly blocks: number | null;
  readonly version: string | null;
  /** For how long the leader has not heard of it, and for how long it knows it, in seconds; null where it does not tell. */
  readonly silentSec: number | null;
  readonly knownSec: number | null;
};

/** What a leader says of its cluster. It may be 15 s old (recorded). */
export type MasterInfo = {
  readonly version: string;
  readonly startTimeMs: number;
  readonly live: readonly WorkerRow[];
  readonly lost: readonly WorkerRow[];
  /** `PATH UFSURI`, sorted. */
  readonly mounts: readonly string[];
  readonly usedBytes: number | null;
};

/** `nowMs`: what time it is by the leader's own clock, or null. */
const rowOf = (
  {address, usedBytes, blockCount, version, lastContactSec, startTimeMs}: z.infer<typeof Worker>,
  nowMs: number | null,
): WorkerRow => ({
  host: address.host,
  ports: [...new Set([address.rpcPort, address.dataPort].flatMap(port => port ?? []))],
  usedBytes: usedBytes ?? null,
  blocks: blockCount ?? null,
  version: parseVersion(version ?? ''),
  silentSec: lastContactSec ?? null,
  knownSec: nowMs === null || startTimeMs === undefined ? null : (nowMs - startTimeMs) / 1_000,
});

/** In Service (2.3.0), ACTIVE (2.9.4); whoever is out of service stays in the list for a while. */
const isLive = ({state = ''}: z.infer<typeof Worker>): boolean =>
  !/\b(out of service|lost|disabled|decommissioned)\b/i.test(state);

/** `GET /api/v1/master/info`: only a leader answers it; null for any other page. Keys differ between 1.8 and 2.9. */
export const parseMasterInfo = ({status, body}: Pick<PageFound, 'status' | 'body'>): MasterInfo | null => {
  const reply = status === 200 ? Info.safeParse(parseJson(body)) : null;
  if (reply?.success !== true) return null;
  const {version, startTimeMs, uptimeMs, workers, lostWorkers, mountPoints, capacity} = reply.data;
  const nowMs = uptimeMs === undefined ? null : startTimeMs + uptimeMs;
  const lost = [...lostWorkers, ...workers.filter(worker => !isLive(worker))];
  return {
    version: parseVersion(version) ?? version,
    startTimeMs,
    live: workers.filter(isLive).map(worker => rowOf(worker, nowMs)),
    lost: lost.map(worker => rowOf(worker, nowMs)),
    mounts: Object.entries(mountPoints)
      .map(([path, {ufsUri}]) => `${path} ${ufsUri}`)
      .toSorted(),
    usedBytes: capacity?.used ?? null,
  };
};

const NotYet = z.object({statusCode: z.string(), message: z.string().optional()});

/**
 * A leader that does not serve yet: it has just started, and waits for its workers (domain 0.14: JSON whose statusCode is
 * UNAVAILABLE).
 */
export const isSafeMode = ({body}: Pick<PageFound, 'body'>): boolean => {
  const reply = NotYet.safeParse(parseJson(body));
  return reply.success && reply.data.statusCode === 'UNAVAILABLE';
};
