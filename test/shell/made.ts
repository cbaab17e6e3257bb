import type {ChildProcess} from 'node:child_process';

/** Processes that the test at work has started, and places that it has made: both are gone once it is over (clean-up.ts). */
export const children: ChildProcess[] = [];
export const roots: string[] = [];
