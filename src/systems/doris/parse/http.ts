import {z} from 'zod';
import type {PageFound} from '../../../host/ask.ts';
import {withoutSecrets} from '../../../lib/secrets.ts';
import {parseVersion} from '../../../lib/version.ts';

const json = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/**
 * What a node's own page says: that it serves, that it does not yet or no more, or that something else answers there (a
 * redirect, another program, a page that is refused).
 */
export type Readiness = 'ready' | 'not-ready' | 'other';

type Found = Pick<PageFound, 'status' | 'body'>;

const NOT_YET = /\bnot (ready|available)\b/i;

/** MetaService and Recycler: brpc's /health answers OK. */
export const parseCloudHealth = ({status, body}: Found): Readiness =>
  status === 200 && body.trim() === 'OK' ? 'ready' : 'other';

const BeHealth = z.object({status: z.string(), msg: z.string()});

/**
 * BE /api/health. The HTTP status is 200 also while it starts or shuts down; only the body tells (domain: health_action,
 * older ones say "To Be Added" where newer ones say "OK").
 */
export const parseBeHealth = ({status, body}: Found): Readiness => {
  const reply = BeHealth.safeParse(json(body));
  if (!reply.success) return 'other';
  if (NOT_YET.test(reply.data.msg)) return 'not-ready';
  return status === 200 && reply.data.status === 'OK' ? 'ready' : 'not-ready';
};

const Bootstrapped = z.object({code: z.literal(0), data: z.object({replayedJournalId: z.number()})});
const Refused = z.object({code: z.number(), msg: z.string(), data: z.unknown()});

/**
 * FE /api/bootstrap: code 0 and the journal once the catalog is ready. The HTTP status is 200 in every case, also where
 * the inner code is that of a refusal or of another page.
 */
export const parseBootstrap = ({status, body}: Found): Readiness => {
  const reply = json(body);
  if (status === 200 && Bootstrapped.safeParse(reply).success) return 'ready';
  const refused = Refused.safeParse(reply);
  if (!refused.success || refused.data.code === 0) return 'other';
  return NOT_YET.test(`${refused.data.msg} ${String(refused.data.data)}`) ? 'not-ready' : 'other';
};

const SHOWN = 80;
/** A page may be of any size; what is shown stands at its beginning. */
const READ = 2_000;

/** What is asked for in an address, which may hold a token (recorded), wherever one begins. */
const ASKED = /[?#][^\s"'<>]*/g;

/** What answered in the place of a page: its status, and where it leads to or its first words. Holds no secret. */
export const describePage = ({status, body, location}: PageFound): string => {
  const said = (location ?? body).slice(0, READ).replaceAll(/\s+/g, ' ').trim();
  const words = withoutSecrets(said).replaceAll(ASKED, '');
  return `${status} ${words.slice(0, SHOWN)}`.trim();
};

const Ha = z.object({
  code: z.literal(0),
  data: z.object({master: z.string(), role: z.string(), is_ready: z.string().optional()}),
});

/** What stands in the place of a name while there is none (recorded: "unknown", for up to a second of an election). */
const NO_NAME = /^(unknown|none|null|n\/a|-)?$/i;

/**
 * FE /api/show_meta_info?action=SHOW_HA: who this FE itself holds for the master; null where it does not say, or is just
 * finding out (recorded: role UNKNOWN, not ready, for up to 5 s of an election).
 */
export const parseHaMaster = (body: string): string | null => {
  const reply = Ha.safeParse(json(body));
  if (!reply.success) return null;
  const {master, role, is_ready: ready = 'true'} = reply.data.data;
  const settled = !NO_NAME.test(role.trim()) && ready === 'true';
  return settled && !NO_NAME.test(master.trim()) ? master.trim() : null;
};

/** Whether that page says what this FE is at all, whatever it says: where pages want a login, none does. */
export const parseSaysRole = (body: string): boolean => Ha.safeParse(json(body)).success;

/** `select @@version_comment`: the version, and whether it is compute-storage decoupled ("Cloud Mode"). */
export const parseVersionComment = (
  rows: readonly Readonly<Record<string, string | null>>[],
): {readonly version: string | null; readonly cloud: boolean} => {
  const comment = rows.flatMap(row => Object.values(row)).find(value => value !== null) ?? '';
  return {version: parseVersion(comment), cloud: /\(cloud mode\)/i.test(comment)};
};
