/**
 * What the backup command says while it waits for the masters, a line that is written over itself twice in a second
 * (`BackupCommand` of 2.3.0, 2.7.3 and 2.9.4, by their jars; entries are told in that state alone). Before there were states,
 * a command that finds no leader prints dots (recorded: 2.1.0).
 */
export type BackupProgress =
  | {readonly state: 'initiating' | 'transitioning' | 'waiting'}
  | {readonly state: 'running'; readonly entries: number};

const LINE = /^Backup state: (Initiating|Transitioning|Running)(?: \| Entries processed: (\d+))?$/;

/** Null: the line says something else, such as where the backup is. */
export const parseBackupProgress = (line: string): BackupProgress | null => {
  if (/^\.+$/.test(line)) return {state: 'waiting'};
  const [, state, entries] = LINE.exec(line) ?? [];
  switch (state) {
    case 'Initiating':
      return {state: 'initiating'};
    case 'Transitioning':
      return {state: 'transitioning'};
    case 'Running':
      return entries === undefined ? null : {state: 'running', entries: Number(entries)};
    default:
      return null;
  }
};
