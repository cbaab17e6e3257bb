import {readFile} from 'node:fs/promises';
import ssh2Crypto from 'ssh2/lib/protocol/crypto.js';
import {never} from '../lib/never.ts';
import {plain, type Text, text} from '../model/text.ts';
import {agentKeys} from './agent.ts';
import type {TransportEnv} from './env.ts';
import {parseKnownHosts} from './known-hosts.ts';
import {quoted} from './replies.ts';
import {makeSettingsReader} from './settings.ts';
import {run} from './ssh-binary.ts';

/** One thing about this machine that decides whether hosts can be reached. `ok: false` is worth a look, not an error. */
export type DoctorFact = {
  readonly about: 'ssh' | 'agent' | 'ssh2' | 'known-hosts' | 'open-files';
  readonly name: Text;
  readonly ok: boolean;
  readonly detail: Text;
};

const NAMES: Readonly<Record<DoctorFact['about'], Text>> = {
  ssh: plain('ssh'),
  agent: text('agent', 'ssh-agent'),
  ssh2: plain('ssh2'),
  'known-hosts': plain('known_hosts'),
  'open-files': text('open files', '可打开文件数'),
};

const fact = (about: DoctorFact['about'], ok: boolean, detail: Text): DoctorFact => ({
  about,
  name: NAMES[about],
  ok,
  detail,
});

const AGENT_MS = 3_000;
/** Two descriptors a host and some for the program, for the largest cluster that is planned for. */
const FILES_WANTED = 2_200;

const sshBinary = async (env: TransportEnv): Promise<DoctorFact> => {
  const said = await run('ssh', ['-V'], env.vars);
  return said === null
    ? fact(
        'ssh',
        false,
        text(
          'no ssh binary: Match lines in ~/.ssh/config are left out',
          '没有 ssh 程序：~/.ssh/config 中的 Match 行不生效',
        ),
      )
    : fact('ssh', true, text(`found: ${said}`, `已找到：${said}`));
};

const agent = async ({clock, limits, vars}: TransportEnv): Promise<DoctorFact> => {
  const socket = vars.SSH_AUTH_SOCK;
  if (socket === undefined || socket === '')
    return fact(
      'agent',
      false,
      text('SSH_AUTH_SOCK is not set: only key files are used', '未设置 SSH_AUTH_SOCK：仅使用密钥文件'),
    );
  const answer = await agentKeys({socket, clock, ms: Math.min(AGENT_MS, limits.connectMs)});
  switch (answer.kind) {
    case 'none': {
      const said = quoted(answer.said);
      return fact(
        'agent',
        false,
        text(`no agent answers at ${socket}: ${said.en}`, `${socket} 上没有 ssh-agent 响应：${said.zh}`),
      );
    }
    case 'silent':
      return fact(
        'agent',
        false,
        text(`the agent at ${socket} does not answer`, `${socket} 上的 ssh-agent 没有响应`),
      );
    case 'keys': {
      const count = answer.keys.length;
      const usable = text(`${count} keys usable`, `可用密钥 ${count} 个`);
      if (answer.others.length === 0) return fact('agent', count > 0, usable);
      const types = quoted(answer.others.join(', '));
      return fact(
        'agent',
        count > 0,
        text(
          `${usable.en}; of types that lakeup cannot offer: ${types.en}`,
          `${usable.zh}；lakeup 无法使用的类型：${types.zh}`,
        ),
      );
    }
    default:
      return never(answer);
  }
};

const native = (): DoctorFact =>
  fact(
    'ssh2',
    true,
    ssh2Crypto.bindingAvailable
      ? text('with its native part', '已启用原生部分')
      : text(
          'without its native part (optional): a request costs about twice the CPU, still well below a millisecond',
          '未启用原生部分（可选）：每个请求占用的 CPU 时间约为两倍，仍远低于一毫秒',
        ),
  );

const knownHosts = async (env: TransportEnv): Promise<DoctorFact> => {
  const {knownHostsFiles} = await makeSettingsReader(env)({name: 'localhost', identityFiles: []});
  const read = await Promise.all(
    knownHostsFiles.map(async file => {
      const content = await readFile(file, 'utf8').catch(() => null);
      return content === null ? [] : [{file, keys: parseKnownHosts(content, file).length}];
    }),
  );
  const found = read.flat();
  return found.length === 0
    ? fact(
        'known-hosts',
        false,
        text(`none of ${knownHostsFiles.join(', ')} can be read`, `无法读取 ${knownHostsFiles.join('、')}`),
      )
    : fact(
        'known-hosts',
        true,
        text(
          `keys in ${found.map(({file, keys}) => `${file} (${keys})`).join(', ')}`,
          found.map(({file, keys}) => `${file} 中有 ${keys} 个密钥`).join('，'),
        ),
      );
};

/** The hard limit, to which node raises its own at start. */
const openFiles = async (): Promise<DoctorFact> => {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  if (hard === undefined)
    return fact('open-files', true, text('the limit cannot be read here', '此处无法读取上限'));
  if (hard === 'unlimited') return fact('open-files', true, text('no limit', '没有上限'));
  if (Number(hard) >= FILES_WANTED) return fact('open-files', true, text(`up to ${hard}`, `上限 ${hard}`));
  const hosts = Math.floor((Number(hard) - 200) / 2);
  return fact(
    'open-files',
    false,
    text(
      `up to ${hard}: enough for about ${hosts} hosts (ulimit -n)`,
      `上限 ${hard}：大约够 ${hosts} 台主机使用（\`ulimit -n\`）`,
    ),
  );
};

/** Looks at everything here that reaching hosts depends on. Connects to nothing but the agent. */
export const transportDoctor = async (env: TransportEnv): Promise<readonly DoctorFact[]> =>
  Promise.all([sshBinary(env), agent(env), native(), knownHosts(env), openFiles()]);
