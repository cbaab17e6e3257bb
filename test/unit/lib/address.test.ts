import {isIP, SocketAddress} from 'node:net';
import {describe, expect, test} from 'vitest';
import {canonicalAddress, placeOf, sameAddress} from '../../../src/lib/address.ts';

describe('one address in several spellings', () => {
  test.each([
    ['2001:db8::b', '2001:db8:0:0:0:0:0:b'],
    ['2001:DB8::B', '2001:0db8:0000:0000:0000:0000:0000:000b'],
    ['[2001:db8::b]', '2001:db8::b'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['fe-1.lake.example', 'FE-1.Lake.Example'],
    ['fe-1.lake.example.', 'fe-1.lake.example'],
    [' 10.0.0.1 ', '10.0.0.1'],
  ])('%s is %s', (a, b) => {
    expect(sameAddress(a, b)).toBe(true);
    expect(sameAddress(b, a)).toBe(true);
    expect(canonicalAddress(canonicalAddress(a))).toBe(canonicalAddress(a));
  });

  test.each([
    ['2001:db8::b', '2001:db8::b0'],
    ['2001:db8::b', '2001:db8:b::'],
    ['10.0.0.1', '10.0.0.10'],
    ['::ffff:10.0.0.1', '::10.0.0.1'],
    ['fe-1', 'fe-1.lake.example'],
    ['fe-1.lake.example', 'fe-11.lake.example'],
    ['::ffff:10.0.0.256', '10.0.1.0'],
    ['a:b', 'b:a'],
    ['1::2::3', '1::3'],
    ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:0'],
  ])('%s is not %s', (a, b) => {
    expect(sameAddress(a, b)).toBe(false);
  });

  test('IPv6 is spelled as everybody else spells it', () => {
    const groups = ['0', '0', '1', 'db8', 'ffff', '0', 'a', '10'];
    for (let seed = 0; seed < 500; seed += 1) {
      const address = groups.map((_, i) => groups[(seed * 7 + i * (seed % 5)) % 8] ?? '0').join(':');
      expect(isIP(address)).toBe(6);
      const spelled = new SocketAddress({address, family: 'ipv6'}).address;
      expect(canonicalAddress(address)).toBe(spelled.replace(/^::ffff:(?=\d+\.)/, ''));
    }
  });

  test.each([
    ['10.0.0.1', '10.0.0.1:9010'],
    ['2001:db8:0:0:0:0:0:b', '[2001:db8::b]:9010'],
    ['FE-1.', 'fe-1:9010'],
  ])('%s with a port is %s', (address, place) => {
    expect(placeOf(address, 9010)).toBe(place);
  });
});
