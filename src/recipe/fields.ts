import {z} from 'zod';
import {type AbsPath, absPathProblem, parseAbsPath} from '../lib/abs-path.ts';

// The fields that inventories of any product have: a path, a port, a limit, each with what it means.

/** An absolute path that is neither relative nor the root. */
export const path = z
  .string()
  .superRefine((value, context) => {
    const problem = absPathProblem(value);
    if (problem !== null) context.addIssue({code: 'custom', message: problem.en, params: {text: problem}});
  })
  .transform((value): AbsPath => parseAbsPath(value));

/** What a field means, for editors and docs/inventory.schema.json; inventory.example.yaml says the same. */
export const said = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({description});

export const portOf = (byDefault: number, config: string) =>
  said(z.number().int().min(1).max(65_535).default(byDefault), `${config} of the node's configuration`);
export const waitOf = (byDefault: number, what: string) =>
  said(z.number().int().min(1_000).default(byDefault), `How long ${what}, in milliseconds`);
export const stopOf = (byDefault: number) =>
  waitOf(byDefault, 'a stop may take before the run is held and asks you');
export const startOf = (byDefault: number) =>
  waitOf(byDefault, 'a start may take, until the node is well again, before the run is held and asks you');
