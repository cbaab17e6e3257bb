import {dateWords} from './namespace.ts';
import type {Printed} from './process-commands.ts';
import {askLeader, Leader, Listing, Persisted} from './process-questions.ts';
import {type Me, rpcAddresses} from './process-self.ts';

/** What a command says that reaches no master. */
export const nobody = (me: Me, client: string): Printed => {
  const [first] = rpcAddresses(me, 'master');
  return {
    out: me.generation.isFirst
      ? `Failed to connect to ${client} @ ${first?.host}/${first?.name} after 8 attempts\n`
      : `Failed to determine address for ${client} after 1 attempts\n`,
    code: 255,
  };
};

const list = async (me: Me, args: readonly string[]): Promise<Printed> => {
  const path = args.find(word => !word.startsWith('-')) ?? '/';
  const type = me.text('alluxio.user.file.metadata.load.type');
  if (me.generation.isFirst && !['Never', 'Once', 'Always'].includes(type)) {
    const known = 'Acceptable values: [Never, Once, Always]';
    return {out: `Unrecognized configuration value <${type}>. ${known}\n`, code: 255};
  }
  const loads = type.toUpperCase() !== 'NEVER';
  const data = await askLeader(me, {op: 'list', loads});
  if (data === null) return nobody(me, 'FileSystemMasterClient');
  const folder = path === '/' ? '/' : `${path}/`;
  const inside = Listing.parse(data).filter(entry => entry.path.startsWith(folder));
  const shown = args.some(word => /^-\w*R/.test(word))
    ? inside
    : inside.filter(entry => !entry.path.slice(folder.length).includes('/'));
  const isPinned = args.some(word => /^-\w*p/.test(word));
  const rows = shown
    .filter(({pinned}) => pinned || !isPinned)
    .map(entry => {
      const rights = entry.folder ? 'drwxr-xr-x' : '-rw-r--r--';
      const share = entry.folder ? 'DIR' : `${entry.percent}%`;
      const owner = 'alluxio'.padEnd(15).repeat(2);
      const left = `${rights.padEnd(me.generation.isFirst ? 10 : 11)} ${owner}${String(entry.length).padStart(15)}${entry.state.padStart(16)}`;
      return `${left}${dateWords(entry.at).padStart(24)}${share.padStart(5)} ${entry.path.padEnd(5)}\n`;
    });
  return {out: rows.join(''), code: 0};
};

/** The first that cannot be persisted ends it; its words are those of the source. */
const persist = async (me: Me, paths: readonly string[]): Promise<Printed> => {
  const data = await askLeader(me, {op: 'persist', paths: [...paths]});
  if (data === null) return nobody(me, 'FileSystemMasterClient');
  let out = '';
  for (const [i, done] of Persisted.parse(data).entries()) {
    if (typeof done === 'string') return {out: `${out}${done}\n`, code: 255};
    out +=
      done === null ? `${paths[i]} is already persisted\n` : `persisted file ${paths[i]} with size ${done}\n`;
  }
  return {out, code: 0};
};

/** The name of the leading master; null when nobody leads. */
const leader = async (me: Me): Promise<string | null> => {
  const data = await askLeader(me, {op: 'leader'});
  return data === null ? null : Leader.parse(data).name;
};

/** Exits 0 even when nobody leads (recorded). */
const masterInfo = async (me: Me): Promise<Printed> => {
  const name = await leader(me);
  const told = (address: string): string =>
    me.generation.isFirst ? `${address.split(':')[0]}/${address}` : address;
  const first = name === null ? 'Failed to find leader master' : `Current leader master: ${told(name)}`;
  const all = rpcAddresses(me, 'master').map(address => told(address.name));
  return {out: `${first}\nAll masters: [${all.join(', ')}]\n`, code: 0};
};

const tellLeader = async (me: Me): Promise<Printed> => {
  const name = await leader(me);
  const out = me.generation.newQuorum
    ? 'This command will be deprecated as of v3.0, please use masterInfo command\n'
    : '';
  if (name === null) return {out, err: 'Failed to get the leader master.\n', code: 0};
  return {out: `${out}${name.split(':')[0]}\n`, code: 0};
};

/** alluxio.cli.fs.FileSystemShell, as far as an upgrade uses it. */
export const shell = async (me: Me, args: readonly string[]): Promise<Printed> => {
  const [command = '', ...rest] = args;
  switch (command) {
    case 'ls':
      return list(me, rest);
    case 'persist':
      return persist(me, rest);
    case 'masterInfo':
      return masterInfo(me);
    case 'leader':
      return tellLeader(me);
    default:
      return {out: `${command} is an unknown command.\n`, code: 255};
  }
};
