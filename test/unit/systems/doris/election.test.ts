import {describe, expect, test} from 'vitest';
import {parseHaMaster} from '../../../../src/systems/doris/parse/http.ts';
import {readText} from './recorded.ts';

/** SHOW_HA of every frontend while the master stops: 20 until 3.3 s, then 19, which is ready at 8.7 s. */
const lines = readText('4.1.0-cloud/events/D2-SHOW_HA-while-master-stops.txt')
  .split('\n')
  .flatMap(line => {
    const [, at, last, body] = /^ *([\d.]+)s (\d+) (\{.*\})$/.exec(line) ?? [];
    return at === undefined || last === undefined || body === undefined
      ? []
      : [{at: Number(at), last: Number(last), body, master: parseHaMaster(body)}];
  });

const role = (body: string): string => /"role":"(\w+)"/.exec(body)?.[1] ?? '';

describe('SHOW_HA while the master stops', () => {
  test('every answer is read', () => expect(lines.length).toBeGreaterThan(15));

  test('an address is named, or nobody', () => {
    for (const {master} of lines) expect([null, '10.89.0.20', '10.89.0.19']).toContain(master);
  });

  test('the old master is named until it is gone, the new one by who knows what it is itself', () => {
    for (const {at, body, master} of lines) {
      if (at < 3.3) expect(master, String(at)).toBe('10.89.0.20');
      else expect(master, String(at)).toBe(/UNKNOWN|unknown/.test(body) ? null : '10.89.0.19');
    }
  });

  test('who says that it is the master is named by itself, and is ready', () => {
    const own = lines.filter(({body}) => role(body) === 'MASTER');
    expect(own.length).toBeGreaterThan(2);
    for (const {last, body, master} of own) {
      expect(master).toBe(`10.89.0.${last}`);
      expect(body).toContain('"is_ready":"true"');
    }
  });
});
