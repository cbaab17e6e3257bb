import {z} from 'zod';
import {absPathProblem} from '../lib/abs-path.ts';
import {HostId, NodeId} from '../model/ids.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';

/** A refusal in both languages, carried through zod to words.ts. */
const refuse = (ctx: z.RefinementCtx, message: Text): void => {
  ctx.addIssue({code: 'custom', params: {text: message}, message: message.en});
};

const Home = z
  .string()
  .superRefine((path, ctx) => {
    const why = absPathProblem(path);
    if (why !== null) refuse(ctx, why);
  })
  .meta({description: "The absolute directory that holds the node's bin and lib"});

const LocalFile = z.string().superRefine((path, ctx) => {
  if (!/^(\/|~\/)./.test(path))
    refuse(ctx, text('is not a whole path beginning with / or ~/', '不是以 / 或 ~/ 开头的完整路径'));
});

/** How hosts are reached; each key may be left out and then comes from ~/.ssh/config. */
export const Ssh = z
  .strictObject({
    user: z.string().min(1).optional().meta({description: 'Login name on the host'}),
    port: z.int().min(1).max(65_535).optional().meta({description: 'Port of sshd'}),
    identityFile: z
      .union([LocalFile, z.array(LocalFile).min(1)])
      .optional()
      .meta({description: 'Private key, or a list of them'}),
    knownHosts: LocalFile.optional().meta({description: 'File of the host keys that are trusted'}),
  })
  .meta({description: 'How the hosts are reached; what is absent comes from ~/.ssh/config'});
export type Ssh = z.infer<typeof Ssh>;
export const SSH_KEYS: readonly string[] = Object.keys(Ssh.shape);

/** What every node of every system has. All other keys belong to the role. */
export const NodeShape = z.strictObject({
  name: NodeId.meta({description: "The node's name, once per cluster"}),
  host: HostId.meta({description: 'Host name or address'}),
  home: Home,
  group: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'letters, digits, . _ -, at most 64')
    .optional()
    .meta({description: 'Nodes of one group stand in for each other'}),
  ssh: Ssh.optional(),
});

export const NODE_KEYS: readonly string[] = Object.keys(NodeShape.shape);
export const CLUSTER_KEYS = ['system', 'ssh', 'settings', 'roles'] as const;

const ObjectSchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

/** A schema's own keys with their JSON Schemas: what a system's schema of fields or settings knows. */
export const keysOf = (schema: z.ZodType): z.infer<typeof ObjectSchema> =>
  ObjectSchema.parse(z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'}));

/** What the reader needs to know of a system. */
export type Described = Pick<System, 'name' | 'title' | 'roles' | 'settings'>;
