import {open, readFile, rm} from 'node:fs/promises';
import {z} from 'zod';

const Owner = z.object({pid: z.number().int().positive(), started: z.string(), at: z.string()});
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

const readOwner = async (file: string): Promise<Owner | null> => {
  try {
    return Owner.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
};

export type LockResult =
  | {readonly kind: 'locked'; release(): Promise<void>}
  | {readonly kind: 'taken'; readonly owner: Owner};

/**
 * Keeps two lakeups on this machine from writing one journal. A lock whose process is gone is taken over; one that lives
 * is never broken.
 */
export const lockRun = async (file: string, nowIso: string): Promise<LockResult> => {
  for (let i = 0; i < 3; i += 1) {
    try {
      const handle = await open(file, 'wx', 0o600);
      const owner: Owner = {pid: process.pid, started: (await startOf(process.pid)) ?? '', at: nowIso};
      await handle.writeFile(JSON.stringify(owner));
      await handle.close();
      return {kind: 'locked', release: () => rm(file, {force: true})};
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = await readOwner(file);
    if (owner !== null && (await startOf(owner.pid)) === owner.started) return {kind: 'taken', owner};
    await rm(file, {force: true});
  }
  throw new Error(`${file} could not be taken: other processes keep making it`);
};
