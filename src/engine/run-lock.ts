import {link, mkdir, mkdtemp, readFile, rm, rmdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';

/** Who holds a lock: a process, told from any other that had or will have its number. */
export const Owner = z.object({pid: z.number().int().positive(), started: z.string(), at: z.string()});
export type Owner = z.infer<typeof Owner>;

/** When a process began, in clock ticks since boot: with the pid it names one process for good (proc(5), field 22). */
const startOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    try {
      process.kill(pid, 0);
      return '';
    } catch {
      return null;
    }
  }
};

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Who holds the lock: nobody, somebody who is gone (or a file that says nothing), or a living process. */
const readHolder = async (file: string): Promise<'nobody' | 'dead' | Owner> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'nobody';
    throw error;
  }
  try {
    const owner = Owner.parse(JSON.parse(text));
    return (await startOf(owner.pid)) === owner.started ? owner : 'dead';
  } catch {
    return 'dead';
  }
};

/** The living process that holds the lock, or null. */
export const lockHolder = async (file: string): Promise<Owner | null> => {
  const holder = await readHolder(file);
  return typeof holder === 'object' ? holder : null;
};

export type LockResult =
  | {readonly kind: 'locked'; release(): Promise<void>}
  | {readonly kind: 'taken'; readonly owner: Owner}
  /** Whoever took the lock of a dead owner over died at it, and left that behind. */
  | {readonly kind: 'stuck'; readonly left: string};

const turnOf = (file: string): string => `${file}.takeover`;

/** Makes a file that is whole from its first moment, or says that there is one. */
const makeWhole = async (file: string, text: string): Promise<boolean> => {
  const folder = await mkdtemp(`${file}-`);
  const draft = join(folder, 'owner');
  try {
    await writeFile(draft, text, {mode: 0o600, flag: 'wx'});
    await link(draft, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};

/** One at a time removes a dead owner's lock, or a second taker would remove the first one's new lock. */
const removeDead = async (file: string): Promise<void> => {
  const turn = turnOf(file);
  try {
    await mkdir(turn, {mode: 0o700});
  } catch (error) {
    if (isCode(error, 'EEXIST')) return;
    throw error;
  }
  try {
    if ((await readHolder(file)) === 'dead') await rm(file);
  } finally {
    await rmdir(turn);
  }
};

/** Each try reads and writes files, so that whoever is in the middle of taking over comes to its end meanwhile. */
const TRIES = 100;

/**
 * Keeps two lakeups on this machine from writing one journal. A lock whose process is gone is taken over; one that lives
 * is never broken.
 */
export const lockRun = async (file: string, nowIso: string): Promise<LockResult> => {
  const me: Owner = {pid: process.pid, started: (await startOf(process.pid)) ?? '', at: nowIso};
  for (let i = 0; i < TRIES; i += 1) {
    if (await makeWhole(file, JSON.stringify(me)))
      // A lock that cannot be removed keeps nobody out: its owner will be gone.
      return {kind: 'locked', release: () => rm(file, {force: true}).catch(() => undefined)};
    const holder = await readHolder(file);
    if (typeof holder === 'object') return {kind: 'taken', owner: holder};
    if (holder === 'dead') await removeDead(file);
  }
  return {kind: 'stuck', left: turnOf(file)};
};
