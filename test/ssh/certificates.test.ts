import {execFileSync} from 'node:child_process';
import {appendFile, copyFile, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {describeTrouble} from '../../src/model/trouble.ts';
import {openTransport} from '../../src/transport/transport.ts';
import {
  type Agent,
  fakeAgent,
  type Held,
  type RealAgent,
  securityKey,
  signatureOf,
  startAgent,
  unheardOf,
} from './agents.ts';
import {type HostFields, hostOf, hostsOf, LOCAL, look, testEnv} from './fixtures.ts';
import {makeKey, type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';

/*
 * Certificates and security keys, on a real sshd that takes nothing else: whoever gets in has really offered them.
 */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const IN = {kind: 'shell', stdout: 'in\n'};

describe.skipIf(sshdMissing() !== null)('a host that takes certificates alone', () => {
  let sshd: RealSshd;
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lakeup-certificates-'));
    makeKey(join(dir, 'ca'));
    sshd = await startSshd({config: `TrustedUserCAKeys ${dir}/ca.pub\nAuthorizedKeysFile none`});
  });
  afterAll(async () => {
    await sshd.stop();
    await rm(dir, {recursive: true, force: true});
  });

  const certify = (publicKey: string, ...more: readonly string[]) =>
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      join(dir, 'ca'),
      '-I',
      'me',
      '-n',
      sshd.user,
      ...more,
      publicKey,
    ]);
  /** A key in a folder of its own, with its certificate beside it. */
  const certified = async (type = 'ed25519', ...more: readonly string[]): Promise<string> => {
    const home = await mkdtemp(join(dir, 'key-'));
    makeKey(join(home, 'short'), type);
    certify(join(home, 'short.pub'), ...more);
    return join(home, 'short');
  };
  const agent = async (): Promise<RealAgent> => {
    const started = await startAgent();
    cleanups.push(started.stop);
    return started;
  };
  /** An agent that holds a certificate and no plain key; no file has the key any more. */
  const holding = async (key: string): Promise<RealAgent> => {
    const started = await agent();
    started.add('-q', key);
    started.add('-d', `${key}.pub`);
    expect(started.add('-l')).toMatch(/^[^\n]*-CERT\)\n$/);
    await rm(key);
    return started;
  };
  type Given = {
    readonly agent?: Agent;
    readonly identityFiles?: readonly string[];
    readonly config?: string;
    readonly host?: Partial<HostFields>;
  };
  const ask = async (given: Given, server = sshd) => {
    const home = await mkdtemp(join(dir, 'home-'));
    const sshConfig = given.config === undefined ? null : join(home, 'config');
    if (sshConfig !== null) await writeFile(sshConfig, given.config ?? '');
    const vars = {
      HOME: home,
      PATH: process.env.PATH,
      ...(given.agent === undefined ? {} : {SSH_AUTH_SOCK: given.agent.socket}),
    };
    const host = {...hostOf(server), identityFiles: given.identityFiles ?? [], ...given.host};
    const transport = openTransport(hostsOf(host), testEnv({}, {vars, sshConfig}));
    cleanups.push(transport.close);
    return transport.ask(LOCAL, look('echo in'));
  };
  const nothing = (en: string, zh: string) => ({
    kind: 'refused',
    trouble: 'no-credentials',
    detail: {en: expect.stringContaining(en), zh: expect.stringContaining(zh)},
  });

  test.each(['ed25519', 'ecdsa', 'rsa'])('an agent holds a certificate alone (%s)', async type => {
    const reply = await ask({agent: await holding(await certified(type))});
    expect(reply).toMatchObject(IN);
    expect(await sshd.log()).toMatch(new RegExp(`Accepted publickey for .* ${type.toUpperCase()}-CERT`));
  });

  test('an agent holds a certificate behind plain keys, as ssh-add puts them', async () => {
    const held = await agent();
    held.add('-q', await certified());
    expect(await ask({agent: held})).toMatchObject(IN);
  });

  test('only the certificate of the identity file is offered of many', async () => {
    const held = await agent();
    for (let i = 0; i < 8; i++) {
      const wrong = join(await mkdtemp(join(dir, 'wrong-')), 'wrong');
      makeKey(wrong);
      held.add('-q', wrong);
    }
    const key = await certified();
    held.add('-q', key);
    held.add('-d', `${key}.pub`);
    // The agent has it signed, however it is named: by the key, which is gone, or by its certificate.
    await rename(key, `${key}.away`);
    for (const named of [key, `${key}-cert.pub`])
      expect(await ask({agent: held, identityFiles: [named]}), named).toMatchObject(IN);
    await rm(`${key}-cert.pub`);
    expect(await ask({agent: held, identityFiles: [key]})).toMatchObject(IN);
  });

  test.each(['ed25519', 'ecdsa', 'rsa'])(
    'a key file with its certificate beside it, and no agent (%s)',
    async type => {
      expect(await ask({identityFiles: [await certified(type)]})).toMatchObject(IN);
    },
  );

  test('a certificate that was renewed meanwhile is the one that is offered', async () => {
    const key = await certified('ed25519', '-V', '20200101:20200102');
    const host = {...hostOf(sshd), identityFiles: [key]};
    const transport = openTransport(hostsOf(host), testEnv());
    cleanups.push(transport.close);
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject({trouble: 'login-refused'});
    certify(`${key}.pub`);
    transport.retryLogins();
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
  });

  describe('CertificateFile', () => {
    /** The certificate under a name that says nothing, away from its key. */
    const apart = async (): Promise<{readonly key: string; readonly certificate: string}> => {
      const key = await certified();
      const certificate = join(await mkdtemp(join(dir, 'apart-')), 'certificate');
      await rename(`${key}-cert.pub`, certificate);
      return {key, certificate};
    };

    test('with the key of a file', async () => {
      const {key, certificate} = await apart();
      expect(await ask({config: `IdentityFile ${key}\nCertificateFile ${certificate}\n`})).toMatchObject(IN);
    });

    test('with the key of an agent, also where no other of its keys is wanted', async () => {
      const {key, certificate} = await apart();
      const held = await agent();
      held.add('-q', key);
      await rename(key, `${key}.away`);
      for (const config of ['', 'IdentitiesOnly yes\n'])
        expect(await ask({agent: held, config: `${config}CertificateFile ${certificate}\n`})).toMatchObject(
          IN,
        );
    });

    test('which the agent holds itself', async () => {
      const key = await certified();
      const held = await holding(key);
      const config = `IdentitiesOnly yes\nIdentityFile ${dir}/none\nCertificateFile ${key}-cert.pub\n`;
      expect(await ask({agent: held, config})).toMatchObject(IN);
    });

    test('as `ssh -G` tells of it', async () => {
      const {key, certificate} = await apart();
      const config = `Match all\n  IdentityFile ${key}\n  CertificateFile ${certificate}\n`;
      expect(await ask({config})).toMatchObject(IN);
    });

    test('without its key, of a host, no certificate at all, or not there: said', async () => {
      const {key, certificate} = await apart();
      const other = await certified('ed25519', '-h');
      const empty = await agent();
      const told = (file: string) =>
        ask({agent: empty, config: `IdentityFile none\nCertificateFile ${file}\n`});
      expect(await told(certificate)).toMatchObject(
        nothing(
          `${certificate} is a certificate, and nobody holds its key`,
          `${certificate} 是证书，但没有与之对应的私钥`,
        ),
      );
      expect(await told(`${other}-cert.pub`)).toMatchObject(
        nothing(`${other}-cert.pub is a certificate of a host`, `${other}-cert.pub 是主机证书`),
      );
      expect(await told(`${key}.pub`)).toMatchObject(
        nothing(`${key}.pub is no certificate`, `${key}.pub 不是证书`),
      );
      expect(await told(`${key}.none`)).toMatchObject(
        nothing(`${key}.none does not exist`, `${key}.none 不存在`),
      );
    });
  });

  test('a certificate that is named as an identity file, and whose key nobody holds: said', async () => {
    const key = await certified();
    await rm(key);
    expect(await ask({identityFiles: [`${key}-cert.pub`]})).toMatchObject(
      nothing(`${key}-cert.pub is a certificate, and nobody holds its key`, '没有与之对应的私钥'),
    );
  });

  test('a certificate without its key: the advice is followed, and it goes on', async () => {
    const [key, held] = [await certified(), await agent()];
    await rename(key, `${key}.away`);
    const vars = {HOME: '/nonexistent', SSH_AUTH_SOCK: held.socket};
    const host = {...hostOf(sshd), identityFiles: [key]};
    const transport = openTransport(hostsOf(host), testEnv({}, {vars}));
    cleanups.push(transport.close);
    const reply = await transport.ask(LOCAL, look('echo in'));
    expect(reply).toMatchObject({
      trouble: 'no-credentials',
      detail: {en: expect.stringMatching(/nobody holds its key.*the agent holds no keys/)},
    });
    expect(describeTrouble('no-credentials').todo.en).toMatch(/load a key into the agent with ssh-add/);
    held.add('-q', `${key}.away`);
    transport.retryLogins();
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
  });

  test('a certificate whose key is named beside it gets in', async () => {
    const key = await certified();
    const away = join(await mkdtemp(join(dir, 'away-')), 'plain');
    await copyFile(key, away);
    await rm(key);
    expect(await ask({identityFiles: [`${key}-cert.pub`, away]})).toMatchObject(IN);
  });

  test('one that the host does not want is refused, and told as refused', async () => {
    const key = await certified('ed25519', '-n', 'somebody-else');
    expect(await ask({agent: await holding(key)})).toMatchObject({kind: 'refused', trouble: 'login-refused'});
  });

  test('an agent that is empty: the old words', async () => {
    expect(await ask({agent: await agent()})).toEqual({
      kind: 'refused',
      trouble: 'no-credentials',
      detail: {en: 'the agent holds no keys', zh: 'ssh-agent 中没有密钥'},
    });
  });

  describe('an agent that is made up', () => {
    const made = async (...held: readonly Held[]): Promise<Agent> => {
      const started = await fakeAgent(held);
      cleanups.push(started.stop);
      return started;
    };

    test('holds what nobody knows how to offer: said, by its types', async () => {
      const held = await made(unheardOf('ssh-xmss@openssh.com'), unheardOf('x'));
      expect(await ask({agent: held})).toEqual({
        kind: 'refused',
        trouble: 'no-credentials',
        detail: {
          en: 'the agent holds only keys of types that lakeup cannot offer: ssh-xmss@openssh.com, x',
          zh: 'ssh-agent 中只有 lakeup 无法使用的密钥类型：“ssh-xmss@openssh.com”、“x”',
        },
      });
    });

    test('holds a security key, by which a real sshd lets in', async () => {
      const key = securityKey();
      const server = await startSshd();
      cleanups.push(server.stop);
      await appendFile(join(server.dir, 'authorized_keys'), key.publicLine);
      expect(await ask({agent: await made(unheardOf('x'), key)}, server)).toMatchObject(IN);
      expect(await server.log()).toMatch(/Accepted publickey for .* ED25519-SK/);
      const named = join(await mkdtemp(join(dir, 'named-')), 'id');
      await writeFile(`${named}.pub`, key.publicLine);
      expect(await ask({agent: await made(key), identityFiles: [named]}, server)).toMatchObject(IN);
    });

    const certifiedKey = async (): Promise<Held> => {
      const key = securityKey();
      const home = await mkdtemp(join(dir, 'key-'));
      await writeFile(join(home, 'id.pub'), key.publicLine);
      await certify(join(home, 'id.pub'));
      const [, blob = ''] = (await readFile(join(home, 'id-cert.pub'), 'utf8')).split(' ');
      return {...key, blob: Buffer.from(blob, 'base64')};
    };

    test('holds the certificate of a security key', async () => {
      expect(await ask({agent: await made(await certifiedKey())})).toMatchObject(IN);
      expect(await sshd.log()).toMatch(/Accepted publickey for .* ED25519-SK-CERT/);
    });

    test('does not sign, or signs what is no signature: the next key is tried', async () => {
      const plain = await certified();
      for (const sign of [() => null, () => Buffer.from('no signature')]) {
        const held = await made({...(await certifiedKey()), sign});
        expect(await ask({agent: held, config: `IdentityFile ${plain}\n`})).toMatchObject(IN);
      }
    });

    test('signs when the connection is gone: told as dropped', async () => {
      const key = await certifiedKey();
      const sign = (data: Buffer) => {
        sshd.killSessions();
        return key.sign(data);
      };
      expect(await ask({agent: await made({...key, sign})})).toMatchObject({
        kind: 'refused',
        trouble: 'dropped',
      });
    });
  });
});

