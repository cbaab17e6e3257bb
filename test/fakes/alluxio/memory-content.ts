/** A file of the namespace. What is not persisted exists in the workers' storage alone: with its blocks it is gone. */
export type File = {
  readonly path: string;
  readonly blocks: readonly number[];
  readonly persisted: boolean;
  readonly lost: boolean;
  readonly pinned: boolean;
};

/** What the masters know: never changed in place, so that a journal, a copy and a backup may hold the same one. */
export type Content = {
  readonly files: readonly File[];
  /** "PATH UFSURI" each. */
  readonly mounts: readonly string[];
};

export const ROOT_UFS = '/mnt/ufs/root';

/** What a master knows that found nothing and restored nothing: the root, and its mount from the configuration. */
export const EMPTY: Content = {files: [], mounts: [`/ ${ROOT_UFS}`]};

const FILE_COUNT = 14;
/** Every fourth file is not persisted. */
const isPersisted = (i: number): boolean => i % 4 !== 2;
const FIRST_BLOCK = 16_777_216;

export const fileOf = (i: number, folder: string): File => ({
  path: `/${folder}/part-${String(i).padStart(5, '0')}`,
  blocks: [FIRST_BLOCK * (i + 1), FIRST_BLOCK * (i + 1) + 1],
  persisted: isPersisted(i),
  lost: false,
  pinned: folder === 'warehouse' && i % 5 === 0,
});

/** What is there before anybody upgrades: files of both kinds, and a second mount that no configuration tells of. */
export const FIRST: Content = {
  files: Array.from({length: FILE_COUNT}, (_, i) => fileOf(i, 'warehouse')),
  mounts: [`/ ${ROOT_UFS}`, '/cold hdfs://nameservice1/cold'],
};

const FOLDERS = 3;

/** How many paths the leader counts: files, folders, mount points and the root. */
export const pathsOf = ({files, mounts}: Content): number =>
  files.length === 0 ? mounts.length : files.length + FOLDERS + mounts.length;

/** How many blocks the leader counts, wherever they lie. */
export const blocksOf = ({files}: Content): number => files.reduce((sum, {blocks}) => sum + blocks.length, 0);

/** How many journal entries a backup of it holds. */
export const entriesOf = ({files, mounts}: Content): number =>
  2 + mounts.length + files.reduce((sum, {blocks}) => sum + 2 + blocks.length, 0);

export const notPersisted = ({files}: Content): readonly File[] => files.filter(({persisted}) => !persisted);

export const pinnedIn = ({files}: Content): readonly File[] => files.filter(({pinned}) => pinned);

const sameFile = (a: File, b: File | undefined): boolean =>
  a === b || (b !== undefined && a.path === b.path && a.persisted === b.persisted);

/** Whether nothing that somebody wrote is missing in one of them; what is marked as lost is another matter. */
export const sameContent = (a: Content, b: Content): boolean =>
  a === b ||
  (a.files.length === b.files.length &&
    a.mounts.join('\n') === b.mounts.join('\n') &&
    a.files.every((file, i) => sameFile(file, b.files[i])));

export const lostIn = ({files}: Content): number => files.filter(({lost}) => lost).length;

/** Whether a worker that holds this block may keep it. */
export const knowsBlock = ({files}: Content, block: number): boolean =>
  files.some(({blocks}) => blocks.includes(block));
