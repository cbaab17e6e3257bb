import {createHash} from 'node:crypto';
import {chmod, mkdir, open, readdir, readFile, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {syncFolder} from '../engine/journal.ts';
import {stamp} from '../lib/stamp.ts';
import {RunId} from '../model/ids.ts';
import {text} from '../model/text.ts';
import type {Outside} from './outside.ts';
import {fileError, systemCode, UserError, WRITABLE} from './user-error.ts';

export const SEE_RUNS = text('`lakeup runs` lists them', '`lakeup runs` 可列出所有运行');

/** The folder of one run. Only its owner may read it. */
export type RunDir = {
  readonly id: RunId;
  readonly path: string;
  readonly journal: string;
  readonly lock: string;
  /** Where the run stands, in short: `lakeup runs` reads it instead of the journal, as long as it is true. */
  readonly standing: string;
  /** The inventory as it was when the run began: a resumed run reads this one. */
  readonly inventory: string;
};

/** Where runs are kept: $XDG_STATE_HOME/lakeup/runs, by default under ~/.local/state. */
export const runsDir = (env: Outside['env']): string => {
  const state = env.XDG_STATE_HOME;
  if (state?.startsWith('/')) return join(state, 'lakeup', 'runs');
  const home = env.HOME;
  if (!home?.startsWith('/'))
    throw new UserError(
      text(
        'neither XDG_STATE_HOME nor HOME says where runs are kept',
        '未设置 XDG_STATE_HOME 或 HOME，不知道在哪里保存运行记录',
      ),
      text('set one of them to an absolute path', '请把其中之一设为绝对路径'),
    );
  return join(home, '.local', 'state', 'lakeup', 'runs');
};

/** Makes a folder, 0700, and those above it. One call for all of them says of a read-only file system that nothing exists. */
export const makeFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, {mode: 0o700});
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, {mode: 0o700});
  }
};

const runDir = (base: string, id: RunId): RunDir => {
  const path = join(base, id);
  return {
    id,
    path,
    journal: join(path, 'journal.ndjson'),
    lock: join(path, 'lock'),
    standing: join(path, 'standing.json'),
    inventory: join(path, 'inventory.yaml'),
  };
};

/** A new run's name: its time in UTC, and four letters of chance. */
export const makeRunId = (atMs: number, chance: () => number): RunId => {
  const tail = Array.from({length: 4}, () => Math.floor(chance() * 36).toString(36)).join('');
  return RunId.parse(`${stamp(atMs).replace('_', '-')}-${tail}`);
};

/** A run whose inventory was lost with the power could not be resumed, however well its journal was kept. */
const writeSynced = async (file: string, words: string): Promise<void> => {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(words);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes the folder of a new run, 0700, with the inventory in it, 0600; all of it is on disk when it resolves. */
export const createRunDir = async (env: Outside['env'], id: RunId, inventory: string): Promise<RunDir> => {
  const base = runsDir(env);
  const dir = runDir(base, id);
  let isOurs = false;
  try {
    await makeFolder(base);
    await chmod(base, 0o700);
    await mkdir(dir.path, {mode: 0o700});
    isOurs = true;
    await writeSynced(dir.inventory, inventory);
    await syncFolder(dir.path);
    await syncFolder(base);
  } catch (error) {
    if (isOurs) await forgetRun(dir);
    throw fileError(error, dir.path, WRITABLE);
  }
  return dir;
};

/** Removes what there is of a run that never began, as far as that is possible. */
export const forgetRun = ({path}: RunDir): Promise<void> =>
  rm(path, {recursive: true, force: true}).catch(() => undefined);

/** All runs, newest first. */
export const listRunDirs = async (env: Outside['env']): Promise<readonly RunDir[]> => {
  const base = runsDir(env);
  const names = await readdir(base).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw fileError(
      error,
      base,
      text(
        'put that right: until then nobody knows which runs there are',
        '请先解决该问题：在此之前无法得知有哪些运行',
      ),
    );
  });
  return names
    .flatMap(name => RunId.safeParse(name).data ?? [])
    .sort()
    .reverse()
    .map(id => runDir(base, id));
};

/** Tells an inventory from any other. */
export const inventorySum = (words: string): string => createHash('sha256').update(words).digest('hex');
/** The folder of the run of that name. */
export const runDirOf = async (env: Outside['env'], asked: string): Promise<RunDir> => {
  const dir = (await listRunDirs(env)).find(({id}) => id === asked);
  if (dir !== undefined) return dir;
  throw new UserError(
    text(`there is no run ${asked} in ${runsDir(env)}`, `${runsDir(env)} 中没有运行 ${asked}`),
    SEE_RUNS,
  );
};

/** The inventory a run began with. */
export const readRunInventory = (dir: RunDir): Promise<string> => readFile(dir.inventory, 'utf8');
