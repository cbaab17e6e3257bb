import {execFileSync} from 'node:child_process';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {HostId} from '../../src/model/ids.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {hostOf, hostsOf, LOCAL, look, type NamedHost, RELAY, testEnv, until} from './fixtures.ts';
import {type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';

const ok = look('echo in');
const IN = {kind: 'shell', stdout: 'in\n'};

describe.skipIf(sshdMissing() !== null)('commands of ssh’s configuration, on a real sshd', () => {
  let sshd: RealSshd;
  let dir: string;
  const cleanups: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    sshd = await startSshd();
    dir = await mkdtemp(join(tmpdir(), 'lakeup-commands-'));
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
  afterAll(async () => {
    await sshd.stop();
    await rm(dir, {recursive: true, force: true});
  });

  const configured = async (
    config: string,
    host: NamedHost = hostOf(sshd),
    limits: Parameters<typeof testEnv>[0] = {},
  ): Promise<SshTransport> => {
    const file = join(dir, 'config');
    await writeFile(file, config);
    const transport = openTransport(hostsOf(host), testEnv(limits, {sshConfig: file}));
    cleanups.push(transport.close);
    return transport;
  };
  const relay = () => `${process.execPath} -e "${RELAY}"`;
  const runs = (marker: string): boolean =>
    execFileSync('ps', ['-ewwo', 'args'], {encoding: 'utf8'}).includes(marker);
  const refusal = {kind: 'refused', trouble: 'config-command'};
  const saying = (words: RegExp) => ({...refusal, detail: {en: expect.stringMatching(words)}});

  describe('ProxyCommand', () => {
    test('makes the connection, and ends with it', async () => {
      const transport = await configured(`ProxyCommand ${relay()} %h %p relay-one-%n-%r\n`);
      expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
      const marker = `relay-one-127.0.0.1-${sshd.user}`;
      expect(runs(marker)).toBe(true);
      await transport.close();
      await until(() => !runs(marker), 'the end of the command');
    });

    test('may be an ssh to a bastion', async () => {
      const bastion = await startSshd();
      cleanups.push(bastion.stop);
      const by = `ssh -q -F none -o UserKnownHostsFile=${bastion.knownHosts} -i ${bastion.identity} -p ${bastion.port}`;
      const transport = await configured(`ProxyCommand ${by} -W %h:%p ${bastion.user}@${bastion.host}\n`);
      expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
      expect(await bastion.log()).toContain('Accepted publickey');
    });

    test('leads to the first of several jump hosts as well', async () => {
      const bastion = await startSshd();
      cleanups.push(bastion.stop);
      const transport = await configured(
        `Host bastion
  HostName ${bastion.host}
  Port ${bastion.port}
  IdentityFile ${bastion.identity}
  UserKnownHostsFile ${bastion.knownHosts}
  ProxyCommand ${relay()} %h %p
Host target
  HostName ${sshd.host}
  ProxyJump bastion
  ProxyCommand /bin/false
`,
        {...hostOf(sshd), id: 'target'},
      );
      expect(await transport.ask(HostId.parse('target'), ok)).toMatchObject(IN);
      expect(await bastion.log()).toContain('Accepted publickey');
    });

    test.each([
      [
        'that fails',
        'sh -c "echo no way to %h >&2; exit 3"',
        /ended with exit code 3: no way to 127\.0\.0\.1/,
      ],
      ['that is not there', '/nonexistent/relay %h', /ended with exit code 127: .*nonexistent/],
      ['that asks on the terminal', `sh -c 'read x </dev/tty || exit 9'`, /ended with exit code 9: .*tty/],
      ['with a token that is none', 'relay %h %z', /%z is no token/],
    ])('%s is told with what it said, once', async (_, command, says) => {
      const transport = await configured(`ProxyCommand ${command}\n`);
      expect(await transport.ask(LOCAL, ok)).toMatchObject(saying(says));
    });

    test('that says nothing is ended at the limit', async () => {
      const transport = await configured(
        `ProxyCommand sh -c 'echo waiting for the gate >&2; sleep 600' relay-mute\n`,
        hostOf(sshd),
        {connectMs: 1_500},
      );
      expect(await transport.ask(LOCAL, ok)).toMatchObject({
        kind: 'refused',
        trouble: 'timeout',
        detail: {en: expect.stringMatching(/no SSH handshake within.*waiting for the gate/)},
      });
      await until(() => !runs('relay-mute'), 'the end of the command');
    });

    test('is given no name that a shell would act on', async () => {
      const transport = await configured(
        `Host be-1\n  HostName x$(touch\${IFS}${dir}/harmed)\nHost *\n  ProxyCommand ${relay()} %h %p\n`,
        {...hostOf(sshd), id: 'be-1'},
      );
      expect(await transport.ask(HostId.parse('be-1'), ok)).toMatchObject(saying(/a shell would act on/));
    });

    test('the host’s own refusals stay what they are', async () => {
      const transport = await configured(`ProxyCommand ${relay()} %h %p\n`, {
        ...hostOf(sshd),
        user: 'nobody-here',
      });
      expect(await transport.ask(LOCAL, ok)).toMatchObject({kind: 'refused', trouble: 'login-refused'});
    });
  });

  describe('KnownHostsCommand', () => {
    const program = async (body: string): Promise<string> => {
      const file = join(dir, 'known keys');
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
      return `"${file}"`;
    };
    /** As far as the command says alone who the host is. */
    const host = () => {
      const {knownHostsFile: _, ...others} = hostOf(sshd);
      return others;
    };
    const asked = async (body: string, args = '%H') =>
      (
        await configured(
          `UserKnownHostsFile /dev/null\nGlobalKnownHostsFile /dev/null\nKnownHostsCommand ${await program(body)} ${args}\n`,
          host(),
        )
      ).ask(LOCAL, ok);
    const key = async () =>
      (await readFile(join(sshd.dir, 'host_key.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');

    test('says which key the host has', async () => {
      expect(await asked(`echo "$1 ${await key()}"`)).toMatchObject(IN);
    });

    test('sees the key where it asks for it', async () => {
      const body = `[ "$1" = HOSTNAME ] && [ "$4" = "${(await key()).replace(' ', '" ] && [ "$5" = "')}" ] && echo "$2 $4 $5"\nexit 0`;
      expect(await asked(body, '%I %H %f %t %K')).toMatchObject(IN);
    });

    test('can revoke what it has told before', async () => {
      const body = `echo "$2 ${await key()}"; [ "$1" = ORDER ] || echo "@revoked $2 ${await key()}"`;
      expect(await asked(body, '%I %H')).toMatchObject({kind: 'refused', trouble: 'host-key-revoked'});
    });

    test.each([
      ['that says nothing knows nothing', 'exit 0', 'host-key-unknown', /KnownHostsCommand/],
      [
        'of another key tells of a change',
        'echo "$1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"',
        'host-key-changed',
        /KnownHostsCommand:1/,
      ],
      [
        'that fails ends the attempt',
        'echo directory is away >&2; exit 2',
        'config-command',
        /exit code 2: directory is away/,
      ],
    ])('one %s', async (_, body, trouble, says) => {
      expect(await asked(body)).toMatchObject({
        kind: 'refused',
        trouble,
        detail: {en: expect.stringMatching(says)},
      });
    });

    test('that prints without end is told of as that, and not as one that is late', async () => {
      expect(await asked('yes "$(printf %1000s)" | head -c 5000000')).toMatchObject(
        saying(/printed more than 4\.0 MiB/),
      );
    });

    test('is asked for no more hosts at once than are dialled at once', async () => {
      const names = Array.from({length: 12}, (_, i) => `many-${i}`);
      const counts = join(dir, 'at once');
      await mkdir(join(dir, 'asking'));
      // Each says how many there are, itself among them, and stays until it was seen by whoever began beside it.
      const body = `: >"${dir}/asking/$$"; ls "${dir}/asking" | wc -l >>"${counts}"; ls "${dir}" >/dev/null
rm "${dir}/asking/$$"; echo "$1 ${await key()}"`;
      const file = join(dir, 'config');
      await writeFile(
        file,
        `Host many-*\n  HostName ${sshd.host}\nHost *\n  UserKnownHostsFile /dev/null\n  GlobalKnownHostsFile /dev/null\n  KnownHostsCommand ${await program(body)} %H\n`,
      );
      const hosts = names.flatMap(id => hostsOf({...host(), id}));
      const transport = openTransport(hosts, testEnv({handshakes: 2}, {sshConfig: file}));
      cleanups.push(transport.close);
      const told = await Promise.all(names.map(name => transport.ask(HostId.parse(name), ok)));
      expect(told).toMatchObject(names.map(() => IN));
      const most = Math.max(...(await readFile(counts, 'utf8')).trim().split('\n').map(Number));
      expect(most).toBeLessThanOrEqual(2);
    });

    test('has to be named by its whole path, as with ssh', async () => {
      const transport = await configured('KnownHostsCommand known-keys %H\n', host());
      expect(await transport.ask(LOCAL, ok)).toMatchObject(saying(/absolute path/));
    });
  });
});
