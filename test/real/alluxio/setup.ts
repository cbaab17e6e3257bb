import type {TestProject} from 'vitest/node';
import {realProblem} from './need.ts';
import {type Prepared, prepare} from './prepare.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the stories run on; null where they are skipped. */
    prepared: Prepared | null;
  }
}

/** What the tests run on, or in one line why it cannot be had: a machine that reaches no registry is no failure. */
const preparedOrWhy = async (): Promise<Prepared | string> => {
  const problem = await realProblem();
  if (problem !== null) return problem;
  try {
    return await prepare();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** Once for all stories, before the first: they run side by side. Why they are skipped is told in the last line that begins so. */
export const setup = async (project: TestProject): Promise<void> => {
  const got = await preparedOrWhy();
  if (typeof got === 'string') process.stderr.write(`skipped: ${got}\n`);
  project.provide('prepared', typeof got === 'string' ? null : got);
};
