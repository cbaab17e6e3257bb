import {z} from 'zod';
import type {PageFound} from '../../../host/ask.ts';
import {parseVersion} from '../../../lib/version.ts';
import {parseJson} from './json.ts';

const Info = z.object({
  version: z.string(),
  capacity: z.object({used: z.number().nonnegative()}),
  metrics: z.record(z.string(), z.unknown()).optional(),
  // What only a master tells: it has the same keys otherwise.
  workers: z.undefined().optional(),
});

/** What a worker says of itself. */
export type WorkerInfo = {
  readonly version: string;
  readonly usedBytes: number;
  readonly blocks: number | null;
};

/** In its metrics the name of the host stands behind: Worker.BlocksCached.w1_lab; or before, in 1.8: Worker.w1.BlocksCached (recorded). */
const BLOCKS = /^Worker\.(?:[^.]+\.)?BlocksCached(\.|$)/;

/** `GET /api/v1/worker/info`; null for any other page. */
export const parseWorkerInfo = ({status, body}: Pick<PageFound, 'status' | 'body'>): WorkerInfo | null => {
  const reply = status === 200 ? Info.safeParse(parseJson(body)) : null;
  if (reply?.success !== true) return null;
  const {version, capacity, metrics = {}} = reply.data;
  const [blocks] = Object.entries(metrics).flatMap(([name, value]) =>
    BLOCKS.test(name) && typeof value === 'number' && Number.isFinite(value) ? [value] : [],
  );
  return {
    version: parseVersion(version) ?? version,
    usedBytes: capacity.used,
    blocks: blocks ?? null,
  };
};

const JobMaster = z.object({version: z.string(), configuration: z.unknown()});

/** `GET /api/v1/job_master/info`: only the leading job master answers it. */
export const isJobLeader = ({status, body}: Pick<PageFound, 'status' | 'body'>): boolean =>
  status === 200 && JobMaster.safeParse(parseJson(body)).success;
