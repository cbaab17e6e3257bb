import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {Transport} from '../../src/model/world.ts';
import {makeLane} from '../../src/transport/lane.ts';
import {openLoop, type Pipes, replyText} from '../../src/transport/shell-loop.ts';
import {realClock} from './fixtures.ts';
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
    onEnd: listener => void child.once('close', code => listener(`ssh ended with exit code ${code}`)),
    drop: () => void child.kill('SIGKILL'),
  };
};

/** The loop and its lanes over `ssh -T HOST 'exec sh'`: shell requests only. Nothing in them knows about ssh2. */
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
  const open = () => {
    const child = spawn('ssh', [...args, '-p', String(sshd.port), `${sshd.user}@${sshd.host}`, 'exec sh']);
    return openLoop(pipesOf(child), {
      clock: realClock,
      nonce: `lakeup-child-${count++}`,
      readyMs: 60_000,
      noiseBytes: 4_096,
    });
  };
  const lanes = {
    look: makeLane({clock: realClock, lineMs: 60_000, open}),
    act: makeLane({clock: realClock, lineMs: 60_000, open}),
  };
  const ask = async (_: NodeId, request: Request, signal?: AbortSignal): Promise<ReplyTo<Request>> => {
    if (request.kind !== 'shell')
      return {kind: 'refused', trouble: 'forward-denied', detail: 'shell requests only'};
    const reply = await lanes[request.lane].run({...request, kill: request.lane === 'look'}, signal);
    return reply.kind === 'reply' ? {kind: 'shell', code: reply.code, ...replyText(reply), ms: 0} : reply;
  };
  return {
    ask: <R extends Request>(node: NodeId, request: R, signal?: AbortSignal) =>
      ask(node, request, signal) as Promise<ReplyTo<R>>,
    close: async () => {
      lanes.look.drop();
      lanes.act.drop();
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
