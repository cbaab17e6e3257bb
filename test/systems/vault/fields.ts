import {z} from 'zod';
import {type AbsPath, parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';

/** Where the new package lies, and the port a node answers on. */
export const Fields = z.strictObject({
  package: z.string().startsWith('/').transform(parseAbsPath),
  port: z.int().default(7000),
});

export const Settings = z.strictObject({
  /** Who replaces lib: a script, or the site's own people with a tool of theirs. */
  deployBy: z.enum(['script', 'hand']).default('script'),
  /** What was written is marked and saved first, and again whenever something was written since. */
  save: z.boolean().optional(),
});

export type Vault = {
  readonly home: AbsPath;
  readonly fields: z.infer<typeof Fields>;
  readonly settings: z.infer<typeof Settings>;
};
export type VaultNode = Node<Vault>;
export type VaultCluster = Cluster<Vault>;
