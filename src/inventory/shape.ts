import {z} from 'zod';
import {absPathProblem} from '../lib/abs-path.ts';
import {HostId, NodeId} from '../model/ids.ts';
import type {Role, System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';

/** A refusal in both languages, carried through zod to words.ts; `fix` says what to write instead. */
const refuse = (ctx: z.RefinementCtx, message: Text, fix?: Text): void => {
  const params = fix === undefined ? {text: message} : {text: message, fix};
  ctx.addIssue({code: 'custom', params, message: message.en});
};

/** A text of a form, which is worded in both languages. */
const formed = <T extends z.ZodType<string, string>>(schema: T, form: Text) =>
  z
    .string()
    .superRefine((value, ctx) => {
      if (schema.safeParse(value).success) return;
      const fix = text(`write: ${form.en}`, `格式要求：${form.zh}`);
      refuse(ctx, text('does not have the right form', '格式不正确'), fix);
    })
    .meta({pattern: z.toJSONSchema(schema, {io: 'input'}).pattern})
    .pipe(schema);

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

const Name = formed(
  NodeId,
  text(
    'letters, digits, . _ -, at most 63, beginning with a letter or digit',
    '字母、数字及 . _ -，最多 63 个字符，以字母或数字开头',
  ),
);
const HostName = formed(HostId, text('a host name or an address', '主机名或地址')).superRefine(
  (host, ctx) => {
    // An IPv6 address has more colons than one.
    const [, name, port] = /^([^:]+):(\d+)$/.exec(host) ?? [];
    if (name === undefined || port === undefined) return;
    const fix = text(
      `write "host: ${name}"; if ${port} is the port of its sshd, "ssh: {port: ${port}}" too`,
      `请写“host: ${name}”；若 ${port} 是登录端口，另写“ssh: {port: ${port}}”`,
    );
    refuse(ctx, text('holds a port', '包含端口'), fix);
  },
);
const Group = formed(
  z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
  text('letters, digits, . _ -, at most 64', '字母、数字及 . _ -，最多 64 个字符'),
);

/** What every node of every system has. All other keys belong to the role. */
const Homeless = z.strictObject({
  name: Name.meta({description: "The node's name, once per cluster"}),
  host: HostName.meta({description: 'Host name or address'}),
  group: Group.optional().meta({description: 'Nodes of one group stand in for each other'}),
  ssh: Ssh.optional(),
});

const Housed = Homeless.extend({home: Home});

/** A node's shape as it was read, of whatever role. */
export type Shape = z.infer<typeof Homeless> & {readonly home?: string};

/** What a node of a role has besides the role's own fields: a home only where nodes of the role have one. */
export const nodeShape = ({home}: Pick<Role, 'home'>): typeof Housed | typeof Homeless =>
  home === 'none' ? Homeless : Housed;
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
