import {z} from 'zod';
import {Facts} from './facts.ts';

/**
 * In which order lanes begin. `asked`: before each lane the probe is asked of every node that is left, and the one
 * whose `fact` stands first in `ranks` goes next (a role that moves, such as a master). Who is of the first rank need not
 * wait until each other's is known.
 */
export const Order = z
  .discriminatedUnion('kind', [
    z.object({kind: z.literal('listed')}),
    z.object({
      kind: z.literal('asked'),
      probe: z.string(),
      given: Facts.optional(),
      fact: z.string(),
      ranks: z.array(z.string()).readonly(),
      withinMs: z.number().positive(),
      pollMs: z.number().positive(),
    }),
  ])
  .readonly();
export type Order = z.infer<typeof Order>;
