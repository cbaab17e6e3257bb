import {z} from 'zod';
import {parseVersion} from '../version.ts';

const json = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** MetaService and Recycler: brpc's /health answers OK. */
export const parseCloudHealth = (status: number, body: string): boolean =>
  status === 200 && body.trim() === 'OK';

const BeHealth = z.object({status: z.string(), msg: z.string()});

/**
 * BE /api/health. The HTTP status is 200 also while it starts or shuts down; only the body tells (domain: health_action,
 * older ones say "To Be Added" where newer ones say "OK").
 */
export const parseBeHealth = (body: string): boolean => {
  const reply = BeHealth.safeParse(json(body));
  return reply.success && reply.data.status === 'OK' && !/not available/i.test(reply.data.msg);
};

const FeReply = z.object({code: z.number()});

/** FE /api/bootstrap: code 0 once the catalog is ready. HTTP status is 200 in every case. */
export const parseBootstrap = (body: string): 'ready' | 'not ready' | 'unknown' => {
  const reply = FeReply.safeParse(json(body));
  if (!reply.success) return 'unknown';
  return reply.data.code === 0 ? 'ready' : 'not ready';
};

const Ha = z.object({code: z.literal(0), data: z.object({master: z.string(), role: z.string()})});

/** FE /api/show_meta_info?action=SHOW_HA: who this FE itself holds for the master; null where it does not say. */
export const parseHaMaster = (body: string): string | null => {
  const reply = Ha.safeParse(json(body));
  return reply.success && reply.data.data.master !== '' ? reply.data.data.master : null;
};

/** `select @@version_comment`: the version, and whether it is compute-storage decoupled ("Cloud Mode"). */
export const parseVersionComment = (
  rows: readonly Readonly<Record<string, string | null>>[],
): {readonly version: string | null; readonly cloud: boolean} => {
  const comment = rows.flatMap(row => Object.values(row)).find(value => value !== null) ?? '';
  return {version: parseVersion(comment), cloud: /\(cloud mode\)/i.test(comment)};
};
