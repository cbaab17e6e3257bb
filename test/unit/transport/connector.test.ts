import {expect, test} from 'vitest';
import type {Refused, Trouble} from '../../../src/model/ask.ts';
import {plain, type Text} from '../../../src/model/text.ts';
import type {Connection} from '../../../src/transport/connection.ts';
import {makeConnector} from '../../../src/transport/connector.ts';
import {noAddress, refused} from '../../../src/transport/replies.ts';
import {testEnv} from '../../ssh/fixtures.ts';

type Fake = Connection & {readonly retired: () => boolean; end(): void};

/** A connection that stands until it is ended; one that was retired ends only then, as one with a channel in use. */
const fakeConnection = (): Fake => {
  const listeners = new Set<(reason: Text) => void>();
  let retired = false;
  const end = () => {
    for (const listener of listeners) listener(plain('ended'));
    listeners.clear();
  };
  return {
    alive: () => true,
    onClose: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exec: async () => noAddress,
    forward: async () => noAddress,
    hold: () => () => undefined,
    retire: () => {
      retired = true;
    },
    close: end,
    retired: () => retired,
    end,
  };
};

/** A connector whose attempts end as the test says, one after the other. */
const setUp = () => {
  const attempts: PromiseWithResolvers<Connection | Refused>[] = [];
  const statuses: string[] = [];
  const connector = makeConnector({
    env: testEnv({backoffMs: 600_000, backoffMaxMs: 600_000}, {chance: () => 1}),
    connect: () => {
      const attempt = Promise.withResolvers<Connection | Refused>();
      attempts.push(attempt);
      return attempt.promise;
    },
    knownStamp: async () => 'as it was',
    report: status => statuses.push(status),
  });
  const end = async (i: number, result: Connection | Refused) => {
    await expect.poll(() => attempts.length).toBeGreaterThan(i);
    attempts[i]?.resolve(result);
  };
  return {connector, attempts, statuses, end};
};

const no = (trouble: Trouble): Refused => refused(trouble, plain(trouble));

test.each(['login-refused', 'agent-waits', 'host-key-changed'] as const)(
  '%s stands, and costs no second try',
  async trouble => {
    const {connector, attempts, end} = setUp();
    void end(0, no(trouble));
    expect(await connector.connected()).toEqual(no(trouble));
    expect(await connector.connected()).toEqual(no(trouble));
    expect(attempts.length).toBe(1);
  },
);

test.each(['login-refused', 'host-key-changed', 'unreachable'] as const)(
  '%s of an attempt that had begun before the retry is not the answer',
  async trouble => {
    const {connector, attempts, statuses, end} = setUp();
    const asked = connector.connected();
    await expect.poll(() => attempts.length).toBe(1);
    expect(connector.retry()).toBe(false);
    const made = fakeConnection();
    void end(0, no(trouble));
    void end(1, made);
    expect(await asked).toBe(made);
    expect(statuses).toEqual(['connecting', 'connecting', 'up']);
  },
);

test('an sshd that closes a try which had begun before the retry is asked again at once', async () => {
  const {connector, attempts, end} = setUp();
  const asked = connector.connected();
  await expect.poll(() => attempts.length).toBe(1);
  connector.retry();
  const made = fakeConnection();
  void end(0, no('closed-before-handshake'));
  void end(1, made);
  expect(await asked).toBe(made);
});

test('an attempt that begins after the retry is the answer, whatever it comes to', async () => {
  const {connector, attempts, end} = setUp();
  void end(0, no('login-refused'));
  await connector.connected();
  connector.retry();
  void end(1, no('login-refused'));
  expect(await connector.connected()).toEqual(no('login-refused'));
  expect(await connector.connected()).toEqual(no('login-refused'));
  expect(attempts.length).toBe(2);
});

test.each(['channel-refused', 'forward-denied', 'no-shell'] as const)(
  '%s: the connection is given up by a retry, ends in its own time, and is made anew',
  async trouble => {
    const {connector, statuses, end} = setUp();
    const [old, made] = [fakeConnection(), fakeConnection()];
    void end(0, old);
    await connector.connected();
    connector.heard(old, no(trouble));
    expect(connector.current()).toBe(old);
    expect(connector.retry()).toBe(true);
    expect([connector.current(), old.retired()]).toEqual([null, true]);
    void end(1, made);
    expect(await connector.connected()).toBe(made);
    old.end();
    expect(connector.current()).toBe(made);
    expect(statuses).toEqual(['connecting', 'up', 'down', 'connecting', 'up']);
    expect(connector.retry()).toBe(false);
  },
);

test('a port that is shut is no reason to make the connection anew', async () => {
  const {connector, end} = setUp();
  const made = fakeConnection();
  void end(0, made);
  await connector.connected();
  connector.heard(made, no('port-refused'));
  expect(connector.retry()).toBe(false);
  expect([connector.current(), made.retired()]).toEqual([made, false]);
});

test('closing ends what was given up too, and a retry opens nothing after it', async () => {
  const {connector, attempts, end} = setUp();
  const old = fakeConnection();
  let ended = false;
  old.onClose(() => {
    ended = true;
  });
  void end(0, old);
  await connector.connected();
  connector.heard(old, no('channel-refused'));
  connector.retry();
  connector.close();
  expect(ended).toBe(true);
  connector.retry();
  expect(await connector.connected()).toMatchObject({trouble: 'cancelled'});
  expect(attempts.length).toBe(1);
});
