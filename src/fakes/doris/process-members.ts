import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {z} from 'zod';

const Frontend = z.object({
  name: z.string(),
  host: z.string(),
  role: z.enum(['FOLLOWER', 'OBSERVER']),
  editLogPort: z.number(),
  httpPort: z.number(),
  queryPort: z.number(),
  rpcPort: z.number(),
});
export type Frontend = z.infer<typeof Frontend>;

const Backend = z.object({
  id: z.string(),
  host: z.string(),
  heartbeatPort: z.number(),
  group: z.string(),
  uniqueId: z.string(),
});
export type Backend = z.infer<typeof Backend>;

/** Who belongs to the cluster, as every frontend's metadata tells it. The first frontend may found the group. */
export const Members = z.object({
  clusterId: z.number(),
  token: z.string(),
  frontends: z.array(Frontend),
  backends: z.array(Backend),
});
export type Members = z.infer<typeof Members>;

export const readMembers = (path: string): Members => Members.parse(JSON.parse(readFileSync(path, 'utf8')));

const Kept = z.object({term: z.number(), votedFor: z.string().nullable(), journal: z.number()});
export type Kept = z.infer<typeof Kept>;

/** What a frontend remembers of its group over a restart; a fresh one remembers nothing. */
export const readKept = (path: string): Kept =>
  existsSync(path)
    ? Kept.parse(JSON.parse(readFileSync(path, 'utf8')))
    : {term: 0, votedFor: null, journal: 0};

export const writeKept = (path: string, kept: Kept): void => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(`${path}.new`, JSON.stringify(kept));
  renameSync(`${path}.new`, path);
};

/** What the master knows of one member; sent to all with every entry of the journal. */
const Seen = z.object({
  alive: z.boolean(),
  error: z.string(),
  failures: z.number(),
  startedAt: z.number().nullable(),
  beatAt: z.number().nullable(),
  version: z.string().nullable(),
  journal: z.number(),
  bePort: z.number(),
  webPort: z.number(),
  brpcPort: z.number(),
});
export type Seen = z.infer<typeof Seen>;

/** By a frontend's name or a backend's id. */
export const View = z.record(z.string(), Seen);
export type View = z.infer<typeof View>;

export const neverSeen: Seen = {
  alive: false,
  error: '',
  failures: 0,
  startedAt: null,
  beatAt: null,
  version: null,
  journal: 0,
  bePort: -1,
  webPort: -1,
  brpcPort: -1,
};
