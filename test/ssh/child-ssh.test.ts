import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {HostId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import type {Transport} from '../../src/model/world.ts';
import {makeCopies} from '../../src/transport/copies.ts';
import {openFar} from '../../src/transport/far.ts';
import {makeShell} from '../../src/transport/shell.ts';
import {openLoop, type Pipes, replyText} from '../../src/transport/shell-loop.ts';
import {realClock, testEnv} from './fixtures.ts';
import {type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';
import {transportContract} from './transport-contract.ts';

const missing = sshdMissing() ?? (spawnSync('ssh', ['-V']).status === 0 ? null : 'no ssh binary here');

const pipesOf = (child: ChildProcess): Pipes => {
  const {stdin, stdout, stderr} = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a child without pipes');
  return {
    stdin,
    stdout,
    stderr,
    onEnd: listener => void child.once('close', code => listener(plain(`ssh ended with exit code ${code}`))),
    drop: () => void child.kill('SIGKILL'),
  };
};

/** The loop, its shells and copies over `ssh -T HOST 'exec sh'`: no ports. Nothing in them knows about ssh2. */
const childTransport = (sshd: RealSshd): Transport => {
  const args = [
    '-T',
    '-F',
    'none',
    '-o',
    'BatchMode=yes',
    '-o',
    `UserKnownHostsFile=${sshd.knownHosts}`,
    '-i',
    sshd.identity,
  ];
  let count = 0;
  const login = () =>
    pipesOf(spawn('ssh', [...args, '-p', String(sshd.port), `${sshd.user}@${sshd.host}`, 'exec sh']));
  const open = () => {
    return openLoop(login(), {
      clock: realClock,
      nonce: `lakeup-child-${count++}`,
      readyMs: 60_000,
      noiseBytes: 4_096,
    });
  };
  const shells = {
    look: makeShell({clock: realClock, queueMs: 60_000, open}),
    act: makeShell({clock: realClock, queueMs: 60_000, open}),
  };
  const ask = async (_: HostId, request: Request, signal?: AbortSignal): Promise<ReplyTo<Request>> => {
    if (request.kind !== 'shell')
      return {kind: 'refused', trouble: 'forward-denied', detail: plain('shell requests only')};
    const {shell} = request;
    const sent = {...request, kill: shell === 'look'};
    const reply = await (shell === 'behind'
      ? shells.act.behind(sent, signal)
      : shells[shell].run(sent, signal));
    return reply.kind === 'reply' ? {kind: 'shell', code: reply.code, ...replyText(reply), ms: 0} : reply;
  };
  return {
    ask: <R extends Request>(host: HostId, request: R, signal?: AbortSignal) =>
      ask(host, request, signal) as Promise<ReplyTo<R>>,
    copy: makeCopies(testEnv(), (_, mark, signal) =>
      openFar(login(), {clock: realClock, mark, readyMs: 60_000, signal}),
    ),
    retryLogins: () => undefined,
    close: async () => {
      shells.look.drop();
      shells.act.drop();
    },
  };
};

if (missing === null)
  transportContract('a child ssh to a real sshd', async () => {
    const sshd = await startSshd();
    return {transport: childTransport(sshd), cut: sshd.killSessions, dir: sshd.dir, stop: sshd.stop};
  });
else
  describe('the transport contract', () => {
    test.skip(`not tried on a child ssh: ${missing}`, () => expect(missing).toBeNull());
  });
