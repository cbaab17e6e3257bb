import {z} from 'zod';

const Entry = z.object({
  path: z.string(),
  folder: z.boolean(),
  length: z.number(),
  state: z.enum(['PERSISTED', 'TO_BE_PERSISTED', 'NOT_PERSISTED', 'LOST']),
  at: z.number(),
  blocks: z.array(z.object({id: z.string(), length: z.number()})),
  pinned: z.boolean().optional(),
});
export type Entry = z.infer<typeof Entry>;

const Mount = z.object({path: z.string(), ufs: z.string()});
export type Mount = z.infer<typeof Mount>;

/** What a journal holds, and a backup: everything a master knows that nobody else does. The root mount is its conf's. */
export const Metadata = z.object({
  /** Entries written so far; 0 is a journal that was just formatted. */
  index: z.number(),
  /** Who wrote it last. */
  writer: z.string(),
  entries: z.array(Entry),
  mounts: z.array(Mount),
});
export type Metadata = z.infer<typeof Metadata>;

export const nothing = (writer: string): Metadata => ({index: 0, writer, entries: [], mounts: []});

/** How many journal entries a backup of it has: some of the masters' own, then one of each inode and of each block. */
export const countEntries = ({entries, mounts}: Metadata): number =>
  2 + mounts.length + entries.length + entries.reduce((sum, {blocks}) => sum + blocks.length, 0);

/** Its children first, then theirs: the order of a recursive listing is by path. */
export const sorted = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

/** Files alone: a directory that is pinned is none of them. */
export const pinnedFiles = ({entries}: Metadata): number =>
  entries.filter(({folder, pinned}) => !folder && pinned === true).length;

export const childrenOf = (entries: readonly Entry[], folder: string): number =>
  entries.filter(({path}) => path.slice(0, path.lastIndexOf('/')) === folder).length;

const MB = 1024 * 1024;

/** 48.00MB, 3953.69KB, 0B: as the product writes sizes. */
export const sizeWords = (bytes: number): string => {
  if (bytes < 1024 * 5) return `${bytes}B`;
  if (bytes < MB * 5) return `${(bytes / 1024).toFixed(2)}KB`;
  if (bytes < MB * 1024 * 5) return `${(bytes / MB).toFixed(2)}MB`;
  return `${(bytes / MB / 1024).toFixed(2)}GB`;
};

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** 11-22-2026 07:47:33:892 */
export const dateWords = (ms: number): string => {
  const at = new Date(ms);
  const day = `${pad(at.getMonth() + 1)}-${pad(at.getDate())}-${at.getFullYear()}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}:${pad(at.getMilliseconds(), 3)}`;
};

/** 0 day(s), 0 hour(s), 2 minute(s), and 39 second(s) */
export const spanWords = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  return `${days} day(s), ${hours} hour(s), ${minutes} minute(s), and ${seconds % 60} second(s)`;
};
