import {readFile} from 'node:fs/promises';
import ssh2Crypto from 'ssh2/lib/protocol/crypto.js';
import {type Text, text} from '../model/text.ts';
import {agentKeys} from './agent.ts';
import type {TransportEnv} from './env.ts';
import {parseKnownHosts} from './known-hosts.ts';
import {makeSettingsReader} from './settings.ts';
import {run} from './ssh-binary.ts';

/** One thing about this machine that decides whether hosts can be reached. `ok: false` is worth a look, not an error. */
export type DoctorFact = {readonly name: string; readonly ok: boolean; readonly detail: Text};

const AGENT_MS = 3_000;
/** Two descriptors a host and some for the program, for the largest cluster that is planned for. */
const FILES_WANTED = 2_200;

const sshBinary = async (env: TransportEnv): Promise<DoctorFact> => {
  const said = await run('ssh', ['-V'], env.vars);
  return said === null
    ? {
        name: 'ssh',
        ok: false,
        detail: text(
          'no ssh binary: Match lines in ~/.ssh/config are left out',
          '没有 ssh 程序：~/.ssh/config 中的 Match 行不生效',
        ),
      }
    : {name: 'ssh', ok: true, detail: text(`found: ${said}`, `已找到：${said}`)};
};

const agent = async ({clock, limits, vars}: TransportEnv): Promise<DoctorFact> => {
  const socket = vars.SSH_AUTH_SOCK;
  if (socket === undefined || socket === '')
    return {
      name: 'agent',
      ok: false,
      detail: text(
        'SSH_AUTH_SOCK is not set: only key files are used',
        '未设置 SSH_AUTH_SOCK：仅使用密钥文件',
      ),
    };
  const keys = await agentKeys(socket, clock, Math.min(AGENT_MS, limits.connectMs));
  if (typeof keys === 'string')
    return {
      name: 'agent',
      ok: false,
      detail: text(`no agent answers at ${socket}`, `${socket} 上没有代理响应`),
    };
  return {
    name: 'agent',
    ok: keys.length > 0,
    detail: text(`${keys.length} keys usable`, `可用密钥 ${keys.length} 个`),
  };
};

const native = (): DoctorFact =>
  ssh2Crypto.bindingAvailable
    ? {name: 'ssh2', ok: true, detail: text('with its native part', '已启用原生部分')}
    : {
        name: 'ssh2',
        ok: true,
        detail: text(
          'without its native part (optional): a request costs about twice the CPU, still well below a millisecond',
          '未启用原生部分（可选）：每个请求的 CPU 约为两倍，仍远低于一毫秒',
        ),
      };

const knownHosts = async (env: TransportEnv): Promise<DoctorFact> => {
  const {knownHostsFiles} = await makeSettingsReader(env)({name: 'localhost', identityFiles: []});
  const found = await Promise.all(
    knownHostsFiles.map(async file => {
      const content = await readFile(file, 'utf8').catch(() => null);
      return content === null ? [] : [`${file} (${parseKnownHosts(content, file).length})`];
    }),
  );
  const list = found.flat().join(', ');
  return list === ''
    ? {
        name: 'known_hosts',
        ok: false,
        detail: text(
          `none of ${knownHostsFiles.join(', ')} can be read`,
          `无法读取 ${knownHostsFiles.join('、')}`,
        ),
      }
    : {name: 'known_hosts', ok: true, detail: text(`keys in ${list}`, `密钥数：${list}`)};
};

/** The hard limit, to which node raises its own at start. */
const openFiles = async (): Promise<DoctorFact> => {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  if (hard === undefined)
    return {
      name: 'open files',
      ok: true,
      detail: text('the limit cannot be read here', '此处无法读取该限制'),
    };
  const ok = hard === 'unlimited' || Number(hard) >= FILES_WANTED;
  return {
    name: 'open files',
    ok,
    detail: ok
      ? text(`up to ${hard}`, `上限 ${hard}`)
      : text(
          `up to ${hard}: enough for about ${Math.floor((Number(hard) - 200) / 2)} hosts (ulimit -n)`,
          `上限 ${hard}：约够 ${Math.floor((Number(hard) - 200) / 2)} 台主机（ulimit -n）`,
        ),
  };
};

/** Looks at everything here that reaching hosts depends on. Connects to nothing but the agent. */
export const transportDoctor = async (env: TransportEnv): Promise<readonly DoctorFact[]> =>
  Promise.all([sshBinary(env), agent(env), native(), knownHosts(env), openFiles()]);
