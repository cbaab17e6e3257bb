import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {beginIn} from '../../../src/host/alone.ts';
import {CUT_OFF_EXIT} from '../../../src/lib/exit-codes.ts';
import {lines, type Sh, sh} from '../../../src/lib/sh.ts';
import {type Host, makeHost} from './launches.ts';

/** A rule of receipts, and the bug that breaks it: what it reads in the scripts, and what it makes of that. */
type Rule = {
  readonly bug: readonly [string, string];
  /** Whether it holds there. `change`: what the bug makes of an action's own text. */
  readonly holds: (host: Host, change: (text: string) => string) => Promise<boolean>;
};

const RULES: Readonly<Record<string, Rule>> = {
  'an end is that of its own attempt': {
    bug: ['[ "$(receipt_word "$found" attempt)" != "$receipt_attempt" ]', 'false'],
    holds: async host => {
      await host.ended(host.launch('exit 0', 'p/stop@a', 1));
      return (await host.look({attempt: 2})) === 'none';
    },
  },
  'one that was killed has no exit code': {
    bug: [`if [ -n "$gone" ]; then exit ${CUT_OFF_EXIT}; fi`, 'if [ -n "$gone" ]; then exit 0; fi'],
    holds: async host => {
      const child = host.launch('echo begun; exec sleep 600');
      const over = host.ended(child);
      await once(child.stdout ?? child, 'data');
      process.kill(-host.owner(), 'SIGKILL');
      return (await over).code === CUT_OFF_EXIT;
    },
  },
  'one at work is not free': {
    bug: ['at_work() {', 'at_work() {\n  return 0'],
    holds: async (host, change) => {
      const works = sh`echo begun
while [ ! -e "$home/go" ]; do sleep 0.05; done`;
      const text = (more: Sh): string => change(lines(sh`lease_token=`, beginIn('work'), more));
      const child = host.launch(text(works), 'p/stop@a', 1);
      const over = host.ended(child);
      await once(child.stdout ?? child, 'data');
      const {code} = await host.ended(host.launch(text(sh`exit 0`), 'p/start@a', 1));
      writeFileSync(join(host.home, 'go'), '');
      await over;
      return code === 98;
    },
  },
};

let host: Host;
afterEach(() => host.close());

describe.runIf(process.platform === 'linux').each(Object.entries(RULES))(
  '%s',
  (_, {bug: [what, by], holds}) => {
    it('holds', async () => {
      host = makeHost();
      expect(await holds(host, text => text)).toBe(true);
    });

    it('and is seen to be broken by the bug that is planted', async () => {
      let planted = 0;
      const plant = (text: string): string => {
        planted += text.includes(what) ? 1 : 0;
        return text.replace(what, by);
      };
      host = makeHost(['sh'], plant);
      expect(await holds(host, plant)).toBe(false);
      expect(planted).toBeGreaterThan(0);
    });
  },
);