describe.skipIf(sshdMissing() !== null)('a host that takes plain keys', () => {
  test.each(['ed25519', 'ecdsa', 'rsa'])(
    'lets in by an agent that holds one beside its certificate (%s)',
    async type => {
      const [server, held] = [await startSshd(), await startAgent()];
      cleanups.push(server.stop, held.stop);
      const key = join(server.dir, 'short');
      makeKey(key, type);
      execFileSync('ssh-keygen', ['-q', '-s', server.identity, '-I', 'me', '-n', server.user, `${key}.pub`]);
      await writeFile(join(server.dir, 'authorized_keys'), await readFile(`${key}.pub`));
      held.add('-q', key);
      const vars = {HOME: '/nonexistent', SSH_AUTH_SOCK: held.socket};
      const transport = openTransport(hostsOf({...hostOf(server), identityFiles: []}), testEnv({}, {vars}));
      cleanups.push(transport.close);
      expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
      expect(await server.log()).toMatch(new RegExp(`Accepted publickey for .* ${type.toUpperCase()} `));
    },
  );

  test('tries the next key where an agent signs what is no signature of that type', async () => {
    const server = await startSshd();
    cleanups.push(server.stop);
    const [agents, own] = [join(server.dir, 'agents'), join(server.dir, 'own')];
    makeKey(agents, 'ecdsa');
    makeKey(own, 'ed25519');
    const [line, ownLine] = [await readFile(`${agents}.pub`, 'utf8'), await readFile(`${own}.pub`, 'utf8')];
    await writeFile(join(server.dir, 'authorized_keys'), `${line}${ownLine}`);
    const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
    const held = await fakeAgent([{blob, sign: () => signatureOf('ecdsa-sha2-nistp256', 'xx')}]);
    cleanups.push(held.stop);
    const vars = {HOME: '/nonexistent', SSH_AUTH_SOCK: held.socket};
    const env = testEnv({}, {vars, sshConfig: join(server.dir, 'config')});
    await writeFile(join(server.dir, 'config'), `IdentityFile ${own}\n`);
    const transport = openTransport(hostsOf({...hostOf(server), identityFiles: []}), env);
    cleanups.push(transport.close);
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
  });
});
