import {z} from 'zod';
import {absPathProblem} from '../../../src/lib/abs-path.ts';
import type {System} from '../../../src/model/system.ts';
import {plain} from '../../../src/model/text.ts';

const path = z.string().superRefine((value, ctx) => {
  const why = absPathProblem(value);
  if (why !== null) ctx.addIssue({code: 'custom', message: why.en, params: {text: why}});
});

const role = (name: string, optional: boolean) => ({
  name,
  title: plain(name.toUpperCase()),
  status: 'status',
  columns: [],
  optional,
  fields: z.strictObject({
    package: path,
    port: z.int().min(1).max(65_535).default(7000),
    mode: z.enum(['fast', 'safe']).default('safe'),
  }),
});

/** A system with one role that must be there and one that may. */
export const toy: Pick<System, 'name' | 'title' | 'roles' | 'settings'> = {
  name: 'toy',
  title: plain('Toy'),
  roles: [role('store', false), role('cache', true)],
  settings: z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 3.1.2'),
    sqlPasswordEnv: z.exactOptional(z.string().regex(/^[A-Z_]+$/, 'the name of a variable')),
  }),
};
