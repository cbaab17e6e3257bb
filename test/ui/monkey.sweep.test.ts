import {afterEach, expect, test, vi} from 'vitest';
import {scenarios} from '../../src/cli/scenarios.ts';
import {seededRandom} from '../sim/random.ts';
import {type Size, withScenario} from './harness.ts';
import type {ScenarioName} from './prepared.ts';

const KEYS = [
  ...'yOnDdrqlphjkfgGcLT?/. \r\u001b\t\u007f\u000c',
  '\u001b[A',
  '\u001b[B',
  '\u001b[C',
  '\u001b[D',
  '\u001b[5~',
  '\u001b[6~',
  'jjjj',
  '\u001b[200~vault-demo\u001b[201~',
];
const SIZES: readonly Size[] = [
  [80, 24],
  [60, 16],
  [120, 40],
  [45, 12],
  [100, 30],
];
/** How many keys, ticks and resizes each scenario gets. */
const HANDLERS = 60;

afterEach(() => void vi.restoreAllMocks());

test.each(Object.keys(scenarios) as ScenarioName[])(
  'random keys and sizes never break %s, nor open a destructive gate',
  async name => {
    // These screens alone are drawn by the React of development, which says there what is wrong with a component.
    const complaints = vi.spyOn(console, 'error').mockReturnValue();
    const chance = seededRandom(name.length * 31 + 5);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T;
    await withScenario(name, {}, async opened => {
      for (let i = 0; i < HANDLERS; i += 1) {
        const handler = chance();
        if (handler < 0.1) await opened.resize(pick(SIZES));
        else if (handler < 0.3) await opened.pass(500);
        else await opened.send(pick(KEYS));
        expect(opened.terminal.buffer.active.baseY, `frame too tall after handler ${i}`).toBe(0);
        const {run} = opened.store.getState();
        const destroyed =
          run === null
            ? []
            : Object.entries(run.gates).filter(
                ([id, gate]) => id.includes('/wipe@') && gate.status === 'open',
              );
        // Nobody types the cluster's name by chance.
        expect(destroyed).toEqual([]);
      }
      await opened.resize([80, 24]);
      expect(opened.lines()[0]).toContain('lakeup');
      expect(complaints.mock.calls).toEqual([]);
    });
  },
);
