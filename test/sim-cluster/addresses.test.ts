import {expect, test} from 'vitest';
import {canListen, freePorts} from '../../src/sim/addresses.ts';

const HOST = '127.0.0.1';
/** Linux lends ports from here on to outgoing connections. */
const LENT_FROM = 32_768;

test('free ports are different ones, nobody listens there, and none is lent to an outgoing connection', async () => {
  const ports = await freePorts(HOST, 200);
  expect(new Set(ports).size).toBe(200);
  expect(ports.filter(port => port < 1024 || port >= LENT_FROM)).toEqual([]);
  expect(await Promise.all(ports.map(port => canListen(HOST, port)))).not.toContain(false);
});

test('more ports than there are: said, instead of fewer handed out', async () => {
  await expect(freePorts(HOST, LENT_FROM)).rejects.toThrow(/no 32768 free ports/);
});
