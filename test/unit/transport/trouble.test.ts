import {describe, expect, test} from 'vitest';
import {type Refused, TROUBLES, type Trouble} from '../../../src/model/ask.ts';
import {text} from '../../../src/model/text.ts';
import {describeTrouble} from '../../../src/model/trouble.ts';
import {backOffMs} from '../../../src/transport/back-off.ts';
import {DEFAULT_LIMITS} from '../../../src/transport/env.ts';
import {makeSlots} from '../../../src/transport/slots.ts';
import {
  channelTrouble,
  connectTrouble,
  jumpTrouble,
  onwardTrouble,
  socketTrouble,
} from '../../../src/transport/ssh-trouble.ts';

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const WHO = {user: 'doris', name: 'be-1'};

test('every trouble has its own words, in both languages', () => {
  const seen = new Set<string>();
  for (const trouble of TROUBLES) {
    const {what, todo} = describeTrouble(trouble);
    for (const words of [what.en, what.zh, todo.en, todo.zh]) expect(words.length).toBeGreaterThan(3);
    for (const words of [what.zh, todo.zh]) expect(words).toMatch(/[\u4e00-\u9fff].*。$/s);
    seen.add(what.en);
  }
  expect(seen.size).toBe(TROUBLES.length);
});

describe('what ssh2 says, told apart', () => {
  test.each([
    ['ECONNREFUSED', 'connect-refused'],
    ['ENOTFOUND', 'name-unknown'],
    ['EAI_AGAIN', 'name-unknown'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'unreachable'],
    ['ECONNRESET', 'closed-before-handshake'],
    ['EWHATEVER', 'unreachable'],
  ])('socket %s', (code, trouble) => {
    expect(socketTrouble(error('x', {code}))).toMatchObject({kind: 'refused', trouble});
  });

  test('a name with several addresses: what each of them said', () => {
    const several = new AggregateError([error('connect ::1'), error('connect 127.0.0.1')]);
    expect(socketTrouble(Object.assign(several, {code: 'ECONNREFUSED'}))).toMatchObject({
      trouble: 'connect-refused',
      detail: {en: 'connect ::1; connect 127.0.0.1'},
    });
  });

  test.each([
    [
      'greeting',
      error('Connection lost before handshake', {level: 'protocol'}),
      null,
      'closed-before-handshake',
    ],
    ['greeting', error('read ECONNRESET', {level: 'client-socket'}), null, 'closed-before-handshake'],
    ['greeting', null, null, 'closed-before-handshake'],
    [
      'greeting',
      error('Handshake failed: no matching key exchange algorithm', {level: 'handshake'}),
      null,
      'handshake-failed',
    ],
    ['greeting', null, 20_000, 'timeout'],
    [
      'login',
      error('All configured authentication methods failed', {level: 'client-authentication'}),
      null,
      'login-refused',
    ],
    ['login', error('Too many authentication failures', {code: 2}), null, 'login-refused'],
    ['login', error('read ECONNRESET', {level: 'client-socket'}), null, 'dropped'],
    ['login', null, null, 'dropped'],
    ['login', null, 20_000, 'timeout'],
  ] as const)('%s: %s', (stage, said, limit, trouble) => {
    expect(connectTrouble(stage, said, WHO, limit)).toMatchObject({kind: 'refused', trouble});
  });

  test.each([
    ['(SSH) Channel open failure: open failed', 1, 'forward-denied'],
    ['(SSH) Channel open failure: Connection refused', 2, 'port-refused'],
    ['(SSH) Channel open failure: open failed', 2, 'channel-refused'],
    ['(SSH) Channel open failure: Name or service not known', 2, 'name-unknown'],
    ['(SSH) Channel open failure: Connection timed out', 2, 'unreachable'],
    ['(SSH) Channel open failure: No route to host', 2, 'unreachable'],
    ['No response from server', undefined, 'dropped'],
    ['Unable to exec', undefined, 'channel-refused'],
  ])('channel %s (%s)', (message, reason, trouble) => {
    expect(channelTrouble(error(message, {reason}))).toMatchObject({kind: 'refused', trouble});
  });

  describe('beyond a jump host', () => {
    const via = {name: 'bastion', address: '10.0.0.5', port: 2222, user: 'ops'};
    const to = {address: '10.0.0.7', port: 22};
    const met = (trouble: Trouble): Refused => ({kind: 'refused', trouble, detail: text('x', '某')});
    const through = {en: 'through bastion: x', zh: '经由 bastion：某'};

    test.each([
      ['port-refused', 'connect-refused'],
      ['channel-refused', 'unreachable'],
      ['name-unknown', 'name-unknown'],
    ] as const)('%s is %s', (trouble, meant) => {
      expect(onwardTrouble(met(trouble), via, to)).toEqual({
        kind: 'refused',
        trouble: meant,
        detail: through,
      });
    });

    test('one that forbids it is named with its address, and what it forbids', () => {
      expect(onwardTrouble(met('forward-denied'), via, to)).toEqual({
        kind: 'refused',
        trouble: 'jump-denied',
        detail: {
          en: 'bastion (10.0.0.5:2222) forbids ops a connection to 10.0.0.7:22: x',
          zh: 'bastion（10.0.0.5:2222）禁止用户 ops 连接 10.0.0.7:22：某',
        },
      });
    });

    test('its own trouble stays what it is', () => {
      for (const trouble of ['jump-denied', 'connect-refused', 'login-refused'] as const)
        expect(jumpTrouble(met(trouble), via)).toEqual({kind: 'refused', trouble, detail: through});
    });
  });
});

test('back-off doubles up to its bound, by chance from nothing to all of it', () => {
  expect([0, 1, 2, 3, 5, 6, 60].map(k => backOffMs(k, () => 1, DEFAULT_LIMITS))).toEqual([
    200, 400, 800, 1_600, 6_400, 8_000, 8_000,
  ]);
  expect(backOffMs(6, () => 0, DEFAULT_LIMITS)).toBe(0);
});

describe('places', () => {
  test('are given in order, never more than there are, and a release counts once', async () => {
    const slots = makeSlots(2);
    const order: number[] = [];
    const take = async (i: number) => {
      const release = await slots.take();
      order.push(i);
      return release;
    };
    const [first, second] = await Promise.all([take(1), take(2)]);
    const third = take(3);
    const fourth = take(4);
    expect(slots.tryTake()).toBeNull();
    first();
    first();
    (await third)();
    const last = await fourth;
    expect(order).toEqual([1, 2, 3, 4]);
    expect(slots.taken()).toBe(2);
    second();
    last();
    expect(slots.taken()).toBe(0);
  });
});
