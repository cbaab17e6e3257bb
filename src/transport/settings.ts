import {userInfo} from 'node:os';
import {join} from 'node:path';
import type {Host} from '../model/inventory.ts';
import type {TransportEnv} from './env.ts';
import {makeSlots} from './slots.ts';
import {run} from './ssh-binary.ts';
import {type Config, type ConfigValues, configValues, parseSshG, readConfig} from './ssh-config.ts';

/** One machine on the way, as written in ProxyJump. */
export type Hop = {readonly name: string; readonly user: string | null; readonly port: number | null};

/** Everything needed to reach one host: the inventory's word first, then ssh's configuration, then ssh's defaults. */
export type Settings = {
  /** As it is called in the inventory or in ProxyJump. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `asked`: someone named this file, so it is told when it cannot be used. */
  readonly identityFiles: readonly {readonly path: string; readonly asked: boolean}[];
  /** Certificates that are named by themselves. */
  readonly certificateFiles: readonly string[];
  /** Offer the agent's keys only when they belong to an identity file. */
  readonly identitiesOnly: boolean;
  readonly agentSocket: string | null;
  readonly knownHostsFiles: readonly string[];
  readonly keyAlias: string | null;
  /** Machines to go through, in order. */
  readonly jumps: readonly Hop[];
  /** Makes the connection, in the place of jump hosts. */
  readonly proxyCommand: string | null;
  /** Prints keys that are known beside those of the files. */
  readonly knownHostsCommand: string | null;
};

/** What the inventory says of a host; jump hosts know less. */
export type Wanted = Pick<Host, 'port' | 'user' | 'identityFiles' | 'knownHostsFile'> & {
  readonly name: string;
};

const DEFAULT_KEYS = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];
/** `ssh -G` names these too where the files say nothing. */
const UNASKED = new Set([...DEFAULT_KEYS, 'id_xmss', 'id_dsa']);

/** Reads "user@host:port", "ssh://user@host:port" or "[v6]:port". */
export const parseHop = (text: string): Hop => {
  const plain = text.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const at = plain.lastIndexOf('@');
  const user = at === -1 ? null : plain.slice(0, at);
  const rest = plain.slice(at + 1);
  const match = /^\[([^\]]+)\](?::(\d+))?$/.exec(rest) ?? /^([^:]+)(?::(\d+))?$/.exec(rest);
  return {name: match?.[1] ?? rest, user, port: match?.[2] === undefined ? null : Number(match[2])};
};

const first = (values: ConfigValues, key: string): string | undefined => values.get(key)?.[0]?.join(' ');
const setting = (values: ConfigValues, key: string): string | null => {
  const value = first(values, key);
  return value === undefined || value.toLowerCase() === 'none' ? null : value;
};

