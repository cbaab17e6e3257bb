import {z} from 'zod';
import {NodeId} from './ids.ts';
import {Text} from './text.ts';

/** What a check before the plan found. `block`: no plan is made. `seen` is the evidence; `fix` says what to do. */
export const Finding = z
  .object({
    check: z.string(),
    node: NodeId.nullable(),
    level: z.enum(['pass', 'warn', 'block']),
    title: Text,
    /** Null where there is nothing to show: it passed. */
    seen: Text.nullable(),
    fix: Text.nullable(),
  })
  .readonly();
export type Finding = z.infer<typeof Finding>;
