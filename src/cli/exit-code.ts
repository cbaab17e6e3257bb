/** What the exit code of every command says; in words: help.ts. Imports nothing: the first file of the program needs it. */
export const EXIT = {
  verified: 0,
  failed: 1,
  usage: 2,
  held: 3,
  skipped: 4,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
