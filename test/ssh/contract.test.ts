import {describe, expect, test} from 'vitest';
import {openTransport} from '../../src/transport/transport.ts';
import {clusterOf, hostOf, testEnv} from './fixtures.ts';
import {sshdMissing, startSshd} from './real-sshd.ts';
import {transportContract} from './transport-contract.ts';

const missing = sshdMissing();

if (missing === null)
  transportContract('ssh2 to a real sshd', async () => {
    const sshd = await startSshd();
    return {
      transport: openTransport(clusterOf(hostOf(sshd)), testEnv()),
      cut: sshd.killSessions,
      dir: sshd.dir,
      stop: sshd.stop,
    };
  });
else
  describe('the transport contract', () => {
    test.skip(`not tried on a real sshd: ${missing}`, () => expect(missing).toBeNull());
  });