/** Puts the pieces together: pure, from what was read. */
export const makeSettings = (
  wanted: Wanted,
  values: ConfigValues,
  vars: TransportEnv['vars'],
  home: string,
  me: string,
): Settings => {
  const port = wanted.port ?? Number(first(values, 'port') ?? 22);
  const user = wanted.user ?? first(values, 'user') ?? me;
  const address = (first(values, 'hostname') ?? wanted.name)
    .replaceAll('%%', '\0')
    .replaceAll('%h', wanted.name)
    .replaceAll('\0', '%');
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: home,
    h: address,
    n: wanted.name,
    p: String(port),
    r: user,
    u: me,
  };
  const expand = (path: string): string =>
    (path === '~' || path.startsWith('~/') ? home + path.slice(1) : path)
      .replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole)
      .replace(/\$\{(\w+)\}/g, (_, name: string) => vars[name] ?? '');
  const named = (key: string): readonly string[] =>
    (values.get(key) ?? []).map(words => words.join(' ')).filter(path => path !== 'none');
  const configured = named('identityfile');
  const asked = wanted.identityFiles.length > 0 ? wanted.identityFiles : configured;
  const ssh = (file: string) => join(home, '.ssh', file);
  const agent = first(values, 'identityagent');
  const files = (key: string, fallback: readonly string[]) =>
    (values.get(key)?.[0] ?? fallback).filter(file => file !== 'none').map(expand);
  // Whichever stands first counts, `none` too, and the other one is not looked at (ssh_config(5)).
  const way = [...values.keys()].find(key => key === 'proxyjump' || key === 'proxycommand');
  const jump = way === 'proxyjump' ? setting(values, way) : null;
  return {
    name: wanted.name,
    address,
    port,
    user,
    identityFiles:
      asked.length > 0
        ? asked.map(path => ({
            path: expand(path),
            asked: wanted.identityFiles.length > 0 || ![...UNASKED].some(key => expand(path) === ssh(key)),
          }))
        : DEFAULT_KEYS.map(file => ({path: ssh(file), asked: false})),
    certificateFiles: named('certificatefile').map(expand),
    identitiesOnly: wanted.identityFiles.length > 0 || first(values, 'identitiesonly') === 'yes',
    agentSocket:
      agent === undefined || agent === 'SSH_AUTH_SOCK'
        ? vars.SSH_AUTH_SOCK || null
        : agent === 'none'
          ? null
          : agent.startsWith('$')
            ? (vars[agent.replace(/^\$\{?|\}$/g, '')] ?? null)
            : expand(agent),
    knownHostsFiles:
      wanted.knownHostsFile !== undefined
        ? [expand(wanted.knownHostsFile)]
        : [
            ...files('userknownhostsfile', [ssh('known_hosts'), ssh('known_hosts2')]),
            ...files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
          ],
    keyAlias: setting(values, 'hostkeyalias'),
    jumps: jump === null ? [] : jump.split(',').map(parseHop),
    proxyCommand: way === 'proxycommand' ? setting(values, way) : null,
    // Who names a file in the inventory says where the keys of that host are.
    knownHostsCommand: wanted.knownHostsFile === undefined ? setting(values, 'knownhostscommand') : null,
  };
};

/** Answers how to reach a host. Files are read once, and each host is asked for once. */
export type SettingsReader = (wanted: Wanted) => Promise<Settings>;

const SSH_G_AT_ONCE = 8;

/**
 * Reads ssh's configuration itself, which is exact for Host and Include, and costs nothing for a thousand hosts. Only
 * where the files hold what it does not follow is `ssh -G` asked, one short process a host; a `Match exec` then runs
 * the command of the user's own file. Without an ssh binary lines under Match are left out.
 */
export const makeSettingsReader = (env: Pick<TransportEnv, 'vars' | 'sshConfig'>): SettingsReader => {
  const me = env.vars.USER ?? env.vars.LOGNAME ?? userInfo().username;
  const home = env.vars.HOME ?? userInfo().homedir;
  const files =
    env.sshConfig === null
      ? []
      : env.sshConfig === undefined
        ? [join(home, '.ssh', 'config'), '/etc/ssh/ssh_config']
        : [env.sshConfig];
  const slots = makeSlots(SSH_G_AT_ONCE);
  let config: Promise<Config> | null = null;
  const readAll = async (): Promise<Config> => {
    const parts = await Promise.all(files.map(file => readConfig(file, home)));
    return {
      lines: [{key: 'include', words: [], included: parts.map(part => part.lines)}],
      beyond: parts.find(part => part.beyond !== null)?.beyond ?? null,
    };
  };
  const askSsh = async ({name, port, user}: Wanted): Promise<ConfigValues | null> => {
    const release = await slots.take();
    const option = env.sshConfig === undefined || env.sshConfig === null ? [] : ['-F', env.sshConfig];
    const out = await run(
      'ssh',
      [
        ...option,
        '-G',
        ...(port === undefined ? [] : ['-p', String(port)]),
        ...(user === undefined ? [] : ['-l', user]),
        '--',
        name,
      ],
      env.vars,
    );
    release();
    return out === null ? null : parseSshG(out);
  };
  const cache = new Map<string, Promise<Settings>>();
  const read = async (wanted: Wanted): Promise<Settings> => {
    config ??= readAll();
    const {lines, beyond} = await config;
    const asked = beyond === null ? null : await askSsh(wanted);
    return makeSettings(wanted, asked ?? configValues(lines, wanted.name), env.vars, home, me);
  };
  return wanted => {
    const key = JSON.stringify(wanted);
    const settings = cache.get(key) ?? read(wanted);
    cache.set(key, settings);
    return settings;
  };
};
