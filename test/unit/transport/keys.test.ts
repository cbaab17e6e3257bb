import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, expect, test} from 'vitest';
import {transportDoctor} from '../../../src/transport/doctor.ts';
import {makeKeyRing} from '../../../src/transport/keys.ts';
import type {Settings} from '../../../src/transport/settings.ts';
import {testEnv} from '../../ssh/fixtures.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-keys-'));
const open: net.Server[] = [];
const sockets = new Set<net.Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});
afterAll(() => rmSync(dir, {recursive: true, force: true}));

/** An agent that takes connections and never says a word, as one on a dead forwarded socket does. */
const muteAgent = async (): Promise<string> => {
  const path = join(dir, `mute-${open.length}`);
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    // Without a reader the end of the other side would never be seen.
    socket.resume();
  });
  open.push(server);
  await new Promise<void>(resolve => server.listen(path, resolve));
  return path;
};

const settings = (agentSocket: string): Settings => ({
  name: 'h',
  address: '127.0.0.1',
  port: 22,
  user: 'u',
  identityFiles: [],
  certificateFiles: [],
  identitiesOnly: false,
  agentSocket,
  knownHostsFiles: [],
  keyAlias: null,
  jumps: [],
  proxyCommand: null,
  knownHostsCommand: null,
});

test('an agent that never answers is given up after the limit of a connect, and its socket is closed', async () => {
  const socket = await muteAgent();
  const env = testEnv({connectMs: 200});
  expect(await makeKeyRing(env)(settings(socket))).toEqual({
    kind: 'refused',
    trouble: 'no-credentials',
    detail: {
      en: `the agent at ${socket} did not answer within 0.2 s`,
      zh: `${socket} 上的 ssh-agent 在 0.2 秒内没有响应`,
    },
  });
  await expect.poll(() => sockets.size).toBe(0);
});

test('doctor does not wait for it either', async () => {
  const socket = await muteAgent();
  const env = testEnv(
    {connectMs: 200},
    {vars: {HOME: dir, PATH: dir, SSH_AUTH_SOCK: socket}, sshConfig: null},
  );
  const facts = await transportDoctor(env);
  expect(facts.find(({about}) => about === 'agent')).toMatchObject({
    ok: false,
    detail: {en: expect.stringContaining(socket)},
  });
});
