import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openTransport} from '../../src/transport/transport.ts';
import {holdLimit, hostOf, hostsOf, LOCAL, look, testEnv, until} from './fixtures.ts';
import {sshdMissing, startSshd} from './real-sshd.ts';
import {transportContract} from './transport-contract.ts';

const missing = sshdMissing();

if (missing === null)
  transportContract('ssh2 to a real sshd', async () => {
    const sshd = await startSshd();
    return {
      transport: openTransport(hostsOf(hostOf(sshd)), testEnv()),
      cut: sshd.killSessions,
      dir: sshd.dir,
      stop: sshd.stop,
    };
  });
else
  describe('the transport contract', () => {
    test.skip(`not tried on a real sshd: ${missing}`, () => expect(missing).toBeNull());
  });

test.skipIf(missing !== null)('a look that is over its time is ended on the host too', async () => {
  const sshd = await startSshd();
  const limit = holdLimit();
  const transport = openTransport(hostsOf(hostOf(sshd)), testEnv({}, {clock: limit.clock}));
  try {
    const written = join(sshd.dir, 'written');
    const script = `echo $$ >${sshd.dir}/pid; : >${written}; while [ -d ${sshd.dir} ]; do sleep 0.2; done`;
    const asked = transport.ask(LOCAL, look(script, {timeoutMs: limit.ms}));
    await until(() => existsSync(written), 'the look to begin');
    await limit.runOut();
    expect(await asked).toMatchObject({kind: 'lost', trouble: 'timeout'});
    const pid = Number(await readFile(join(sshd.dir, 'pid'), 'utf8'));
    await until(() => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    }, 'the shell to end');
  } finally {
    await transport.close();
    await sshd.stop();
  }
});
