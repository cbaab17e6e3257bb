import {z} from 'zod';
import {absPathProblem} from '../../../src/lib/abs-path.ts';
import type {Role, System} from '../../../src/model/system.ts';
import {plain} from '../../../src/model/text.ts';

const path = z.string().superRefine((value, ctx) => {
  const why = absPathProblem(value);
  if (why !== null) ctx.addIssue({code: 'custom', message: why.en, params: {text: why}});
});

const role = (name: string, home: Role['home'], optional = true): Role => ({
  name,
  home,
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

/** A system with one role that must be there; others have homes of their own, share them, or have none. */
export const toy: Pick<System, 'name' | 'title' | 'roles' | 'settings'> = {
  name: 'toy',
  title: plain('Toy'),
  roles: [
    role('store', 'own', false),
    role('cache', 'own'),
    role('master', 'shared'),
    role('jobs', 'shared'),
    {
      ...role('client', 'none'),
      fields: z.strictObject({command: z.string()}).transform(fields => ({...fields, read: true})),
    },
  ],
  settings: z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 3.1.2'),
    sqlPasswordEnv: z.exactOptional(z.string().regex(/^[A-Z_]+$/, 'the name of a variable')),
  }),
};
